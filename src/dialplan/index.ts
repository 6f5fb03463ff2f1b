/**
 * Lives here: the dial plan: extensions.conf, patterns, expressions, applications, functions, and the run of a channel.
 * Not here: the call model (switch), who answers to Stasis() (stasis), audio (behind `MediaPort`), any wire format.
 * May ask: switch, conf, store, log, platform; who answers to Stasis() and has the sounds is handed in.
 */
export type {
  ApplicationDefinition,
  ArgumentDefinition,
  MediaPort,
  OptionDefinition,
  RunningSound,
  StasisPort,
  StasisResult,
} from './apps/definition.ts';
export { callSyntax } from './apps/syntax.ts';
export { applications } from './apps/table.ts';
export { parseCaller } from './functions/channel.ts';
export type { DialplanDatabase, FunctionDefinition } from './functions/definition.ts';
export { functions } from './functions/table.ts';
export { DialplanBuilder, type NewLine } from './plan/builder.ts';
export { type Context, Dialplan, HINT_PRIORITY, type Priority } from './plan/dialplan.ts';
export { type ExtensionState, extensionState } from './plan/extension-state.ts';
export { REGISTRAR, type ReadExtensions, readApplication, readExtensions } from './plan/read-extensions.ts';
export { type DialplanListing, showDialplan } from './plan/show.ts';
export type { Hint, ServerNames } from './run/builtins.ts';
export type { Origin } from './run/evaluation.ts';
export type { Places, PlanLine, Scope, Syntax } from './run/plan.ts';
export { createDialplanRuntime, DialplanRuntime, type DialplanRuntimeOptions } from './run/runtime.ts';
export { DialplanService, type DialplanServiceOptions } from './service/dialplan-service.ts';
export { Hints, type HintView } from './service/hints.ts';
export { type DialplanModule, dialplanModules } from './service/modules.ts';
export {
  type CreateOrder,
  type OrderVariable,
  type OriginateOrder,
  type Originating,
  type Origination,
  Originator,
} from './service/originator.ts';
export { syntax } from './syntax/index.ts';
export { compileExtended, type ExtendedExpression } from './syntax/regex.ts';
