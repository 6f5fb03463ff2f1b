import type { Config } from '../conf/index.ts';
import type { HttpServer } from '../http/index.ts';
import type { Logger } from '../log/index.ts';
import type { NamedAcls } from '../security/index.ts';
import type { AmiAction } from './action.ts';
import { allActions } from './actions/index.ts';
import { type AmiConfig, readAmiConfig } from './ami-config.ts';
import { classText, permissionText } from './classes.ts';
import { EventFeed } from './event-feed.ts';
import { raisedEvents } from './events/raised.ts';
import { HttpDoor } from './http/http-door.ts';
import { jsonWire } from './json/json-wire.ts';
import { WebSocketDoor } from './json/websocket-door.ts';
import { AmiListener } from './listener.ts';
import type { AmiPorts } from './ports.ts';
import { AmiProxy, type ProxyConfig, readProxyConfig } from './proxy/index.ts';
import type { Session, SessionHost } from './session.ts';
import { lineWire, type Wire } from './wire.ts';

export interface AmiOptions {
  readonly ports: AmiPorts;
  readonly log: Logger;
  /** Read again at each reload. @throws {ConfError} */
  readonly readConfig: () => Config | undefined;
  /** The lists of acl.conf, read again at each reload too. */
  readonly acls: Pick<NamedAcls, 'get' | 'reload'>;
  /** amiproxy.conf. @throws {ConfError} */
  readonly readProxy: () => Config | undefined;
  /** Where the same is offered over HTTP; undefined for nowhere. */
  readonly http: HttpServer | undefined;
}

type ListenerName = 'plain' | 'tls' | 'json' | 'json-tls';

/** The manager interface: its configuration, its listeners, its sessions, and what they hear. */
export class Ami implements SessionHost {
  readonly ports: AmiPorts;
  readonly clock: AmiPorts['clock'];
  readonly log: Logger;
  readonly feed: EventFeed;
  readonly #options: AmiOptions;
  readonly #sessions = new Set<Session>();
  readonly #actions = new Map(allActions.map((each) => [each.name.toLowerCase(), each]));
  #config: AmiConfig;
  /** `debug` of manager.conf, until the console says otherwise. */
  #debug: boolean;
  readonly forwarder: AmiProxy;
  readonly #web: HttpDoor | undefined;
  readonly #json = jsonWire();
  readonly #webSockets: WebSocketDoor | undefined;
  #proxyConfig: ProxyConfig;
  readonly #listeners = new Map<ListenerName, AmiListener>();

  constructor(options: AmiOptions) {
    this.#options = options;
    this.ports = options.ports;
    this.clock = options.ports.clock;
    this.log = options.log;
    this.#config = this.#read();
    this.#proxyConfig = this.#readProxy();
    this.#debug = this.#config.debug;
    const { http } = options;
    this.#web = http === undefined ? undefined : new HttpDoor(this, http);
    this.#webSockets = http === undefined ? undefined : new WebSocketDoor(this, http, this.#json);
    const { variables } = options.ports;
    this.feed = new EventFeed({
      ports: options.ports,
      view: () => ({
        variables: this.#config.channelVariables,
        read: (channel, name) => variables.read(channel, name, true),
      }),
      timestamps: () => this.#config.timestampEvents,
      disabled: () => this.#config.disabledEvents,
    });
    this.forwarder = new AmiProxy({ clock: this.clock, log: this.log, feed: this.feed });
  }

