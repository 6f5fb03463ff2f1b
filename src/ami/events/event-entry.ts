import type { Channel } from '../../switch/index.ts';
import type { ClassMask } from '../classes.ts';
import type { Header } from '../packet.ts';

/** What manager.conf says about how channels are shown. */
export interface ChannelView {
  /** `channelvars`: shown with every channel that an event is about. */
  readonly variables: readonly string[];
  /** A variable or function of a channel, for those. */
  read(channel: Channel, name: string): string | undefined;
}

/** How a domain event is told: pure functions of its arguments, asked for only when somebody wants to hear it. */
export interface EventEntry<Args extends unknown[]> {
  readonly name: string | ((...args: Args) => string);
  readonly eventClass: ClassMask;
  /** Which of these domain events it is told for; absent for all. */
  readonly when?: (...args: Args) => boolean;
  /** Behind `Event` and `Privilege`, in the order that was recorded. */
  readonly headers: (view: ChannelView, ...args: Args) => Iterable<Header>;
}

/** Domain events of one bus, each with the events that it becomes. */
export type EventTable<Events extends { [K in keyof Events]: unknown[] }> = {
  readonly [K in keyof Events]?: readonly EventEntry<Events[K]>[];
};
