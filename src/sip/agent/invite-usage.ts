import { Emitter, type Timer } from '../../platform/index.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { type HeaderList, respond } from '../message/build.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { NameAddr } from '../message/name-addr.ts';
import { InviteServerTransaction } from '../transaction/server-invite.ts';
import { giveUp } from '../transaction/timers.ts';
import type { ClientFailure, ClientTransaction, ServerTransaction } from '../transaction/transaction.ts';
import type { Flow } from '../transport/transport.ts';
import type { AnswerOptions, Authenticate, EndCause, InviteEvents, Reinvite, RequestPlan } from './api.ts';
import type { AgentHost, DialogUser } from './host.ts';
import { localResponse, Requester, withCredentials } from './requester.ts';

/** Retry-After of a 500 to an INVITE that came while another was unanswered: up to so many seconds (RFC 3261 §14.2). */
const MAX_RETRY_AFTER_S = 10;

interface Pending2xx {
  number: number;
  bytes: Buffer;
  transaction: InviteServerTransaction;
  interval: number;
  retransmit: Timer;
  deadline: Timer;
}

/**
 * What both ends of a call have in common once INVITE made a dialog: BYE, re-INVITE, other requests, the 2xx that is
 * repeated until its ACK (RFC 3261 §13–15). Ends exactly once, with `ended`.
 */
export abstract class InviteUsage implements DialogUser {
  readonly events: Emitter<InviteEvents>;
  protected readonly host: AgentHost;
  protected authenticate: Authenticate | undefined;
  /**
   * Requests inside the dialog go to where the peer's packets come from instead of to its Contact (pjsip's
   * rewrite_contact), unless a route set says otherwise or the connection is gone.
   */
  symmetric = false;
  #dialog: Dialog | undefined;
  #ended = false;
  #pending2xx: Pending2xx | undefined;
  /** A re-INVITE of the peer that is not answered yet. */
  #incoming: ServerTransaction | undefined;
  /** A re-INVITE of ours that is not answered yet. */
  #outgoing = false;

  constructor(host: AgentHost) {
    this.host = host;
    this.events = new Emitter<InviteEvents>((event, error) => host.fault(error, `listener of ${event}`));
  }

  /** The flow for requests inside the dialog; undefined = resolve the remote target. */
  abstract get flow(): Flow | undefined;

  /** Ends it as its state demands: CANCEL, a refusal, or BYE. */
  abstract hangup(status?: number, headers?: HeaderList): void;

  /** Undefined before the first response with a tag. */
  get dialog(): Dialog | undefined {
    return this.#dialog;
  }

  get ended(): boolean {
    return this.#ended;
  }

  protected useDialog(dialog: Dialog): void {
    this.#dialog = dialog;
    this.host.adopt(dialog, this);
  }

  /** The INVITE goes out anew: what the refused one made is nothing. */
  protected forgetDialog(): void {
    this.#dialog = undefined;
  }

  /** The peer answered and neither end hung up. */
  get established(): boolean {
    return !this.#ended && this.#dialog?.state === 'confirmed';
  }

  // Requests of the peer.

  receive(request: SipRequest, transaction: ServerTransaction): void {
    switch (request.method) {
      case 'BYE':
        this.#bye(request, transaction);
        break;
      case 'INVITE':
        this.#reinvite(request, transaction);
        break;
      default:
        this.#dialog?.refresh(request, request.method);
        if (this.events.hears('request')) this.events.emit('request', request, transaction);
        else if (request.method === 'OPTIONS')
          transaction.reply(200, undefined, { headers: [['Allow', this.host.allow]] });
        else transaction.reply(405, undefined, { headers: [['Allow', this.host.allow]] });
    }
  }

  #bye(request: SipRequest, transaction: ServerTransaction): void {
    transaction.reply(200);
    if (this.#incoming?.open === true) this.#incoming.reply(487);
    this.beforeBye();
    this.end({ kind: 'bye', request });
  }

  /** A BYE arrived before the call stood: the server's INVITE is answered 487 (RFC 3261 §15.1.2). */
  protected beforeBye(): void {}

