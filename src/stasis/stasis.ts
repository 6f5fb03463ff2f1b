import type { Logger } from '../log/index.ts';
import type {
  Channel,
  ContactStatus,
  DeviceState,
  EndpointRef,
  EndpointState,
  PeerStatus,
  Switch,
} from '../switch/index.ts';

/** What an application may be told; each door has a pure function that turns it into its own form. */
export type AppEvent =
  | { readonly kind: 'StasisStart'; readonly channel: Channel; readonly args: readonly string[] }
  | { readonly kind: 'StasisEnd'; readonly channel: Channel }
  | { readonly kind: 'ChannelCreated'; readonly channel: Channel }
  | { readonly kind: 'ChannelStateChange'; readonly channel: Channel }
  | { readonly kind: 'ChannelDestroyed'; readonly channel: Channel }
  | { readonly kind: 'ChannelHangupRequest'; readonly channel: Channel; readonly soft: boolean }
  | { readonly kind: 'ChannelDialplan'; readonly channel: Channel }
  | {
      readonly kind: 'ChannelVarset';
      readonly channel: Channel | undefined;
      readonly name: string;
      readonly value: string;
    }
  | { readonly kind: 'ChannelCallerId'; readonly channel: Channel }
  | { readonly kind: 'ChannelConnectedLine'; readonly channel: Channel }
  | {
      readonly kind: 'ChannelDtmfReceived';
      readonly channel: Channel;
      readonly digit: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'ChannelHold'; readonly channel: Channel; readonly musicClass: string }
  | { readonly kind: 'ChannelUnhold'; readonly channel: Channel }
  | {
      readonly kind: 'ChannelUserevent';
      readonly channel: Channel | undefined;
      readonly name: string;
      readonly headers: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'ApplicationReplaced' }
  | { readonly kind: 'ContactStatusChange'; readonly endpoint: EndpointRef; readonly contact: ContactStatus }
  | { readonly kind: 'PeerStatusChange'; readonly endpoint: EndpointRef; readonly peer: PeerStatus }
  | { readonly kind: 'EndpointStateChange'; readonly endpoint: EndpointRef; readonly state: EndpointState }
  | { readonly kind: 'DeviceStateChanged'; readonly device: string; readonly state: DeviceState };

/** Whoever listens for an application: a WebSocket, or a program in the same process. */
export interface Consumer {
  /** One event for each of the applications, rendered at most once by the consumer's door. */
  tell(event: AppEvent, application: string): void;
}

/** What is shown of an application. */
export interface AppInfo {
  readonly name: string;
  readonly channelIds: readonly string[];
  readonly endpointIds: readonly string[];
  readonly deviceNames: readonly string[];
}

export interface StasisOptions {
  readonly switch: Switch;
  readonly log: Logger;
}

type Source = 'channel' | 'endpoint' | 'device';

interface App {
  readonly name: string;
  consumer: Consumer | undefined;
  /** Subscribed ids, each with how often: what a channel brings along is counted beside what was asked for. */
  readonly sources: Record<Source, Map<string, number>>;
  readonly all: Set<Source>;
}

/** How one channel is held by an application. */
interface Control {
  readonly app: App;
  leave: () => void;
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
    endpoint: new Map(),
    device: new Map(),
  };
  readonly #offs: (() => void)[] = [];

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
        sources: { channel: new Map(), endpoint: new Map(), device: new Map() },
        all: new Set(),
      };
      this.#apps.set(name, app);
      this.#log.verbose(`Creating Stasis app '${name}'`);
    } else if (app.consumer !== undefined && app.consumer !== consumer) {
      app.consumer.tell({ kind: 'ApplicationReplaced' }, name);
    }
    app.consumer = consumer;
    if (subscribeAll) for (const source of ['channel', 'endpoint', 'device'] as const) app.all.add(source);
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

  /** An application without listener goes away once it holds nothing. */
  #dropIfIdle(app: App): void {
    const idle = Object.values(app.sources).every((map) => map.size === 0) && app.all.size === 0;
    if (app.consumer === undefined && idle) this.#apps.delete(app.name);
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

  *list(): Iterable<AppInfo> {
    for (const app of this.#apps.values()) yield toInfo(app);
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
    const app = this.#apps.get(name);
    if (app?.consumer === undefined) {
      this.#log.error(`Stasis app '${name}' not registered`);
      return 'failed';
    }
    if (channel.hangupRequested) return 'hangup';
    const left = new Promise<void>((resolve) => {
      this.#controls.set(channel.id, { app, leave: resolve });
    });
    this.#tell(app, { kind: 'StasisStart', channel, args });
    this.#add(app, 'channel', channel.id);
    const why = await channel.during(left);
    this.#controls.delete(channel.id);
    this.#tell(app, { kind: 'StasisEnd', channel });
    this.#remove(app, 'channel', channel.id, false);
    this.#dropIfIdle(app);
    return why === 'hangup' ? 'hangup' : 'continue';
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
    app.consumer?.tell(event, app.name);
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
        this.#channel(channel, { kind: 'ChannelHangupRequest', channel, soft: request.by === 'local' }),
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
      events.on('userEvent', (channel, name, headers) => {
        const event = { kind: 'ChannelUserevent', channel, name, headers } as const;
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
      events.on('contactStatus', (endpoint, contact) =>
        this.#endpoint(endpoint, { kind: 'ContactStatusChange', endpoint, contact }),
      ),
      events.on('peerStatus', (endpoint, peer) =>
        this.#endpoint(endpoint, { kind: 'PeerStatusChange', endpoint, peer }),
      ),
      events.on('endpointState', (endpoint, state) =>
        this.#endpoint(endpoint, { kind: 'EndpointStateChange', endpoint, state }),
      ),
      events.on('deviceState', (device, state) =>
        this.#publish('device', [device], { kind: 'DeviceStateChanged', device, state }),
      ),
    );
  }

  #endpoint(endpoint: EndpointRef, event: AppEvent): void {
    this.#publish('endpoint', [`${endpoint.technology}/${endpoint.resource}`, endpoint.technology], event);
  }

  close(): void {
    for (const off of this.#offs.splice(0)) off();
    for (const control of this.#controls.values()) control.leave();
    this.#controls.clear();
    this.#apps.clear();
  }
}

function toInfo(app: App): AppInfo {
  const ids = (source: Source, all: string) => [
    ...app.sources[source].keys(),
    ...(app.all.has(source) ? [all] : []),
  ];
  return {
    name: app.name,
    channelIds: ids('channel', '__AST_CHANNEL_ALL_TOPIC'),
    endpointIds: ids('endpoint', '__AST_ENDPOINT_ALL_TOPIC'),
    deviceNames: ids('device', '__AST_DEVICE_STATE_ALL_TOPIC'),
  };
}
