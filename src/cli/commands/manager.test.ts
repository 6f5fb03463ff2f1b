import { afterEach, describe, expect, it } from 'vitest';
import type { ManagerPort, ManagerSettings } from '../command.ts';
import { type Bench, startBench } from '../test-bench.ts';

const benches: Bench[] = [];
afterEach(async () => {
  await Promise.all(benches.splice(0).map((each) => each.close()));
});

const user = {
  name: 'Alice',
  read: 7,
  write: 2,
  acl: {},
  displayConnects: true,
  allowMultipleLogin: false,
  variables: [['FOO', 'bar']],
} as const;

const settings: ManagerSettings = {
  enabled: true,
  webEnabled: false,
  address: '127.0.0.1',
  port: 5038,
  httpTimeout: 60,
  tls: undefined,
  tlsCertificate: 'asterisk.pem',
  allowMultipleLogin: true,
  displayConnects: true,
  timestampEvents: false,
  channelVariables: ['A', 'B'],
  disabledEvents: new Set(['VarSet']),
  users: new Map([['alice', user]]),
};

async function open(change: Partial<ManagerPort> = {}) {
  const kicked: number[] = [];
  let debug = false;
  const manager: ManagerPort = {
    settings: () => settings,
    classText: (mask) => `classes ${mask}`,
    connected: () => [
      { number: 3, user: 'Alice', address: '192.0.2.1', startedAt: 0, overHttp: false, read: 7, write: 2 },
    ],
    actions: () => [
      {
        name: 'Ping',
        synopsis: 'Ask whether the server is there.',
        module: 'manager',
        privilege: '<none>',
        parameters: [{ name: 'ActionID' }, { name: 'Needed', required: true }],
      },
    ],
    events: () => ['D', 'A', 'C', 'B'].map((name) => ({ name, privilege: 'call,all' })),
    lastEvent: () => ({ text: 'Event: X\r\n\r\n', eventClass: 2, listeners: 1 }),
    proxies: () => [
      {
        name: 'east',
        address: '192.0.2.10:5039',
        tls: true,
        user: 'proxy',
        state: { kind: 'up' },
        since: Date.UTC(2026, 10, 21, 0, 31, 9),
        waiting: 1,
        answers: 20,
        events: 300,
        unasked: 0,
        connections: 2,
      },
      {
        name: 'west',
        address: '192.0.2.11:5038',
        tls: false,
        user: 'proxy',
        state: { kind: 'away', reason: 'connect ECONNREFUSED', retryMs: 1_540 },
        since: Date.UTC(2026, 10, 21, 0, 31, 21),
        waiting: 0,
        answers: 0,
        events: 0,
        unasked: 0,
        connections: 0,
      },
    ],
    debug: () => debug,
    setDebug: (on) => {
      debug = on;
    },
    kick: (number) => {
      kicked.push(number);
      return number === 3;
    },
    ...change,
  };
  const bench = await startBench({ manager });
  benches.push(bench);
  return { bench, kicked };
}

describe('manager commands', () => {
  it('show the servers that this one is connected to, and why it is not', async () => {
    const { bench } = await open();
    expect(await bench.run('manager show proxies')).toBe(
      [
        'Name              Address                      User          State       Seconds  Waiting  Answers   Events    Unasked  Logins',
        'east              192.0.2.10:5039 TLS          proxy         up          12       1        20        300       0        2',
        'west              192.0.2.11:5038              proxy         away        0        0        0         0         0        0',
        '  connect ECONNREFUSED; asked again 1.5 s after that',
        '2 servers, 1 connected.',
        '',
      ].join('\n'),
    );
  });

  it('show users, and never their secrets', async () => {
    const { bench } = await open();
    expect(await bench.run('manager show users')).toBe(
      '\nusername\n--------\nAlice\n-------------------\n1 manager users configured.\n',
    );
    expect(await bench.run('manager show user ALICE')).toBe(
      [
        '',
        '          username: Alice',
        '            secret: <Set>',
        '               ACL: yes',
        '         read perm: classes 7',
        '        write perm: classes 2',
        '   displayconnects: yes',
        'allowmultiplelogin: no',
        '         Variables: ',
        '                    FOO = bar',
        '',
      ].join('\n'),
    );
    expect(await bench.run('manager show user nosuch')).toBe('There is no manager called nosuch\n');
  });

  it('show settings and who is connected', async () => {
    const { bench } = await open();
    const shown = await bench.run('manager show settings');
    expect(shown).toContain('  Manager (AMI):             Yes            \n');
    expect(shown).toContain('  TCP Bindaddress:           127.0.0.1:5038 \n');
    expect(shown).toContain('  Disabled events:           VarSet         \n');
    const lines = (await bench.run('manager show connected')).split('\n');
    expect(lines[0]).toBe(
      '  Username         IP Address                                               Start       Elapsed     FileDes   HttpCnt   ReadPerms   WritePerms',
    );
    expect(lines[1]).toMatch(/^ {2}Alice {12}192\.0\.2\.1 +0 +\d+ +3 +0 +7 +2 *$/);
    expect(lines[2]).toBe('1 users connected.');
  });

  it('show actions and events from their tables', async () => {
    const { bench } = await open();
    expect(await bench.run('manager show commands')).toContain(
      `  ${'Ping'.padEnd(44)} Ask whether the server is there.\n`,
    );
    expect(await bench.run('manager show command ping')).toContain(
      '[Syntax]\nAction: Ping\n[ActionID:] <value>\nNeeded: <value>\n\n[Privilege]\n<none>\n',
    );
    expect(await bench.run('manager show command nosuch')).toBe('');
    expect((await bench.run('manager show events')).split('\n').slice(2, 4)).toEqual([
      `  ${['A', 'B', 'C'].map((each) => each.padEnd(26)).join('  ')}`,
      `  ${'D'.padEnd(26)}`,
    ]);
    expect(await bench.run('manager show event a')).toBe('\n[Event]\nA\n\n[Privilege]\ncall,all\n');
    expect(await bench.run('manager show eventq')).toBe('Usecount: 1\nCategory: 2\nEvent:\nEvent: X\r\n\r\n');
  });

  it('set debugging and end sessions', async () => {
    const { bench, kicked } = await open();
    expect(await bench.run('manager set debug')).toBe('manager debug is off\n');
    expect(await bench.run('manager set debug on')).toBe('');
    expect(await bench.run('manager set debug')).toBe('manager debug is on\n');
    expect(await bench.run('manager set debug loud')).toContain('Usage:');
    expect(await bench.run('manager kick session 3')).toBe('Kicked manager session 3\n');
    expect(await bench.run('manager kick session 4')).toContain('No manager session found');
    expect(await bench.run('manager kick session x')).toContain('failed');
    expect(kicked).toEqual([3, 4]);
    expect(bench.cli.complete('manager kick session ')).toEqual(['3']);
  });
});
