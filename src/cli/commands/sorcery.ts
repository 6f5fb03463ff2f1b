import { type MemoryCacheWizard, NotFullCache, wizardName } from '../../sorcery/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';

const MODULE = 'res_sorcery_memory_cache';

function cacheOf({ sorcery }: CliContext, name: string): MemoryCacheWizard {
  const cache = sorcery.memoryCache(name);
  if (cache === undefined) throw new CommandFailed(`Specified sorcery memory cache '${name}' does not exist`);
  return cache;
}

function* names(context: CliContext, args: readonly string[]): Iterable<string> {
  if (args.length <= 1) for (const cache of context.sorcery.memoryCaches) yield cache.cacheName;
  else for (const { id } of context.sorcery.memoryCache(args[0] ?? '')?.dump() ?? []) yield id;
}

function* show(cache: MemoryCacheWizard): Iterable<string> {
  yield `Sorcery memory cache: ${cache.cacheName}\n`;
  yield `Number of objects within cache: ${cache.size}\n`;
  yield cache.maximumObjects > 0
    ? `Maximum allowed objects: ${cache.maximumObjects}\n`
    : 'There is no limit on the maximum number of objects in the cache\n';
  yield cache.lifetimeMaximum > 0
    ? `Number of seconds before object expires: ${cache.lifetimeMaximum}\n`
    : 'Object expiration is not enabled - cached objects will not expire\n';
  yield cache.lifetimeStale > 0
    ? `Number of seconds before object becomes stale: ${cache.lifetimeStale}\n`
    : 'Object staleness is not enabled - cached objects will not go stale\n';
  yield `Expire all objects on reload: ${cache.expireOnReload ? 'On' : 'Off'}\n`;
}

const row = (name: string, stale: string, expires: string) =>
  `${name.padEnd(25)} ${stale.padEnd(15)} ${expires.padEnd(15)} \n`;
const RULE = row('-'.repeat(25), '-'.repeat(15), '-'.repeat(15));

function* dump(cache: MemoryCacheWizard): Iterable<string> {
  yield `Dumping sorcery memory cache '${cache.cacheName}':\n`;
  if (cache.lifetimeStale === 0) yield ' * Staleness is not enabled - objects will not go stale\n';
  if (cache.lifetimeMaximum === 0) yield ' * Object lifetime is not enabled - objects will not expire\n';
  yield row('Object Name', 'Stale In', 'Expires In');
  yield RULE;
  let count = 0;
  for (const { id, staleIn, expiresIn } of cache.dump()) {
    count++;
    yield row(id, String(staleIn), String(expiresIn));
  }
  yield RULE;
  yield `Total number of objects cached: ${count}\n`;
}

function expire(cache: MemoryCacheWizard, id: string | undefined): string {
  const { cacheName } = cache;
  if (id === undefined) {
    cache.clear();
    return `All objects have been removed from cache '${cacheName}'\n`;
  }
  if (cache.fullBackend)
    return `Due to full backend caching per-object expiration is not available on cache '${cacheName}'\n`;
  return cache.expire(id)
    ? `Successfully expired object '${id}' from cache '${cacheName}'\n`
    : `Object '${id}' was not expired from cache '${cacheName}' as it was not found\n`;
}

function stale(cache: MemoryCacheWizard, id: string | undefined, reload: boolean): string {
  const { cacheName } = cache;
  if (cache.lifetimeStale === 0)
    throw new CommandFailed(`Specified sorcery memory cache '${cacheName}' does not have staleness enabled`);
  if (id === undefined) {
    cache.markAllStale();
    return `Marked all objects in sorcery memory cache '${cacheName}' as stale\n`;
  }
  return cache.markStale(id, reload)
    ? `Successfully marked object '${id}' in memory cache '${cacheName}' as stale\n`
    : `Object '${id}' in sorcery memory cache '${cacheName}' could not be marked as stale as it was not found\n`;
}

async function populate(cache: MemoryCacheWizard): Promise<string> {
  const { cacheName } = cache;
  try {
    const count = await cache.populate();
    return `Specified sorcery memory cache '${cacheName}' has been populated with '${count}' objects from the backend\n`;
  } catch (error) {
    if (!(error instanceof NotFullCache)) throw error;
    throw new CommandFailed(
      `Specified sorcery memory cache '${cacheName}' does not have full backend caching enabled`,
    );
  }
}

