import type { Clock, Timer } from '../platform/index.ts';

const TICK_MS = 1_000;

/** Tells when something is due: ids by the second in which they are, one timer for all of them. */
export class DueTimes {
  readonly #clock: Clock;
  readonly #tell: (id: string) => void;
  readonly #seconds = new Map<number, Set<string>>();
  readonly #when = new Map<string, number>();
  #next: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, tell: (id: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
    this.#next = Math.floor(clock.now() / 1000);
  }

  get size(): number {
    return this.#when.size;
  }

  /** Notes (again) when an id is due, in seconds since 1970. */
  set(id: string, at: number): void {
    this.forget(id);
    const second = Math.max(at, this.#next);
    this.#when.set(id, second);
    const ids = this.#seconds.get(second);
    if (ids === undefined) this.#seconds.set(second, new Set([id]));
    else ids.add(id);
    this.#timer ??= this.#clock.after(TICK_MS, () => this.#tick());
  }

  forget(id: string): void {
    const second = this.#when.get(id);
    if (second === undefined) return;
    this.#when.delete(id);
    const ids = this.#seconds.get(second);
    ids?.delete(id);
    if (ids?.size === 0) this.#seconds.delete(second);
  }

  #tick(): void {
    this.#timer = undefined;
    const now = Math.floor(this.#clock.now() / 1000);
    while (this.#next <= now) {
      // What is set from here on, by those who are told, belongs to a later second.
      const second = this.#next++;
      const ids = this.#seconds.get(second);
      if (ids === undefined) continue;
      this.#seconds.delete(second);
      for (const id of ids) {
        if (this.#when.get(id) !== second) continue;
        this.#when.delete(id);
        this.#tell(id);
      }
    }
    if (this.#when.size > 0) this.#timer ??= this.#clock.after(TICK_MS, () => this.#tick());
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#seconds.clear();
    this.#when.clear();
  }
}
