import { SipRequest, type SipResponse } from '../message/message.ts';
import type { Flow } from '../transport/transport.ts';
import { giveUp, timerB, timerD } from './timers.ts';
import { ClientTransaction, type ClientUser, type TransactionHost } from './transaction.ts';

/** RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2. */
export class InviteClientTransaction extends ClientTransaction {
  #interval: number;
  #ack: Buffer | undefined;

  constructor(host: TransactionHost, request: SipRequest, flow: Flow, key: string, user: ClientUser) {
    super(host, request, flow, key, user, 'calling');
    this.#interval = host.values.t1;
  }

  start(): void {
    const { timers, values } = this.host;
    this.deadline = timers.after(timerB(values), () => this.fail('timeout'));
    if (!this.flow.transport.reliable) this.retransmit = timers.after(this.#interval, this.#expireA);
    this.write(this.bytes);
  }

  readonly #expireA = (): void => {
    this.host.retransmitted();
    this.#interval *= 2;
    this.retransmit = this.host.timers.after(this.#interval, this.#expireA);
    this.write(this.bytes);
  };

  receive(response: SipResponse): void {
    switch (this.state) {
      case 'calling':
      case 'proceeding':
        this.#underWay(response);
        break;
      case 'accepted':
        // Every 2xx goes up: repeated ones ask for the ACK again, other tags are forks (RFC 6026 §7.2).
        if (response.status >= 200 && response.status < 300) this.user.response(response, this);
        break;
      case 'completed':
        this.host.absorbed();
        if (response.status >= 300 && this.#ack !== undefined) {
          this.host.retransmitted();
          this.write(this.#ack);
        }
        break;
    }
  }

  #underWay(response: SipResponse): void {
    this.retransmit?.cancel();
    if (response.status < 200) {
      if (this.state === 'calling') {
        this.enter('proceeding');
        // Once anything came back there is no deadline but the caller's patience.
        this.deadline?.cancel();
      }
      this.user.response(response, this);
      return;
    }
    this.deadline?.cancel();
    const { timers, values } = this.host;
    if (response.status < 300) {
      this.enter('accepted');
      this.deadline = timers.after(giveUp(values), () => this.stop());
    } else {
      this.enter('completed');
      this.#ack = this.#makeAck(response).toBuffer();
      this.write(this.#ack);
      // Timer D; zero over a stream.
      if (this.flow.transport.reliable) this.stop();
      else this.deadline = timers.after(timerD(values), () => this.stop());
    }
    this.user.response(response, this);
  }

  /** Gives up waiting for the answer to a CANCEL (RFC 3261 §9.1). */
  expireAfterCancel(): void {
    if (this.state !== 'calling' && this.state !== 'proceeding') return;
    this.deadline?.cancel();
    this.deadline = this.host.timers.after(giveUp(this.host.values), () => this.fail('timeout'));
  }

  /** RFC 3261 §17.1.1.3: same branch, To of the response, the INVITE's Route. */
  #makeAck(response: SipResponse): SipRequest {
    const ack = new SipRequest('ACK', this.request.uri);
    copy(this.request, ack, 'Via', true);
    ack.append('Max-Forwards', '70');
    copy(this.request, ack, 'Route', false);
    copy(this.request, ack, 'From', true);
    ack.append('To', response.get('To') ?? this.request.get('To') ?? '');
    copy(this.request, ack, 'Call-ID', true);
    ack.append('CSeq', `${this.request.cseq.number} ACK`);
    return ack;
  }

  /** RFC 3261 §9.1: same branch, Route, From, To, Call-ID and number. */
  makeCancel(): SipRequest {
    const cancel = new SipRequest('CANCEL', this.request.uri);
    copy(this.request, cancel, 'Via', true);
    cancel.append('Max-Forwards', '70');
    copy(this.request, cancel, 'Route', false);
    for (const name of ['From', 'To', 'Call-ID']) copy(this.request, cancel, name, true);
    cancel.append('CSeq', `${this.request.cseq.number} CANCEL`);
    return cancel;
  }
}

function copy(from: SipRequest, to: SipRequest, name: string, onlyFirst: boolean): void {
  for (const value of from.getAll(name)) {
    to.append(name, value);
    if (onlyFirst) return;
  }
}
