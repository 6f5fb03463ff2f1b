import { Sorted } from './sorted.ts';

/** Changes that the order may be behind, as a part of what there is, before it is made anew. */
const BEHIND_SHARE = 8;
const BEHIND_AT_LEAST = 64;

/** Things by id: found at once, listed in the order of ids, or oldest first. What it costs does not grow with their number. */
export class ById<T extends { readonly id: string }> {
  readonly #items = new Map<string, T>();
  /** In order, made when a list is asked for. */
  #sorted: Sorted<T> | undefined;
  /** Ids that came, went or changed since the order was made: whoever never lists pays nothing for it. */
  readonly #behind = new Set<string>();
  /** Ids that belong to another object (`<aor>;@<hash>`), by what stands before the mark: asked for at every registration. */
  readonly #owned = new Map<string, Set<string>>();
  #changes = 0;

  get size(): number {
    return this.#items.size;
  }

  get(id: string): T | undefined {
    return this.#items.get(id);
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  /** Makes room for another one, at the cost of the one that was added first. Returns false when there is none. */
  dropOldest(): boolean {
    const [oldest] = this.#items.keys();
    return oldest !== undefined && this.drop(oldest);
  }

  /** From the one that was added first to the last. */
  oldestFirst(): IterableIterator<T> {
    return this.#items.values();
  }

  /** Those whose id begins with `prefix`, in order; what goes while it is being read is left out. */
  *all(prefix = ''): Iterable<T> {
    if (prefix.endsWith(OWNER_MARK)) {
      for (const id of this.#owned.get(prefix) ?? []) {
        const item = this.#items.get(id);
        if (item !== undefined) yield item;
      }
      return;
    }
    const sorted = this.#inOrder();
    const changes = this.#changes;
    for (const item of sorted.from(prefix)) {
      const now = changes === this.#changes ? item : this.#items.get(item.id);
      if (now !== undefined) yield now;
    }
  }

  #inOrder(): Sorted<T> {
    const sorted = this.#sorted ?? new Sorted(this.#items.values());
    this.#sorted = sorted;
    for (const id of this.#behind) {
      const item = this.#items.get(id);
      if (item === undefined) sorted.drop(id);
      else sorted.put(item);
    }
    this.#behind.clear();
    return sorted;
  }

  /** Adds, or replaces the one of this id in its place. */
  put(item: T): void {
    const { id } = item;
    const owner = ownerOf(id);
    if (owner !== undefined) {
      const owned = this.#owned.get(owner);
      if (owned === undefined) this.#owned.set(owner, new Set([id]));
      else owned.add(id);
    }
    this.#items.set(id, item);
    this.#changed(id);
  }

  /** Returns false when it was not there. */
  drop(id: string): boolean {
    if (!this.#items.delete(id)) return false;
    const owner = ownerOf(id);
    const owned = owner === undefined ? undefined : this.#owned.get(owner);
    if (owner !== undefined && owned?.delete(id) && owned.size === 0) this.#owned.delete(owner);
    this.#changed(id);
    return true;
  }

  #changed(id: string): void {
    this.#changes++;
    if (this.#sorted === undefined) return;
    this.#behind.add(id);
    if (this.#behind.size > BEHIND_AT_LEAST + this.#items.size / BEHIND_SHARE) this.#disorder();
  }

  #disorder(): void {
    this.#sorted = undefined;
    this.#behind.clear();
  }

  clear(): void {
    this.#items.clear();
    this.#owned.clear();
    this.#changes++;
    this.#disorder();
  }
}

/** Stands between an owner's id and the rest of the id of what belongs to it. */
const OWNER_MARK = ';@';

function ownerOf(id: string): string | undefined {
  const at = id.indexOf(OWNER_MARK);
  return at < 0 ? undefined : id.slice(0, at + OWNER_MARK.length);
}
