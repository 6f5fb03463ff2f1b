import { type ObjectType, type Problem, SorceryObject, type Wizard } from '../../sorcery/index.ts';
import type { MadeField } from './expand.ts';

/** Objects of one type that sections of pjsip_wizard.conf stand for. They change with the file. */
export class MadeWizard implements Wizard {
  readonly name = 'config_wizard';
  readonly argument = 'pjsip_wizard.conf';
  readonly writable = false;
  problems: readonly Problem[] = [];
  #objects: ReadonlyMap<string, SorceryObject> = new Map();

  /** Puts other objects in the place of all there were; in the order of their names, as lists show them. */
  replace(objects: Iterable<SorceryObject>, problems: readonly Problem[]): void {
    const sorted = [...objects].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#objects = new Map(sorted.map((each) => [each.id, each]));
    this.problems = problems;
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

/** The object that some lines make, or the line that it does not understand. */
export function makeObject(
  type: ObjectType,
  id: string,
  fields: readonly MadeField[],
):
  | SorceryObject
  | { readonly field: MadeField | undefined; readonly option: string; readonly detail: string } {
  const draft = new SorceryObject(type, id, type.defaults).draft();
  for (const field of fields) {
    const problem = draft.apply(field.name, field.value);
    if (problem !== undefined) return { field, option: problem.field, detail: sentence(problem) };
  }
  const problem = type.spec.finish?.(draft);
  if (problem !== undefined) return { field: undefined, option: problem.field, detail: sentence(problem) };
  return new SorceryObject(type, id, draft.values, draft.extended);
}

function sentence({ detail, hint }: { readonly detail: string; readonly hint?: string }): string {
  return hint === undefined ? detail : `${detail}. ${hint}`;
}
