import type { Timer } from '../../platform/index.ts';
import { Dialog } from '../dialog/dialog.ts';
import { MAX_FORKS } from '../limits.ts';
import type { HeaderList } from '../message/build.ts';
import { SipParseError } from '../message/error.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type {
  ClientFailure,
  ClientTransaction,
  ClientUser,
  ServerTransaction,
} from '../transaction/transaction.ts';
import type { Flow } from '../transport/transport.ts';
import type { InvitePlan } from './api.ts';
import type { AgentHost } from './host.ts';
import { InviteUsage } from './invite-usage.ts';
import { localResponse, MAX_CHALLENGES, Requester, withCredentials } from './requester.ts';

interface SentAck {
  bytes: Buffer;
  flow: Flow;
}

/** A call that goes out. Listen to `events` right after `UserAgent.invite`; nothing is told before. */
export class ClientInvite extends InviteUsage implements ClientUser {
  readonly #plan: InvitePlan;
  #request: SipRequest;
  #transaction: ClientTransaction | undefined;
  /** Dialogs this INVITE made, by the peer's tag. */
  readonly #dialogs = new Map<string, Dialog>();
  /** ACKs to repeat when their 2xx comes again, by the peer's tag; undefined while one is under way. */
  readonly #acks = new Map<string, SentAck | undefined>();
  #patience: Timer | undefined;
  #challenges = 0;
  #provisional = false;
  #answered = false;
  #withdrawn: HeaderList | undefined;

  constructor(host: AgentHost, plan: InvitePlan) {
    super(host);
    this.#plan = plan;
    this.#request = plan.request;
    this.authenticate = plan.authenticate;
  }

  /** The INVITE as it was sent last, with credentials. */
  get request(): SipRequest {
    return this.#request;
  }

  /** Where the INVITE went; undefined until a name is resolved. */
  get flow(): Flow | undefined {
    return this.#transaction?.flow ?? this.#plan.flow;
  }

  /** No final response yet, and not given up. */
  get pending(): boolean {
    return !this.ended && !this.#answered;
  }

  start(): void {
    const { timeout } = this.#plan;
    if (timeout !== undefined) this.#patience = this.host.timers.after(timeout, () => this.#expire());
    if (this.host.dialogCount >= this.host.maxDialogs) queueMicrotask(() => this.failed('transport'));
    else this.#send();
  }

