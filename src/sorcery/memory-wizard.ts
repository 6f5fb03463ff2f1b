import type { SorceryObject } from './object-type.ts';
import type { Wizard } from './wizard.ts';

/** Objects in this process's memory; gone when it ends. Lists are in order of id. */
export class MemoryWizard implements Wizard {
  readonly name = 'memory';
  readonly argument = '';
  readonly writable = true;
  readonly #objects = new Map<string, SorceryObject>();
  /** Ids in order, made when a list is asked for and dropped when ids come or go. */
  #sorted: string[] | undefined;

  get(id: string): SorceryObject | undefined {
    return this.#objects.get(id);
  }

  *all(prefix = ''): Iterable<SorceryObject> {
    this.#sorted ??= [...this.#objects.keys()].sort();
    const ids = this.#sorted;
    for (let at = lowerBound(ids, prefix); at < ids.length; at++) {
      const id = ids[at] ?? '';
      if (!id.startsWith(prefix)) return;
      const object = this.#objects.get(id);
      if (object !== undefined) yield object;
    }
  }

  async create(object: SorceryObject): Promise<boolean> {
    if (this.#objects.has(object.id)) return false;
    this.#objects.set(object.id, object);
    this.#sorted = undefined;
    return true;
  }

  async update(object: SorceryObject): Promise<boolean> {
    if (!this.#objects.has(object.id)) return false;
    this.#objects.set(object.id, object);
    return true;
  }

  async delete(id: string): Promise<boolean> {
    if (!this.#objects.delete(id)) return false;
    this.#sorted = undefined;
    return true;
  }

  clear(): void {
    this.#objects.clear();
    this.#sorted = undefined;
  }
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
