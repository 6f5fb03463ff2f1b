import { ConfError, type Config } from '../conf/index.ts';
import { ConfigWizard } from './config-wizard.ts';
import type { Held } from './held.ts';
import { nearest } from './object-type.ts';
import type { Problem } from './wizard.ts';

/**
 * Sections of files of objects whose `type` nobody reads: a misspelled one makes no object, and nothing else says so. A
 * type that exists but is mapped elsewhere is what somebody wanted.
 */
export function unreadSections(
  types: readonly Held[],
  read: (file: string) => Config | undefined,
): Problem[] {
  const readers = new Map<string, ConfigWizard[]>();
  for (const { wizards } of types)
    for (const wizard of wizards)
      if (wizard instanceof ConfigWizard)
        readers.set(wizard.file, [...(readers.get(wizard.file) ?? []), wizard]);
  const names = new Set(types.map(({ type }) => type.name));
  const found: Problem[] = [];
  for (const [file, wizards] of readers) {
    // Who reads a file by other marks than the type knows what the rest of it is for.
    if (wizards.every((each) => each.typeRead === undefined)) continue;
    for (const section of sectionsOf(file, read)) {
      const type = section.get('type');
      if (section.isTemplate || wizards.some((each) => each.takes(section))) continue;
      if (type !== undefined && names.has(type)) continue;
      found.push({
        type: 'section',
        id: section.name,
        file: section.file,
        line: section.line,
        option: 'type',
        detail: type === undefined ? 'it has no type, and is no object' : unknown(type, names),
      });
    }
  }
  return found;
}

function sectionsOf(file: string, read: (file: string) => Config | undefined): Config['sections'] {
  try {
    return read(file)?.sections ?? [];
  } catch (error) {
    // The wizards of the file have told of it.
    if (error instanceof ConfError) return [];
    throw error;
  }
}

function unknown(type: string, known: Iterable<string>): string {
  const meant = nearest(type, known);
  return `nothing reads objects of type '${type}'${meant === undefined ? '' : `: did you mean '${meant}'?`}`;
}
