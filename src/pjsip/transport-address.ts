import { BlockList, isIP } from 'node:net';
import type { Binding } from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';

const SIP_PORT = 5060;

/** Where a `bind` listens; an IPv6 address stands in brackets, and without a port it is SIP's. */
export function bindAddress(bind: string): Binding {
  const bracket = bind.lastIndexOf(']');
  const colon = bind.indexOf(':', bracket + 1);
  const address = (colon < 0 ? bind : bind.slice(0, colon)).replace(/^\[|\]$/g, '');
  return { address, port: colon < 0 ? SIP_PORT : Number(bind.slice(colon + 1)) || SIP_PORT };
}

/** Where a `transport` listens, a name replaced by its address. Rejects when there is no such host. */
export async function bindingOf(
  object: SorceryObject,
  resolve: (name: string) => Promise<string>,
): Promise<Binding> {
  const { address, port } = bindAddress(object.get('bind'));
  return { address: isIP(address) === 0 ? await resolve(address) : address, port };
}

/** Networks given as lines of `address/mask`; undefined when there are none. */
export function networksOf(lines: string): BlockList | undefined {
  if (lines === '') return undefined;
  const list = new BlockList();
  for (const line of lines.split('\n')) {
    const [address = '', mask = ''] = line.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, maskLength(mask, family === 'ipv6' ? 128 : 32), family);
  }
  return list;
}

/** Bits of a mask, given as their number or as an address: `24`, `255.255.255.0`, `ffff::`. */
export function maskLength(mask: string, whole: 32 | 128): number {
  if (mask === '') return whole;
  if (/^\d{1,3}$/.test(mask)) return Number(mask);
  const parts = mask.includes(':')
    ? mask.split(':').map((each) => Number.parseInt(each || '0', 16))
    : mask.split('.').map(Number);
  let bits = 0;
  for (const part of parts) for (let rest = part; rest > 0; rest >>>= 1) bits += rest & 1;
  return bits;
}

const FAULTS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'something else listens there'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['EACCES', 'the system does not allow it'],
  ['ENOTFOUND', 'there is no such host'],
]);

/** Why a socket could not be had, in words. */
export function socketFault(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words = FAULTS.get(code ?? '');
  return words === undefined ? message : `${words} (${code})`;
}
