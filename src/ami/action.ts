import type { ClassMask } from './classes.ts';
import type { Header, Packet } from './packet.ts';
import type { AmiPorts } from './ports.ts';
import type { SessionControl } from './session-control.ts';

/** One event of a list. */
export interface ListItem {
  readonly name: string;
  readonly headers: Iterable<Header>;
  /** Whether the ActionID stands behind the item's own headers. */
  readonly idLast?: true;
  /** Whether it belongs to the item before it, and is none in the number of items. */
  readonly uncounted?: true;
}

/** A success, an error, or the last words before the connection ends. */
export interface PlainReply {
  readonly kind: 'success' | 'error' | 'goodbye';
  readonly headers: Iterable<Header>;
  /** The original puts a line feed behind some messages. */
  readonly lineFeed?: true;
  /** Whether the connection ends with it. */
  readonly closes?: true;
  /** Runs once it is written: what follows from the action comes behind its answer. */
  readonly afterwards?: () => void;
}

/** A beginning, events made while they are written (a long list never stands in memory as a whole), and an end. */
export interface ListReply {
  readonly kind: 'list';
  readonly message: string;
  readonly items: Iterable<ListItem>;
  /** Name of the event that ends the list. */
  readonly complete: string;
  /** What that event tells besides the number of items; asked when they are all written. */
  readonly summary?: (count: number) => Iterable<Header>;
  /** As of a plain reply. */
  readonly afterwards?: () => void;
}

/** Events that came while the client waited for them, between an answer and `WaitEventComplete`. */
export interface WaitReply {
  readonly kind: 'waited';
  /** Whole packets. */
  readonly events: string;
}

/** What another server answers: packets that are there already as text, which come when they come. */
export interface RelayedReply {
  readonly kind: 'relayed';
  /** Asks; each packet is handed over at once. Resolves when there will be no more. */
  readonly run: (packet: (text: string) => void) => Promise<void>;
}

/** The same, when all of it has come. */
export interface WholeReply {
  readonly kind: 'whole';
  readonly text: string;
}

/** No answer at all: what some old clients expect. */
export interface NoReply {
  readonly kind: 'none';
}

export type Reply = PlainReply | ListReply | WaitReply | RelayedReply | WholeReply | NoReply;

export function success(message?: string, ...more: readonly Header[]): PlainReply {
  return { kind: 'success', headers: message === undefined ? more : [['Message', message], ...more] };
}

export function failure(message: string): PlainReply {
  return { kind: 'error', headers: [['Message', message]] };
}

/** A failure with the line feed that those of the SIP actions end with. */
export function failureWithLineFeed(message: string): PlainReply {
  return { ...failure(message), lineFeed: true };
}

/** One request, as its handler sees it. */
export interface ActionCall {
  readonly packet: Packet;
  readonly ports: AmiPorts;
  readonly session: SessionControl;
  /** The first value of a header, its name in any case; empty when it is not there. */
  text(name: string): string;
  /** Every value of a header, its name in any case. */
  all(name: string): readonly string[];
  /** Aborted when the session ends while the action still works. */
  readonly signal: AbortSignal;
}

/** One action: dispatch, permissions, lists and help come from this entry. */
export interface AmiAction {
  readonly name: string;
  /** The user needs one of these; none for everybody. */
  readonly classes: ClassMask;
  readonly synopsis: string;
  readonly parameters: readonly ActionParameter[];
  /** Module that brings it, `manager` for the interface itself; absent without that module. */
  readonly module: string;
  /** Whether it may be used without having logged in. */
  readonly beforeLogin?: true;
  /** Whether it does nothing but look at objects, which may then be asked for in a database. */
  readonly looks?: true;
  readonly run: (call: ActionCall) => Reply | Promise<Reply>;
}

export interface ActionParameter {
  readonly name: string;
  readonly required?: true;
}

/** `parameters('Channel!', 'Cause')`: an exclamation mark for those that must be there. */
export function parameters(...names: readonly string[]): readonly ActionParameter[] {
  return names.map((name) => (name.endsWith('!') ? { name: name.slice(0, -1), required: true } : { name }));
}
