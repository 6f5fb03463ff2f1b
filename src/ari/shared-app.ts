import type { AppEvent, Consumer } from '../stasis/index.ts';
import type { Channel } from '../switch/index.ts';
import type { EventSession } from './event-session.ts';

/** A call that one of the sockets has. */
interface Call {
  readonly channel: Channel;
  readonly args: readonly string[];
  session: EventSession;
}

export interface SharedAppOptions {
  /** Writes an event to one socket. */
  readonly send: (session: EventSession, event: AppEvent, application: string) => void;
  /** Offers a call that another socket had: a StasisStart that says so. */
  readonly handOver: (
    session: EventSession,
    call: { readonly channel: Channel; readonly args: readonly string[] },
    application: string,
  ) => void;
  /** Nobody listens any more, or somebody else has taken the application (`replaced`): called once. */
  readonly over: (replaced: boolean) => void;
}

/**
 * An application with several sockets. A call goes to the one that has the fewest, and every event about it goes there;
 * events that are about no such call go to all. The calls of a socket that is lost are offered to the others.
 */
export class SharedApp implements Consumer {
  readonly name: string;
  readonly #options: SharedAppOptions;
  /** Sockets, each with how many calls it has; the one that waits longest first. */
  readonly #sessions = new Map<EventSession, number>();
  /** By channel. */
  readonly #calls = new Map<string, Call>();
  #over = false;

  constructor(name: string, options: SharedAppOptions) {
    this.name = name;
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  join(session: EventSession): void {
    this.#sessions.set(session, 0);
  }

  tell(event: AppEvent, application: string): void {
    const { send } = this.#options;
    const channel = 'channel' in event ? event.channel : undefined;
    if (channel !== undefined) {
      if (event.kind === 'StasisStart') this.#assign(event.channel, event.args);
      const call = this.#calls.get(channel.id);
      if (call !== undefined) {
        send(call.session, event, application);
        if (event.kind === 'StasisEnd') this.#release(call);
        return;
      }
    }
    for (const session of this.#sessions.keys()) send(session, event, application);
    if (event.kind === 'ApplicationReplaced') this.#end(true);
  }

  #assign(channel: Channel, args: readonly string[]): void {
    const session = this.#idlest();
    if (session === undefined) return;
    this.#take(session);
    this.#calls.set(channel.id, { channel, args, session });
  }

  #idlest(): EventSession | undefined {
    let found: EventSession | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [session, calls] of this.#sessions) {
      if (calls < fewest) {
        found = session;
        fewest = calls;
      }
    }
    return found;
  }

  /** Gives a socket one more call and lets the others be first. */
  #take(session: EventSession): void {
    const calls = this.#sessions.get(session) ?? 0;
    this.#sessions.delete(session);
    this.#sessions.set(session, calls + 1);
  }

  #release({ channel, session }: Call): void {
    this.#calls.delete(channel.id);
    const calls = this.#sessions.get(session);
    if (calls !== undefined) this.#sessions.set(session, calls - 1);
  }

  /** A socket is gone: others get what it had. */
  leave(session: EventSession): void {
    if (!this.#sessions.delete(session) || this.#over) return;
    if (this.#sessions.size === 0) {
      this.#end(false);
      return;
    }
    for (const call of this.#calls.values()) {
      if (call.session !== session) continue;
      const next = this.#idlest();
      if (next === undefined) return;
      this.#take(next);
      call.session = next;
      this.#options.handOver(next, call, this.name);
    }
  }

  #end(replaced: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#calls.clear();
    this.#sessions.clear();
    this.#options.over(replaced);
  }
}
