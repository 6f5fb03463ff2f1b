import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread from the module beside the caller: `spawnWorker(import.meta.url, './writer-thread.ts')`.
 * Runs the compiled `.js` when the caller is compiled, and the source through `tsx` when the caller is source.
 */
export function spawnWorker(callerUrl: string, relative: string, options: WorkerOptions = {}): Worker {
  const fromSource = callerUrl.endsWith('.ts');
  const url = new URL(fromSource ? relative : relative.replace(/\.ts$/, '.js'), callerUrl);
  if (!fromSource) return new Worker(url, options);
  return new Worker(
    `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url.href)}); })`,
    { ...options, eval: true },
  );
}
