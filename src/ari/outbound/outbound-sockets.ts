import type { AsterismError } from '../../errors/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Clock, Timer } from '../../platform/index.ts';
import { type User, withApplication } from '../../security/index.ts';
import type { Channel, Switch } from '../../switch/index.ts';
import type { OutboundWebSocket } from '../ari-config.ts';
import type { EventSession } from '../event-session.ts';
import type { EventSockets } from '../event-sockets.ts';
import type { WebSocketClientConfig } from './client-config.ts';
import type { Connected, connectWebSocket } from './connect.ts';

/** What the files ask for now. */
export interface OutboundConfig {
  readonly sockets: ReadonlyMap<string, OutboundWebSocket>;
  readonly clients: ReadonlyMap<string, WebSocketClientConfig>;
}

export interface OutboundSocketsOptions {
  readonly sockets: EventSockets;
  readonly switch: Switch;
  readonly user: (name: string) => User | undefined;
  /** Why a user may not be these applications. */
  readonly refuse: (user: User, apps: readonly string[]) => AsterismError | undefined;
  readonly connect: typeof connectWebSocket;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A connection that is asked for, with where it goes. */
interface Wanted {
  readonly spec: OutboundWebSocket;
  readonly client: WebSocketClientConfig;
}

/** A persistent connection: it stands, or is being opened. */
interface Persistent {
  readonly wanted: Wanted;
  readonly abort: AbortController;
  failures: number;
  timer: Timer | undefined;
  session: EventSession | undefined;
}

/** The connection of one call. */
interface Call {
  /** The name that the application has for this call. */
  readonly own: string;
  readonly abort: AbortController;
  session: EventSession | undefined;
}

/** One line of `ari show websocket sessions` that no socket stands behind. */
export interface IdleSession {
  readonly id: string;
  readonly kind: 'persistent' | 'per_call_config';
  readonly state: 'Down' | 'N/A';
  readonly apps: readonly string[];
}

/** The connections that this server opens to applications: those that always stand, and those that a call opens. */
export class OutboundSockets {
  readonly #options: OutboundSocketsOptions;
  #config: OutboundConfig = { sockets: new Map(), clients: new Map() };
  readonly #persistent = new Map<string, Persistent>();
  /** Connections for calls may be opened by these. */
  readonly #perCall = new Map<string, Wanted>();
  /** What was shut down by hand, until it is started again or its configuration changes. */
  readonly #stopped = new Map<string, string>();
  /** By id of the channel. */
  readonly #calls = new Map<string, Call>();
  readonly #off: () => void;
  #closed = false;

  constructor(options: OutboundSocketsOptions) {
    this.#options = options;
    this.#off = options.switch.events.on('channelDestroyed', (channel) => this.#callEnded(channel));
  }

  /** Takes a configuration on: what did not change stays connected. */
  apply(config: OutboundConfig): void {
    this.#config = config;
    const wanted = new Map<string, Wanted>();
    for (const [name, spec] of config.sockets) {
      const client = this.#clientOf(spec);
      if (client !== undefined) wanted.set(name, { spec, client });
    }
    for (const [name, each] of this.#persistent) {
      const now = wanted.get(name);
      if (now === undefined || !same(now, each.wanted)) this.#drop(name, each);
    }
    this.#perCall.clear();
    for (const [name, each] of wanted) {
      const stopped = this.#stopped.get(name);
      if (stopped === fingerprint(each)) continue;
      this.#stopped.delete(name);
      this.#begin(name, each);
    }
  }

  /** Where a connection goes; undefined when it cannot be opened as it is configured. */
  #clientOf(spec: OutboundWebSocket): WebSocketClientConfig | undefined {
    const client = this.#config.clients.get(spec.client);
    const user = this.#options.user(spec.user);
    const refused = user === undefined ? undefined : this.#options.refuse(user, spec.apps);
    if (user === undefined || refused !== undefined) {
      const why = user === undefined ? 'is no user' : `may not be it: ${refused?.detail}`;
      this.#options.log.warning(`${spec.name}: local_ari_user '${spec.user}' ${why}: it is not connected`);
      return undefined;
    }
    if (client === undefined) {
      this.#options.log.warning(`${spec.name}: there is no websocket_client '${spec.client}'`);
    }
    return client;
  }