  #reinvite(request: SipRequest, transaction: ServerTransaction): void {
    if (this.#outgoing) {
      transaction.reply(491);
      return;
    }
    if (this.#incoming?.open === true || !this.established) {
      const seconds = String(Math.floor(Math.random() * (MAX_RETRY_AFTER_S + 1)));
      transaction.reply(500, undefined, { headers: [['Retry-After', seconds]] });
      return;
    }
    if (!this.events.hears('reinvite')) {
      transaction.reply(488);
      return;
    }
    this.#incoming = transaction;
    if (transaction instanceof InviteServerTransaction) transaction.onCancel = () => transaction.reply(487);
    const reinvite: Reinvite = {
      answer: (body, options) => {
        if (!transaction.open) return;
        this.#dialog?.refresh(request, 'INVITE');
        this.send2xx(request, transaction, body, options);
      },
      reject: (status, reason, headers) =>
        void transaction.reply(status, reason, headers === undefined ? {} : { headers }),
    };
    this.events.emit('reinvite', request, reinvite);
  }

  /** Sends a 200 to an INVITE and repeats it until its ACK (RFC 3261 §13.3.1.4). */
  protected send2xx(
    request: SipRequest,
    transaction: ServerTransaction,
    body?: Buffer | string,
    options: AnswerOptions = {},
  ): void {
    const response = respond(request, 200, undefined, {
      ...(this.#dialog === undefined ? {} : { toTag: this.#dialog.localTag }),
      headers: this.#answerHeaders(transaction.source, options.headers),
      ...(body === undefined ? {} : { body, contentType: options.contentType ?? 'application/sdp' }),
    });
    transaction.send(response);
    if (!(transaction instanceof InviteServerTransaction) || transaction.lastBytes === undefined) return;
    this.#stop2xx();
    const { timers, values } = this.host;
    transaction.onAck = (ack) => this.acknowledge(ack);
    this.#pending2xx = {
      number: request.cseq.number,
      bytes: transaction.lastBytes,
      transaction,
      interval: values.t1,
      retransmit: timers.after(values.t1, this.#repeat2xx),
      deadline: timers.after(giveUp(values), () => this.#unacknowledged()),
    };
  }

  #answerHeaders(flow: Flow, headers: HeaderList = []): HeaderList {
    const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted);
    const out: [string, string][] = [];
    if (!has('contact')) out.push(['Contact', this.host.contact(flow)]);
    if (!has('allow')) out.push(['Allow', this.host.allow]);
    if (this.host.supported !== '' && !has('supported')) out.push(['Supported', this.host.supported]);
    return [...out, ...headers];
  }

  readonly #repeat2xx = (): void => {
    const pending = this.#pending2xx;
    if (pending === undefined) return;
    pending.transaction.resend(pending.bytes);
    pending.interval = Math.min(pending.interval * 2, this.host.values.t2);
    pending.retransmit = this.host.timers.after(pending.interval, this.#repeat2xx);
  };

  #stop2xx(): void {
    this.#pending2xx?.retransmit.cancel();
    this.#pending2xx?.deadline.cancel();
    this.#pending2xx = undefined;
  }

  #unacknowledged(): void {
    this.#stop2xx();
    this.#sendBye();
    this.end({ kind: 'no-ack' });
  }

  acknowledge(ack: SipRequest): void {
    if (this.#pending2xx?.number !== ack.cseq.number) return;
    this.#stop2xx();
    this.events.emit('acknowledged', ack);
  }

  /** Whether our latest 2xx still waits for its ACK: a callee may not send BYE before (RFC 3261 §15). */
  protected get waitsForAck(): boolean {
    return this.#pending2xx !== undefined;
  }

  // Our requests.

  protected plan(): RequestPlan {
    return this.planFor(this.#dialog);
  }

  protected planFor(dialog: Dialog | undefined): RequestPlan {
    const plan: RequestPlan = {};
    const { flow } = this;
    const firstRoute = dialog?.routeSet[0];
    if (flow !== undefined) plan.transport = flow.transport;
    // A strict router stands in the Request-URI, with Route naming the hops behind it: the route set knows better.
    if (firstRoute !== undefined) plan.target = NameAddr.parse(firstRoute).uri;
    else if (this.symmetric && flow !== undefined && flow.transport.alive?.(flow.remote) !== false)
      plan.flow = flow;
    if (this.authenticate !== undefined) plan.authenticate = this.authenticate;
    return plan;
  }

  /** A request inside the dialog (INFO, UPDATE, REFER, NOTIFY …); the promise never rejects: 408 and 503 are made up. */
  send(
    method: string,
    options: { headers?: HeaderList; body?: Buffer | string; contentType?: string } = {},
  ): Promise<SipResponse> {
    const dialog = this.#dialog;
    if (dialog === undefined || this.#ended) return Promise.reject(new Error('no dialog'));
    const request = dialog.request(method, options);
    const { flow } = this;
    if (flow !== undefined && !request.has('Contact') && method !== 'BYE') {
      request.append('Contact', this.host.contact(flow));
    }
    return new Promise((resolve) => {
      const done = (response: SipResponse) => {
        if (response.status >= 200 && response.status < 300) dialog.refresh(response, method);
        resolve(response);
        this.#judge(response.status);
      };
      new Requester(this.host, request, this.plan(), done, () => ++dialog.localCSeq).start();
    });
  }

  /** 481 and 408 inside a dialog end it (RFC 3261 §12.2.1.2). */
  #judge(status: number): void {
    if (this.#ended || (status !== 481 && status !== 408)) return;
    this.#sendBye();
    this.end({ kind: 'lost', status });
  }

  /**
   * re-INVITE with a new offer. Resolves with the final response; a 2xx was acknowledged already. Resolves 491 at once
   * while another re-INVITE is under way in either direction.
   */
  reinvite(body: Buffer | string, options: AnswerOptions = {}): Promise<SipResponse> {
    const dialog = this.#dialog;
    if (dialog === undefined || !this.established) return Promise.reject(new Error('no confirmed dialog'));
    const headers: [string, string][] = [];
    if (this.flow !== undefined) headers.push(['Contact', this.host.contact(this.flow)]);
    headers.push(['Allow', this.host.allow]);
    let request = dialog.request('INVITE', {
      headers: [...headers, ...(options.headers ?? [])],
      body,
      ...(options.contentType === undefined ? {} : { contentType: options.contentType }),
    });
    if (this.#outgoing || this.#incoming?.open === true || this.waitsForAck) {
      return Promise.resolve(respond(request, 491));
    }
    this.#outgoing = true;
    let challenged = false;
    return new Promise((resolve) => {
      const finish = (response: SipResponse) => {
        this.#outgoing = false;
        resolve(response);
        this.#judge(response.status);
      };
      let ack: { bytes: Buffer; flow: Flow } | undefined;
      const user = {
        response: (response: SipResponse): void => {
          if (response.status < 200) return;
          if (response.status < 300) {
            if (ack !== undefined) {
              this.host.repeat(ack.bytes, ack.flow);
              return;
            }
            if (!this.#outgoing) return;
            dialog.refresh(response, 'INVITE');
            this.host.sendStateless(dialog.ack(request.cseq.number), this.plan(), (bytes, flow) => {
              ack = { bytes, flow };
            });
          } else if ((response.status === 401 || response.status === 407) && !challenged) {
            const header = this.authenticate?.(request, response);
            if (header !== undefined) {
              challenged = true;
              request = withCredentials(request, header, ++dialog.localCSeq);
              this.host.dispatch(request, this.plan(), user);
              return;
            }
          }
          finish(response);
        },
        failed: (kind: ClientFailure, _transaction?: ClientTransaction) =>
          finish(localResponse(request, kind)),
      };
      this.host.dispatch(request, this.plan(), user);
    });
  }

  /** BYE without waiting for its answer. */
  protected bye(headers?: HeaderList): void {
    this.#sendBye(headers);
    this.end({ kind: 'hangup' });
  }

  #sendBye(headers?: HeaderList): void {
    const dialog = this.#dialog;
    if (dialog === undefined || dialog.state === 'terminated') return;
    const request = dialog.request('BYE', headers === undefined ? {} : { headers });
    new Requester(
      this.host,
      request,
      this.plan(),
      () => {},
      () => ++dialog.localCSeq,
    ).start();
  }

  protected end(cause: EndCause): void {
    if (this.#ended) return;
    this.#ended = true;
    this.stop();
    this.events.emit('ended', cause);
    this.events.removeAll();
  }

  stop(): void {
    this.#stop2xx();
    if (this.#incoming?.open === true) this.#incoming.reply(487);
    const dialog = this.#dialog;
    if (dialog === undefined) return;
    dialog.terminate();
    this.host.release(dialog);
  }
}
