export type Listener<A extends unknown[]> = (...args: A) => void;

/** What a listener threw, and which event it was listening to. */
export type ListenerFault = (event: string, error: unknown) => void;

/**
 * Typed events with isolated listeners: one that throws is reported through `onFault` and the others still run.
 * `Events` maps an event's name to its arguments: `{ closed: []; state: [from: State, to: State] }`.
 */
export class Emitter<Events extends { [K in keyof Events]: unknown[] }> {
  readonly #listeners = new Map<keyof Events, Listener<never>[]>();
  readonly #onFault: ListenerFault;

  constructor(onFault: ListenerFault = throwLater) {
    this.#onFault = onFault;
  }

  /** Listens until the returned function is called. */
  on<K extends keyof Events>(event: K, listener: Listener<Events[K]>): () => void {
    const before = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, [...before, listener as Listener<never>]);
    return () => {
      const now = this.#listeners.get(event);
      if (now === undefined) return;
      const rest = now.filter((each) => each !== listener);
      if (rest.length === 0) this.#listeners.delete(event);
      else this.#listeners.set(event, rest);
    };
  }

  /** Listens for one occurrence; the returned function gives up earlier. */
  once<K extends keyof Events>(event: K, listener: Listener<Events[K]>): () => void {
    const off = this.on(event, (...args) => {
      off();
      listener(...args);
    });
    return off;
  }

  emit<K extends keyof Events>(event: K, ...args: Events[K]): void {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        (listener as unknown as Listener<Events[K]>)(...args);
      } catch (error) {
        this.#onFault(String(event), error);
      }
    }
  }

  /** Whether anybody would hear it: lets a sender skip work on a hot path. */
  hears(event: keyof Events): boolean {
    return this.#listeners.has(event);
  }

  get listenerCount(): number {
    let count = 0;
    for (const list of this.#listeners.values()) count += list.length;
    return count;
  }

  removeAll(): void {
    this.#listeners.clear();
  }
}

function throwLater(_event: string, error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
