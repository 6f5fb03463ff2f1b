import { BlockList, isIP } from 'node:net';
import type { Clock } from '../platform/index.ts';
import type { SipRequest } from '../sip/index.ts';
import { type Sorcery, type SorceryObject, StoreError } from '../sorcery/index.ts';

/** How old what a database told may be: it is asked once for all packets of this time. */
const FRESH_MS = 1_000;

interface Network {
  readonly list: BlockList;
  readonly endpoint: string;
}

/** How one `identify` recognises a header: a value, or an expression between slashes. */
interface HeaderRule {
  readonly name: string;
  readonly matches: (value: string) => boolean;
  readonly endpoint: string;
}

/**
 * Endpoints by address, header and request URI, from the `identify` objects. Built when one of them changes, never
 * at a packet: single addresses are found by name, networks and headers in a list as long as there are of them.
 */
export class IdentifyIndex {
  readonly #sorcery: Sorcery;
  readonly #clock: Clock;
  readonly #offs: (() => void)[];
  /** Monotonic time from which a database is asked again. */
  #askAt = 0;
  #asking: Promise<void> | undefined;
  #stale = true;
  #addresses = new Map<string, string>();
  #networks: Network[] = [];
  #headers: HeaderRule[] = [];
  #uris: { readonly matches: (value: string) => boolean; readonly endpoint: string }[] = [];

  constructor(sorcery: Sorcery, clock: Clock) {
    this.#sorcery = sorcery;
    this.#clock = clock;
    const touch = (object: SorceryObject) => {
      if (object.type.name === 'identify') this.#stale = true;
    };
    this.#offs = [
      sorcery.events.on('created', touch),
      sorcery.events.on('updated', touch),
      sorcery.events.on('deleted', touch),
      sorcery.events.on('loaded', (type) => {
        if (type === 'identify') this.#stale = true;
      }),
    ];
  }

  /**
   * Brings what is kept in a database up to date; nothing to wait for where none is. While that database is away, what
   * it told last goes on to be used. @throws {StoreError} when it never told anything
   */
  fresh(): void | Promise<void> {
    if (!this.#sorcery.isRemote('identify') || this.#clock.monotonic() < this.#askAt) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const first = this.#askAt === 0;
    try {
      await this.#sorcery.list('identify');
    } catch (error) {
      if (first || !(error instanceof StoreError)) throw error;
    }
    this.#askAt = this.#clock.monotonic() + FRESH_MS;
    this.#stale = true;
  }

  /** The endpoint that an address belongs to. */
  byAddress(address: string): string | undefined {
    this.#refresh();
    const single = this.#addresses.get(address);
    if (single !== undefined) return single;
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return this.#networks.find(({ list }) => list.check(address, family))?.endpoint;
  }

  byHeader(request: SipRequest): string | undefined {
    this.#refresh();
    return this.#headers.find(({ name, matches }) => request.getAll(name).some(matches))?.endpoint;
  }

  byRequestUri(uri: string): string | undefined {
    this.#refresh();
    return this.#uris.find(({ matches }) => matches(uri))?.endpoint;
  }

  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    this.#addresses = new Map();
    this.#networks = [];
    this.#headers = [];
    this.#uris = [];
    for (const identify of this.#sorcery.all('identify')) this.#add(identify);
  }

  #add(identify: SorceryObject): void {
    const endpoint = identify.get('endpoint');
    for (const match of identify.list('match')) {
      const [address = '', mask] = match.split('/', 2);
      const version = isIP(address);
      // A name is no address of a packet; what it stands for is not looked up.
      if (version === 0) continue;
      const family = version === 6 ? 'ipv6' : 'ipv4';
      const whole = version === 6 ? 128 : 32;
      const bits = mask === undefined ? whole : maskLength(mask);
      if (bits === whole) {
        if (!this.#addresses.has(address)) this.#addresses.set(address, endpoint);
        continue;
      }
      const list = new BlockList();
      list.addSubnet(address, bits, family);
      this.#networks.push({ list, endpoint });
    }
    const header = identify.get('match_header');
    const colon = header.indexOf(':');
    if (colon > 0) {
      this.#headers.push({
        name: header.slice(0, colon).trim(),
        matches: matcher(header.slice(colon + 1).trim()),
        endpoint,
      });
    }
    const uri = identify.get('match_request_uri');
    if (uri !== '') this.#uris.push({ matches: matcher(uri), endpoint });
  }

  close(): void {
    for (const off of this.#offs) off();
  }
}

/** A text to equal, or an expression between slashes, compiled here once. */
function matcher(wanted: string): (value: string) => boolean {
  if (wanted.length < 2 || !wanted.startsWith('/') || !wanted.endsWith('/'))
    return (value) => value === wanted;
  try {
    const expression = new RegExp(wanted.slice(1, -1));
    return (value) => expression.test(value);
  } catch {
    return () => false;
  }
}

/** Bits of a mask, given as their number or as an address: `24`, `255.255.255.0`, `ffff::`. */
function maskLength(mask: string): number {
  if (/^\d{1,3}$/.test(mask)) return Number(mask);
  const parts = mask.includes(':')
    ? mask.split(':').map((each) => Number.parseInt(each || '0', 16))
    : mask.split('.').map(Number);
  let bits = 0;
  for (const part of parts) for (let rest = part; rest > 0; rest >>>= 1) bits += rest & 1;
  return bits;
}
