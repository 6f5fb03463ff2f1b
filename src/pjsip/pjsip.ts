import type { Logger } from '../log/index.ts';
import type { MediaEngine } from '../media/index.ts';
import type { Clock } from '../platform/index.ts';
import type { NamedAcls, SecurityEvents } from '../security/index.ts';
import {
  type Flow,
  type HeaderList,
  type Remote,
  type ServerInvite,
  type ServerTransaction,
  SipParseError,
  type SipRequest,
  UserAgent,
} from '../sip/index.ts';
import { type Sorcery, type SorceryObject, StoreError } from '../sorcery/index.ts';
import { type Channel, MessageError, type Switch } from '../switch/index.ts';
import { Access } from './access.ts';
import { Authentication } from './authentication.ts';
import { Dialler, setVariables } from './dialler.ts';
import { Identification } from './identification.ts';
import { IdentifyIndex } from './identify-index.ts';
import { IncomingCall } from './incoming-call.ts';
import { MESSAGE_TECHNOLOGY, Messenger } from './messenger.ts';
import { Notifier } from './notify/index.ts';
import { parseCallerId } from './objects/index.ts';
import { type PacketLogTarget, packetLog, packetLogAnswer } from './packet-log.ts';
import { Qualifier } from './qualifier.ts';
import { Reachability } from './reachability.ts';
import { Registrar } from './registrar.ts';
import { Registrations } from './registration/index.ts';
import { GlobalSettings } from './settings.ts';
import { StackSettings } from './stack-settings.ts';
import { Transports, type TransportView } from './transports.ts';
import { UnidentifiedRequests, type UnidentifiedSource } from './unidentified.ts';

export interface PjsipOptions {
  readonly sorcery: Sorcery;
  readonly switch: Switch;
  readonly media: MediaEngine;
  readonly clock: Clock;
  readonly log: Logger;
  readonly security: SecurityEvents;
  /** The lists of acl.conf. */
  readonly acls: Pick<NamedAcls, 'get'>;
  /** Whether a module is running: what belongs to one that is not is refused as if it did not exist. */
  readonly running: (module: string) => boolean;
  /** `User-Agent` and `Server`, unless `global.user_agent` is set. */
  readonly product: string;
  readonly serverName: string;
  readonly dialplan: {
    exists(context: string, exten: string, callerNumber: string): boolean;
    run(channel: Channel): Promise<void>;
  };
}

const ALLOW = ['OPTIONS', 'REGISTER', 'INVITE', 'ACK', 'CANCEL', 'BYE', 'INFO', 'UPDATE', 'MESSAGE'];
const SUPPORTED = ['timer'];
/** What OPTIONS asks for (RFC 3261 §11.2). */
const CAPABILITIES: HeaderList = [
  ['Accept', 'application/sdp'],
  ['Accept-Encoding', 'identity'],
  ['Accept-Language', 'en'],
  ['Allow', ALLOW.join(', ')],
  ['Supported', SUPPORTED.join(', ')],
];

/** Milliseconds that registrars get to answer while bindings are taken back at the end. */
const TAKE_BACK_PATIENCE_MS = 3_000;

/** The channel technology PJSIP: endpoints, registrations and calls. */
export class Pjsip {
  readonly reachability: Reachability;
  /** Sends NOTIFY that nobody subscribed to. */
  readonly notifier: Notifier;
  readonly #options: PjsipOptions;
  readonly #settings: GlobalSettings;
  readonly #index: IdentifyIndex;
  readonly #identification: Identification;
  readonly #authentication: Authentication;
  readonly #unidentified: UnidentifiedRequests;
  readonly #registrar: Registrar;
  readonly #agent: UserAgent;
  readonly #qualifier: Qualifier;
  readonly #transports: Transports;
  readonly #access: Access;
  readonly #stackSettings: StackSettings;
  readonly #messenger: Messenger;
  readonly #offTechnology: () => void;
  /** Undefined while its module is not there. */
  #registrations: Registrations | undefined;
  #listening = false;
  readonly #offMessages: () => void;
  #loading: Promise<void> = Promise.resolve();
  #offLoaded: () => void = () => {};

