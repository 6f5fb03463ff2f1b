import { strftime } from '../../platform/index.ts';
import { compileExtended } from '../syntax/regex.ts';
import { argument, type FunctionCall, type FunctionDefinition, FunctionError } from './definition.ts';

/** Longest text and pattern that REGEX looks at: the pattern is the dial plan's, the text the caller's. */
const MAX_REGEX_LENGTH = 1024;

const oneString = [{ name: 'string', required: true }] as const;

/** Resolves the escapes that a delimiter or a set of characters may be written with. */
export function resolveEscapes(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\' || i + 1 >= text.length) {
      out += text[i];
      continue;
    }
    const c = text[++i] ?? '';
    if (c === 'x' && /^[0-9a-fA-F]{2}$/.test(text.slice(i + 1, i + 3))) {
      out += String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      out += { n: '\n', r: '\r', t: '\t' }[c] ?? c;
    }
  }
  return out;
}

/** The characters that `a-z0-9\x41` stands for. */
export function characterSet(spec: string): Set<string> {
  const characters: { c: string; literal: boolean }[] = [];
  for (let i = 0; i < spec.length; i++) {
    if (spec[i] === '\\') {
      const length = spec[i + 1] === 'x' ? 4 : 2;
      characters.push({ c: resolveEscapes(spec.slice(i, i + length)), literal: true });
      i += length - 1;
    } else {
      characters.push({ c: spec[i] ?? '', literal: false });
    }
  }
  const set = new Set<string>();
  for (let i = 0; i < characters.length; i++) {
    const here = characters[i];
    const dash = characters[i + 1];
    const end = characters[i + 2];
    if (here === undefined) break;
    if (dash?.c === '-' && !dash.literal && end !== undefined) {
      const last = end.c.charCodeAt(0);
      for (let code = here.c.charCodeAt(0); code <= last; code++) set.add(String.fromCharCode(code));
      i += 2;
    } else {
      set.add(here.c);
    }
  }
  return set;
}

/** The value of the variable that an argument names. */
export function namedVariable(call: FunctionCall, name = argument(call, 0)): string {
  return call.services.variable(call.channel, name.trim()) ?? '';
}

/** Arguments from `index` on, as one text. */
export function rest(call: FunctionCall, index: number): string {
  return call.args.slice(index).join(',');
}

function regex(call: FunctionCall): string {
  const open = call.text.indexOf('"');
  const close = call.text.indexOf('"', open + 1);
  if (open < 0 || close < 0) throw new FunctionError('REGEX needs its pattern in double quotes');
  const source = call.text.slice(open + 1, close);
  let subject = call.text.slice(close + 1);
  if (subject.startsWith(' ')) subject = subject.slice(1);
  if (source.length > MAX_REGEX_LENGTH || subject.length > MAX_REGEX_LENGTH)
    throw new FunctionError(`REGEX takes at most ${MAX_REGEX_LENGTH} characters`);
  const expression = compileExtended(source);
  if (expression === undefined) throw new FunctionError(`REGEX: malformed pattern ${source}`);
  return expression.exec(subject) === undefined ? '0' : '1';
}

function filter(call: FunctionCall): string {
  const allowed = characterSet(argument(call, 0));
  let out = '';
  for (const c of rest(call, 1)) if (allowed.has(c)) out += c;
  return out;
}

function replace(call: FunctionCall): string {
  const find = characterSet(argument(call, 1));
  const by = argument(call, 2).slice(0, 1);
  let out = '';
  for (const c of namedVariable(call)) out += find.has(c) ? by : c;
  return out;
}

function strReplace(call: FunctionCall): string {
  const find = argument(call, 1);
  if (find === '') throw new FunctionError('STRREPLACE needs something to find');
  const limit = Number.parseInt(argument(call, 3), 10);
  let left = limit > 0 ? limit : Number.POSITIVE_INFINITY;
  const text = namedVariable(call);
  let out = '';
  let from = 0;
  while (left-- > 0) {
    const at = text.indexOf(find, from);
    if (at < 0) break;
    out += text.slice(from, at) + argument(call, 2);
    from = at + find.length;
  }
  return out + text.slice(from);
}

const KEYPAD: Readonly<Record<string, string>> = Object.fromEntries(
  ['ABC', 'DEF', 'GHI', 'JKL', 'MNO', 'PQRS', 'TUV', 'WXYZ'].flatMap((letters, i) =>
    [...letters].map((letter) => [letter, String(i + 2)]),
  ),
);

function keypadHash(text: string): string {
  let out = '';
  for (const c of text.toUpperCase()) {
    if (c === '1' || c === '0' || (c >= '2' && c <= '9')) out += c;
    else out += KEYPAD[c] ?? '';
  }
  return out;
}

function strftimeOf(call: FunctionCall): string {
  const epoch = argument(call, 0);
  const seconds = epoch === '' ? call.services.clock.now() / 1000 : Number.parseFloat(epoch);
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12)
    throw new FunctionError(`STRFTIME: ${epoch} is no time`);
  return strftime(rest(call, 2) || '%c', seconds * 1000, argument(call, 1));
}

