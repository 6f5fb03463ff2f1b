import type { Clock } from '../platform/index.ts';
import type { AppEvent, Stasis } from '../stasis/index.ts';
import type { Channel } from '../switch/index.ts';
import type { EventSession } from './event-session.ts';
import { ResumableApp } from './resumable-app.ts';
import { SharedApp } from './shared-app.ts';

/** How a socket listens to its applications. */
export type Listening =
  /** Alone, as in Asterisk. */
  | { readonly mode: 'own' }
  /** Alone, with numbered events that are kept for a while: what it saw last of each application. */
  | { readonly mode: 'resume'; readonly after: readonly (number | undefined)[] }
  /** Together with others, each with its own calls. */
  | { readonly mode: 'shared' };

export interface ListenersOptions {
  readonly stasis: Stasis;
  readonly clock: Clock;
  /** Milliseconds that the events of a lost socket are kept. */
  readonly graceMs: () => number;
  /** Events of one application that are kept, at most. */
  readonly keep: () => number;
  readonly send: (session: EventSession, event: AppEvent, application: string) => void;
  /** The text of an event without its last brace. */
  readonly text: (event: AppEvent, application: string) => string;
  /** Sends an event that is about the socket itself. */
  readonly say: (session: EventSession, type: string, application: string, more?: object) => void;
}

/** Connects sockets to applications, in the way that each of them asked for. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #resumable = new Map<string, ResumableApp>();
  readonly #shared = new Map<string, SharedApp>();

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  connect(session: EventSession): void {
    const { apps, subscribeAll, listening } = session.spec;
    apps.forEach((app, index) => {
      if (listening?.mode === 'resume') this.#resume(session, app, listening.after[index]);
      else if (listening?.mode === 'shared') this.#share(session, app);
      else this.#options.stasis.register(app, session, subscribeAll);
    });
  }

  disconnect(session: EventSession): void {
    const { apps, listening } = session.spec;
    if (listening === undefined || listening.mode === 'own') this.#options.stasis.unregister(session);
    else {
      for (const app of apps) {
        this.#resumable.get(app)?.detach(session);
        this.#shared.get(app)?.leave(session);
      }
    }
  }

  #resume(session: EventSession, name: string, after: number | undefined): void {
    const { stasis, clock, graceMs, keep, text, say } = this.#options;
    let app = this.#resumable.get(name);
    if (app === undefined) {
      const made: ResumableApp = new ResumableApp({
        ...{ name, clock, graceMs, keep, render: text },
        missed: (each, application, count, restarted) =>
          say(each, 'EventsMissed', application, { count, ...(restarted ? { restarted } : {}) }),
        over: (replaced) => {
          if (this.#resumable.get(name) === made) this.#resumable.delete(name);
          if (!replaced) stasis.unregister(made);
        },
      });
      app = made;
      stasis.register(name, app, session.spec.subscribeAll);
      this.#resumable.set(name, app);
    } else if (app.session !== undefined) say(app.session, 'ApplicationReplaced', name);
    app.attach(session, after);
  }

  #share(session: EventSession, name: string): void {
    const { stasis, send } = this.#options;
    let app = this.#shared.get(name);
    if (app === undefined) {
      const made: SharedApp = new SharedApp(name, {
        send,
        handOver: (each, call, application) => this.#handOver(each, call, application),
        over: (replaced) => {
          if (this.#shared.get(name) === made) this.#shared.delete(name);
          if (!replaced) stasis.unregister(made);
        },
      });
      app = made;
      stasis.register(name, app, session.spec.subscribeAll);
      this.#shared.set(name, app);
    }
    app.join(session);
  }

  /** A call that was another socket's: the StasisStart that it had, as the call is now. */
  #handOver(
    session: EventSession,
    { channel, args }: { readonly channel: Channel; readonly args: readonly string[] },
    application: string,
  ): void {
    const text = this.#options.text({ kind: 'StasisStart', channel, args }, application);
    session.sendText(`${text},"handed_over":true}`);
  }

  close(): void {
    for (const app of this.#resumable.values()) app.close();
    this.#resumable.clear();
    this.#shared.clear();
  }
}
