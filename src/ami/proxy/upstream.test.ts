import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { MANAGER_CONF, told } from '../../../tests/support/ami.ts';
import { FakeServer, isUp, OpenedProxies, section, viewOf } from '../../../tests/support/ami-proxy.ts';
import { certificates } from '../../../tests/support/certificates.ts';
import { until } from '../../../tests/support/until.ts';
import { loadConfigIfPresent } from '../../conf/index.ts';
import { memoryLogger, silentLogger } from '../../log/index.ts';
import { FakeClock } from '../../platform/index.ts';
import { readProxyConfig, type UpstreamConfig } from './proxy-config.ts';
import { STEADY_MS, Upstream } from './upstream.ts';
import { LOGIN_MS } from './upstream-link.ts';

/** What a section says. */
function upstreamOf(text: string): UpstreamConfig {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-upstream-'));
  writeFileSync(join(dir, 'amiproxy.conf'), `[general]\nenabled=yes\n${text}`);
  const { upstreams } = readProxyConfig(loadConfigIfPresent('amiproxy.conf', { etcDir: dir }));
  rmSync(dir, { recursive: true });
  const [config] = upstreams.values();
  if (config === undefined) throw new Error(`no section: ${text}`);
  return config;
}

const opened = new OpenedProxies();
afterEach(() => opened.close());

