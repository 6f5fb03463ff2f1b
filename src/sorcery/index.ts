/**
 * Lives here: typed objects over wizards: object types declared as tables, wizards, caches, observers, and push.
 * Not here: what the types of one module are (that module declares them), HTTP.
 * May ask: store (AstDB), conf, errors, log, platform.
 */

export { StoreError } from '../store/index.ts';
export { firstName, network, networkOrName, rule } from './address-kinds.ts';
export type { Guard, Trial } from './guard.ts';
export { placeText, wizardName } from './held.ts';
export * from './kinds.ts';
export { type WizardModule, wizardModules } from './make-wizard.ts';
export { type Mapping, parseMappings } from './mappings.ts';
export { type CacheAction, type CacheAnswer, cacheActions, runCacheAction } from './memory-cache-actions.ts';
export { type CachedObject, MemoryCacheWizard, NotFullCache } from './memory-cache-wizard.ts';
export {
  type Draft,
  type FieldProblem,
  nearest,
  ObjectType,
  type OptionSpec,
  type OtherOptions,
  type Reference,
  type TypeSpec,
} from './object-type.ts';
export { Push, type PushAnswer } from './push.ts';
export { ReadOnlyWizard } from './read-only-wizard.ts';
export { Sorcery, type SorceryEvents, type SorceryOptions, type WizardView } from './sorcery.ts';
export { SorceryObject } from './sorcery-object.ts';
export type { Problem, Wizard } from './wizard.ts';
