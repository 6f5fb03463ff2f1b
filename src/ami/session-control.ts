import type { AmiAction, PlainReply } from './action.ts';
import type { AmiUser } from './ami-config.ts';
import type { ClassMask } from './classes.ts';
import type { EventFilter } from './event-filter.ts';

/** What a client gives to log in. */
export interface Credentials {
  readonly username: string;
  /** Whether they fit a secret; `challenge` is what the client was asked to answer, if it was. Called for unknown users too. */
  proves(secret: string, challenge: string | undefined): boolean;
  /** What is raised when they do not. */
  readonly fault: 'InvalidPassword' | 'ChallengeResponseFailed';
  /** Events that the client wants from the start; undefined for all. */
  readonly eventMask: ClassMask | undefined;
}

/** What actions may do with the session that they were sent on. */
export interface SessionControl {
  readonly user: AmiUser | undefined;
  /** What the client must answer with its secret; the same until it is used. */
  challenge(): string;
  /** Checks credentials: right ones are answered at once, wrong ones after a while. */
  login(credentials: Credentials): PlainReply | Promise<PlainReply>;
  setEventMask(mask: ClassMask): void;
  /** False when there are too many. */
  addFilter(filter: EventFilter): boolean;
  /** Waits for events: `seconds`, or without end. Resolves with what came, as text. */
  waitEvent(seconds: number | undefined): Promise<string>;
  /** Whether the user may use an action now. */
  may(action: AmiAction): boolean;
  /** manager.conf `brokeneventsaction`. */
  readonly eventsAnswersSparsely: boolean;
  /** Every action that there is now, by name. */
  actions(): readonly AmiAction[];
}
