import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { SipRequest, Transport, UserAgent } from '../../sip/index.ts';
import { type Sorcery, type SorceryObject, StoreError } from '../../sorcery/index.ts';
import type { Switch } from '../../switch/index.ts';
import { each } from '../aor-index.ts';
import { outboundAccounts } from '../authentication.ts';
import { DueTimes } from '../due-times.ts';
import { Registration, type RegistrationHost, type RegistrationStatus, samePlace } from './registration.ts';

export interface RegistrationsOptions {
  readonly sorcery: Sorcery;
  readonly switch: Pick<Switch, 'events'>;
  readonly agent: Pick<UserAgent, 'request' | 'resolve' | 'contact' | 'allow'>;
  /** The transport of this name; undefined for one that does not listen. */
  readonly transport: (name: string) => Transport | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** From 0 to 1, 1 excluded; spreads first attempts. */
  readonly random?: () => number;
}

/** How a registration stands. */
export interface RegistrationState {
  readonly status: RegistrationStatus;
  /** Seconds until it is sent again, negative since it was to be sent; undefined while nothing is planned. */
  readonly dueIn: number | undefined;
}

/** What doors ask of registrations, by the name of their object. */
export type RegistrationsPort = Pick<
  Registrations,
  'state' | 'register' | 'unregister' | 'registerAll' | 'unregisterAll'
>;

/** Registrations that are told something in one go, between letting others run. */
const SLICE = 50;

/**
 * Registrations of this server at others: one for each object of type `registration`, following what is pushed,
 * changed, deleted and loaded. One timer for all of them.
 */
