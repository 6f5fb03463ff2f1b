import type { Timer } from '../../platform/index.ts';
import { type HeaderList, type ResponseOptions, respond } from '../message/build.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Flow, Remote } from '../transport/transport.ts';
import { stampVia } from './reply-path.ts';
import type { TimerQueue } from './timer-queue.ts';
import type { TimerValues } from './timers.ts';

/** What transactions need from the layer that owns them. */
export interface TransactionHost {
  readonly timers: TimerQueue;
  readonly values: TimerValues;
  transmit(bytes: Buffer, flow: Flow, failed?: (error: Error) => void): void;
  retransmitted(): void;
  absorbed(): void;
  /** The tag of an answer that is not kept: the same for every copy of the request (RFC 3261 §8.2.7). */
  statelessTag(transaction: ServerTransaction): string;
  /** A final response went out and nothing else hangs on it: may be forgotten when room is needed. */
  finished(transaction: ServerTransaction): void;
  dropServer(transaction: ServerTransaction): void;
  dropClient(transaction: ClientTransaction): void;
  /** Headers every response gets (Server). */
  dress(response: SipResponse): void;
}

/** A request that came in and the answers to it (RFC 3261 §17.2). */
export abstract class ServerTransaction {
  readonly method: string;
  /** Where the request came from. */
  readonly source: Flow;
  /** Name in the table of its layer. */
  readonly key: string;
  /** Name by which a request that took two ways is recognised (RFC 3261 §8.2.2.2); '' when that cannot be (any more). */
  mergeKey: string;
  /** Neighbours in the list of those that are finished. */
  older: ServerTransaction | undefined;
  newer: ServerTransaction | undefined;
  protected readonly host: TransactionHost;
  #request: SipRequest | undefined;
  #replyTo: Remote;
  #fallback: Remote | undefined;

  constructor(
    host: TransactionHost,
    request: SipRequest,
    source: Flow,
    replyTo: Remote,
    fallback: Remote | undefined,
    key: string,
    mergeKey: string,
  ) {
    this.host = host;
    this.method = request.method;
    this.source = source;
    this.key = key;
    this.mergeKey = mergeKey;
    this.#request = request;
    this.#replyTo = replyTo;
    this.#fallback = fallback;
  }

  /** No final response yet. */
  abstract get open(): boolean;

  /** The request came again. */
  abstract retransmission(): void;

  /** Sends a response built by `respond` (or by hand). A second final response is ignored. */
  abstract send(response: SipResponse): void;

  /** Stops timers without a word, at shutdown. */
  abstract stop(): void;

  /** Builds and sends a response; `undefined` when a final one went out before. */
  reply(status: number, reason?: string, options?: ResponseOptions): SipResponse | undefined {
    const request = this.#request;
    if (request === undefined || !this.open) return undefined;
    const response = respond(request, status, reason, options);
    this.send(response);
    return response;
  }

  /**
   * Answers and keeps nothing, as a stateless server does (RFC 3261 §8.2.7): nothing is repeated, no ACK is waited for, and a
   * copy of the request is a new one. For refusals that anybody can have for a datagram with a forged address.
   */
  dismiss(status: number, headers?: HeaderList): void {
    const request = this.#request;
    if (request === undefined || !this.open) return;
    const response = respond(request, status, undefined, {
      toTag: this.host.statelessTag(this),
      ...(headers === undefined ? {} : { headers }),
    });
    this.host.dress(response);
    this.write(response.toBuffer());
    this.stop();
  }

  /** Answers to where the request came from although it did not ask for it with rport (RFC 3581 §4, pjsip force_rport). */
  forceRport(): void {
    const { remote, transport } = this.source;
    if (!transport.reliable) this.#replyTo = remote;
    if (this.#request !== undefined) stampVia(this.#request, remote, true);
  }

  /** A finished transaction keeps the answer's bytes only. */
  protected release(): void {
    this.#request = undefined;
  }

  protected write(bytes: Buffer): void {
    const { transport } = this.source;
    if (!transport.reliable) {
      this.host.transmit(bytes, { transport, remote: this.#replyTo });
      return;
    }
    this.host.transmit(bytes, { transport, remote: this.#replyTo }, () => {
      // The connection is gone: once, try the address in Via (RFC 3261 §18.2.2).
      const fallback = this.#fallback;
      this.#fallback = undefined;
      if (fallback !== undefined) this.host.transmit(bytes, { transport, remote: fallback });
    });
  }
}

export type ServerState = 'trying' | 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated';

/** Why a client transaction ended without a final response from the peer. */
export type ClientFailure = 'timeout' | 'transport';

/** Who started a client transaction. */
export interface ClientUser {
  response(response: SipResponse, transaction: ClientTransaction): void;
  /** Without a transaction when the request could not even be sent. */
  failed(kind: ClientFailure, transaction?: ClientTransaction): void;
}

export type ClientState = 'calling' | 'trying' | 'proceeding' | 'accepted' | 'completed' | 'terminated';

/** A request we sent and what comes back (RFC 3261 §17.1). */
export abstract class ClientTransaction {
  readonly request: SipRequest;
  readonly flow: Flow;
  readonly key: string;
  protected readonly host: TransactionHost;
  protected readonly user: ClientUser;
  protected readonly bytes: Buffer;
  protected retransmit: Timer | undefined;
  protected deadline: Timer | undefined;
  #state: ClientState;

  constructor(
    host: TransactionHost,
    request: SipRequest,
    flow: Flow,
    key: string,
    user: ClientUser,
    state: ClientState,
  ) {
    this.host = host;
    this.request = request;
    this.flow = flow;
    this.key = key;
    this.user = user;
    this.bytes = request.toBuffer();
    this.#state = state;
  }

  get state(): ClientState {
    return this.#state;
  }

  protected enter(state: ClientState): void {
    this.#state = state;
  }

  abstract start(): void;
  abstract receive(response: SipResponse): void;

  protected write(bytes: Buffer): void {
    this.host.transmit(bytes, this.flow, () => this.lost());
  }

  /** No final response yet. */
  get open(): boolean {
    return this.#state === 'calling' || this.#state === 'trying' || this.#state === 'proceeding';
  }

  /** The network refused it, or the connection it went out on is gone. */
  lost(): void {
    if (this.open) this.fail('transport');
  }

  protected fail(kind: ClientFailure): void {
    this.stop();
    this.user.failed(kind, this);
  }

  /** Ends without a word to the user. */
  stop(): void {
    this.retransmit?.cancel();
    this.deadline?.cancel();
    this.#state = 'terminated';
    this.host.dropClient(this);
  }
}
