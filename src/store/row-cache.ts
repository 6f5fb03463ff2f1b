/** Characters of keys and rows kept, in both halves together: some ten thousand pushed endpoints. */
export const MAX_CACHED_CHARACTERS = 32 * 1024 * 1024;

/**
 * Rows read lately, and keys that have none (`null`). Kept in two halves: what is found in the old one moves to the
 * young one, and when the young one is full it becomes the old one, so that what is in use stays.
 */
export class RowCache {
  readonly #half: number;
  #young = new Map<string, string | null>();
  #old = new Map<string, string | null>();
  #characters = 0;

  constructor(maxCharacters = MAX_CACHED_CHARACTERS) {
    this.#half = maxCharacters / 2;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The row, null when it is known that there is none, undefined when nothing is known. */
  get(key: string): string | null | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, row: string | null): void {
    this.#old.delete(key);
    this.#young.set(key, row);
    this.#characters += key.length + (row?.length ?? 0);
    if (this.#characters < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#characters = 0;
  }

  forget(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#characters = 0;
  }
}
