import type { Logger } from '../../log/index.ts';
import type { Clock, Timer } from '../../platform/index.ts';
import { type ClassMask, maskOf, NO_CLASS, parseClasses } from '../classes.ts';
import type { RelayedEvent } from '../event-feed.ts';
import type { UpstreamConfig } from './proxy-config.ts';
import { UpstreamLink } from './upstream-link.ts';
import { fieldOf, firstValue, tagged } from './upstream-packet.ts';

/** How often answers that are late are looked for (milliseconds). */
const SWEEP_MS = 1_000;
/** Answered actions whose ActionID is remembered for events that still come, as OriginateResponse does. */
const MAX_ANSWERED = 1_000;
/** A connection that stood this long (milliseconds) was a good one: the pauses begin anew. */
export const STEADY_MS = 10_000;
/** Texts of Privilege headers whose classes are remembered. */
const MAX_PRIVILEGES = 256;

const SYSTEM = maskOf('system');

/** Who asked, and where the answer goes. */
export interface Asker {
  /** As the client wrote it; undefined for a client that gave none. */
  readonly actionId: string | undefined;
  /** The session; one that has left is told nothing. */
  readonly client: object;
  readonly gone: () => boolean;
  /** One packet of the answer. */
  readonly packet: (text: string) => void;
  /** The answer is whole; with a fault it is not, and none will come. */
  readonly done: (fault?: string) => void;
}

interface Ask {
  readonly asker: Asker;
  /** Events with this ActionID are parts of a list. */
  list: boolean;
  /** When the next part has to be there, in monotonic milliseconds. */
  due: number;
}

export interface UpstreamOptions {
  readonly config: UpstreamConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** A number from 0 up to 1, for pauses that are not those of everybody. */
  readonly random: () => number;
  readonly event: (event: RelayedEvent) => void;
}

export type UpstreamState =
  | { readonly kind: 'connecting' | 'up' }
  | { readonly kind: 'away'; readonly reason: string; readonly retryMs: number };

