import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { resources } from './operations/index.ts';
import { type Bench, startBench } from './test-bench.ts';

/** Every operation, with something in each place of its path. */
const operations = resources.flatMap((resource) =>
  resource.operations.map(({ method, path }) => [method, path.replace(/\{\w+\}/g, 'x')] as const),
);
const reads = (method: string) => method === 'GET';

let bench: Bench;
let far: Server;
let outbound: WebSocket;
let inbound: WebSocket;

/** Asks over a socket, and gives the status of the answer. */
function asker(socket: () => WebSocket) {
  let count = 0;
  return (method: string, path: string) =>
    new Promise<number>((resolve) => {
      const id = String(count++);
      const heard = (data: unknown) => {
        const message = JSON.parse(String(data));
        if (message.request_id !== id) return;
        socket().off('message', heard);
        resolve(message.status_code);
      };
      socket().on('message', heard);
      socket().send(JSON.stringify({ type: 'RESTRequest', request_id: id, method, uri: path.slice(1) }));
    });
}

beforeAll(async () => {
  far = createServer();
  const sockets = new WebSocketServer({ server: far });
  const called = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
  await new Promise<void>((resolve) => far.listen(0, '127.0.0.1', resolve));
  bench = await startBench({
    sessionLimit: 1_000,
    ariConf: `[general]
[asterisk]\ntype=user\npassword=secret
[reader]\ntype=user\npassword=readonly\nread_only=yes
[blocked]\ntype=user\npassword=blocked\ndeny=0.0.0.0/0
[out]\ntype=outbound_websocket\nwebsocket_client_id=there\napps=out\nlocal_ari_user=reader
`,
    clientConf: `[there]\ntype=websocket_client\nuri=ws://127.0.0.1:${(far.address() as AddressInfo).port}/\nconnection_type=persistent\nconnection_timeout=5000\n`,
  });
  inbound = new WebSocket(`ws://127.0.0.1:${bench.http.port}/ari/events?app=in`, { auth: 'reader:readonly' });
  await new Promise((resolve, reject) => inbound.once('open', resolve).once('error', reject));
  outbound = await called;
});
afterAll(async () => {
  inbound.terminate();
  outbound.terminate();
  await bench.close();
  far.closeAllConnections();
  far.close();
});

const overHttp = async (method: string, path: string, who?: string) => {
  const headers: Record<string, string> =
    who === undefined ? {} : { Authorization: `Basic ${Buffer.from(who).toString('base64')}` };
  const answer = await fetch(`http://127.0.0.1:${bench.http.port}/ari${path}`, { method, headers });
  return { status: answer.status, text: await answer.text() };
};
const overInbound = asker(() => inbound);
const overOutbound = asker(() => outbound);

describe.each(operations)('%s %s', (method, path) => {
  it('is refused to nobody, to a wrong password and from a denied place', async () => {
    const nobody = await overHttp(method, path);
    expect(nobody).toEqual({ status: 401, text: expect.stringContaining('"Authentication required"') });
    expect(await overHttp(method, path, 'asterisk:wrong')).toEqual(nobody);
    const blocked = await overHttp(method, path, 'blocked:blocked');
    expect(blocked).toEqual({ status: 403, text: expect.stringContaining('"Access denied by ACL"') });
  });

  it('is refused to a reader when it writes, by every door alike', async () => {
    const [http, socket, called] = [
      await overHttp(method, path, 'reader:readonly'),
      await overInbound(method, path),
      await overOutbound(method, path),
    ];
    expect(socket).toBe(http.status);
    expect(called).toBe(http.status);
    if (reads(method)) expect([401, 403]).not.toContain(http.status);
    else expect(http).toEqual({ status: 403, text: expect.stringContaining('"Write access denied"') });
  });
});

it.each([
  ['nobody', undefined, 401],
  ['a wrong password', 'asterisk:wrong', 401],
  ['a denied place', 'blocked:blocked', 403],
])('a socket is refused to %s', async (_who, auth, status) => {
  const url = `ws://127.0.0.1:${bench.http.port}/ari/events?app=a`;
  const socket = new WebSocket(url, auth === undefined ? {} : { auth });
  const refused = await new Promise<number | undefined>((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.once('open', () => resolve(undefined));
    socket.on('error', () => {});
  });
  expect(refused).toBe(status);
});

it('covers every operation of the table', () => {
  expect(operations.length).toBeGreaterThanOrEqual(109);
});
