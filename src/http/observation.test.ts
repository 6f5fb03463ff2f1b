import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import { type HttpExchange, HttpServer, readHttpConfig, respond } from './index.ts';

let server: HttpServer;
let log: ReturnType<typeof memoryLogger>;
const config = { ...readHttpConfig(undefined), bind: { address: '127.0.0.1', port: 0 } };
beforeEach(async () => {
  log = memoryLogger();
  server = await HttpServer.listen({ config, serverHeader: 'Test/1', log });
  server.handle('door', {
    request: (_request, response, path) => {
      if (!path.startsWith('/never')) respond(response, 'Test/1', 200, undefined, 'text/plain', 'ok');
    },
  });
});
afterEach(() => server.close());

const get = (path: string, id?: string) =>
  fetch(
    `http://127.0.0.1:${server.port}${path}`,
    id === undefined ? {} : { headers: { 'X-Request-Id': id } },
  );

describe('a request', () => {
  it('gets its id back, and none when it has none and nobody watches', async () => {
    expect((await get('/door', 'abc-1.2:3')).headers.get('x-request-id')).toBe('abc-1.2:3');
    expect((await get('/door')).headers.get('x-request-id')).toBeNull();
    expect((await get('/door', 'with blank')).headers.get('x-request-id')).toBeNull();
    expect((await get('/door', 'x'.repeat(200))).headers.get('x-request-id')).toBeNull();
  });

  it('is a line of the log when http.conf says so, without its query', async () => {
    await server.apply({ ...config, accessLog: true, bind: server.config.bind });
    const id = (await get('/door/x?api_key=u:secret')).headers.get('x-request-id');
    await get('/nosuch/%00<b>');
    await expect.poll(() => log.lines.length).toBe(2);
    expect(log.lines[0]).toMatch(
      new RegExp(`^NOTICE http_access: 127\\.0\\.0\\.1 GET /door/x 200 [\\d.]+ ms ${id}$`),
    );
    expect(log.lines[1]).toContain(' 404 ');
    await server.apply({ ...config, bind: server.config.bind });
    await get('/door');
    expect(log.lines).toHaveLength(2);
  });

  it('is told to observers when it ends, however it ends', async () => {
    const seen: HttpExchange[] = [];
    const off = server.observe((each) => seen.push(each));
    await get('/door/a');
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET /door/never HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();
    await expect.poll(() => seen.length).toBe(2);
    expect(seen.map(({ path, complete }) => [path, complete])).toEqual([
      ['/door/a', true],
      ['/door/never', false],
    ]);
    off();
    await get('/door/b');
    expect(seen).toHaveLength(2);
  });

  it('for another protocol is one too: what it was answered, when the connection goes on or not', async () => {
    await server.apply({ ...config, accessLog: true, bind: server.config.bind });
    const sockets: Duplex[] = [];
    server.handle('up', {
      request: () => {},
      upgrade: (_request, socket, _head, path) => {
        sockets.push(socket);
        socket.resume();
        socket.on('end', () => socket.destroy());
        if (path.startsWith('/yes')) socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\nhello');
        else if (path === '/no') socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      },
    });
    const ask = async (path: string) => {
      const socket = connect(server.port, '127.0.0.1');
      let heard = '';
      socket.on('data', (data) => {
        heard += String(data);
      });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
      return heard;
    };
    expect(await ask('/up/yes?api_key=u:secret')).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\nhello');
    expect(await ask('/up/no')).toContain('403');
    await ask('/up/never');
    await ask('/nosuch');
    await expect.poll(() => log.lines.length).toBe(4);
    expect(log.lines.map((line) => line.replace(/ [\d.]+ ms [\w-]{36}/, ''))).toEqual([
      'NOTICE http_access: 127.0.0.1 GET /up/yes 101',
      'NOTICE http_access: 127.0.0.1 GET /up/no 403',
      'NOTICE http_access: 127.0.0.1 GET /up/never 0 (the client went away)',
      'NOTICE http_access: 127.0.0.1 GET /nosuch 404',
    ]);
    // Nothing of the watching is left on a connection.
    expect(Object.hasOwn(sockets[0] ?? {}, 'write')).toBe(false);
  });

  it('is published to diagnostics channels', async () => {
    const heard: unknown[] = [];
    const listener = (message: unknown, name: unknown) =>
      heard.push({ name: String(name), ...(message as object) });
    for (const name of ['asterism:http:request', 'asterism:http:response']) subscribe(name, listener);
    await get('/door', 'mine');
    await expect.poll(() => heard.length).toBe(2);
    for (const name of ['asterism:http:request', 'asterism:http:response']) unsubscribe(name, listener);
    expect(heard).toMatchObject([
      { name: 'asterism:http:request', id: 'mine', method: 'GET', path: '/door' },
      { name: 'asterism:http:response', id: 'mine', status: 200, complete: true },
    ]);
  });
});
