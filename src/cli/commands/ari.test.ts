import { afterEach, beforeEach, expect, it } from 'vitest';
import { AsterismError } from '../../errors/index.ts';
import { Acl, type Token } from '../../security/index.ts';
import type { Consumer } from '../../stasis/index.ts';
import type { AriView } from '../command.ts';
import { type Bench, startBench } from '../test-bench.ts';

let bench: Bench;
const SESSIONS = [
  { id: 'one', kind: 'inbound', remote: '127.0.0.1:36350', state: 'Up', apps: ['two', 'one'] },
  { id: 'out', kind: 'persistent', remote: 'N/A', state: 'Down', apps: ['app'] },
];
let open = SESSIONS;
const started: string[] = [];

const acl = new Acl();
acl.add(false, '127.0.0.1');
const USERS = [
  { name: 'reader', readOnly: true, acl: undefined },
  { name: 'asterisk', readOnly: false, acl },
  {
    ...{ name: 'bot', readOnly: false, acl: undefined },
    scopes: [
      {
        ...{ of: '', allowOperations: ['channels.*', 'hangup'], denyOperations: [] },
        ...{ allowApplications: [], denyApplications: ['x'] },
      },
    ],
  },
];
const tokens: Token[] = [];
const token = (id: string, user: string, label: string): Token => ({
  ...{ id, user, label, created: 0, expires: Date.UTC(2026, 0, 1), readOnly: false },
  ...{ allowOperations: ['channels.*'], denyOperations: [], allowApplications: [], denyApplications: [] },
});
const view: AriView = {
  general: { enabled: true, pretty: false, realm: 'Lab', allowedOrigins: ['a', 'b'] },
  users: () => USERS,
  user: (name) => USERS.find((each) => each.name === name),
  tokenOptions: ['label', 'expiresIn', 'readOnly'],
  createToken: async (user, options) => {
    if (options.get('expiresIn') === '0')
      throw new AsterismError('PARAMETER_INVALID', { args: { field: 'expiresIn' }, hint: 'More.' });
    tokens.push(token('0123456789abcdef', user, options.get('label') ?? ''));
    return { text: 'asm_text', token: token('0123456789abcdef', user, '') };
  },
  listTokens: (user) => tokens.filter((each) => user === undefined || each.user === user),
  revokeToken: async (id) => tokens.splice(0).some((each) => each.id === id),
  sessions: () => open,
  outbound: () => [
    {
      ...{ name: 'out', kind: 'persistent', apps: ['app'], valid: true, uri: 'ws://127.0.0.1:1/x' },
      options: [['uri', 'ws://127.0.0.1:1/x']],
    },
    { name: 'wrong', kind: 'per_call_config', apps: ['a', 'b'], valid: false, uri: '', options: [] },
  ],
  shutdownSession: (id) => {
    const before = open.length;
    open = open.filter((each) => each.id !== id);
    return open.length < before;
  },
  shutdownSessions: () => {
    open = [];
  },
  startOutbound: (name) => {
    started.push(name);
    return name === 'out';
  },
  makePassword: async (password) => (password === 'never' ? '' : `$6$${password}`),
};
const modules = [{ name: 'res_ari', description: 'Asterisk RESTful Interface' }];

beforeEach(async () => {
  open = SESSIONS;
  bench = await startBench({ modules, ari: view });
});

afterEach(() => bench.close());

const listener: Consumer = { tell: () => {} };

it('lists applications, and what each is subscribed to', async () => {
  expect(await bench.run('ari show apps')).toBe('Application Name         \n=========================\n');
  bench.stasis.register('b', listener);
  bench.stasis.register('a', listener, true);
  bench.stasis.subscribe('b', 'channel', '1.4');
  bench.stasis.subscribe('b', 'channel', '1.4');
  bench.stasis.subscribe('b', 'endpoint', 'PJSIP/alice');
  bench.stasis.subscribe('b', 'device', 'Stasis:1');
  expect(await bench.run('ari show apps')).toMatch(/=\na\nb\n$/);
  expect(await bench.run('ari show app b')).toBe(
    [
      'Name: b',
      '  Debug: No',
      '  Subscription Model: Application/Explicit Resource Subscription',
      '  Subscriptions: 2',
      '    Channels:',
      '      1.4 (2)',
      '    Bridges:',
      '    Endpoints:',
      '      PJSIP/alice (1)',
      '',
    ].join('\n'),
  );
  expect(await bench.run('ari show app a')).toContain(
    '  Subscription Model: Global Resource Subscription\n  Subscriptions: 3\n    Channels:\n      __AST_CHANNEL_ALL_TOPIC (1)\n',
  );
  expect(await bench.run('ari show app nosuch')).toBe("Command 'ari show app nosuch' failed.\n");
  expect(bench.cli.complete('ari show app ')).toEqual(['a', 'b']);
});

it('turns the log of events on and off, for one application or all', async () => {
  bench.stasis.register('app', listener);
  expect(await bench.run('ari set debug app on')).toBe("Debugging on 'app' enabled\n");
  expect(await bench.run('ari show app app')).toContain('  Debug: Yes\n');
  expect(bench.stasis.debugging('app')).toBe(true);
  expect(await bench.run('ari set debug app maybe')).toBe("Debugging on 'app' disabled\n");
  expect(bench.stasis.debugging('app')).toBe(false);
  expect(await bench.run('ari set debug all on')).toBe('Debugging on all applications enabled\n');
  expect(bench.stasis.debugging('other')).toBe(true);
  expect(await bench.run('ari set debug all off')).toBe('Debugging on all applications disabled\n');
  expect(bench.stasis.debugging('other')).toBe(false);
  expect(await bench.run('ari set debug nosuch on')).toBe("Command 'ari set debug nosuch on' failed.\n");
  expect(await bench.run('ari set debug app')).toMatch(
    /^Usage: ari set debug <application\|all> <on\|off>\n/,
  );
});

