import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { HeaderList } from '../message/build.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Uri } from '../message/uri.ts';
import type { TimerValues } from '../transaction/timers.ts';
import type { ServerTransaction } from '../transaction/transaction.ts';
import type { Resolver } from '../transport/target.ts';
import type { Flow, Protocol, Remote, Transport } from '../transport/transport.ts';
import type { ServerInvite } from './server-invite.ts';

/** Hears every packet; `pjsip set logger` hangs here. Costs nothing while unset. */
export type PacketHook = (
  direction: 'in' | 'out',
  bytes: Buffer,
  remote: Remote,
  transport: Transport,
) => void;

/**
 * Answers a challenge: given the request that was refused and the 401 or 407, returns the header to put on the next
 * attempt (`answerChallenge` computes it), or undefined to take the refusal as final.
 */
export type Authenticate = (
  request: SipRequest,
  response: SipResponse,
) => readonly [name: string, value: string] | undefined;

export interface UserAgentOptions {
  clock: Clock;
  logger?: Logger;
  /** Value of Server in responses and User-Agent in requests; left out when empty. */
  product?: string;
  /** T1, T2, T4 in milliseconds. */
  timers?: Partial<TimerValues>;
  /** Methods for Allow, put on 405, 200 to INVITE and OPTIONS answers; default: what the agent itself understands. */
  allow?: readonly string[];
  /** Option tags for Supported; a Require of anything else is refused with 420. */
  supported?: readonly string[];
  /** Further tags that a request may require, by its method; who answers it looks after them. */
  required?: ReadonlyMap<string, readonly string[]>;
  /** URI schemes accepted in a Request-URI; anything else is 416. Default sip, sips, tel. */
  schemes?: readonly string[];
  maxServerTransactions?: number;
  maxClientTransactions?: number;
  maxDialogs?: number;
  /** RFC 3263, in so far as it is wanted; default: literals at once, names by the system's resolver. */
  resolver?: Resolver;
  /** Address to write into Via and Contact for a flow; default: the transport's own, or the machine's address towards the peer. */
  advertise?: (transport: Transport, remote: Remote) => { host: string; port?: number } | undefined;
  /** Whether a request, of whatever kind, may come in; without it every one does. Others get 403 and leave nothing behind. */
  admit?: (request: SipRequest, flow: Flow) => boolean;
  /** Every request outside of a dialog, INVITE excepted. Must reply once, now or later. */
  onRequest: (request: SipRequest, transaction: ServerTransaction) => void;
  /** A new INVITE outside of a dialog. 100 Trying was not sent yet. */
  onInvite: (invite: ServerInvite) => void;
}

export interface RequestPlan {
  /** Where to send: a flow already known (a registered phone), or a URI to resolve; default: Route, else Request-URI. */
  flow?: Flow;
  target?: Uri;
  /** Transport to use when several fit, as pjsip's `transport=` option picks one. */
  transport?: Transport;
  authenticate?: Authenticate;
  onProvisional?: (response: SipResponse) => void;
  /** Gives up with a local 408 after so many milliseconds, sooner than Timer F (32 s). */
  timeout?: number;
}

export interface InvitePlan extends RequestPlan {
  /** Complete INVITE as `newRequest` makes it: From, To, Contact, body. */
  request: SipRequest;
}

/** How a call ended, told once. */
export type EndCause =
  | { kind: 'bye'; request: SipRequest }
  | { kind: 'hangup' }
  | { kind: 'cancelled'; request?: SipRequest }
  | { kind: 'rejected'; status: number }
  | { kind: 'refused'; response: SipResponse }
  /** The 2xx was never acknowledged (64*T1): a BYE was sent. */
  | { kind: 'no-ack' }
  /** No answer to a request inside of the dialog (481, 408 or Timer). */
  | { kind: 'lost'; status: number };

export interface InviteEvents {
  /** CANCEL before a final answer; 487 was sent. */
  cancelled: [request: SipRequest];
  /** ACK of a 2xx; carries the SDP answer when the INVITE had no offer. */
  acknowledged: [ack: SipRequest];
  /** Client: 1xx above 100, with the tag of its early dialog when it has one. */
  provisional: [response: SipResponse];
  /** Client: first 2xx. */
  answered: [response: SipResponse];
  /** Client: final refusal (also local 408 and 503). */
  refused: [response: SipResponse];
  /** re-INVITE: reply through `reinvite` once. Without a listener it is refused with 488. */
  reinvite: [request: SipRequest, reinvite: Reinvite];
  /** Any other request inside the dialog (INFO, REFER, UPDATE, NOTIFY, MESSAGE, OPTIONS …); without a listener 405/200. */
  request: [request: SipRequest, transaction: ServerTransaction];
  /** Once, whatever ended it. Nothing comes after. */
  ended: [cause: EndCause];
}

/** An incoming re-INVITE waiting for its answer. */
export interface Reinvite {
  /** 200, repeated until its ACK comes. */
  answer(body?: Buffer | string, options?: AnswerOptions): void;
  reject(status: number, reason?: string, headers?: HeaderList): void;
}

export interface AnswerOptions {
  headers?: HeaderList;
  /** Defaults to application/sdp. */
  contentType?: string;
}

export interface Counters {
  received: number;
  sent: number;
  requests: number;
  responses: number;
  malformed: number;
  retransmissionsAbsorbed: number;
  retransmissionsSent: number;
  /** Requests answered 503 because a table was full. */
  overload: number;
  /** Finished server transactions forgotten before their timer because the table was full. */
  forgotten: number;
  /** Responses that matched no transaction. */
  strayResponses: number;
  sendFailures: number;
}

export type { Flow, Protocol, Remote, Transport };