/** `sorcery memory cache …`. */
/** The mapping stands last: it may be of any length. */
const line = (
  configClass: string,
  type: string,
  access: string,
  hits: string,
  misses: string,
  mapping: string,
): string =>
  `${configClass.padEnd(22)} ${type.padEnd(26)} ${access.padEnd(6)} ${hits.padStart(10)} ${misses.padStart(10)}  ${mapping}\n`;

/** Which wizards each type is kept by, and how often each was asked and answered. */
function* showWizards({ sorcery }: CliContext, wanted: string | undefined): Iterable<string> {
  const [configClass, name] = wanted?.split('/', 2) ?? [];
  let shown = 0;
  for (const type of sorcery.types(configClass)) {
    if (name !== undefined && type.name !== name) continue;
    if (shown++ === 0) yield line('Class', 'Type', 'Access', 'Hits', 'Misses', 'Wizard');
    const place = type.spec.configClass;
    for (const { name: wizard, argument, cache, writable, hits, misses } of sorcery.wizardsOf(
      place,
      type.name,
    )) {
      const mapping = `${cache ? 'cache ' : ''}${wizardName(wizard, argument)}`;
      const access = writable ? 'write' : 'read';
      yield line(place, type.name, access, String(hits), String(misses), mapping);
    }
    const faults = sorcery.faultsOf(place, type.name);
    if (faults !== undefined) yield `  does not work: ${faults}\n`;
  }
  if (shown === 0) throw new CommandFailed(`There is no type '${wanted ?? ''}'`);
  yield `Types: ${shown}\n`;
}

export const sorceryCommands: readonly CliCommand[] = [
  {
    words: 'sorcery show',
    args: '[<class>[/<type>]]',
    takes: 1,
    summary: 'Show which wizards each type of object is kept by, and which of them answered',
    *complete({ sorcery }) {
      for (const { name, spec } of sorcery.types()) yield `${spec.configClass}/${name}`;
    },
    run: (context, [wanted]) => showWizards(context, wanted),
  },
  {
    words: 'sorcery memory cache show',
    args: '<name>',
    needs: 1,
    takes: 1,
    summary: 'Show sorcery memory cache information',
    usage: 'Show sorcery memory cache configuration and statistics.',
    module: MODULE,
    complete: names,
    run: (context, [name = '']) => show(cacheOf(context, name)),
  },
  {
    words: 'sorcery memory cache dump',
    args: '<name>',
    needs: 1,
    takes: 1,
    summary: 'Dump all objects within a sorcery memory cache',
    usage: 'Dump a list of the objects within the cache, listed by object identifier.',
    module: MODULE,
    complete: names,
    run: (context, [name = '']) => dump(cacheOf(context, name)),
  },
  {
    words: 'sorcery memory cache expire',
    args: '<cache name> [object name]',
    needs: 1,
    takes: 2,
    summary: 'Expire a specific object or ALL objects within a sorcery memory cache',
    usage: 'Expire a specific object or ALL objects within a sorcery memory cache.',
    module: MODULE,
    complete: names,
    run: (context, [name = '', id]) => expire(cacheOf(context, name), id),
  },
  {
    words: 'sorcery memory cache stale',
    args: '<cache name> [object name [reload]]',
    needs: 1,
    takes: 3,
    summary: 'Mark a specific object or ALL objects as stale within a sorcery memory cache',
    usage:
      'Mark a specific object or ALL objects as stale in a sorcery memory cache.\nIf "reload" is specified, then the object is marked stale and immediately\nretrieved from backend storage to repopulate the cache',
    module: MODULE,
    complete: (context, args) => (args.length > 2 ? ['reload'] : names(context, args)),
    run: (context, [name = '', id, reload]) => {
      if (reload !== undefined && reload !== 'reload') throw new CommandFailed(`'${reload}' is not 'reload'`);
      return stale(cacheOf(context, name), id, reload !== undefined);
    },
  },
  {
    words: 'sorcery memory cache populate',
    args: '<cache name>',
    needs: 1,
    takes: 1,
    summary: 'Clear and populate the sorcery memory cache with objects from the backend',
    usage: 'Expire all objects in the cache and populate it with ALL objects from backend.',
    module: MODULE,
    complete: names,
    run: (context, [name = '']) => populate(cacheOf(context, name)),
  },
];
