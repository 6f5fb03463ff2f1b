import { cacheActions, runCacheAction } from '../../sorcery/index.ts';
import { type AmiAction, parameters } from '../action.ts';
import { maskOf } from '../classes.ts';

const SYNOPSES: ReadonlyMap<string, string> = new Map([
  ['SorceryMemoryCacheExpireObject', 'Take one object out of a memory cache.'],
  ['SorceryMemoryCacheExpire', 'Take all objects out of a memory cache.'],
  ['SorceryMemoryCacheStaleObject', 'Mark one object of a memory cache as stale.'],
  ['SorceryMemoryCacheStale', 'Mark all objects of a memory cache as stale.'],
  ['SorceryMemoryCachePopulate', 'Empty a memory cache and fill it with all objects behind it.'],
]);

/** Memory caches of sorcery; what they do and say is declared there. */
export const sorceryCacheActions: readonly AmiAction[] = cacheActions.map((action) => ({
  name: action.name,
  classes: maskOf('system'),
  synopsis: SYNOPSES.get(action.name) ?? '',
  parameters: action.aboutObject
    ? parameters('ActionID', 'Cache!', 'Object!', 'Reload')
    : parameters('ActionID', 'Cache!'),
  module: 'res_sorcery_memory_cache',
  run: async ({ text, ports }) => {
    const { success, message } = await runCacheAction(ports.sorcery, action, text);
    return {
      kind: success ? 'success' : 'error',
      headers: [['Message', message.trimEnd()]],
      ...(message.endsWith('\n') ? { lineFeed: true } : {}),
    };
  },
}));
