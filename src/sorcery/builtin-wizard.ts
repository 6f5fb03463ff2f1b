import type { ObjectType } from './object-type.ts';
import { ReadOnlyWizard } from './read-only-wizard.ts';
import { SorceryObject } from './sorcery-object.ts';

/** Objects that a type always has: they can be named by others. */
export class BuiltinWizard extends ReadOnlyWizard {
  /** @throws {Error} when one of the objects is not valid */
  constructor(type: ObjectType, objects: Readonly<Record<string, Readonly<Record<string, string>>>>) {
    super('builtin');
    this.replace(
      Object.entries(objects).map(([id, fields]) => {
        const draft = type.draft();
        for (const [name, value] of Object.entries(fields)) {
          const problem = draft.apply(name, value);
          if (problem !== undefined) throw new Error(`${type.name} ${id}: ${problem.detail}`);
        }
        return new SorceryObject(type, id, draft.values);
      }),
    );
  }
}
