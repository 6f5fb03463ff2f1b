import { channel as diagnosticsChannel } from 'node:diagnostics_channel';
import { AsterismError } from '../errors/index.ts';
import type { Logger } from '../log/index.ts';
import type {
  Channel,
  EndpointRef,
  EndpointSnapshot,
  EndpointState,
  Switch,
  Taken,
  TextMessage,
} from '../switch/index.ts';
import type { AppEvent, Consumer } from './events.ts';

/** A channel has entered an application, or left it. */
const entered = diagnosticsChannel('asterism:stasis:enter');
const gone = diagnosticsChannel('asterism:stasis:leave');

/** What is shown of an application. */
export interface AppInfo {
  readonly name: string;
  /** Whether its events are written to the log as they are sent. */
  readonly debug: boolean;
  /** Whether its listener asked for everything when it connected. */
  readonly subscribedToAll: boolean;
  readonly channelIds: readonly string[];
  readonly bridgeIds: readonly string[];
  readonly endpointIds: readonly string[];
  readonly deviceNames: readonly string[];
  readonly filter: EventFilter;
}

/** Which event types an application is told; nothing allowed means all of them. */
export interface EventFilter {
  readonly allowed: readonly FilterEntry[];
  readonly disallowed: readonly FilterEntry[];
}

/** As it was given: members beside `type` are kept and shown again. */
export interface FilterEntry {
  readonly type: string;
  readonly [member: string]: unknown;
}

const NO_FILTER: EventFilter = { allowed: [], disallowed: [] };

/** Commands that may wait for one channel; a client that piles up more is refused. */
export const MAX_QUEUED_COMMANDS = 1_000;

export interface StasisOptions {
  readonly switch: Switch;
  readonly log: Logger;
}

/** What an application may be subscribed to. */
export type Source = 'channel' | 'bridge' | 'endpoint' | 'device';

const SOURCES: readonly Source[] = ['channel', 'bridge', 'endpoint', 'device'];

interface App {
  readonly name: string;
  consumer: Consumer | undefined;
  /** Subscribed ids, each with how often: what a channel brings along is counted beside what was asked for. */
  readonly sources: Record<Source, Map<string, number>>;
  readonly all: Set<Source>;
  filter: EventFilter;
  debug: boolean;
  allowed: ReadonlySet<string> | undefined;
  disallowed: ReadonlySet<string> | undefined;
}

/** Where a channel goes when its application lets go of it. */
interface Departure {
  readonly name: string;
  readonly args: readonly string[];
}

/** How one channel is held by an application. */
interface Control {
  app: App;
  leave: () => void;
  /** The application that the channel moves to; undefined when it goes back to the dial plan. */
  next: Departure | undefined;
  /** The last command asked for: the next one runs when it has ended. */
  tail: Promise<unknown>;
  waiting: number;
}

/** How an application's hold on a channel ended. */
export type Left = 'continue' | 'hangup' | 'failed';

