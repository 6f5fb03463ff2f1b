import { setImmediate } from 'node:timers/promises';
import { eachOnce, type Held, placeOf } from './held.ts';
import type { ObjectType, Reference } from './object-type.ts';
import type { SorceryObject } from './sorcery-object.ts';
import type { Problem } from './wizard.ts';

type Get = (type: string, id: string, configClass: string) => SorceryObject | undefined;
type Settle = <T>(read: () => T) => T | Promise<T>;

/** Objects that are looked at before others may have the thread. */
const AT_A_TIME = 200;

interface Naming {
  readonly option: string;
  readonly reference: Reference;
}

/**
 * Objects that name others which are nowhere. What they name may be pushed later, or be deleted before them, so that this
 * is asked when somebody wants to know, and not when an object is read or stored. @throws {StoreError}
 */
export async function danglingReferences(
  types: Iterable<Held>,
  get: Get,
  settle: Settle,
): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const held of types) {
    const namings = namingsOf(held.type);
    if (namings.length === 0) continue;
    const objects = await settle(() => [...eachOnce(held.wizards, '')]);
    for (let from = 0; from < objects.length; from += AT_A_TIME) {
      const part = objects.slice(from, from + AT_A_TIME);
      found.push(
        ...(await settle(() => part.flatMap((object) => [...danglingOf(object, namings, held, get)]))),
      );
      await setImmediate();
    }
  }
  return found;
}

function namingsOf(type: ObjectType): Naming[] {
  return type.options.flatMap(({ name, refersTo, mentions }) => {
    const reference = refersTo ?? mentions;
    return reference === undefined ? [] : [{ option: name, reference }];
  });
}

function* danglingOf(
  object: SorceryObject,
  namings: readonly Naming[],
  held: Held,
  get: Get,
): Iterable<Problem> {
  for (const { option, reference } of namings) {
    const { type, configClass, besides } = reference;
    for (const id of object.list(option)) {
      if (besides?.includes(id) === true || get(type, id, configClass) !== undefined) continue;
      const { file, line } = placeOf(held, object.id) ?? { file: '', line: 0 };
      const detail = `there is no ${type} '${id}'`;
      yield { type: held.type.name, id: object.id, file, line, option, detail };
    }
  }
}
