import { type Logger, silentLogger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Dialog } from '../dialog/dialog.ts';
import {
  DEFAULT_MAX_FORWARDS,
  MAX_CLIENT_TRANSACTIONS,
  MAX_DIALOGS,
  MAX_SERVER_TRANSACTIONS,
} from '../limits.ts';
import type { HeaderList } from '../message/build.ts';
import { SipParseError } from '../message/error.ts';
import { SipRequest, SipResponse } from '../message/message.ts';
import { NameAddr } from '../message/name-addr.ts';
import { parseMessage } from '../message/parse.ts';
import type { Uri } from '../message/uri.ts';
import { validateRequest, validateResponse } from '../message/validate.ts';
import { InviteClientTransaction } from '../transaction/client-invite.ts';
import { mergeKey, serverKey, TransactionLayer } from '../transaction/layer.ts';
import { replyPath } from '../transaction/reply-path.ts';
import { InviteServerTransaction } from '../transaction/server-invite.ts';
import { TimerQueue } from '../transaction/timer-queue.ts';
import { defaultTimers, type TimerValues } from '../transaction/timers.ts';
import type { ClientTransaction, ClientUser, ServerTransaction } from '../transaction/transaction.ts';
import { systemResolver } from '../transport/target.ts';
import type { Flow, Remote, Transport, TransportSink } from '../transport/transport.ts';
import type { Counters, InvitePlan, PacketHook, RequestPlan, UserAgentOptions } from './api.ts';
import { ClientInvite } from './client-invite.ts';
import { DialogTable } from './dialog-table.ts';
import type { AgentHost, DialogUser } from './host.ts';
import { NextHop } from './next-hop.ts';
import { OwnAddress } from './own-address.ts';
import { packetsAreHeard, publishPacket } from './packet-channel.ts';
import { Requester } from './requester.ts';
import { ServerInvite } from './server-invite.ts';
import { answerable, type ReplyDetails, statelessReply } from './stateless-reply.ts';
import { TransportSet } from './transport-set.ts';
import { Understanding } from './understanding.ts';

const DEFAULT_ALLOW = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'INFO',
  'UPDATE',
  'REFER',
  'NOTIFY',
  'MESSAGE',
];
/** Requests that make a dialog or move its target, and OPTIONS: they name where we are (RFC 3261 §8.1.1.8, §11.1). */
const WITH_CONTACT = new Set(['INVITE', 'SUBSCRIBE', 'NOTIFY', 'REFER', 'UPDATE', 'OPTIONS']);
/** Retry-After of a 503, seconds: long enough for the shortest transactions to leave the table. */
const OVERLOAD_RETRY_S = '5';
/** Datagrams of line breaks only keep NAT bindings open and are no message. */
const MAX_KEEP_ALIVE_BYTES = 4;

const silentUser: ClientUser = { response: () => {}, failed: () => {} };

/** The core of a SIP end point: owns transports, transactions and dialogs, and hands calls and requests to its user. */
export class UserAgent implements AgentHost {
  readonly timers: TimerQueue;
  readonly values: TimerValues;
  readonly allow: string;
  readonly supported: string;
  readonly maxDialogs: number;
  readonly counters: Counters = {
    received: 0,
    sent: 0,
    requests: 0,
    responses: 0,
    malformed: 0,
    retransmissionsAbsorbed: 0,
    retransmissionsSent: 0,
    overload: 0,
    forgotten: 0,
    strayResponses: 0,
    sendFailures: 0,
  };
  /** Hears every packet while set. */
  onPacket: PacketHook | undefined;
  /** Value of Server in responses and User-Agent in requests; left out while empty. */
  product: string;
  /** Hops that requests of ours may take (RFC 3261 §8.1.1.6). */
  maxForwards = DEFAULT_MAX_FORWARDS;
  /** Whether our Via asks for answers to the port that the request came from (RFC 3581). */
  askForRport = true;
  readonly #options: UserAgentOptions;
  readonly #logger: Logger;
  readonly #understanding: Understanding;
  readonly #layer: TransactionLayer;
  readonly #transports: TransportSet;
  readonly #nextHop: NextHop;
  readonly #own: OwnAddress;
  readonly #dialogs = new DialogTable();
  #closed = false;

