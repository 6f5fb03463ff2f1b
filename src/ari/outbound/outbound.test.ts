import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
/** A certificate for localhost and its key, made for tests. */
import { certificates } from '../../../tests/support/certificates.ts';
import { memoryLogger } from '../../log/index.ts';
import { systemClock } from '../../platform/index.ts';
import { Sorcery } from '../../sorcery/index.ts';
import { AriObjects } from '../ari-objects.ts';
import { type Bench, startBench } from '../test-bench.ts';
import { webSocketClientType } from './client-object.ts';
import { connectWebSocket } from './connect.ts';

type Event = Record<string, unknown> & { type: string; application?: string };

/** An application that waits to be called. */
class App {
  readonly #web: Server;
  readonly #sockets: WebSocketServer;
  readonly requests: { url: string; headers: Record<string, string | string[] | undefined> }[] = [];
  readonly open: WebSocket[] = [];
  readonly heard: Event[] = [];
  refuse = false;

  private constructor(web: Server) {
    this.#web = web;
    this.#sockets = new WebSocketServer({ noServer: true });
    web.on('upgrade', (request, socket, head) => {
      this.requests.push({ url: request.url ?? '', headers: request.headers });
      if (this.refuse) {
        socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.open.push(webSocket);
        webSocket.on('message', (data) => this.heard.push(JSON.parse(String(data))));
      });
    });
  }

  static async start(port = 0, secure = false): Promise<App> {
    const web = secure ? createTlsServer({ ...certificates.one }) : createServer();
    const app = new App(web as Server);
    await new Promise<void>((resolve) => web.listen(port, '127.0.0.1', resolve));
    return app;
  }

  get port(): number {
    return (this.#web.address() as AddressInfo).port;
  }

  types(): string[] {
    return this.heard.map((each) => `${each.type} ${each.application}`);
  }

  async close(): Promise<void> {
    for (const each of this.open) each.terminate();
    const closed = new Promise((resolve) => this.#web.close(resolve));
    this.#web.closeAllConnections();
    await closed;
  }
}

let bench: Bench;
let running: Bench | undefined;
let app: App;
const closers: (() => unknown)[] = [];

const GENERAL =
  '[general]\n[asterisk]\ntype=user\npassword=secret\n[reader]\ntype=user\npassword=r\nread_only=yes\n';
const ari = (more: string) =>
  `${GENERAL}[out]\ntype=outbound_websocket\nwebsocket_client_id=there\napps=one,two\n${more}`;
const client = (more = '', port = app.port) =>
  `[there]\ntype=websocket_client\nuri=ws://127.0.0.1:${port}/x?y=1\nprotocols=ari\nconnection_timeout=2000\n${more}`;

beforeEach(async () => {
  app = await App.start();
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await app.close();
  for (const each of closers.splice(0)) await each();
});

describe('a persistent connection', () => {
  const start = async (more = '', clients = client('connection_type=persistent\n')) => {
    bench = running = await startBench({
      ariConf: ari(`local_ari_user=asterisk\n${more}`),
      clientConf: clients,
    });
  };

  it('is opened with its address, protocol and login, and serves its applications', async () => {
    await start('', client('connection_type=persistent\nusername=u\npassword=p:w\n'));
    await expect.poll(() => app.heard.length).toBe(2);
    expect(app.requests[0]?.url).toBe('/x?y=1');
    expect(app.requests[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('u:p:w').toString('base64')}`,
      'sec-websocket-protocol': 'ari',
    });
    expect(app.types()).toEqual(['ApplicationRegistered one', 'ApplicationRegistered two']);
    bench.stasis.tell('two', { kind: 'ChannelUserevent', channel: undefined, name: 'e', values: {} });
    await expect.poll(() => app.types()[2]).toBe('ChannelUserevent two');
    expect(bench.ari.sessions()).toEqual([
      { id: 'out', kind: 'persistent', remote: `127.0.0.1:${app.port}`, state: 'Up', apps: ['one', 'two'] },
    ]);
  });

  it('asks with the rights of its local user', async () => {
    bench = running = await startBench({
      ariConf: ari('local_ari_user=reader\n'),
      clientConf: client('connection_type=persistent\n'),
    });
    await expect.poll(() => app.open.length).toBe(1);
    const ask = (method: string, uri: string) =>
      app.open[0]?.send(JSON.stringify({ type: 'RESTRequest', request_id: method, method, uri }));
    ask('GET', 'asterisk/ping');
    ask('POST', 'asterisk/variable?variable=A&value=1');
    await expect.poll(() => app.heard.filter((each) => each.type === 'RESTResponse').length).toBe(2);
    const codes = app.heard.filter((each) => each.type === 'RESTResponse').map((each) => each.status_code);
    expect(codes).toEqual([200, 403]);
  });

  it('comes back when it is lost, and when it could not be opened', async () => {
    await start();
    await expect.poll(() => app.heard.length).toBe(2);
    app.refuse = true;
    app.open[0]?.terminate();
    await expect.poll(() => bench.stasis.has('one')).toBe(false);
    await expect.poll(() => bench.ari.sessions()[0]?.state).toBe('Down');
    for (let count = 2; count < 7; count++) {
      bench.clock.advance(500);
      await expect.poll(() => app.requests.length).toBe(count);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(bench.log.lines.filter((each) => each.includes('failed after'))).toHaveLength(1);
    app.refuse = false;
    bench.clock.advance(500);
    await expect.poll(() => bench.stasis.active('one')).toBe(true);
  });

  it('stays when a reload does not touch it, and follows one that does', async () => {
    await start();
    await expect.poll(() => app.heard.length).toBe(2);
    bench.write('ari.conf', `${ari('local_ari_user=asterisk\n')}[more]\ntype=user\npassword=x\n`);
    await bench.reload();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(app.requests).toHaveLength(1);
    bench.write('ari.conf', ari('local_ari_user=asterisk\n').replace('one,two', 'three'));
    await bench.reload();
    await expect
      .poll(() => app.types().slice(2))
      .toEqual(['ApplicationUnregistered one', 'ApplicationUnregistered two', 'ApplicationRegistered three']);
    bench.write('ari.conf', GENERAL);
    await bench.reload();
    await expect.poll(() => bench.ari.sessions()).toEqual([]);
  });

  it('is opened, moved and closed by what is pushed', async () => {
    bench = running = await startBench({
      ariConf: GENERAL,
      sorceryConf: '[res_ari]\noutbound_websocket=memory\n[res_websocket_client]\nwebsocket_client=memory\n',
    });
    const path = '/asterisk/config/dynamic';
    const push = async (what: string, values: Record<string, string>) => {
      const fields = Object.entries(values).map(([attribute, value]) => ({ attribute, value }));
      expect((await bench.inject('PUT', `${path}/${what}`, { fields })).status).toBe(200);
    };
    await push('res_websocket_client/websocket_client/there', {
      ...{ uri: `ws://127.0.0.1:${app.port}/x`, connection_type: 'persistent', connection_timeout: '2000' },
    });
    await push('res_ari/outbound_websocket/out', {
      ...{ websocket_client_id: 'there', apps: 'one', local_ari_user: 'asterisk' },
    });
    await expect.poll(() => app.types()).toEqual(['ApplicationRegistered one']);
    await push('res_ari/outbound_websocket/out', { apps: 'two' });
    await expect
      .poll(() => app.types().slice(1))
      .toEqual(['ApplicationUnregistered one', 'ApplicationRegistered two']);
    await bench.inject('DELETE', `${path}/res_websocket_client/websocket_client/there`);
    await expect.poll(() => app.types().slice(3)).toEqual(['ApplicationUnregistered two']);
    await expect.poll(() => bench.ari.sessions()).toEqual([]);
  });

  it('is not opened for an application that its local user may not be', async () => {
    bench = running = await startBench({
      ariConf: `${ari('local_ari_user=picky\n')}[picky]\ntype=user\npassword=x\nallow_applications=one\n`,
      clientConf: client('connection_type=persistent\n'),
    });
    expect(bench.ari.outbound()[0]).toMatchObject({ name: 'out', valid: false });
    expect(bench.log.lines.join()).toContain("allow_applications of user 'picky' does not have 'two'");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(app.requests).toEqual([]);
  });

  it('stays shut when it was shut down, until it is started', async () => {
    await start();
    await expect.poll(() => app.heard.length).toBe(2);
    expect(bench.ari.shutdownSession('out')).toBe(true);
    await expect.poll(() => bench.ari.sessions()).toEqual([]);
    await bench.reload();
    bench.clock.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(app.requests).toHaveLength(1);
    expect(bench.ari.startOutbound('out')).toBe(true);
    expect(bench.ari.startOutbound('nosuch')).toBe(false);
    await expect.poll(() => app.requests.length).toBe(2);
    expect(bench.ari.shutdownSession('nosuch')).toBe(false);
    bench.ari.shutdownSessions();
    await expect.poll(() => bench.ari.sessions()).toEqual([]);
  });

  it.each([
    ['its user', 'local_ari_user=nosuch\n', client('', 1), /local_ari_user 'nosuch'/],
    ['its client', 'local_ari_user=asterisk\n', '', /no websocket_client 'there'/],
  ])('is not opened when %s is not there, and says so', async (_what, more, clients, line) => {
    bench = running = await startBench({
      ariConf: ari(more),
      clientConf: clients === '' ? '' : `${clients}connection_type=persistent\n`,
    });
    expect(bench.log.lines.join('\n')).toMatch(line);
    expect(bench.ari.outbound()).toMatchObject([{ name: 'out', valid: false }]);
    expect(bench.ari.sessions()).toEqual([]);
  });
});