export class Registrations {
  readonly #options: RegistrationsOptions;
  readonly #host: RegistrationHost;
  readonly #due: DueTimes;
  readonly #offs: (() => void)[];
  readonly #registrations = new Map<string, Registration>();
  /** By the letters that calls bring along. */
  readonly #lines = new Map<string, Registration>();
  /** Those that use an auth, by its name. */
  readonly #byAuth = new Map<string, Set<Registration>>();
  /** Those that are gone, and still take their binding back. */
  readonly #retiring = new Map<Registration, Promise<void>>();
  #loading: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: RegistrationsOptions) {
    this.#options = options;
    const { sorcery, agent, clock, log } = options;
    this.#due = new DueTimes(clock, (id) => void this.#registrations.get(id)?.register());
    this.#host = {
      agent,
      clock,
      log,
      transport: options.transport,
      accounts: async (auths) => sorcery.settle(() => outboundAccounts(sorcery, auths)),
      due: (registration, at) => {
        const { id } = registration.object;
        // One that was replaced has an heir of the same name.
        if (this.#registrations.get(id) !== registration) return;
        if (at === undefined) this.#due.forget(id);
        else this.#due.set(id, at);
      },
      told: ({ object, status }) =>
        options.switch.events.emit('registry', {
          technology: 'PJSIP',
          username: object.get('client_uri'),
          domain: object.get('server_uri'),
          status,
        }),
      random: options.random ?? Math.random,
    };
    this.#offs = [
      sorcery.events.on('created', (object) => this.#appeared(object)),
      sorcery.events.on('updated', (object) => this.#appeared(object)),
      sorcery.events.on('deleted', ({ type, id }) => {
        if (type.name === 'registration') this.#drop(id);
      }),
      sorcery.events.on('loaded', (type) => {
        if (type === 'registration') this.#loading = this.#loading.then(() => this.load());
        else if (type === 'auth') for (const each of this.#registrations.values()) this.#reconsider(each);
      }),
    ];
  }

  /** Compares with what there is: what came is registered, what changed follows, what is gone is taken back. Never rejects. */
  async load(): Promise<void> {
    const gone = new Set(this.#registrations.keys());
    try {
      for (const object of await each(this.#options.sorcery, 'registration')) {
        if (this.#closed) return;
        gone.delete(object.id);
        this.#put(object);
      }
    } catch (error) {
      // What a database told last goes on to hold; the store has told the log.
      if (!(error instanceof StoreError)) throw error;
      return;
    }
    for (const id of gone) this.#drop(id);
  }

  /** Undefined when there is no such registration. */
  state(id: string): RegistrationState | undefined {
    const registration = this.#registrations.get(id);
    return registration && { status: registration.status, dueIn: registration.dueIn };
  }

  /** Takes a binding back and registers anew. False when there is no such registration. */
  register(id: string): boolean {
    const registration = this.#registrations.get(id);
    void registration?.renew();
    return registration !== undefined;
  }

  /** Takes a binding back and attempts nothing more. False when there is no such registration. */
  unregister(id: string): boolean {
    const registration = this.#registrations.get(id);
    void registration?.unregister();
    return registration !== undefined;
  }

  registerAll(): void {
    void this.#sliced((each) => each.renew());
  }

  unregisterAll(): void {
    void this.#sliced((each) => each.unregister());
  }

  /** Endpoint of a request that comes for a registration with `line`: its letters stand in the Request-URI, or in To. */
  endpointOf(request: SipRequest): string | undefined {
    if (this.#lines.size === 0) return undefined;
    const line = request.requestUri.params.get('line') ?? request.to.uri.params.get('line');
    const object = line === undefined ? undefined : this.#lines.get(line)?.object;
    return object?.is('line') ? object.get('endpoint') : undefined;
  }

  /** Takes every binding back, before the end. Resolves when all are answered, or after so many milliseconds. */
  async takeBack(patienceMs: number): Promise<void> {
    let timer = { cancel: () => {} };
    const late = new Promise<void>((resolve) => {
      timer = this.#options.clock.after(patienceMs, resolve);
    });
    for (const id of [...this.#registrations.keys()]) this.#drop(id);
    await Promise.race([late, Promise.all(this.#retiring.values())]);
    timer.cancel();
  }

  async #sliced(act: (registration: Registration) => Promise<void>): Promise<void> {
    let count = 0;
    for (const registration of [...this.#registrations.values()]) {
      if (this.#closed) return;
      void act(registration);
      if (++count % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #appeared(object: SorceryObject): void {
    if (object.type.name === 'registration') this.#put(object);
    else if (object.type.name === 'auth')
      for (const each of this.#byAuth.get(object.id) ?? []) this.#reconsider(each);
  }

  #reconsider(registration: Registration): void {
    registration.reconsider().catch((error) => {
      if (!(error instanceof StoreError)) throw error;
    });
  }

  #put(object: SorceryObject): void {
    const before = this.#registrations.get(object.id);
    if (before !== undefined && samePlace(before.object, object)) {
      this.#unlist(before);
      before.change(object);
      this.#list(before);
      return;
    }
    if (before !== undefined) this.#retire(before, object);
    const registration = new Registration(this.#host, object);
    this.#registrations.set(object.id, registration);
    this.#list(registration);
    // One that was there already need not wait for its turn.
    if (before === undefined) registration.start();
    else void registration.register();
  }

  #drop(id: string): void {
    const registration = this.#registrations.get(id);
    if (registration !== undefined) this.#retire(registration, undefined);
  }

  #retire(registration: Registration, heir: SorceryObject | undefined): void {
    const { id } = registration.object;
    this.#due.forget(id);
    this.#registrations.delete(id);
    this.#unlist(registration);
    const done = registration.retire(heir).then(() => void this.#retiring.delete(registration));
    this.#retiring.set(registration, done);
  }

  #list(registration: Registration): void {
    const { object, line } = registration;
    if (object.is('line')) this.#lines.set(line, registration);
    for (const auth of object.list('outbound_auth')) {
      const users = this.#byAuth.get(auth);
      if (users === undefined) this.#byAuth.set(auth, new Set([registration]));
      else users.add(registration);
    }
  }

  #unlist(registration: Registration): void {
    this.#lines.delete(registration.line);
    for (const auth of registration.object.list('outbound_auth')) {
      const users = this.#byAuth.get(auth);
      users?.delete(registration);
      if (users?.size === 0) this.#byAuth.delete(auth);
    }
  }

  /** Ends without a word to anybody; `takeBack` comes before where bindings are to go. */
  close(): void {
    this.#closed = true;
    for (const off of this.#offs.splice(0)) off();
    for (const each of [...this.#registrations.values(), ...this.#retiring.keys()]) each.close();
    this.#due.close();
    this.#registrations.clear();
    this.#retiring.clear();
    this.#lines.clear();
    this.#byAuth.clear();
  }
}
