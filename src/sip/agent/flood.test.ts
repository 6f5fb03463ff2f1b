import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../platform/index.ts';
import type { SipRequest } from '../message/message.ts';
import type { ServerTransaction } from '../transaction/transaction.ts';
import { MemoryNetwork, MemoryTransport } from '../transport/memory.ts';
import type { ServerInvite } from './server-invite.ts';
import { UserAgent } from './user-agent.ts';

const SERVER = { address: '192.0.2.1', port: 5060 };
const ATTACKER = { address: '198.51.100.66', port: 5062 };
const MAX_SERVERS = 200;
const MAX_DIALOGS = 50;

interface Behaviour {
  onRequest?: (request: SipRequest, transaction: ServerTransaction) => void;
  onInvite?: (invite: ServerInvite) => void;
}

const agents: UserAgent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close();
});

/** An agent under attack from one address; time and network are in the test's hands. */
function underAttack({ onRequest = () => {}, onInvite = () => {} }: Behaviour) {
  const clock = new FakeClock();
  const network = new MemoryNetwork();
  const transport = new MemoryTransport(network, SERVER.address, SERVER.port);
  const attacker = new MemoryTransport(network, ATTACKER.address, ATTACKER.port);
  const answers: string[] = [];
  attacker.attach({ received: (bytes) => answers.push(bytes.toString('latin1')), fault: () => {} });
  network.logging = false;
  const agent = new UserAgent({
    clock,
    onRequest,
    onInvite,
    maxServerTransactions: MAX_SERVERS,
    maxDialogs: MAX_DIALOGS,
  });
  agents.push(agent);
  agent.addTransport(transport);
  let serial = 0;
  const request = (method: string, number = ++serial): Buffer =>
    Buffer.from(
      `${method} sip:1@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP ${ATTACKER.address}:${ATTACKER.port};branch=z9hG4bK${number}\r\n` +
        `From: <sip:m@198.51.100.66>;tag=f${number}\r\nTo: <sip:1@192.0.2.1>\r\nCall-ID: ${number}\r\nCSeq: 1 ${method}\r\n` +
        'Contact: <sip:m@198.51.100.66>\r\nContent-Length: 0\r\n\r\n',
    );
  const send = (bytes: Buffer): void => {
    transport.deliver(bytes, ATTACKER);
    network.flush();
  };
  const statuses = () => answers.map((each) => each.slice(8, 11));
  const pass = (ms: number): void => {
    clock.advance(ms);
    network.flush();
  };
  return { agent, clock, answers, statuses, request, send, pass };
}

const CHALLENGE = [['WWW-Authenticate', 'Digest realm="r",nonce="n",qop="auth"']] as const;

describe('a flood of requests that are challenged', () => {
  it('keeps nothing: no transaction, no timer, no repeated answer', () => {
    const { agent, clock, statuses, request, send, pass } = underAttack({
      onRequest: (_request, transaction) => transaction.dismiss(401, CHALLENGE),
      onInvite: (invite) => invite.dismiss(401, CHALLENGE),
    });
    for (let round = 0; round < 1_000; round++) {
      send(request('REGISTER'));
      send(request('INVITE'));
    }
    expect(agent.transactions.servers).toBe(0);
    expect(agent.timers.pending).toBe(0);
    expect(clock.pending).toBe(0);
    expect(statuses()).toEqual(Array(2_000).fill('401'));
    pass(64_000);
    expect(statuses()).toHaveLength(2_000);
    expect(agent.counters).toMatchObject({ requests: 2_000, overload: 0, retransmissionsSent: 0 });
  });

  it('answers a copy with the same tag, and takes the ACK of a refused INVITE without a word', () => {
    const { agent, answers, request, send } = underAttack({
      onInvite: (invite) => invite.dismiss(401, CHALLENGE),
    });
    send(request('INVITE', 7));
    send(request('INVITE', 7));
    send(request('INVITE', 8));
    send(request('ACK', 7));
    const tags = answers.map((each) => /\r\nTo: [^\r]*;tag=([0-9a-f]{16})\r\n/.exec(each)?.[1]);
    expect(tags).toHaveLength(3);
    expect(tags[0]).toBeDefined();
    expect(tags[1]).toBe(tags[0]);
    expect(tags[2]).not.toBe(tags[0]);
    expect(agent.counters.malformed).toBe(0);
  });
});

