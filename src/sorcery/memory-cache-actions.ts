import { isTrue } from '../conf/index.ts';
import { type MemoryCacheWizard, NotFullCache } from './memory-cache-wizard.ts';
import type { Sorcery } from './sorcery.ts';

/** What an action on a cache is answered with, in the words that clients of the manager interface match on. */
export interface CacheAnswer {
  readonly success: boolean;
  readonly message: string;
}

/** One action of the manager interface on caches: parameters are `Cache`, and `Object` where it is about one. */
export interface CacheAction {
  readonly name: string;
  readonly aboutObject: boolean;
  /** @throws {StoreError} when what is behind the cache cannot be read */
  readonly run: (
    cache: MemoryCacheWizard,
    object: string,
    reload: boolean,
  ) => Promise<CacheAnswer | undefined>;
  /** When `run` resolves undefined. */
  readonly refusal: string;
}

/** The original ends these texts with a line feed of their own, which goes out before the line's end. */
const yes = (text: string): CacheAnswer => ({ success: true, message: `${text}\n` });
const no = (text: string): CacheAnswer => ({ success: false, message: `${text}\n` });

const WHOLE =
  'Due to full backend caching per-object expiration is not available, consider using SorceryMemoryCachePopulate or SorceryMemoryCacheExpire instead';

export const cacheActions: readonly CacheAction[] = [
  {
    name: 'SorceryMemoryCacheExpireObject',
    aboutObject: true,
    run: async (cache, object) => {
      if (cache.fullBackend) return no(WHOLE);
      return cache.expire(object) ? yes('The provided object was expired from the cache') : undefined;
    },
    refusal: 'The provided object could not be expired from the cache',
  },
  {
    name: 'SorceryMemoryCacheExpire',
    aboutObject: false,
    run: async (cache) => {
      cache.clear();
      return yes('All objects were expired from the cache');
    },
    refusal: '',
  },
  {
    name: 'SorceryMemoryCacheStaleObject',
    aboutObject: true,
    run: async (cache, object, reload) =>
      cache.markStale(object, reload)
        ? yes('The provided object was marked as stale in the cache')
        : undefined,
    refusal: 'The provided object could not be marked as stale in the cache',
  },
  {
    name: 'SorceryMemoryCacheStale',
    aboutObject: false,
    run: async (cache) => {
      cache.markAllStale();
      return yes('All objects were marked as stale in the cache');
    },
    refusal: '',
  },
  {
    name: 'SorceryMemoryCachePopulate',
    aboutObject: false,
    run: async (cache) => {
      try {
        await cache.populate();
        return yes('Cache has been expired and populated');
      } catch (error) {
        if (error instanceof NotFullCache) return undefined;
        throw error;
      }
    },
    refusal: 'The provided cache does not have full backend caching enabled',
  },
];

/** Does one of the actions with the parameters that a client gave. @throws {StoreError} */
export async function runCacheAction(
  sorcery: Sorcery,
  { name, aboutObject, run, refusal }: CacheAction,
  parameter: (name: string) => string | undefined,
): Promise<CacheAnswer> {
  const cacheName = parameter('Cache') ?? '';
  const object = parameter('Object') ?? '';
  if (cacheName === '') return no(`${name} requires that a cache name be provided.`);
  if (aboutObject && object === '') return no(`${name} requires that an object name be provided`);
  const cache = sorcery.memoryCache(cacheName);
  if (cache === undefined) return no('The provided cache does not exist');
  const answer = await run(cache, object, isTrue(parameter('Reload')));
  return answer ?? no(refusal);
}
