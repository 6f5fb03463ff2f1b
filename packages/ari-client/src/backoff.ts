export interface BackoffOptions {
  /** Milliseconds before the first try; doubled with each that follows. */
  readonly minMs: number;
  readonly maxMs: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** How long to wait before trying again. Half of it is chance, so that many clients do not come back at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  #tries = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Milliseconds to wait now. */
  next(): number {
    const { minMs, maxMs, random } = this.#options;
    const ceiling = Math.min(maxMs, minMs * 2 ** this.#tries);
    if (ceiling < maxMs) this.#tries++;
    return Math.round(ceiling / 2 + (ceiling / 2) * random());
  }

  reset(): void {
    this.#tries = 0;
  }
}
