import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { memoryLogger } from '../log/index.ts';
import { HttpServer, readHttpConfig, WebSocketUri } from './index.ts';

let server: HttpServer;
let uri: WebSocketUri;
let running = true;
beforeEach(async () => {
  running = true;
  const config = { ...readHttpConfig(undefined), bind: { address: '127.0.0.1', port: 0 } };
  server = await HttpServer.listen({ config, serverHeader: 'Test/1', log: memoryLogger() });
  uri = new WebSocketUri({ serverHeader: () => 'Test/1', running: () => running });
  server.handle('ws', uri, 'Asterisk HTTP WebSocket', false);
});
afterEach(async () => {
  uri.close();
  await server.close();
});

/** The socket, or the status of the refusal. */
function open(protocols: string[]): Promise<WebSocket | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, protocols);
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

describe('/ws', () => {
  it.each([[['echo']], [['nosuch', 'echo']], [[]]])('echoes to whoever offers %j', async (protocols) => {
    const socket = await open(protocols);
    if (typeof socket === 'number') throw new Error(String(socket));
    const heard = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send('hello');
    expect(await heard).toBe('hello');
    expect(socket.protocol).toBe(protocols.length === 0 ? '' : 'echo');
    socket.terminate();
  });

  it('refuses protocols that nobody speaks', async () => {
    expect(await open(['ari'])).toBe(400);
  });

  it('gives a protocol to whoever registered it, until it is given back', async () => {
    const back = uri.protocol('ari', (socket) => socket.send('welcome'));
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, ['ari']);
    expect(String(await new Promise((resolve) => socket.once('message', resolve)))).toBe('welcome');
    socket.terminate();
    back();
    expect(await open(['ari'])).toBe(400);
  });

  it('tells a browser to upgrade, and is not there without its module', async () => {
    const ask = async () => (await fetch(`http://127.0.0.1:${server.port}/ws`)).status;
    expect(await ask()).toBe(426);
    running = false;
    expect(await ask()).toBe(404);
    expect(await open(['echo'])).toBe(404);
  });

  it('closes its sockets with the server', async () => {
    const socket = await open(['echo']);
    if (typeof socket === 'number') throw new Error(String(socket));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    uri.close();
    await closed;
  });
});
