import { afterEach, describe, expect, it } from 'vitest';
import { type AmiBench, told } from '../../../tests/support/ami.ts';
import {
  FakeServer,
  idOf,
  isUp,
  LOCAL_CONF,
  OpenedProxies,
  section,
  viewOf,
} from '../../../tests/support/ami-proxy.ts';
import { until } from '../../../tests/support/until.ts';
import { HttpServer, readHttpConfig } from '../../http/index.ts';
import { silentLogger } from '../../log/index.ts';
import { MAX_WAITING } from './ami-proxy.ts';

const opened = new OpenedProxies();
afterEach(() => opened.close());

const failed = (message: string, server?: string) => [
  ['Response', 'Error'],
  ...(server === undefined ? [] : [['Server', server]]),
  ['Message', message],
];

describe('an action with Server', () => {
  it('is answered by that server, with its name and the ActionID of the client', async () => {
    const { middle } = await opened.three();
    const client = await middle.login('admin', 's3cret', 'Events: off');
    expect(await client.ask('action: ping', 'SERVER: EAST', 'ActionID: same')).toEqual([
      ['Response', 'Success'],
      ['ActionID', 'same'],
      ['Server', 'east'],
      ['Ping', 'Pong'],
      ['Timestamp', expect.any(String)],
    ]);
    expect((await client.ask('Action: Ping', 'Server: west')).slice(0, 3)).toEqual([
      ['Response', 'Success'],
      ['Server', 'west'],
      ['Ping', 'Pong'],
    ]);
  });

  it('gives each of two clients its own answers, though they use the same ActionID', async () => {
    const { middle } = await opened.three();
    const [one, two] = [
      await middle.login('admin', 's3cret', 'Events: off'),
      await middle.login('admin', 's3cret', 'Events: off'),
    ];
    const count = 50;
    for (let at = 0; at < count; at++) {
      one.send('Action: Command', `Command: one ${at}`, 'Server: east', 'ActionID: 7');
      two.send('Action: Command', `Command: two ${at}`, 'Server: east', 'ActionID: 7');
    }
    for (let at = 0; at < count; at++) {
      expect(told(await one.next(), 'Output')).toBe(`ran one ${at}`);
      expect(told(await two.next(), 'Output')).toBe(`ran two ${at}`);
    }
    expect(told(await one.ask('Action: Ping', 'ActionID: 8'), 'ActionID')).toBe('8');
  });

  it('gives a list with its events to who asked, and to nobody else', async () => {
    const { east, middle } = await opened.three();
    for (let at = 0; at < 3; at++) east.channel();
    const [one, two] = [await middle.login(), await middle.login()];
    for (const each of [one, two]) await each.until('Event', 'SuccessfulAuth');
    one.send('Action: CoreShowChannels', 'Server: east', 'ActionID: 7');
    const list = [];
    for (;;) {
      const packet = await one.next();
      if (told(packet, 'ActionID') === '7') list.push(packet);
      if (told(packet, 'EventList') === 'Complete') break;
    }
    expect(list.map((each) => each?.[0]?.[1])).toEqual([
      'Success',
      ...['CoreShowChannel', 'CoreShowChannel', 'CoreShowChannel', 'CoreShowChannelsComplete'],
    ]);
    expect(list.every((each) => told(each, 'Server') === 'east')).toBe(true);
    await two.ask('Action: Ping', 'ActionID: end');
    expect(two.text).not.toContain('CoreShowChannel');
    // An item of Status has a Privilege as an event for everybody has.
    one.send('Action: Status', 'Server: east', 'ActionID: 8');
    await one.until('Event', 'StatusComplete');
    await two.ask('Action: Ping', 'ActionID: end');
    expect(two.text).not.toContain('Event: Status');
  });

  it('gives an event that follows from it its ActionID, for who asked alone', async () => {
    const { middle } = await opened.three();
    const [one, two] = [await middle.login(), await middle.login()];
    for (const each of [one, two]) await each.until('Event', 'SuccessfulAuth');
    one.send('Action: UserEvent', 'UserEvent: Mine', 'Server: east', 'ActionID: 7', 'Note: a');
    expect(await one.until('Event', 'UserEvent')).toEqual([
      ['Event', 'UserEvent'],
      ['ActionID', '7'],
      ['Server', 'east'],
      ['Privilege', 'user,all'],
      ['UserEvent', 'Mine'],
      ['Note', 'a'],
    ]);
    const heard = await two.until('Event', 'UserEvent');
    expect([told(heard, 'ActionID'), told(heard, 'Server'), told(heard, 'Note')]).toEqual([
      undefined,
      'east',
      'a',
    ]);
  });

  it('gives what comes behind an answer to who asked, and tells everybody what is an event for all', async () => {
    const fake = opened.also(await FakeServer.open());
    const middle = await opened.middle(section('fake', fake.port));
    await isUp(middle, 'fake');
    fake.answer = (packet, socket) => {
      const id = idOf(packet);
      socket.write(
        `Response: Success\r\nActionID: ${id}\r\nMessage: queued\r\n\r\n` +
          `Event: Part\r\nActionID: ${id}\r\nNumber: 1\r\n\r\n` +
          `Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: ${id}\r\nResponse: Failure\r\n\r\n`,
      );
    };
    const [one, two] = [
      await middle.login('admin', 's3cret', 'Events: call'),
      await middle.login('watcher', 'w'),
    ];
    expect(told(await one.ask('Action: Originate', 'Server: fake', 'ActionID: o'), 'Message')).toBe('queued');
    expect(await one.next()).toEqual([
      ['Event', 'Part'],
      ['ActionID', 'o'],
      ['Server', 'fake'],
      ['Number', '1'],
    ]);
    expect(told(await one.next(), 'ActionID')).toBe('o');
    expect(await two.until('Event')).toEqual([
      ['Event', 'OriginateResponse'],
      ['Server', 'fake'],
      ['Privilege', 'call,all'],
      ['Response', 'Failure'],
    ]);
    // As FAXSessions of the original begins its list.
    fake.answer = (packet, socket) => {
      const id = idOf(packet);
      socket.write(
        `Response: Success\r\nActionID: ${id}\r\nEventList: Start\r\n\r\n` +
          `Event: Item\r\nPrivilege: call,all\r\nActionID: ${id}\r\n\r\n` +
          `Event: End\r\nActionID: ${id}\r\nEventList: Complete\r\n\r\n`,
      );
    };
    one.send('Action: FAXSessions', 'Server: fake', 'ActionID: f');
    await one.until('Event', 'End');
    await two.ask('Action: Ping');
    expect(two.text).not.toContain('Item');
    expect(viewOf(middle, 'fake')).toMatchObject({ waiting: 0, unasked: 0 });
  });

  it('is refused while a server does not read what it was sent', async () => {
    const fake = opened.also(await FakeServer.open());
    const middle = await opened.middle(section('fake', fake.port));
    await isUp(middle, 'fake');
    for (const each of fake.sockets) each.pause();
    const client = await middle.login('admin', 's3cret', 'Events: off');
    const long = Array.from({ length: 100 }, (_, at) => `Variable: V${at}=${'x'.repeat(1_000)}`);
    for (let at = 0; at < MAX_WAITING; at++)
      client.send('Action: UserEvent', 'UserEvent: X', 'Server: fake', ...long);
    expect(told(await client.next(), 'Message')).toBe("Server 'fake' does not read what is sent to it");
    client.send('Action: Ping', 'ActionID: mine');
    let answer = await client.next();
    while (told(answer, 'ActionID') !== 'mine') answer = await client.next();
    expect(told(answer, 'Ping')).toBe('Pong');
  });

  it('is answered over HTTP too, as text and as XML', async () => {
    const http = opened.also(
      await HttpServer.listen({
        config: { ...readHttpConfig(undefined), bind: { address: '127.0.0.1', port: 0 } },
        serverHeader: 'test',
        log: silentLogger,
      }),
    );
    const east = await opened.bench();
    for (let at = 0; at < 2; at++) east.channel();
    const files = { 'manager.conf': LOCAL_CONF.replace('[admin]', 'webenabled=yes\n[admin]') };
    const middle = await opened.middle(section('east', east.ami.port), { files, http });
    await isUp(middle, 'east');
    const at = `http://127.0.0.1:${http.port}`;
    const login = await fetch(`${at}/rawman?action=login&username=admin&secret=s3cret`);
    const cookie = String(login.headers.get('set-cookie')).split(';')[0] ?? '';
    const ask = async (path: string) => (await fetch(at + path, { headers: { cookie } })).text();
    expect(await ask('/rawman?action=ping&server=east&actionid=1')).toMatch(
      /^Response: Success\r\nActionID: 1\r\nServer: east\r\nPing: Pong\r\n/,
    );
    const list = await ask('/mxml?action=coreshowchannels&server=east');
    expect(list.match(/<response /g)).toHaveLength(4);
    expect(list).toMatch(/event='CoreShowChannelsComplete' server='east' eventlist='Complete' listitems='2'/);
    expect(await ask('/rawman?action=ping&server=west')).toContain("Message: There is no server 'west'\r\n");
  });

  it('does not keep other actions of the client waiting', async () => {
    const fake = opened.also(await FakeServer.open());
    const middle = await opened.middle(section('fake', fake.port, 'answertimeout=0.5'));
    await isUp(middle, 'fake');
    const client = await middle.login('admin', 's3cret', 'Events: off');
    client.send('Action: Ping', 'Server: fake', 'ActionID: slow');
    expect(told(await client.ask('Action: Ping', 'ActionID: quick'), 'ActionID')).toBe('quick');
    expect(await client.next()).toEqual([
      ['Response', 'Error'],
      ['ActionID', 'slow'],
      ['Server', 'fake'],
      ['Message', "Server 'fake' did not answer within 0.5 s"],
    ]);
    // What comes too late is for nobody.
    fake.say(`Response: Success\r\nActionID: ${idOf(fake.asked[0] ?? '')}\r\nMessage: late\r\n\r\n`);
    await until(() => viewOf(middle, 'fake').unasked > 0);
    await client.ask('Action: Ping');
    expect(client.text).not.toContain('late');
  });

  it('is refused where too many wait, of one client and of all', async () => {
    const fake = opened.also(await FakeServer.open());
    const middle = await opened.middle(section('fake', fake.port, 'queuelimit=300'));
    await isUp(middle, 'fake');
    const one = await middle.login('admin', 's3cret', 'Events: off');
    for (let at = 0; at <= MAX_WAITING; at++) one.send('Action: Ping', 'Server: fake');
    expect(told(await one.next(), 'Message')).toBe(
      "Server 'fake' has not answered enough of what this client asked before",
    );
    const two = await middle.login('admin', 's3cret', 'Events: off');
    for (let at = MAX_WAITING; at <= 300; at++) two.send('Action: Ping', 'Server: fake');
    expect(told(await two.next(), 'Message')).toBe("Server 'fake' has too many actions to answer");
    expect(viewOf(middle, 'fake').waiting).toBe(300);
  });

  it('is abandoned with its client', async () => {
    const fake = opened.also(await FakeServer.open());
    const middle = await opened.middle(section('fake', fake.port));
    await isUp(middle, 'fake');
    const client = await middle.login('admin', 's3cret', 'Events: off');
    client.send('Action: Ping', 'Server: fake');
    await until(() => fake.asked.length === 1);
    client.close();
    await until(() => [...middle.ami.view.connected()].length === 0);
    const other = await middle.login('admin', 's3cret', 'Events: off');
    fake.say(`Response: Success\r\nActionID: ${idOf(fake.asked[0] ?? '')}\r\nMessage: left\r\n\r\n`);
    await until(() => viewOf(middle, 'fake').waiting === 0);
    await other.ask('Action: Ping');
    expect(other.text).not.toContain('left');
  });

  it.each([
    ['a server that is none', ['Action: Ping', 'Server: nowhere'], failed("There is no server 'nowhere'")],
    [
      'a login',
      ['Action: login', 'Server: east', 'Username: admin', 'Secret: s3cret'],
      failed('login is about the connection that it comes on, and is not sent on', 'east'),
    ],
    [
      'a logoff',
      ['Action: Logoff', 'Server: east'],
      failed('Logoff is about the connection that it comes on, and is not sent on', 'east'),
    ],
    [
      'what hears events',
      ['Action: Events', 'EventMask: off', 'Server: east'],
      failed('Events is about the connection that it comes on, and is not sent on', 'east'),
    ],
    [
      'no name of an action',
      ['Action: Ping me', 'Server: east'],
      failed('This is no name of an action', 'east'),
    ],
    ['no action', ['Server: east'], failed('Missing action in request')],
  ])('is refused for %s', async (_what, lines, answer) => {
    const { east, middle } = await opened.three();
    const client = await middle.login('admin', 's3cret', 'Events: off');
    expect(await client.ask(...lines)).toEqual(answer);
    expect([...east.ami.view.connected()]).toHaveLength(1);
    expect(viewOf(middle, 'east').state.kind).toBe('up');
  });

  it('needs a user of that server, and the privilege that the action needs here', async () => {
    const { middle } = await opened.three();
    const kinds: string[] = [];
    middle.security.events.on('raised', ({ kind, account }) => kinds.push(`${kind} ${account}`));
    const nobody = await middle.client();
    expect(await nobody.ask('Action: Ping', 'Server: east')).toEqual(failed('Permission denied'));
    const stranger = await middle.login('stranger', 'x', 'Events: off');
    expect(await stranger.ask('Action: Ping', 'Server: east')).toEqual(failed('Permission denied'));
    const watcher = await middle.login('watcher', 'w', 'Events: off');
    expect(told(await watcher.ask('Action: Ping', 'Server: east'), 'Ping')).toBe('Pong');
    for (const action of ['Command', 'UpdateConfig', 'MixMonitor', 'BrandNew', 'QueueReset', 'Originate'])
      expect(await watcher.ask(`Action: ${action}`, 'Server: east')).toEqual(failed('Permission denied'));
    expect(told(await watcher.ask('Action: Park', 'Server: east'), 'Message')).toMatch(/^Invalid\/unknown/);
    expect(kinds.filter((each) => each.startsWith('RequestNotAllowed'))).toHaveLength(8);
  });

  it('takes the class that is stated for actions that nobody knows', async () => {
    const east = await opened.bench();
    const middle = await opened.middle(`unknownclass=call\n${section('east', east.ami.port)}`);
    await isUp(middle, 'east');
    const watcher = await middle.login('watcher', 'w', 'Events: off');
    expect(told(await watcher.ask('Action: BrandNew', 'Server: east'), 'Message')).toMatch(
      /^Invalid\/unknown command: BrandNew/,
    );
    expect(await watcher.ask('Action: Command', 'Command: x', 'Server: east')).toEqual(
      failed('Permission denied'),
    );
  });

  it('carries nothing that is evaluated there, unless the user may do harm', async () => {
    const { east, middle } = await opened.three();
    const why = failed(
      'Applications, functions and expressions for another server need the privilege system',
      'east',
    );
    const watcher = await middle.login('watcher', 'w', 'Events: off');
    for (const lines of [
      ['Action: Getvar', 'Variable: SHELL(id)'],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of the dial plan
      ['Action: Setvar', 'Variable: X', 'Value: ${SHELL(id)}'],
      ['Action: Setvar', 'Variable : shell(id)', 'Value: 1'],
      ['Action: Redirect', 'Channel: x', 'Variables: A=1,SYSTEM(x)=2'],
      ['Action: Bridge', 'Application: System', 'Data: id'],
    ])
      expect(await watcher.ask(...lines, 'Server: east')).toEqual(why);
    expect(await watcher.ask('Action: Setvar', 'Variable: PLAIN', 'Value: 1', 'Server: east')).toEqual([
      ['Response', 'Success'],
      ['Server', 'east'],
      ['Message', 'Variable Set'],
    ]);
    expect(east.ports.variables.read(undefined, 'PLAIN', true)).toBe('1');
    const admin = await middle.login('admin', 's3cret', 'Events: off');
    expect(told(await admin.ask('Action: Getvar', 'Variable: TOUPPER(a)', 'Server: east'), 'Value')).toBe(
      'A',
    );
  });

  it('means nothing where there is no proxy', async () => {
    const alone = await opened.bench({ files: { 'manager.conf': LOCAL_CONF } });
    const client = await alone.login('admin', 's3cret', 'Events: user');
    expect(told(await client.ask('Action: Ping', 'Server: east'), 'Ping')).toBe('Pong');
    client.send('Action: UserEvent', 'UserEvent: X', 'Server: web1');
    expect(told(await client.until('Event', 'UserEvent'), 'Server')).toBe('web1');
  });
});

