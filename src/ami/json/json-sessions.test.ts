import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type AmiBench, Opened, told } from '../../../tests/support/ami.ts';
import { isUp, LOCAL_CONF, section } from '../../../tests/support/ami-proxy.ts';
import { certificates } from '../../../tests/support/certificates.ts';
import { until } from '../../../tests/support/until.ts';
import { loadConfigIfPresent } from '../../conf/index.ts';
import { HttpServer, readHttpConfig } from '../../http/index.ts';
import { silentLogger } from '../../log/index.ts';
import { MAX_OBJECT_CHARS } from './json-wire.ts';

const opened = new Opened();
afterEach(() => opened.close());

type Told = Record<string, string | string[]>;

/** What comes, one object after the other. */
class Inbox {
  readonly all: Told[] = [];
  closed = false;
  code = 0;
  #read = 0;

  add(text: string): void {
    this.all.push(JSON.parse(text));
  }

  async next(): Promise<Told> {
    const at = this.#read++;
    await until(() => this.all.length > at || this.closed);
    return this.all[at] ?? {};
  }

  async until(name: string, value: string): Promise<Told> {
    for (;;) {
      const found = await this.next();
      if (found[name] === value) return found;
      if (Object.keys(found).length === 0) throw new Error(`closed before ${name}: ${value}`);
    }
  }
}

class LineClient extends Inbox {
  readonly socket: Socket;
  text = '';

  constructor(port: number, tls = false) {
    super();
    const at = { port, host: '127.0.0.1' };
    this.socket = tls
      ? connectTls({ ...at, ca: certificates.one.cert, servername: 'localhost' })
      : connect(at);
    this.socket.setEncoding('utf8');
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
    this.socket.on('data', (chunk: unknown) => {
      const lines = (this.text + String(chunk)).split('\n');
      this.text = lines.pop() ?? '';
      for (const each of lines) this.add(each);
    });
  }

  send(...packets: readonly object[]): void {
    this.socket.write(packets.map((each) => `${JSON.stringify(each)}\n`).join(''));
  }

  close(): void {
    this.socket.destroy();
  }
}

class SocketClient extends Inbox {
  readonly webSocket: WebSocket;
  failure = '';

  constructor(url: string, options: object = {}) {
    super();
    this.webSocket = new WebSocket(url, { ca: certificates.one.cert, ...options });
    this.webSocket.on('message', (data) => this.add(String(data)));
    this.webSocket.on('error', (error) => {
      this.failure = error.message;
    });
    this.webSocket.on('close', (code) => {
      this.closed = true;
      this.code = code;
    });
  }

  async send(packet: object | string): Promise<void> {
    await until(() => this.webSocket.readyState === WebSocket.OPEN || this.closed);
    this.webSocket.send(typeof packet === 'string' ? packet : JSON.stringify(packet));
  }

  close(): void {
    this.webSocket.terminate();
  }
}

const LOGIN = { Action: 'Login', Username: 'admin', Secret: 's3cret' };

async function open(general: string, http?: HttpServer): Promise<AmiBench> {
  return opened.bench({
    files: { 'manager.conf': LOCAL_CONF, 'amiproxy.conf': `[general]\n${general}` },
    ...(http === undefined ? {} : { http }),
  });
}

async function openWeb(general = 'websocket=yes\n') {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-amiws-'));
  opened.also({ close: () => rmSync(dir, { recursive: true }) });
  writeFileSync(join(dir, 'cert.pem'), certificates.one.cert);
  writeFileSync(join(dir, 'key.pem'), certificates.one.key);
  writeFileSync(
    join(dir, 'http.conf'),
    `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=0\ntlsenable=yes\ntlsbindaddr=127.0.0.1:0\ntlscertfile=${dir}/cert.pem\ntlsprivatekey=${dir}/key.pem\n`,
  );
  const http = opened.also(
    await HttpServer.listen({
      config: readHttpConfig(loadConfigIfPresent('http.conf', { etcDir: dir })),
      serverHeader: 'test',
      log: silentLogger,
    }),
  );
  const bench = await open(general, http);
  const client = (options: object = {}, secure = false) => {
    const url = secure ? `wss://localhost:${http.tlsPort}/ami` : `ws://127.0.0.1:${http.port}/ami`;
    return opened.also(new SocketClient(url, options));
  };
  return { bench, http, client };
}

