import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { OperationSpec } from './operation.ts';
import { resources } from './operations/index.ts';
import { type Bench, startBench } from './test-bench.ts';

/** Every operation, with something in each place of its path. */
const table = resources.flatMap((resource) =>
  resource.operations.map((spec: OperationSpec) => ({ key: `${resource.name}.${spec.id}`, spec })),
);
const inPlaces = (path: string) => path.replace(/\{\w+\}/g, 'x');
const operations = table.map(({ spec }) => [spec.method, inPlaces(spec.path)] as const);
const reads = (method: string) => method === 'GET';

let bench: Bench;
let far: Server;
let outbound: WebSocket;
let inbound: WebSocket;
let limited: WebSocket;
let appless: WebSocket;
let byToken: WebSocket;
let perCall: WebSocket;
const tokens = { scoped: '', readOnly: '', revoked: '', expired: '' };

async function listen(query: string, auth?: string): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${bench.http.port}/ari/events?${query}`;
  const socket = new WebSocket(url, auth === undefined ? {} : { auth });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

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
    running: () => true,
    ariConf: `[general]
[asterisk]\ntype=user\npassword=secret
[reader]\ntype=user\npassword=readonly\nread_only=yes
[blocked]\ntype=user\npassword=blocked\ndeny=0.0.0.0/0
[limited]\ntype=user\npassword=limited\nallow_operations=events.eventWebsocket\ndeny_applications=denied*
[appless]\ntype=user\npassword=appless\ndeny_applications=denied*
[out]\ntype=outbound_websocket\nwebsocket_client_id=there\napps=out\nlocal_ari_user=reader
[call]\ntype=outbound_websocket\nwebsocket_client_id=percall\napps=call\nlocal_ari_user=limited
`,
    clientConf: `[there]\ntype=websocket_client\nuri=ws://127.0.0.1:${(far.address() as AddressInfo).port}/\nconnection_type=persistent\nconnection_timeout=5000\n[percall]\ntype=websocket_client\nuri=ws://127.0.0.1:${(far.address() as AddressInfo).port}/\nconnection_type=per_call_config\nconnection_timeout=5000\n`,
  });
  inbound = await listen('app=in', 'reader:readonly');
  outbound = await called;
  limited = await listen('app=limited', 'limited:limited');
  appless = await listen('app=appless', 'appless:appless');
  const calling = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
  void bench.stasis.enter(bench.createChannel(), 'call', []);
  perCall = await calling;
  const make = async (request: Record<string, unknown>) => {
    const answer = await bench.inject('POST', '/tokens', { ...request });
    return answer.json as { readonly id: string; readonly token: string };
  };
  const scoped = await make({ allowOperations: 'events.eventWebsocket' });
  tokens.scoped = scoped.token;
  tokens.readOnly = (await make({ readOnly: true })).token;
  byToken = await listen(`app=token&api_key=${scoped.token}`);
  const revoked = await make({});
  tokens.revoked = revoked.token;
  await bench.inject('DELETE', `/tokens/${revoked.id}`);
  tokens.expired = (await make({ expiresIn: 1 })).token;
  bench.clock.advance(1_000);
});
afterAll(async () => {
  for (const each of [inbound, outbound, limited, appless, byToken, perCall]) each.terminate();
  await bench.close();
  far.closeAllConnections();
  far.close();
});

const basic = (who: string) => `Basic ${Buffer.from(who).toString('base64')}`;
const overHttp = async (method: string, path: string, who?: string) => {
  const scheme = who?.includes(':') === false ? `Bearer ${who}` : basic(who ?? '');
  const headers: Record<string, string> = who === undefined ? {} : { Authorization: scheme };
  const answer = await fetch(`http://127.0.0.1:${bench.http.port}/ari${path}`, { method, headers });
  return { status: answer.status, text: await answer.text() };
};
const overInbound = asker(() => inbound);
const overOutbound = asker(() => outbound);
const overLimited = asker(() => limited);
const overAppless = asker(() => appless);
const overToken = asker(() => byToken);
const overPerCall = asker(() => perCall);

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

const SOCKET = 'events.eventWebsocket';

