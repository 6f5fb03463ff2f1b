import type { SorceryObject } from './sorcery-object.ts';
import type { Wizard } from './wizard.ts';

/** Objects in this process's memory; gone when it ends. Lists are in order of id. */
export class MemoryWizard implements Wizard {
  readonly name = 'memory';
  readonly argument = '';
  readonly writable = true;
  readonly #objects = new Map<string, SorceryObject>();
  /** Ids in order, made when a list is asked for and dropped when ids come or go. */
  #sorted: string[] | undefined;
  /** Ids that belong to another object (`<aor>;@<hash>`), by what stands before the mark: asked for at every registration. */
  readonly #owned = new Map<string, Set<string>>();

  get(id: string): SorceryObject | undefined {
    return this.#objects.get(id);
  }

  *all(prefix = ''): Iterable<SorceryObject> {
    if (prefix.endsWith(OWNER_MARK)) {
      for (const id of this.#owned.get(prefix) ?? []) {
        const object = this.#objects.get(id);
        if (object !== undefined) yield object;
      }
      return;
    }
    this.#sorted ??= [...this.#objects.keys()].sort();
    const ids = this.#sorted;
    for (let at = lowerBound(ids, prefix); at < ids.length; at++) {
      const id = ids[at] ?? '';
      if (!id.startsWith(prefix)) return;
      const object = this.#objects.get(id);
      if (object !== undefined) yield object;
    }
  }

  get size(): number {
    return this.#objects.size;
  }

  /** Ids from the one that was created first to the last. */
  ids(): IterableIterator<string> {
    return this.#objects.keys();
  }

  async create(object: SorceryObject): Promise<boolean> {
    if (this.#objects.has(object.id)) return false;
    this.#add(object);
    return true;
  }

  /** Creates or replaces at once; above `limit` objects the one that was created first makes room. */
  put(object: SorceryObject, limit = Number.POSITIVE_INFINITY): void {
    if (this.#objects.has(object.id)) this.#objects.set(object.id, object);
    else {
      const first = this.#objects.size >= limit ? this.#objects.keys().next().value : undefined;
      if (first !== undefined) this.drop(first);
      this.#add(object);
    }
  }

  #add(object: SorceryObject): void {
    this.#objects.set(object.id, object);
    this.#sorted = undefined;
    const owner = ownerOf(object.id);
    if (owner !== undefined) {
      const owned = this.#owned.get(owner);
      if (owned === undefined) this.#owned.set(owner, new Set([object.id]));
      else owned.add(object.id);
    }
  }

  async update(object: SorceryObject): Promise<boolean> {
    if (!this.#objects.has(object.id)) return false;
    this.#objects.set(object.id, object);
    return true;
  }

  async delete(id: string): Promise<boolean> {
    return this.drop(id);
  }

  /** Removes at once; false when it was not there. */
  drop(id: string): boolean {
    if (!this.#objects.delete(id)) return false;
    this.#sorted = undefined;
    const owner = ownerOf(id);
    const owned = owner === undefined ? undefined : this.#owned.get(owner);
    if (owner !== undefined && owned?.delete(id) && owned.size === 0) this.#owned.delete(owner);
    return true;
  }

  clear(): void {
    this.#objects.clear();
    this.#owned.clear();
    this.#sorted = undefined;
  }
}

/** Stands between an owner's id and the rest of the id of what belongs to it. */
const OWNER_MARK = ';@';

function ownerOf(id: string): string | undefined {
  const at = id.indexOf(OWNER_MARK);
  return at < 0 ? undefined : id.slice(0, at + OWNER_MARK.length);
}

/** Index of the first element that is not less than `wanted`. */
export function lowerBound(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