  #read(): AmiConfig {
    const config = readAmiConfig(this.#options.readConfig(), {
      namedAcl: this.#options.acls.get,
      compilePattern: this.ports.compilePattern,
    });
    for (const each of config.problems) this.log.error(each);
    return config;
  }

  #readProxy(): ProxyConfig {
    const config = readProxyConfig(this.#options.readProxy());
    for (const each of config.problems) this.log.error(each);
    return config;
  }

  config(): AmiConfig {
    return this.#config;
  }

  /**
   * Opens the listeners that manager.conf and amiproxy.conf ask for, and the connections to other servers; a listener
   * that cannot be had is logged, and costs only itself.
   */
  async listen(): Promise<void> {
    const { enabled, address, port, tls } = this.#config;
    const { json, jsonTls, webSocket, webOrigins } = this.#proxyConfig;
    const open = <T>(wanted: T): T | undefined => (enabled ? wanted : undefined);
    await this.#relisten('plain', open({ address, port }), undefined, lineWire);
    await this.#relisten('tls', open(tls), tls, lineWire);
    await this.#relisten('json', open(json), undefined, this.#json);
    await this.#relisten('json-tls', open(jsonTls), jsonTls, this.#json);
    this.#web?.apply();
    this.#webSockets?.apply(enabled && webSocket, webOrigins);
    this.forwarder.apply(this.#proxyConfig);
  }

  async #relisten(
    name: ListenerName,
    wanted: { readonly address: string; readonly port: number } | undefined,
    tls: AmiConfig['tls'],
    wire: Wire,
  ): Promise<void> {
    const current = this.#listeners.get(name);
    if (current !== undefined && wanted !== undefined && current.matches(wanted, tls)) {
      this.#renew(current);
      return;
    }
    this.#listeners.delete(name);
    await current?.close();
    if (wanted === undefined) return;
    try {
      this.#listeners.set(name, await AmiListener.open(this, wanted, tls, wire));
    } catch (error) {
      this.log.error(`${wanted.address}:${wanted.port} cannot be listened on: ${(error as Error).message}`);
    }
  }

  #renew(listener: AmiListener): void {
    try {
      listener.renew();
    } catch (error) {
      this.log.error(`The certificate stays as it was: ${(error as Error).message}`);
    }
  }

  /**
   * Reads manager.conf and amiproxy.conf again; whoever is connected stays so, with the rights that they came with.
   * @throws {ConfError}
   */
  async reload(): Promise<void> {
    this.#options.acls.reload();
    const proxyConfig = this.#readProxy();
    this.#config = this.#read();
    this.#proxyConfig = proxyConfig;
    await this.listen();
  }

  /** Whether anybody can connect. */
  get listening(): boolean {
    return this.#listeners.has('plain') || this.#listeners.has('tls');
  }

  /** Port of the listener without TLS; undefined when there is none. */
  get port(): number | undefined {
    return this.#listeners.get('plain')?.port;
  }

  get tlsPort(): number | undefined {
    return this.#listeners.get('tls')?.port;
  }

  /** Port for JSON lines; undefined when there is none. */
  get jsonPort(): number | undefined {
    return this.#listeners.get('json')?.port;
  }

  get jsonTlsPort(): number | undefined {
    return this.#listeners.get('json-tls')?.port;
  }

  debug(): boolean {
    return this.#debug;
  }

  sessions(): Iterable<Session> {
    return this.#sessions;
  }

  enter(session: Session): void {
    this.#sessions.add(session);
  }

  leave(session: Session): void {
    this.#sessions.delete(session);
  }

  /** Whether one more client may be connected without having logged in. */
  admits(): boolean {
    let strangers = 0;
    for (const each of this.#sessions) if (each.user === undefined) strangers++;
    return strangers < this.#config.authLimit;
  }

  isLoggedIn(user: string, except: Session): boolean {
    for (const each of this.#sessions) if (each !== except && each.user?.name === user) return true;
    return false;
  }

  action(name: string): AmiAction | undefined {
    const found = this.#actions.get(name.toLowerCase());
    return found !== undefined && this.#available(found) ? found : undefined;
  }

  actions(): readonly AmiAction[] {
    return allActions.filter((each) => this.#available(each));
  }

  #available(action: AmiAction): boolean {
    return this.ports.modules.running(action.module);
  }

  /** What the console shows and does. */
  readonly view = {
    settings: () => this.#config,
    classText: permissionText,
    connected: () => this.#connected(),
    actions: () => this.actions().map((each) => ({ ...each, privilege: classText(each.classes) })),
    events: () => raisedEvents.map(({ name, eventClass }) => ({ name, privilege: classText(eventClass) })),
    lastEvent: () =>
      this.feed.last === undefined ? undefined : { ...this.feed.last, listeners: this.feed.listenerCount },
    proxies: () => this.forwarder.views(),
    debug: () => this.#debug,
    setDebug: (on: boolean) => {
      this.#debug = on;
    },
    kick: (number: number) => {
      const session = [...this.#sessions].find((each) => each.number === number);
      session?.ends.disconnect('was kicked');
      return session !== undefined;
    },
  };

  *#connected() {
    for (const { number, user, ends, startedAt } of this.#sessions) {
      if (user === undefined) continue;
      const { remote, overHttp } = ends;
      const { name, read, write } = user;
      yield { number, user: name, address: remote.address, startedAt, overHttp, read, write };
    }
  }

  async close(): Promise<void> {
    this.#web?.close();
    this.#webSockets?.close();
    this.forwarder.close();
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    await Promise.all(listeners.map((each) => each.close()));
    this.feed.close();
  }
}