describe.each(table.map(({ key, spec }) => [key, spec] as const))('%s', (key, { method, path: template }) => {
  const path = inPlaces(template);

  it('is refused to those whose lists do not have it, by every door alike', async () => {
    const http = await overHttp(method, path, 'limited:limited');
    const scoped = await overHttp(method, path, tokens.scoped);
    const sockets = [
      await overLimited(method, path),
      await overPerCall(method, path),
      await overToken(method, path),
    ];
    if (key === SOCKET) {
      expect([http.status, scoped.status, ...sockets]).toEqual([426, 426, 426, 426, 426]);
      return;
    }
    expect([http.status, scoped.status, ...sockets]).toEqual([403, 403, 403, 403, 403]);
    expect(JSON.parse(http.text)).toEqual({
      message: 'Operation not allowed',
      code: 'OPERATION_FORBIDDEN',
      detail: `allow_operations of user 'limited' does not have '${key}'`,
      hint: expect.stringContaining(key),
    });
    expect(JSON.parse(scoped.text)).toMatchObject({
      detail: expect.stringMatching(/^allow_operations of token '/),
    });
  });

  it('is refused to a token that has expired or was revoked, and to one that may only read', async () => {
    // Each second forgives an address two failures.
    bench.clock.advance(1_000);
    const expired = await overHttp(method, path, tokens.expired);
    expect(expired.status).toBe(401);
    expect(JSON.parse(expired.text)).toMatchObject({
      message: 'Authentication required',
      code: 'TOKEN_EXPIRED',
    });
    const revoked = await overHttp(method, path, tokens.revoked);
    expect(revoked).toEqual({
      status: 401,
      text: '{"message":"Authentication required","code":"UNAUTHORIZED"}',
    });
    const reading = await overHttp(method, path, tokens.readOnly);
    if (reads(method)) expect([401, 403]).not.toContain(reading.status);
    else expect(reading).toEqual({ status: 403, text: expect.stringContaining('"Write access denied"') });
  });
});

/** Operations that are about an application, with one that is denied. */
const naming = table.flatMap(({ key, spec }) =>
  (spec.parameters ?? [])
    .filter(({ name }) => /^app(?:lication(?:Name)?)?$/.test(name))
    .map(({ name, in: place }) => {
      const path = spec.path.replace(/\{(\w+)\}/g, (_whole, each) => (each === name ? 'denied-1' : 'x'));
      return [key, spec.method, place === 'query' ? `${path}?${name}=denied-1` : path] as const;
    }),
);

it.each(naming)('%s is refused for an application that is denied: %s %s', async (_key, method, path) => {
  const http = await overHttp(method, path, 'appless:appless');
  expect(http.status).toBe(403);
  expect(JSON.parse(http.text)).toEqual({
    message: 'Application not allowed',
    code: 'APPLICATION_FORBIDDEN',
    detail: "deny_applications of user 'appless' has 'denied*'",
    hint: expect.stringContaining("'denied-1'"),
  });
  expect(await overAppless(method, path)).toBe(403);
  const other = path.replace('denied-1', 'other');
  expect((await overHttp(method, other, 'appless:appless')).status).not.toBe(403);
});

it('knows every operation that is about an application', () => {
  expect(naming.map(([key]) => key)).toEqual([
    ...['channels.originate', 'channels.create', 'channels.originateWithId', 'channels.move'],
    ...['channels.snoopChannel', 'channels.snoopChannelWithId', 'channels.externalMedia'],
    ...['events.eventWebsocket', 'events.userEvent', 'events.claimChannel'],
    ...['applications.get', 'applications.subscribe', 'applications.unsubscribe', 'applications.filter'],
  ]);
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

it.each([
  ['a denied application', 'app=fine,denied-1', 'appless:appless'],
  ['an operation that is not allowed', 'app=fine', 'reader:readonly'],
])('a socket is refused for %s', async (_what, query, auth) => {
  if (auth.startsWith('reader')) {
    bench.write(
      'ari.conf',
      '[general]\n[reader]\ntype=user\npassword=readonly\ndeny_operations=GET /events\n',
    );
    await bench.reload();
  }
  const socket = new WebSocket(`ws://127.0.0.1:${bench.http.port}/ari/events?${query}`, { auth });
  const refused = await new Promise<number | undefined>((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.once('open', () => resolve(undefined));
    socket.on('error', () => {});
  });
  expect(refused).toBe(403);
});
