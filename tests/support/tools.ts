import { spawnSync } from 'node:child_process';

/**
 * Whether a program runs, asked by a command that ends at once. Under CI a missing one is an error that names the Debian
 * package, elsewhere the tests that need it are left out.
 */
export function haveTool(debianPackage: string, file: string, ...args: readonly string[]): boolean {
  const ran = spawnSync(file, args, { stdio: 'ignore' });
  const have = ran.error === undefined && ran.status === 0;
  if (!have && process.env.CI === 'true') throw new Error(`Debian's ${debianPackage} is missing`);
  return have;
}
