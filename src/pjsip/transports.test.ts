import { createSocket, type Socket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../platform/index.ts';
import { newRequest, UdpTransport, UserAgent } from '../sip/index.ts';
import { Push } from '../sorcery/index.ts';
import { PjsipBench } from './test-bench.ts';
import { Transports } from './transports.ts';

const PATH = ['res_pjsip', 'transport'] as const;
let bench: PjsipBench;
let agent: UserAgent;
let transports: Transports;
let push: Push;
const sockets: Socket[] = [];
const agents: UserAgent[] = [];

beforeEach(async () => {
  bench = new PjsipBench();
  agent = new UserAgent({
    clock: systemClock,
    onRequest: (_request, transaction) => transaction.reply(200),
    onInvite: (invite) => invite.answer('v=0\r\n'),
    advertise: (transport, remote) => transports.advertise(transport, remote),
  });
  transports = new Transports(agent, { sorcery: bench.sorcery, log: bench.log });
  push = new Push(bench.sorcery);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await transports.close();
  await agent.close();
  await Promise.all(agents.splice(0).map((each) => each.close()));
  await bench.close();
});

/** A port that is free for UDP and TCP. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function takePort(address = '127.0.0.1', port = 0): Promise<number> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  await new Promise<void>((resolve) => socket.bind(port, address, () => resolve()));
  return socket.address().port;
}

const put = (id: string, values: Record<string, string>) =>
  push.put(
    ...PATH,
    id,
    Object.entries(values).map(([attribute, value]) => ({ attribute, value })),
  );
const listening = () => [...transports.list()].map(({ id, listening }) => [id, listening]);

async function phone(): Promise<UserAgent> {
  const ua = new UserAgent({
    clock: systemClock,
    onRequest: (_request, transaction) => transaction.reply(200),
    onInvite: (invite) => invite.reject(486),
  });
  agents.push(ua);
  ua.addTransport(await UdpTransport.open({ address: '127.0.0.1', port: 0 }));
  return ua;
}

const request = (method: string, port: number) =>
  newRequest({
    method,
    uri: `sip:x@127.0.0.1:${port}`,
    from: '<sip:a@127.0.0.1>',
    ...(method === 'INVITE' ? { body: 'v=0\r\n' } : {}),
  });

/** The status of an OPTIONS; undefined when nobody answered within a fifth of a second. */
async function ask(port: number): Promise<number | undefined> {
  const ua = await phone();
  const { status } = await ua.request(request('OPTIONS', port), { timeout: 200 });
  return status === 408 ? undefined : status;
}

describe('a pushed transport', () => {
  it('listens before the push is answered, moves when it is changed, and is gone when it is deleted', async () => {
    await transports.start();
    const [first, second] = [await freePort(), await freePort()];
    await put('t', { protocol: 'udp', bind: `127.0.0.1:${first}` });
    expect(listening()).toEqual([['t', `127.0.0.1:${first}`]]);
    expect(await ask(first)).toBe(200);
    await put('t', { bind: `127.0.0.1:${second}` });
    expect(listening()).toEqual([['t', `127.0.0.1:${second}`]]);
    expect([await ask(first), await ask(second)]).toEqual([undefined, 200]);
    await put('t', { protocol: 'tcp' });
    expect(agent.transports.map((each) => [each.protocol, each.localPort])).toEqual([['tcp', second]]);
    await push.delete(...PATH, 't');
    await transports.settled();
    expect([listening(), agent.transports, agent.retiring]).toEqual([[], [], []]);
  });

  it('is refused when its port is taken: nothing is stored, and a change leaves the old listener', async () => {
    await transports.start();
    const taken = await takePort();
    const refusal = { code: 'PUSH_FIELD_REFUSED', field: 'bind' };
    await expect(put('new', { bind: `127.0.0.1:${taken}` })).rejects.toMatchObject(refusal);
    expect(bench.sorcery.get('transport', 'new')).toBeUndefined();
    const port = await freePort();
    await put('t', { bind: `127.0.0.1:${port}` });
    await expect(put('t', { bind: `127.0.0.1:${taken}` })).rejects.toMatchObject({
      ...refusal,
      detail: `cannot listen on udp 127.0.0.1:${taken}: something else listens there (EADDRINUSE)`,
    });
    await expect(put('t', { bind: '203.0.113.1' })).rejects.toMatchObject(refusal);
    await expect(put('t', { bind: 'no-such-host.invalid' })).rejects.toMatchObject(refusal);
    expect(bench.sorcery.get('transport', 't')?.get('bind')).toBe(`127.0.0.1:${port}`);
    expect(listening()).toEqual([['t', `127.0.0.1:${port}`]]);
    expect(await ask(port)).toBe(200);
    expect(bench.log.lines.filter((text) => text.includes('the push is refused'))).toHaveLength(4);
  });

  it('moves between one address and all of them, which no two sockets can have', async () => {
    await transports.start();
    const port = await freePort();
    await put('t', { bind: `127.0.0.1:${port}` });
    await put('t', { bind: `0.0.0.0:${port}` });
    expect(await ask(port)).toBe(200);
    await put('t', { bind: `127.0.0.1:${port}` });
    expect(listening()).toEqual([['t', `127.0.0.1:${port}`]]);
    expect(await ask(port)).toBe(200);
    await takePort('127.0.0.2', port);
    await expect(put('t', { bind: `0.0.0.0:${port}` })).rejects.toMatchObject({ field: 'bind' });
    expect(listening()).toEqual([['t', `127.0.0.1:${port}`]]);
    expect(await ask(port)).toBe(200);
  });

  it('is given back when no wizard stored it', async () => {
    await transports.start();
    const [port, other] = [await freePort(), await freePort()];
    await put('t', { bind: `127.0.0.1:${port}` });
    const trial = await bench.sorcery.guards.get('res_pjsip/transport')?.(
      bench.object('transport', 't', { bind: `127.0.0.1:${other}` }),
    );
    expect(trial).toHaveProperty('end');
    if (trial !== undefined && 'end' in trial) await trial.end(false);
    await transports.settled();
    expect(listening()).toEqual([['t', `127.0.0.1:${port}`]]);
    expect([await ask(port), await ask(other)]).toEqual([200, undefined]);
  });

  it('leaves its calls where they are when it moves or goes, and is the same again when it comes back', async () => {
    await transports.start();
    const [first, second] = [await freePort(), await freePort()];
    await put('t', { bind: `127.0.0.1:${first}` });
    const caller = await phone();
    const call = caller.invite({ request: request('INVITE', first) });
    await new Promise<void>((resolve) => call.events.on('answered', () => resolve()));
    await put('t', { bind: `127.0.0.1:${second}` });
    expect(transports.retiring).toEqual([`udp 127.0.0.1:${first}`]);
    expect((await call.send('OPTIONS')).status).toBe(200);
    expect([await ask(first), await ask(second)]).toEqual([503, 200]);
    await put('t', { bind: `127.0.0.1:${first}` });
    expect([transports.retiring, await ask(first), await ask(second)]).toEqual([[], 200, undefined]);
    await push.delete(...PATH, 't');
    expect((await call.send('OPTIONS')).status).toBe(200);
    call.hangup();
    expect(agent.dialogCount).toBe(1);
    for (let tries = 0; tries < 100 && agent.dialogCount > 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(agent.dialogCount).toBe(0);
  });

  it('of a protocol that is not there is stored, and says so', async () => {
    await transports.start();
    await put('secure', { protocol: 'tls', bind: '127.0.0.1:5061' });
    expect([...transports.list()]).toMatchObject([
      { id: 'secure', listening: undefined, fault: 'protocol tls is not built yet; udp and tcp are' },
    ]);
    expect(bench.log.lines.at(-1)).toContain("Transport 'secure': protocol tls is not built yet");
  });

  it('tells peers that are not on its networks the address outside, and the others its own', async () => {
    await transports.start();
    const port = await freePort();
    await put('t', {
      bind: `0.0.0.0:${port}`,
      external_signaling_address: '198.51.100.7',
      external_signaling_port: '5099',
      external_media_address: 'localhost',
      local_net: '127.0.0.0/8',
    });
    const [transport] = agent.transports;
    if (transport === undefined) throw new Error('nothing listens');
    const outside = { transport, remote: { address: '203.0.113.9', port: 5060 } };
    const inside = { transport, remote: { address: '127.0.0.3', port: 5060 } };
    expect(agent.contact(outside)).toBe('<sip:198.51.100.7:5099>');
    expect(agent.contact(inside)).toBe(`<sip:127.0.0.1:${port}>`);
    expect(['127.0.0.1', '::1']).toContain(transports.mediaAddress(outside));
    expect(transports.mediaAddress(inside)).toBe('127.0.0.1');
    await put('t', { external_signaling_address: '198.51.100.8', external_signaling_port: '0' });
    expect(agent.contact(outside)).toBe(`<sip:198.51.100.8:${port}>`);
    expect(agent.transports).toEqual([transport]);
  });
});

describe('a transport of pjsip.conf', () => {
  const file = (text: string) => writeFileSync(join(bench.folder, 'pjsip.conf'), text);
  const section = (id: string, port: number, more = '') =>
    `[${id}]\ntype=transport\nbind=127.0.0.1:${port}\n${more}\n`;
  const reload = async () => {
    bench.sorcery.reload('res_pjsip');
    await transports.settled();
  };

  beforeEach(() => {
    writeFileSync(join(bench.folder, 'sorcery.conf'), '');
    bench.sorcery.reload();
  });

  it('follows a reload where allow_reload lets it, and stays as it is where not', async () => {
    const [a, b, c, d] = [await freePort(), await freePort(), await freePort(), await freePort()];
    file(section('fixed', a) + section('loose', b, 'allow_reload=yes'));
    bench.sorcery.reload();
    await transports.start();
    file(section('fixed', c) + section('loose', d, 'allow_reload=yes'));
    await reload();
    expect(listening()).toEqual([
      ['fixed', `127.0.0.1:${a}`],
      ['loose', `127.0.0.1:${d}`],
    ]);
    expect(bench.log.lines.join('\n')).toContain("'fixed' is changed: without allow_reload it stays");
    file(section('new', b));
    await reload();
    expect(listening()).toEqual([
      ['fixed', `127.0.0.1:${a}`],
      ['new', `127.0.0.1:${b}`],
    ]);
  });

  it('whose port is taken says so in the log, keeps what it had, and is tried again at the next reload', async () => {
    const [a, b] = [await freePort(), await takePort()];
    file(section('t', a, 'allow_reload=yes') + section('late', b));
    bench.sorcery.reload();
    await transports.start();
    expect(listening()).toEqual([
      ['late', undefined],
      ['t', `127.0.0.1:${a}`],
    ]);
    file(section('t', b, 'allow_reload=yes') + section('late', b));
    await reload();
    expect(listening()).toEqual([
      ['late', undefined],
      ['t', `127.0.0.1:${a}`],
    ]);
    expect(bench.log.lines.join('\n')).toContain(
      `Transport 't' cannot listen on 127.0.0.1:${b}: something else listens there (EADDRINUSE); it goes on at 127.0.0.1:${a}`,
    );
    for (const socket of sockets.splice(0)) socket.close();
    file(section('t', a, 'allow_reload=yes') + section('late', b));
    await reload();
    expect(listening()).toEqual([
      ['late', `127.0.0.1:${b}`],
      ['t', `127.0.0.1:${a}`],
    ]);
  });
});
