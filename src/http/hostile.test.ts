import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import {
  HttpServer,
  type HttpServerOptions,
  MAX_BODY_BYTES,
  readBody,
  readHttpConfig,
  respond,
} from './index.ts';

const servers: HttpServer[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const each of sockets.splice(0)) each.destroy();
  for (const each of servers.splice(0)) await each.close();
});

/** A server whose door answers GET with the path and anything else with what came as body. */
async function start(options: Partial<HttpServerOptions> = {}): Promise<HttpServer> {
  const config = { ...readHttpConfig(undefined), bind: { address: '127.0.0.1', port: 0 } };
  const server = await HttpServer.listen({ config, serverHeader: 'Test/1', log: memoryLogger(), ...options });
  servers.push(server);
  server.handle('echo', {
    request(request, response, path) {
      const send = (status: number, text: string) =>
        respond(response, server.serverHeader, status, undefined, 'text/plain', text);
      if (request.method === 'GET') return send(200, `path ${path}`);
      readBody(request, (body) => {
        if (body !== undefined) return send(200, `body ${body.toString('latin1')}`);
        response.shouldKeepAlive = false;
        send(413, 'large');
      });
    },
  });
  return server;
}

interface Client {
  readonly socket: Socket;
  readonly text: () => string;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
  wait(until: RegExp): Promise<string>;
}

/** A client on a bare socket that never closes by itself. */
function open(server: HttpServer, first = ''): Client {
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  if (first !== '') socket.write(first);
  return {
    socket,
    text: () => text,
    closed: new Promise((resolve) => {
      socket.once('end', resolve);
      socket.once('close', () => resolve());
    }),
    wait: async (until) => {
      await expect.poll(() => text, { timeout: 5_000, interval: 5 }).toMatch(until);
      return text;
    },
  };
}

