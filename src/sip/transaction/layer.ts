import { digestHex } from '../digest/hash.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { randomHex, TAG_DIGITS } from '../message/random.ts';
import { MAGIC_COOKIE } from '../message/via.ts';
import type { Flow, Remote, Transport } from '../transport/transport.ts';
import { InviteClientTransaction } from './client-invite.ts';
import { NonInviteClientTransaction } from './client-non-invite.ts';
import { FinishedList } from './finished-list.ts';
import type { ReplyPath } from './reply-path.ts';
import { InviteServerTransaction } from './server-invite.ts';
import { NonInviteServerTransaction } from './server-non-invite.ts';
import type { TimerQueue } from './timer-queue.ts';
import type { TimerValues } from './timers.ts';
import type { ClientTransaction, ClientUser, ServerTransaction, TransactionHost } from './transaction.ts';

export interface LayerOptions {
  timers: TimerQueue;
  values: TimerValues;
  maxServer: number;
  maxClient: number;
  transmit(bytes: Buffer, flow: Flow, failed?: (error: Error) => void): void;
  dress(response: SipResponse): void;
  /** Something countable happened. */
  count(what: 'retransmissionsAbsorbed' | 'retransmissionsSent' | 'forgotten'): void;
}

/** Both transaction tables and the rules by which messages find their transaction (RFC 3261 §17.1.3, §17.2.3). */
export class TransactionLayer implements TransactionHost {
  readonly timers: TimerQueue;
  readonly values: TimerValues;
  readonly #options: LayerOptions;
  readonly #servers = new Map<string, ServerTransaction>();
  readonly #clients = new Map<string, ClientTransaction>();
  /** Requests under way by From tag, Call-ID and CSeq (§8.2.2.2). */
  readonly #merging = new Map<string, ServerTransaction>();
  /** What may be forgotten when the table is full: a copy of its request would only be answered anew. */
  readonly #finished = new FinishedList();
  /** Keyed into tags that are made and not kept. */
  readonly #secret = randomHex(32);
  /** Client transactions over streams by transport and peer: those that end when the connection does. */
  readonly #streams = new Map<Transport, Map<string, Set<ClientTransaction>>>();

  constructor(options: LayerOptions) {
    this.#options = options;
    this.timers = options.timers;
    this.values = options.values;
  }

  get servers(): number {
    return this.#servers.size;
  }

  get clients(): number {
    return this.#clients.size;
  }

  findServer(key: string): ServerTransaction | undefined {
    return this.#servers.get(key);
  }

