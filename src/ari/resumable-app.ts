import type { Clock, Timer } from '../platform/index.ts';
import type { AppEvent, Consumer } from '../stasis/index.ts';
import type { EventSession } from './event-session.ts';

/** Characters of events that are kept for one application, however few events that are: a replay fits into one queue. */
const MAX_KEPT_CHARACTERS = 4 * 1024 * 1024;

export interface ResumableAppOptions {
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds that events are kept while nobody listens; 0 keeps nothing. */
  readonly graceMs: () => number;
  /** Events that are kept, at most. */
  readonly keep: () => number;
  /** The text of an event without its last brace. */
  readonly render: (event: AppEvent, application: string) => string;
  /** Tells a socket how many events are gone. */
  readonly missed: (session: EventSession, application: string, count: number, restarted: boolean) => void;
  /** Nobody came back in time, or somebody else has taken the application (`replaced`): called once. */
  readonly over: (replaced: boolean) => void;
}

interface Kept {
  readonly number: number;
  readonly text: string;
}

/**
 * An application whose events are numbered and kept for a while, so that a socket that was lost can go on where it was.
 * The application stays registered during the grace period: calls enter it and wait here.
 */
export class ResumableApp implements Consumer {
  readonly #options: ResumableAppOptions;
  /** The first number that was ever given, and the last one. */
  readonly #first: number;
  #last: number;
  #kept: Kept[] = [];
  #characters = 0;
  #session: EventSession | undefined;
  #timer: Timer | undefined;
  #over = false;

  constructor(options: ResumableAppOptions) {
    this.#options = options;
    // Numbers of this run are higher than those of the one before, so that a number tells when it is from.
    this.#first = options.clock.now() * 1_000;
    this.#last = this.#first;
  }

  get session(): EventSession | undefined {
    return this.#session;
  }

  /** Events that are kept. */
  get size(): number {
    return this.#kept.length;
  }

  tell(event: AppEvent, application: string): void {
    const number = ++this.#last;
    const text = `${this.#options.render(event, application)},"sequence":${number}}`;
    this.#keep({ number, text });
    this.#session?.sendText(text);
    if (event.kind === 'ApplicationReplaced') this.#end(true);
  }

  #keep(event: Kept): void {
    this.#kept.push(event);
    this.#characters += event.text.length;
    let gone = 0;
    while (
      gone < this.#kept.length &&
      (this.#kept.length - gone > this.#options.keep() || this.#characters > MAX_KEPT_CHARACTERS)
    ) {
      this.#characters -= this.#kept[gone]?.text.length ?? 0;
      gone++;
    }
    if (gone > 0) this.#kept = this.#kept.slice(gone);
  }

  /** Serves a socket that has seen everything up to `after`; undefined begins with what comes next. */
  attach(session: EventSession, after: number | undefined): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#session = session;
    if (after === undefined) return;
    const { name, missed } = this.#options;
    const restarted = after < this.#first;
    const seen = restarted ? this.#first : after;
    const oldest = this.#kept[0]?.number ?? this.#last + 1;
    const gone = Math.max(0, oldest - 1 - seen);
    if (gone > 0 || restarted) missed(session, name, gone, restarted);
    for (const { number, text } of this.#kept) if (number > seen) session.sendText(text);
  }

  /** A socket is gone; another one may have come before that was noticed. */
  detach(session: EventSession): void {
    if (this.#session !== session || this.#over) return;
    this.#session = undefined;
    const grace = this.#options.graceMs();
    if (grace === 0) this.#end(false);
    else this.#timer = this.#options.clock.after(grace, () => this.#end(false));
  }

  #end(replaced: boolean): void {
    if (this.#over) return;
    this.close();
    this.#options.over(replaced);
  }

  close(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#kept = [];
    this.#characters = 0;
  }
}