  #begin(name: string, wanted: Wanted): void {
    if (wanted.client.connectionType === 'per_call_config') this.#perCall.set(name, wanted);
    else if (!this.#persistent.has(name)) {
      const each: Persistent = {
        wanted,
        abort: new AbortController(),
        failures: 0,
        timer: undefined,
        session: undefined,
      };
      this.#persistent.set(name, each);
      void this.#attempt(name, each);
    }
  }

  async #attempt(name: string, each: Persistent): Promise<void> {
    const { connect, log } = this.#options;
    const { client } = each.wanted;
    each.timer = undefined;
    try {
      const connected = await connect(client, each.abort.signal);
      if (this.#persistent.get(name) !== each) return connected.webSocket.terminate();
      each.failures = 0;
      log.notice(`${name}: Outbound websocket connected to ${client.uri}`);
      each.session = this.#serve(name, 'persistent', each.wanted, connected, each.wanted.spec.apps, () => {
        each.session = undefined;
        if (this.#persistent.get(name) === each) this.#later(name, each);
      });
    } catch (error) {
      if (this.#persistent.get(name) !== each) return;
      each.failures++;
      if (each.failures % client.reconnectAttempts === 0) {
        log.warning(
          `${name}: Websocket connection to ${client.uri} failed after ${each.failures} tries: ${(error as Error).message}. Retrying in ${client.reconnectIntervalMs} ms.`,
        );
      }
      this.#later(name, each);
    }
  }

  #later(name: string, each: Persistent): void {
    each.timer = this.#options.clock.after(each.wanted.client.reconnectIntervalMs, () => {
      void this.#attempt(name, each);
    });
  }

  #serve(
    id: string,
    kind: 'persistent' | 'per_call',
    { spec }: Wanted,
    connected: Connected,
    apps: readonly string[],
    gone: () => void,
  ): EventSession {
    return this.#options.sockets.open(
      connected.webSocket,
      connected.stream,
      {
        id,
        kind,
        apps,
        remote: connected.remote,
        subscribeAll: spec.subscribeAll,
        user: () => this.#userOf(spec, kind, apps),
        mayStay: () => {
          const user = this.#userOf(spec, kind, apps);
          return user === undefined || this.#options.refuse(user, apps) === undefined;
        },
      },
      gone,
    );
  }

  /** The local user; the application that was made for a call counts as one of those it may be. */
  #userOf(spec: OutboundWebSocket, kind: string, apps: readonly string[]): User | undefined {
    const user = this.#options.user(spec.user);
    const [own] = apps;
    if (user === undefined || kind !== 'per_call' || own === undefined) return user;
    return this.#options.refuse(user, spec.apps) === undefined ? withApplication(user, own) : user;
  }

  /**
   * Opens a connection for one call, when an application of this name is configured so. Resolves with the name that the
   * application has for this call; undefined when it could not be reached. Returns undefined when there is none.
   */
  openFor(channel: Channel, app: string): Promise<string | undefined> | undefined {
    for (const [name, wanted] of this.#perCall) {
      if (wanted.spec.apps.includes(app)) return this.#openCall(name, wanted, channel, app);
    }
    return undefined;
  }

  async #openCall(name: string, wanted: Wanted, channel: Channel, app: string): Promise<string | undefined> {
    const { connect, log } = this.#options;
    const { client } = wanted;
    const id = `${name}:${channel.name}`;
    const own = `${app}:${channel.name}`;
    const before = this.#calls.get(channel.id);
    // A call that comes back to the application finds its connection as it left it.
    if (before !== undefined) return before.own === own && before.session?.open === true ? own : undefined;
    const abort = new AbortController();
    const call: Call = { own, abort, session: undefined };
    this.#calls.set(channel.id, call);
    for (let tries = 1; !abort.signal.aborted; tries++) {
      try {
        const connected = await connect(client, abort.signal);
        if (abort.signal.aborted) {
          connected.webSocket.terminate();
          break;
        }
        log.notice(`${id}: Outbound websocket connected to ${client.uri}`);
        call.session = this.#serve(id, 'per_call', wanted, connected, [own], () => {
          if (this.#calls.get(channel.id) === call) this.#calls.delete(channel.id);
        });
        return own;
      } catch (error) {
        if (tries >= client.reconnectAttempts) {
          log.warning(
            `${id}: Websocket connection to ${client.uri} failed after ${tries} tries: ${(error as Error).message}. The call goes on without it.`,
          );
          break;
        }
        await this.#pause(client.reconnectIntervalMs, abort.signal);
      }
    }
    if (this.#calls.get(channel.id) === call) this.#calls.delete(channel.id);
    return undefined;
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(ms, resolve);
      signal.addEventListener(
        'abort',
        () => {
          timer.cancel();
          resolve();
        },
        { once: true },
      );
    });
  }

  #callEnded(channel: Channel): void {
    const call = this.#calls.get(channel.id);
    if (call === undefined) return;
    this.#calls.delete(channel.id);
    call.abort.abort();
    // What has just been told about the end of the call is still to be written.
    const { session } = call;
    if (session !== undefined) setImmediate(() => this.#options.sockets.shutdown(session));
  }

  #drop(name: string, each: Persistent): void {
    this.#persistent.delete(name);
    each.timer?.cancel();
    each.abort.abort();
    if (each.session !== undefined) this.#options.sockets.shutdown(each.session);
  }

  /** What is configured, and whether it can be opened. */
  configured(): readonly {
    spec: OutboundWebSocket;
    client: WebSocketClientConfig | undefined;
    valid: boolean;
  }[] {
    return [...this.#config.sockets.values()].map((spec) => {
      const client = this.#config.clients.get(spec.client);
      const user = this.#options.user(spec.user);
      const valid =
        client !== undefined && user !== undefined && this.#options.refuse(user, spec.apps) === undefined;
      return { spec, client, valid };
    });
  }

  /** What no socket stands for at the moment. */
  idle(): readonly IdleSession[] {
    return [
      ...[...this.#persistent]
        .filter(([, each]) => each.session === undefined)
        .map(
          ([id, { wanted }]) => ({ id, kind: 'persistent', state: 'Down', apps: wanted.spec.apps }) as const,
        ),
      ...[...this.#perCall].map(
        ([id, { spec }]) => ({ id, kind: 'per_call_config', state: 'N/A', apps: spec.apps }) as const,
      ),
    ];
  }

  /** Ends a connection and keeps it from coming back by itself. False when there is none of this name. */
  stop(name: string): boolean {
    const persistent = this.#persistent.get(name);
    const wanted = persistent?.wanted ?? this.#perCall.get(name);
    if (wanted === undefined) return false;
    this.#stopped.set(name, fingerprint(wanted));
    this.#perCall.delete(name);
    if (persistent !== undefined) this.#drop(name, persistent);
    return true;
  }

  stopAll(): void {
    for (const name of [...this.#persistent.keys(), ...this.#perCall.keys()]) this.stop(name);
  }

  /** Opens again what was shut down. False when nothing of this name is configured. */
  start(name: string): boolean {
    const spec = this.#config.sockets.get(name);
    if (spec === undefined || this.#closed) return false;
    this.#stopped.delete(name);
    const client = this.#clientOf(spec);
    if (client !== undefined) this.#begin(name, { spec, client });
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#off();
    for (const [name, each] of this.#persistent) this.#drop(name, each);
    for (const { abort } of this.#calls.values()) abort.abort();
    this.#calls.clear();
    this.#perCall.clear();
  }
}

function fingerprint(wanted: Wanted): string {
  return JSON.stringify(wanted);
}

function same(a: Wanted, b: Wanted): boolean {
  return fingerprint(a) === fingerprint(b);
}
