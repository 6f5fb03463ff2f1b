// What `npm start`, `npm test` and `npm run bench` share: install once, build what changed. Needs only Node and npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Asterism needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

/** Runs a command in the project's folder and ends this process when it fails. */
export function must(title, command, args, env = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (result.status !== 0) {
    console.error(`${title} failed.`);
    process.exit(result.status ?? 1);
  }
}

/** A tool that is installed with the project, run by this very Node. */
export function tool(title, script, args, env) {
  must(title, process.execPath, [join(root, 'node_modules', script), ...args], env);
}

/** Installs the locked dependencies unless they are in place already. */
export function install() {
  const stamp = join(root, 'node_modules', '.asterism-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing dependencies …');
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of platforms it was not made on.
  must('npm install', 'npm', [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--loglevel=error',
  ]);
  writeFileSync(stamp, wanted);
}

/** Compiles src/ into dist/; the compiler remembers what it did. */
export function build() {
  tool('The build', 'typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
}

/** Compiles the client package, for browsers too: with the types that both have. */
export function buildClient() {
  tool('The build of the client', 'typescript/bin/tsc', ['-p', 'packages/ari-client/tsconfig.json']);
}
