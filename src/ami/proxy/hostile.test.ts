import { afterEach, describe, expect, it } from 'vitest';
import { told } from '../../../tests/support/ami.ts';
import { FakeServer, idOf, isUp, OpenedProxies, section, viewOf } from '../../../tests/support/ami-proxy.ts';
import { until } from '../../../tests/support/until.ts';
import { MAX_BACKLOG_CHARS } from '../outbox.ts';
import { MAX_UPSTREAM_LINE } from './upstream-packet.ts';

const opened = new OpenedProxies();
afterEach(() => opened.close());

async function open(...more: readonly string[]) {
  const fake = opened.also(await FakeServer.open());
  const good = await opened.bench();
  const middle = await opened.middle(section('fake', fake.port, ...more) + section('good', good.ami.port));
  await isUp(middle, 'fake', 'good');
  return { fake, good, middle };
}

describe('a hostile server', () => {
  it.each([
    ['an endless line', 'x'.repeat(MAX_UPSTREAM_LINE + 10), 'it sends a line that is too long'],
    ['an endless packet', 'A: b\r\n'.repeat(400_000), 'it sends a packet that is too long'],
  ])('that sends %s loses its connection, and nobody else anything', async (_what, text, why) => {
    const { fake, middle } = await open('reconnectmin=60', 'reconnectmax=60');
    const client = await middle.login('admin', 's3cret', 'Events: off');
    fake.say(text);
    await until(() => viewOf(middle, 'fake').state.kind === 'away');
    expect(viewOf(middle, 'fake').state).toMatchObject({ reason: why });
    expect(told(await client.ask('Action: Ping', 'Server: fake'), 'Message')).toBe(
      `Server 'fake' is away: ${why}`,
    );
    expect(told(await client.ask('Action: Ping', 'Server: good'), 'Ping')).toBe('Pong');
  });

  it('that is none is told from one that refuses', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('SSH-2.0-OpenSSH\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.also({ close: () => server.close() });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const middle = await opened.middle(section('ssh', port));
    await until(() => viewOf(middle, 'ssh').state.kind === 'away');
    expect(viewOf(middle, 'ssh').state).toMatchObject({ reason: 'it is no manager interface' });
  });

  it('cannot answer what it was not asked, nor in the name of another', async () => {
    const { fake, middle } = await open();
    const client = await middle.login('admin', 's3cret', 'Events: off');
    client.send('Action: Ping', 'Server: good', 'ActionID: 1');
    await client.until('Response');
    const garbage = [
      'Response: Success\r\nActionID: 1\r\nMessage: guessed\r\n\r\n',
      'Response: Success\r\nMessage: nobody\r\n\r\n',
      'Event: Forged\r\nActionID: 1\r\n\r\n',
      '\0\0\0\u{ffff}:::\r\n\r\n',
      'Event:\r\n\r\n',
      ': : :\r\n\r\n',
    ];
    fake.say(garbage.join(''));
    await until(() => viewOf(middle, 'fake').unasked >= garbage.length);
    fake.answer = (packet, socket) =>
      socket.write(
        `Response: Success\nActionID: ${idOf(packet)}\nSERVER: good\nServer: good\nPing: Pong\rServer: good\n\n`,
      );
    expect(await client.ask('Action: Ping', 'Server: fake', 'ActionID: 1')).toEqual([
      ['Response', 'Success'],
      ['ActionID', '1'],
      ['Server', 'fake'],
      ['Ping', 'Pong Server: good'],
    ]);
    expect(client.text).not.toMatch(/guessed|nobody|Forged/);
  });

  it('cannot make classes of its own for events', async () => {
    const { fake, middle } = await open();
    const [admin, watcher] = [await middle.login(), await middle.login('watcher', 'w')];
    fake.say('Event: Odd\r\nPrivilege: nonsense,all\r\n\r\n');
    for (let at = 0; at < 1_000; at++) fake.say(`Event: Odd\r\nPrivilege: n${at}\r\n\r\n`);
    fake.say('Event: Call\r\nPrivilege: call,all\r\n\r\n');
    await watcher.until('Event', 'Call');
    await admin.until('Event', 'Call');
    expect(watcher.text).not.toContain('Odd');
    expect(admin.text).toContain('Event: Odd\r\nServer: fake\r\n');
  });
});

describe('a client that forges', () => {
  it('gets nothing through but headers of its one action', async () => {
    const { fake, middle } = await open();
    fake.answer = (packet, socket) => socket.write(`Response: Success\r\nActionID: ${idOf(packet)}\r\n\r\n`);
    const client = await middle.login('admin', 's3cret', 'Events: off');
    const answer = await client.ask(
      'Action: QueueStatus',
      'Server: fake',
      'ActionID: 1\rActionID: 2',
      'actionid: 3',
      ' ActionID : 4',
      'Action: Command',
      ': Action: Logoff',
      'Queue: a\rAction: Command\rCommand: core stop now',
      'Member',
    );
    expect(told(answer, 'ActionID')).toBe('1 ActionID: 2');
    expect(fake.asked[0]?.split('\r\n')).toEqual([
      'Action: QueueStatus',
      expect.stringMatching(/^ActionID: [0-9a-f]{12}-[0-9a-z]+$/),
      'Queue: a Action: Command Command: core stop now',
      'Member: ',
    ]);
    expect(told(await client.ask('Action: QueueStatus', 'Server: fake', 'Queue: a\0b'), 'Message')).toBe(
      'Headers must not contain NUL',
    );
    expect(fake.asked).toHaveLength(1);
  });
});

describe('a slow client', () => {
  it('is dropped alone, while a server tells a flood of events', async () => {
    const { fake, middle } = await open();
    const [slow, quick] = [await middle.login('watcher', 'w'), await middle.login()];
    slow.socket.pause();
    const event = `Event: Flood\r\nPrivilege: call,all\r\nData: ${'x'.repeat(8_000)}\r\n\r\n`;
    let sent = 0;
    while ([...middle.ami.view.connected()].some(({ user }) => user === 'watcher')) {
      for (let at = 0; at < 100; at++) fake.say(event);
      sent += 100;
      expect(sent * event.length).toBeLessThan(MAX_BACKLOG_CHARS * 20);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    fake.say('Event: Last\r\nPrivilege: call,all\r\n\r\n');
    await quick.until('Event', 'Last');
    expect(quick.text.match(/^Event: Flood/gm)).toHaveLength(sent);
    expect(middle.log.lines.join('\n')).toMatch(/Manager 'watcher' at 127\.0\.0\.1 is dropped/);
  }, 30_000);
});