describe('events of other servers', () => {
  it('come with the name of the server to whose permission and filters admit them', async () => {
    const { east, west, middle } = await opened.three();
    const [admin, watcher, stranger] = [
      await middle.login(),
      await middle.login('watcher', 'w'),
      await middle.login('stranger', 'x'),
    ];
    for (const each of [admin, stranger]) await each.until('Event', 'SuccessfulAuth');
    await admin.ask('Action: Filter', 'Operation: Add', 'Filter: !Secret');
    const emit = (bench: AmiBench, name: string) =>
      bench.switch.events.emit('userEvent', undefined, name, [['Server', 'forged']]);
    emit(east, 'Secret');
    emit(east, 'Public');
    const channel = west.channel();
    const heard = await admin.until('Event', 'UserEvent');
    expect(heard).toEqual([
      ['Event', 'UserEvent'],
      ['Server', 'east'],
      ['Privilege', 'user,all'],
      ['UserEvent', 'Public'],
    ]);
    const call = await watcher.until('Event', 'Newchannel');
    expect([told(call, 'Server'), told(call, 'Channel')]).toEqual(['west', channel.name]);
    await stranger.ask('Action: Ping');
    expect(watcher.text).not.toContain('UserEvent');
    expect(stranger.text).not.toMatch(/^Server:/m);
  });

  it('are told of as many as the server is asked for, and none of what is disabled here', async () => {
    const east = await opened.bench();
    const middle = await opened.middle(section('east', east.ami.port, 'events=user'), {
      files: { 'manager.conf': LOCAL_CONF.replace('[admin]', 'disabledevents=VarSet\n[admin]') },
    });
    await isUp(middle, 'east');
    const client = await middle.login();
    await client.until('Event', 'SuccessfulAuth');
    east.channel();
    east.switch.events.emit('userEvent', undefined, 'Last', []);
    await client.until('Event', 'UserEvent');
    expect(client.text).not.toContain('Newchannel');
  });

  it('end a WaitEvent as others do', async () => {
    const { east, middle } = await opened.three();
    const client = await middle.login('admin', 's3cret', 'Events: user');
    client.send('Action: Ping', 'ActionID: p');
    client.send('Action: WaitEvent', 'Timeout: 60', 'ActionID: w');
    await client.until('Response');
    const tell = setInterval(() => east.switch.events.emit('userEvent', undefined, 'Wakes', []), 20);
    await client.until('Event', 'WaitEventComplete');
    clearInterval(tell);
    expect(told(await client.until('Event', 'UserEvent'), 'Server')).toBe('east');
  });
});