/** All applications, and which of them holds which channel. */
export class Stasis {
  readonly #switch: Switch;
  readonly #log: Logger;
  readonly #apps = new Map<string, App>();
  readonly #controls = new Map<string, Control>();
  /** Applications that hear of one id: the way from an event to its listeners. */
  readonly #listeners: Record<Source, Map<string, Set<App>>> = {
    channel: new Map(),
    bridge: new Map(),
    endpoint: new Map(),
    device: new Map(),
  };
  readonly #offs: (() => void)[] = [];
  #debugAll = false;
  /**
   * Connects a listener for one call when none is there: resolves with the name of the application that it serves,
   * undefined when that failed. Returns undefined for names that nobody connects to.
   */
  openFor: ((channel: Channel, name: string) => Promise<string | undefined> | undefined) | undefined;

  constructor(options: StasisOptions) {
    this.#switch = options.switch;
    this.#log = options.log;
    this.#listen();
  }

  /** Connects a consumer to an application; one that was there before is told and keeps its other applications. */
  register(name: string, consumer: Consumer, subscribeAll = false): void {
    let app = this.#apps.get(name);
    if (app === undefined) {
      app = {
        name,
        consumer: undefined,
        sources: { channel: new Map(), bridge: new Map(), endpoint: new Map(), device: new Map() },
        all: new Set(),
        filter: NO_FILTER,
        debug: false,
        allowed: undefined,
        disallowed: undefined,
      };
      this.#apps.set(name, app);
      // As in the original, only whoever makes the application can have it listen to everything.
      if (subscribeAll) for (const source of SOURCES) app.all.add(source);
      this.#log.verbose(`Creating Stasis app '${name}'`);
    } else if (app.consumer !== undefined && app.consumer !== consumer) {
      this.#tell(app, { kind: 'ApplicationReplaced' });
    }
    app.consumer = consumer;
    this.#log.verbose(`Activating Stasis app '${name}'`);
  }

  /** Disconnects a consumer from every application it still serves. */
  unregister(consumer: Consumer): void {
    for (const app of this.#apps.values()) {
      if (app.consumer !== consumer) continue;
      app.consumer = undefined;
      this.#log.verbose(`Deactivating Stasis app '${app.name}'`);
      this.#dropIfIdle(app);
    }
  }

  /**
   * An application without listener goes away once it holds nothing: no channel, no bridge, and nothing else that was
   * asked for by name unless it listened to everything anyway.
   */
  #dropIfIdle(app: App): void {
    if (app.consumer !== undefined) return;
    const { channel, bridge, endpoint, device } = app.sources;
    if (channel.size > 0 || bridge.size > 0) return;
    if (app.all.size === 0 && (endpoint.size > 0 || device.size > 0)) return;
    for (const source of SOURCES)
      for (const id of [...app.sources[source].keys()]) this.#remove(app, source, id, true);
    this.#apps.delete(app.name);
  }

  has(name: string): boolean {
    return this.#apps.has(name);
  }

  active(name: string): boolean {
    return this.#apps.get(name)?.consumer !== undefined;
  }

  info(name: string): AppInfo | undefined {
    const app = this.#apps.get(name);
    return app === undefined ? undefined : toInfo(app);
  }

  /** Every application, in order of name. */
  list(): AppInfo[] {
    const apps = [...this.#apps.values()];
    return apps.sort((a, b) => (a.name < b.name ? -1 : 1)).map(toInfo);
  }

  /** Writes the events of an application to the log, or those of every one. False when there is none of this name. */
  setDebug(name: string | undefined, on: boolean): boolean {
    if (name === undefined) {
      this.#debugAll = on;
      return true;
    }
    const app = this.#apps.get(name);
    if (app !== undefined) app.debug = on;
    return app !== undefined;
  }

  /** Whether everything that goes to and fro is to be written to the log. */
  get debuggingAll(): boolean {
    return this.#debugAll;
  }

  /** Whether the events of an application are to be written to the log. */
  debugging(name: string): boolean {
    return this.#debugAll || this.#apps.get(name)?.debug === true;
  }

  /** How often an application is subscribed to an id: what a channel brings along counts beside what was asked for. */
  subscriptionCount(name: string, source: Source, id: string): number {
    return this.#apps.get(name)?.sources[source].get(id) ?? 1;
  }

  /** Sets which events an application is told. */
  setFilter(name: string, filter: EventFilter): void {
    const app = this.#apps.get(name);
    if (app === undefined) return;
    const types = (entries: readonly FilterEntry[]) =>
      entries.length === 0 ? undefined : new Set(entries.map((each) => each.type));
    app.filter = filter;
    app.allowed = types(filter.allowed);
    app.disallowed = types(filter.disallowed);
  }

  /** Adds a subscription, an empty id meaning every one of its kind. */
  subscribe(name: string, source: Source, id: string): void {
    const app = this.#apps.get(name);
    if (app === undefined) return;
    if (id === '') app.all.add(source);
    else this.#add(app, source, id);
  }

  /** Ends a subscription. Returns false when there was none. */
  unsubscribe(name: string, source: Source, id: string): boolean {
    const app = this.#apps.get(name);
    if (app === undefined) return false;
    if (id === '') return app.all.delete(source);
    return this.#remove(app, source, id, true);
  }

  /** Whether an application would be told of this id. */
  subscribed(name: string, source: Source, id: string): boolean {
    const app = this.#apps.get(name);
    return app !== undefined && (id === '' ? app.all.has(source) : app.sources[source].has(id));
  }

  /**
   * Hands a channel to an application until it lets go, the channel ends or is sent elsewhere.
   * Resolves `failed` at once when nobody listens for the application.
   */
  async enter(channel: Channel, name: string, args: readonly string[]): Promise<Left> {
    let app = this.#apps.get(name);
    if (app?.consumer === undefined) {
      const own = await this.#ownListener(channel, name);
      if (own !== undefined) app = this.#apps.get(own);
    }
    if (app?.consumer === undefined) {
      this.#log.error(`Stasis app '${name}' not registered`);
      return 'failed';
    }
    if (channel.hangupRequested) return 'hangup';
    return this.#hold(
      channel,
      { app, leave: () => {}, next: undefined, tail: Promise.resolve(), waiting: 0 },
      args,
    );
  }

  /** The application that was connected for this call alone; undefined when there is none. */
  async #ownListener(channel: Channel, name: string): Promise<string | undefined> {
    const opening = this.openFor?.(channel, name);
    if (opening === undefined) return undefined;
    const why = await channel.during(opening);
    return why === 'elapsed' ? opening : undefined;
  }

  async #hold(channel: Channel, control: Control, startArgs: readonly string[]): Promise<Left> {
    this.#controls.set(channel.id, control);
    let args = startArgs;
    for (;;) {
      const { app } = control;
      const left = new Promise<void>((resolve) => {
        control.leave = resolve;
      });
      const about = { channel: channel.name, application: app.name };
      if (entered.hasSubscribers) entered.publish(about);
      this.#tell(app, { kind: 'StasisStart', channel, args });
      this.#add(app, 'channel', channel.id);
      const why = await channel.during(left);
      const { next } = control;
      const goesOn = next === undefined || why !== 'elapsed' ? undefined : this.#apps.get(next.name);
      if (goesOn?.consumer === undefined) this.#controls.delete(channel.id);
      if (gone.hasSubscribers) gone.publish(about);
      this.#tell(app, { kind: 'StasisEnd', channel });
      this.#remove(app, 'channel', channel.id, false);
      this.#dropIfIdle(app);
      if (why === 'hangup') return 'hangup';
      if (next === undefined || why !== 'elapsed') return 'continue';
      if (goesOn?.consumer === undefined) {
        this.#log.error(`Stasis app '${next.name}' not registered`);
        return 'failed';
      }
      control.app = goesOn;
      control.next = undefined;
      args = next.args;
    }
  }

  /** The application that holds a channel, undefined when none does. */
  holder(channel: Channel): string | undefined {
    return this.#controls.get(channel.id)?.app.name;
  }

  /** Lets a channel go on in the dial plan, at `target` or where it was. */
  leave(channel: Channel, target?: { context?: string; exten?: string; priority?: number }): void {
    const control = this.#controls.get(channel.id);
    if (control === undefined) return;
    if (target !== undefined) channel.requestGoto(target);
    control.leave();
  }

  /** Hands a channel to another application; it ends as `failed` when that one is not there. */
  move(channel: Channel, name: string, args: readonly string[]): void {
    const control = this.#controls.get(channel.id);
    if (control === undefined) return;
    control.next = { name, args };
    control.leave();
  }

  /**
   * Runs something on a channel that an application holds, after what was asked for before it.
   * @throws {AsterismError} CHANNEL_NOT_IN_STASIS, CHANNEL_BUSY, and what the command throws
   */
  command<T>(channel: Channel, work: (channel: Channel) => Promise<T> | T): Promise<T> {
    const control = this.#controls.get(channel.id);
    if (control === undefined) return Promise.reject(new AsterismError('CHANNEL_NOT_IN_STASIS'));
    if (control.waiting >= MAX_QUEUED_COMMANDS) return Promise.reject(new AsterismError('CHANNEL_BUSY'));
    control.waiting++;
    const result = control.tail.then(() => work(channel));
    const settle = () => {
      control.waiting--;
    };
    control.tail = result.then(settle, settle);
    return result;
  }

  /** Tells an application something that is about no subscription: user events sent to it by name. */
  tell(name: string, event: AppEvent): void {
    const app = this.#apps.get(name);
    if (app !== undefined) this.#tell(app, event);
  }

  #add(app: App, source: Source, id: string): void {
    app.sources[source].set(id, (app.sources[source].get(id) ?? 0) + 1);
    const listeners = this.#listeners[source];
    const apps = listeners.get(id);
    if (apps === undefined) listeners.set(id, new Set([app]));
    else apps.add(app);
  }

  #remove(app: App, source: Source, id: string, wholly: boolean): boolean {
    const count = app.sources[source].get(id);
    if (count === undefined) return false;
    if (count > 1 && !wholly) {
      app.sources[source].set(id, count - 1);
      return true;
    }
    app.sources[source].delete(id);
    const apps = this.#listeners[source].get(id);
    apps?.delete(app);
    if (apps?.size === 0) this.#listeners[source].delete(id);
    return true;
  }

  #tell(app: App, event: AppEvent): void {
    if (app.consumer === undefined || app.disallowed?.has(event.kind)) return;
    if (app.allowed !== undefined && !app.allowed.has(event.kind)) return;
    app.consumer.tell(event, app.name);
  }

  /** Tells each application once: those subscribed to one of the ids, and those subscribed to all. */
  #publish(source: Source, ids: readonly string[], event: AppEvent): void {
    let told: Set<App> | undefined;
    for (const id of ids) {
      for (const app of this.#listeners[source].get(id) ?? []) {
        if (told?.has(app)) continue;
        this.#tell(app, event);
        told ??= new Set();
        told.add(app);
      }
    }
    for (const app of this.#apps.values()) {
      if (app.all.has(source) && !told?.has(app)) this.#tell(app, event);
    }
  }

  #channel(channel: Channel, event: AppEvent): void {
    this.#publish('channel', [channel.id], event);
    if (channel.endpoint === undefined) return;
    // An application subscribed to an endpoint hears of its channels too, once.
    for (const app of this.#listeners.endpoint.get(`${channel.technology}/${channel.endpoint}`) ?? []) {
      if (!app.sources.channel.has(channel.id) && !app.all.has('channel')) this.#tell(app, event);
    }
  }

  /** Told once to who listens to the caller or to the one who is called. */
  #dial(caller: Channel | undefined, peer: Channel, dialString: string, status: string): void {
    const ids = caller === undefined ? [peer.id] : [peer.id, caller.id];
    this.#publish('channel', ids, { kind: 'Dial', caller, peer, dialString, status });
  }

  #listen(): void {
    const { events } = this.#switch;
    this.#offs.push(
      events.on('channelCreated', (channel) => this.#channel(channel, { kind: 'ChannelCreated', channel })),
      events.on('channelState', (channel) => this.#channel(channel, { kind: 'ChannelStateChange', channel })),
      events.on('channelDialplan', (channel) => this.#channel(channel, { kind: 'ChannelDialplan', channel })),
      events.on('channelCallerId', (channel) => this.#channel(channel, { kind: 'ChannelCallerId', channel })),
      events.on('channelConnectedLine', (channel) =>
        this.#channel(channel, { kind: 'ChannelConnectedLine', channel }),
      ),
      events.on('channelHangupRequest', (channel, request) =>
        this.#channel(channel, { kind: 'ChannelHangupRequest', channel, request }),
      ),
      events.on('dialBegin', (caller, peer, dialString) => this.#dial(caller, peer, dialString, '')),
      events.on('dialState', (caller, peer, progress, dialString) =>
        this.#dial(caller, peer, dialString, progress.toUpperCase()),
      ),
      events.on('dialEnd', (caller, peer, status, dialString) =>
        this.#dial(caller, peer, dialString, status),
      ),
      events.on('channelDigit', (channel, { digit, durationMs, direction }) => {
        if (direction === 'Received')
          this.#channel(channel, { kind: 'ChannelDtmfReceived', channel, digit, durationMs });
      }),
      events.on('channelHold', (channel, musicClass) =>
        this.#channel(channel, { kind: 'ChannelHold', channel, musicClass }),
      ),
      events.on('channelUnhold', (channel) => this.#channel(channel, { kind: 'ChannelUnhold', channel })),
      events.on('variable', (channel, name, value) => {
        const event = { kind: 'ChannelVarset', channel, name, value } as const;
        if (channel === undefined) this.#publish('channel', [], event);
        else this.#channel(channel, event);
      }),
      events.on('userEvent', (channel, name, headers, byApplication) => {
        if (byApplication === true) return;
        const event = {
          kind: 'ChannelUserevent',
          channel,
          name,
          values: Object.fromEntries(headers),
        } as const;
        if (channel === undefined) this.#publish('channel', [], event);
        else this.#channel(channel, event);
      }),
      events.on('channelDestroyed', (channel) => {
        this.#channel(channel, { kind: 'ChannelDestroyed', channel });
        for (const app of [...(this.#listeners.channel.get(channel.id) ?? [])]) {
          this.#remove(app, 'channel', channel.id, true);
          this.#dropIfIdle(app);
        }
      }),
      events.on('contactStatus', (ref, contact) =>
        this.#endpoint(ref, (endpoint) => ({ kind: 'ContactStatusChange', endpoint, contact })),
      ),
      events.on('peerStatus', (ref, peer) =>
        this.#endpoint(ref, (endpoint) => ({ kind: 'PeerStatusChange', endpoint, peer })),
      ),
      events.on('endpointState', (ref, state) =>
        this.#endpointOnly(ref, (endpoint) => ({ kind: 'EndpointStateChange', endpoint }), state),
      ),
      this.#switch.messages.take((ref, message) => this.#message(ref, message)),
      events.on('deviceState', (device, state) =>
        this.#publish('device', [device], { kind: 'DeviceStateChanged', device, state }),
      ),
    );
  }

  /** Finding out how an endpoint stands costs more than anything here: nobody does where nobody listens. */
  #endpoint(ref: EndpointRef, make: (endpoint: EndpointSnapshot) => AppEvent): void {
    const ids = endpointIds(ref);
    if (this.#hears('endpoint', ids)) this.#publish('endpoint', ids, make(this.#subject(ref)));
  }

  /** Whether any application wants messages of the endpoint; those that do are told. */
  #message(ref: EndpointRef, message: TextMessage): Taken {
    if (!this.#hears('endpoint', endpointIds(ref))) return 'nobody';
    this.#endpoint(ref, (endpoint) => ({ kind: 'TextMessageReceived', endpoint, message }));
    return 'taken';
  }

  #hears(source: Source, ids: readonly string[]): boolean {
    if (ids.some((id) => this.#listeners[source].has(id))) return true;
    for (const app of this.#apps.values()) if (app.all.has(source)) return true;
    return false;
  }

  /** For those who asked for the endpoint or its technology: one subscribed to everything is not told this. */
  #endpointOnly(
    ref: EndpointRef,
    make: (endpoint: EndpointSnapshot) => AppEvent,
    state: EndpointState,
  ): void {
    const told = new Set<App>();
    for (const id of endpointIds(ref))
      for (const app of this.#listeners.endpoint.get(id) ?? []) told.add(app);
    if (told.size === 0) return;
    const event = make(this.#subject(ref, state));
    for (const app of told) this.#tell(app, event);
  }

  /** An endpoint as it is now; one that is already gone has no channels. */
  #subject(ref: EndpointRef, state?: EndpointState): EndpointSnapshot {
    const found = this.#switch.endpoints.get(ref.technology, ref.resource);
    return {
      technology: ref.technology,
      resource: ref.resource,
      state: state ?? found?.state ?? 'unknown',
      channelIds: found?.channelIds ?? [],
    };
  }

  close(): void {
    for (const off of this.#offs.splice(0)) off();
    for (const control of this.#controls.values()) control.leave();
    this.#controls.clear();
    this.#apps.clear();
  }
}

/** What subscriptions to an endpoint go by. */
function endpointIds({ technology, resource }: EndpointRef): readonly string[] {
  return [`${technology}/${resource}`, technology];
}

function toInfo(app: App): AppInfo {
  const ids = (source: Source, all: string) => [
    ...app.sources[source].keys(),
    ...(app.all.has(source) ? [all] : []),
  ];
  return {
    name: app.name,
    debug: app.debug,
    subscribedToAll: SOURCES.every((source) => app.all.has(source)),
    channelIds: ids('channel', '__AST_CHANNEL_ALL_TOPIC'),
    bridgeIds: ids('bridge', '__AST_BRIDGE_ALL_TOPIC'),
    endpointIds: ids('endpoint', '__AST_ENDPOINT_ALL_TOPIC'),
    deviceNames: ids('device', '__AST_DEVICE_STATE_ALL_TOPIC'),
    filter: app.filter,
  };
}
