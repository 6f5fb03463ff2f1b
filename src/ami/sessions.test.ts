import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type AmiSetup, MANAGER_CONF, Opened, told } from '../../tests/support/ami.ts';
import { published } from '../../tests/support/diagnostics.ts';
import { FakeClock } from '../platform/index.ts';
import { FAILURE_DELAY_MS } from './session.ts';

const opened = new Opened();
afterEach(() => opened.close());
const open = (setup?: AmiSetup) => opened.bench(setup);

const turn = () => new Promise((resolve) => setImmediate(resolve));
const message = (text: string) => [
  ['Response', 'Error'],
  ['Message', text],
];

const USERS = `${MANAGER_CONF}
[limited]
secret=limited
read=call,user
write=call
[nowhere]
secret=nowhere
deny=0.0.0.0/0.0.0.0
[once]
secret=once
read=all
write=all
allowmultiplelogin=no
`;

describe('logging in', () => {
  it('shows a banner, then FullyBooted and the login itself as events', async () => {
    const bench = await open();
    const client = await bench.client();
    expect(await client.banner).toBe('Asterisk Call Manager/11.0.0');
    expect(await client.ask('Action: Login', 'Username: ADMIN', 'Secret: s3cret', 'ActionID: 1')).toEqual([
      ['Response', 'Success'],
      ['ActionID', '1'],
      ['Message', 'Authentication accepted'],
    ]);
    expect((await client.next())?.slice(0, 2)).toEqual([
      ['Event', 'FullyBooted'],
      ['Privilege', 'system,all'],
    ]);
    const seen = await client.until('Event', 'SuccessfulAuth');
    expect(seen.map(([name]) => name)).toEqual([
      'Event',
      'Privilege',
      'EventTV',
      'Severity',
      'Service',
      'EventVersion',
      'AccountID',
      'SessionID',
      'LocalAddress',
      'RemoteAddress',
      'UsingPassword',
      'SessionTV',
    ]);
  });

  it('accepts the answer to a challenge, once', async () => {
    const bench = await open();
    const client = await bench.client();
    const challenge = told(await client.ask('Action: Challenge', 'AuthType: MD5'), 'Challenge');
    const key = createHash('md5').update(`${challenge}s3cret`).digest('hex');
    expect((await client.ask('Action: Login', 'AuthType: MD5', 'Username: admin', `Key: ${key}`))[0]).toEqual(
      ['Response', 'Success'],
    );
    const other = await bench.client();
    const answer = await other.ask('Action: Login', 'AuthType: MD5', 'Username: admin', `Key: ${key}`);
    expect(answer).toEqual(message('Authentication failed'));
  });

  it.each([
    ['a wrong secret', ['Username: admin', 'Secret: bad'], 'InvalidPassword'],
    ['no such user', ['Username: nosuch', 'Secret: s3cret'], 'InvalidAccountID'],
    ['no user', [], 'InvalidAccountID'],
    ['no secret', ['Username: admin'], 'InvalidPassword'],
    ['an address that is denied', ['Username: nowhere', 'Secret: nowhere'], 'FailedACL'],
    ['a key without a challenge', ['Username: admin', 'AuthType: MD5', 'Key: x'], 'ChallengeResponseFailed'],
  ])(
    'with %s is refused after a while, in the same words, and the door is shut',
    async (_what, lines, kind) => {
      const clock = new FakeClock();
      const bench = await open({ files: { 'manager.conf': USERS }, clock });
      const raised: string[] = [];
      bench.security.events.on('raised', (event) => raised.push(event.kind));
      const client = await bench.client();
      client.send('Action: Login', ...lines);
      while (raised.length === 0) await turn();
      clock.advance(FAILURE_DELAY_MS - 1);
      await turn();
      expect(client.text).toBe('');
      clock.advance(1);
      expect(await client.next()).toEqual(message('Authentication failed'));
      await client.closed;
      expect(raised).toEqual([kind]);
      expect(bench.log.lines.join('\n')).not.toMatch(/s3cret|bad/);
    },
  );

  it('is refused a second time where the user may be there once', async () => {
    const bench = await open({ files: { 'manager.conf': USERS } });
    const first = await bench.login('once', 'once');
    const second = await bench.client();
    expect(await second.ask('Action: Login', 'Username: once', 'Secret: once')).toEqual(
      message('Login Already In Use'),
    );
    await second.closed;
    expect((await first.ask('Action: Ping'))[0]).toEqual(['Response', 'Success']);
  });

  it('is not done twice', async () => {
    const bench = await open();
    const client = await bench.login('admin', 's3cret', 'Events: off');
    expect(await client.ask('Action: Login', 'Username: admin', 'Secret: wrong')).toEqual([
      ['Response', 'Success'],
      ['Message', 'Already authenticated'],
    ]);
  });

  it('is asked for within authtimeout, and given up by who does not', async () => {
    const clock = new FakeClock();
    const bench = await open({ clock });
    const silent = await bench.client();
    const busy = await bench.login();
    clock.advance(30_000);
    await silent.closed;
    expect((await busy.ask('Action: Ping'))[0]).toEqual(['Response', 'Success']);
  });

  it('leaves room for no more strangers than authlimit', async () => {
    const bench = await open({
      files: { 'manager.conf': MANAGER_CONF.replace('port=0', 'port=0\nauthlimit=2') },
    });
    const known = await bench.login();
    const strangers = [await bench.client(), await bench.client()];
    const third = await bench.client();
    await third.closed;
    expect(third.text).toBe('');
    strangers[0]?.close();
    await strangers[0]?.closed;
    await turn();
    expect(await (await bench.client()).banner).not.toBe('');
    expect((await known.ask('Action: Ping'))[0]).toEqual(['Response', 'Success']);
  });
});

