import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Kind } from './kinds.ts';
import type { OptionSpec } from './object-type.ts';

/**
 * An address with its mask, as `192.0.2.0/255.255.255.0` or `192.0.2.1:5060/255.255.255.255`; undefined when it is
 * neither address nor known host.
 */
export function network(part: string): readonly string[] | undefined {
  const slash = part.indexOf('/');
  const host = slash < 0 ? part : part.slice(0, slash);
  const mask = slash < 0 ? undefined : part.slice(slash + 1);
  const [, address, port] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+):(\d{1,5})$/.exec(host) ?? [];
  if (address !== undefined && port !== undefined) {
    if (Number(port) === 0 || Number(port) > MAX_PORT) return undefined;
    return network(mask === undefined ? address : `${address}/${mask}`)?.map((each) => {
      const [found = '', bits] = each.split('/');
      return `${isIP(found) === 6 ? `[${found}]` : found}:${Number(port)}/${bits}`;
    });
  }
  if (isIP(host) === 4) {
    const printed = maskOf(mask, 32);
    return printed === undefined ? undefined : [`${host}/${printed}`];
  }
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 6) {
    const printed = maskOf(mask, 128);
    return printed === undefined ? undefined : [`${bare}/${printed}`];
  }
  if (mask !== undefined) return undefined;
  const found = hostsFile(host);
  return found.length === 0 ? undefined : found.flatMap((address) => network(address) ?? []);
}

/**
 * As `network`, and also a domain name, with or without a port, which is kept as it is: the DNS is asked later, and
 * again. Names that can never be found (RFC 6761 §6.4, §6.5) are refused.
 */
export function networkOrName(part: string): readonly string[] | undefined {
  const found = network(part);
  if (found !== undefined || part.includes('/')) return found;
  const [name = '', port] = part.split(':', 2);
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) === 0 || Number(port) > MAX_PORT))
    return undefined;
  const labels = name.split('.');
  const last = labels.at(-1)?.toLowerCase() ?? '';
  const isName =
    labels.length > 1 && /^[a-z][a-z0-9-]*$/.test(last) && labels.every((each) => /^[\w-]{1,63}$/.test(each));
  return isName && last !== 'invalid' && last !== 'example' ? [part] : undefined;
}

const MAX_PORT = 65_535;

function maskOf(mask: string | undefined, bits: 32 | 128): string | undefined {
  if (mask !== undefined && isIP(mask) === (bits === 32 ? 4 : 6)) return mask;
  if (mask !== undefined && !/^\d{1,3}$/.test(mask)) return undefined;
  const length = mask === undefined ? bits : Number(mask);
  if (length > bits) return undefined;
  const part = bits === 32 ? 8 : 16;
  const full = 2 ** part - 1;
  const pieces = Array.from({ length: bits / part }, (_, index) => {
    const set = Math.min(part, Math.max(0, length - index * part));
    return full - (full >> set);
  });
  return bits === 32 ? pieces.join('.') : pieces.map((piece) => piece.toString(16)).join(':');
}

/** What the hosts file says of a name. Resolving over the network would hold up whoever is pushing. */
function hostsFile(name: string): string[] {
  if (!/^[A-Za-z0-9.-]+$/.test(name) || /^[0-9.]+$/.test(name)) return [];
  const found: string[] = [];
  try {
    for (const line of readFileSync('/etc/hosts', 'utf8').split('\n')) {
      const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
      if (address !== undefined && names.includes(name)) found.push(address);
    }
  } catch {
    // A machine without the file knows no names by it.
  }
  return found;
}

/** `deny` and `permit`: kept one after another, and the shown ACL says that there are rules of its own. */
export function rule(name: string, shownIn: string): OptionSpec {
  return {
    name,
    kind: {
      parse(input, before) {
        if (input === '') return before;
        const added: string[] = [];
        for (const part of input.split(',')) {
          const parsed = network(part.trim());
          if (parsed === undefined) return undefined;
          added.push(...parsed);
        }
        return [...(before === '' ? [] : before.split('\n')), ...added].join('\n');
      },
      accepts: `addresses with masks (the list is shown as '${shownIn}')`,
    },
    default: '',
    hidden: true,
    multi: true,
  };
}

/** Only the first of several names counts, as the original shows it. */
export const firstName: Kind = {
  parse: (input) => (input.split(',')[0] ?? '').trim(),
  accepts: 'the name of a section of acl.conf',
};
