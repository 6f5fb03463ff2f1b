import { ConfError, type Config } from '../conf/index.ts';
import type { HttpServer } from '../http/index.ts';
import type { Logger } from '../log/index.ts';
import { hashKind, libcryptKnows, type NamedAcls } from '../security/index.ts';
import { type AriConfig, GENERAL_OFF, readAriConfig } from './ari-config.ts';
import { Authenticator } from './authenticator.ts';
import { Debugging } from './debugging.ts';
import { EventSockets } from './event-sockets.ts';
import { applicationsHandlers } from './handlers/applications.ts';
import { asteriskHandlers } from './handlers/asterisk.ts';
import { channelsHandlers } from './handlers/channels.ts';
import { deviceStatesHandlers } from './handlers/device-states.ts';
import { endpointsHandlers } from './handlers/endpoints.ts';
import type { AriPorts } from './handlers/ports.ts';
import { HttpDoor } from './http-door.ts';
import { type AriViewSession, type OutboundLine, outboundLine, sessionLines } from './listing.ts';
import { readWebSocketClients } from './outbound/client-config.ts';
import { connectWebSocket } from './outbound/connect.ts';
import { OutboundSockets } from './outbound/outbound-sockets.ts';
import { AriRouter } from './router.ts';

export interface AriOptions {
  readonly ports: AriPorts;
  readonly http: HttpServer;
  /** Reads ari.conf; called again at each reload. @throws {ConfError} */
  readonly readConfig: () => Config | undefined;
  /** Reads websocket_client.conf, likewise. @throws {ConfError} */
  readonly readClients?: () => Config | undefined;
  /** The lists of acl.conf. */
  readonly acls: Pick<NamedAcls, 'get'>;
  /** Whether everything has started; before, requests are told to wait. */
  readonly ready?: () => boolean;
  readonly running: (module: string) => boolean;
  readonly log: Logger;
}

/** The REST interface and its event sockets, mounted at `/ari`. */
export class Ari {
  readonly router: AriRouter;
  readonly sockets: EventSockets;
  readonly #options: AriOptions;
  readonly #authenticator: Authenticator;
  readonly #door: HttpDoor;
  readonly #outbound: OutboundSockets;
  #config: AriConfig;
  #unmount: (() => void) | undefined;

