/** What rows are made into by those who read them often. One and the same reader for all rows that it reads. */
export interface RowReader<T> {
  read(key: string, row: string): T;
  /** Characters that the result keeps in memory, roughly; its row is not kept. */
  weigh(made: T): number;
}

/** What a reader made of a row, kept in its place. */
export class MadeRow<T = unknown> {
  readonly reader: RowReader<T>;
  readonly value: T;
  readonly weight: number;

  constructor(reader: RowReader<T>, value: T) {
    this.reader = reader;
    this.value = value;
    this.weight = reader.weigh(value);
  }

  /** Whether it is of this reader; another one has to see the row. */
  isOf<U>(reader: RowReader<U>): this is MadeRow<U> {
    return (this.reader as unknown) === reader;
  }
}

/** A row as text or as what was made of it; null for a key that has none. */
export type CachedRow = string | MadeRow | null;

/**
 * Characters kept, in both halves together: the objects of more than 100 000 pushed phones, or the texts of 20 000. The
 * memory is taken only where that many are in use.
 */
export const MAX_CACHED_CHARACTERS = 96 * 1024 * 1024;
/** What an entry takes beside its texts. */
const ENTRY_WEIGHT = 64;

/**
 * Rows read lately, and keys that have none. Kept in two halves: what is found in the old one moves to the young one,
 * and when the young one is full it becomes the old one, so that what is in use stays.
 */
export class RowCache {
  readonly #half: number;
  #young = new Map<string, CachedRow>();
  #old = new Map<string, CachedRow>();
  #characters = 0;

  constructor(maxCharacters = MAX_CACHED_CHARACTERS) {
    this.#half = maxCharacters / 2;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The row, null when it is known that there is none, undefined when nothing is known. */
  get(key: string): CachedRow | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, row: CachedRow): void {
    this.#old.delete(key);
    const before = this.#young.get(key);
    this.#young.set(key, row);
    this.#characters +=
      before === undefined ? key.length + ENTRY_WEIGHT + weightOf(row) : weightOf(row) - weightOf(before);
    if (this.#characters < this.#half) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#characters = 0;
  }

  /** Keeps a row as long as there is room that nobody uses: what a list reads in passing drives nothing out. */
  offer(key: string, row: MadeRow): void {
    if (this.#characters < this.#half / 2 && !this.#old.has(key)) this.set(key, row);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#characters = 0;
  }
}

function weightOf(row: CachedRow): number {
  return typeof row === 'string' ? row.length : (row?.weight ?? 0);
}
