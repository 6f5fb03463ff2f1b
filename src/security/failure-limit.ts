import { isIPv6 } from 'node:net';
import type { Clock } from '../platform/index.ts';

/** Failures that an address may have at once, and how many of them are forgiven each second. */
export const FAILURE_BURST = 200;
export const FORGIVEN_PER_SECOND = 2;
/** Addresses remembered; beyond, the one that failed longest ago is forgotten. */
const MAX_ADDRESSES = 10_000;

interface Record {
  failures: number;
  at: number;
}

/** Counts failed logins of each address, so that guessing goes at a walk. An IPv6 client is its /64. */
export class FailureLimit {
  readonly #clock: Clock;
  readonly #records = new Map<string, Record>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether passwords from this address are to be looked at. */
  allows(address: string): boolean {
    const record = this.#records.get(client(address));
    if (record === undefined) return true;
    return record.failures - this.#forgiven(record) < FAILURE_BURST;
  }

  failed(address: string): void {
    const key = client(address);
    const before = this.#records.get(key);
    const failures = before === undefined ? 0 : Math.max(0, before.failures - this.#forgiven(before));
    this.#records.delete(key);
    if (this.#records.size >= MAX_ADDRESSES) {
      const [oldest] = this.#records.keys();
      if (oldest !== undefined) this.#records.delete(oldest);
    }
    this.#records.set(key, { failures: failures + 1, at: this.#clock.monotonic() });
  }

  /** Addresses that are remembered. */
  get size(): number {
    return this.#records.size;
  }

  #forgiven({ at }: Record): number {
    return ((this.#clock.monotonic() - at) / 1_000) * FORGIVEN_PER_SECOND;
  }
}

/** An IPv4 address, or the network of an IPv6 address: whoever has one address of a /64 has all. */
function client(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return groups
    .slice(0, 4)
    .map((each) => each.replace(/^0+(?=.)/, ''))
    .join(':');
}