/** One server: keeps a connection to it, gives each answer to who asked, and each event to whoever listens. */
export class Upstream {
  readonly config: UpstreamConfig;
  state: UpstreamState = { kind: 'connecting' };
  /** When the state began (milliseconds since 1970). */
  since: number;
  readonly counts = { answers: 0, events: 0, unasked: 0, connections: 0 };
  readonly #options: UpstreamOptions;
  readonly #everybody: boolean;
  readonly #users: ReadonlySet<string>;
  #link: UpstreamLink | undefined;
  #attempts = 0;
  #upAt = 0;
  #retry: Timer | undefined;
  #sweeper: Timer | undefined;
  #sequence = 0;
  readonly #asks = new Map<string, Ask>();
  readonly #answered = new Map<string, Asker>();
  readonly #privileges = new Map<string, ClassMask>();
  #closed = false;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.config = options.config;
    this.#users = new Set(options.config.users);
    this.#everybody = this.#users.has('*');
    this.since = options.clock.now();
    this.#open();
  }

  /** Whether a local user may address it and hear its events. */
  admits(user: string): boolean {
    return this.#everybody || this.#users.has(user.toLowerCase());
  }

  /** Actions that wait for their answers. */
  get waiting(): number {
    return this.#asks.size;
  }

  #open(): void {
    this.#retry = undefined;
    this.#become({ kind: 'connecting' });
    const { config, clock } = this.#options;
    const link = new UpstreamLink(config, clock, {
      up: () => this.#up(),
      packet: (text) => this.#packet(text),
      down: (reason, refused) => this.#down(reason, refused),
    });
    this.#link = link;
    link.open();
  }

  #become(state: UpstreamState): void {
    this.state = state;
    this.since = this.#options.clock.now();
  }

  #up(): void {
    const { config, clock, log } = this.#options;
    this.counts.connections++;
    this.#upAt = clock.monotonic();
    this.#become({ kind: 'up' });
    log.notice(`Server '${config.name}' (${config.host}:${config.port}) is connected`);
  }

  #down(reason: string, refused: boolean): void {
    const { config, clock, log, random } = this.#options;
    const { reconnectMinMs, reconnectMaxMs } = config;
    const wasUp = this.state.kind === 'up';
    if (wasUp && clock.monotonic() - this.#upAt >= STEADY_MS) this.#attempts = 0;
    // Who is refused for his secret is refused again, and may be locked out for asking too often.
    const longest = refused
      ? reconnectMaxMs
      : Math.min(reconnectMaxMs, reconnectMinMs * 2 ** Math.min(this.#attempts, 30));
    const retryMs = Math.round(longest * (1 - random() / 2));
    this.#attempts++;
    this.#link = undefined;
    this.#become({ kind: 'away', reason, retryMs });
    if (wasUp || this.#attempts === 1 || refused)
      log.warning(`Server '${config.name}' (${config.host}:${config.port}) is away: ${reason}`);
    this.#abandon(`went away before it answered: ${reason}`);
    this.#retry = clock.after(retryMs, () => this.#open());
  }

  #abandon(fault: string): void {
    const asks = [...this.#asks.values()];
    this.#asks.clear();
    this.#answered.clear();
    this.#sweeper?.cancel();
    this.#sweeper = undefined;
    for (const { asker } of asks) asker.done(fault);
  }

  /** Sends an action: `lines` is all of it besides Action and ActionID. Returns why it cannot be sent. */
  ask(action: string, lines: string, asker: Asker): string | undefined {
    const { state } = this;
    if (state.kind === 'away') return `is away: ${state.reason}`;
    const link = this.#link;
    if (state.kind === 'connecting' || link === undefined) return 'is away: it is being connected to';
    if (this.#asks.size >= this.config.queueLimit) return 'has too many actions to answer';
    const id = `${link.idPrefix}${(this.#sequence++).toString(36)}`;
    if (!link.send(`Action: ${action}\r\nActionID: ${id}\r\n${lines}\r\n`))
      return 'does not read what is sent to it';
    this.#asks.set(id, { asker, list: false, due: this.#due() });
    this.#sweeper ??= this.#options.clock.after(SWEEP_MS, () => this.#sweep());
    return undefined;
  }

  #due(): number {
    return this.#options.clock.monotonic() + this.config.answerTimeoutMs;
  }

  #sweep(): void {
    this.#sweeper = undefined;
    const now = this.#options.clock.monotonic();
    for (const [id, { asker, due }] of this.#asks) {
      if (now < due) continue;
      this.#asks.delete(id);
      asker.done(`did not answer within ${this.config.answerTimeoutMs / 1000} s`);
    }
    if (this.#asks.size > 0) this.#sweeper = this.#options.clock.after(SWEEP_MS, () => this.#sweep());
  }

  #packet(text: string): void {
    const event = firstValue(text, 'Event: ');
    if (event !== undefined) this.#event(event, text);
    else if (text.startsWith('Response: ')) this.#answer(text);
    else this.counts.unasked++;
  }

  #answer(text: string): void {
    const id = fieldOf(text, 'ActionID') ?? '';
    const ask = this.#asks.get(id);
    if (ask === undefined) {
      this.counts.unasked++;
      return;
    }
    this.counts.answers++;
    // An answer that begins a list is followed by its items, all with the same ActionID.
    ask.list = fieldOf(text, 'EventList')?.toLowerCase() === 'start';
    this.#hand(ask, text);
    if (ask.list) ask.due = this.#due();
    else this.#finish(id, ask, true);
  }

  #event(name: string, text: string): void {
    const id = fieldOf(text, 'ActionID');
    if (id !== undefined) {
      const ask = this.#asks.get(id);
      if (ask?.list === true) {
        this.#item(id, ask, text);
        return;
      }
      const asker = ask?.asker ?? this.#answered.get(id);
      if (fieldOf(text, 'Privilege') !== undefined) this.#broadcast(name, text, asker);
      else if (asker === undefined) this.counts.unasked++;
      else if (!asker.gone()) asker.packet(tagged(text, this.config.name, asker.actionId));
    } else if (fieldOf(text, 'Privilege') !== undefined) this.#broadcast(name, text, undefined);
    // Without a class nobody can be told whether it is for them.
    else this.counts.unasked++;
  }

  #item(id: string, ask: Ask, text: string): void {
    this.#hand(ask, text);
    const end = fieldOf(text, 'EventList')?.toLowerCase();
    if (end === 'complete' || end === 'cancelled') this.#finish(id, ask, false);
    else ask.due = this.#due();
  }

  #hand({ asker }: Ask, text: string): void {
    if (!asker.gone()) asker.packet(tagged(text, this.config.name, asker.actionId));
  }

  #finish(id: string, { asker }: Ask, remember: boolean): void {
    this.#asks.delete(id);
    if (remember && !asker.gone()) {
      this.#answered.set(id, asker);
      if (this.#answered.size > MAX_ANSWERED) {
        const [oldest] = this.#answered.keys();
        if (oldest !== undefined) this.#answered.delete(oldest);
      }
    }
    asker.done();
  }

  #broadcast(name: string, text: string, asker: Asker | undefined): void {
    this.counts.events++;
    const server = this.config.name;
    let shared: string | undefined;
    this.#options.event({
      name,
      eventClass: this.#classOf(fieldOf(text, 'Privilege') ?? ''),
      text: () => {
        shared ??= tagged(text, server, undefined);
        return shared;
      },
      owner: asker?.client,
      ownText: () => tagged(text, server, asker?.actionId),
    });
  }

  /** `call,all`: `all` says only that who may hear everything may hear this. */
  #classOf(privilege: string): ClassMask {
    const known = this.#privileges.get(privilege);
    if (known !== undefined) return known;
    const names = privilege.split(',').filter((each) => each.trim().toLowerCase() !== 'all');
    const parsed = parseClasses(names.join(','));
    const mask = parsed === NO_CLASS ? SYSTEM : parsed;
    if (this.#privileges.size < MAX_PRIVILEGES) this.#privileges.set(privilege, mask);
    return mask;
  }

  /** Ends the connection; who waits for an answer is told so. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retry?.cancel();
    this.#link?.close();
    this.#link = undefined;
    this.#become({ kind: 'away', reason: 'it is not connected to any more', retryMs: 0 });
    this.#abandon('is not connected to any more');
  }
}
