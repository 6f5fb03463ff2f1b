import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Flow } from '../transport/transport.ts';
import { giveUp } from './timers.ts';
import { ClientTransaction, type ClientUser, type TransactionHost } from './transaction.ts';

/** RFC 3261 §17.1.2. */
export class NonInviteClientTransaction extends ClientTransaction {
  #interval: number;

  constructor(host: TransactionHost, request: SipRequest, flow: Flow, key: string, user: ClientUser) {
    super(host, request, flow, key, user, 'trying');
    this.#interval = host.values.t1;
  }

  start(): void {
    const { timers, values } = this.host;
    this.deadline = timers.after(giveUp(values), () => this.fail('timeout'));
    if (!this.flow.transport.reliable) this.retransmit = timers.after(this.#interval, this.#expireE);
    this.write(this.bytes);
  }

  readonly #expireE = (): void => {
    const { timers, values } = this.host;
    this.host.retransmitted();
    this.#interval = this.state === 'proceeding' ? values.t2 : Math.min(this.#interval * 2, values.t2);
    this.retransmit = timers.after(this.#interval, this.#expireE);
    this.write(this.bytes);
  };

  receive(response: SipResponse): void {
    if (this.state === 'trying' || this.state === 'proceeding') this.#underWay(response);
    else this.host.absorbed();
  }

  #underWay(response: SipResponse): void {
    if (response.status < 200) {
      this.enter('proceeding');
      this.user.response(response, this);
      return;
    }
    this.retransmit?.cancel();
    this.deadline?.cancel();
    this.enter('completed');
    // Timer K soaks up repeated responses; zero over a stream.
    if (this.flow.transport.reliable) this.stop();
    else this.deadline = this.host.timers.after(this.host.values.t4, () => this.stop());
    this.user.response(response, this);
  }
}
