/**
 * Lives here: the module table: names of the original, dependencies, load order, and what modules.conf makes of it.
 * Not here: what a module does (its part registers `load`, `unload` and `reload`).
 * May ask: conf, log.
 */
export { type ModuleInfo, type ModuleSpec, ModuleTable } from './module-table.ts';
