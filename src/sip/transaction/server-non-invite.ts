import type { Timer } from '../../platform/index.ts';
import type { SipResponse } from '../message/message.ts';
import { giveUp } from './timers.ts';
import { type ServerState, ServerTransaction } from './transaction.ts';

/** RFC 3261 §17.2.2. */
export class NonInviteServerTransaction extends ServerTransaction {
  #state: ServerState = 'trying';
  #last: Buffer | undefined;
  #timerJ: Timer | undefined;

  get state(): ServerState {
    return this.#state;
  }

  get open(): boolean {
    return this.#state === 'trying' || this.#state === 'proceeding';
  }

  retransmission(): void {
    this.host.absorbed();
    if (this.#last === undefined) return;
    this.host.retransmitted();
    this.write(this.#last);
  }

  send(response: SipResponse): void {
    if (!this.open) return;
    this.host.dress(response);
    const bytes = response.toBuffer();
    this.#last = bytes;
    if (response.status < 200) this.#state = 'proceeding';
    else this.#complete();
    this.write(bytes);
  }

  #complete(): void {
    this.#state = 'completed';
    this.release();
    this.host.finished(this);
    // Timer J is zero over a stream.
    if (this.source.transport.reliable) this.stop();
    else this.#timerJ = this.host.timers.after(giveUp(this.host.values), this.#expireJ);
  }

  readonly #expireJ = (): void => this.stop();

  stop(): void {
    this.#timerJ?.cancel();
    this.#state = 'terminated';
    this.host.dropServer(this);
  }
}
