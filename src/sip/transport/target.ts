import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Uri } from '../message/uri.ts';
import type { Protocol } from './transport.ts';

/** Default ports of RFC 3261 §19.1.2. */
export const SIP_PORT = 5060;
export const SIPS_PORT = 5061;

/** Where a request can be sent. */
export interface Target {
  protocol: Protocol;
  address: string;
  port: number;
}

/** Turns host, port and protocol into targets, best first. Rejects when the name does not resolve. */
export type Resolver = (host: string, port: number | undefined, protocol: Protocol) => Promise<Target[]>;

export function defaultPort(protocol: Protocol): number {
  return protocol === 'tls' ? SIPS_PORT : SIP_PORT;
}

/** Protocol a URI asks for: sips and `transport=tls` mean TLS; without `transport=` it is UDP (RFC 3263 §4.1). */
export function protocolOf(uri: Uri): Protocol {
  const transport = uri.params.get('transport')?.toLowerCase();
  if (transport === 'tls' || uri.secure) return 'tls';
  return transport === 'tcp' ? 'tcp' : 'udp';
}

/** The target when host is an address, without asking anybody; undefined when a resolver is needed. */
export function literalTarget(uri: Uri): Target | undefined {
  const host = uri.params.get('maddr') ?? uri.host;
  if (isIP(host) === 0) return undefined;
  const protocol = protocolOf(uri);
  return { protocol, address: host, port: uri.port ?? defaultPort(protocol) };
}

/** A and AAAA records by the system's resolver, in its order. */
export const systemResolver: Resolver = async (host, port, protocol) => {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => ({ protocol, address, port: port ?? defaultPort(protocol) }));
};
