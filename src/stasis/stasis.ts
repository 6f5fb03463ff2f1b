import { channel as diagnosticsChannel } from 'node:diagnostics_channel';
import { AsterismError } from '../errors/index.ts';
import type { Logger } from '../log/index.ts';
import type { Channel, Switch } from '../switch/index.ts';
import {
  type App,
  type AppInfo,
  type EventFilter,
  SOURCES,
  type Source,
  setFilter,
  tell,
  toInfo,
} from './application.ts';
import { Audience } from './audience.ts';
import type { AppEvent, Consumer } from './events.ts';
import { SwitchFeed } from './switch-feed.ts';

/** A channel has entered an application, or left it. */
const entered = diagnosticsChannel('asterism:stasis:enter');
const gone = diagnosticsChannel('asterism:stasis:leave');

/** Commands that may wait for one channel; a client that piles up more is refused. */
export const MAX_QUEUED_COMMANDS = 1_000;

export interface StasisOptions {
  readonly switch: Switch;
  readonly log: Logger;
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
  readonly #log: Logger;
  readonly #apps = new Audience();
  readonly #feed: SwitchFeed;
  readonly #controls = new Map<string, Control>();
  #debugAll = false;
  /**
   * Connects a listener for one call when none is there: resolves with the name of the application that it serves,
   * undefined when that failed. Returns undefined for names that nobody connects to.
   */
  openFor: ((channel: Channel, name: string) => Promise<string | undefined> | undefined) | undefined;

  constructor(options: StasisOptions) {
    this.#log = options.log;
    this.#feed = new SwitchFeed(options.switch, this.#apps);
  }

  /** Connects a consumer to an application; one that was there before is told and keeps its other applications. */
  register(name: string, consumer: Consumer, subscribeAll = false): void {
    let app = this.#apps.get(name);
    if (app === undefined) {
      app = this.#apps.make(name);
      // As in the original, only whoever makes the application can have it listen to everything.
      if (subscribeAll) for (const source of SOURCES) app.all.add(source);
      this.#log.verbose(`Creating Stasis app '${name}'`);
    } else if (app.consumer !== undefined && app.consumer !== consumer) {
      tell(app, { kind: 'ApplicationReplaced' });
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
      this.#apps.dropIfIdle(app);
    }
  }

  has(name: string): boolean {
    return this.#apps.get(name) !== undefined;
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
    if (app !== undefined) setFilter(app, filter);
  }

  /** Adds a subscription, an empty id meaning every one of its kind. */
  subscribe(name: string, source: Source, id: string): void {
    const app = this.#apps.get(name);
    if (app === undefined) return;
    if (id === '') app.all.add(source);
    else this.#apps.add(app, source, id);
  }

  /** Ends a subscription. Returns false when there was none. */
  unsubscribe(name: string, source: Source, id: string): boolean {
    const app = this.#apps.get(name);
    if (app === undefined) return false;
    if (id === '') return app.all.delete(source);
    return this.#apps.remove(app, source, id, true);
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
      tell(app, { kind: 'StasisStart', channel, args });
      this.#apps.add(app, 'channel', channel.id);
      const why = await channel.during(left);
      const { next } = control;
      const goesOn = next === undefined || why !== 'elapsed' ? undefined : this.#apps.get(next.name);
      if (goesOn?.consumer === undefined) this.#controls.delete(channel.id);
      if (gone.hasSubscribers) gone.publish(about);
      tell(app, { kind: 'StasisEnd', channel });
      this.#apps.remove(app, 'channel', channel.id, false);
      this.#apps.dropIfIdle(app);
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
    if (app !== undefined) tell(app, event);
  }

  close(): void {
    this.#feed.close();
    for (const control of this.#controls.values()) control.leave();
    this.#controls.clear();
    this.#apps.clear();
  }
}
