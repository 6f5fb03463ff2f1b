import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { type AmiSetup, type AmiTestClient, MANAGER_CONF, Opened, told } from '../../tests/support/ami.ts';
import { FakeClock } from '../platform/index.ts';
import { MAX_BACKLOG_CHARS } from './outbox.ts';
import { MAX_HEADERS, MAX_LINE } from './packet.ts';

const opened = new Opened();
afterEach(() => opened.close());
const open = (setup?: AmiSetup) => opened.bench(setup);

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The interface still serves others. */
async function fine(client: AmiTestClient): Promise<void> {
  expect((await client.ask('Action: Ping'))[0]).toEqual(['Response', 'Success']);
}

describe('a hostile client', () => {
  it('gets nothing done before it has logged in', async () => {
    const bench = await open();
    await bench.ports.astdb.put('/a/b', 'kept');
    const client = await bench.client();
    for (const action of bench.ami.actions().filter((each) => each.beforeLogin !== true)) {
      client.send(`Action: ${action.name}`, 'Family: a', 'Key: b', 'Variable: X', 'Channel: /./');
      expect(told(await client.next(), 'Message')).toBe('Permission denied');
    }
    expect(bench.ports.astdb.get('/a/b')).toBe('kept');
    expect(told(await client.ask('Action: __proto__'), 'Message')).toBe('Permission denied');
  });

  it('cannot forge lines with what it sends', async () => {
    const bench = await open();
    const client = await bench.login();
    await client.until('Event', 'SuccessfulAuth');
    const from = client.text.length;
    client.socket.write(
      'Action: UserEvent\r\nUserEvent: a\rEvent: Forged\r\nB: x\ry\r\nActionID: i\rj\r\n\r\n',
    );
    await client.until('Event', 'UserEvent');
    const said = client.text.slice(from);
    expect(said.split('\r\n').filter((line) => line.includes('\r'))).toEqual([]);
    expect(said).toContain('ActionID: i j\r\n');
    expect(said).toContain('UserEvent: a Event: Forged\r\n');
  });

  it('may send a packet one byte at a time, and end lines as it likes', async () => {
    const bench = await open();
    const client = await bench.client();
    client.socket.setNoDelay(true);
    for (const byte of 'Action: Login\nUsername: admin\r\nSecret: s3cret\nEvents: off\r\n\n') {
      client.socket.write(byte);
      await turn();
    }
    expect((await client.next())?.[0]).toEqual(['Response', 'Success']);
  });

  it.each([
    ['a line that is too long', `A: ${'x'.repeat(MAX_LINE)}\r\n\r\n`, /line too long/],
    ['too many headers', `Action: Ping\r\n${'A: 1\r\n'.repeat(MAX_HEADERS)}\r\n`, /Too many lines/],
  ])('is told of %s, and goes on', async (_what, text, said) => {
    const bench = await open();
    const client = await bench.login('admin', 's3cret', 'Events: off');
    client.socket.write(text);
    expect(told(await client.next(), 'Message')).toMatch(said);
    await fine(client);
  });

  it('that sends a line of a megabyte is disconnected', async () => {
    const bench = await open();
    const [client, other] = [await bench.client(), await bench.login('admin', 's3cret', 'Events: off')];
    client.socket.write('x'.repeat(1024 * 1024));
    await client.closed;
    await fine(other);
  });

  it('may not hold more connections without login than authlimit allows, nor for long', async () => {
    const clock = new FakeClock();
    const bench = await open({ clock });
    const known = await bench.login('admin', 's3cret', 'Events: off');
    const silent: AmiTestClient[] = [];
    for (let count = 0; count < 51; count++) silent.push(await bench.client());
    await silent[50]?.closed;
    expect([...bench.ami.sessions()]).toHaveLength(51);
    await fine(known);
    clock.advance(30_000);
    await Promise.all(silent.map((each) => each.closed));
    await turn();
    expect([...bench.ami.sessions()]).toHaveLength(1);
    await (await bench.client()).banner;
  });

  it('cannot make expressions of filters and hang-ups run away', async () => {
    const bench = await open();
    const client = await bench.login('admin', 's3cret', 'Events: off');
    const evil = `${'(a*)*'.repeat(20)}b`;
    bench.channel();
    const before = Date.now();
    await client.ask('Action: Hangup', `Channel: /${evil}/`);
    await client.ask('Action: Filter', 'Operation: Add', `Filter: ${evil}`);
    await client.ask('Action: Events', 'EventMask: user');
    for (let count = 0; count < 20; count++)
      bench.switch.events.emit('userEvent', undefined, 'a'.repeat(500), []);
    await fine(client);
    expect(Date.now() - before).toBeLessThan(3_000);
    for (let count = 1; count < 100; count++) client.send('Action: Filter', 'Operation: Add', 'Filter: x');
    expect(told(await client.ask('Action: Filter', 'Operation: Add', 'Filter: x'), 'Response')).toBe(
      'Success',
    );
    let last: string | undefined;
    for (let count = 0; count < 99; count++) last = told(await client.until('Response'), 'Message');
    expect(last).toBe('Too many filters');
  });

  it('that does not read is dropped alone, and what waits for it stays bounded', async () => {
    const bench = await open();
    const [reader, stopped] = [await bench.login(), await bench.login()];
    await Promise.all([reader, stopped].map((each) => each.until('Event', 'SuccessfulAuth')));
    stopped.socket.pause();
    let heard = 0;
    reader.socket.on('data', (chunk) => {
      heard += String(chunk).match(/UserEvent: Flood/g)?.length ?? 0;
    });
    const value = 'x'.repeat(900);
    let sent = 0;
    const session = () => [...bench.ami.sessions()].length;
    const end = Date.now() + 20_000;
    while (session() === 2 && Date.now() < end) {
      for (let count = 0; count < 200; count++, sent++)
        bench.switch.events.emit('userEvent', undefined, 'Flood', [['Data', value]]);
      await turn();
      await turn();
    }
    expect(session()).toBe(1);
    expect(bench.log.lines.filter((line) => line.includes('is dropped'))).toHaveLength(1);
    // Kernel buffers take some megabytes; beyond them the bound holds.
    expect(sent * value.length).toBeLessThan(MAX_BACKLOG_CHARS * 8);
    while (heard < sent && Date.now() < end) await turn();
    expect(heard).toBe(sent);
    await fine(reader);
  }, 30_000);

  it('never finds its secrets in the log', async () => {
    const bench = await open();
    await bench.login('admin', 'hunter2-wrong');
    const client = await bench.login();
    await client.ask('Action: Setvar', 'Variable: SHELL(hunter2)', 'Value: x');
    bench.ami.view.setDebug(true);
    const other = await bench.client();
    await other.ask('Action: Login', 'Username: admin', 'Secret: s3cret', 'Key: s3cret');
    expect(bench.log.lines.filter((line) => /s3cret|hunter2-wrong/.test(line))).toEqual([]);
  });
});

