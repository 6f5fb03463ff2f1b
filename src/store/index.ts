/**
 * Lives here: AstDB on SQLite (read at once, written in groups off the main thread), and realtime: tables of SQLite,
 *   PostgreSQL and MariaDB as families of extconfig.conf.
 * Not here: what the values mean (sorcery, functions and commands do).
 * May ask: conf, platform, log.
 */
export { AstDb, type AstDbOptions } from './astdb.ts';
export type { DatabaseStatus } from './realtime/database.ts';
export { type Condition, type Family, type Field, type FoundRow, valuesOf } from './realtime/family.ts';
export { type DriverName, drivers } from './realtime/mapping.ts';
export { Realtime, type RealtimeOptions } from './realtime/realtime.ts';
export { migrate, staticTable, type TableSpec, type TableState, tableStates } from './realtime/schema.ts';
export { driverSpecs } from './realtime/settings.ts';
export { StaticFiles } from './realtime/static-files.ts';
export { MadeRow, type RowReader } from './row-cache.ts';
export { StoreError } from './store-error.ts';