it('tells users and settings', async () => {
  expect(await bench.run('ari show users')).toBe(
    'r/o?  ACL?  Username\n----  ----  --------\nNo    Yes   asterisk\nNo    No    bot\nYes   No    reader\n',
  );
  expect(await bench.run('ari show user reader')).toBe('Username: reader\nRead only?: Yes\nACL?: No\n');
  expect(await bench.run('ari show user asterisk')).toBe(
    'Username: asterisk\nRead only?: No\nACL?: Yes\nACL: (unnamed)\n---------------------------------------------\n  0:  deny - 127.0.0.1/255.255.255.255\n',
  );
  expect(await bench.run('ari show user bot')).toBe(
    'Username: bot\nRead only?: No\nACL?: No\nallow_operations: channels.*,hangup\ndeny_applications: x\n',
  );
  expect(await bench.run('ari show user nosuch')).toBe("User 'nosuch' not found\n");
  expect(await bench.run('ari show status')).toBe(
    'ARI Status:\nEnabled: Yes\nOutput format: compact\nAuth realm: Lab\nAllowed Origins: a,b\n',
  );
});

it('lists event sockets and closes them', async () => {
  expect((await bench.run('ari show websocket sessions')).split('\n')).toEqual([
    'Connection ID                         Type            RemoteAddr                       State Apps            ',
    '------------------------------------- --------------- -------------------------------- ----- ----------------',
    'one                                   inbound         127.0.0.1:36350                  Up    one,two',
    'out                                   persistent      N/A                              Down  app',
    '',
  ]);
  expect(await bench.run('ari shutdown websocket session nosuch')).toBe(
    "Websocket session 'nosuch' not found\nCommand 'ari shutdown websocket session nosuch' failed.\n",
  );
  expect(await bench.run('ari shutdown websocket session one')).toContain("'one'");
  expect(open.map((each) => each.id)).toEqual(['out']);
  expect(await bench.run('ari shutdown websocket sessions')).toBe('Shutting down all websocket sessions\n');
  expect(open).toEqual([]);
});

it('lists the connections that ari.conf asks for, and starts them again', async () => {
  expect((await bench.run('ari show outbound-websockets')).split('\n')).toEqual([
    'Name                             Type            Apps                             Status  URI',
    '-------------------------------- --------------- -------------------------------- ------- ----------------------------------------------------------------',
    'out                              persistent      app                              valid   ws://127.0.0.1:1/x',
    'wrong                            per_call_config a,b                              INVALID ',
    '',
  ]);
  expect(await bench.run('ari show outbound-websocket out')).toBe(
    '[out] \nuri =                    ws://127.0.0.1:1/x\n\n',
  );
  expect(await bench.run('ari show outbound-websocket wrong')).toBe('[wrong] **INVALID**\n\n');
  const unknown = (command: string) => `Error getting ARI configuration\nCommand '${command}' failed.\n`;
  for (const each of ['ari show outbound-websocket nosuch', 'ari start outbound-websocket nosuch']) {
    expect(await bench.run(each)).toBe(unknown(each));
  }
  expect(await bench.run('ari start outbound-websocket out')).toBe(
    "Starting websocket session for outbound-websocket 'out'\n",
  );
  expect(started).toEqual(['nosuch', 'out']);
});

it('makes a password for ari.conf', async () => {
  expect(await bench.run('ari mkpasswd abc')).toBe(
    '; Copy the following two lines into ari.conf\npassword_format = crypt\npassword = $6$abc\n',
  );
  expect(await bench.run('ari mkpasswd never')).toBe("Command 'ari mkpasswd never' failed.\n");
});

it('says when there is nothing to tell of, and is absent without its module', async () => {
  const without = await startBench({ modules });
  expect(await without.run('ari show status')).toBe(
    "Error getting ARI configuration\nCommand 'ari show status' failed.\n",
  );
  await without.close();
  const none = await startBench({ modules: [] });
  expect(await none.run('ari show apps')).toMatch(/^No such command 'ari show apps'/);
  await none.close();
});

it('makes tokens, lists and ends them', async () => {
  expect(await bench.run('ari token create asterisk label=ci')).toBe(
    "asm_text\nToken '0123456789abcdef' of user 'asterisk' ends at 2026-01-01T00:00:00.000+0000; it is not shown again\n",
  );
  expect((await bench.run('ari token list')).split('\n')).toEqual([
    'Token             User                  Expires                        r/o?  Label',
    '0123456789abcdef  asterisk              2026-01-01T00:00:00.000+0000   No    ci',
    '    allowOperations=channels.*',
    '',
  ]);
  expect(await bench.run('ari token list reader')).not.toContain('0123456789abcdef');
  expect(await bench.run('ari token create nosuch')).toContain("User 'nosuch' not found");
  expect(await bench.run('ari token create reader colour=red')).toContain("'colour=red' is none of label=");
  expect(await bench.run('ari token create reader expiresIn=0')).toContain(
    'Invalid parameter expiresIn. More.',
  );
  expect(bench.cli.complete('ari token create ')).toEqual(['asterisk', 'bot', 'reader']);
  expect(bench.cli.complete('ari token revoke ')).toEqual(['0123456789abcdef']);
  expect(await bench.run('ari token revoke 0123456789abcdef')).toBe("Token '0123456789abcdef' is revoked\n");
  expect(await bench.run('ari token revoke 0123456789abcdef')).toContain('not found');
});
