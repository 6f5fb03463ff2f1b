import type { Kind } from '../../sorcery/index.ts';
import { codecNames } from './codecs.ts';

/** Highest number of a call or pickup group. */
const MAX_GROUP = 63;

/** A codec list: `!all,ulaw,alaw:20`; what is given adds to what is there, printed `(ulaw|alaw)` or `(nothing)`. */
export const codecs: Kind = {
  parse: (input, before) => (input.trim() === '' ? undefined : changeCodecs(input, before, true)),
  accepts: `codec names with commas between, '!name' to remove, 'all'; codecs: ${codecNames.join(', ')}`,
};

/** `disallow` and `allow` on one list. Undefined when a name is no codec. */
export function changeCodecs(input: string, before: string, add: boolean): string | undefined {
  let list = parseCodecs(before);
  for (const raw of input.replace(/^\(|\)$/g, '').split(/[,|&]/)) {
    let name = raw.trim().toLowerCase();
    let adding = add;
    if (name.startsWith('!')) {
      adding = !adding;
      name = name.slice(1);
    }
    const colon = name.indexOf(':');
    if (colon >= 0) name = name.slice(0, colon);
    if (name === '' || name === 'nothing' || (name === 'none' && !add)) continue;
    if (name === 'all') list = adding ? [...codecNames] : [];
    else if (!codecNames.includes(name)) return undefined;
    else if (!adding) list = list.filter((each) => each !== name);
    else if (!list.includes(name)) list.push(name);
  }
  return list.length === 0 ? '(nothing)' : `(${list.join('|')})`;
}

/** The names of a printed codec list, in order of preference. */
export function parseCodecs(printed: string): string[] {
  const inner = printed.replace(/^\(|\)$/g, '');
  return inner === '' || inner === 'nothing' ? [] : inner.split('|');
}

/** `"Name" <number>`, printed as the original does. */
export const callerId: Kind = {
  parse(input) {
    // What is printed is read again when a stored row is, and must then print the same; each round is shorter.
    let printed = printCallerId(input);
    for (let again = printCallerId(printed); again !== printed; again = printCallerId(printed))
      printed = again;
    return printed;
  },
  accepts: 'a number, or "Name" <number>',
};

function printCallerId(input: string): string {
  const { name, number } = parseCallerId(input);
  if (name === '' && number === '') return '<unknown>';
  if (name === '') return number;
  return number === '' ? name : `"${name}" <${number}>`;
}

