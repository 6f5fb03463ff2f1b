import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Channel, DialplanLocation, Switch, Wake } from '../../switch/index.ts';
import type { ChannelThread } from '../functions/definition.ts';

/** One argument of an application or function. */
export interface ArgumentDefinition {
  readonly name: string;
  readonly required?: boolean;
  /** May be repeated. */
  readonly multiple?: boolean;
  /** What stands between the parts of this argument, where it has parts: `file1&file2`. */
  readonly separator?: string;
  readonly summary?: string;
}

export interface OptionDefinition {
  readonly name: string;
  readonly summary: string;
}

/** How a channel leaves a Stasis application. */
export type StasisResult = 'continue' | 'hangup' | 'failed';

/** Hands a channel to an ARI application and resolves when it comes back. */
export interface StasisPort {
  enter(channel: Channel, app: string, args: readonly string[]): Promise<StasisResult>;
}

/** A sound being played; `finished` never rejects. */
export interface RunningSound {
  readonly finished: Promise<'done' | 'failed'>;
  stop(): void;
}

/** What applications do with a channel's audio. */
export interface MediaPort {
  /** Whether the sound exists in this language (or without one), in any format that can be played. */
  hasSound(name: string, language: string): boolean;
  play(channel: Channel, name: string, language: string): RunningSound;
  /** Sends the channel's own audio back until the returned function is called. */
  echo(channel: Channel): () => void;
}

/** A digit, or why a wait for one ended without. */
export type DigitWait = { readonly digit: string } | Wake;

/** What an application tells the dial plan: go on, end the call, or go elsewhere. */
export type Outcome = 'next' | 'hangup' | DialplanLocation;

export interface ApplicationServices {
  readonly switch: Switch;
  readonly log: Logger;
  readonly clock: Clock;
  readonly stasis: StasisPort | undefined;
  readonly media: MediaPort | undefined;
  thread(channel: Channel): ChannelThread;
  evaluate(channel: Channel, text: string): string;
  /** `[[context,]extension,]priority-or-label`; undefined (and a log line) when it names nothing. */
  resolve(channel: Channel, text: string): DialplanLocation | undefined;
  /** Sets what stands left of `=` in Set(): a variable or a function. */
  assign(channel: Channel, name: string, value: string): Promise<void>;
  /** Runs another application in this line's place; undefined when there is none of this name. */
  execute(channel: Channel, application: string, data: string): Promise<Outcome> | undefined;
  exists(context: string, exten: string, priority: number, callerNumber: string): boolean;
  /** The lines behind the channel's own, in the same extension; for loops. */
  linesAfter(
    channel: Channel,
  ): Iterable<{ readonly location: DialplanLocation; readonly application: string }>;
  /** The next digit of the far end, or why none came within `timeoutMs`. */
  waitDigit(channel: Channel, timeoutMs: number): Promise<DigitWait>;
  /** Ends a pending `waitDigit`, so that a later digit is kept for whoever asks next. */
  cancelDigitWait(channel: Channel): void;
  /** Whether more digits could make another extension of these. */
  couldContinue(context: string, digits: string, callerNumber: string): boolean;
}

export interface ApplicationCall {
  readonly channel: Channel;
  /** The text between the parentheses, after substitution. */
  readonly data: string;
  /** `data` at its commas, quotes taken off. */
  readonly args: readonly string[];
  readonly services: ApplicationServices;
}

/** One application. Dispatch, `core show application` and documentation derive from this. */
export interface ApplicationDefinition {
  readonly name: string;
  readonly module: string;
  readonly since?: string;
  /** One sentence, as `core show applications` lists it. */
  readonly summary: string;
  readonly description?: string;
  /** What stands between the arguments; a comma unless given. */
  readonly separator?: string;
  readonly arguments: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  /** Channel variables that it sets. */
  readonly variables?: readonly string[];
  /** Runs whatever it is told to: nothing for somebody outside who may do no harm. */
  readonly dangerous?: true;
  /** What running it from outside (AMI, ARI) requires. */
  readonly capability: 'call' | 'reporting';
  readonly run: (call: ApplicationCall) => Outcome | Promise<Outcome>;
}

/** Whether a condition holds: empty and `0` do not, other numbers and other texts do. */
export function isTrue(condition: string): boolean {
  if (condition === '') return false;
  const first = condition.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 45 || first === 43 || first === 32;
  if (!numeric) return true;
  return Number.parseInt(condition, 10) !== 0;
}
