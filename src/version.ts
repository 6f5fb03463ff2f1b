import { readFileSync } from 'node:fs';

/** Asterism's own version, from package.json. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** The Asterisk version whose behaviour is matched: told wherever clients switch on a version. */
export const compatibleVersion = '22.10.1';
