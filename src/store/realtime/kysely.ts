import { createRequire } from 'node:module';
import type * as kysely from 'kysely';

const load = createRequire(import.meta.url);
let loaded: typeof kysely | undefined;

/** The query builder: large, and so loaded with the first database, not by who keeps nothing in one. */
export function loadKysely(): typeof kysely {
  loaded ??= load('kysely') as typeof kysely;
  return loaded;
}
