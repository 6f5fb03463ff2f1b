import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock } from '../../platform/index.ts';

/** Milliseconds the list of interfaces is believed. */
const INTERFACES_FRESH_MS = 10_000;

interface Network {
  address: string;
  family: 'ipv4' | 'ipv6';
  internal: boolean;
  net: BlockList;
}

/** Tells which address of this machine a peer can answer to, for sockets bound to every address. */
export class LocalAddresses {
  readonly #clock: Clock;
  #networks: Network[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The address on the peer's own network, else the first that is not loopback. */
  towards(peer: string): string {
    const now = this.#clock.monotonic();
    if (now - this.#readAt > INTERFACES_FRESH_MS) {
      this.#networks = readNetworks();
      this.#readAt = now;
    }
    const family = isIPv6(peer) ? 'ipv6' : 'ipv4';
    let outside: Network | undefined;
    for (const network of this.#networks) {
      if (network.family !== family) continue;
      if (network.net.check(peer, family)) return network.address;
      if (!network.internal) outside ??= network;
    }
    return outside?.address ?? (family === 'ipv6' ? '::1' : '127.0.0.1');
  }
}

function readNetworks(): Network[] {
  const out: Network[] = [];
  for (const list of Object.values(networkInterfaces())) {
    for (const { address, family, internal, cidr } of list ?? []) {
      const kind = family === 'IPv6' ? 'ipv6' : 'ipv4';
      const net = new BlockList();
      const prefix = Number(cidr?.slice(cidr.indexOf('/') + 1) ?? (kind === 'ipv6' ? 128 : 32));
      net.addSubnet(address, prefix, kind);
      out.push({ address, family: kind, internal, net });
    }
  }
  return out;
}