  constructor(options: AriOptions) {
    this.#options = options;
    const { ports, running, log } = options;
    this.#config = this.#read();
    this.router = new AriRouter(
      {
        ...asteriskHandlers(ports),
        ...channelsHandlers(ports),
        ...applicationsHandlers(ports),
        ...endpointsHandlers(ports),
        ...deviceStatesHandlers(ports),
      },
      running,
    );
    const debugging = new Debugging(ports.stasis, log);
    const config = () => this.#config;
    const general = () => this.#config.general ?? GENERAL_OFF;
    this.sockets = new EventSockets({
      stasis: ports.stasis,
      clock: ports.clock,
      asteriskId: ports.info.entityId,
      pretty: () => general().pretty,
      writeTimeoutMs: () => general().writeTimeoutMs,
      resumeGraceMs: () => general().resumeGraceMs,
      resumeKeep: () => general().resumeKeep,
      dispatch: (request) => this.router.dispatch(request),
      debugging,
      log,
    });
    this.#outbound = new OutboundSockets({
      sockets: this.sockets,
      switch: ports.switch,
      user: (name) => this.#config.users.get(name),
      connect: connectWebSocket,
      clock: ports.clock,
      log,
    });
    ports.stasis.openFor = (channel, app) => this.#outbound.openFor(channel, app);
    this.#authenticator = new Authenticator({ config, clock: ports.clock, log });
    this.#door = new HttpDoor({
      config,
      authenticator: this.#authenticator,
      router: this.router,
      sockets: this.sockets,
      debugging,
      ready: options.ready ?? (() => true),
      serverHeader: () => options.http.serverHeader,
      mount: () => `${options.http.prefix}/ari`,
      running,
      version: ports.info.version,
      log,
    });
    this.#apply();
  }

  #read(before?: AriConfig): AriConfig {
    const { readConfig, acls } = this.#options;
    return readAriConfig(readConfig(), acls.get, before);
  }

  get config(): AriConfig {
    return this.#config;
  }

  /** Reads ari.conf again; a broken file leaves everything as it was. */
  reload(): void {
    try {
      this.#config = this.#read(this.#config);
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      this.#options.log.error(`${error.message}: ari.conf stays as it was`);
      return;
    }
    this.#apply();
  }

  #apply(): void {
    const { log, http, ports } = this.#options;
    const { general, problems } = this.#config;
    for (const problem of problems) log.error(problem);
    if (general?.enabled === true) this.#unmount ??= http.handle('ari', this.#door, 'Asterisk RESTful API');
    else {
      this.#unmount?.();
      this.#unmount = undefined;
    }
    this.#showVariables(ports, general?.channelVars ?? []);
    void this.#checkHashes();
    this.#applyOutbound();
  }

  #applyOutbound(): void {
    const { log, readClients, running } = this.#options;
    const { general, outbound } = this.#config;
    const off = general?.enabled !== true || !running('res_websocket_client');
    try {
      const clients = readWebSocketClients(readClients?.(), (text) => log.error(text));
      this.#outbound.apply({ sockets: outbound, clients: off ? new Map() : clients });
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      log.error(`${error.message}: websocket_client.conf stays as it was`);
    }
  }

  /** Every channel that is shown anywhere shows these variables too. */
  #showVariables({ switch: owner, variables }: AriPorts, names: readonly string[]): void {
    owner.shownVariables =
      names.length === 0
        ? undefined
        : (channel) => Object.fromEntries(names.map((name) => [name, variables.read(channel, name) ?? '']));
  }

  /** Says early what would otherwise be found out by somebody who cannot log in. */
  async #checkHashes(): Promise<void> {
    const unknown = new Map<string, boolean>();
    for (const { name, password, crypted } of this.#config.users.values()) {
      const kind = crypted ? hashKind(password) : undefined;
      if (kind?.by !== 'libcrypt') continue;
      if (!unknown.has(kind.name)) unknown.set(kind.name, !(await libcryptKnows(kind.name)));
      if (unknown.get(kind.name) !== true) continue;
      this.#options.log.error(
        `User '${name}' cannot log in: ${kind.name} hashes (${kind.prefix}) need the system's libcrypt and perl, and they do not compute it; make a $6$ hash with 'ari mkpasswd'`,
      );
    }
  }

  get general(): AriConfig['general'] {
    return this.#config.general;
  }

  get users(): AriConfig['users'] {
    return this.#config.users;
  }

  /** The sockets of applications, and the places that one will be opened from. */
  sessions(): AriViewSession[] {
    return sessionLines(this.sockets.sessions(), this.#outbound.idle());
  }

  /** The connections that ari.conf asks for. */
  outbound(): OutboundLine[] {
    return this.#outbound
      .configured()
      .map(outboundLine)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Ends one socket, by its name in the list. False when there is none. */
  shutdownSession(id: string): boolean {
    if (this.#outbound.stop(id)) return true;
    const session = this.sockets.find(id);
    if (session === undefined) return false;
    this.sockets.shutdown(session);
    return true;
  }

  shutdownSessions(): void {
    this.#outbound.stopAll();
    for (const session of this.sockets.sessions()) this.sockets.shutdown(session);
  }

  startOutbound(name: string): boolean {
    return this.#outbound.start(name);
  }

  /** A hash for `password_format=crypt`; empty when it cannot be made. */
  makePassword(password: string): Promise<string> {
    return this.#authenticator.passwords.make(password);
  }

  async close(): Promise<void> {
    this.#unmount?.();
    this.#options.ports.switch.shownVariables = undefined;
    this.#options.ports.stasis.openFor = undefined;
    this.#outbound.close();
    this.sockets.close();
    this.#door.close();
    await this.#authenticator.close();
  }
}
