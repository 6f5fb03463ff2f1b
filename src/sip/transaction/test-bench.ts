import { FakeClock } from '../../platform/index.ts';
import { newRequest, respond } from '../message/build.ts';
import { SipRequest, type SipResponse } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { MemoryNetwork, MemoryTransport } from '../transport/memory.ts';
import type { Flow, Protocol } from '../transport/transport.ts';
import { mergeKey, serverKey, TransactionLayer } from './layer.ts';
import { replyPath } from './reply-path.ts';
import { TimerQueue } from './timer-queue.ts';
import { defaultTimers } from './timers.ts';
import type { ClientTransaction, ClientUser, ServerTransaction } from './transaction.ts';

const PEER = { address: '192.0.2.9', port: 5060 };

/** A transaction layer on a clock that moves only when told; what it sends is kept, nothing answers by itself. */
export class LayerBench implements ClientUser {
  readonly clock = new FakeClock();
  readonly flow: Flow;
  readonly layer: TransactionLayer;
  readonly timers: TimerQueue;
  readonly counts = { retransmissionsAbsorbed: 0, retransmissionsSent: 0, forgotten: 0 };
  /** What the user of client transactions was told: statuses and failures. */
  readonly told: (number | string)[] = [];
  /** Start lines sent, with the milliseconds since the bench began. */
  readonly sent: { at: number; line: string; bytes: Buffer }[] = [];
  readonly #start: number;
  readonly #transport: MemoryTransport;
  /** Set to make the network refuse what is sent. */
  refuse = false;

  constructor(protocol: Protocol = 'udp', limits: { maxServer?: number; maxClient?: number } = {}) {
    this.#start = this.clock.monotonic();
    this.#transport = new MemoryTransport(new MemoryNetwork(), '192.0.2.1', 5060, protocol);
    this.flow = { transport: this.#transport, remote: PEER };
    this.timers = new TimerQueue(this.clock);
    this.layer = new TransactionLayer({
      timers: this.timers,
      values: defaultTimers,
      maxServer: limits.maxServer ?? 100,
      maxClient: limits.maxClient ?? 100,
      transmit: (bytes, _flow, failed) => {
        const line = bytes.toString('latin1', 0, bytes.indexOf('\r\n'));
        this.sent.push({ at: this.clock.monotonic() - this.#start, line, bytes });
        if (this.refuse) queueMicrotask(() => failed?.(new Error('refused')));
      },
      dress: () => {},
      count: (what) => {
        this.counts[what]++;
      },
    });
  }

  response(response: SipResponse): void {
    this.told.push(response.status);
  }

  failed(kind: string): void {
    this.told.push(kind);
  }

  /** Milliseconds at which something was sent. */
  get times(): number[] {
    return this.sent.map((each) => each.at);
  }

  /** Methods and statuses sent. */
  get lines(): string[] {
    return this.sent.map(({ line }) =>
      line.startsWith('SIP/2.0') ? line.slice(8, 11) : line.slice(0, line.indexOf(' ')),
    );
  }

  request(method: string, branch = 'z9hG4bK-1'): SipRequest {
    const request = newRequest({
      method,
      uri: 'sip:bob@192.0.2.9',
      from: '<sip:alice@192.0.2.1>;tag=a',
      callId: 'c',
      contact: '<sip:alice@192.0.2.1>',
    });
    request.prepend('Via', `SIP/2.0/UDP 192.0.2.9;branch=${branch}`);
    // As it would come from the wire.
    const parsed = parseMessage(request.toBuffer());
    if (!(parsed instanceof SipRequest)) throw new Error('no request');
    return parsed;
  }

  client(method: string): { transaction: ClientTransaction; answer: (status: number, tag?: string) => void } {
    const request = this.request(method);
    const transaction = this.layer.createClient(request, this.flow, this);
    if (transaction === undefined) throw new Error('table full');
    const answer = (status: number, tag = 't') => {
      const response = respond(request, status, undefined, { toTag: tag });
      const found = this.layer.findClient(response);
      if (found === undefined) this.told.push(`stray ${status}`);
      else found.receive(response);
    };
    return { transaction, answer };
  }

  server(method: string, branch?: string): ServerTransaction | undefined {
    const request = this.request(method, branch);
    const path = replyPath(request, this.flow);
    return this.layer.createServer(request, this.flow, path, serverKey(request, method), mergeKey(request));
  }

  /** Every millisecond step fires what is due, so that times are exact. */
  advance(ms: number): void {
    this.clock.advance(ms);
  }

  close(): void {
    this.layer.close();
    this.timers.close();
  }
}
