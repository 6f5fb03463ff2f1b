import { Dialog } from '../dialog/dialog.ts';
import type { HeaderList, ResponseOptions } from '../message/build.ts';
import type { SipRequest } from '../message/message.ts';
import { newTag } from '../message/random.ts';
import type { InviteServerTransaction } from '../transaction/server-invite.ts';
import type { Flow } from '../transport/transport.ts';
import type { AnswerOptions, Authenticate } from './api.ts';
import type { AgentHost } from './host.ts';
import { InviteUsage } from './invite-usage.ts';

/** A call that came in. Progress, then `answer` or `reject`; `hangup` always does the right thing. */
export class ServerInvite extends InviteUsage {
  readonly request: SipRequest;
  readonly transaction: InviteServerTransaction;
  /** The tag we put on To of every response above 100. */
  readonly localTag = newTag();
  /** Headers of a BYE that waits for the ACK. */
  #byeHeaders: HeaderList | undefined;

  constructor(host: AgentHost, request: SipRequest, transaction: InviteServerTransaction) {
    super(host);
    this.request = request;
    this.transaction = transaction;
    transaction.localTag = this.localTag;
    transaction.onCancel = (cancel) => {
      this.#final(487);
      this.events.emit('cancelled', cancel);
      this.end({ kind: 'cancelled', request: cancel });
    };
  }

  /** Where the INVITE came from. */
  get flow(): Flow {
    return this.transaction.source;
  }

  /** Credentials for requests we send inside of this dialog. */
  useCredentials(authenticate: Authenticate): void {
    this.authenticate = authenticate;
  }

  /** No final response went out yet. */
  get pending(): boolean {
    return this.transaction.open && !this.ended;
  }

  /** 100 Trying. */
  trying(): void {
    if (this.pending) this.transaction.reply(100);
  }

  /** A provisional response (101–199); makes the early dialog. Throws SipParseError when the INVITE has no usable Contact. */
  progress(status = 180, reason?: string, body?: Buffer | string, options: AnswerOptions = {}): void {
    if (!this.pending) return;
    this.#ensureDialog();
    // With Allow the caller knows that it may send UPDATE before the answer (RFC 3311 §5.1).
    const headers: [string, string][] = [
      ['Contact', this.host.contact(this.flow)],
      ['Allow', this.host.allow],
    ];
    for (const [name, value] of options.headers ?? []) headers.push([name, value]);
    const response: ResponseOptions = { toTag: this.localTag, headers };
    if (body !== undefined) {
      response.body = body;
      response.contentType = options.contentType ?? 'application/sdp';
    }
    this.transaction.reply(status, reason, response);
  }

  /** 200 OK, repeated until its ACK. */
  answer(body?: Buffer | string, options: AnswerOptions = {}): void {
    if (!this.pending) return;
    this.#ensureDialog().confirm();
    this.send2xx(this.request, this.transaction, body, options);
  }

  #ensureDialog(): Dialog {
    if (this.dialog !== undefined) return this.dialog;
    const dialog = Dialog.server(
      this.request,
      this.localTag,
      'early',
      this.flow.transport.protocol === 'tls',
    );
    this.useDialog(dialog);
    return dialog;
  }

  /** A final refusal, 300–699. */
  reject(status: number, reason?: string, headers?: HeaderList): void {
    if (!this.pending) return;
    this.#final(status, reason, headers);
    this.end({ kind: 'rejected', status });
  }

  /** A final refusal that leaves nothing behind, not even a wait for its ACK. */
  dismiss(status: number, headers?: HeaderList): void {
    if (!this.pending) return;
    this.transaction.dismiss(status, headers);
    this.end({ kind: 'rejected', status });
  }

  #final(status: number, reason?: string, headers?: HeaderList): void {
    this.transaction.reply(status, reason, {
      toTag: this.localTag,
      ...(headers === undefined ? {} : { headers }),
    });
  }

  /** Before the answer a refusal (603 unless told), after it BYE, held back until the ACK arrived (RFC 3261 §15); both with `headers`. */
  hangup(status = 603, headers: HeaderList = []): void {
    if (this.ended || this.#byeHeaders !== undefined) return;
    if (this.pending) this.reject(status, undefined, headers);
    else if (this.waitsForAck) this.#byeHeaders = headers;
    else this.bye(headers);
  }

  override acknowledge(ack: SipRequest): void {
    const waited = this.waitsForAck;
    super.acknowledge(ack);
    if (this.#byeHeaders !== undefined && waited && !this.waitsForAck && !this.ended)
      this.bye(this.#byeHeaders);
  }

  protected override beforeBye(): void {
    if (this.transaction.open) this.#final(487);
  }

  override stop(): void {
    super.stop();
    this.transaction.onCancel = undefined;
    this.transaction.onAck = undefined;
  }
}