const basic = (user: string) => ({
  headers: { authorization: `Basic ${Buffer.from(user).toString('base64')}` },
});

describe('JSON lines on a port', () => {
  it('are a session as any other: login, lists, events, logoff', async () => {
    const bench = await open('jsonenabled=yes\njsonport=0\n');
    const client = opened.also(new LineClient(bench.ami.jsonPort ?? 0));
    client.send({ Action: 'Ping' }, { ...LOGIN, ActionID: 1 });
    expect(await client.next()).toEqual({ Response: 'Error', Message: 'Permission denied' });
    expect(await client.next()).toEqual({
      Response: 'Success',
      ActionID: '1',
      Message: 'Authentication accepted',
    });
    expect((await client.next()).Event).toBe('FullyBooted');
    await client.until('Event', 'SuccessfulAuth');
    client.send(
      { Action: 'Command', Command: 'x', ActionID: 'c' },
      { Action: 'DBPut', Family: 'f', Key: 'k', Val: 1 },
    );
    expect(await client.next()).toEqual({
      Response: 'Success',
      ActionID: 'c',
      Message: 'Command output follows',
      Output: 'ran x',
    });
    await client.until('Response', 'Success');
    client.send({ Action: 'DBGet', Family: 'f', Key: 'k', ActionID: 'd' });
    expect([await client.next(), await client.next(), await client.next()]).toMatchObject([
      { Response: 'Success', EventList: 'start' },
      { Event: 'DBGetResponse', Val: '1', ActionID: 'd' },
      { Event: 'DBGetComplete', EventList: 'Complete' },
    ]);
    client.send({ Action: 'UserEvent', UserEvent: 'Hello', Note: ['a', 'b'] });
    expect(await client.until('Event', 'UserEvent')).toEqual({
      Event: 'UserEvent',
      Privilege: 'user,all',
      UserEvent: 'Hello',
      Note: ['a', 'b'],
    });
    client.send({ Action: 'Logoff' });
    expect((await client.until('Response', 'Goodbye')).Message).toBe('Thanks for all the fish.');
    await until(() => client.closed);
  });

  it('tell everybody the same events, each in its own form', async () => {
    const bench = await open('jsonenabled=yes\njsonport=0\n');
    const [one, two] = [0, 1].map(() => opened.also(new LineClient(bench.ami.jsonPort ?? 0)));
    const plain = await bench.login();
    for (const each of [one, two]) {
      each?.send({ ...LOGIN, Events: 'user' });
      await each?.until('Response', 'Success');
    }
    bench.switch.events.emit('userEvent', undefined, 'A', [['X', '1']]);
    bench.switch.events.emit('userEvent', undefined, 'B', []);
    const expected = [
      { Event: 'UserEvent', Privilege: 'user,all', UserEvent: 'A', X: '1' },
      { Event: 'UserEvent', Privilege: 'user,all', UserEvent: 'B' },
    ];
    expect([await one?.next(), await one?.next()]).toEqual(expected);
    expect([await two?.next(), await two?.next()]).toEqual(expected);
    expect(told(await plain.until('Event', 'UserEvent'), 'X')).toBe('1');
  });

  it('answer what cannot be read, and go on; an endless line ends the connection', async () => {
    const bench = await open('jsonenabled=yes\njsonport=0\n');
    const client = opened.also(new LineClient(bench.ami.jsonPort ?? 0));
    client.socket.write(`nonsense\n{"Action":"Ping\\r\\nAction: Login"}\n`);
    expect((await client.next()).Message).toBe('Failed to parse message: this is no JSON object');
    expect((await client.next()).Message).toMatch(/^Failed to parse message: headers are texts/);
    client.send(LOGIN);
    await client.until('Response', 'Success');
    client.socket.write('x'.repeat(MAX_OBJECT_CHARS + 1));
    await until(() => client.closed);
  });

  it('have TLS where they are told to, and neither when they are not', async () => {
    const bench = await open('jsonenabled=no\n');
    expect([bench.ami.jsonPort, bench.ami.jsonTlsPort]).toEqual([undefined, undefined]);
    bench.write('cert.pem', certificates.one.cert);
    bench.write('key.pem', certificates.one.key);
    bench.write(
      'amiproxy.conf',
      '[general]\njsontlsenable=yes\njsontlsport=0\ntlscertfile=@DIR@/cert.pem\ntlsprivatekey=@DIR@/key.pem\n',
    );
    await bench.ami.reload();
    expect(bench.ami.jsonPort).toBeUndefined();
    const client = opened.also(new LineClient(bench.ami.jsonTlsPort ?? 0, true));
    client.send(LOGIN);
    await client.until('Response', 'Success');
    bench.write('amiproxy.conf', '[general]\n');
    await bench.ami.reload();
    await until(() => client.closed);
  });

  it('ask other servers too', async () => {
    const east = await opened.bench();
    const bench = await open(`enabled=yes\njsonenabled=yes\njsonport=0\n${section('east', east.ami.port)}`);
    await isUp(bench, 'east');
    const client = opened.also(new LineClient(bench.ami.jsonPort ?? 0));
    client.send(
      { ...LOGIN, Events: 'off' },
      { Action: 'Command', Command: 'x', Server: 'east', ActionID: 5 },
    );
    await client.next();
    expect(await client.next()).toEqual({
      Response: 'Success',
      ActionID: '5',
      Server: 'east',
      Message: 'Command output follows',
      Output: 'ran x',
    });
  });

  it('drop a reader that stops, alone', async () => {
    const bench = await open('jsonenabled=yes\njsonport=0\n');
    const slow = opened.also(new LineClient(bench.ami.jsonPort ?? 0));
    const quick = await bench.login('admin', 's3cret', 'Events: user');
    slow.send({ Action: 'Login', Username: 'stranger', Secret: 'x' });
    await slow.until('Event', 'SuccessfulAuth');
    slow.socket.pause();
    let told_ = 0;
    while ([...bench.ami.view.connected()].some(({ user }) => user === 'stranger')) {
      for (let at = 0; at < 200; at++)
        bench.switch.events.emit('userEvent', undefined, 'Flood', [['Data', 'x'.repeat(8_000)]]);
      told_ += 200;
      expect(told_).toBeLessThan(20_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await quick.ask('Action: Ping'))[0]).toEqual(['Response', 'Success']);
  }, 30_000);
});

