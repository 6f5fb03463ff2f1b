import { AsterismError } from '../errors/index.ts';
import type { HttpServer } from '../http/index.ts';
import type { Logger } from '../log/index.ts';
import {
  hashKind,
  libcryptKnows,
  type NamedAcls,
  type Token,
  type TokenStore,
  Tokens,
  withToken,
} from '../security/index.ts';
import { type Sorcery, StoreError } from '../sorcery/index.ts';
import { type AriGeneral, type AriUser, GENERAL_OFF } from './ari-config.ts';
import { type AriChange, AriObjects } from './ari-objects.ts';
import { Authenticator } from './authenticator.ts';
import { Debugging } from './debugging.ts';
import { EventSockets } from './event-sockets.ts';
import { applicationsHandlers } from './handlers/applications.ts';
import { asteriskHandlers } from './handlers/asterisk.ts';
import { channelsHandlers } from './handlers/channels.ts';
import { deviceStatesHandlers } from './handlers/device-states.ts';
import { endpointsHandlers } from './handlers/endpoints.ts';
import { mailboxesHandlers } from './handlers/mailboxes.ts';
import { originateHandlers } from './handlers/originate.ts';
import type { AriPorts } from './handlers/ports.ts';
import { tokensHandlers } from './handlers/tokens.ts';
import { HttpDoor } from './http-door.ts';
import { type AriViewSession, type OutboundLine, outboundLine, sessionLines } from './listing.ts';
import type { LoginLog } from './login-events.ts';
import { connectWebSocket } from './outbound/connect.ts';
import { OutboundSockets } from './outbound/outbound-sockets.ts';
import { AriRouter } from './router.ts';
import { readTokenRequest, tokenOptions } from './token-request.ts';

export interface AriOptions {
  readonly ports: AriPorts;
  readonly http: HttpServer;
  /** Where settings, users and connections are objects of res_ari and res_websocket_client. */
  readonly sorcery: Sorcery;
  /** Where tokens are kept. */
  readonly tokens: TokenStore;
  /** Hears of logins. */
  readonly security: LoginLog;
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
  readonly #objects: AriObjects;
  readonly tokens: Tokens;
  /** Connections outwards are to be looked at when everything that changed together has changed. */
  #outboundDue = false;
  #closed = false;
  #unmount: (() => void) | undefined;