const get = (path = '') => `GET /echo${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const put = (headers: string, body = '') => `PUT /echo HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`;
/** That nobody else has noticed anything. */
const healthy = async (server: HttpServer) => {
  expect(await open(server, get('/well')).wait(/path/)).toContain('path /well');
};

describe('a hostile request', () => {
  it.each<[string, string]>([
    ['one header that is too long', `GET /echo HTTP/1.1\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`],
    ['too many headers', `GET /echo HTTP/1.1\r\n${'X: 1\r\n'.repeat(10_000)}\r\n`],
    ['a header that never ends', `GET /echo HTTP/1.1\r\nX: ${'y'.repeat(200_000)}`],
    ['a path that is too long', `GET /echo/${'y'.repeat(40_000)} HTTP/1.1\r\n\r\n`],
    ['binary', `${'\u0000\u0001\u00ff'.repeat(100)}\r\n\r\n`],
    ['a TLS hello', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['two different lengths', put('Content-Length: 3\r\nContent-Length: 5\r\n', 'abcde')],
    ['a length and chunks at once', put('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
    ['a length that is no number', put('Content-Length: 1x\r\n', 'a')],
    ['a chunk size that is no number', put('Transfer-Encoding: chunked\r\n', 'zz\r\nabc\r\n0\r\n\r\n')],
    ['a chunk that is longer than it says', put('Transfer-Encoding: chunked\r\n', '1\r\nabc\r\n0\r\n\r\n')],
    ['a huge chunk size', put('Transfer-Encoding: chunked\r\n', `${'f'.repeat(40)}\r\n`)],
    ['chunk extensions without end', put('Transfer-Encoding: chunked\r\n', `1;${'x'.repeat(100_000)}`)],
    ['a folded header', 'GET /echo HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n'],
    ['a blank before the colon', 'GET /echo HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['a NUL in a header', 'GET /echo HTTP/1.1\r\nX: a\u0000b\r\n\r\n'],
    ['another protocol', 'GET /echo XTTP/1.0\r\n\r\n'],
    ['a version that is not known', 'GET /echo HTTP/9.9\r\n\r\n'],
    ['a method that is not known', 'BREW /echo HTTP/1.1\r\n\r\n'],
  ])('with %s costs its sender the connection and nobody else anything', async (_what, text) => {
    const server = await start();
    const other = open(server, get('/before'));
    await other.wait(/path/);
    const client = open(server);
    client.socket.write(Buffer.from(text, 'latin1'));
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 (400|501|413|431)/);
    other.socket.write(get('/after'));
    await other.wait(/path \/after/);
    await healthy(server);
  });

  it('whose body is too large in chunks is stopped, however much it goes on to send', async () => {
    const server = await start();
    const client = open(server, put('Transfer-Encoding: chunked\r\n'));
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const sending = setInterval(() => {
      if (!client.socket.destroyed && client.socket.writable) client.socket.write(chunk);
    }, 1);
    await client.closed;
    clearInterval(sending);
    expect(client.text()).toMatch(/^HTTP\/1\.1 413/);
    await healthy(server);
  });

  it('that announces a body that is too large is answered before the body comes', async () => {
    const client = open(await start(), put(`Content-Length: ${MAX_BODY_BYTES + 1}\r\n`));
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 413/);
  });

  it('that ends in the middle of its body changes nothing', async () => {
    const server = await start();
    const client = open(server, put('Content-Length: 10\r\n', 'abc'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    client.socket.destroy();
    await healthy(server);
  });

  it('leaves no connection behind, even when its sender never closes', async () => {
    const server = await start();
    const clients = Array.from({ length: 20 }, () => open(server, 'GARBAGE\r\n\r\n'));
    await Promise.all(clients.map((each) => each.closed));
    await expect
      .poll(() => clients.every((each) => each.socket.destroyed || each.socket.readableEnded))
      .toBe(true);
    await expect.poll(() => server.connections(), { timeout: 4_000 }).toBe(0);
  });
});

describe('slow requests', () => {
  const timeouts = { headers: 150, request: 300, check: 20 };

  it.each([
    ['nothing at all', ''],
    ['half a line', 'GET /ec'],
    ['headers one by one', 'GET /echo HTTP/1.1\r\nHost: x\r\n'],
    ['half a body', put('Content-Length: 10\r\n', 'abc')],
  ])('of %s are closed in the end, and hold up nobody', async (_what, text) => {
    const server = await start({ timeouts });
    const client = open(server, text);
    const dripping = setInterval(() => {
      if (text.endsWith('x\r\n') && client.socket.writable) client.socket.write('X: 1\r\n');
    }, 20);
    await healthy(server);
    await client.closed;
    clearInterval(dripping);
    expect(client.text()).not.toContain('200 OK');
    await healthy(server);
  });

  it('byte by byte are served when they are whole in time', async () => {
    const client = open(await start());
    for (const byte of put('Content-Length: 3\r\n', 'abc')) {
      client.socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.wait(/body/)).toContain('body abc');
  });
});

describe('a connection', () => {
  it('that is idle is closed after the time of http.conf', async () => {
    const config = {
      ...readHttpConfig(undefined),
      bind: { address: '127.0.0.1', port: 0 },
      keepAliveMs: 100,
    };
    const client = open(await start({ config }), get());
    await client.wait(/path/);
    await client.closed;
  });

  it('answers pipelined requests in their order, however many', async () => {
    const count = 200;
    const client = open(await start());
    client.socket.write(
      Array.from({ length: count }, (_, index) =>
        index % 2 === 0 ? get(`/${index}`) : put('Content-Length: 3\r\n', String(index).padStart(3, '0')),
      ).join(''),
    );
    await client.wait(/body 199/);
    const answers = [...client.text().matchAll(/(?:path \/|body )(\d+)/g)].map((match) => Number(match[1]));
    expect(answers).toEqual(Array.from({ length: count }, (_, index) => index));
  });

  it('stops at a pipelined request that makes no sense, after the answers before it', async () => {
    const client = open(await start(), `${get('/1')}GARBAGE\r\n\r\n${get('/2')}`);
    await client.closed;
    expect(client.text()).toContain('path /1');
    expect(client.text()).not.toContain('path /2');
  });

  it('of HTTP/1.0 closes after its answer', async () => {
    const client = open(await start(), 'GET /echo HTTP/1.0\r\n\r\n');
    await client.closed;
    expect(client.text()).toContain('path ');
  });

  it('waits for nothing when it is told to go on', async () => {
    const client = open(await start(), put('Content-Length: 3\r\nExpect: 100-continue\r\n'));
    await client.wait(/100 Continue/);
    client.socket.write('abc');
    await client.wait(/body abc/);
  });
});

describe('an offer to change the protocol', () => {
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';

  it('to one that is not known is passed over, and the connection goes on', async () => {
    const client = open(await start(), `GET /echo/1 HTTP/1.1\r\nHost: x\r\n${offer}\r\n`);
    await client.wait(/path \/1/);
    client.socket.write(get('/2'));
    await client.wait(/path \/2/);
    client.socket.write(`GET /echo/3 HTTP/1.1\r\nHost: x\r\n${offer}\r\n${get('/4')}`);
    await client.wait(/path \/4/);
    expect(client.text()).toContain('path /3');
  });

  it('leaves a body whole, whether it comes at once or later', async () => {
    const server = await start();
    const at = open(server, put(`${offer}Content-Length: 3\r\n`, 'abc'));
    await at.wait(/body abc/);
    const later = open(server, put(`${offer}Content-Length: 6\r\n`, 'ab'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    later.socket.write('cdef');
    await later.wait(/body abcdef/);
  });

  it('to a WebSocket where there is none is not found', async () => {
    const client = open(
      await start(),
      'GET /nosuch HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await client.closed;
    expect(client.text()).toMatch(/^HTTP\/1\.1 404/);
  });
});
