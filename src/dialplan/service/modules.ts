import { applications } from '../apps/table.ts';
import { functions } from '../functions/table.ts';

/** A module that brings applications or functions, under the original's name. */
export interface DialplanModule {
  readonly name: string;
  readonly description: string;
  readonly requires?: readonly string[];
}

/** What needs another word than the list of what is in it, and who needs others. */
const known: ReadonlyMap<string, Omit<DialplanModule, 'name'>> = new Map([
  ['app_stack', { description: 'Routines of the dial plan (Gosub)' }],
  ['app_stasis', { description: 'Stasis dial plan application', requires: ['res_stasis'] }],
  ['func_channel', { description: 'Channel dial plan functions' }],
  ['func_dialplan', { description: 'Dial plan lookup functions' }],
  ['func_env', { description: 'Environment and path functions' }],
  ['func_global', { description: 'Global variable functions' }],
  ['func_logic', { description: 'Conditional dial plan functions' }],
  ['func_math', { description: 'Arithmetic dial plan functions' }],
  ['func_strings', { description: 'Text dial plan functions' }],
]);

function describe(name: string, members: readonly string[]): DialplanModule {
  const more = known.get(name);
  const kind = name.startsWith('app_') ? 'application' : 'function';
  const what = members.length > 1 ? `${kind}s` : kind;
  return { name, description: `Dial plan ${what} ${members.join(', ')}`, ...more };
}

/** Every module of the applications and functions that there are; what belongs to `core` is always there. */
export const dialplanModules: readonly DialplanModule[] = (() => {
  const members = new Map<string, string[]>();
  for (const { module, name } of [...applications, ...functions]) {
    if (module !== 'core') members.set(module, [...(members.get(module) ?? []), name]);
  }
  return [...members]
    .map(([name, names]) => describe(name, names))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
})();
