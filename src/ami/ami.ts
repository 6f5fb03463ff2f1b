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
import { AmiListener } from './listener.ts';
import type { AmiPorts } from './ports.ts';
import type { Session, SessionHost } from './session.ts';

export interface AmiOptions {
  readonly ports: AmiPorts;
  readonly log: Logger;
  /** Read again at each reload. @throws {ConfError} */
  readonly readConfig: () => Config | undefined;
  /** The lists of acl.conf, read again at each reload too. */
  readonly acls: Pick<NamedAcls, 'get' | 'reload'>;
  /** Where the same is offered over HTTP; undefined for nowhere. */
  readonly http: HttpServer | undefined;
}

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
  readonly #web: HttpDoor | undefined;
  #plain: AmiListener | undefined;
  #tls: AmiListener | undefined;

  constructor(options: AmiOptions) {
    this.#options = options;
    this.ports = options.ports;
    this.clock = options.ports.clock;
    this.log = options.log;
    this.#config = this.#read();
    this.#debug = this.#config.debug;
    this.#web = options.http === undefined ? undefined : new HttpDoor(this, options.http);
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
  }

  #read(): AmiConfig {
    const config = readAmiConfig(this.#options.readConfig(), {
      namedAcl: this.#options.acls.get,
      compilePattern: this.ports.compilePattern,
    });
    for (const each of config.problems) this.log.error(each);
    return config;
  }

  config(): AmiConfig {
    return this.#config;
  }

  /** Opens the listeners that manager.conf asks for; one that cannot be had is logged, and costs only itself. */
  async listen(): Promise<void> {
    const { enabled, address, port, tls } = this.#config;
    const wanted = enabled ? { address, port } : undefined;
    this.#plain = await this.#relisten(this.#plain, wanted, undefined);
    this.#tls = await this.#relisten(this.#tls, enabled ? tls : undefined, tls);
    this.#web?.apply();
  }

  async #relisten(
    current: AmiListener | undefined,
    wanted: { readonly address: string; readonly port: number } | undefined,
    tls: AmiConfig['tls'],
  ): Promise<AmiListener | undefined> {
    if (current !== undefined && wanted !== undefined && current.matches(wanted, tls)) {
      this.#renew(current);
      return current;
    }
    await current?.close();
    if (wanted === undefined) return undefined;
    try {
      return await AmiListener.open(this, wanted, tls);
    } catch (error) {
      this.log.error(`${wanted.address}:${wanted.port} cannot be listened on: ${(error as Error).message}`);
      return undefined;
    }
  }

  #renew(listener: AmiListener): void {
    try {
      listener.renew();
    } catch (error) {
      this.log.error(`The certificate stays as it was: ${(error as Error).message}`);
    }
  }

  /** Reads manager.conf again; whoever is connected stays so, with the rights that they came with. @throws {ConfError} */
  async reload(): Promise<void> {
    this.#options.acls.reload();
    this.#config = this.#read();
    await this.listen();
  }

  /** Whether anybody can connect. */
  get listening(): boolean {
    return this.#plain !== undefined || this.#tls !== undefined;
  }

  /** Port of the listener without TLS; undefined when there is none. */
  get port(): number | undefined {
    return this.#plain?.port;
  }

  get tlsPort(): number | undefined {
    return this.#tls?.port;
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
    await Promise.all([this.#plain?.close(), this.#tls?.close()]);
    this.#plain = undefined;
    this.#tls = undefined;
    this.feed.close();
  }
}
