import { isIP } from 'node:net';
import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import type { SipRequest } from '../sip/index.ts';
import { type Sorcery, type SorceryObject, StoreError } from '../sorcery/index.ts';
import { AddressClaims } from './address-claims.ts';
import { type Claim, firstOf, TextClaims } from './claims.ts';
import { HostNames, type Resolver, systemResolver } from './host-names.ts';
import { maskLength } from './transport-address.ts';

/** How old what a database told may be: it is asked once for all packets of this time. */
const FRESH_MS = 1_000;
/** How much longer than asking took it is not asked again, so that a database with many rows is not read all the time. */
const REST = 10;

export interface IdentifyIndexOptions {
  readonly sorcery: Sorcery;
  readonly clock: Clock;
  readonly log: Logger;
  readonly resolver?: Resolver;
}

/** An `identify` as it stands in the index, and what takes it out again. */
interface Indexed {
  readonly identify: SorceryObject;
  readonly removers: readonly (() => void)[];
}

/**
 * Endpoints by address, header and request URI, from the `identify` objects. Where several match, the first id counts.
 * A change costs what that object says; a packet costs the same however many there are, but for expressions, which are
 * tried in turn.
 */
export class IdentifyIndex {
  readonly #sorcery: Sorcery;
  readonly #clock: Clock;
  readonly #names: HostNames;
  readonly #offs: (() => void)[];
  /** Monotonic time from which a database is asked again. */
  #askAt = 0;
  #asking: Promise<void> | undefined;
  /** Whether objects may have changed in a way that nobody told of one by one. */
  #stale = true;
  readonly #indexed = new Map<string, Indexed>();
  readonly #addresses = new AddressClaims();
  /** By the name of the header, in small letters. */
  readonly #headers = new Map<string, TextClaims>();
  readonly #uris = new TextClaims();

  constructor({ sorcery, clock, log, resolver = systemResolver }: IdentifyIndexOptions) {
    this.#sorcery = sorcery;
    this.#clock = clock;
    this.#names = new HostNames({ resolver, clock, log });
    const put = (object: SorceryObject) => {
      if (object.type.name === 'identify') this.#put(object);
    };
    this.#offs = [
      sorcery.events.on('created', put),
      sorcery.events.on('updated', put),
      sorcery.events.on('deleted', ({ type, id }) => {
        if (type.name !== 'identify') return;
        // Another wizard may have one of that id, which comes to light now.
        const behind = sorcery.get('identify', id);
        if (behind === undefined) this.#remove(id);
        else this.#put(behind);
      }),
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
    const began = this.#clock.monotonic();
    try {
      await this.#sorcery.list('identify');
    } catch (error) {
      if (first || !(error instanceof StoreError)) throw error;
    }
    const now = this.#clock.monotonic();
    this.#askAt = now + Math.max(FRESH_MS, REST * (now - began));
    this.#stale = true;
  }

  /** The endpoint that an address belongs to. */
  byAddress(address: string, port: number): string | undefined {
    this.#refresh();
    return this.#addresses.first(address, port)?.endpoint;
  }

  byHeader(request: SipRequest): string | undefined {
    this.#refresh();
    let found: Claim | undefined;
    for (const [name, claims] of this.#headers)
      for (const value of request.getAll(name)) found = firstOf(found, claims.first(value));
    return found?.endpoint;
  }

  byRequestUri(uri: string): string | undefined {
    this.#refresh();
    return this.#uris.first(uri)?.endpoint;
  }

  /** Objects do not change: only those that are others than before are looked at. */
  #refresh(): void {
    if (!this.#stale) return;
    this.#stale = false;
    const gone = new Set(this.#indexed.keys());
    for (const identify of this.#sorcery.all('identify')) {
      gone.delete(identify.id);
      if (this.#indexed.get(identify.id)?.identify !== identify) this.#put(identify);
    }
    for (const id of gone) this.#remove(id);
  }

  #put(identify: SorceryObject): void {
    const before = this.#indexed.get(identify.id);
    this.#indexed.set(identify.id, { identify, removers: this.#claim(identify) });
    // Last, so that names that both have stay known.
    for (const remove of before?.removers ?? []) remove();
  }

  #remove(id: string): void {
    for (const remove of this.#indexed.get(id)?.removers ?? []) remove();
    this.#indexed.delete(id);
  }

  #claim(identify: SorceryObject): (() => void)[] {
    const claim = { id: identify.id, endpoint: identify.get('endpoint') };
    const again = () => this.#put(identify);
    const removers: (() => void)[] = [];
    for (const match of identify.list('match')) {
      const { host, port, mask } = readMatch(match);
      const version = isIP(host);
      if (version === 0) {
        const { addresses, release } = this.#names.use(host, identify.is('srv_lookups'), again);
        removers.push(release);
        for (const each of addresses) removers.push(this.#addresses.add(each, undefined, port, claim));
      } else {
        const bits = mask === undefined ? undefined : maskLength(mask, version === 6 ? 128 : 32);
        removers.push(this.#addresses.add(host, bits, port, claim));
      }
    }
    const header = identify.get('match_header');
    const colon = header.indexOf(':');
    if (colon > 0) {
      const name = header.slice(0, colon).trim().toLowerCase();
      removers.push(this.#claimHeader(name, header.slice(colon + 1).trim(), claim));
    }
    const uri = identify.get('match_request_uri');
    if (uri !== '') removers.push(this.#uris.add(uri, claim));
    return removers;
  }

  #claimHeader(name: string, value: string, claim: Claim): () => void {
    let claims = this.#headers.get(name);
    if (claims === undefined) {
      claims = new TextClaims();
      this.#headers.set(name, claims);
    }
    const remove = claims.add(value, claim);
    return () => {
      remove();
      if (this.#headers.get(name)?.empty) this.#headers.delete(name);
    };
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
