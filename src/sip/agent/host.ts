import type { Dialog } from '../dialog/dialog.ts';
import type { HeaderList } from '../message/build.ts';
import type { SipRequest } from '../message/message.ts';
import type { TimerQueue } from '../transaction/timer-queue.ts';
import type { TimerValues } from '../transaction/timers.ts';
import type { ClientTransaction, ClientUser, ServerTransaction } from '../transaction/transaction.ts';
import type { Flow } from '../transport/transport.ts';
import type { RequestPlan } from './api.ts';

/** Who gets the requests of a dialog. */
export interface DialogUser {
  /** Any request but ACK; CANCEL goes to its transaction. In order, numbers checked. */
  receive(request: SipRequest, transaction: ServerTransaction): void;
  acknowledge(ack: SipRequest): void;
  /** Where its requests go, as far as that is known: the transport stays open for it. */
  readonly flow?: Flow | undefined;
  /** The agent closes: stop timers, say nothing. */
  stop(): void;
}

/** What calls need from the agent that owns them. */
export interface AgentHost {
  readonly timers: TimerQueue;
  readonly values: TimerValues;
  readonly allow: string;
  readonly supported: string;
  readonly dialogCount: number;
  readonly maxDialogs: number;
  /** Contact value of ours for a peer reached by this flow. */
  contact(flow: Flow, user?: string): string;
  /** Requests of this dialog go to `user` until it is dropped. */
  adopt(dialog: Dialog, user: DialogUser): void;
  release(dialog: Dialog): void;
  /** Chooses the next hop, puts the Via on and starts a transaction. Failures come as `failed`, always later. */
  dispatch(
    request: SipRequest,
    plan: RequestPlan,
    user: ClientUser,
    sent?: (transaction: ClientTransaction) => void,
  ): void;
  /** Sends the CANCEL of an INVITE that is not finally answered (RFC 3261 §9.1). */
  cancel(transaction: ClientTransaction, headers?: HeaderList): void;
  /** Sends without a transaction (ACK of a 2xx); calls back with the bytes and the flow for repeating. */
  sendStateless(request: SipRequest, plan: RequestPlan, sent?: (bytes: Buffer, flow: Flow) => void): void;
  repeat(bytes: Buffer, flow: Flow): void;
  fault(error: unknown, where: string): void;
}
