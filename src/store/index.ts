/**
 * Lives here: AstDB on SQLite: Asterisk's own file, read at once, written in groups off the main thread.
 * Not here: what the values mean (sorcery, functions and commands do).
 * May ask: platform, log.
 */
export { AstDb, type AstDbOptions, StoreError } from './astdb.ts';
