import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../conf/index.ts';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { NamedAcls } from '../security/index.ts';
import { type HttpConfig, HttpServer, readHttpConfig, respond } from './index.ts';

let dir: string;
let clock: FakeClock;
const servers: HttpServer[] = [];
const sockets: Socket[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asterism-site-'));
  clock = new FakeClock();
});
afterEach(async () => {
  for (const each of sockets.splice(0)) each.destroy();
  for (const each of servers.splice(0)) await each.close();
  rmSync(dir, { recursive: true });
  expect(clock.pending).toBe(0);
});

function conf(lines: string, acls?: NamedAcls): HttpConfig {
  writeFileSync(join(dir, 'http.conf'), `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=0\n${lines}\n`);
  return readHttpConfig(loadConfigIfPresent('http.conf', { etcDir: dir }), acls?.get);
}

async function start(lines = '', acls?: NamedAcls): Promise<HttpServer> {
  const server = await HttpServer.listen({
    config: conf(lines, acls),
    serverHeader: 'Test/1',
    staticFolder: join(dir, 'static-http'),
    log: memoryLogger(),
    clock,
  });
  servers.push(server);
  server.handle('door', {
    request: (_request, response, path) =>
      respond(response, server.serverHeader, 200, undefined, 'text/plain', `door ${path}`),
  });
  return server;
}

const url = (server: HttpServer, path: string) => `http://127.0.0.1:${server.port}${path}`;

/** Sends a target exactly as it is, and gives the whole answer. */
async function raw(server: HttpServer, target: string, headers = ''): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

