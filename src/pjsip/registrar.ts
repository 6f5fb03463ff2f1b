import type { Logger } from '../log/index.ts';
import { type Clock, ownText } from '../platform/index.ts';
import { type NameAddr, type Remote, SipParseError, type SipRequest, Uri } from '../sip/index.ts';
import { type ObjectType, type Sorcery, SorceryObject, StoreError } from '../sorcery/index.ts';
import { uriHash } from './contact-list.ts';
import { DueTimes } from './due-times.ts';
import type { Reachability } from './reachability.ts';

/** What a registration is answered with. */
export interface RegistrarAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** Why it was refused, where log watchers and clients of the manager interface are told. */
  readonly refusal?: Refusal;
}

/** A refusal as a security event: its kind, and the reason under the name that watchers know. */
export interface Refusal {
  readonly kind: 'RequestNotSupported' | 'FailedACL';
  readonly reason: string;
}

export interface RegistrarOptions {
  readonly sorcery: Sorcery;
  readonly reachability: Reachability;
  readonly clock: Clock;
  readonly log: Logger;
  /** Written into contacts, so that nodes that share a store know their own. */
  readonly serverName: string;
}

/** Seconds until a contact that ran out while the store was away is looked at again. */
const EXPIRY_RETRY_S = 10;
/** Contacts of one REGISTER; more are refused. */
const MAX_CONTACTS_IN_REQUEST = 32;
/** Contacts read from the store in one go at the start, between letting others run. */
const LOAD_SLICE = 500;

const refuse = (status: number, refusal?: Refusal): RegistrarAnswer => ({
  status,
  headers: [],
  ...(refusal === undefined ? {} : { refusal }),
});

const NO_AORS: Refusal = { kind: 'RequestNotSupported', reason: 'registrar_attempt_without_configured_aors' };
const UNKNOWN_AOR: Refusal = { kind: 'RequestNotSupported', reason: 'registrar_requested_aor_not_found' };
const NOT_PERMITTED: Refusal = {
  kind: 'RequestNotSupported',
  reason: 'registrar_attempt_without_registration_permitted',
};
const BAD_CONTACTS: Refusal = { kind: 'FailedACL', reason: 'registrar_invalid_contacts_provided' };
const TOO_MANY: Refusal = {
  kind: 'FailedACL',
  reason: 'registrar_attempt_exceeds_maximum_configured_contacts',
};

const PATH = 'path';

/**
 * A path has to be kept where it is required, and one that a proxy put there is only for a phone that knows of such
 * (RFC 3327 §5.3). An address without support_path passes over it, as the original does.
 */
function refusedPath(request: SipRequest, aor: SorceryObject): RegistrarAnswer | undefined {
  const has = (header: string) => request.list(header).some((tag) => tag.toLowerCase() === PATH);
  if (!aor.is('support_path'))
    return has('Require') ? { status: 420, headers: [['Unsupported', PATH]] } : undefined;
  return !request.has('Path') || has('Supported') || has('Require') ? undefined : refuse(420);
}

/** Seconds that a contact or a header asks for, however many; undefined when it is no number. */
function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What an address allows of the seconds that were asked for; none stays none. */
function allowed(asked: number, aor: SorceryObject): number {
  if (asked === 0) return 0;
  return Math.min(Math.max(asked, aor.number('minimum_expiration')), aor.number('maximum_expiration'));
}

/** The one of the URIs that is the same (RFC 3261 §19.1.4); undefined when none is. */
function sameUri(text: string, among: ReadonlyMap<string, unknown>): string | undefined {
  if (among.has(text)) return text;
  let uri: Uri | undefined;
  for (const each of among.keys()) {
    try {
      uri ??= Uri.parse(text);
      if (uri.equals(Uri.parse(each))) return each;
    } catch (error) {
      // Other programs write contacts too: one that is no URI is the same as no other.
      if (!(error instanceof SipParseError)) throw error;
    }
  }
  return undefined;
}

/** One change that a REGISTER asks for. */
interface Wanted {
  readonly uri: string;
  readonly expires: number;
}

