import type { Held } from './held.ts';
import type { Reference } from './object-type.ts';
import type { SorceryObject } from './sorcery-object.ts';
import type { Problem } from './wizard.ts';

type Get = (type: string, id: string, configClass: string) => SorceryObject | undefined;

/**
 * Objects of files that name others which are nowhere. A file is read before anybody knows what will be pushed, so that
 * this is asked when somebody wants to know, and not when the file is read.
 */
export function* danglingReferences(types: Iterable<Held>, get: Get): Iterable<Problem> {
  for (const { type, wizards } of types) {
    const options = type.options.flatMap(({ name, refersTo, mentions }) => {
      const reference = refersTo ?? mentions;
      return reference === undefined ? [] : [{ name, reference }];
    });
    if (options.length === 0) continue;
    for (const wizard of wizards) {
      if (wizard.whereIs === undefined) continue;
      for (const object of wizard.all()) {
        for (const { name, reference } of options) {
          for (const id of missing(object.list(name), reference, get)) {
            const { file, line } = wizard.whereIs(object.id) ?? { file: '', line: 0 };
            const detail = `there is no ${reference.type} '${id}'`;
            yield { type: type.name, id: object.id, file, line, option: name, detail };
          }
        }
      }
    }
  }
}

function missing(ids: readonly string[], { type, configClass, besides }: Reference, get: Get): string[] {
  return ids.filter((id) => besides?.includes(id) !== true && get(type, id, configClass) === undefined);
}
