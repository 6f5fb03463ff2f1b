import { setTimeout as wait } from 'node:timers/promises';
import AmiClient from 'asterisk-ami-client';
import connectManager from 'asterisk-manager';
import nami from 'nami';
import { afterEach, describe, expect, it } from 'vitest';
import { AmiBench, MANAGER_CONF } from './support/ami.ts';
import { loadYana } from './support/yana.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(): Promise<{ bench: AmiBench; port: number }> {
  const bench = await AmiBench.open({
    files: { 'extensions.conf': '[default]\nexten => 101,hint,Custom:lamp\nexten => 1,1,NoOp()\n' },
  });
  closers.push(async () => {
    // Clients say goodbye; a server that is gone before they have would be an error to them.
    const end = Date.now() + 2_000;
    while ([...bench.ami.sessions()].length > 0 && Date.now() < end) await wait(10);
    await bench.close();
  });
  if (bench.ami.port === undefined) throw new Error('no listener');
  return { bench, port: bench.ami.port };
}

/** Resolves with what a callback is given. */
const told = <T>(start: (done: (value: T) => void) => void) => new Promise<T>(start);

describe('clients that people use', () => {
  it('asterisk-manager: logs in, asks, sets and reads variables, hears events', async () => {
    const { bench, port } = await open();
    const client = connectManager(port, '127.0.0.1', 'admin', 's3cret', true);
    closers.push(() => client.disconnect());
    const ask = (action: object) =>
      told<Readonly<Record<string, string>>>((done) =>
        client.action(action, (error, answer) => done(error ?? answer)),
      );
    expect(await ask({ action: 'ping' })).toMatchObject({ response: 'Success', ping: 'Pong' });
    expect(await ask({ action: 'setvar', variable: 'A', value: 'x' })).toMatchObject({
      message: 'Variable Set',
    });
    expect(await ask({ action: 'getvar', variable: 'A' })).toMatchObject({ value: 'x' });
    expect(await ask({ action: 'nosuch' })).toMatchObject({ response: 'Error' });
    const heard = told<Readonly<Record<string, string>>>((done) => client.on('newchannel', done));
    const channel = bench.channel();
    expect(await heard).toMatchObject({ event: 'Newchannel', channel: channel.name, calleridnum: '100' });
  });

  it('asterisk-ami-client: logs in, asks with promises, hears events, learns of a wrong secret', async () => {
    const { bench, port } = await open();
    const client = new AmiClient();
    await client.connect('admin', 's3cret', { host: '127.0.0.1', port });
    closers.push(() => client.disconnect());
    expect(await client.action({ Action: 'Ping' }, true)).toMatchObject({
      Response: 'Success',
      Ping: 'Pong',
    });
    expect(await client.action({ Action: 'CoreStatus' }, true)).toMatchObject({ CoreCurrentCalls: '0' });
    expect(await client.action({ Action: 'DBPut', Family: 'f', Key: 'k', Val: 'v' }, true)).toMatchObject({
      Response: 'Success',
    });
    expect(bench.ports.astdb.get('/f/k')).toBe('v');
    const heard = told<Readonly<Record<string, string>>>((done) => client.on('DeviceStateChange', done));
    bench.switch.deviceStates.set('Custom:lamp', 'INUSE');
    expect(await heard).toMatchObject({ Device: 'Custom:lamp', State: 'INUSE' });
    const stranger = new AmiClient();
    await expect(stranger.connect('admin', 'wrong', { host: '127.0.0.1', port })).rejects.toBeDefined();
  });

  it('nami: logs in, collects lists, hears events', async () => {
    const { bench, port } = await open();
    const quiet = () => {};
    const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };
    const client = new nami.Nami({ host: '127.0.0.1', port, username: 'admin', secret: 's3cret', logger });
    closers.push(() => client.close());
    const connected = told((done) => client.on('namiConnected', done));
    client.open();
    await connected;
    type Answer = { response: string; events: readonly Readonly<Record<string, string>>[] };
    const ask = (name: string, headers: Record<string, string> = {}) => {
      const Action = nami.Actions[name];
      if (Action === undefined) throw new Error(`nami has no action ${name}`);
      return told<Answer>((done) => client.send(Object.assign(new Action(), headers), done));
    };
    expect(await ask('Ping')).toMatchObject({ response: 'Success' });
    bench.channel();
    const { events } = await ask('CoreShowChannels');
    expect(events.map((each) => each.event)).toEqual(['CoreShowChannel', 'CoreShowChannelsComplete']);
    expect(await ask('ExtensionState', { exten: '101', context: 'default' })).toMatchObject({ status: '0' });
    const heard = told<Readonly<Record<string, string>>>((done) => client.on('namiEventHangup', done));
    for (const each of bench.switch.channels()) void each.requestHangup({ cause: 16, by: 'local' });
    expect(await heard).toMatchObject({ cause: '16' });
  });

  it('yana: logs in, reads commands and lists, hears user events by name', async () => {
    const { bench, port } = await open();
    const Yana = await loadYana();
    const client = new Yana({ host: '127.0.0.1', port, login: 'admin', password: 's3cret', events: true });
    closers.push(() => client.disconnect());
    client.on('error', () => {});
    await told<void>((done) => client.connect(done));
    type Packet = Readonly<Record<string, string | readonly string[]>>;
    const ask = (action: object) => told<Packet>((done) => client.send(action, done));
    expect(await ask({ Action: 'Ping' })).toMatchObject({ Response: 'Success' });
    expect(await ask({ Action: 'Command', Command: 'x' })).toMatchObject({ Output: 'ran x' });
    const heard = told<Packet>((done) => client.on('UserEvent-Hello', done));
    bench.switch.events.emit('userEvent', undefined, 'Hello', [['Who', 'me']]);
    expect(await heard).toMatchObject({ Who: 'me' });
  });

  it('are refused what manager.conf does not give them', async () => {
    const { bench, port } = await open();
    bench.write('manager.conf', `${MANAGER_CONF}[weak]\nsecret=weak\nread=\nwrite=\n`);
    await bench.ami.reload();
    const client = new AmiClient();
    await client.connect('weak', 'weak', { host: '127.0.0.1', port });
    closers.push(() => client.disconnect());
    expect(await client.action({ Action: 'Setvar', Variable: 'A', Value: '1' }, true)).toMatchObject({
      Response: 'Error',
      Message: 'Permission denied',
    });
  });
});
