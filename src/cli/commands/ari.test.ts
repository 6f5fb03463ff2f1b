import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Consumer } from '../../stasis/index.ts';
import type { AriView } from '../command.ts';
import { type Bench, startBench } from '../test-bench.ts';

let bench: Bench;
let open = [
  { id: 'one', remote: '127.0.0.1:36350', apps: ['two', 'one'] },
  { id: 'two', remote: '[::1]:4', apps: ['app'] },
];

const view: AriView = {
  settings: { enabled: true, pretty: false, realm: 'Lab', allowedOrigins: '*' },
  users: () => [
    { name: 'reader', readOnly: true, acl: false },
    { name: 'asterisk', readOnly: false, acl: true },
  ],
  sockets: () => open,
  shutDown: (id) => {
    const closing = open.filter((each) => id === undefined || each.id === id);
    open = open.filter((each) => !closing.includes(each));
    return closing.length;
  },
};
const modules = [{ name: 'res_ari', description: 'Asterisk RESTful Interface' }];

beforeEach(async () => {
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
    'r/o?  ACL?  Username\n----  ----  --------\nNo    Yes   asterisk\nYes   No    reader\n',
  );
  expect(await bench.run('ari show user reader')).toBe('Username: reader\nRead only?: Yes\nACL?: No\n');
  expect(await bench.run('ari show user nosuch')).toBe("User 'nosuch' not found\n");
  expect(await bench.run('ari show status')).toBe(
    'ARI Status:\nEnabled: Yes\nOutput format: compact\nAuth realm: Lab\nAllowed Origins: *\n',
  );
});

it('lists event sockets and closes them', async () => {
  expect((await bench.run('ari show websocket sessions')).split('\n')).toEqual([
    'Connection ID                         Type            RemoteAddr                       State Apps            ',
    '------------------------------------- --------------- -------------------------------- ----- ----------------',
    'one                                   inbound         127.0.0.1:36350                  Up    one,two',
    'two                                   inbound         [::1]:4                          Up    app',
    '',
  ]);
  expect(await bench.run('ari shutdown websocket session nosuch')).toBe(
    "Websocket session 'nosuch' not found\nCommand 'ari shutdown websocket session nosuch' failed.\n",
  );
  expect(await bench.run('ari shutdown websocket session one')).toContain("'one'");
  expect(open.map((each) => each.id)).toEqual(['two']);
  expect(await bench.run('ari shutdown websocket sessions')).toBe('Shutting down all websocket sessions\n');
  expect(open).toEqual([]);
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