describe('a flood of requests that are answered', () => {
  it('fills the table to its bound; the oldest finished ones are forgotten and counted, nobody is turned away', () => {
    const { agent, statuses, request, send, pass } = underAttack({
      onRequest: (_request, transaction) => transaction.reply(200),
    });
    for (let number = 0; number < 3 * MAX_SERVERS; number++) send(request('OPTIONS'));
    expect(agent.transactions.servers).toBe(MAX_SERVERS);
    expect(agent.counters).toMatchObject({ forgotten: 2 * MAX_SERVERS, overload: 0 });
    expect(new Set(statuses())).toEqual(new Set(['200']));
    pass(40_000);
    expect(agent.transactions.servers).toBe(0);
    expect(agent.timers.pending).toBe(0);
  });

  it('refused INVITEs without ACK make room as well', () => {
    const { agent, statuses, request, send, pass } = underAttack({
      onInvite: (invite) => invite.reject(404),
    });
    for (let number = 0; number < 3 * MAX_SERVERS; number++) send(request('INVITE'));
    expect(agent.transactions.servers).toBe(MAX_SERVERS);
    expect(agent.counters).toMatchObject({ forgotten: 2 * MAX_SERVERS, overload: 0 });
    expect(new Set(statuses())).toEqual(new Set(['404']));
    pass(40_000);
    expect(agent.transactions.servers).toBe(0);
    expect(agent.timers.pending).toBe(0);
  });
});

describe('a flood of calls', () => {
  it('that nobody answers is turned away with 503 when the table is full', () => {
    const { agent, statuses, request, send } = underAttack({ onInvite: (invite) => invite.trying() });
    for (let number = 0; number < 2 * MAX_SERVERS; number++) send(request('INVITE'));
    expect(agent.transactions.servers).toBe(MAX_SERVERS);
    expect(agent.counters.overload).toBe(MAX_SERVERS);
    expect(statuses().filter((each) => each === '503')).toHaveLength(MAX_SERVERS);
  });

  it('that are answered and never acknowledged is turned away at the bound of dialogs, and ends', () => {
    const { agent, statuses, request, send, pass } = underAttack({ onInvite: (invite) => invite.answer() });
    for (let number = 0; number < 2 * MAX_DIALOGS; number++) send(request('INVITE'));
    expect(agent.dialogCount).toBe(MAX_DIALOGS);
    expect(agent.counters.overload).toBe(MAX_DIALOGS);
    expect(statuses().filter((each) => each === '200')).toHaveLength(MAX_DIALOGS);
    // 32 seconds without an ACK, then our BYE gets no answer for as long.
    pass(32_000);
    pass(40_000);
    expect(agent.dialogCount).toBe(0);
    expect(agent.transactions).toEqual({ servers: 0, clients: 0 });
    expect(agent.timers.pending).toBe(0);
  });
});

describe('a flood of garbage', () => {
  it('is counted and leaves nothing behind', () => {
    const { agent, statuses, request, send } = underAttack({});
    const whole = request('OPTIONS');
    let bytes = 0;
    for (let number = 0; number < 3_000; number++) {
      const garbage = Buffer.from(
        Array.from({ length: 5 + (number % 300) }, (_, at) => (number * 31 + at * 7) & 0xff),
      );
      for (const each of [garbage, whole.subarray(0, 20 + (number % 200)), Buffer.from('\r\n\r\n')]) {
        bytes += each.length;
        send(each);
      }
    }
    expect(bytes).toBeGreaterThan(500_000);
    expect(agent.counters.received).toBe(9_000);
    expect(agent.counters.malformed).toBe(6_000);
    expect(agent.transactions.servers).toBe(0);
    expect(agent.timers.pending).toBe(0);
    // What could be read of a request is answered; the rest gets nothing.
    expect(new Set(statuses())).toEqual(new Set(['400']));
  });
});