describe('static files', () => {
  beforeEach(() => {
    const root = join(dir, 'static-http');
    mkdirSync(join(root, 'sub'), { recursive: true });
    writeFileSync(join(root, 'index.html'), '<p>hello');
    writeFileSync(join(root, 'sub', 'a b.txt'), 'deep');
    writeFileSync(join(root, '.hidden'), 'hidden');
    writeFileSync(join(root, 'empty.css'), '');
    writeFileSync(join(dir, 'secret.txt'), 'SECRET');
    symlinkSync(join(dir, 'secret.txt'), join(root, 'out.txt'));
    symlinkSync(join(root, 'index.html'), join(root, 'in.html'));
    utimesSync(join(root, 'index.html'), 1_795_248_687, 1_795_248_687);
  });

  it('are sent with a type, a length and a tag', async () => {
    const answer = await fetch(url(await start('enable_static=yes'), '/static/index.html'));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('<p>hello');
    expect(answer.headers.get('content-type')).toBe('text/html');
    expect(answer.headers.get('content-length')).toBe('8');
    expect(answer.headers.get('last-modified')).toBe('Sat, 21 Nov 2026 08:11:27 GMT');
    expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]+-8"$/);
  });

  it('are not sent again to whoever has them, and are again when they changed', async () => {
    const server = await start('enable_static=yes');
    const get = (tag: string) =>
      fetch(url(server, '/static/index.html'), { headers: { 'If-None-Match': tag } });
    const etag = (await fetch(url(server, '/static/index.html'))).headers.get('etag') ?? '';
    for (const each of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
      expect((await get(each)).status, each).toBe(304);
    expect((await get('"x"')).status).toBe(200);
    writeFileSync(join(dir, 'static-http', 'index.html'), '<p>other');
    expect(await (await get(etag)).text()).toBe('<p>other');
  });

  it('are found in folders, with blanks, behind a link inside, and when they are empty', async () => {
    const server = await start('enable_static=yes');
    expect(await (await fetch(url(server, '/static/sub/a%20b.txt'))).text()).toBe('deep');
    expect(await (await fetch(url(server, '/static/in.html?x=1'))).text()).toBe('<p>hello');
    expect(await (await fetch(url(server, '/static/empty.css'))).text()).toBe('');
    const head = await fetch(url(server, '/static/index.html'), { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['8', '']);
  });

  it.each([
    '/static',
    '/static/',
    '/static/../secret.txt',
    '/static/%2e%2e/secret.txt',
    '/static/sub/../../secret.txt',
    '/static/sub/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/static/sub/..%5c..%5csecret.txt',
    '/static/%252e%252e/secret.txt',
    '/static//etc/passwd',
    '/static/%2fetc/passwd',
    '/static/.hidden',
    '/static/sub/.hidden',
    '/static/index.html%00.txt',
    '/static/out.txt',
    '/static/sub',
    '/static/%ff%fe',
    '/static/~root',
    '/STATIC/../secret.txt',
    '/static/nosuch',
    '/static/index.html/x',
  ])('do not come from %s', async (target) => {
    const text = await raw(await start('enable_static=yes'), target);
    expect(text).toMatch(/^HTTP\/1\.1 40[34] /);
    expect(text).not.toMatch(/SECRET|hidden|root:/);
  });

  it('are only for reading, and only when they are enabled', async () => {
    const server = await start('enable_static=yes');
    expect((await fetch(url(server, '/static/index.html'), { method: 'POST' })).status).toBe(501);
    await server.apply(conf('enable_static=no'));
    expect((await fetch(url(server, '/static/index.html'))).status).toBe(404);
  });
});

describe('paths', () => {
  it('that are redirected say where to', async () => {
    const server = await start('redirect=/here /static/there.html');
    const text = await raw(server, '/HERE?x=1');
    expect(text).toMatch(/^HTTP\/1\.1 302 Moved Temporarily\r\n/);
    expect(text).toContain('\r\nLocation: /static/there.html\r\n');
    expect(text).toContain('\r\nContent-Length: 0\r\n');
  });

  it('begin with the prefix, which a reload changes', async () => {
    const server = await start('prefix=pbx');
    expect(await raw(server, '/pbx/door/x?y')).toContain('door /x?y');
    expect(await raw(server, '/door/x')).toMatch(/^HTTP\/1\.1 404/);
    await server.apply(conf(''));
    expect(await raw(server, '/door/x')).toContain('door /x');
  });

  it('may come with scheme and host, as proxies send them', async () => {
    const server = await start();
    expect(await raw(server, 'http://127.0.0.1/door/x')).toContain('door /x');
    expect(await raw(server, 'HTTP://x')).toMatch(/^HTTP\/1\.1 404/);
  });

  it('that are too long are refused as the original does', async () => {
    const text = await raw(await start(), `/door?${'x'.repeat(9_000)}`);
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('Request line too long');
  });

  it('show the status when that is enabled, and nothing of markup in it', async () => {
    const server = await start('enable_status=yes\nservername=<b>me');
    const answer = await fetch(url(server, '/httpstatus?<script>'));
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html');
    expect(text).toContain(`127.0.0.1:${server.port}`);
    expect(text).toContain('&#60;b&#62;me');
    expect(text).not.toContain('<script>');
    expect((await fetch(url(server, '/httpstatus'), { method: 'POST' })).status).toBe(501);
    expect((await fetch(url(server, '/httpstatus/x'))).status).toBe(404);
  });
});

describe('a restriction', () => {
  const DENIED = '[/door/private]\ntype=restriction\ndeny=127.0.0.0/8\n';

  it.each([
    '/door/private',
    '/door/private/x',
    '/door/privately',
    '/DOOR/Private',
    '/door//private',
    '//door/private',
    '/door/%70rivate',
    '/door/private%00',
    '/door/private/../public',
    'http://x/door/private',
  ])('keeps %s from those that it denies', async (target) => {
    const text = await raw(await start(DENIED), target);
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(text).toContain('<p>Access denied by ACL</p>');
    expect(text).toContain('Connection: close');
  });

  it('leaves the rest open, for upgrades too', async () => {
    const server = await start(DENIED);
    expect(await raw(server, '/door/public')).toContain('door /public');
    const upgrade = await raw(server, '/door/private', 'Connection: Upgrade\r\nUpgrade: websocket\r\n');
    expect(upgrade).toMatch(/^HTTP\/1\.1 403/);
  });

  it('asks the lists of acl.conf as they are now', async () => {
    const log = memoryLogger();
    const acls = new NamedAcls({ read: () => loadConfigIfPresent('acl.conf', { etcDir: dir }), log });
    acls.reload();
    const server = await start('[/door]\ntype=restriction\nacl=friends\n', acls);
    expect(await raw(server, '/door/x')).toMatch(/^HTTP\/1\.1 403/);
    writeFileSync(join(dir, 'acl.conf'), '[friends]\npermit=127.0.0.1\n');
    acls.reload();
    expect(await raw(server, '/door/x')).toContain('door /x');
  });
});

describe('connections', () => {
  const open = (server: HttpServer, text = '') => {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    let got = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
    });
    if (text !== '') socket.write(text);
    const ended = new Promise<void>((resolve) => {
      socket.once('end', resolve);
      socket.once('close', () => resolve());
    });
    return { socket, ended, text: () => got };
  };
  const REQUEST = 'GET /door/x HTTP/1.1\r\n\r\n';

  it('beyond the session limit are closed without a word while the others are in use', async () => {
    const server = await start('sessionlimit=2');
    const [a, b] = [open(server, REQUEST), open(server, REQUEST)];
    await expect.poll(() => a.text() + b.text()).toMatch(/door \/x.*door \/x/s);
    clock.advance(60_000);
    const c = open(server, REQUEST);
    await c.ended;
    expect(c.text()).toBe('');
    expect(server.refused).toBe(1);
    a.socket.end();
    await expect.poll(() => server.connections()).toBe(1);
    const d = open(server, REQUEST);
    await expect.poll(d.text).toContain('door /x');
  });

  it('that stay silent make room for one that asks', async () => {
    const server = await start('sessionlimit=2');
    const [a, b] = [open(server), open(server)];
    await expect.poll(() => server.connections()).toBe(2);
    clock.advance(2_000);
    const c = open(server, REQUEST);
    await expect.poll(c.text).toContain('door /x');
    await a.ended;
    expect(b.socket.destroyed).toBe(false);
    expect(server.connections()).toBe(2);
  });

  it('end after each answer when they are not to be kept', async () => {
    const client = open(await start('session_keep_alive=0'), REQUEST);
    await client.ended;
    expect(client.text()).toContain('Connection: close');
  });

  it('survive a reload that changes everything but the address', async () => {
    const server = await start();
    const client = open(server, REQUEST);
    await expect.poll(client.text).toContain('door /x');
    const faults = await server.apply({ ...conf('servername=Other\nsession_keep_alive=60000') });
    expect(faults).toEqual([]);
    client.socket.write(REQUEST);
    await expect.poll(client.text).toMatch(/Server: Test\/1.*Server: Other/s);
  });

  it('go to the new address after a reload, while the old ones end', async () => {
    const server = await start();
    const before = server.port;
    const idle = open(server, REQUEST);
    await expect.poll(idle.text).toContain('door /x');
    const spare = await start();
    const free = spare.port;
    await spare.close();
    expect(await server.apply({ ...conf(''), bind: { address: '127.0.0.1', port: free } })).toEqual([]);
    expect(server.port).toBe(free);
    await idle.ended;
    await expect(fetch(`http://127.0.0.1:${before}/door/x`)).rejects.toThrow();
    expect(await (await fetch(url(server, '/door/x'))).text()).toBe('door /x');
  });

  it('stay where they are when the new address is taken', async () => {
    const [server, other] = [await start(), await start()];
    const faults = await server.apply({ ...conf(''), bind: { address: '127.0.0.1', port: other.port } });
    expect(faults.join()).toMatch(/cannot be listened on/);
    expect(await (await fetch(url(server, '/door/x'))).text()).toBe('door /x');
  });

  it('are gone when HTTP is switched off, and come back with it; doors stay mounted', async () => {
    const server = await start();
    expect(await server.apply({ ...conf(''), bind: undefined })).toEqual([]);
    expect(server.listening).toEqual({ plain: undefined, secure: undefined });
    expect(server.uris()).toEqual([{ uri: '/door/...', about: '' }]);
    await server.apply(conf(''));
    expect(await (await fetch(url(server, '/door/x'))).text()).toBe('door /x');
  });

  it('come over IPv6', async () => {
    const server = await start();
    await server.apply({ ...conf(''), bind: { address: '::1', port: 0 } });
    expect(server.listening.plain).toBe(`[::1]:${server.port}`);
    expect(await (await fetch(`http://[::1]:${server.port}/door/x`)).text()).toBe('door /x');
  });
});

it('the list of what is mounted is ordered as in the original', async () => {
  const server = await start('enable_status=yes\nenable_static=yes\nprefix=p');
  server.handle('ab', { request: () => {} }, 'two', false);
  server.handle('cd', { request: () => {} }, 'two, newer');
  expect(server.uris().map(({ uri }) => uri)).toEqual([
    '/p/httpstatus',
    '/p/static/...',
    '/p/door/...',
    '/p/cd/...',
    '/p/ab',
  ]);
});
