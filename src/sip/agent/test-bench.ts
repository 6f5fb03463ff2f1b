import { memoryLogger } from '../../log/index.ts';
import { FakeClock } from '../../platform/index.ts';
import { SipRequest, SipResponse } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import type { ServerTransaction } from '../transaction/transaction.ts';
import { MemoryNetwork, MemoryTransport } from '../transport/memory.ts';
import type { Flow, Protocol } from '../transport/transport.ts';
import type { EndCause, UserAgentOptions } from './api.ts';
import type { InviteUsage } from './invite-usage.ts';
import type { ServerInvite } from './server-invite.ts';
import { UserAgent } from './user-agent.ts';

export const OFFER = 'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\n';
export const ANSWER = 'v=0\r\no=- 2 2 IN IP4 192.0.2.1\r\ns=-\r\n';

/** A user agent at 192.0.2.1:5060 that is called and asked; what it got is kept. */
export class AgentBench {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly log = memoryLogger();
  readonly transport: MemoryTransport;
  readonly agent: UserAgent;
  readonly invites: ServerInvite[] = [];
  readonly requests: { request: SipRequest; transaction: ServerTransaction }[] = [];

  constructor(options: Partial<UserAgentOptions> = {}, protocol: Protocol = 'udp') {
    this.transport = new MemoryTransport(this.network, '192.0.2.1', 5060, protocol);
    this.agent = new UserAgent({
      clock: this.clock,
      logger: this.log,
      onRequest: (request, transaction) => this.requests.push({ request, transaction }),
      onInvite: (invite) => this.invites.push(invite),
      ...options,
    });
    this.agent.addTransport(this.transport);
  }

  /** The call that came in last. */
  get invite(): ServerInvite {
    const last = this.invites.at(-1);
    if (last === undefined) throw new Error('no INVITE came in');
    return last;
  }

  /** Lets time pass; packets arrive at once after each step. */
  advance(ms: number, step = 50): void {
    this.network.flush();
    for (let left = ms; left > 0; left -= step) {
      this.clock.advance(Math.min(step, left));
      this.network.flush();
    }
  }

  phone(port = 5070, protocol: Protocol = 'udp'): WirePhone {
    return new WirePhone(this.network, port, protocol);
  }

  async close(): Promise<void> {
    await this.agent.close();
  }
}

/** The other side as bare messages: sends what it is told to and keeps what it gets. */
export class WirePhone {
  readonly network: MemoryNetwork;
  readonly transport: MemoryTransport;
  readonly got: (SipRequest | SipResponse)[] = [];
  /** Called with each message when set, so that a phone can answer by itself. */
  on: ((message: SipRequest | SipResponse, flow: Flow) => void) | undefined;

  constructor(network: MemoryNetwork, port: number, protocol: Protocol) {
    this.network = network;
    this.transport = new MemoryTransport(network, '192.0.2.9', port, protocol);
    this.transport.attach({
      received: (bytes, remote, transport) => {
        const message = parseMessage(bytes);
        if (!(message instanceof SipRequest || message instanceof SipResponse)) return;
        this.got.push(message);
        this.on?.(message, { transport, remote });
      },
      fault: () => {},
    });
  }

  get requests(): SipRequest[] {
    return this.got.filter((each) => each instanceof SipRequest);
  }

  get responses(): SipResponse[] {
    return this.got.filter((each) => each instanceof SipResponse);
  }

  /** Statuses in the order they came. */
  get statuses(): number[] {
    return this.responses.map((each) => each.status);
  }

  get methods(): string[] {
    return this.requests.map((each) => each.method);
  }

  lastResponse(): SipResponse {
    const last = this.responses.at(-1);
    if (last === undefined) throw new Error('no response came');
    return last;
  }

  lastRequest(method?: string): SipRequest {
    const last = this.requests.filter((each) => method === undefined || each.method === method).at(-1);
    if (last === undefined) throw new Error('no request came');
    return last;
  }

  send(text: string | Buffer): void {
    this.transport.send(Buffer.from(text), { address: '192.0.2.1', port: 5060 });
    this.network.flush();
  }

  /** Sends a request; `to` may carry a tag, `branch` is made from method and number unless given. */
  request(method: string, options: WireRequest = {}): void {
    const {
      number = 1,
      tag = 'caller',
      to = '',
      callId = 'call-1',
      uri = 'sip:100@192.0.2.1',
      headers = [],
    } = options;
    const { port, protocol } = {
      port: this.transport.localPort,
      protocol: this.transport.protocol.toUpperCase(),
    };
    const branch = options.branch ?? `z9hG4bK-${callId}-${method === 'CANCEL' ? 'INVITE' : method}-${number}`;
    const body = options.body ?? '';
    this.send(
      [
        `${method} ${uri} SIP/2.0`,
        `Via: SIP/2.0/${protocol} 192.0.2.9:${port};branch=${branch}`,
        'Max-Forwards: 70',
        `From: "Alice" <sip:alice@192.0.2.9>;tag=${tag}`,
        `To: <sip:100@192.0.2.1>${to === '' ? '' : `;tag=${to}`}`,
        `Call-ID: ${callId}`,
        `CSeq: ${number} ${method}`,
        `Contact: <sip:alice@192.0.2.9:${port}>`,
        ...headers,
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  }

  /** Answers a request it got. */
  reply(
    request: SipRequest,
    status: number,
    options: { tag?: string; headers?: string[]; body?: string } = {},
  ): void {
    const { tag = 'callee', headers = [], body = '' } = options;
    const to = request.get('To') ?? '';
    this.send(
      [
        `SIP/2.0 ${status} Whatever`,
        ...request.getAll('Via').map((via) => `Via: ${via}`),
        `From: ${request.get('From')}`,
        `To: ${to}${status === 100 || to.includes(';tag=') ? '' : `;tag=${tag}`}`,
        `Call-ID: ${request.callId}`,
        `CSeq: ${request.get('CSeq')}`,
        `Contact: <sip:bob@192.0.2.9:${this.transport.localPort}>`,
        ...headers,
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  }
}

export interface WireRequest {
  number?: number;
  tag?: string;
  to?: string;
  callId?: string;
  uri?: string;
  branch?: string;
  headers?: string[];
  body?: string;
}

/** How a call ended, or undefined while it lasts. */
export function ending(usage: InviteUsage): { readonly cause: EndCause | undefined } {
  const out: { cause: EndCause | undefined } = { cause: undefined };
  usage.events.on('ended', (cause) => {
    out.cause = cause;
  });
  return out;
}
