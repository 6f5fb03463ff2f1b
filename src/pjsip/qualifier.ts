import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import {
  answerChallenge,
  isMadeHere,
  SipParseError,
  type SipResponse,
  type UserAgent,
} from '../sip/index.ts';
import { type Sorcery, type SorceryObject, StoreError } from '../sorcery/index.ts';
import { AorIndex, each } from './aor-index.ts';
import { outboundAccounts } from './authentication.ts';
import { type ContactEntry, contactKey, contactsOf, uriHash } from './contact-list.ts';
import { contactRequest } from './contact-request.ts';
import { DueTimes } from './due-times.ts';
import type { Reachability } from './reachability.ts';
import type { GlobalSettings } from './settings.ts';

export interface QualifierOptions {
  readonly sorcery: Sorcery;
  readonly reachability: Reachability;
  readonly settings: GlobalSettings;
  readonly agent: Pick<UserAgent, 'request' | 'resolve' | 'localAddress'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Addresses read in one go at the start, between letting others run. */
const LOAD_SLICE = 500;
/** OPTIONS that wait for an answer at one time; what is due beyond that waits a second. */
const MAX_UNDER_WAY = 2000;

/** A contact whose address says `qualify_frequency`. */
interface Watched {
  readonly contact: ContactEntry;
  readonly frequency: number;
}

/**
 * Asks contacts by OPTIONS whether they are there: each as often as its address says, one timer for all of them.
 * Follows what is pushed and who registers through sorcery.
 */
export class Qualifier {
  readonly #options: QualifierOptions;
  readonly #index: AorIndex;
  readonly #due: DueTimes;
  readonly #watched = new Map<string, Watched>();
  /** Keys of `#watched` by address of record. */
  readonly #byAor = new Map<string, Set<string>>();
  readonly #underWay = new Set<string>();
  readonly #offs: (() => void)[];
  #closed = false;

  constructor(options: QualifierOptions) {
    const { sorcery, clock } = options;
    this.#options = options;
    this.#index = new AorIndex(sorcery);
    this.#due = new DueTimes(clock, (key) => this.#fallDue(key));
    this.#offs = [
      sorcery.events.on('created', (object) => {
        if (object.type.name === 'aor') this.#changed(undefined, object);
        else if (object.type.name === 'contact') this.#registered(object);
      }),
      sorcery.events.on('updated', (object, before) => {
        if (object.type.name === 'aor') this.#changed(before, object);
      }),
      sorcery.events.on('deleted', (object) => {
        if (object.type.name === 'aor') this.#changed(object, undefined);
        else if (object.type.name === 'contact') this.#unwatch(object.id);
      }),
      sorcery.events.on('loaded', (type) => {
        if (type === 'aor') this.#try(this.load());
      }),
    ];
  }

