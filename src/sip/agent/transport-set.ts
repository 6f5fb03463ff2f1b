import type { Timer } from '../../platform/index.ts';
import { RETIRE_CHECK_MS, RETIRE_LINGER_MS } from '../limits.ts';
import type { TimerQueue } from '../transaction/timer-queue.ts';
import type { Flow, Remote, Transport } from '../transport/transport.ts';

/** A transport that only finishes what it has. */
interface Retiring {
  /** Monotonic time at which something last needed it. */
  neededAt: number;
  /** Whether it was closed; false when it came back into use. */
  readonly done: Promise<boolean>;
  readonly finish: (closed: boolean) => void;
}

export interface TransportSetOptions {
  readonly timers: TimerQueue;
  readonly now: () => number;
  /** Where dialogs and unfinished transactions send to. */
  readonly inUse: () => Iterable<Flow>;
}

/**
 * The sockets of an agent: those in use, and those taken out of use, which stay open while a dialog or a transaction
 * needs them.
 */
export class TransportSet {
  readonly #options: TransportSetOptions;
  readonly #active = new Set<Transport>();
  readonly #retiring = new Map<Transport, Retiring>();
  #timer: Timer | undefined;

  constructor(options: TransportSetOptions) {
    this.#options = options;
  }

  /** Those that new work may use, in the order in which they came. */
  get active(): ReadonlySet<Transport> {
    return this.#active;
  }

  get retiring(): Iterable<Transport> {
    return this.#retiring.keys();
  }

  isRetiring(transport: Transport): boolean {
    return this.#retiring.size > 0 && this.#retiring.has(transport);
  }

  add(transport: Transport): void {
    this.#active.add(transport);
  }

  /** Takes it out of use at once and closes it. */
  async remove(transport: Transport): Promise<void> {
    if (this.#active.delete(transport)) await transport.close();
  }

  /** Resolves once nothing needed it any more and it is closed, or with false once it is restored. */
  retire(transport: Transport): Promise<boolean> {
    const known = this.#retiring.get(transport);
    if (known !== undefined) return known.done;
    if (!this.#active.delete(transport)) return Promise.resolve(false);
    let finish: (closed: boolean) => void = () => {};
    const done = new Promise<boolean>((resolve) => {
      finish = resolve;
    });
    // Nobody has needed it yet: without a call it is closed now.
    this.#retiring.set(transport, { neededAt: Number.NEGATIVE_INFINITY, done, finish });
    this.#check();
    return done;
  }

  /** Takes one back into use that is not closed yet. Rejects when it cannot listen any more. */
  async restore(transport: Transport): Promise<void> {
    const known = this.#retiring.get(transport);
    if (known === undefined) return;
    await transport.restore?.();
    this.#retiring.delete(transport);
    this.#active.add(transport);
    known.finish(false);
  }

  readonly #check = (): void => {
    this.#timer?.cancel();
    this.#timer = undefined;
    const now = this.#options.now();
    const needed = new Map<Transport, Remote[]>();
    for (const transport of this.#retiring.keys()) needed.set(transport, []);
    for (const { transport, remote } of this.#options.inUse()) needed.get(transport)?.push(remote);
    for (const [transport, retiring] of this.#retiring) {
      const peers = needed.get(transport) ?? [];
      if (peers.length > 0) {
        retiring.neededAt = now;
        transport.retire?.(peers);
      } else if (now - retiring.neededAt >= RETIRE_LINGER_MS) {
        this.#retiring.delete(transport);
        void transport.close().then(() => retiring.finish(true));
      }
    }
    if (this.#retiring.size > 0) this.#timer = this.#options.timers.after(RETIRE_CHECK_MS, this.#check);
  };

  /** Closes every one. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    const all = [...this.#active, ...this.#retiring.keys()];
    for (const { finish } of this.#retiring.values()) finish(true);
    this.#active.clear();
    this.#retiring.clear();
    await Promise.all(all.map((transport) => transport.close()));
  }
}
