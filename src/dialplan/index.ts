/**
 * Lives here: the dial plan: extensions.conf, patterns, expressions, applications, functions, and the run of a channel.
 * Not here: the call model (switch), who answers to Stasis() (stasis), audio (behind `MediaPort`), any wire format.
 * May ask: switch, conf, log, platform.
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
export type { Hint, ServerNames } from './run/builtins.ts';
export type { Origin } from './run/evaluation.ts';
export type { Places, PlanLine, Scope, Syntax } from './run/plan.ts';
export { createDialplanRuntime, DialplanRuntime, type DialplanRuntimeOptions } from './run/runtime.ts';