  /** Learns which addresses have contacts to ask, or contacts that are always there, a slice at a time. @throws {StoreError} */
  async load(): Promise<void> {
    let count = 0;
    for (const aor of await each(this.#options.sorcery, 'aor')) {
      if (this.#closed) return;
      if (frequencyOf(aor) > 0) await this.#follow(aor, frequencyOf(aor));
      if (permanent(aor).length > 0) await this.#tell(aor, permanent(aor), permanent(aor));
      if (++count % LOAD_SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Asks every contact of an endpoint now; the log tells the answers. */
  qualify(endpoint: SorceryObject): void {
    this.#try(this.#qualify(endpoint));
  }

  async #qualify(endpoint: SorceryObject): Promise<void> {
    const { sorcery } = this.#options;
    for (const id of endpoint.list('aors')) {
      const aor = await sorcery.find('aor', id);
      if (aor === undefined) continue;
      for (const contact of await this.#contacts(aor)) this.#try(this.#ask(contact));
    }
  }

  /** Lets something happen by itself; a database that is away was told to the log by the store. */
  #try(work: Promise<void>): void {
    work.catch((error) => {
      if (!(error instanceof StoreError))
        this.#options.log.error(`Asking contacts: ${error instanceof Error ? error.stack : String(error)}`);
    });
  }

  async #contacts(aor: SorceryObject): Promise<ContactEntry[]> {
    return this.#options.sorcery.settle(() => contactsOf(this.#options.sorcery, aor));
  }

  #registered(object: SorceryObject): void {
    const at = object.id.indexOf(';@');
    const aor = at < 0 ? undefined : this.#options.sorcery.get('aor', object.id.slice(0, at));
    const frequency = aor?.number('qualify_frequency') ?? 0;
    if (aor === undefined || frequency === 0) return;
    const uri = object.get('uri');
    const contact = { aor: aor.id, uri, hash: uriHash(uri), object };
    this.#watch(contact, frequency, frequency);
    this.#options.reachability.watched(contact, 'NonQualified');
    this.#try(this.#ask(contact));
  }

  /** An address came, changed or went: what is watched follows, and who uses it is told. */
  #changed(before: SorceryObject | undefined, after: SorceryObject | undefined): void {
    const aor = after ?? before;
    if (aor === undefined) return;
    this.#try(this.#adapt(aor, before, after));
  }

  async #adapt(
    aor: SorceryObject,
    before: SorceryObject | undefined,
    after: SorceryObject | undefined,
  ): Promise<void> {
    if (frequencyOf(before) > 0 || frequencyOf(after) > 0) await this.#follow(aor, frequencyOf(after));
    await this.#tell(aor, permanent(before), permanent(after));
  }

  /** Watches the contacts of an address, or ceases to. */
  async #follow(aor: SorceryObject, frequency: number): Promise<void> {
    const { reachability } = this.#options;
    const contacts = frequency === 0 ? [] : await this.#contacts(aor);
    const stale = new Set(this.#byAor.get(aor.id));
    for (const contact of contacts) {
      const key = contactKey(contact);
      stale.delete(key);
      const watched = this.#watched.get(key);
      if (watched?.frequency === frequency) continue;
      if (watched === undefined) reachability.watched(contact, 'Unknown');
      this.#watch(contact, frequency, Math.random() * this.#firstWithin(frequency));
    }
    for (const key of stale) this.#unwatch(key);
  }

  /** Tells the users of an address about contacts that it now has of its own, and whether they can be reached. */
  async #tell(aor: SorceryObject, before: readonly string[], after: readonly string[]): Promise<void> {
    const { reachability } = this.#options;
    const endpoints = new Set<string>();
    for (const { object } of await this.#contacts(aor))
      if (object !== undefined) endpoints.add(object.get('endpoint'));
    // Registered contacts name their endpoint; only for an address's own all that list it must be found.
    if (before.length > 0 || after.length > 0)
      for (const id of await this.#index.endpointsOf(aor.id)) endpoints.add(id);
    if (this.#closed) return;
    const fresh = frequencyOf(aor) > 0 ? [] : after.filter((uri) => !before.includes(uri));
    const state = { status: 'NonQualified', roundtripUsec: undefined };
    for (const endpoint of endpoints) {
      for (const uri of fresh) reachability.tellContact(endpoint, aor.id, uri, state);
      reachability.settle(endpoint);
    }
  }

  /** Seconds within which a contact is asked for the first time, spread so that not all are asked at once. */
  #firstWithin(frequency: number): number {
    const limit = this.#options.settings.number('max_initial_qualify_time');
    return limit > 0 ? Math.min(limit, frequency) : frequency;
  }

  #watch(contact: ContactEntry, frequency: number, within: number): void {
    const key = contactKey(contact);
    this.#watched.set(key, { contact, frequency });
    const keys = this.#byAor.get(contact.aor);
    if (keys === undefined) this.#byAor.set(contact.aor, new Set([key]));
    else keys.add(key);
    this.#due.set(key, this.#now() + Math.floor(within));
  }

