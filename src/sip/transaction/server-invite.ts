import type { Timer } from '../../platform/index.ts';
import { respond } from '../message/build.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Flow, Remote } from '../transport/transport.ts';
import { giveUp, TRYING_AFTER_MS } from './timers.ts';
import { type ServerState, ServerTransaction, type TransactionHost } from './transaction.ts';

/** RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1. */
export class InviteServerTransaction extends ServerTransaction {
  #state: ServerState = 'proceeding';
  #last: Buffer | undefined;
  #interval = 0;
  #retransmit: Timer | undefined;
  #deadline: Timer | undefined;
  /** Tag on To of our responses, so that the 200 to a CANCEL carries the same (RFC 3261 §9.2). */
  localTag: string | undefined;
  /** CANCEL arrived for it; told once. */
  onCancel: ((cancel: SipRequest) => void) | undefined;
  /** ACK with the branch of the INVITE after a 2xx (old clients); others reach the dialog. */
  onAck: ((ack: SipRequest) => void) | undefined;
  /** The refusal was never acknowledged (timer H). */
  onUnacknowledged: (() => void) | undefined;

  constructor(
    host: TransactionHost,
    request: SipRequest,
    source: Flow,
    replyTo: Remote,
    fallback: Remote | undefined,
    key: string,
    mergeKey: string,
  ) {
    super(host, request, source, replyTo, fallback, key, mergeKey);
    this.#retransmit = host.timers.after(TRYING_AFTER_MS, () => {
      if (this.#last === undefined && this.#state === 'proceeding') this.send(respond(request, 100));
    });
  }

  get state(): ServerState {
    return this.#state;
  }

  get open(): boolean {
    return this.#state === 'proceeding';
  }

  retransmission(): void {
    this.host.absorbed();
    if (this.#last === undefined) return;
    // In Accepted the dialog repeats the 2xx by its own timer (RFC 6026 §7.1).
    if (this.#state !== 'proceeding' && this.#state !== 'completed') return;
    this.host.retransmitted();
    this.write(this.#last);
  }

  send(response: SipResponse): void {
    if (this.#state === 'accepted' && response.status >= 200 && response.status < 300) {
      this.write(response.toBuffer());
      return;
    }
    if (this.#state !== 'proceeding') return;
    this.host.dress(response);
    const bytes = response.toBuffer();
    this.#last = bytes;
    if (response.status >= 300) this.#complete();
    else if (response.status >= 200) this.#accept();
    this.write(bytes);
  }

  /** A 2xx again, byte for byte. */
  resend(bytes: Buffer): void {
    if (this.#state !== 'accepted') return;
    this.host.retransmitted();
    this.write(bytes);
  }

  /** Bytes of the latest response. */
  get lastBytes(): Buffer | undefined {
    return this.#last;
  }

  #accept(): void {
    this.#state = 'accepted';
    this.release();
    this.#retransmit?.cancel();
    this.#deadline = this.host.timers.after(giveUp(this.host.values), () => this.stop());
  }

  #complete(): void {
    this.#state = 'completed';
    this.release();
    this.#retransmit?.cancel();
    this.host.finished(this);
    const { timers, values } = this.host;
    if (!this.source.transport.reliable) {
      this.#interval = values.t1;
      this.#retransmit = timers.after(this.#interval, this.#expireG);
    }
    this.#deadline = timers.after(giveUp(values), () => {
      this.stop();
      this.onUnacknowledged?.();
    });
  }

  readonly #expireG = (): void => {
    if (this.#state !== 'completed' || this.#last === undefined) return;
    this.host.retransmitted();
    this.write(this.#last);
    this.#interval = Math.min(this.#interval * 2, this.host.values.t2);
    this.#retransmit = this.host.timers.after(this.#interval, this.#expireG);
  };

  /** An ACK that matches this transaction. */
  acknowledge(ack: SipRequest): void {
    if (this.#state === 'accepted') {
      this.onAck?.(ack);
      return;
    }
    if (this.#state !== 'completed') return;
    this.#state = 'confirmed';
    this.#retransmit?.cancel();
    this.#deadline?.cancel();
    // Timer I soaks up further ACKs; zero over a stream.
    if (this.source.transport.reliable) this.stop();
    else this.#deadline = this.host.timers.after(this.host.values.t4, () => this.stop());
  }

  /** The CANCEL for it; the layer answered the CANCEL itself already. */
  cancel(cancel: SipRequest): void {
    if (this.#state === 'proceeding') this.onCancel?.(cancel);
  }

  stop(): void {
    this.#retransmit?.cancel();
    this.#deadline?.cancel();
    this.#state = 'terminated';
    this.host.dropServer(this);
  }
}
