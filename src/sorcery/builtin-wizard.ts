import type { ObjectType } from './object-type.ts';
import { SorceryObject } from './sorcery-object.ts';
import type { Wizard } from './wizard.ts';

/** Objects that a type always has. They can be read, and named by others; nobody changes them. */
export class BuiltinWizard implements Wizard {
  readonly name = 'builtin';
  readonly argument = '';
  readonly writable = false;
  readonly #objects = new Map<string, SorceryObject>();

  /** @throws {Error} when one of the objects is not valid */
  constructor(type: ObjectType, objects: Readonly<Record<string, Readonly<Record<string, string>>>>) {
    for (const [id, fields] of Object.entries(objects)) {
      const draft = new SorceryObject(type, id, type.defaults).draft();
      for (const [name, value] of Object.entries(fields)) {
        const problem = draft.apply(name, value);
        if (problem !== undefined) throw new Error(`${type.name} ${id}: ${problem.detail}`);
      }
      this.#objects.set(id, new SorceryObject(type, id, draft.values));
    }
  }

  get(id: string): SorceryObject | undefined {
    return this.#objects.get(id);
  }

  *all(prefix = ''): Iterable<SorceryObject> {
    for (const object of this.#objects.values()) if (object.id.startsWith(prefix)) yield object;
  }

  async create(): Promise<boolean> {
    return false;
  }

  async update(): Promise<boolean> {
    return false;
  }

  async delete(): Promise<boolean> {
    return false;
  }
}
