import { BlockList, isIP } from 'node:net';
import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import type { SipRequest } from '../sip/index.ts';
import { type Sorcery, type SorceryObject, StoreError } from '../sorcery/index.ts';
import { HostNames, type Resolver, systemResolver } from './host-names.ts';
import { maskLength } from './transport-address.ts';

/** How old what a database told may be: it is asked once for all packets of this time. */
const FRESH_MS = 1_000;

interface Network {
  readonly list: BlockList;
  /** The only port that counts; undefined for any. */
  readonly port: number | undefined;
  readonly endpoint: string;
}

export interface IdentifyIndexOptions {
  readonly sorcery: Sorcery;
  readonly clock: Clock;
  readonly log: Logger;
  readonly resolver?: Resolver;
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
  readonly #names: HostNames;
  readonly #offs: (() => void)[];
  /** Monotonic time from which a database is asked again. */
  #askAt = 0;
  #asking: Promise<void> | undefined;
  #stale = true;
  /** By address, and by `address port` where only one port counts. */
  #addresses = new Map<string, string>();
  #named: (readonly [name: string, withServices: boolean])[] = [];
  #networks: Network[] = [];
  #headers: HeaderRule[] = [];
  #uris: { readonly matches: (value: string) => boolean; readonly endpoint: string }[] = [];

  constructor({ sorcery, clock, log, resolver = systemResolver }: IdentifyIndexOptions) {
    this.#sorcery = sorcery;
    this.#clock = clock;
    this.#names = new HostNames({
      resolver,
      clock,
      log,
      changed: () => {
        this.#stale = true;
      },
    });
    const touch = (object: SorceryObject) => {
      if (object.type.name !== 'identify') return;
      this.#stale = true;
      // Asked for now, not when the first packet comes.
      for (const match of object.list('match')) {
        const { host } = readMatch(match);
        if (isIP(host) === 0) this.#lookUp(host, object);
      }
    };
    this.#offs = [
      sorcery.events.on('created', touch),
      sorcery.events.on('updated', touch),
      sorcery.events.on('deleted', touch),
      sorcery.events.on('loaded', (type) => {
        if (type !== 'identify') return;
        this.#stale = true;
        this.prepare();
      }),
    ];
  }

  /** Builds what packets will ask for, so that names are looked up before the first one comes. */
  prepare(): void {
    this.#refresh();
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

  /** The endpoint that an address belongs to; one for this very port comes first. */
  byAddress(address: string, port: number): string | undefined {
    this.#refresh();
    const single = this.#addresses.get(`${address} ${port}`) ?? this.#addresses.get(address);
    if (single !== undefined) return single;
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return this.#networks.find(
      (each) => (each.port === undefined || each.port === port) && each.list.check(address, family),
    )?.endpoint;
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
    this.#named = [];
    for (const identify of this.#sorcery.all('identify')) this.#add(identify);
    this.#names.keep(this.#named);
  }

  #add(identify: SorceryObject): void {
    const endpoint = identify.get('endpoint');
    for (const match of identify.list('match')) {
      const { host, port, mask } = readMatch(match);
      if (isIP(host) !== 0) this.#addNetwork(host, port, mask, endpoint);
      else for (const each of this.#lookUp(host, identify)) this.#addNetwork(each, port, undefined, endpoint);
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

  #addNetwork(address: string, port: number | undefined, mask: string | undefined, endpoint: string): void {
    const version = isIP(address);
    const whole = version === 6 ? 128 : 32;
    const bits = maskLength(mask ?? '', whole);
    if (bits === whole) {
      const key = port === undefined ? address : `${address} ${port}`;
      if (!this.#addresses.has(key)) this.#addresses.set(key, endpoint);
      return;
    }
    const list = new BlockList();
    list.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
    this.#networks.push({ list, port, endpoint });
  }

  #lookUp(name: string, identify: SorceryObject): readonly string[] {
    const withServices = identify.is('srv_lookups');
    this.#named.push([name, withServices]);
    return this.#names.addresses(name, withServices);
  }

  close(): void {
    this.#names.close();
    for (const off of this.#offs) off();
  }
}

/** `address/mask`, `address:port/mask`, `[address]:port/mask`, `name` or `name:port`. */
function readMatch(match: string): { host: string; port: number | undefined; mask: string | undefined } {
  const [place = '', mask] = match.split('/', 2);
  if (isIP(place) !== 0) return { host: place, port: undefined, mask };
  const colon = place.lastIndexOf(':');
  if (colon < 0) return { host: place, port: undefined, mask };
  return { host: place.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(place.slice(colon + 1)), mask };
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
