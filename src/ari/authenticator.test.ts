import { afterEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { Acl, type SecurityReport, Tokens } from '../security/index.ts';
import type { AriUser } from './ari-config.ts';
import { Authenticator } from './authenticator.ts';
import type { Connection } from './login-events.ts';

const HASH =
  '$6$abcdefgh$k/gShrHzeORLzN0VWAbSwuvLGX2CwVupUyrPg9iHIk9LUNxf9piWWWi4Qjb5aihflrJyGdM1by6JJlHpHbIvT.';
const opened: Authenticator[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

function setUp() {
  const only = new Acl();
  only.add(false, '0.0.0.0/0');
  only.add(true, '10.0.0.1');
  const user = (name: string, more: Partial<AriUser> = {}): [string, AriUser] => [
    name,
    { name, readOnly: false, password: 'secret', crypted: false, acl: undefined, ...more },
  ];
  const users = new Map([
    user('plain'),
    user('placed', { acl: only }),
    user('hashed', { password: HASH, crypted: true }),
  ]);
  const clock = new FakeClock();
  const log = memoryLogger();
  const rows = new Map<string, string>();
  const raised: string[] = [];
  const noted: string[] = [];
  const told = { managers: true };
  const into =
    (list: string[]) =>
    ({ kind, account, service, session, local, remote }: SecurityReport) =>
      void list.push(
        [kind, service, account, session, `${local.protocol} ${local.port}`, remote.address].join(' '),
      );
  const security = { raise: into(raised), note: into(noted) };
  const tokens = new Tokens(
    {
      get: (key) => rows.get(key),
      range: () => rows,
      put: async (key, value) => void rows.set(key, value),
      delete: async (key) => void rows.delete(key),
    },
    clock,
    () => {},
  );
  const authenticator = new Authenticator({
    find: (name) => users.get(name),
    tokens,
    security,
    toManagers: () => told.managers,
    clock,
    log,
  });
  opened.push(authenticator);
  const ask = async (
    who: string | undefined,
    options: { address?: string; key?: string; connection?: Connection } = {},
  ) => {
    const verdict = await authenticator.identify({
      authorization: who === undefined ? undefined : `Basic ${Buffer.from(who).toString('base64')}`,
      apiKey: options.key,
      address: options.address ?? '192.0.2.1',
      ...(options.connection === undefined ? {} : { connection: options.connection }),
    });
    return verdict instanceof Error ? verdict.code : verdict.name;
  };
  return { ask, authenticator, raised, noted, told, clock, log, tokens, users };
}

describe('who asks', () => {
  it('is told by the password, then by the place', async () => {
    const { ask } = setUp();
    expect(await ask('plain:secret')).toBe('plain');
    expect(await ask('plain:Secret')).toBe('UNAUTHORIZED');
    expect(await ask('placed:secret')).toBe('ACL_DENIED');
    expect(await ask('placed:wrong')).toBe('UNAUTHORIZED');
    expect(await ask('placed:secret', { address: '10.0.0.1' })).toBe('placed');
    expect(await ask('hashed:cryptpw')).toBe('hashed');
    expect(await ask('hashed:wrong')).toBe('UNAUTHORIZED');
    expect(await ask(undefined, { key: 'plain:secret' })).toBe('plain');
    expect(await ask('plain:wrong', { key: 'plain:secret' })).toBe('UNAUTHORIZED');
  });

  it('must be right again after the password has changed', async () => {
    const { ask, users } = setUp();
    expect(await ask('plain:secret')).toBe('plain');
    const before = users.get('plain');
    if (before !== undefined) users.set('plain', { ...before, password: 'other' });
    expect(await ask('plain:secret')).toBe('UNAUTHORIZED');
    expect(await ask('plain:other')).toBe('plain');
  });

  it('may not guess without end, while others go on', async () => {
    const { ask, clock } = setUp();
    expect(await ask('plain:secret')).toBe('plain');
    for (let count = 0; count < 200; count++) expect(await ask('plain:guess')).toBe('UNAUTHORIZED');
    expect(await ask('plain:guess')).toBe('TOO_MANY_FAILURES');
    // Not even the right one, of another user: the answer would tell.
    expect(await ask('hashed:cryptpw')).toBe('TOO_MANY_FAILURES');
    // What was right before from there, and anybody from elsewhere.
    expect(await ask('plain:secret')).toBe('plain');
    expect(await ask('hashed:cryptpw', { address: '192.0.2.9' })).toBe('hashed');
    clock.advance(1_000);
    expect(await ask('hashed:cryptpw')).toBe('hashed');
  });

  it('that says nothing has not failed', async () => {
    const { ask, log } = setUp();
    for (let count = 0; count < 500; count++) expect(await ask(undefined)).toBe('UNAUTHORIZED');
    expect(await ask('plain:secret')).toBe('plain');
    expect(log.lines).toEqual([]);
  });

  it('is told to watchers: each failure, and a success once on a connection', async () => {
    const { ask, raised, noted, told } = setUp();
    const connection = {
      ...{ localAddress: '::ffff:127.0.0.1', localPort: 8088 },
      ...{ remoteAddress: '::ffff:192.0.2.1', remotePort: 40_000 },
    };
    for (const who of [
      'plain:secret',
      'plain:secret',
      'plain:wrong',
      'no"body:x',
      ':x',
      'placed:secret',
      undefined,
    ])
      await ask(who, { connection });
    await ask('hashed:cryptpw', { connection: { ...connection, remotePort: 1 } });
    await ask('plain:secret', { connection });
    const about = 'TCP 8088 192.0.2.1';
    expect(raised).toEqual([
      `SuccessfulAuth ARI plain 192.0.2.1:40000 ${about}`,
      `InvalidPassword ARI plain 192.0.2.1:40000 ${about}`,
      `InvalidAccountID ARI no"body 192.0.2.1:40000 ${about}`,
      `InvalidAccountID ARI <unknown> 192.0.2.1:40000 ${about}`,
      `FailedACL ARI placed 192.0.2.1:40000 ${about}`,
      `SuccessfulAuth ARI hashed 192.0.2.1:1 ${about}`,
    ]);
    expect(noted).toEqual([]);
    // As in the original, managers hear of none of it; the log does.
    told.managers = false;
    await ask('plain:wrong', { connection });
    expect(raised).toHaveLength(6);
    expect(noted).toEqual([`InvalidPassword ARI plain 192.0.2.1:40000 ${about}`]);
  });

  it('is named in the log when it fails, and the password is not', async () => {
    const { ask, log } = setUp();
    await ask(`no\nbody\u001b${'x'.repeat(100)}:hidden`);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatch(/Login of 'no\?body\?x{56}' from 192\.0\.2\.1 failed/);
    expect(log.lines[0]).not.toContain('hidden');
    await ask('misplaced');
    expect(log.lines[1]).toMatch(/Login of '' from 192\.0\.2\.1 failed/);
  });
});