  constructor(options: UserAgentOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.product = options.product ?? '';
    this.timers = new TimerQueue(options.clock);
    this.values = { ...defaultTimers, ...options.timers };
    this.allow = (options.allow ?? DEFAULT_ALLOW).join(', ');
    this.supported = (options.supported ?? []).join(', ');
    this.#understanding = new Understanding(options);
    this.maxDialogs = options.maxDialogs ?? MAX_DIALOGS;
    this.#transports = new TransportSet({
      timers: this.timers,
      now: () => options.clock.monotonic(),
      inUse: () => this.#flowsInUse(),
    });
    this.#nextHop = new NextHop(this.#transports, options.resolver ?? systemResolver);
    this.#own = new OwnAddress(options.clock, options.advertise);
    this.#layer = new TransactionLayer({
      timers: this.timers,
      values: this.values,
      maxServer: options.maxServerTransactions ?? MAX_SERVER_TRANSACTIONS,
      maxClient: options.maxClientTransactions ?? MAX_CLIENT_TRANSACTIONS,
      transmit: (bytes, flow, failed) => this.#transmit(bytes, flow, failed),
      dress: (response) => {
        if (this.product !== '' && !response.has('Server')) response.append('Server', this.product);
      },
      count: (what) => {
        this.counters[what]++;
      },
    });
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get dialogCount(): number {
    return this.#dialogs.size;
  }

  /** Transactions in both tables, for counters and tests. */
  get transactions(): { servers: number; clients: number } {
    return { servers: this.#layer.servers, clients: this.#layer.clients };
  }

  get transports(): readonly Transport[] {
    return [...this.#transports.active];
  }

  /** Takes the transport over: messages are read from now on, and `close` closes it. */
  addTransport(transport: Transport): void {
    this.#transports.add(transport);
    transport.attach(this.#sink);
  }

  /** Closes the transport; what still wants to use it fails. */
  removeTransport(transport: Transport): Promise<void> {
    return this.#transports.remove(transport);
  }

  /**
   * Takes a transport out of use: nothing new comes in or goes out by it, and calls and requests that are under way go on.
   * Resolves when the last of them has ended and it is closed, or with false when it is taken back into use.
   */
  retireTransport(transport: Transport): Promise<boolean> {
    return this.#transports.retire(transport);
  }

  /** Takes one back into use that still was open for calls. Rejects when it cannot listen any more. */
  restoreTransport(transport: Transport): Promise<void> {
    return this.#transports.restore(transport);
  }

  /** Sends an empty packet on every open connection. */
  keepAlive(): void {
    for (const each of this.#transports.active) each.keepAlive?.();
    for (const each of this.#transports.retiring) each.keepAlive?.();
  }

  /** Those that stay open only for what they have. */
  get retiring(): readonly Transport[] {
    return [...this.#transports.retiring];
  }

  *#flowsInUse(): Iterable<Flow> {
    yield* this.#layer.unfinished();
    yield* this.#dialogs.flows();
  }

  readonly #sink: TransportSink = {
    received: (bytes, remote, transport) => this.#received(bytes, remote, transport),
    fault: (error, transport, remote) => {
      const peer = remote === undefined ? '' : ` with ${remote.address}:${remote.port}`;
      this.#logger.debug(`${transport.protocol} port ${transport.localPort}${peer}: ${error.message}`);
      if (error instanceof SipParseError) this.counters.malformed++;
      else this.counters.sendFailures++;
    },
    disconnected: (remote, transport) => this.#layer.disconnected(transport, remote),
  };

  // What comes in.

  #received(bytes: Buffer, remote: Remote, transport: Transport): void {
    if (this.#closed) return;
    this.counters.received++;
    if (this.onPacket !== undefined || packetsAreHeard()) this.#show('in', bytes, remote, transport);
    if (bytes.length <= MAX_KEEP_ALIVE_BYTES) return;
    const flow: Flow = { transport, remote };
    try {
      const message = parseMessage(bytes);
      if (message instanceof SipRequest) {
        validateRequest(message);
        this.counters.requests++;
        this.#request(message, flow);
      } else if (message instanceof SipResponse) {
        validateResponse(message);
        this.counters.responses++;
        this.#response(message);
      }
    } catch (error) {
      if (error instanceof SipParseError) this.#malformed(error, flow);
      else this.fault(error, 'handling of a message');
    }
  }

  #show(direction: 'in' | 'out', bytes: Buffer, remote: Remote, transport: Transport): void {
    if (packetsAreHeard()) publishPacket(direction, bytes, remote, transport);
    try {
      this.onPacket?.(direction, bytes, remote, transport);
    } catch (error) {
      this.fault(error, 'packet hook');
    }
  }

  #malformed(error: SipParseError, flow: Flow): void {
    this.counters.malformed++;
    this.#logger.debug(`Malformed SIP from ${flow.remote.address}:${flow.remote.port}: ${error.message}`);
    const request = answerable(error);
    if (request !== undefined) this.#replyStateless(request, flow, error.status, { warning: error.message });
  }

  #replyStateless(request: SipRequest, flow: Flow, status: number, details?: ReplyDetails): void {
    const reply = statelessReply(request, flow, status, details);
    this.#layer.dress(reply.response);
    this.#transmit(reply.response.toBuffer(), reply.flow);
  }

  #response(response: SipResponse): void {
    const transaction = this.#layer.findClient(response);
    if (transaction === undefined) this.counters.strayResponses++;
    else transaction.receive(response);
  }

  #request(request: SipRequest, flow: Flow): void {
    const { method } = request;
    if (this.#options.admit?.(request, flow) === false) {
      if (method !== 'ACK') this.#replyStateless(request, flow, 403);
      return;
    }
    if (method === 'ACK') {
      this.#ack(request, flow);
      return;
    }
    const key = serverKey(request, method);
    const known = this.#layer.findServer(key);
    if (known !== undefined) {
      known.retransmission();
      return;
    }
    // Over a transport that is out of use only dialogs go on; a phone looks for another way (RFC 3261 §21.5.4).
    if (this.#transports.isRetiring(flow.transport) && request.toTag === undefined && method !== 'CANCEL') {
      this.#replyStateless(request, flow, 503);
      return;
    }
    const path = replyPath(request, flow);
    const merge = mergeKey(request);
    const merged = merge !== '' && this.#layer.findMerged(merge) !== undefined;
    const transaction = this.#layer.createServer(request, flow, path, key, merged ? '' : merge);
    if (transaction === undefined) {
      this.#overloaded(request, flow);
      return;
    }
    try {
      if (method === 'CANCEL') this.#cancel(request, transaction);
      else if (merged) transaction.reply(482);
      else {
        const refusal = this.#understanding.refusal(request);
        if (refusal === undefined) this.#route(request, transaction);
        else transaction.reply(refusal.status, undefined, { headers: refusal.headers });
      }
    } catch (error) {
      if (error instanceof SipParseError) {
        this.counters.malformed++;
        transaction.reply(error.status);
      } else {
        this.fault(error, method);
        transaction.reply(500);
      }
    }
  }

  #overloaded(request: SipRequest, flow: Flow): void {
    this.counters.overload++;
    this.#replyStateless(request, flow, 503, { headers: [['Retry-After', OVERLOAD_RETRY_S]] });
  }

  #ack(ack: SipRequest, flow: Flow): void {
    const transaction = this.#layer.findServer(serverKey(ack, 'INVITE'));
    if (transaction instanceof InviteServerTransaction) transaction.acknowledge(ack);
    else this.#dialogs.find(ack, flow)?.user.acknowledge(ack);
  }

  #cancel(cancel: SipRequest, transaction: ServerTransaction): void {
    const invite = this.#layer.findServer(serverKey(cancel, 'INVITE'));
    if (!(invite instanceof InviteServerTransaction)) {
      transaction.reply(481);
      return;
    }
    transaction.reply(200, undefined, invite.localTag === undefined ? {} : { toTag: invite.localTag });
    invite.cancel(cancel);
  }

  #route(request: SipRequest, transaction: ServerTransaction): void {
    if (request.toTag !== undefined) {
      const found = this.#dialogs.find(request, transaction.source);
      if (found !== undefined) {
        if (found.dialog.accept(request)) found.user.receive(request, transaction);
        else transaction.reply(500);
        return;
      }
      // A registration has no dialog, whatever stands in To (RFC 3261 §10.2).
      if (request.method !== 'REGISTER') {
        transaction.reply(481);
        return;
      }
    } else if (request.method === 'BYE') {
      // There is nothing that it could end (RFC 3261 §15.1.2).
      transaction.reply(481);
      return;
    }
    if (transaction instanceof InviteServerTransaction) this.#invite(request, transaction);
    else this.#options.onRequest(request, transaction);
  }

  #invite(request: SipRequest, transaction: InviteServerTransaction): void {
    if (this.#dialogs.size >= this.maxDialogs) {
      this.counters.overload++;
      transaction.reply(503, undefined, { headers: [['Retry-After', OVERLOAD_RETRY_S]] });
      return;
    }
    // What a dialog is made of must be readable now, not when the first request in it is due.
    if (request.contactUri === undefined) throw new SipParseError('INVITE without Contact');
    for (const route of request.list('Record-Route')) NameAddr.parse(route);
    const invite = new ServerInvite(this, request, transaction);
    try {
      this.#options.onInvite(invite);
    } catch (error) {
      this.fault(error, 'INVITE');
      invite.reject(500);
    }
  }

  // What goes out.

  /**
   * Sends a request outside of any dialog, built by `newRequest`. Never rejects: without an answer it resolves with a
   * 408 or 503 made here.
   */
  request(request: SipRequest, plan: RequestPlan = {}): Promise<SipResponse> {
    return new Promise((resolve) => new Requester(this, request, plan, resolve).start());
  }

  /** Starts a call. Listen to its events at once; nothing is told before this turn ends. */
  invite(plan: InvitePlan): ClientInvite {
    const invite = new ClientInvite(this, plan);
    invite.start();
    return invite;
  }

  /** Where a request to this URI would go; undefined when no transport leads there. */
  async resolve(uri: Uri, transport?: Transport): Promise<Flow | undefined> {
    return this.#nextHop.towards(uri, transport);
  }

  dispatch(
    request: SipRequest,
    plan: RequestPlan,
    user: ClientUser,
    sent?: (transaction: ClientTransaction) => void,
  ): void {
    this.#leave(request, plan, (flow) => {
      const transaction = flow === undefined ? undefined : this.#start(request, flow, user);
      if (transaction === undefined) queueMicrotask(() => user.failed('transport'));
      else sent?.(transaction);
    });
  }

  #leave(request: SipRequest, plan: RequestPlan, next: (flow: Flow | undefined) => void): void {
    const guarded = (flow: Flow | undefined): void => {
      try {
        next(this.#closed ? undefined : flow);
      } catch (error) {
        this.fault(error, `sending ${request.method}`);
      }
    };
    const found = this.#nextHop.find(request, plan);
    if (found instanceof Promise) void found.then(guarded);
    else guarded(found);
  }

  #start(request: SipRequest, flow: Flow, user: ClientUser): ClientTransaction | undefined {
    this.#prepare(request, flow);
    return this.#layer.createClient(request, flow, user);
  }

  /** Via of ours, Contact where one belongs, User-Agent. */
  #prepare(request: SipRequest, flow: Flow): void {
    request.prepend('Via', this.#own.via(flow, this.askForRport));
    if (this.maxForwards !== DEFAULT_MAX_FORWARDS) request.set('Max-Forwards', String(this.maxForwards));
    if (WITH_CONTACT.has(request.method) && !request.has('Contact')) {
      request.append('Contact', this.contact(flow, request.from.uri.user));
    }
    if (this.product !== '' && request.method !== 'ACK' && !request.has('User-Agent')) {
      request.append('User-Agent', this.product);
    }
  }

  sendStateless(request: SipRequest, plan: RequestPlan, sent?: (bytes: Buffer, flow: Flow) => void): void {
    this.#leave(request, plan, (flow) => {
      if (flow === undefined) {
        this.counters.sendFailures++;
        return;
      }
      this.#prepare(request, flow);
      const bytes = request.toBuffer();
      sent?.(bytes, flow);
      this.#transmit(bytes, flow);
    });
  }

  cancel(transaction: ClientTransaction, headers: HeaderList = []): void {
    if (!(transaction instanceof InviteClientTransaction) || transaction.state !== 'proceeding') return;
    const cancel = transaction.makeCancel();
    for (const [name, value] of headers) cancel.append(name, value);
    if (this.product !== '') cancel.append('User-Agent', this.product);
    transaction.expireAfterCancel();
    this.#layer.createClient(cancel, transaction.flow, silentUser);
  }

  repeat(bytes: Buffer, flow: Flow): void {
    this.counters.retransmissionsSent++;
    this.#transmit(bytes, flow);
  }

  #transmit(bytes: Buffer, flow: Flow, failed?: (error: Error) => void): void {
    const { transport, remote } = flow;
    this.counters.sent++;
    if (this.onPacket !== undefined || packetsAreHeard()) this.#show('out', bytes, remote, transport);
    if (failed === undefined && !transport.reliable) {
      transport.send(bytes, remote);
      return;
    }
    transport.send(bytes, remote, (error) => {
      this.counters.sendFailures++;
      this.#logger.debug(`Sending to ${remote.address}:${remote.port} failed: ${error.message}`);
      failed?.(error);
    });
  }

  /** The address of ours, without brackets, that a peer reached by this flow can answer to. */
  localAddress(flow: Flow): string {
    return this.#own.shown(flow);
  }

  /** The same, whatever `advertise` says: what stands on an interface of this machine. */
  ownAddress(flow: Flow): string {
    return this.#own.bound(flow);
  }

  /** Our Contact for a peer reached by this flow. */
  contact(flow: Flow, user?: string): string {
    return this.#own.contact(flow, user);
  }

  adopt(dialog: Dialog, user: DialogUser): void {
    this.#dialogs.adopt(dialog, user);
  }

  release(dialog: Dialog): void {
    this.#dialogs.release(dialog);
  }

  fault(error: unknown, where: string): void {
    this.#logger.error(
      `SIP: ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }

  /** Ends everything without a word to the peers; open requests resolve with 503. Resolves when the sockets are gone. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#dialogs.close();
    this.#layer.close();
    this.timers.close();
    await this.#transports.close();
  }
}