describe('a connection for each call', () => {
  const start = async () => {
    bench = running = await startBench({
      ariConf: ari('local_ari_user=asterisk\n'),
      clientConf: client('connection_type=per_call_config\nreconnect_attempts=2\nreconnect_interval=100\n'),
    });
  };
  const call = () => {
    const channel = bench.createChannel();
    let left: string | undefined;
    const run = bench.owner.run(channel, async () => {
      left = await bench.stasis.enter(channel, 'two', ['a']);
    });
    return { channel, run, left: () => left };
  };

  it('is opened when the call comes, under a name of its own, and closed with the call', async () => {
    await start();
    expect(app.requests).toHaveLength(0);
    expect(bench.ari.sessions()).toEqual([
      { id: 'out', kind: 'per_call_config', remote: 'N/A', state: 'N/A', apps: ['one', 'two'] },
    ]);
    const { channel, run, left } = call();
    const own = `two:${channel.name}`;
    await expect.poll(() => app.types()).toEqual([`ApplicationRegistered ${own}`, `StasisStart ${own}`]);
    expect(bench.ari.sessions()[1]).toMatchObject({
      id: `out:${channel.name}`,
      kind: 'per_call',
      apps: [own],
    });
    app.open[0]?.send(
      JSON.stringify({
        type: 'RESTRequest',
        request_id: '1',
        method: 'POST',
        uri: `channels/${channel.id}/continue`,
      }),
    );
    await run;
    expect(left()).toBe('continue');
    await expect
      .poll(() => app.types().slice(2))
      .toEqual(
        [...[`StasisEnd ${own}`, `RESTResponse ${own}`, `ApplicationUnregistered ${own}`]].sort(
          (a, b) => app.types().indexOf(a) - app.types().indexOf(b),
        ),
      );
    await expect.poll(() => bench.ari.sessions().length).toBe(1);
    expect(bench.stasis.has(own)).toBe(false);
  });

  it('fails after its attempts when nobody is there', async () => {
    await start();
    app.refuse = true;
    const { run, left } = call();
    await expect.poll(() => app.requests.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    bench.clock.advance(100);
    await run;
    expect(app.requests).toHaveLength(2);
    expect(left()).toBe('failed');
    expect(bench.log.lines.join('\n')).toContain('failed after 2 tries');
  });

  it('is given up when the caller does not wait for it', async () => {
    await start();
    app.refuse = true;
    const { channel, run } = call();
    await expect.poll(() => app.requests.length).toBe(1);
    await channel.requestHangup({ cause: 16, by: 'remote' });
    await run;
    bench.clock.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(app.requests).toHaveLength(1);
  });

  it('is not opened for an application that somebody listens for already', async () => {
    await start();
    bench.stasis.register('two', { tell: () => {} });
    const { channel, run } = call();
    await expect.poll(() => bench.stasis.holder(channel)).toBe('two');
    expect(app.requests).toHaveLength(0);
    await channel.requestHangup({ cause: 16, by: 'remote' });
    await run;
  });
});

describe('where a connection goes', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'asterism-out-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function read(lines: string) {
    writeFileSync(join(dir, 'websocket_client.conf'), `[there]\ntype=websocket_client\n${lines}`);
    const log = memoryLogger();
    const sorcery = new Sorcery({
      ...{ etcDir: dir, astdb: undefined, log, clock: systemClock, running: () => true },
    });
    sorcery.register([webSocketClientType], 'websocket_client.conf');
    const objects = new AriObjects({ sorcery, namedAcl: () => undefined, changed: () => {}, log });
    const found = objects.clients().get('there');
    const problems = log.lines.slice();
    return { found, problems };
  }
  async function open(lines: string) {
    const { found } = read(`connection_type=persistent\n${lines}`);
    if (found === undefined) throw new Error('it was refused');
    const connected = await connectWebSocket(found, new AbortController().signal);
    closers.push(() => connected.webSocket.terminate());
    return connected;
  }

  it.each([
    ['no type', 'uri=ws://x\n', /connection_type ''/],
    [
      'another type',
      'uri=ws://x\nconnection_type=client\n',
      /'client' is not accepted for 'connection_type'/,
    ],
    ['no address', 'connection_type=persistent\n', /'uri' is required/],
    ['an address of a page', 'connection_type=persistent\nuri=http://x\n', /uri 'http:/],
    [
      'a time that is none',
      'connection_type=persistent\nuri=ws://x\nconnection_timeout=soon\n',
      /connection_timeout/,
    ],
  ])('is refused with %s', (_what, lines, problem) => {
    const { found, problems } = read(lines);
    expect(found).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it('has the defaults of the original', () => {
    const { found } = read('uri=ws://x/\nconnection_type=per_call_config\ntls_enabled=yes\n');
    expect(found).toMatchObject({
      ...{ uri: 'wss://x/', protocols: [], connectionTimeoutMs: 500, reconnectAttempts: 4 },
      ...{ reconnectIntervalMs: 500, verifyServerCert: true, verifyServerHostname: true },
    });
  });

  it('is proved by its certificate', async () => {
    const secure = await App.start(0, true);
    closers.push(() => secure.close());
    writeFileSync(join(dir, 'ca.pem'), certificates.one.cert);
    writeFileSync(join(dir, 'other.pem'), certificates.two.cert);
    const uri = (host: string) => `uri=wss://${host}:${secure.port}/\nconnection_timeout=3000\n`;
    await expect(open(uri('127.0.0.1'))).rejects.toThrow();
    await expect(open(`${uri('127.0.0.1')}ca_list_file=${dir}/other.pem\n`)).rejects.toThrow();
    await open(`${uri('127.0.0.1')}ca_list_file=${dir}/ca.pem\n`);
    await open(`${uri('localhost')}ca_list_path=${dir}\n`);
    await open(`${uri('127.0.0.1')}verify_server_cert=no\n`);
    expect(secure.requests).toHaveLength(3);
  });

  it('may be behind a proxy', async () => {
    const asked: string[] = [];
    const proxy = createTcpServer((near: Socket) => {
      near.once('data', (head) => {
        const text = head.toString();
        asked.push(text);
        if (!text.includes('Proxy-Authorization')) {
          near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
          return;
        }
        const far = connectTcp(app.port, '127.0.0.1', () => near.write('HTTP/1.1 200 OK\r\n\r\n'));
        near.pipe(far).pipe(near);
        near.on('error', () => far.destroy());
        far.on('error', () => near.destroy());
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closers.push(() => proxy.close());
    const place = `uri=ws://app.example:81/\nproxy_host=127.0.0.1:${(proxy.address() as AddressInfo).port}\nconnection_timeout=3000\n`;
    await open(`${place}proxy_username=u\nproxy_password=p\n`);
    expect(asked[0]).toMatch(/^CONNECT app\.example:81 HTTP\/1\.1\r\n/);
    expect(asked[0]).toContain(`Basic ${Buffer.from('u:p').toString('base64')}`);
    await expect(open(place)).rejects.toThrow(/407/);
  });

  it('has to answer in its time', async () => {
    const silent = createTcpServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.push(() => silent.close());
    const place = `uri=ws://127.0.0.1:${(silent.address() as AddressInfo).port}/\nconnection_timeout=50\n`;
    await expect(open(place)).rejects.toThrow(/no answer within 50 ms/);
  });
});
