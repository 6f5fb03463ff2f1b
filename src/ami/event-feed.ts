import type { Emitter } from '../platform/index.ts';
import { type ClassMask, classText, maskOf, NO_CLASS } from './classes.ts';
import type { EventFilters } from './event-filter.ts';
import type { ChannelView, EventEntry, EventTable } from './events/event-entry.ts';
import {
  FULLY_BOOTED,
  fullyBooted,
  moduleEvents,
  securityEvents,
  serverEvents,
} from './events/server-events.ts';
import { switchEvents } from './events/switch-events.ts';
import { type Header, render } from './packet.ts';
import type { AmiPorts } from './ports.ts';

/** Somebody who hears events: a session. */
export interface EventListener {
  /** The classes that it may see and wants. */
  readonly eventMask: ClassMask;
  readonly filters: EventFilters | undefined;
  readonly user: { readonly name: string } | undefined;
  /** One event, as text; the same text for every listener. */
  deliver(text: string): void;
}

/** An event that another server has told. */
export interface RelayedEvent {
  readonly name: string;
  readonly eventClass: ClassMask;
  /** Rendered when first asked for. */
  readonly text: () => string;
  /** The listener whose action it follows from, and the same with that action's ActionID. */
  readonly owner: object | undefined;
  readonly ownText: () => string;
}

export interface EventFeedOptions {
  readonly ports: Pick<AmiPorts, 'switch' | 'security' | 'server' | 'modules' | 'clock' | 'info'>;
  readonly view: () => ChannelView;
  readonly timestamps: () => boolean;
  /** Names of events that nobody is told. */
  readonly disabled: () => ReadonlySet<string>;
}

const SYSTEM = maskOf('system');

/** Turns domain events into text, once for all listeners, and not at all when nobody would be told. */
export class EventFeed {
  /** The last event that was told, and its class, for `manager show eventq`. */
  last: { readonly eventClass: ClassMask; readonly text: string } | undefined;
  readonly #options: EventFeedOptions;
  readonly #listeners = new Set<EventListener>();
  #wanted: ClassMask = NO_CLASS;
  #offs: (() => void)[] = [];

  constructor(options: EventFeedOptions) {
    this.#options = options;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  join(listener: EventListener): void {
    this.#listeners.add(listener);
    this.changed();
  }

  leave(listener: EventListener): void {
    if (this.#listeners.delete(listener)) this.changed();
  }

  /** To be called when a listener wants other classes than before. */
  changed(): void {
    this.#wanted = NO_CLASS;
    for (const each of this.#listeners) this.#wanted |= each.eventMask;
    if (this.#wanted === NO_CLASS) this.#unlisten();
    else if (this.#offs.length === 0) this.#listen();
  }

  /** Tells one listener that the server has booted, whatever its filters: whoever comes later has missed the event. */
  welcome(listener: EventListener): void {
    if (!this.#options.ports.info.booted() || (listener.eventMask & SYSTEM) === 0) return;
    listener.deliver(this.#render(FULLY_BOOTED, SYSTEM, this.#fullyBooted()));
  }

  #fullyBooted(): Header[] {
    const { clock, info } = this.#options.ports;
    return fullyBooted(clock.now(), info.startedAt, info.lastReloadAt());
  }

  #listen(): void {
    const { ports } = this.#options;
    this.#offs = [
      ...this.#connect(ports.switch.events, switchEvents),
      ...this.#connect(ports.server, serverEvents),
      ...this.#connect(ports.modules.events, moduleEvents),
      ...this.#connect(ports.security.events, securityEvents),
      ports.server.on('booted', () => this.#tell(FULLY_BOOTED, SYSTEM, () => this.#fullyBooted())),
    ];
  }

  #unlisten(): void {
    for (const off of this.#offs.splice(0)) off();
  }

  #connect<Events extends { [K in keyof Events]: unknown[] }>(
    bus: Emitter<Events>,
    table: EventTable<Events>,
  ): (() => void)[] {
    const connect = <K extends keyof Events>(event: K) =>
      (table[event] ?? []).map((entry) => bus.on(event, (...args) => this.#entry(entry, args)));
    return (Object.keys(table) as (keyof Events)[]).flatMap((event) => connect(event));
  }

  #entry<Args extends unknown[]>(entry: EventEntry<Args>, args: Args): void {
    if ((this.#wanted & entry.eventClass) === 0 || entry.when?.(...args) === false) return;
    const name = typeof entry.name === 'string' ? entry.name : entry.name(...args);
    this.#tell(name, entry.eventClass, () => entry.headers(this.#options.view(), ...args));
  }

  #tell(name: string, eventClass: ClassMask, headers: () => Iterable<Header>): void {
    if (this.#options.disabled().has(name)) return;
    let rendered: string | undefined;
    const text = () => {
      rendered ??= this.#render(name, eventClass, headers());
      return rendered;
    };
    for (const each of this.#listeners) if (wants(each, name, eventClass, text)) each.deliver(text());
    if (rendered !== undefined) this.last = { eventClass, text: rendered };
  }

  /** Tells an event of another server to those who may hear that server and want such an event. */
  relay(event: RelayedEvent, admits: (user: string) => boolean): void {
    const { name, eventClass, text, owner } = event;
    if (this.#options.disabled().has(name)) return;
    for (const each of this.#listeners) {
      if ((each.eventMask & eventClass) === 0 || each.user === undefined || !admits(each.user.name)) continue;
      if (wants(each, name, eventClass, text)) each.deliver(each === owner ? event.ownText() : text());
    }
  }

  #render(name: string, eventClass: ClassMask, headers: Iterable<Header>): string {
    const head: Header[] = [
      ['Event', name],
      ['Privilege', classText(eventClass)],
    ];
    if (this.#options.timestamps())
      head.push(['Timestamp', (this.#options.ports.clock.now() / 1000).toFixed(6)]);
    return render([...head, ...headers]);
  }

  close(): void {
    this.#listeners.clear();
    this.changed();
  }
}

/** Whether a listener is to be told: its filters are asked before anything is rendered, where that is enough. */
function wants(
  { eventMask, filters }: EventListener,
  name: string,
  eventClass: ClassMask,
  text: () => string,
): boolean {
  if ((eventMask & eventClass) === 0) return false;
  return filters === undefined || (filters.mayPass(name) && filters.passes(name, text));
}
