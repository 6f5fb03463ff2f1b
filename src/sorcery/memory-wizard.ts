import { ById } from './by-id.ts';
import type { SorceryObject } from './sorcery-object.ts';
import type { Wizard } from './wizard.ts';

/** Objects in this process's memory; gone when it ends. Lists are in order of id. */
export class MemoryWizard implements Wizard {
  readonly name = 'memory';
  readonly argument = '';
  readonly writable = true;
  readonly #objects = new ById<SorceryObject>();

  get(id: string): SorceryObject | undefined {
    return this.#objects.get(id);
  }

  all(prefix = ''): Iterable<SorceryObject> {
    return this.#objects.all(prefix);
  }

  async create(object: SorceryObject): Promise<boolean> {
    if (this.#objects.has(object.id)) return false;
    this.#objects.put(object);
    return true;
  }

  async update(object: SorceryObject): Promise<boolean> {
    if (!this.#objects.has(object.id)) return false;
    this.#objects.put(object);
    return true;
  }

  async delete(id: string): Promise<boolean> {
    return this.#objects.drop(id);
  }

  clear(): void {
    this.#objects.clear();
  }
}