/** One conversion of `%-05.2d`: flags, width, precision, letter. */
const CONVERSION = /%([-+ 0#]*)(\d{0,4})(?:\.(\d{1,4}))?([a-zA-Z%])/g;

function sprintf(call: FunctionCall): string {
  let next = 1;
  return argument(call, 0).replace(CONVERSION, (whole, flags: string, width: string, precision, letter) => {
    if (letter === '%') return '%';
    const value = call.args[next++];
    if (value === undefined) throw new FunctionError('SPRINTF has more conversions than arguments');
    let text: string;
    const digits = precision === undefined ? undefined : Number(precision);
    const number = Number(value);
    if ('diu'.includes(letter)) text = String(Math.trunc(number) || 0);
    else if (letter === 'x') text = (Math.trunc(number) >>> 0).toString(16);
    else if (letter === 'X') text = (Math.trunc(number) >>> 0).toString(16).toUpperCase();
    else if (letter === 'o') text = (Math.trunc(number) >>> 0).toString(8);
    else if ('fF'.includes(letter)) text = (number || 0).toFixed(Math.min(digits ?? 6, 100));
    else if (letter === 'c') text = value.slice(0, 1);
    else if (letter === 's') text = digits === undefined ? value : value.slice(0, digits);
    else throw new FunctionError(`SPRINTF does not know ${whole}`);
    const size = Number(width);
    if (flags.includes('+') && number >= 0 && 'dif'.includes(letter)) text = `+${text}`;
    if (flags.includes('-')) return text.padEnd(size);
    if (flags.includes('0') && letter !== 's' && letter !== 'c') {
      const sign = /^[-+]/.exec(text)?.[0] ?? '';
      return sign + text.slice(sign.length).padStart(size - sign.length, '0');
    }
    return text.padStart(size);
  });
}

/** Functions of func_strings and func_sprintf that work on one text. */
export const stringFunctions: readonly FunctionDefinition[] = [
  {
    name: 'LEN',
    module: 'func_strings',
    summary: 'Counts the bytes of a text.',
    arguments: oneString,
    read: (call) => String(Buffer.byteLength(call.text)),
  },
  {
    name: 'TOUPPER',
    module: 'func_strings',
    summary: 'Turns letters into capitals.',
    arguments: oneString,
    read: (call) => call.text.toUpperCase(),
  },
  {
    name: 'TOLOWER',
    module: 'func_strings',
    summary: 'Turns capitals into small letters.',
    arguments: oneString,
    read: (call) => call.text.toLowerCase(),
  },
  {
    name: 'TRIM',
    module: 'func_strings',
    summary: 'Takes white space off both ends.',
    arguments: oneString,
    read: (call) => call.text.trim(),
  },
  {
    name: 'LTRIM',
    module: 'func_strings',
    summary: 'Takes white space off the beginning.',
    arguments: oneString,
    read: (call) => call.text.trimStart(),
  },
  {
    name: 'RTRIM',
    module: 'func_strings',
    summary: 'Takes white space off the end.',
    arguments: oneString,
    read: (call) => call.text.trimEnd(),
  },
  {
    name: 'PASSTHRU',
    module: 'func_strings',
    summary: 'Gives its argument back, where a function wants a variable and one has a value.',
    arguments: [{ name: 'string' }],
    read: (call) => call.text,
  },
  {
    name: 'QUOTE',
    module: 'func_strings',
    summary: 'Puts a text into double quotes, escaping quotes and backslashes.',
    arguments: oneString,
    read: (call) => `"${call.text.replace(/["\\]/g, '\\$&')}"`,
  },
  {
    name: 'CSV_QUOTE',
    module: 'func_strings',
    summary: 'Puts a text into double quotes as a CSV field, doubling quotes.',
    arguments: oneString,
    read: (call) => `"${call.text.replaceAll('"', '""')}"`,
  },
  {
    name: 'EVAL',
    module: 'func_strings',
    summary: 'Evaluates the text once more.',
    arguments: [{ name: 'variable', required: true }],
    evaluates: true,
    read: (call) => call.services.evaluate(call.channel, call.text),
  },
  {
    name: 'FILTER',
    module: 'func_strings',
    summary: 'Keeps only the allowed characters of a text.',
    arguments: [
      { name: 'allowed-chars', required: true },
      { name: 'string', required: true },
    ],
    read: filter,
  },
  {
    name: 'REPLACE',
    module: 'func_strings',
    summary: 'Replaces or removes each of a set of characters in a variable.',
    arguments: [
      { name: 'varname', required: true },
      { name: 'find-chars', required: true },
      { name: 'replace-char' },
    ],
    read: replace,
  },
  {
    name: 'STRREPLACE',
    module: 'func_strings',
    summary: 'Replaces a text inside a variable.',
    arguments: [
      { name: 'varname', required: true },
      { name: 'find-string', required: true },
      { name: 'replace-string' },
      { name: 'max-replacements' },
    ],
    read: strReplace,
  },
  {
    name: 'STRBETWEEN',
    module: 'func_strings',
    summary: 'Puts a text between each two characters of a variable.',
    arguments: [
      { name: 'varname', required: true },
      { name: 'insert-string', required: true },
    ],
    read: (call) => [...namedVariable(call)].join(argument(call, 1)),
  },
  {
    name: 'REGEX',
    module: 'func_strings',
    summary: 'Tells whether a text matches a regular expression: 1 or 0.',
    arguments: [
      { name: '"regular expression"', required: true },
      { name: 'string', required: true },
    ],
    read: regex,
  },
  {
    name: 'KEYPADHASH',
    module: 'func_strings',
    summary: 'Spells a text on a telephone keypad.',
    arguments: oneString,
    read: (call) => keypadHash(call.text),
  },
  {
    name: 'STRFTIME',
    module: 'func_strings',
    summary: 'Writes a time in a given format and time zone.',
    arguments: [{ name: 'epoch' }, { name: 'timezone' }, { name: 'format' }],
    read: strftimeOf,
  },
  {
    name: 'SPRINTF',
    module: 'func_sprintf',
    summary: 'Formats values as printf does.',
    arguments: [
      { name: 'format', required: true },
      { name: 'arg1', required: true },
      { name: 'arg2', multiple: true },
      { name: 'argN' },
    ],
    read: sprintf,
  },
];