describe('TLS', () => {
  it('carries sessions like TCP, and survives who does not speak it', async () => {
    const bench = await open({ files: { 'manager.conf': MANAGER_CONF } });
    const file = join(bench.dir, 'ami.pem');
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...args, '-keyout', join(bench.dir, 'key'), '-out', file], { stdio: 'ignore' });
    const tls = `tlsenable=yes\ntlsbindaddr=127.0.0.1:0\ntlscertfile=${file}\ntlsprivatekey=${join(bench.dir, 'key')}\n`;
    bench.write('manager.conf', MANAGER_CONF.replace('[admin]', `${tls}[admin]`));
    await bench.ami.reload();
    const watcher = await bench.login();
    const client = await bench.client(true);
    expect((await client.ask('Action: Login', 'Username: admin', 'Secret: s3cret'))[0]).toEqual([
      'Response',
      'Success',
    ]);
    await watcher.until('Event', 'SuccessfulAuth');
    expect(told(await watcher.until('Event', 'SuccessfulAuth'), 'LocalAddress')).toMatch(/^IPV4\/TLS\//);
    const plain = connect(bench.ami.tlsPort ?? 0, '127.0.0.1', () => plain.write('Action: Ping\r\n\r\n'));
    plain.on('error', () => {});
    await new Promise((resolve) => plain.on('close', resolve));
    await fine(client);
  });

  it('takes a new certificate with a reload, and keeps the old one when the new one is none', async () => {
    const bench = await open();
    const file = join(bench.dir, 'ami.pem');
    const make = (name: string) => {
      const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${name}`];
      execFileSync('openssl', [...args, '-keyout', `${file}.key`, '-out', file], { stdio: 'ignore' });
    };
    const tls = `tlsenable=yes\ntlsbindaddr=127.0.0.1:0\ntlscertfile=${file}\ntlsprivatekey=${file}.key\n`;
    bench.write('manager.conf', MANAGER_CONF.replace('[admin]', `${tls}[admin]`));
    const shown = async () => {
      const { socket } = await bench.client(true);
      return (socket as TLSSocket).getPeerCertificate().subject.CN;
    };
    make('first');
    await bench.ami.reload();
    expect(await shown()).toBe('first');
    make('second');
    await bench.ami.reload();
    expect(await shown()).toBe('second');
    bench.write('ami.pem', 'nonsense');
    await bench.ami.reload();
    expect(await shown()).toBe('second');
    expect(bench.log.lines.at(-1)).toContain('The certificate stays as it was');
  });
});