/** The registrar of RFC 3261 §10.3 over sorcery's contacts; answers once they are stored. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #type: ObjectType;
  readonly #expiry: DueTimes;
  /** Registrations of one address wait for each other: they read, decide and write. */
  readonly #busy = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(options: RegistrarOptions) {
    const type = options.sorcery.type('res_pjsip', 'contact');
    if (type === undefined) throw new Error('contacts have no type: res_pjsip does not run');
    this.#type = type;
    this.#options = options;
    this.#expiry = new DueTimes(options.clock, (id) => void this.#expired(id));
  }

  /** Learns when the contacts that are stored run out, a slice at a time. */
  async load(): Promise<void> {
    let count = 0;
    for (const contact of await this.#options.sorcery.list('contact')) {
      if (this.#closed) return;
      if (contact.id.includes(';@')) {
        this.#expiry.set(contact.id, contact.number('expiration_time'));
        this.#options.reachability.restored(contact.get('endpoint'));
      }
      if (++count % LOAD_SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Answers a REGISTER of an endpoint that has been authenticated. */
  async register(request: SipRequest, remote: Remote, endpoint: SorceryObject): Promise<RegistrarAnswer> {
    const user = request.to.uri.user ?? '';
    const names = endpoint.list('aors');
    if (names.length === 0) return refuse(403, NO_AORS);
    const name = names.includes(user)
      ? user
      : names.find((each) => each === `${user}@${request.to.uri.host}`);
    const aor = name === undefined ? undefined : await this.#options.sorcery.find('aor', name);
    if (aor === undefined) return refuse(404, UNKNOWN_AOR);
    const before = this.#busy.get(aor.id);
    const work = () => this.#register(request, remote, endpoint, aor);
    const run = before === undefined ? work() : before.then(work, work);
    this.#busy.set(aor.id, run);
    return run.finally(() => {
      if (this.#busy.get(aor.id) === run) this.#busy.delete(aor.id);
    });
  }

  async #register(
    request: SipRequest,
    remote: Remote,
    endpoint: SorceryObject,
    aor: SorceryObject,
  ): Promise<RegistrarAnswer> {
    const max = aor.number('max_contacts');
    if (max === 0) return refuse(403, NOT_PERMITTED);
    let contacts: NameAddr[] | '*';
    try {
      ({ contacts } = request);
    } catch (error) {
      if (error instanceof SipParseError) return refuse(400, BAD_CONTACTS);
      throw error;
    }
    const now = Math.floor(this.#options.clock.now() / 1000);
    const known = new Map<string, SorceryObject>();
    for (const contact of await this.#options.sorcery.list('contact', `${aor.id};@`)) {
      if (contact.number('expiration_time') > now) known.set(contact.get('uri'), contact);
      else await this.#remove(contact);
    }
    if (contacts === '*') {
      // RFC 3261 §10.3 step 6: the wildcard only goes with Expires: 0.
      if (request.number('Expires') !== 0) return refuse(400, BAD_CONTACTS);
      await this.#removeAll(endpoint, aor, [...known.values()]);
      return this.#answer(aor, request, [], now);
    }
    if (contacts.length > MAX_CONTACTS_IN_REQUEST) return refuse(400, BAD_CONTACTS);
    const refused = refusedPath(request, aor);
    if (refused !== undefined) return refused;
    if (contacts.some(({ uri }) => uri.scheme !== 'sip' && uri.scheme !== 'sips'))
      return refuse(416, BAD_CONTACTS);
    const wanted = new Map<string, Wanted>();
    for (const contact of contacts) {
      const each = this.#wanted(contact, request, remote, endpoint, aor);
      const uri = sameUri(each.uri, known) ?? sameUri(each.uri, wanted) ?? each.uri;
      wanted.set(uri, { ...each, uri });
    }
    return this.#apply(request, remote, endpoint, aor, max, known, [...wanted.values()], now);
  }

  #wanted(
    contact: NameAddr,
    request: SipRequest,
    remote: Remote,
    endpoint: SorceryObject,
    aor: SorceryObject,
  ): Wanted {
    const asked =
      seconds(contact.params.get('expires')) ??
      seconds(request.get('Expires')) ??
      aor.number('default_expiration');
    const expires = allowed(asked, aor);
    if (!endpoint.is('rewrite_contact')) return { uri: contact.uri.toString(), expires };
    const host = remote.address.includes(':') ? `[${remote.address}]` : remote.address;
    const user = contact.uri.rawUser === undefined ? '' : `${contact.uri.rawUser}@`;
    return {
      uri: `${contact.uri.scheme}:${user}${host}:${remote.port}${contact.uri.params.toString()}`,
      expires,
    };
  }

  async #apply(
    request: SipRequest,
    remote: Remote,
    endpoint: SorceryObject,
    aor: SorceryObject,
    max: number,
    known: Map<string, SorceryObject>,
    wanted: readonly Wanted[],
    now: number,
  ): Promise<RegistrarAnswer> {
    const added = wanted.filter((each) => each.expires > 0 && !known.has(each.uri));
    const removed = wanted.filter((each) => each.expires === 0 && known.has(each.uri));
    const surplus = known.size + added.length - removed.length - max;
    const dropped: SorceryObject[] = [];
    if (surplus > 0) {
      const named = new Set(wanted.map((each) => each.uri));
      const others = [...known.values()].filter((each) => !named.has(each.get('uri')));
      dropped.push(...this.#removable(aor, others).slice(0, surplus));
      if (dropped.length < surplus || added.length > max) return refuse(403, TOO_MANY);
    }
    const writes: Promise<unknown>[] = [];
    for (const each of wanted) {
      if (each.expires === 0) continue;
      const contact = this.#contact(request, remote, endpoint, aor, each, now);
      const before = known.get(each.uri);
      writes.push(
        before === undefined ? this.#options.sorcery.create(contact) : this.#options.sorcery.update(contact),
      );
      known.set(each.uri, contact);
      this.#expiry.set(contact.id, now + each.expires);
    }
    await Promise.all(writes);
    const { reachability } = this.#options;
    for (const each of added) reachability.contactChanged(endpoint.id, aor.id, each.uri, 'NonQualified');
    const gone = [...dropped];
    for (const each of removed) {
      const contact = known.get(each.uri);
      if (contact !== undefined) gone.push(contact);
    }
    for (const contact of gone) known.delete(contact.get('uri'));
    await this.#removeAll(endpoint, aor, gone);
    return this.#answer(aor, request, [...known.values()], now);
  }

  /** Contacts that may make room, the first to go first: those that do not answer, then the oldest. */
  #removable(aor: SorceryObject, contacts: readonly SorceryObject[]): SorceryObject[] {
    const oldest = [...contacts].sort((a, b) => a.number('expiration_time') - b.number('expiration_time'));
    const existing = aor.is('remove_existing') ? oldest : [];
    if (!aor.is('remove_unavailable')) return existing;
    const unavailable = oldest.filter((object) => {
      const uri = object.get('uri');
      const entry = { aor: aor.id, uri, hash: uriHash(uri), object };
      return this.#options.reachability.contactState(entry).status === 'Unreachable';
    });
    return [...new Set([...unavailable, ...existing])];
  }

  #contact(
    request: SipRequest,
    remote: Remote,
    endpoint: SorceryObject,
    aor: SorceryObject,
    wanted: Wanted,
    now: number,
  ): SorceryObject {
    const id = `${aor.id};@${uriHash(wanted.uri)}`;
    const draft = new SorceryObject(this.#type, id, this.#type.defaults).draft();
    // A contact outlives the datagram that it came in.
    const set = (name: string, value: string) => draft.set(name, ownText(value));
    set('uri', wanted.uri);
    set('expiration_time', String(now + wanted.expires));
    set('user_agent', request.get('User-Agent') ?? '');
    set('endpoint', endpoint.id);
    set('call_id', request.callId);
    set('via_addr', remote.address);
    set('via_port', String(remote.port));
    set('reg_server', this.#options.serverName);
    if (aor.is('support_path')) set('path', request.list('Path').join(','));
    for (const name of ['qualify_frequency', 'qualify_timeout', 'qualify_2xx_only', 'outbound_proxy'])
      set(name, aor.get(name));
    set('authenticate_qualify', aor.is('authenticate_qualify') ? 'yes' : 'no');
    return new SorceryObject(this.#type, id, draft.values);
  }

  async #removeAll(
    endpoint: SorceryObject,
    aor: SorceryObject,
    contacts: readonly SorceryObject[],
  ): Promise<void> {
    await Promise.all(contacts.map((each) => this.#remove(each)));
    for (const each of contacts)
      this.#options.reachability.contactChanged(endpoint.id, aor.id, each.get('uri'), 'Removed');
  }

  async #remove(contact: SorceryObject): Promise<void> {
    this.#expiry.forget(contact.id);
    await this.#options.sorcery.delete(contact);
  }

  async #expired(id: string): Promise<void> {
    const { sorcery, clock, log } = this.#options;
    try {
      const contact = await sorcery.find('contact', id);
      if (contact === undefined) return;
      const at = contact.number('expiration_time');
      // Another node may have refreshed it meanwhile.
      if (at > clock.now() / 1000) {
        this.#expiry.set(id, at);
        return;
      }
      await sorcery.delete(contact);
      const endpoint = await sorcery.find('endpoint', contact.get('endpoint'));
      if (endpoint === undefined) return;
      const aor = id.slice(0, id.indexOf(';@'));
      this.#options.reachability.contactChanged(endpoint.id, aor, contact.get('uri'), 'Removed');
    } catch (error) {
      // While the store is away nothing can be removed: it is tried again until it is back.
      if (this.#closed) return;
      if (error instanceof StoreError) this.#expiry.set(id, Math.ceil(clock.now() / 1000) + EXPIRY_RETRY_S);
      else log.error(`Contact ${id} ran out and could not be removed: ${String(error)}`);
    }
  }

  /** 200 with every contact and the seconds it has left (RFC 3261 §10.3 step 8); phones set their clocks by its date. */
  #answer(
    aor: SorceryObject,
    request: SipRequest,
    contacts: readonly SorceryObject[],
    now: number,
  ): RegistrarAnswer {
    const headers: (readonly [string, string])[] = [['Date', new Date(now * 1000).toUTCString()]];
    const asked = seconds(request.get('Expires'));
    if (asked !== undefined) headers.push(['Expires', String(allowed(asked, aor))]);
    for (const contact of contacts) {
      headers.push(['Contact', `<${contact.get('uri')}>;expires=${contact.number('expiration_time') - now}`]);
    }
    if (aor.is('support_path')) {
      // RFC 3327 §5.3: the path that was kept is told.
      for (const path of request.getAll('Path')) headers.push(['Path', path]);
      headers.push(['Supported', PATH]);
    }
    return { status: 200, headers };
  }

  close(): void {
    this.#closed = true;
    this.#expiry.close();
  }
}
