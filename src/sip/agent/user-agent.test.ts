import { afterEach, describe, expect, it } from 'vitest';
import { published } from '../../../tests/support/diagnostics.ts';
import { newRequest } from '../message/build.ts';
import { MemoryTransport } from '../transport/memory.ts';
import type { UserAgentOptions } from './api.ts';
import { AgentBench, ANSWER, ending, OFFER, type WirePhone } from './test-bench.ts';

let bench: AgentBench;
afterEach(async () => {
  await bench.close();
  expect(bench.clock.pending).toBe(0);
});

function open(options: Partial<UserAgentOptions> = {}): WirePhone {
  bench = new AgentBench(options);
  return bench.phone();
}

const options = (port = 5070) =>
  newRequest({ method: 'OPTIONS', uri: `sip:bob@192.0.2.9:${port}`, from: '<sip:100@192.0.2.1>' });

describe('a request that comes in', () => {
  it('is handed over with its source and answered to it', () => {
    const phone = open({ product: 'Test 1' });
    phone.request('OPTIONS');
    const { request, transaction } = bench.requests[0] ?? expect.fail('nothing came');
    expect(request.method).toBe('OPTIONS');
    expect(transaction.source.remote).toEqual({ address: '192.0.2.9', port: 5070 });
    expect(transaction.source.transport.protocol).toBe('udp');
    expect(transaction.source.transport.localPort).toBe(5060);
    transaction.reply(200);
    transaction.reply(500);
    bench.network.flush();
    expect(phone.statuses).toEqual([200]);
    expect(phone.lastResponse().get('Server')).toBe('Test 1');
  });

  it('is answered to the port in Via without rport, to the source port with it', () => {
    open();
    const nat = bench.phone(40_000);
    const inside = bench.phone(5061);
    const send = (branch: string, rport: string) =>
      nat.send(
        `OPTIONS sip:a@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2:5061;branch=${branch}${rport}\r\nFrom: <sip:a@b>;tag=${branch}\r\nTo: <sip:a@b>\r\nCall-ID: ${branch}\r\nCSeq: 1 OPTIONS\r\n\r\n`,
      );
    send('z9hG4bK-1', '');
    send('z9hG4bK-2', ';rport');
    send('z9hG4bK-3', '');
    bench.requests[2]?.transaction.forceRport();
    for (const { transaction } of bench.requests) transaction.reply(200);
    bench.network.flush();
    expect(inside.statuses).toEqual([200]);
    expect(inside.lastResponse().get('Via')).toBe(
      'SIP/2.0/UDP 10.0.0.2:5061;branch=z9hG4bK-1;received=192.0.2.9',
    );
    expect(nat.statuses).toEqual([200, 200]);
    for (const response of nat.responses) {
      expect(response.via.params.get('rport')).toBe('40000');
      expect(response.via.params.get('received')).toBe('192.0.2.9');
    }
  });

  it('and comes again gets the same answer without being seen twice', () => {
    const phone = open();
    phone.request('OPTIONS');
    bench.requests[0]?.transaction.reply(200);
    phone.request('OPTIONS');
    expect(bench.requests).toHaveLength(1);
    expect(phone.statuses).toEqual([200, 200]);
    expect(phone.responses[0]?.toTag).toBe(phone.responses[1]?.toTag);
    expect(bench.agent.counters.retransmissionsAbsorbed).toBe(1);
  });

  it('by two ways is answered once and refused once with 482', () => {
    const phone = open();
    phone.request('INVITE', { body: OFFER });
    phone.request('INVITE', { body: OFFER, branch: 'z9hG4bK-other-way' });
    expect(bench.invites).toHaveLength(1);
    expect(phone.statuses).toEqual([482]);
    bench.invite.answer(ANSWER);
    bench.network.flush();
    expect(phone.statuses).toEqual([482, 200]);
  });

  it('with a tag of no dialog gets 481, an ACK silence', () => {
    const phone = open();
    phone.request('BYE', { to: 'nobody' });
    phone.request('INVITE', { to: 'nobody', number: 2 });
    phone.request('INFO', { to: 'nobody', number: 3 });
    phone.request('CANCEL', { number: 9 });
    expect(phone.statuses).toEqual([481, 481, 481, 481]);
    phone.request('ACK', { to: 'nobody', number: 4 });
    expect(phone.statuses).toHaveLength(4);
    expect(bench.requests).toHaveLength(0);
  });

  it('BYE without a tag has nothing to end: 481', () => {
    const phone = open();
    phone.request('BYE');
    expect(phone.statuses).toEqual([481]);
    expect(bench.requests).toHaveLength(0);
  });

  it('REGISTER with a tag in To is no request inside a dialog', () => {
    const phone = open();
    phone.request('REGISTER', { to: 'old' });
    expect(bench.requests).toHaveLength(1);
  });

  it('that requires what we lack gets 420 with the tags', () => {
    const phone = open({ supported: ['timer'] });
    phone.request('OPTIONS', { headers: ['Require: timer, 100rel', 'Require: gruu'] });
    expect(phone.lastResponse().status).toBe(420);
    expect(phone.lastResponse().get('Unsupported')).toBe('100rel, gruu');
    phone.request('OPTIONS', { number: 2, headers: ['Require: TIMER'] });
    expect(bench.requests).toHaveLength(1);
  });

  it('may require more where its method is looked after', () => {
    const phone = open({ supported: ['timer'], required: new Map([['REGISTER', ['path']]]) });
    phone.request('REGISTER', { headers: ['Require: timer, Path'] });
    expect(bench.requests).toHaveLength(1);
    phone.request('OPTIONS', { number: 2, headers: ['Require: path'] });
    expect(phone.lastResponse().status).toBe(420);
    expect(phone.lastResponse().get('Supported') ?? '').not.toContain('path');
  });

  it('with a scheme we do not serve gets 416', () => {
    const phone = open();
    phone.request('OPTIONS', { uri: 'mailto:a@example.com' });
    expect(phone.lastResponse().status).toBe(416);
    phone.request('OPTIONS', { number: 2, uri: 'tel:+1555' });
    expect(bench.requests).toHaveLength(1);
  });

  it('that is malformed gets 400 when it can be answered, and is counted', () => {
    const phone = open();
    phone.send(
      'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n',
    );
    expect(phone.lastResponse().status).toBe(400);
    expect(phone.lastResponse().get('Warning')).toMatch(/^399 192\.0\.2\.1 "/);
    phone.send('garbage');
    phone.send('\r\n\r\n');
    phone.send(Buffer.from([0, 1, 2, 3, 4, 5]));
    expect(phone.statuses).toHaveLength(1);
    expect(bench.agent.counters.malformed).toBe(3);
  });

  it('whose handler throws gets 500, and the error is logged', () => {
    const phone = open({
      onRequest: () => {
        throw new Error('broken handler');
      },
      onInvite: () => {
        throw new Error('broken call handler');
      },
    });
    phone.request('OPTIONS');
    phone.request('INVITE', { number: 2, body: OFFER });
    expect(phone.statuses).toEqual([500, 500]);
    expect(bench.log.lines.join('\n')).toContain('broken handler');
    expect(bench.log.lines.join('\n')).toContain('broken call handler');
  });

  it('INVITE without a usable Contact or Record-Route gets 400', () => {
    const phone = open();
    phone.request('INVITE', { headers: ['Record-Route: <nonsense'] });
    expect(phone.statuses).toEqual([400]);
    phone.send(
      'INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n',
    );
    expect(phone.statuses).toEqual([400, 400]);
    expect(bench.invites).toHaveLength(0);
  });
});

describe('overload', () => {
  it('answers 503 with Retry-After when every transaction is under way', () => {
    const phone = open({ maxServerTransactions: 2 });
    for (let number = 1; number <= 3; number++) phone.request('OPTIONS', { number });
    expect(phone.statuses).toEqual([503]);
    expect(phone.lastResponse().number('Retry-After')).toBeGreaterThan(0);
    expect(bench.requests).toHaveLength(2);
    expect(bench.agent.counters.overload).toBe(1);
  });

  it('forgets finished transactions first', () => {
    const phone = open({
      maxServerTransactions: 2,
      onRequest: (_request, transaction) => transaction.reply(200),
    });
    for (let number = 1; number <= 5; number++) phone.request('OPTIONS', { number });
    expect(phone.statuses).toEqual([200, 200, 200, 200, 200]);
    expect(bench.agent.counters.forgotten).toBe(3);
    expect(bench.agent.transactions.servers).toBe(2);
  });

  it('refuses calls beyond the number of dialogs', () => {
    const phone = open({ maxDialogs: 1 });
    phone.request('INVITE', { callId: 'one', body: OFFER });
    bench.invite.progress(180);
    bench.network.flush();
    phone.request('INVITE', { callId: 'two', tag: 'other', body: OFFER });
    expect(phone.statuses).toEqual([180, 503]);
    expect(bench.agent.counters.overload).toBe(1);
  });

  it('fails requests of ours with a local 503 when their table is full', async () => {
    open({ maxClientTransactions: 1 });
    const first = bench.agent.request(options());
    expect((await bench.agent.request(options())).status).toBe(503);
    bench.advance(33_000);
    expect((await first).status).toBe(408);
  });
});

describe('a request that goes out', () => {
  it('resolves with the response', async () => {
    const phone = open({ product: 'Test 1' });
    const answer = bench.agent.request(options());
    bench.network.flush();
    const request = phone.lastRequest();
    expect(request.get('User-Agent')).toBe('Test 1');
    expect(request.get('Contact')).toBe('<sip:100@192.0.2.1:5060>');
    phone.reply(request, 200);
    expect((await answer).status).toBe(200);
  });

  it('gives up early when told, without a late answer changing that', async () => {
    const phone = open();
    const answer = bench.agent.request(options(), { timeout: 3_000 });
    bench.advance(3_100);
    expect((await answer).status).toBe(408);
    expect((await answer).toTag).toBe('local');
    phone.reply(phone.lastRequest(), 200);
    expect(bench.agent.transactions.clients).toBe(0);
  });

  it('goes to the flow, the target, the first Route or the Request-URI, in this order', () => {
    const phone = open();
    const others = [bench.phone(5081), bench.phone(5082)];
    const routed = options();
    routed.append('Route', '<sip:192.0.2.9:5082;lr>');
    void bench.agent.request(routed);
    void bench.agent.request(options(5099), {
      flow: { transport: bench.transport, remote: { address: '192.0.2.9', port: 5081 } },
    });
    void bench.agent.request(options());
    bench.network.flush();
    expect(others.map((each) => each.methods)).toEqual([['OPTIONS'], ['OPTIONS']]);
    expect(phone.methods).toEqual(['OPTIONS']);
  });

  it('uses the transport that its URI or its plan asks for', () => {
    const udp = open();
    const tcp = new MemoryTransport(bench.network, '192.0.2.1', 5066, 'tcp');
    bench.agent.addTransport(tcp);
    void bench.agent.request(options(), { transport: tcp });
    void bench.agent.request(
      newRequest({ method: 'OPTIONS', uri: 'sip:bob@192.0.2.9:5070;transport=tcp', from: '<sip:a@b>' }),
    );
    void bench.agent.request(options());
    bench.network.flush();
    const vias = udp.requests.map((each) => each.via);
    expect(vias.map((via) => `${via.transport} ${via.port}`)).toEqual(['TCP 5066', 'TCP 5066', 'UDP 5060']);
    expect(udp.requests[0]?.get('Contact')).toBe('<sip:100@192.0.2.1:5066;transport=tcp>');
  });

  it('advertises what it is told to', () => {
    const phone = open({ advertise: () => ({ host: '198.51.100.7', port: 6000 }) });
    void bench.agent.request(options());
    bench.network.flush();
    expect(phone.lastRequest().via.sentBy).toBe('198.51.100.7:6000');
    expect(phone.lastRequest().get('Contact')).toBe('<sip:100@198.51.100.7:6000>');
  });

  it('resolves with 503 when the agent closes', async () => {
    open();
    const answer = bench.agent.request(options());
    await bench.agent.close();
    expect((await answer).status).toBe(503);
    expect((await bench.agent.request(options())).status).toBe(503);
  });

  it('counts responses that belong to nothing', () => {
    const phone = open();
    phone.send(
      'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnone\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n',
    );
    expect(bench.agent.counters.strayResponses).toBe(1);
  });
});

describe('a lost connection', () => {
  it('fails what waits for an answer on it', async () => {
    bench = new AgentBench({}, 'tcp');
    bench.phone(5070, 'tcp');
    const uri = 'sip:bob@192.0.2.9:5070;transport=tcp';
    const answer = bench.agent.request(newRequest({ method: 'OPTIONS', uri, from: '<sip:a@b>' }));
    const call = bench.agent.invite({
      request: newRequest({ method: 'INVITE', uri, from: '<sip:a@b>', body: OFFER }),
    });
    const end = ending(call);
    bench.network.flush();
    bench.transport.disconnect({ address: '192.0.2.9', port: 9 });
    expect(end.cause).toBeUndefined();
    bench.transport.disconnect({ address: '192.0.2.9', port: 5070 });
    expect((await answer).status).toBe(503);
    expect(end.cause?.kind).toBe('refused');
  });

  it('fails a request that nobody accepts', async () => {
    bench = new AgentBench({}, 'tcp');
    const uri = 'sip:bob@192.0.2.9:5099;transport=tcp';
    const answer = bench.agent.request(newRequest({ method: 'OPTIONS', uri, from: '<sip:a@b>' }));
    bench.network.flush();
    expect((await answer).status).toBe(503);
    expect(bench.agent.counters.sendFailures).toBe(1);
  });

  it('sends the answer to the address in Via instead', () => {
    bench = new AgentBench({}, 'tcp');
    const phone = bench.phone(40_000, 'tcp');
    const listener = bench.phone(5062, 'tcp');
    phone.send(
      'OPTIONS sip:a@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.9:5062;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n',
    );
    void phone.transport.close();
    bench.requests[0]?.transaction.reply(200);
    bench.network.flush();
    expect(listener.statuses).toEqual([200]);
  });
});

describe('the agent', () => {
  it('shows every packet to a hook that can be set and removed while it runs', () => {
    const phone = open({ onRequest: (_request, transaction) => transaction.reply(200) });
    const seen: string[] = [];
    bench.agent.onPacket = (direction, bytes, remote) =>
      seen.push(`${direction} ${remote.port} ${bytes.toString('latin1', 0, 7)}`);
    phone.request('OPTIONS');
    bench.agent.onPacket = () => {
      throw new Error('broken hook');
    };
    phone.request('OPTIONS', { number: 2 });
    bench.agent.onPacket = undefined;
    phone.request('OPTIONS', { number: 3 });
    expect(seen).toEqual(['in 5070 OPTIONS', 'out 5070 SIP/2.0']);
    expect(phone.statuses).toEqual([200, 200, 200]);
  });

  it('takes transports on and off while it runs', async () => {
    open();
    const second = new MemoryTransport(bench.network, '192.0.2.1', 5090);
    bench.agent.addTransport(second);
    expect(bench.agent.transports).toHaveLength(2);
    await bench.agent.removeTransport(second);
    expect(bench.agent.transports).toEqual([bench.transport]);
  });

  it('leaves no timer, transaction or dialog behind when it closes', async () => {
    const phone = open();
    phone.request('INVITE', { body: OFFER });
    bench.invite.answer(ANSWER);
    phone.request('OPTIONS', { number: 2 });
    void bench.agent.request(options(), { timeout: 5_000 });
    bench.agent.invite({
      request: newRequest({ method: 'INVITE', uri: 'sip:x@192.0.2.9', from: '<sip:a@b>' }),
    });
    bench.network.flush();
    await bench.agent.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(bench.agent.transactions).toEqual({ servers: 0, clients: 0 });
    expect(bench.agent.dialogCount).toBe(0);
    expect(bench.clock.pending).toBe(0);
  });

  it('calls itself: both ends of a call in one agent', () => {
    bench = new AgentBench();
    const call = bench.agent.invite({
      request: newRequest({
        method: 'INVITE',
        uri: 'sip:100@192.0.2.1',
        from: '<sip:a@192.0.2.1>',
        body: OFFER,
      }),
    });
    bench.network.flush();
    bench.invite.answer(ANSWER);
    bench.network.flush();
    expect(call.established).toBe(true);
    expect(bench.agent.dialogCount).toBe(2);
    const end = ending(bench.invite);
    call.hangup();
    bench.network.flush();
    expect(end.cause?.kind).toBe('bye');
    expect(bench.agent.dialogCount).toBe(0);
  });
});

it('publishes the first line of every message, and nothing of what follows', async () => {
  const phone = open();
  const heard = await published('asterism:sip:message', () => {
    phone.request('OPTIONS');
    bench.requests[0]?.transaction.reply(404);
  });
  const about = { transport: 'udp', remote: '192.0.2.9:5070', bytes: expect.any(Number) };
  expect(heard).toEqual([
    { direction: 'in', ...about, line: expect.stringMatching(/^OPTIONS sip:\S+ SIP\/2\.0$/) },
    { direction: 'out', ...about, line: 'SIP/2.0 404 Not Found' },
  ]);
});

it('who may not come in gets 403 for whatever it sends, and leaves nothing behind', async () => {
  const bench = new AgentBench({ admit: (request) => request.from.uri.user !== 'alice' });
  const phone = bench.phone();
  for (const method of ['OPTIONS', 'INVITE', 'ACK', 'CANCEL', 'BYE']) phone.request(method, { to: 'x' });
  bench.network.flush();
  expect(phone.statuses).toEqual([403, 403, 403, 403]);
  expect([bench.requests.length, bench.invites.length, bench.agent.transactions.servers]).toEqual([0, 0, 0]);
  await bench.close();
});
