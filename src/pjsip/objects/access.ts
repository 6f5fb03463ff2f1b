import { isIP } from 'node:net';
import { type Draft, type Kind, network, type OptionSpec } from '../../sorcery/index.ts';

/** What an option of named lists shows when the object has lines of its own. */
export const OWN_LINES = 'deny/permit';

/**
 * Names of sections of acl.conf, all of which must be passed. As in the original they add up and the first is shown; unlike
 * there, an empty value takes them away.
 */
const names: Kind = {
  parse(input, before) {
    const given = parts(input);
    if (given.length === 0) return before.startsWith(OWN_LINES) ? OWN_LINES : '';
    return [...new Set([...parts(before), ...given])].join(',');
  },
  accepts: 'names of sections of acl.conf with commas between',
};

function parts(list: string): string[] {
  return list
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** `acl` and `contact_acl`. */
export function listNames(name: string, doc: string): OptionSpec {
  return {
    name,
    doc,
    kind: names,
    default: '',
    omitEmpty: 'always',
    shownAs: (value) => value.split(',', 1)[0] ?? '',
  };
}

/**
 * `deny` and `permit`: kept together, because their order decides; a permitted address has `!` before it. What is kept is
 * never shown.
 */
export function ownLines(prefix: '' | 'contact_', docs: { deny: string; permit: string }): OptionSpec[] {
  const deny = `${prefix}deny`;
  const accepts = `addresses with masks, '!' before what is meant the other way (the list is shown as '${prefix}acl')`;
  return [
    {
      name: deny,
      doc: docs.deny,
      kind: { parse: (input, before) => add(input, before, false), accepts },
      default: '',
      hidden: true,
      multi: true,
    },
    {
      name: `${prefix}permit`,
      doc: docs.permit,
      kind: { parse: () => undefined, accepts },
      default: '',
      hidden: true,
      multi: true,
      writes(input, draft) {
        const changed = add(input, draft.get(deny), true);
        if (changed !== undefined) draft.set(deny, changed);
        return changed !== undefined;
      },
    },
  ];
}

/** Undefined when a part is no address with a mask. */
function add(input: string, before: string, permit: boolean): string | undefined {
  const lines = before === '' ? [] : before.split('\n');
  for (const part of parts(input)) {
    const turned = part.startsWith('!');
    const found = network(turned ? part.slice(1).trim() : part);
    if (found?.every(isNetwork) !== true) return undefined;
    for (const each of found) lines.push(permit === turned ? each : `!${each}`);
  }
  return lines.join('\n');
}

/** Whether it is an address without a port, and its mask has no holes. */
function isNetwork(printed: string): boolean {
  const [address = '', mask = ''] = printed.split('/');
  if (isIP(address) === 0) return false;
  const [parts, radix, width] = mask.includes(':') ? [mask.split(':'), 16, 16] : [mask.split('.'), 10, 8];
  const bits = parts.map((each) =>
    Number.parseInt(each || '0', radix)
      .toString(2)
      .padStart(width, '0'),
  );
  return !bits.join('').includes('01');
}

/** Says that there are lines of its own, before the names of lists. */
export function finishAccess(draft: Draft): undefined {
  for (const prefix of ['', 'contact_']) {
    const lists = parts(draft.get(`${prefix}acl`)).filter((each) => each !== OWN_LINES);
    if (draft.get(`${prefix}deny`) !== '') draft.set(`${prefix}acl`, [OWN_LINES, ...lists].join(','));
  }
}
