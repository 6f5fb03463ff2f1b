import type { DialplanLocation } from '../../switch/index.ts';
import type { Hint } from './builtins.ts';

/** One priority of an extension, as it is written. */
export interface PlanLine {
  readonly application: string;
  /** What stands in the parentheses, before substitution. */
  readonly data: string;
}

/** What a running call asks of a dial plan. Patterns and includes are followed; `exten` is what was dialled. */
export interface Places {
  /** extensions.conf `autofallthrough`. */
  readonly autoFallThrough: boolean;
  hasContext(context: string): boolean;
  line(location: DialplanLocation, callerNumber: string): PlanLine | undefined;
  /** The priority that a label stands for. */
  label(context: string, exten: string, label: string, callerNumber: string): number | undefined;
  hint(context: string, exten: string): Hint | undefined;
  /** Whether more digits could make another extension of these. */
  couldContinue(context: string, digits: string, callerNumber: string): boolean;
  /** The lines behind a place, in the same extension, in order of priority. */
  linesAfter(
    location: DialplanLocation,
    callerNumber: string,
  ): Iterable<{ readonly location: DialplanLocation; readonly application: string }>;
}

/** What `${…}` and `$[…]` are replaced from. */
export interface Scope {
  variable(name: string): string | undefined;
  /** `name(args)`; its failures are logged by whoever implements it. */
  callFunction(name: string, args: string): string;
  warn(message: string): void;
}

/** The dial plan's text rules. */
export interface Syntax {
  /** At commas outside of quotes and parentheses; quotes and backslashes are taken off. */
  splitArguments(text: string): string[];
  substitute(text: string, scope: Scope): string;
}
