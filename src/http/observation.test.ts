import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect } from 'node:net';
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