  #send(): void {
    this.#provisional = false;
    this.host.dispatch(this.#request, this.#plan, this, (transaction) => {
      this.#transaction = transaction;
    });
  }

  #expire(): void {
    if (!this.pending) return;
    this.#withdraw([]);
    this.#refused(localResponse(this.#request, 'timeout'));
  }

  /** Before the answer CANCEL, after it BYE. Ends at once; a 2xx that crosses the CANCEL is acknowledged and hung up. */
  hangup(_status?: number, headers?: HeaderList): void {
    if (this.ended) return;
    if (this.#answered) {
      if (!this.#acks.has(this.dialog?.remoteTag ?? '')) this.ack();
      this.bye(headers);
      return;
    }
    this.#withdraw(headers ?? []);
    this.end({ kind: 'cancelled' });
  }

  #withdraw(headers: HeaderList): void {
    this.#withdrawn = headers;
    // A CANCEL may not go out before any response came (RFC 3261 §9.1).
    if (this.#provisional && this.#transaction !== undefined) this.host.cancel(this.#transaction, headers);
  }

  response(response: SipResponse, transaction: ClientTransaction): void {
    this.#transaction = transaction;
    try {
      if (response.status < 200) this.#progress(response);
      else if (response.status < 300) this.#success(response);
      else this.#failure(response);
    } catch (error) {
      // A response whose Contact or routes cannot be read makes no dialog.
      if (!(error instanceof SipParseError)) throw error;
      this.host.fault(error, 'response to INVITE');
      if (response.status >= 200 && this.pending) this.#refused(localResponse(this.#request, 'transport'));
    }
  }

  #progress(response: SipResponse): void {
    const first = !this.#provisional;
    this.#provisional = true;
    if (this.#withdrawn !== undefined) {
      if (first && this.#transaction !== undefined) this.host.cancel(this.#transaction, this.#withdrawn);
      return;
    }
    if (response.status === 100 || this.ended) return;
    const tag = response.toTag;
    if (tag !== undefined && this.#dialogs.size < MAX_FORKS && !this.#dialogs.has(tag)) {
      const dialog = this.#makeDialog(response, 'early');
      if (this.dialog === undefined) this.useDialog(dialog);
      else this.host.adopt(dialog, this);
    }
    this.#plan.onProvisional?.(response);
    this.events.emit('provisional', response);
  }

  #makeDialog(response: SipResponse, state: 'early' | 'confirmed'): Dialog {
    const overTls = this.flow?.transport.protocol === 'tls';
    const dialog = Dialog.client(this.#request, response, state, overTls);
    this.#dialogs.set(dialog.remoteTag, dialog);
    return dialog;
  }

  #success(response: SipResponse): void {
    const tag = response.toTag ?? '';
    if (this.#acks.has(tag)) {
      const sent = this.#acks.get(tag);
      if (sent !== undefined) this.host.repeat(sent.bytes, sent.flow);
      return;
    }
    if (this.#answered && tag === this.dialog?.remoteTag) return;
    const dialog = this.#dialogs.get(tag) ?? this.#makeDialog(response, 'early');
    dialog.confirm(response);
    if (this.#answered || this.ended) {
      this.#dismiss(dialog);
      return;
    }
    this.#answered = true;
    this.#patience?.cancel();
    for (const other of this.#dialogs.values()) if (other !== dialog) this.#drop(other);
    this.useDialog(dialog);
    // Without an offer in the INVITE the ACK carries the answer, and whoever answers calls `ack`.
    if (this.#request.body.length > 0 || response.body.length === 0) this.#ack(dialog);
    this.events.emit('answered', response);
  }

  /** Acknowledges the 2xx to an INVITE that had no offer; `body` is our answer. */
  ack(body?: Buffer | string, contentType?: string): void {
    const { dialog } = this;
    if (this.ended || !this.#answered || dialog === undefined || this.#acks.has(dialog.remoteTag)) return;
    this.#ack(dialog, body, contentType);
  }

  #ack(dialog: Dialog, body?: Buffer | string, contentType?: string): void {
    const headers: [string, string][] = [];
    // The ACK carries the credentials of its INVITE (RFC 3261 §13.2.2.4).
    for (const name of ['Authorization', 'Proxy-Authorization']) {
      for (const value of this.#request.getAll(name)) headers.push([name, value]);
    }
    const ack = dialog.ack(this.#request.cseq.number, {
      headers,
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    });
    this.#acks.set(dialog.remoteTag, undefined);
    this.host.sendStateless(ack, this.planFor(dialog), (bytes, flow) => {
      this.#acks.set(dialog.remoteTag, { bytes, flow });
    });
  }

  /** A 2xx nobody wants: another fork answered first, or the call was given up (RFC 3261 §13.2.2.4). */
  #dismiss(dialog: Dialog): void {
    this.#ack(dialog);
    const bye = dialog.request('BYE', this.#withdrawn === undefined ? {} : { headers: this.#withdrawn });
    new Requester(
      this.host,
      bye,
      this.planFor(dialog),
      () => {},
      () => ++dialog.localCSeq,
    ).start();
    this.#drop(dialog);
  }

  #drop(dialog: Dialog): void {
    dialog.terminate();
    this.host.release(dialog);
    this.#dialogs.delete(dialog.remoteTag);
  }

  #failure(response: SipResponse): void {
    if (this.ended || this.#answered) return;
    if ((response.status === 401 || response.status === 407) && this.#challenges < MAX_CHALLENGES) {
      const header = this.authenticate?.(this.#request, response);
      if (header !== undefined) {
        this.#challenges++;
        for (const dialog of [...this.#dialogs.values()]) this.#drop(dialog);
        this.forgetDialog();
        this.#request = withCredentials(this.#request, header, this.#request.cseq.number + 1);
        this.#send();
        return;
      }
    }
    this.#refused(response);
  }

  #refused(response: SipResponse): void {
    this.events.emit('refused', response);
    this.end({ kind: 'refused', response });
  }

  failed(kind: ClientFailure): void {
    if (this.pending) this.#refused(localResponse(this.#request, kind));
  }

  override receive(request: SipRequest, transaction: ServerTransaction): void {
    const own = this.dialog?.remoteTag ?? '';
    const tag = request.fromTag ?? '';
    const fork = tag === own ? undefined : this.#dialogs.get(tag);
    if (request.method === 'BYE' && fork !== undefined) {
      transaction.reply(200);
      this.#drop(fork);
    } else super.receive(request, transaction);
  }

  override stop(): void {
    super.stop();
    this.#patience?.cancel();
    for (const dialog of [...this.#dialogs.values()]) this.#drop(dialog);
  }
}
