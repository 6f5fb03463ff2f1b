import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificates } from '../../tests/support/certificates.ts';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { type HttpConfig, HttpServer, readHttpConfig, respond, type TlsConfig } from './index.ts';
import { CERTIFICATE_CHECK_MS } from './tls-files.ts';

let dir: string;
let clock: FakeClock;
let log: ReturnType<typeof memoryLogger>;
let server: HttpServer;
const sockets: TLSSocket[] = [];

const file = (name: string) => join(dir, name);
function install(name: keyof typeof certificates): void {
  writeFileSync(file('new'), certificates[name].cert);
  renameSync(file('new'), file('cert.pem'));
  writeFileSync(file('key.pem'), certificates[name].key);
}

const tls = (changes: Partial<TlsConfig> = {}): HttpConfig => ({
  ...readHttpConfig(undefined),
  tls: {
    address: '127.0.0.1',
    port: 0,
    certFile: file('cert.pem'),
    keyFile: file('key.pem'),
    ciphers: undefined,
    serverCipherOrder: true,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ...changes,
  },
});

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'asterism-tls-'));
  clock = new FakeClock();
  log = memoryLogger();
  install('one');
  server = await HttpServer.listen({ config: tls(), serverHeader: 'Test/1', log, clock });
  server.handle('door', {
    request: (_request, response, path) =>
      respond(response, server.serverHeader, 200, undefined, 'text/plain', `door ${path}`),
  });
});
afterEach(async () => {
  for (const each of sockets.splice(0)) each.destroy();
  await server.close();
  rmSync(dir, { recursive: true });
  expect(clock.pending).toBe(0);
});

function open(options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port: server.tlsPort,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ...options,
    });
    sockets.push(socket);
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function ask(socket: TLSSocket): Promise<string> {
  let text = '';
  const read = (chunk: Buffer) => {
    text += chunk.toString('latin1');
  };
  socket.on('data', read);
  socket.write('GET /door/x HTTP/1.1\r\n\r\n');
  await expect.poll(() => text).toContain('door /x');
  socket.off('data', read);
  return text;
}

const subject = (socket: TLSSocket) => socket.getPeerCertificate().subject.CN;

describe('HTTPS', () => {
  it('serves what HTTP serves', async () => {
    const socket = await open();
    expect(await ask(socket)).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(socket.getProtocol()).toBe('TLSv1.3');
    expect(server.listening).toEqual({ plain: undefined, secure: `127.0.0.1:${server.tlsPort}` });
  });

  it('refuses versions that are retired', async () => {
    await expect(
      open({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).rejects.toThrow();
    expect((await open({ maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
    await server.apply(tls({ minVersion: 'TLSv1.3' }));
    await expect(open({ maxVersion: 'TLSv1.2' })).rejects.toThrow();
  });

  it('takes a new certificate by itself when the files change, and keeps its connections', async () => {
    const before = await open();
    install('two');
    clock.advance(CERTIFICATE_CHECK_MS);
    await expect.poll(async () => subject(await open())).toBe('two.example');
    await ask(before);
    expect(subject(before)).toBe('one.example');
    expect(log.lines.join()).toContain('was read again');
  });

  it('takes a new certificate with a reload, and keeps its connections', async () => {
    const before = await open();
    install('two');
    expect(await server.apply(tls())).toEqual([]);
    expect(subject(await open())).toBe('two.example');
    await ask(before);
  });

  it('keeps the certificate that it has while the files do not fit together', async () => {
    writeFileSync(file('key.pem'), certificates.two.key);
    clock.advance(CERTIFICATE_CHECK_MS);
    await expect.poll(() => log.lines.join()).toContain('stays as it was');
    expect(subject(await open())).toBe('one.example');
    expect((await server.apply(tls())).join()).toContain('cert.pem');
    expect(subject(await open())).toBe('one.example');
    install('two');
    clock.advance(CERTIFICATE_CHECK_MS);
    await expect.poll(async () => subject(await open()), { timeout: 3_000 }).toBe('two.example');
  });

  it('does not start without its files, and says which', async () => {
    const options = { config: tls({ certFile: file('nosuch.pem') }), serverHeader: '', log, clock };
    await expect(HttpServer.listen(options)).rejects.toThrow(/nosuch\.pem/);
  });

  it('limits handshakes, so that silent ones cost others nothing but a moment', async () => {
    const silent = Array.from({ length: 80 }, () => {
      const socket = connectPlain(server.tlsPort, '127.0.0.1');
      socket.on('error', () => {});
      return socket;
    });
    await expect.poll(() => silent.filter((each) => each.closed).length, { timeout: 3_000 }).toBe(80 - 64);
    for (const each of silent) each.destroy();
    await expect.poll(() => server.connections()).toBe(0);
    await ask(await open());
  });

  it('survives plain text and nonsense', async () => {
    for (const text of [
      'GET / HTTP/1.1\r\n\r\n',
      '\u0016\u0003\u0001\u0000\u0001x',
      '\u0000'.repeat(1_000),
    ]) {
      const socket = connectPlain(server.tlsPort, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      socket.write(text);
      socket.end();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    await ask(await open());
  });

  it('is closed by a reload that switches it off', async () => {
    const { tlsPort } = server;
    await server.apply(readHttpConfig(undefined));
    expect(server.listening.secure).toBeUndefined();
    await expect(open({ port: tlsPort })).rejects.toThrow();
  });
});