export function parseCallerId(input: string): { name: string; number: string } {
  const trimmed = input.trim();
  if (trimmed === '<unknown>') return { name: '', number: '' };
  const open = trimmed.indexOf('<');
  const close = open < 0 ? -1 : trimmed.indexOf('>', open);
  if (open >= 0 && close > open) {
    const name = trimmed.slice(0, open).trim().replace(/^"|"$/g, '');
    return { name, number: trimmed.slice(open + 1, close).trim() };
  }
  const bare = trimmed.replace(/^"|"$/g, '');
  return /^[0-9*#+(). -]+$/.test(bare)
    ? { name: '', number: bare.replace(/[(). -]/g, '') }
    : { name: bare, number: '' };
}

/** Numbers and ranges of call groups; what is not one is left out. */
export const groups: Kind = {
  parse(input) {
    const found = new Set<number>();
    for (const part of input.split(',')) {
      const [low, high] = part.trim().split('-', 2);
      const from = Number(low);
      const to = high === undefined ? from : Number(high);
      if (low === '' || !Number.isInteger(from) || !Number.isInteger(to)) continue;
      for (let group = Math.max(0, from); group <= Math.min(to, MAX_GROUP); group++) found.add(group);
    }
    return [...found].sort((a, b) => a - b).join(', ');
  },
  accepts: `group numbers from 0 to ${MAX_GROUP} and ranges`,
};

/** Names of call groups, sorted, each once. */
export const namedGroups: Kind = {
  parse(input) {
    const names = input.split(',').map((each) => each.trim());
    return [...new Set(names.filter((each) => each !== ''))].sort().join(', ');
  },
  accepts: 'group names with commas between',
};

/** RFC 4594 names of DSCP values, as the whole TOS byte. */
const TOS: ReadonlyMap<string, number> = new Map([
  ...Array.from({ length: 8 }, (_, cs) => [`cs${cs}`, cs << 5] as const),
  ...[1, 2, 3, 4].flatMap((c) => [1, 2, 3].map((d) => [`af${c}${d}`, (c << 5) | (d << 3)] as const)),
  ['ef', 184] as const,
]);

/** A DSCP name or the value of the TOS byte, decimal or hexadecimal. */
export const tos: Kind = {
  parse(input) {
    const named = TOS.get(input.toLowerCase());
    if (named !== undefined) return String(named);
    const match = /^\s*([+-]?(?:0x[0-9a-f]+|\d+))/i.exec(input);
    if (match === null) return undefined;
    const digits = match[1] ?? '';
    const value = digits.startsWith('-') ? -Number(digits.slice(1)) : Number(digits);
    return String(value & 0xff);
  },
  accepts: 'a number from 0 to 255, or a name such as ef, cs3, af41',
};

/** Digits at the start count, a minus sign wraps around: kept for what existing files contain. */
export const looseUint: Kind = {
  parse(input) {
    const match = /^\s*(-?\d+)/.exec(input);
    return match === null ? undefined : String(Number(match[1]) >>> 0);
  },
  accepts: 'a whole number',
};

/** An RTP port bound: 0 for none. */
export const rtpPort: Kind = {
  parse(input) {
    if (!/^\d{1,5}$/.test(input)) return undefined;
    const value = Number(input);
    return value === 0 || (value >= 1024 && value <= 65535) ? String(value) : undefined;
  },
  accepts: '0, or a port from 1024 to 65535',
};

/** Seconds of a session timer: 90 is the smallest that RFC 4028 allows. */
export const sessionSeconds: Kind = {
  parse: (input) => (/^\d{1,9}$/.test(input) && Number(input) >= 90 ? String(Number(input)) : undefined),
  accepts: 'a whole number of seconds, 90 at least',
};

/** The user part of a SIP URI (RFC 3261 §25.1). */
export const sipUser: Kind = {
  parse: (input) => (/^[A-Za-z0-9\-_.!~*'()&=+$,;?/%]*$/.test(input) ? input : undefined),
  accepts: 'characters that may stand in the user part of a SIP URI',
};

export const someSipUser: Kind = {
  parse: (input) => (input === '' ? undefined : sipUser.parse(input, '')),
  accepts: sipUser.accepts,
};

/** A SIP URI of a permanent contact. */
export function contactUri(part: string): readonly string[] | undefined {
  return /^sips?:[^\s"<>]+$/i.test(part) ? [part] : undefined;
}

/** `prefer:…, operation:…, keep:…, transcode:…`; parts that are left out take the option's own default. */
export function codecPreferences(operation: string): Kind {
  const defaults = { prefer: 'pending', operation, keep: 'all', transcode: 'allow' };
  const words: ReadonlyMap<string, readonly string[]> = new Map([
    ['prefer', ['pending', 'configured']],
    ['operation', ['union', 'intersect', 'only_preferred', 'only_nonpreferred']],
    ['keep', ['all', 'first']],
    ['transcode', ['allow', 'prevent']],
  ]);
  return {
    parse(input) {
      const values: Record<string, string> = { ...defaults };
      for (const part of input.split(',')) {
        if (part.trim() === '') continue;
        const [name, value] = part.split(':', 2).map((each) => each.trim().toLowerCase());
        if (name === undefined || value === undefined || words.get(name)?.includes(value) !== true)
          return undefined;
        values[name] = value;
      }
      return Object.entries(values)
        .map(([name, value]) => `${name}:${value}`)
        .join(', ');
    },
    accepts: 'prefer:pending|configured, operation:…, keep:all|first, transcode:allow|prevent',
  };
}

/** `Header: value` or `Header: /expression/`. */
export const headerMatch: Kind = {
  parse: (input) => (input === '' || /^[^:\s]+\s*:/.test(input) ? input : undefined),
  accepts: 'a header, a colon, and a value or /expression/',
};

/** `name=value`, kept as lines; the same name again replaces its value. */
export const assignments: Kind = {
  parse(input, before) {
    if (input === '') return before;
    const equals = input.indexOf('=');
    if (equals < 0) return undefined;
    const prefix = input.slice(0, equals + 1);
    const kept = before === '' ? [] : before.split('\n').filter((line) => !line.startsWith(prefix));
    return [...kept, input].join('\n');
  },
  accepts: 'name=value',
};