  /** Where the next message of each unfinished transaction will be sent. */
  *unfinished(): Iterable<Flow> {
    for (const transaction of this.#servers.values()) if (transaction.open) yield transaction.source;
    for (const transaction of this.#clients.values()) if (transaction.open) yield transaction.flow;
  }

  /** The transaction that the request is a second copy of, arrived by another way. */
  findMerged(mergeKey: string): ServerTransaction | undefined {
    return this.#merging.get(mergeKey);
  }

  /** undefined when the table is full of requests under way. */
  createServer(
    request: SipRequest,
    source: Flow,
    path: ReplyPath,
    key: string,
    mergeKey: string,
  ): ServerTransaction | undefined {
    if (this.#servers.size >= this.#options.maxServer && !this.#forgetOldest()) return undefined;
    const Kind = request.method === 'INVITE' ? InviteServerTransaction : NonInviteServerTransaction;
    const transaction = new Kind(this, request, source, path.to, path.fallback, key, mergeKey);
    this.#servers.set(key, transaction);
    if (mergeKey !== '') this.#merging.set(mergeKey, transaction);
    return transaction;
  }

  #forgetOldest(): boolean {
    const { oldest } = this.#finished;
    if (oldest === undefined) return false;
    this.#options.count('forgotten');
    oldest.stop();
    return true;
  }

  /** Starts a client transaction on a request that has its Via; undefined when the table is full. */
  createClient(request: SipRequest, flow: Flow, user: ClientUser): ClientTransaction | undefined {
    if (this.#clients.size >= this.#options.maxClient) return undefined;
    const key = `${request.via.branch ?? ''}|${request.method}`;
    const Kind = request.method === 'INVITE' ? InviteClientTransaction : NonInviteClientTransaction;
    const transaction = new Kind(this, request, flow, key, user);
    this.#clients.set(key, transaction);
    if (flow.transport.reliable) this.#join(transaction);
    transaction.start();
    return transaction;
  }

  #join(transaction: ClientTransaction): void {
    const { transport, remote } = transaction.flow;
    let peers = this.#streams.get(transport);
    if (peers === undefined) {
      peers = new Map();
      this.#streams.set(transport, peers);
    }
    const key = peerKey(remote);
    const waiting = peers.get(key);
    if (waiting === undefined) peers.set(key, new Set([transaction]));
    else waiting.add(transaction);
  }

  /** A connection is gone: what waits for a response on it fails now (RFC 3261 §17.1.4). */
  disconnected(transport: Transport, remote: Remote): void {
    for (const transaction of [...(this.#streams.get(transport)?.get(peerKey(remote)) ?? [])]) {
      const { connection } = transaction.flow.remote;
      if (connection === undefined || connection === remote.connection) transaction.lost();
    }
  }

  findClient(response: SipResponse): ClientTransaction | undefined {
    return this.#clients.get(`${response.via.branch ?? ''}|${response.cseq.method}`);
  }

  transmit(bytes: Buffer, flow: Flow, failed?: (error: Error) => void): void {
    this.#options.transmit(bytes, flow, failed);
  }

  dress(response: SipResponse): void {
    this.#options.dress(response);
  }

  retransmitted(): void {
    this.#options.count('retransmissionsSent');
  }

  absorbed(): void {
    this.#options.count('retransmissionsAbsorbed');
  }

  finished(transaction: ServerTransaction): void {
    if (transaction.method !== 'INVITE') this.#unmerge(transaction);
    this.#finished.add(transaction);
  }

  statelessTag(transaction: ServerTransaction): string {
    return digestHex('MD5', `${this.#secret}${transaction.key}`).slice(0, TAG_DIGITS);
  }

  #unmerge(transaction: ServerTransaction): void {
    const { mergeKey } = transaction;
    if (mergeKey === '') return;
    transaction.mergeKey = '';
    if (this.#merging.get(mergeKey) === transaction) this.#merging.delete(mergeKey);
  }

  dropServer(transaction: ServerTransaction): void {
    this.#servers.delete(transaction.key);
    this.#finished.remove(transaction);
    this.#unmerge(transaction);
  }

  dropClient(transaction: ClientTransaction): void {
    this.#clients.delete(transaction.key);
    const { transport, remote } = transaction.flow;
    if (!transport.reliable) return;
    const key = peerKey(remote);
    const peers = this.#streams.get(transport);
    const waiting = peers?.get(key);
    if (waiting?.delete(transaction) !== true || waiting.size > 0) return;
    peers?.delete(key);
    if (peers?.size === 0) this.#streams.delete(transport);
  }

  /** Server transactions end silently; whoever waits for a response is told that none will come. */
  close(): void {
    for (const transaction of [...this.#servers.values()]) transaction.stop();
    for (const transaction of [...this.#clients.values()]) {
      transaction.lost();
      transaction.stop();
    }
  }
}

function peerKey(remote: Remote): string {
  return `${remote.address}:${remote.port}`;
}

/**
 * The name of the server transaction a request belongs to. `method` is INVITE for its ACK, and for a CANCEL that
 * looks for what it cancels. Without the magic cookie RFC 2543 rules apply (RFC 3261 §17.2.3).
 */
export function serverKey(request: SipRequest, method: string): string {
  const { via } = request;
  const branch = via.branch;
  if (branch !== undefined && branch.length > MAGIC_COOKIE.length && branch.startsWith(MAGIC_COOKIE)) {
    return joined(branch, via.sentBy, method);
  }
  const { uri, fromTag = '', callId, cseq } = request;
  return joined('2543', uri, fromTag, callId, String(cseq.number), via.sentBy, branch ?? '', method);
}

/** '' for requests inside of a dialog. */
export function mergeKey(request: SipRequest): string {
  if (request.toTag !== undefined) return '';
  return joined(request.fromTag ?? '', request.callId, request.get('CSeq') ?? '');
}

/**
 * Names stay in the tables for half a minute. Joined they are texts of their own; a template of slices would keep the
 * whole message in memory that they were cut from.
 */
function joined(...parts: string[]): string {
  return parts.join('|');
}
