// The first `npm start` makes var/: a run-time copy of etc/ with paths and random passwords filled in.

import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/** Returns the configuration to start with. Arguments after `--` go to the server; `-C file` among them wins. */
export function prepareRun(args) {
  const at = args.indexOf('-C');
  if (at >= 0 && args[at + 1] !== undefined) {
    return { confFile: args[at + 1], args: [...args.slice(0, at), ...args.slice(at + 2)], fresh: false };
  }
  const varDir = process.env.ASTERISM_VAR ?? join(root, 'var');
  const etc = join(varDir, 'etc');
  const confFile = join(etc, 'asterisk.conf');
  const fresh = !existsSync(confFile);
  for (const folder of ['etc', 'lib', 'lib/keys', 'log', 'run', 'spool', 'modules']) {
    mkdirSync(join(varDir, folder), { recursive: true, mode: 0o700 });
  }
  const fill = {
    '@VAR@': varDir,
    '@ROOT@': root,
    '@ARI_PASSWORD@': randomBytes(18).toString('base64url'),
    '@AMI_PASSWORD@': randomBytes(18).toString('base64url'),
  };
  for (const file of readdirSync(join(root, 'etc'))) {
    const target = join(etc, file);
    if (!file.endsWith('.conf') || existsSync(target)) continue;
    const text = readFileSync(join(root, 'etc', file), 'utf8').replace(
      /@[A-Z_]+@/g,
      (name) => fill[name] ?? name,
    );
    writeFileSync(target, text, { mode: 0o600 });
    chmodSync(target, 0o600);
  }
  return { confFile, args, fresh, etc };
}

/** One option of one section of a file in var/etc, for the banner; undefined when it is not there. */
export function option(etc, file, section, name) {
  let current = '';
  for (const line of readFileSync(join(etc, file), 'utf8').split('\n')) {
    const text = line.replace(/;.*/, '').trim();
    if (text.startsWith('[')) current = text.slice(1, text.indexOf(']'));
    const [key, value] = text.split('=', 2);
    if (current === section && key?.trim() === name && value !== undefined) return value.trim();
  }
  return undefined;
}
