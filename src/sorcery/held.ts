import type { Mapping } from './mappings.ts';
import type { MemoryCacheWizard } from './memory-cache-wizard.ts';
import type { ObjectType } from './object-type.ts';
import type { SorceryObject } from './sorcery-object.ts';
import type { Problem, Wizard } from './wizard.ts';

/** What sorcery knows of one type. */
export interface Held {
  readonly type: ObjectType;
  readonly defaultFile: string;
  readonly mappings: readonly Mapping[];
  /** The wizard of each mapping that works. */
  readonly opened: ReadonlyMap<Mapping, Wizard>;
  readonly wizards: readonly Wizard[];
  readonly caches: readonly Wizard[];
  /** Both, in the order in which a lookup asks them: that of the file. */
  readonly asked: readonly Wizard[];
  /** How lookups by id went, by wizard and cache. */
  readonly tallies: ReadonlyMap<Wizard, Tally>;
  /** The wizard that has a copy of everything, if one is. */
  readonly full: MemoryCacheWizard | undefined;
  /** Mappings of this type that could not be used, and why. */
  readonly faults: readonly Problem[];
}

export interface Tally {
  hits: number;
  misses: number;
}

/** Notes how a lookup by id went. */
export function count({ tallies }: Held, wizard: Wizard, object: SorceryObject | undefined): void {
  const tally = tallies.get(wizard);
  if (tally === undefined) return;
  if (object === undefined) tally.misses++;
  else tally.hits++;
}

/** A wizard that has an object, with what it has. */
export interface Owner {
  readonly wizard: Wizard;
  readonly object: SorceryObject;
}

/** The wizard that answers for an object. */
export function ownerOf(held: Held, id: string): Owner | undefined {
  for (const wizard of held.wizards) {
    const object = wizard.get(id);
    if (object !== undefined) return { wizard, object };
  }
  return undefined;
}

/** Where an object is kept: file and line, or the wizard as sorcery.conf names it and no line. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** Whether it can be changed there. */
  readonly writable: boolean;
}

/** Where the object is kept that a lookup finds; undefined when there is none. */
export function placeOf(held: Held, id: string): Place | undefined {
  const owner = ownerOf(held, id)?.wizard;
  if (owner === undefined) return undefined;
  const { writable } = owner;
  return { ...(owner.whereIs?.(id) ?? { file: wizardName(owner.name, owner.argument), line: 0 }), writable };
}

/** As messages name a place; line 0 is the whole of it. */
export function placeText({ file, line }: Pick<Place, 'file' | 'line'>): string {
  return line === 0 ? file : `${file}:${line}`;
}

/** A wizard as sorcery.conf names it. */
export function wizardName(wizard: string, argument: string): string {
  return argument === '' ? wizard : `${wizard},${argument}`;
}

/** The objects of several wizards, each id once: what the first has hides what the others have. */
export function* eachOnce(wizards: readonly Wizard[], prefix: string): Iterable<SorceryObject> {
  const seen = wizards.length > 1 ? new Set<string>() : undefined;
  for (const wizard of wizards) {
    for (const object of wizard.all(prefix)) {
      if (seen?.has(object.id)) continue;
      seen?.add(object.id);
      yield object;
    }
  }
}

type Attempt = (wizard: Wizard) => Promise<boolean> | false;

/**
 * Does something in every writable wizard, and undoes it where it was done when one of them fails: an object is never
 * half stored. Resolves whether any wizard did it.
 */
export async function everywhere(held: Held, id: string, attempt: Attempt, undo: Attempt): Promise<boolean> {
  const writable = held.wizards.filter((wizard) => wizard.writable);
  const [only] = writable;
  if (only !== undefined && writable.length === 1 && held.caches.length === 0) return attempt(only);
  const results = await Promise.allSettled(writable.map(attempt));
  const failed = results.find((each) => each.status === 'rejected');
  if (failed === undefined) return results.some((each) => each.status === 'fulfilled' && each.value);
  // A lookup in between may have put what is not stored into a cache.
  for (const cache of held.caches) void cache.delete(id);
  const done = writable.filter((_, index) => {
    const result = results[index];
    return result?.status === 'fulfilled' && result.value;
  });
  await Promise.allSettled(done.map(undo));
  throw failed.reason;
}
