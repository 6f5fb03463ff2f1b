import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import { type HttpHandler, HttpServer, MAX_BODY_BYTES, readBody, readHttpConfig, respond } from './index.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const each of servers.splice(0)) await each.close();
});

/** Answers with the path, or with the size of the body. */
const echo = (server: () => HttpServer): HttpHandler => ({
  request(request, response, path) {
    const send = (text: string) =>
      respond(response, server().serverHeader, 200, undefined, 'application/json', text);
    if (request.method === 'GET') {
      send(path);
      return;
    }
    readBody(request, (body) => {
      if (body !== undefined) send(String(body.length));
      else {
        response.shouldKeepAlive = false;
        respond(response, server().serverHeader, 413, 'Request Entity Too Large', 'text/plain', 'large');
      }
    });
  },
});

async function start(prefix = ''): Promise<HttpServer> {
  const config = { ...readHttpConfig(undefined), bind: { address: '127.0.0.1', port: 0 }, prefix };
  const server = await HttpServer.listen({ config, serverHeader: 'Test/1', log: memoryLogger() });
  servers.push(server);
  server.handle(
    'echo',
    echo(() => server),
  );
  return server;
}

/** Sends bytes and gathers what comes back until the connection closes or `until` is seen. */
function exchange(server: HttpServer, text: string, until = /\r\n\r\n/): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
      if (until.test(got)) socket.destroy();
    });
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });
}

const CLOSED = /never/;
const withoutDate = (text: string) => text.replace(/Date: [^\r]+/, 'Date: now');

describe('the HTTP server', () => {
  it('answers with the headers of the original, in their order', async () => {
    const server = await start();
    const answer = await exchange(server, 'GET /echo/x?y=1 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(withoutDate(answer)).toBe(
      'HTTP/1.1 200 OK\r\nServer: Test/1\r\nDate: now\r\nCache-Control: no-cache, no-store\r\n' +
        'Content-type: application/json\r\nContent-Length: 6\r\n\r\n/x?y=1',
    );
  });

  it('keeps a connection open for the next request, unless asked to close it', async () => {
    const server = await start();
    const get = 'GET /echo HTTP/1.1\r\nHost: x\r\n';
    const answer = await exchange(server, `${get}\r\n${get}Connection: close\r\n\r\n`, CLOSED);
    expect(answer.match(/200 OK/g)).toHaveLength(2);
    expect(answer.match(/Connection: close/g)).toHaveLength(1);
  });

  it('serves a request without Host', async () => {
    expect(await exchange(await start(), 'GET /echo HTTP/1.1\r\n\r\n')).toContain('200 OK');
  });

  it('shows a page for what nobody serves', async () => {
    const server = await start();
    for (const path of ['/', '/nosuch', '/echox']) {
      const answer = await exchange(server, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect(answer).toContain('404 Not Found');
      expect(answer).toContain('<p>The requested URL was not found on this server.</p>');
      expect(answer).toContain('<address>Test/1</address>');
    }
  });

  it('puts everything behind the prefix of http.conf', async () => {
    const server = await start('/pre');
    expect(server.uris()).toEqual([{ uri: '/pre/echo/...', about: '' }]);
    expect(await exchange(server, 'GET /pre/echo/a HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(/\/a$/);
    expect(await exchange(server, 'GET /echo/a HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('404');
  });

  it('takes a prefix back from its door', async () => {
    const server = await start();
    const back = server.handle(
      'other',
      echo(() => server),
    );
    back();
    expect(await exchange(server, 'GET /other HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('404');
  });

  it('answers 500 when a door fails, and goes on', async () => {
    const server = await start();
    server.handle('broken', {
      request() {
        throw new Error('broken door');
      },
    });
    expect(await exchange(server, 'GET /broken HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('500');
    expect(await exchange(server, 'GET /echo HTTP/1.1\r\nHost: x\r\n\r\n')).toContain('200');
  });

  it.each([
    ['GARBAGE\r\n\r\n', '400 Bad Request', 'Invalid Request'],
    [
      'PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
      '400 Bad Request',
      'Invalid Content-Length',
    ],
    [`GET /echo HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, '400 Bad Request', 'Header line too long'],
    [
      'PUT /echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n',
      '501 Unimplemented',
      'Unsupported Transfer-Encoding',
    ],
  ])('costs the sender of %j the connection', async (text, status, detail) => {
    const answer = await exchange(await start(), text, CLOSED);
    expect(answer).toContain(status);
    expect(answer).toContain('Connection: close');
    expect(answer).toContain(detail);
  });

  it('reads bodies up to the limit, whole or in chunks, and no further', async () => {
    const server = await start();
    const put = (size: number) =>
      exchange(
        server,
        `PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\nConnection: close\r\n\r\n${'b'.repeat(size)}`,
        CLOSED,
      );
    expect(await put(MAX_BODY_BYTES)).toContain(`\r\n\r\n${MAX_BODY_BYTES}`);
    expect(await put(0)).toMatch(/\r\n\r\n0$/);
    const chunked =
      'PUT /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    expect(await exchange(server, chunked, CLOSED)).toMatch(/\r\n\r\n5$/);
    const large = `PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n\r\nb`;
    expect(await exchange(server, large, CLOSED)).toContain('413 Request Entity Too Large');
  });
});