  #unwatch(key: string): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    this.#watched.delete(key);
    this.#due.forget(key);
    this.#options.reachability.unwatched(key);
    const keys = this.#byAor.get(watched.contact.aor);
    keys?.delete(key);
    if (keys?.size === 0) this.#byAor.delete(watched.contact.aor);
  }

  #now(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }

  #fallDue(key: string): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    if (this.#underWay.size >= MAX_UNDER_WAY) {
      this.#due.set(key, this.#now() + 1);
      return;
    }
    this.#due.set(key, this.#now() + watched.frequency);
    // One that takes longer than the frequency is not asked twice at a time.
    if (!this.#underWay.has(key)) this.#try(this.#ask(watched.contact));
  }

  /** Asks one contact and, where it is watched, tells what came of it. */
  async #ask(contact: ContactEntry): Promise<void> {
    const key = contactKey(contact);
    const { sorcery, clock, log, reachability } = this.#options;
    this.#underWay.add(key);
    const begun = clock.monotonic();
    let response: SipResponse | undefined;
    let aor: SorceryObject | undefined;
    let endpoints: readonly string[] = [];
    try {
      aor = await sorcery.find('aor', contact.aor);
      endpoints = await this.#endpointsOf(contact);
      if (aor !== undefined) response = await this.#send(contact, aor, endpoints[0]);
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error;
      log.debug(`Contact ${contact.uri} of ${contact.aor} cannot be asked: ${(error as Error).message}`);
    } finally {
      this.#underWay.delete(key);
    }
    if (this.#closed) return;
    const there =
      response !== undefined &&
      !isMadeHere(response) &&
      (response.status < 300 || aor?.is('qualify_2xx_only') !== true);
    const roundtrip = Math.max(1, Math.round((clock.monotonic() - begun) * 1000));
    log.verbose(
      `Contact ${contact.aor}/${contact.uri} is ${there ? `reachable, ${roundtrip} µs away` : 'not reachable'}`,
    );
    reachability.qualified(contact, endpoints, there ? roundtrip : undefined);
  }

  async #endpointsOf({ aor, object }: ContactEntry): Promise<readonly string[]> {
    const own = object?.get('endpoint') ?? '';
    return own === '' ? this.#index.endpointsOf(aor) : [own];
  }

  /** @throws {SipParseError} the contact is no URI */
  async #send(
    contact: ContactEntry,
    aor: SorceryObject,
    endpointId: string | undefined,
  ): Promise<SipResponse | undefined> {
    const { sorcery, agent, settings } = this.#options;
    const endpoint = endpointId === undefined ? undefined : await sorcery.find('endpoint', endpointId);
    const made = await contactRequest(agent, settings, {
      method: 'OPTIONS',
      uri: contact.uri,
      endpoint,
      route: [aor.get('outbound_proxy'), ...(contact.object?.get('path').split(',') ?? [])],
      headers: [['Accept', 'application/sdp']],
    });
    if (made === undefined) return undefined;
    const { request, flow } = made;
    const accounts =
      endpoint === undefined || !aor.is('authenticate_qualify')
        ? []
        : await sorcery.settle(() => outboundAccounts(sorcery, endpoint.list('outbound_auth')));
    const seconds = aor.number('qualify_timeout');
    return agent.request(request, {
      flow,
      ...(seconds > 0 ? { timeout: seconds * 1000 } : {}),
      ...(accounts.length === 0
        ? {}
        : { authenticate: (sent, response) => answerChallenge(sent, response, accounts) }),
    });
  }

  close(): void {
    this.#closed = true;
    for (const off of this.#offs) off();
    this.#due.close();
    this.#index.close();
    this.#watched.clear();
    this.#byAor.clear();
  }
}

function frequencyOf(aor: SorceryObject | undefined): number {
  return aor?.number('qualify_frequency') ?? 0;
}

/** Contacts that an address has of its own. */
function permanent(aor: SorceryObject | undefined): readonly string[] {
  return aor === undefined
    ? []
    : aor
        .get('contact')
        .split('\n')
        .filter((uri) => uri !== '');
}
