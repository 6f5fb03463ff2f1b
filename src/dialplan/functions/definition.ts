import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Channel, Switch } from '../../switch/index.ts';
import type { ArgumentDefinition } from '../apps/definition.ts';

/** Asterisk's database as the dial plan uses it. Reads answer at once; a write resolves when it is stored. */
export interface DialplanDatabase {
  get(family: string, key: string): string | undefined;
  put(family: string, key: string, value: string): Promise<void> | void;
  delete(family: string, key: string): Promise<void> | void;
  /** Names directly below `prefix` (`family` or `family/part`), empty for the families. */
  keys(prefix: string): Iterable<string>;
}

/** One place that `Gosub` returns from: what its own variables were called before. */
export interface GosubFrame {
  readonly context: string;
  readonly exten: string;
  /** The priority that runs after `Return`. */
  readonly priority: number;
  /** Variables that belong to the routine, with the value that comes back when it returns. */
  readonly locals: Map<string, string | undefined>;
}

/** The text message that a channel carries, and what the dial plan makes of it before it sends it on. */
export interface CarriedMessage {
  readonly to: string;
  readonly from: string;
  body: string;
  readonly variables: Map<string, string>;
  /** Names of the variables that go out with it. */
  readonly outbound: Set<string>;
}

/** Why the `e` extension runs. */
export interface DialplanException {
  readonly reason: string;
  readonly context: string;
  readonly exten: string;
  readonly priority: number;
}

/** What the dial plan keeps for a channel beyond its variables. */
export interface ChannelThread {
  readonly gosubs: GosubFrame[];
  /** The line being evaluated, ahead of the channel until it is entered; undefined while no dial plan runs. */
  location: { context: string; exten: string; priority: number } | undefined;
  exception: DialplanException | undefined;
  /** Undefined where the channel is a call. */
  message: CarriedMessage | undefined;
  digitTimeoutMs: number;
  responseTimeoutMs: number;
  /** When `TIMEOUT(absolute)` ends the call, on the monotonic clock. */
  absoluteDeadline: number | undefined;
  /** Digits that nobody asked for yet. */
  digits: string;
}

/** What functions may ask of the running system. */
export interface FunctionServices {
  readonly switch: Switch;
  readonly log: Logger;
  readonly clock: Clock;
  readonly database: DialplanDatabase | undefined;
  readonly moduleRunning: (module: string) => boolean;
  /** The number that clients match on, and its six-digit form. */
  readonly version: { readonly text: string; readonly number: string };
  thread(channel: Channel): ChannelThread;
  /** Ends the call, or sends it to `T`, in `ms` milliseconds; 0 lifts the limit. */
  limitCall(channel: Channel, ms: number): void;
  /** A variable as `${name}` would give it, functions excluded. */
  variable(channel: Channel | undefined, name: string): string | undefined;
  setVariable(channel: Channel | undefined, name: string, value: string | undefined): void;
  evaluate(channel: Channel | undefined, text: string): string;
  splitArguments(text: string): string[];
  /** Whether the dial plan has this place; `priority` 0 asks for any. */
  exists(context: string, exten?: string, priority?: number | string, callerNumber?: string): boolean;
  /** The hint's device string of an extension. */
  hint(context: string, exten: string): { readonly device: string; readonly name: string } | undefined;
}

export interface FunctionCall {
  readonly name: string;
  /** Undefined when evaluated outside of a call. */
  readonly channel: Channel | undefined;
  /** Everything between the parentheses, after substitution. */
  readonly text: string;
  /** `text` at its commas, quotes taken off and backslashes resolved; not split further than declared. */
  readonly args: readonly string[];
  readonly services: FunctionServices;
}

/** A function cannot do what it was asked; the text goes to the log and the value is empty. */
export class FunctionError extends Error {}

/** One dial-plan function. Parsing, `core show function` and the security check derive from this. */
export interface FunctionDefinition {
  readonly name: string;
  readonly module: string;
  readonly since?: string;
  readonly summary: string;
  readonly arguments: readonly ArgumentDefinition[];
  /** Which accesses can harm the system and are refused from outside unless live_dangerously. */
  readonly dangerous?: 'read' | 'write' | 'both';
  /** Evaluates what it is given: names of functions may come out of it that stand nowhere before. */
  readonly evaluates?: true;
  /** Absent where the function can only be written. */
  readonly read?: (call: FunctionCall) => string;
  /** Absent where the function can only be read. */
  readonly write?: (call: FunctionCall, value: string) => void | Promise<void>;
}

/** The channel of a call, or the refusal that every channel function shares. */
export function requireChannel(call: FunctionCall): Channel {
  if (call.channel === undefined) throw new FunctionError(`${call.name} needs a channel`);
  return call.channel;
}

export function argument(call: FunctionCall, index: number): string {
  return call.args[index] ?? '';
}