  constructor(options: PjsipOptions) {
    this.#options = options;
    const { sorcery, clock, log, security } = options;
    this.#settings = new GlobalSettings(sorcery);
    this.#index = new IdentifyIndex({ sorcery, clock, log });
    this.#identification = new Identification(
      sorcery,
      this.#index,
      this.#settings,
      options.running,
      (request) => this.#registrations?.endpointOf(request),
    );
    this.#unidentified = new UnidentifiedRequests(this.#settings, clock);
    this.#access = new Access({ sorcery, clock, log, named: options.acls.get, running: options.running });
    this.#authentication = new Authentication({ sorcery, settings: this.#settings, clock, log, security });
    this.reachability = new Reachability(sorcery, options.switch);
    this.#registrar = new Registrar({
      sorcery,
      reachability: this.reachability,
      clock,
      log,
      serverName: options.serverName,
    });
    this.#agent = new UserAgent({
      clock,
      logger: log,
      allow: ALLOW,
      supported: SUPPORTED,
      // The registrar keeps a path, or refuses it (RFC 3327).
      required: new Map([['REGISTER', ['path']]]),
      advertise: (transport, remote) => this.#transports.advertise(transport, remote),
      admit: (request, { remote }) => this.#access.admits(request, remote),
      onRequest: (request, transaction) =>
        void this.#request(request, transaction).catch((error) =>
          this.#failed(error, (status, reason) => transaction.reply(status, reason)),
        ),
      onInvite: (invite) =>
        void this.#invite(invite).catch((error) =>
          this.#failed(error, (status, reason) => invite.reject(status, reason)),
        ),
    });
    this.#stackSettings = new StackSettings({
      sorcery,
      agent: this.#agent,
      product: options.product,
      clock,
      log,
    });
    this.#transports = new Transports(this.#agent, { sorcery, log });
    const { reachability } = this;
    const shared = { sorcery, reachability, settings: this.#settings, agent: this.#agent, clock, log };
    this.#qualifier = new Qualifier(shared);
    this.notifier = new Notifier({ ...shared, transport: (name) => this.#transports.find(name) });
    const { switch: owner, media, running } = options;
    this.#offTechnology = owner.technologies.provide(
      new Dialler({ ...shared, switch: owner, media, running, transports: this.#transports, allow: ALLOW }),
    );
    this.#messenger = new Messenger({ ...shared, switch: owner, transports: this.#transports });
    this.#offMessages = owner.messages.provide(MESSAGE_TECHNOLOGY, (message, destination) => {
      if (running('res_pjsip_messaging')) return this.#messenger.send(message, destination);
      throw new MessageError('technology', 'res_pjsip_messaging is not running');
    });
  }

  /** Opens every transport and learns when stored contacts run out and are to be asked. */
  async listen(): Promise<void> {
    this.#index.prepare();
    const { sorcery } = this.#options;
    await this.#transports.start();
    this.#listening = true;
    if (this.#options.running('res_pjsip_outbound_registration')) this.startRegistrations();
    this.#loading = this.#loadContacts();
    this.#offLoaded = sorcery.events.on('loaded', (type) => {
      if (type === 'contact') this.#loading = this.#loading.then(() => this.#loadContacts());
    });
  }

  /** A database that is away tells later: contacts then count as loaded. */
  async #loadContacts(): Promise<void> {
    try {
      await this.#registrar.load();
      await this.#qualifier.load();
    } catch (error) {
      this.#options.log.error(`Contacts cannot be read: ${(error as Error).message}`);
    }
  }

  /** Registrations at others; undefined while the module that makes them is not there. */
  get registrations(): Registrations | undefined {
    return this.#registrations;
  }

  /** Registers at others what is there and what comes; nothing to do before anything listens. */
  startRegistrations(): void {
    if (!this.#listening || this.#registrations !== undefined) return;
    const { sorcery, switch: owner, clock, log } = this.#options;
    this.#registrations = new Registrations({
      sorcery,
      switch: owner,
      agent: this.#agent,
      transport: (name) => this.#transports.find(name),
      clock,
      log,
    });
    void this.#registrations.load();
  }

  /** Takes every binding at others back, and registers nothing more. Resolves when they are told, or time is up. */
  async endRegistrations(): Promise<void> {
    const registrations = this.#registrations;
    if (registrations === undefined) return;
    await registrations.takeBack(TAKE_BACK_PATIENCE_MS);
    registrations.close();
    this.#registrations = undefined;
  }

  /** Asks every contact of an endpoint whether it is there; the log tells the answers. */
  qualify(endpoint: SorceryObject): void {
    this.#qualifier.qualify(endpoint);
  }

  /** The ways of finding the endpoint of a request, in the order in which they are tried. */
  get identifiers(): readonly string[] {
    return this.#identification.order;
  }

  /** Addresses that asked and are no endpoint. */
  unidentified(): Iterable<UnidentifiedSource> {
    return this.#unidentified.list();
  }

  /** Transports as they are in force. */
  transports(): Iterable<TransportView> {
    return this.#transports.list();
  }

  /** Sockets of transports that are gone and stay open for their calls: `udp 192.0.2.1:5060`. */
  get retiringTransports(): readonly string[] {
    return this.#transports.retiring;
  }

  /** Resolves when the listeners are those of what was pushed and reloaded until now. */
  transportsSettled(): Promise<void> {
    return this.#transports.settled();
  }

  /** Prints every packet, or those of one host, through the log. Returns what the console says. */
  packetLog(target: PacketLogTarget): string {
    this.#agent.onPacket = packetLog(target, this.#options.log);
    return packetLogAnswer(target);
  }

  #failed(error: unknown, answer: (status: number, reason?: string) => void): void {
    if (error instanceof SipParseError) {
      answer(error.status, error.message);
      return;
    }
    // The store has told the log, once; a phone tries again (RFC 3261 §21.5.4).
    if (error instanceof StoreError) {
      answer(503);
      return;
    }
    this.#options.log.error(`A SIP request failed: ${error instanceof Error ? error.stack : String(error)}`);
    answer(500);
  }

  /**
   * The endpoint that a request comes from. What is kept in a database is asked for; where nothing is, as with nearly
   * every request, there is nothing to wait for. @throws {StoreError}
   */
  #identify(
    request: SipRequest,
    remote: Remote,
  ): SorceryObject | undefined | Promise<SorceryObject | undefined> {
    const asking = this.#index.fresh();
    return asking === undefined
      ? this.#find(request, remote)
      : asking.then(() => this.#find(request, remote));
  }

  #find(request: SipRequest, remote: Remote): SorceryObject | undefined | Promise<SorceryObject | undefined> {
    const { sorcery } = this.#options;
    return sorcery.settle(() => {
      const endpoint = this.#identification.find(request, remote);
      // Authentication needs them next, and cannot wait.
      for (const id of endpoint?.list('auth') ?? []) sorcery.get('auth', id);
      return endpoint;
    });
  }

  /**
   * Whether a request of this endpoint (undefined: of nobody we know) is admitted; when not, it was answered. Challenges keep
   * no state: nobody has shown yet that the request comes from where it says.
   */
  #admitted(
    request: SipRequest,
    flow: Flow,
    endpoint: SorceryObject | undefined,
    answer: { dismiss(status: number, headers: readonly (readonly [string, string])[]): void },
  ): endpoint is SorceryObject {
    if (endpoint === undefined) this.#unidentified.add(flow.remote.address);
    const barred = endpoint === undefined ? undefined : this.#access.bars(endpoint, request, flow.remote);
    if (!this.#options.running('res_pjsip_authenticator_digest')) {
      // Nobody can prove anything: only those come in of whom nothing is asked.
      if (endpoint !== undefined && endpoint.list('auth').length === 0 && barred === undefined) return true;
      answer.dismiss(403, []);
      return false;
    }
    const admission =
      endpoint === undefined || barred === undefined
        ? this.#authentication.check(request, flow, endpoint)
        : this.#authentication.bar(request, flow, endpoint, barred);
    if (admission.kind === 'ok') return true;
    answer.dismiss(401, admission.headers);
    return false;
  }

  async #request(request: SipRequest, transaction: ServerTransaction): Promise<void> {
    const { remote } = transaction.source;
    const identified = this.#identify(request, remote);
    const endpoint = identified instanceof Promise ? await identified : identified;
    if (endpoint === undefined || endpoint.is('force_rport')) transaction.forceRport();
    if (!this.#admitted(request, transaction.source, endpoint, transaction)) return;
    switch (request.method) {
      case 'REGISTER':
        if (!this.#options.running('res_pjsip_registrar')) {
          this.#unhandled(transaction);
          return;
        }
        this.#registrar.register(request, remote, endpoint).then(
          ({ status, headers, refusal }) => {
            transaction.reply(status, undefined, { headers });
            if (refusal !== undefined)
              this.#authentication.refused(request, transaction.source, endpoint, refusal);
          },
          (error) => this.#failed(error, (status, reason) => transaction.reply(status, reason)),
        );
        break;
      case 'OPTIONS':
        transaction.reply(this.#hasExtension(request, endpoint) ? 200 : 404, undefined, {
          headers: CAPABILITIES,
        });
        break;
      case 'MESSAGE':
        if (this.#options.running('res_pjsip_messaging'))
          transaction.reply(this.#messenger.receive(request, transaction.source, endpoint));
        else this.#unhandled(transaction);
        break;
      case 'SUBSCRIBE':
      case 'PUBLISH':
        // RFC 6665 §7.2.2: no event package is known.
        if (this.#options.running('res_pjsip_pubsub')) transaction.reply(489);
        else this.#unhandled(transaction);
        break;
      default:
        this.#unhandled(transaction);
    }
  }

  /** OPTIONS is answered as an INVITE would be (RFC 3261 §11.2); without a user it asks for the server. */
  #hasExtension(request: SipRequest, endpoint: SorceryObject): boolean {
    const { user = '' } = request.requestUri;
    const { number } = callerOf(endpoint, request);
    return user === '' || this.#options.dialplan.exists(endpoint.get('context'), user, number);
  }

  /** A method that nothing here handles, as the original answers it (RFC 3261 §21.5.2). */
  #unhandled(transaction: ServerTransaction): void {
    transaction.reply(501, undefined, { headers: [['Allow', ALLOW.join(', ')]] });
  }

  async #invite(invite: ServerInvite): Promise<void> {
    const { request } = invite;
    const identified = this.#identify(request, invite.flow.remote);
    const endpoint = identified instanceof Promise ? await identified : identified;
    // It may have been cancelled while a database was asked.
    if (invite.ended) return;
    if (!this.#admitted(request, invite.flow, endpoint, invite)) return;
    invite.trying();
    const { switch: owner, dialplan, media, log } = this.#options;
    if (!owner.accepting || !this.#options.running('chan_pjsip')) {
      invite.reject(503);
      return;
    }
    if (!this.#options.running('res_pjsip_sdp_rtp')) {
      // Nobody can handle the streams of an offer.
      invite.reject(488);
      return;
    }
    const context = endpoint.get('context');
    const exten = request.requestUri.user ?? 's';
    const caller = callerOf(endpoint, request);
    if (!dialplan.exists(context, exten, caller.number)) {
      log.notice(
        `Call from '${endpoint.id}' to extension '${exten}' rejected: it is not in context '${context}'`,
      );
      invite.reject(404);
      return;
    }
    const call = new IncomingCall({
      invite,
      flow: invite.flow,
      endpoint,
      media,
      log,
      mediaAddress: this.#transports.mediaAddress(invite.flow),
      clock: this.#options.clock,
      contact: this.#agent.contact(invite.flow),
      ringing: () => this.reachability.refresh(endpoint.id),
    });
    let gone = false;
    const off = invite.events.on('ended', () => {
      gone = true;
    });
    const refusal = await call.prepare();
    off();
    if (refusal !== undefined || gone) {
      await call.abandon();
      if (!gone) invite.reject(refusal?.status ?? 500, undefined, refusal?.headers);
      return;
    }
    const channel = owner.create({
      namePrefix: `PJSIP/${endpoint.id}`,
      technology: 'PJSIP',
      endpoint: endpoint.id,
      state: 'Ring',
      driver: call,
      location: { context, exten, priority: 1 },
      caller,
      accountCode: endpoint.get('accountcode'),
      tenantId: endpoint.get('tenantid'),
      ...(endpoint.get('language') === '' ? {} : { language: endpoint.get('language') }),
    });
    call.attach(channel);
    channel.setVariable('SIPDOMAIN', request.requestUri.host);
    setVariables(channel, endpoint);
    await dialplan.run(channel);
  }

  async close(): Promise<void> {
    this.#offTechnology();
    this.#offLoaded();
    this.#registrations?.close();
    this.#offMessages();
    await this.#transports.close();
    this.#access.close();
    this.#stackSettings.close();
    this.#registrar.close();
    this.#qualifier.close();
    this.reachability.close();
    await this.#loading;
    this.#settings.close();
    this.#index.close();
    await this.#agent.close();
  }
}

/** Who calls: what the endpoint is configured with, else what the request says. */
function callerOf(endpoint: SorceryObject, request: SipRequest): { name: string; number: string } {
  const configured = parseCallerId(endpoint.get('callerid'));
  if (configured.name !== '' || configured.number !== '') return configured;
  const { displayName = '', uri } = request.from;
  return { name: displayName, number: uri.user ?? '' };
}
