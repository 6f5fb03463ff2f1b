import { Acl } from '../security/index.ts';
import { type Kind, network } from '../sorcery/index.ts';

/** The options of ari.conf that make an access list. The last line that matches decides, so that their order counts. */
export type AccessOption = 'permit' | 'deny' | 'acl';

/** Adds one option to the lines of a list; undefined when it makes no sense. */
export function addAccess(before: string, name: AccessOption, input: string): string | undefined {
  // An empty `acl` says nothing; an empty rule is a mistake, as in the original.
  if (input.trim() === '') return name === 'acl' ? before : undefined;
  const added: string[] = [];
  for (const part of input.split(',')) {
    const given = part.trim();
    if (given === '') continue;
    if (name === 'acl') {
      if (given.includes('\n')) return undefined;
      added.push(`acl=${given}`);
      continue;
    }
    const turned = given.startsWith('!');
    const found = network(turned ? given.slice(1) : given);
    if (found === undefined || !usable(found)) return undefined;
    added.push(...found.map((each) => `${name}=${turned ? '!' : ''}${each}`));
  }
  return [...(before === '' ? [] : before.split('\n')), ...added].join('\n');
}

/** Whether the addresses have netmasks that a list can hold: without holes, and no ports. */
function usable(networks: readonly string[]): boolean {
  try {
    for (const each of networks) new Acl().add(true, prefixed(each));
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** An IPv6 netmask, which objects show as an address, as the length that lists take. */
function prefixed(text: string): string {
  const [address = '', mask = ''] = text.split('/');
  if (!mask.includes(':')) return text;
  const bits = mask.split(':').reduce((sum, group) => sum + ones(Number.parseInt(group || '0', 16)), 0);
  return `${address}/${bits}`;
}

function ones(value: number): number {
  return value.toString(2).replaceAll('0', '').length;
}

/** Lines of `permit=`, `deny=` and `acl=`, one after another; nothing takes all of them away. */
export const accessLines: Kind = {
  parse(input, before) {
    let lines = input === '' ? '' : before;
    for (const line of input === '' ? [] : input.split('\n')) {
      const equals = line.indexOf('=');
      const name = line.slice(0, Math.max(0, equals));
      if (name !== 'permit' && name !== 'deny' && name !== 'acl') return undefined;
      const added = addAccess(lines, name, line.slice(equals + 1));
      if (added === undefined) return undefined;
      lines = added;
    }
    return lines;
  },
  accepts: 'permit=, deny= or acl= with what these accept',
};

/** The list that such lines make; undefined for anywhere. */
export function readAccess(lines: string, named: (name: string) => Acl | undefined): Acl | undefined {
  if (lines === '') return undefined;
  const acl = new Acl();
  for (const line of lines.split('\n')) {
    const equals = line.indexOf('=');
    const value = line.slice(equals + 1);
    if (line.startsWith('acl=')) acl.require(value, () => named(value));
    else acl.add(line.startsWith('permit='), prefixedRule(value));
  }
  return acl;
}

function prefixedRule(value: string): string {
  return value.startsWith('!') ? `!${prefixed(value.slice(1))}` : prefixed(value);
}
