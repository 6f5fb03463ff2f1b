import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../tests/support/until.ts';
import { systemClock } from '../../platform/index.ts';
import { UserAgent, type UserAgentOptions } from '../index.ts';
import { newRequest } from '../message/build.ts';
import { TcpTransport } from './tcp.ts';
import type { Transport } from './transport.ts';
import { UdpTransport } from './udp.ts';

const LOCAL = { address: '127.0.0.1', port: 0 };
const agents: UserAgent[] = [];
const transports: Transport[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(agents.splice(0).map((agent) => agent.close()));
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
});

async function agent(
  options: Partial<UserAgentOptions> = {},
): Promise<{ ua: UserAgent; udp: Transport; tcp: TcpTransport }> {
  const ua = new UserAgent({
    clock: systemClock,
    onRequest: (_request, transaction) => transaction.reply(200),
    onInvite: (invite) => invite.answer('v=0\r\n'),
    ...options,
  });
  agents.push(ua);
  const udp = await UdpTransport.open(LOCAL);
  const tcp = await TcpTransport.open(LOCAL);
  ua.addTransport(udp);
  ua.addTransport(tcp);
  return { ua, udp, tcp };
}

function client(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

describe('over sockets', () => {
  it('requests and calls work by UDP and by TCP', async () => {
    let acknowledged = 0;
    const server = await agent({
      onInvite: (invite) => {
        invite.events.on('acknowledged', () => acknowledged++);
        invite.answer('v=0\r\n');
      },
    });
    const caller = await agent();
    for (const [transport, port] of [
      ['udp', server.udp.localPort],
      ['tcp', server.tcp.localPort],
    ] as const) {
      const uri = `sip:bob@127.0.0.1:${port};transport=${transport}`;
      const answer = await caller.ua.request(
        newRequest({ method: 'OPTIONS', uri, from: '<sip:a@127.0.0.1>' }),
      );
      expect(answer.status).toBe(200);
      const call = caller.ua.invite({
        request: newRequest({ method: 'INVITE', uri, from: '<sip:a@127.0.0.1>', body: 'v=0\r\n' }),
      });
      await new Promise<void>((resolve) => call.events.on('answered', () => resolve()));
      expect(server.ua.dialogCount).toBe(1);
      await until(() => acknowledged === 1);
      acknowledged = 0;
      call.hangup();
      await until(() => server.ua.dialogCount === 0);
    }
    expect(server.tcp.connections).toBe(1);
  });

  it('an address that is taken is an error that says so', async () => {
    const udp = await UdpTransport.open(LOCAL);
    const tcp = await TcpTransport.open(LOCAL);
    transports.push(udp, tcp);
    await expect(UdpTransport.open({ address: '127.0.0.1', port: udp.localPort })).rejects.toThrow(
      /EADDRINUSE/,
    );
    await expect(TcpTransport.open({ address: '127.0.0.1', port: tcp.localPort })).rejects.toThrow(
      /EADDRINUSE/,
    );
    await expect(UdpTransport.open({ address: '203.0.113.1', port: 0 })).rejects.toThrow(/EADDRNOTAVAIL/);
  });

  it('bound to every address, it writes the one that the peer can reach', async () => {
    const server = await agent();
    const caller = new UserAgent({ clock: systemClock, onRequest: () => {}, onInvite: () => {} });
    agents.push(caller);
    const everywhere = await UdpTransport.open({ address: '0.0.0.0', port: 0 });
    caller.addTransport(everywhere);
    const flow = { transport: everywhere, remote: { address: '127.0.0.1', port: server.udp.localPort } };
    expect(caller.localAddress(flow)).toBe('127.0.0.1');
    expect(caller.contact(flow, 'a b')).toBe(`<sip:a%20b@127.0.0.1:${everywhere.localPort}>`);
  });

  it('a connection refused fails the request at once', async () => {
    const { ua } = await agent();
    const gone = await TcpTransport.open(LOCAL);
    const { localPort } = gone;
    await gone.close();
    const answer = await ua.request(
      newRequest({ method: 'OPTIONS', uri: `sip:127.0.0.1:${localPort};transport=tcp`, from: '<sip:a@b>' }),
    );
    expect(answer.status).toBe(503);
  });

  it('a connection that breaks fails what waits on it', async () => {
    const seen: Socket[] = [];
    const silent = createServer((socket) => seen.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const bound = silent.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const { ua } = await agent();
    const answer = ua.request(
      newRequest({ method: 'OPTIONS', uri: `sip:127.0.0.1:${port};transport=tcp`, from: '<sip:a@b>' }),
    );
    await until(() => seen.length === 1);
    for (const socket of seen) socket.destroy();
    expect((await answer).status).toBe(503);
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('a TCP listener', () => {
  const options = (length = '0') =>
    `OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: ${length}\r\n\r\n`;

  it('answers on the same connection and answers pings', async () => {
    const { tcp } = await agent();
    const socket = client(tcp.localPort);
    let got = '';
    socket.on('data', (bytes: Buffer) => {
      got += bytes.toString();
    });
    socket.write('\r\n\r\n');
    await until(() => got === '\r\n');
    socket.write(options().slice(0, 50));
    socket.write(options().slice(50));
    await until(() => got.includes('SIP/2.0 200'));
  });

  it('closes a connection whose framing is lost, and only that one', async () => {
    const { ua, tcp } = await agent();
    const bad = client(tcp.localPort);
    const good = client(tcp.localPort);
    let closed = false;
    bad.on('close', () => {
      closed = true;
    });
    bad.resume();
    bad.write(options('x'));
    await until(() => closed);
    let got = '';
    good.on('data', (bytes: Buffer) => {
      got += bytes.toString();
    });
    good.write(options());
    await until(() => got.includes('SIP/2.0 200'));
    expect(ua.counters.malformed).toBe(1);
  });

  it('takes no more connections than it may, and closes silent ones', async () => {
    const tcp = await TcpTransport.open({ ...LOCAL, maxConnections: 1, idleTimeout: 100 });
    transports.push(tcp);
    const first = client(tcp.localPort);
    await until(() => tcp.connections === 1);
    const second = client(tcp.localPort);
    second.resume();
    await new Promise((resolve) => second.once('close', resolve));
    first.resume();
    await until(() => tcp.connections === 0);
  });
});

it('each connection gets an empty packet, one that has been silent for too long is ended', async () => {
  const { tcp } = await agent();
  const socket = client(tcp.localPort);
  const got: Buffer[] = [];
  socket.on('data', (bytes) => got.push(bytes));
  await until(() => tcp.connections === 1);
  tcp.keepAlive();
  await until(() => got.length > 0);
  expect(Buffer.concat(got).toString()).toBe('\r\n\r\n');
  const short = await TcpTransport.open({ ...LOCAL, idleTimeout: 60 });
  transports.push(short);
  const mute = client(short.localPort).resume();
  const gone = new Promise<void>((resolve) => mute.on('close', () => resolve()));
  await until(() => short.connections === 1);
  const pings = setInterval(() => short.keepAlive(), 10);
  await gone;
  clearInterval(pings);
  expect(tcp.connections).toBe(1);
});

describe('a listener that moves', () => {
  const options = (port: number, protocol: string) =>
    newRequest({
      method: 'OPTIONS',
      uri: `sip:bob@127.0.0.1:${port};transport=${protocol}`,
      from: '<sip:a@127.0.0.1>',
    });

  it('is heard at the new address, and what was sent while it moved arrives', async () => {
    const server = await agent();
    const caller = await agent();
    // Any port: that of the old address may be somebody else's on another one.
    const moving = server.udp.rebind?.({ address: '0.0.0.0', port: 0 });
    const sent = new Promise<Buffer>((resolve) =>
      caller.udp.attach({ received: (bytes) => resolve(bytes), fault: () => {} }),
    );
    server.udp.send(Buffer.from('held'), { address: '127.0.0.1', port: caller.udp.localPort });
    await moving;
    expect((await sent).toString()).toBe('held');
    expect(server.udp.localAddress).toBe('0.0.0.0');
    const other = await agent();
    expect((await other.ua.request(options(server.udp.localPort, 'udp'))).status).toBe(200);
  });

  it('stays where it is when the new place cannot be had', async () => {
    const server = await agent();
    const taken = await TcpTransport.open({ address: '127.0.0.2', port: server.tcp.localPort });
    transports.push(taken);
    const everywhere = { address: '0.0.0.0', port: server.tcp.localPort };
    await expect(server.tcp.rebind(everywhere)).rejects.toThrow(/EADDRINUSE/);
    const nowhere = { address: '203.0.113.1', port: server.udp.localPort };
    await expect(server.udp.rebind?.(nowhere)).rejects.toThrow(/EADDRNOTAVAIL/);
    const caller = await agent();
    for (const [protocol, port] of [
      ['tcp', server.tcp.localPort],
      ['udp', server.udp.localPort],
    ] as const)
      expect((await caller.ua.request(options(port, protocol))).status).toBe(200);
  });

  it('by TCP keeps its connections', async () => {
    const server = await agent();
    const caller = await agent();
    const before = server.tcp.localPort;
    expect((await caller.ua.request(options(before, 'tcp'))).status).toBe(200);
    await server.tcp.rebind(LOCAL);
    expect(server.tcp.localPort).not.toBe(before);
    // The caller uses its connection again, to a port where nobody listens any more.
    expect((await caller.ua.request(options(before, 'tcp'))).status).toBe(200);
    const other = await agent();
    expect((await other.ua.request(options(server.tcp.localPort, 'tcp'))).status).toBe(200);
    expect(server.tcp.connections).toBe(2);
  });

  it('by TCP ends the connections without a call when it is taken out of use, and no other', async () => {
    const server = await agent();
    const caller = await agent();
    const idle = client(server.tcp.localPort);
    const gone = new Promise<void>((resolve) => idle.on('close', () => resolve()));
    const uri = `sip:bob@127.0.0.1:${server.tcp.localPort};transport=tcp`;
    const call = caller.ua.invite({
      request: newRequest({ method: 'INVITE', uri, from: '<sip:a@127.0.0.1>', body: 'v=0\r\n' }),
    });
    await new Promise<void>((resolve) => call.events.on('answered', () => resolve()));
    await until(() => server.tcp.connections === 2 && server.ua.transactions.servers > 0);
    void server.ua.retireTransport(server.tcp);
    await gone;
    expect(server.tcp.connections).toBe(1);
    const refused = client(server.tcp.localPort);
    await new Promise<void>((resolve) => refused.on('error', () => resolve()));
    call.hangup();
    await until(() => server.ua.dialogCount === 0);
  });
});
