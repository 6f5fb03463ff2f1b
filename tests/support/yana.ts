import { createRequire } from 'node:module';

/** The client `yana`, which asks Node's `util` for what newer versions of Node have taken out of it. */
export async function loadYana() {
  const util = createRequire(import.meta.url)('node:util') as { isArray?: unknown };
  util.isArray ??= Array.isArray;
  return (await import('yana')).default;
}