describe('a session', () => {
  it('answers in order, with the ActionID second', async () => {
    const bench = await open();
    const client = await bench.login('admin', 's3cret', 'Events: off');
    client.socket.write(
      'Action: Ping\r\nActionID: a\r\n\r\naction: ping\nactionid: b\n\nAction: Nope\r\n\r\n',
    );
    expect((await client.next())?.slice(0, 3)).toEqual([
      ['Response', 'Success'],
      ['ActionID', 'a'],
      ['Ping', 'Pong'],
    ]);
    expect(told(await client.next(), 'ActionID')).toBe('b');
    expect(await client.next()).toEqual(
      message('Invalid/unknown command: Nope. Use Action: ListCommands to show available commands.'),
    );
  });

  it('may not do what the user may not, and that is told', async () => {
    const bench = await open({ files: { 'manager.conf': USERS } });
    const watcher = await bench.login();
    const client = await bench.login('limited', 'limited');
    expect(await client.ask('Action: Command', 'Command: core show version')).toEqual(
      message('Permission denied'),
    );
    const seen = await watcher.until('Event', 'RequestNotAllowed');
    expect([told(seen, 'AccountID'), told(seen, 'RequestType')]).toEqual(['limited', 'Action: Command']);
    const listed = (await client.ask('Action: ListCommands')).map(([name]) => name);
    expect(listed).toContain('Setvar');
    expect(listed).not.toContain('Command');
  });

  it('hears the classes that the user may read and wants', async () => {
    const bench = await open({ files: { 'manager.conf': USERS } });
    const all = await bench.login();
    const limited = await bench.login('limited', 'limited');
    bench.channel();
    bench.switch.deviceStates.set('Custom:lamp', 'INUSE');
    await limited.ask('Action: Events', 'EventMask: user');
    bench.channel();
    bench.switch.events.emit('userEvent', undefined, 'End', []);
    const seen = async (client: typeof all) => {
      while (!client.text.includes('UserEvent: End')) await turn();
      return [...client.text.matchAll(/^Event: (\w+)/gm)].map((each) => each[1]);
    };
    expect(await seen(limited)).toEqual(['Newchannel', 'DeviceStateChange', 'UserEvent']);
    expect(await seen(all)).toEqual(
      expect.arrayContaining(['Newchannel', 'DeviceStateChange', 'Newchannel', 'UserEvent']),
    );
  });

  it('gets events behind the answer that causes them', async () => {
    const bench = await open();
    const client = await bench.login();
    await client.until('Event', 'SuccessfulAuth');
    client.send('Action: UserEvent', 'UserEvent: Foo', 'A: 1', 'ActionID: u');
    expect(await client.next()).toEqual([
      ['Response', 'Success'],
      ['ActionID', 'u'],
      ['Message', 'Event Sent'],
    ]);
    expect(await client.next()).toEqual([
      ['Event', 'UserEvent'],
      ['Privilege', 'user,all'],
      ['UserEvent', 'Foo'],
      ['A', '1'],
      ['ActionID', 'u'],
    ]);
  });

  it('keeps its connection and rights when manager.conf is read again', async () => {
    const bench = await open();
    const client = await bench.login('admin', 's3cret', 'Events: off');
    const { port } = bench.ami;
    bench.write(
      'manager.conf',
      `${MANAGER_CONF.replace('s3cret', 'changed')}[new]\nsecret=new\nread=all\nwrite=all\n`,
    );
    await bench.ami.reload();
    expect(bench.ami.port).toBe(port);
    expect((await client.ask('Action: Ping'))[0]).toEqual(['Response', 'Success']);
    const other = await bench.client();
    expect((await other.ask('Action: Login', 'Username: new', 'Secret: new'))[0]).toEqual([
      'Response',
      'Success',
    ]);
  });

  it('waits for an event and is told that it came', async () => {
    const bench = await open();
    const client = await bench.login();
    await client.until('Event', 'SuccessfulAuth');
    client.send('Action: WaitEvent', 'Timeout: 30', 'ActionID: w');
    await turn();
    while (bench.switch.events.listenerCount === 0) await turn();
    setTimeout(() => bench.switch.events.emit('userEvent', undefined, 'Come', []), 20);
    expect(told(await client.next(), 'Message')).toBe('Waiting for Event completed.');
    expect(told(await client.next(), 'Event')).toBe('WaitEventComplete');
    expect(told(await client.next(), 'UserEvent')).toBe('Come');
  });

  it('leaves nothing behind', async () => {
    const clock = new FakeClock();
    const bench = await open({ clock });
    const client = await bench.login();
    expect(bench.switch.events.listenerCount).toBeGreaterThan(1);
    await client.ask('Action: Logoff');
    await client.closed;
    while ([...bench.ami.sessions()].length > 0) await turn();
    const idle = bench.switch.events.listenerCount;
    await bench.ami.close();
    expect(bench.switch.events.listenerCount).toBe(idle);
    expect(clock.pending).toBe(0);
  });
});

it('publishes each action that is allowed, with nothing of what is in it', async () => {
  const bench = await open({ files: { 'manager.conf': USERS } });
  const client = await bench.client();
  const heard = await published('asterism:ami:action', async () => {
    await client.ask('Action: Login', 'Username: limited', 'Secret: limited');
    await client.ask('Action: Ping');
    await client.ask('Action: Command', 'Command: core show uptime');
  });
  expect(heard).toEqual([
    { action: 'Login', user: undefined, remote: '127.0.0.1' },
    { action: 'Ping', user: 'limited', remote: '127.0.0.1' },
  ]);
});