  constructor(options: AriOptions) {
    this.#options = options;
    const { ports, running, log } = options;
    this.#objects = new AriObjects({
      sorcery: options.sorcery,
      namedAcl: options.acls.get,
      changed: (change) => this.#changed(change),
      log,
    });
    this.tokens = new Tokens(options.tokens, ports.clock, (error) => log.error(`A token: ${String(error)}`));
    this.router = new AriRouter(
      {
        ...asteriskHandlers(ports),
        ...channelsHandlers(ports),
        ...originateHandlers(ports),
        ...applicationsHandlers(ports),
        ...endpointsHandlers(ports),
        ...deviceStatesHandlers(ports),
        ...tokensHandlers(this.tokens),
        ...mailboxesHandlers(ports),
      },
      running,
    );
    const debugging = new Debugging(ports.stasis, log);
    const general = () => this.#objects.general ?? GENERAL_OFF;
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
      user: (name) => this.#objects.user(name),
      refuse: (user, apps) => this.router.refuseSocket(user, apps),
      connect: connectWebSocket,
      clock: ports.clock,
      log,
    });
    ports.stasis.openFor = (channel, app) => this.#outbound.openFor(channel, app);
    this.#authenticator = new Authenticator({
      find: (name) => this.#objects.find(name),
      tokens: this.tokens,
      security: options.security,
      toManagers: () => general().securityEvents,
      clock: ports.clock,
      log,
    });
    this.tokens.events.on('ended', () => this.sockets.recheck());
    this.#door = new HttpDoor({
      general: () => this.#objects.general,
      again: (user) => this.#again(user),
      tokenEnd: (id) => this.tokens.get(id)?.expires,
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
    this.#mount();
    void this.#checkHashes(this.#objects.users());
    this.#connect();
  }

  /** An object was pushed, or a file was read again: what changed takes effect at once. */
  #changed(change: AriChange): void {
    if (change.what === 'general') this.#mount();
    else if (change.what === 'users') {
      this.sockets.recheck();
      const user = change.name === undefined ? undefined : this.#objects.user(change.name);
      if (change.removed === true && user === undefined) this.#forgetTokens(change.name);
      void this.#checkHashes(
        change.name === undefined ? this.#objects.users() : user === undefined ? [] : [user],
      );
    }
    if (change.what === 'users' && change.name !== undefined && !this.#serves(change.name)) return;
    this.#outboundDue = true;
    // A file brings several kinds of objects, each told by itself.
    queueMicrotask(() => {
      if (this.#outboundDue) this.#connect();
    });
  }

  #forgetTokens(user: string): void {
    const failed = (error: unknown) =>
      this.#options.log.error(`Tokens of '${user}', who was removed, stay: ${(error as Error).message}`);
    this.tokens.revokeAll(user).catch(failed);
  }

  /** Whether a connection outwards has the rights of this user. */
  #serves(user: string): boolean {
    for (const each of this.#objects.outbound().values()) if (each.user === user) return true;
    return false;
  }

  #mount(): void {
    const { http, ports } = this.#options;
    const { general } = this.#objects;
    if (general?.enabled === true) this.#unmount ??= http.handle('ari', this.#door, 'Asterisk RESTful API');
    else {
      this.#unmount?.();
      this.#unmount = undefined;
    }
    this.#showVariables(ports, general?.channelVars ?? []);
  }

  #connect(): void {
    this.#outboundDue = false;
    if (this.#closed) return;
    const off = this.#objects.general?.enabled !== true || !this.#options.running('res_websocket_client');
    this.#outbound.apply({
      sockets: this.#objects.outbound(),
      clients: off ? new Map() : this.#objects.clients(),
    });
  }

  /** Who somebody is now who has come as this. @throws {AsterismError} STORE_UNREADABLE */
  #again({ name, token: id }: AriUser): AriUser | undefined {
    try {
      const user = this.#objects.user(name);
      if (user === undefined || id === undefined) return user;
      const token = this.tokens.get(id);
      return token === undefined ? undefined : withToken(user, token);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      throw new AsterismError('STORE_UNREADABLE', { detail: error.message, cause: error });
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
  async #checkHashes(users: Iterable<AriUser>): Promise<void> {
    const unknown = new Map<string, boolean>();
    for (const { name, password, crypted } of users) {
      const kind = crypted ? hashKind(password) : undefined;
      if (kind?.by !== 'libcrypt') continue;
      if (!unknown.has(kind.name)) unknown.set(kind.name, !(await libcryptKnows(kind.name)));
      if (unknown.get(kind.name) !== true) continue;
      this.#options.log.error(
        `User '${name}' cannot log in: ${kind.name} hashes (${kind.prefix}) need the system's libcrypt and perl, and they do not compute it; make a $6$ hash with 'ari mkpasswd'`,
      );
    }
  }

  get general(): AriGeneral | undefined {
    return this.#objects.general;
  }

  user(name: string): AriUser | undefined {
    return this.#objects.user(name);
  }

  users(): Iterable<AriUser> {
    return this.#objects.users();
  }

  readonly tokenOptions: readonly string[] = tokenOptions;

  /** Makes a token of a user. @throws {AsterismError} PARAMETER_INVALID, TOKEN_LIMIT */
  createToken(
    user: string,
    options: ReadonlyMap<string, string>,
  ): Promise<{ readonly text: string; readonly token: Token }> {
    return this.tokens.create(readTokenRequest(user, (name) => options.get(name)));
  }

  listTokens(user?: string): Token[] {
    return this.tokens.list(user);
  }

  revokeToken(id: string): Promise<boolean> {
    return this.tokens.revoke(id);
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
    this.#closed = true;
    this.#objects.close();
    this.tokens.events.removeAll();
    this.#unmount?.();
    this.#options.ports.switch.shownVariables = undefined;
    this.#options.ports.stasis.openFor = undefined;
    this.#outbound.close();
    this.sockets.close();
    this.#door.close();
    await this.#authenticator.close();
  }
}