describe('the WebSocket /ami', () => {
  it('has a packet in each message', async () => {
    const { client } = await openWeb();
    const one = client();
    await one.send(`{\n "Action": "Login",\r\n "Username": "admin", "Secret": "s3cret", "Events": "user"\n}`);
    expect(await one.next()).toEqual({ Response: 'Success', Message: 'Authentication accepted' });
    await one.send({ Action: 'ListCommands', ActionID: 'l' });
    expect(await one.next()).toMatchObject({ Response: 'Success', ActionID: 'l', Ping: expect.any(String) });
    await one.send({ Action: 'UserEvent', UserEvent: 'X' });
    expect((await one.until('Event', 'UserEvent')).UserEvent).toBe('X');
    await one.send({ Action: 'Logoff' });
    await one.until('Response', 'Goodbye');
    await until(() => one.closed);
    expect(one.code).toBe(1000);
  });

  it('logs in by HTTP Basic, with the same words and the same wait for who is refused', async () => {
    const { bench, client } = await openWeb();
    const good = client(basic('admin:s3cret'));
    expect(await good.next()).toEqual({ Response: 'Success', Message: 'Authentication accepted' });
    const bad = client(basic('admin:wrong'));
    expect(await bad.next()).toEqual({ Response: 'Error', Message: 'Authentication failed' });
    await until(() => bad.closed);
    expect(bench.log.lines.join('\n')).not.toMatch(/s3cret|wrong/);
  });

  it('is there over TLS', async () => {
    const { bench, client } = await openWeb();
    const watcher = await bench.login('admin', 's3cret', 'Events: security');
    const one = client(basic('admin:s3cret'), true);
    await one.until('Response', 'Success');
    await watcher.until('Event', 'SuccessfulAuth');
    expect(told(await watcher.until('Event', 'SuccessfulAuth'), 'LocalAddress')).toMatch(/^IPV4\/TLS\//);
  });

  it('is not there unless it is asked for, and goes with a reload', async () => {
    const { bench, http, client } = await openWeb('');
    const none = client();
    await until(() => none.closed);
    expect(none.failure).toContain('404');
    bench.write('amiproxy.conf', '[general]\nwebsocket=yes\n');
    await bench.ami.reload();
    const one = client(basic('admin:s3cret'));
    await one.until('Response', 'Success');
    const page = await fetch(`http://127.0.0.1:${http.port}/ami`);
    expect(page.status).toBe(426);
    bench.write('amiproxy.conf', '[general]\n');
    await bench.ami.reload();
    await until(() => one.closed);
  });

  it('is refused to pages of other sites, unless they are named', async () => {
    const { bench, http, client } = await openWeb();
    const foreign = client({ ...basic('admin:s3cret'), origin: 'https://evil.example' });
    await until(() => foreign.closed);
    expect(foreign.failure).toContain('403');
    await client({ ...basic('admin:s3cret'), origin: `http://127.0.0.1:${http.port}` }).until(
      'Response',
      'Success',
    );
    bench.write('amiproxy.conf', '[general]\nwebsocket=yes\nweborigins=https://panel.example\n');
    await bench.ami.reload();
    await client({ ...basic('admin:s3cret'), origin: 'https://Panel.example' }).until('Response', 'Success');
  });

  it('takes no binary data, no message that is too long, and no stranger beyond authlimit', async () => {
    const { bench, client } = await openWeb();
    const binary = client();
    await until(() => binary.webSocket.readyState === WebSocket.OPEN);
    binary.webSocket.send(Buffer.from('{}'));
    await until(() => binary.closed);
    expect(binary.code).toBe(1003);
    const long = client();
    await long.send('x'.repeat(MAX_OBJECT_CHARS + 1));
    await until(() => long.closed);
    bench.write('manager.conf', LOCAL_CONF.replace('[admin]', 'authlimit=1\n[admin]'));
    await bench.ami.reload();
    const first = client();
    await until(() => first.webSocket.readyState === WebSocket.OPEN);
    const second = client();
    await until(() => second.closed);
    expect(second.failure).toContain('503');
  });

  it('drops a reader that stops, alone', async () => {
    const { bench, client } = await openWeb();
    const slow = client(basic('stranger:x'));
    await slow.until('Event', 'SuccessfulAuth');
    slow.webSocket.pause();
    const quick = client(basic('admin:s3cret'));
    await quick.until('Event', 'SuccessfulAuth');
    let count = 0;
    while ([...bench.ami.view.connected()].some(({ user }) => user === 'stranger')) {
      for (let at = 0; at < 200; at++)
        bench.switch.events.emit('userEvent', undefined, 'Flood', [['Data', 'x'.repeat(8_000)]]);
      count += 200;
      expect(count).toBeLessThan(20_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until(() => quick.all.filter(({ UserEvent }) => UserEvent === 'Flood').length === count);
  }, 30_000);
});