describe('a connection to another server', () => {
  it('answers a challenge, or sends the secret where it is told to', async () => {
    const { east, west, middle } = await opened.three();
    for (const server of [east, west])
      expect([...server.ami.view.connected()].map(({ user }) => user)).toEqual(['admin']);
    expect([viewOf(middle, 'east').connections, viewOf(middle, 'west').connections]).toEqual([1, 1]);
    expect(middle.log.lines.join('\n')).not.toContain('s3cret');
  });

  it('tells why it is refused, asks seldom after that, and never logs the secret', async () => {
    const east = await opened.bench();
    const middle = await opened.middle(section('east', east.ami.port, 'secret=wr0ng', 'reconnectmax=3600'));
    await until(() => viewOf(middle, 'east').state.kind === 'away');
    const { state } = viewOf(middle, 'east');
    expect(state).toMatchObject({ reason: "it refuses this server's login: Authentication failed" });
    expect(state.kind === 'away' && state.retryMs).toBeGreaterThanOrEqual(1_800_000);
    expect(middle.log.lines.join('\n')).not.toContain('wr0ng');
  });

  it('is opened again when the other server dies, with answers that say so meanwhile', async () => {
    const { east, middle } = await opened.three();
    const port = east.ami.port;
    const client = await middle.login('admin', 's3cret', 'Events: off');
    await east.close();
    await until(() => viewOf(middle, 'east').state.kind === 'away');
    const answer = await client.ask('Action: Ping', 'Server: east', 'ActionID: 1');
    expect(answer).toEqual([
      ['Response', 'Error'],
      ['ActionID', '1'],
      ['Server', 'east'],
      ['Message', expect.stringMatching(/^Server 'east' is away: /)],
    ]);
    expect(told(await client.ask('Action: Ping', 'Server: west'), 'Ping')).toBe('Pong');
    await opened.bench({ files: { 'manager.conf': MANAGER_CONF.replace('port=0', `port=${port}`) } });
    await isUp(middle, 'east');
    expect(told(await client.ask('Action: Ping', 'Server: east'), 'Ping')).toBe('Pong');
  });

  it('ends an action that waits when the other server dies', async () => {
    const fake = opened.also(await FakeServer.open());
    const middle = await opened.middle(section('fake', fake.port));
    await isUp(middle, 'fake');
    const client = await middle.login('admin', 's3cret', 'Events: off');
    client.send('Action: QueueStatus', 'Server: fake', 'ActionID: q');
    await until(() => fake.asked.length === 1);
    for (const each of fake.sockets) each.destroy();
    expect(await client.next()).toEqual([
      ['Response', 'Error'],
      ['ActionID', 'q'],
      ['Server', 'fake'],
      ['Message', expect.stringMatching(/^Server 'fake' went away before it answered: /)],
    ]);
  });

  it('is given up when there is no sign of life', async () => {
    const fake = opened.also(await FakeServer.open());
    const middle = await opened.middle(section('fake', fake.port, 'keepalive=0.1'));
    await isUp(middle, 'fake');
    await until(() => fake.connections > 1);
    expect(fake.asked.some((each) => each.startsWith('Action: Ping'))).toBe(true);
    expect(middle.log.lines.join('\n')).toContain('it gives no sign of life');
  });

  it('pauses longer and longer, each time a little differently, and tells the log once', async () => {
    const fake = await FakeServer.open();
    const { port } = fake;
    await fake.close();
    const clock = new FakeClock();
    const log = memoryLogger();
    const draws = [0, 0.5, 0.25, 0, 0.9];
    const upstream = new Upstream({
      config: upstreamOf(section('fake', port, 'reconnectmin=0.1', 'reconnectmax=0.8')),
      clock,
      log,
      random: () => draws.shift() ?? 0,
      event: () => {},
    });
    for (const pause of [100, 150, 350, 800, 440]) {
      await until(() => upstream.state.kind === 'away');
      expect(upstream.state).toMatchObject({ retryMs: pause });
      clock.advance(pause - 1);
      expect(upstream.state.kind).toBe('away');
      clock.advance(1);
      expect(upstream.state.kind).toBe('connecting');
    }
    expect(log.lines).toHaveLength(1);
    upstream.close();
    expect(clock.pending).toBe(0);
  });

  it('begins its pauses anew after a connection that stood', async () => {
    const fake = opened.also(await FakeServer.open());
    const clock = new FakeClock();
    const upstream = new Upstream({
      config: upstreamOf(section('fake', fake.port, 'reconnectmin=1', 'reconnectmax=60', 'keepalive=0')),
      clock,
      log: silentLogger,
      random: () => 0,
      event: () => {},
    });
    for (const [stood, pause] of [
      [0, 1_000],
      [STEADY_MS - 1, 2_000],
      [STEADY_MS, 1_000],
      [0, 2_000],
    ] as const) {
      await until(() => upstream.state.kind === 'up' && fake.sockets.size === 1);
      clock.advance(stood);
      for (const each of fake.sockets) each.destroy();
      await until(() => upstream.state.kind === 'away');
      expect(upstream.state).toMatchObject({ retryMs: pause });
      clock.advance(pause);
    }
    await until(() => upstream.state.kind === 'up');
    upstream.close();
    expect(clock.pending).toBe(0);
  });

  it('is given up when it does not let this server log in in time', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const address = silent.address();
    const clock = new FakeClock();
    const upstream = new Upstream({
      config: upstreamOf(section('silent', typeof address === 'object' ? address?.port : 0)),
      clock,
      log: silentLogger,
      random: () => 0,
      event: () => {},
    });
    await until(() => sockets.length === 1);
    clock.advance(LOGIN_MS);
    expect(upstream.state).toMatchObject({ reason: 'it does not let this server log in in time' });
    upstream.close();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('with TLS believes a certificate of a known authority for its name, and no other', async () => {
    const east = await opened.bench({
      files: {
        'manager.conf': `${MANAGER_CONF.replace('[admin]', 'tlsenable=yes\ntlsbindaddr=127.0.0.1:0\ntlscertfile=@DIR@/cert.pem\ntlsprivatekey=@DIR@/key.pem\n[admin]')}`,
        'cert.pem': certificates.one.cert,
        'key.pem': certificates.one.key,
      },
    });
    const port = east.ami.tlsPort;
    const files = { 'one.pem': certificates.one.cert, 'two.pem': certificates.two.cert };
    const middle = await opened.middle(
      section('known', port, 'tls=yes', 'tlscafile=@DIR@/one.pem') +
        section('named', port, 'tls=yes', 'tlscafile=@DIR@/one.pem', 'tlsservername=localhost') +
        section('unknown', port, 'tls=yes', 'tlscafile=@DIR@/two.pem') +
        section('system', port, 'tls=yes') +
        section('misnamed', port, 'tls=yes', 'tlscafile=@DIR@/one.pem', 'tlsservername=elsewhere.example') +
        section('unread', port, 'tls=yes', 'tlscafile=@DIR@/none.pem') +
        section('unverified', port, 'tls=yes', 'tlsverify=no'),
      { files },
    );
    await isUp(middle, 'known', 'named', 'unverified');
    for (const name of ['unknown', 'system', 'misnamed', 'unread'])
      await until(() => viewOf(middle, name).state.kind === 'away');
    const reason = (name: string) => {
      const { state } = viewOf(middle, name);
      return state.kind === 'away' ? state.reason : state.kind;
    };
    expect(reason('unknown')).toMatch(/certificate/);
    expect(reason('system')).toMatch(/certificate/);
    expect(reason('misnamed')).toMatch(/elsewhere\.example/);
    expect(reason('unread')).toMatch(/none\.pem/);
    const client = await middle.login('admin', 's3cret', 'Events: off');
    expect(told(await client.ask('Action: Ping', 'Server: known'), 'Ping')).toBe('Pong');
    expect(told(await client.ask('Action: Ping', 'Server: unknown'), 'Message')).toMatch(/certificate/);
  });

  it('shows a certificate of its own to who asks for one', async () => {
    const { one, two } = certificates;
    const seen: string[] = [];
    const server = createTlsServer({ ...one, ca: two.cert, requestCert: true }, (socket) => {
      seen.push(String(socket.getPeerCertificate().subject.CN));
      socket.on('error', () => {});
      socket.end('Asterisk Call Manager/11.0.0\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.also({ close: () => server.close() });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await opened.middle(
      section(
        'picky',
        port,
        'tls=yes',
        'tlscafile=@DIR@/ca',
        'tlscertfile=@DIR@/cert',
        'tlsprivatekey=@DIR@/key',
      ),
      { files: { ca: one.cert, cert: two.cert, key: two.key } },
    );
    await until(() => seen.length > 0);
    expect(seen[0]).toBe('two.example');
  });

  it('stays when amiproxy.conf is read again and its section is as it was', async () => {
    const { east, west, middle } = await opened.three();
    const file = join(middle.dir, 'amiproxy.conf');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.slice(0, before.indexOf('[west]')) + section('north', west.ami.port));
    await middle.ami.reload();
    await isUp(middle, 'east', 'north');
    expect([...middle.ami.view.proxies()].map(({ name, connections }) => [name, connections])).toEqual([
      ['east', 1],
      ['north', 1],
    ]);
    expect([...east.ami.view.connected()]).toHaveLength(1);
    await until(() => [...west.ami.view.connected()].length === 1);
    writeFileSync(file, '[this is no section');
    await expect(middle.ami.reload()).rejects.toThrow();
    expect(viewOf(middle, 'east').state.kind).toBe('up');
  });
});
