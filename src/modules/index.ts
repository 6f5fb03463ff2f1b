/**
 * Lives here: the module table: which modules run, modules.conf, load, unload and reload in dependency order.
 * Not here: what a module does (its part registers `load`, `unload` and `reload`; `module-list.ts` declares them all).
 * May ask: platform, log, conf, errors.
 */
export type {
  LoadResult,
  ModuleDefinition,
  ModuleStatus,
  ReloadResult,
  SupportLevel,
  UnloadResult,
} from './definition.ts';
export { type ModuleEvents, ModuleTable } from './module-table.ts';
export { readModulesConfig, startsWith } from './modules-config.ts';
export { showModules } from './show.ts';
