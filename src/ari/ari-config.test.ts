import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import { systemClock } from '../platform/index.ts';
import { Acl } from '../security/index.ts';
import { Push, Sorcery } from '../sorcery/index.ts';
import { type AriChange, AriObjects } from './ari-objects.ts';
import { ariTypes } from './objects.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** ari.conf as objects; `sorceryConf` says where they are kept. */
function open(text: string | undefined, sorceryConf = '') {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-ariconf-'));
  closers.push(() => rmSync(dir, { recursive: true }));
  const write = (content: string) => writeFileSync(join(dir, 'ari.conf'), content);
  if (text !== undefined) write(text);
  writeFileSync(join(dir, 'sorcery.conf'), sorceryConf);
  const log = memoryLogger();
  const sorcery = new Sorcery({
    etcDir: dir,
    astdb: undefined,
    log,
    clock: systemClock,
    running: () => true,
  });
  sorcery.register(ariTypes, 'ari.conf');
  const changes: AriChange[] = [];
  const lab = new Acl();
  lab.add(false, '10.9.0.0/16');
  const objects = new AriObjects({
    sorcery,
    namedAcl: (name) => (name === 'lab' ? lab : undefined),
    changed: (change) => changes.push(change),
    log,
  });
  closers.push(() => objects.close());
  return { objects, log, sorcery, write, changes, push: new Push(sorcery) };
}

const names = (objects: AriObjects) => [...objects.users()].map(({ name }) => name);

describe('ari.conf', () => {
  it('that is missing, or has no [general], is a door that is shut', () => {
    const none = open(undefined).objects;
    expect([none.general, names(none), none.outbound().size]).toEqual([undefined, [], 0]);
    const { objects } = open('[a]\ntype=user\npassword=x\n');
    expect(objects.general).toBeUndefined();
    expect(names(objects)).toEqual(['a']);
  });

  it('has the defaults of the original', () => {
    expect(open('[general]\n').objects.general).toEqual({
      enabled: true,
      pretty: false,
      realm: 'Asterisk REST Interface',
      allowedOrigins: [],
      channelVars: [],
      writeTimeoutMs: 100,
      resumeGraceMs: 0,
      resumeKeep: 1_000,
      securityEvents: false,
    });
  });

  it('is read whole', () => {
    const { objects, log } = open(`[general]
enabled=no
pretty=yes
auth_realm=My Realm
allowed_origins=localhost:8088, http://ari.asterisk.org
channelvars=V1,CHANNEL(rtp,audio),NOPE
websocket_write_timeout=250
resume_grace=30
resume_buffer=50
security_events=yes
[a]
type=user
password=x
read_only=yes
permit=10.0.0.0/8
allow_operations=channels.*, get /asterisk/info
deny_operations=hangup
allow_applications=bot, test-*
[out]
type=outbound_websocket
websocket_client_id=c
apps=one, two
local_ari_user=a
subscribe_all=yes
`);
    expect(log.lines).toEqual([]);
    expect(objects.general).toEqual({
      ...{ enabled: false, pretty: true, realm: 'My Realm', writeTimeoutMs: 250 },
      ...{ resumeGraceMs: 30_000, resumeKeep: 50, securityEvents: true },
      allowedOrigins: ['localhost:8088', 'http://ari.asterisk.org'],
      channelVars: ['V1', 'CHANNEL(rtp,audio)', 'NOPE'],
    });
    const a = objects.user('a');
    expect(a).toMatchObject({ name: 'a', readOnly: true, password: 'x', crypted: false });
    expect(a?.acl?.lines).toEqual([{ permit: true, network: '10.0.0.0/255.0.0.0' }]);
    expect(a?.scopes).toEqual([
      {
        of: "user 'a'",
        allowOperations: ['channels.*', 'GET /asterisk/info'],
        denyOperations: ['hangup'],
        allowApplications: ['bot', 'test-*'],
        denyApplications: [],
      },
    ]);
    expect(objects.outbound().get('out')).toEqual({
      ...{ name: 'out', client: 'c', apps: ['one', 'two'], user: 'a', subscribeAll: true },
    });
  });

  it.each([
    ['a user without password', '[x]\ntype=user\n', /'password' is required/],
    ['an option that is not there', '[x]\ntype=user\npassword=x\nzzz=1\n', /'zzz'/],
    ['a format that is not there', '[x]\ntype=user\npassword=x\npassword_format=md5\n', /md5/],
    ['a hash that is none', '[x]\ntype=user\npassword=x\npassword_format=crypt\n', /begin with/],
    ['an address that is none', '[x]\ntype=user\npassword=x\npermit=y\n', /'y' is not accepted/],
    [
      'a netmask with holes',
      '[x]\ntype=user\npassword=x\npermit=10.0.0.0/255.0.255.0\n',
      /not accepted for 'permit'/,
    ],
    [
      'an operation that is not there',
      '[x]\ntype=user\npassword=x\ndeny_operations=channels.hangupp\n',
      /not accepted for 'deny_operations'/,
    ],
    [
      'a method that is not there',
      '[x]\ntype=user\npassword=x\nallow_operations=GETT /x\n',
      /not accepted for 'allow_operations'/,
    ],
    [
      'a socket without user',
      '[x]\ntype=outbound_websocket\nwebsocket_client_id=c\napps=a\n',
      /local_ari_user/,
    ],
    [
      'a socket without applications',
      '[x]\ntype=outbound_websocket\nwebsocket_client_id=c\nlocal_ari_user=a\napps=,\n',
      /apps/,
    ],
    ['a general section that is broken', '[general]\nnosuch=1\n', /'nosuch'/],
    ['a timeout that is none', '[general]\nwebsocket_write_timeout=0\n', /websocket_write_timeout/],
  ])('refuses %s alone, and names it', (_what, lines, problem) => {
    const { objects, log } = open(`${lines}[good]\ntype=user\npassword=g\n`);
    expect(names(objects)).toEqual(['good']);
    expect(objects.outbound().size).toBe(0);
    expect(objects.general).toBeUndefined();
    expect(log.lines).toEqual([expect.stringMatching(problem)]);
    expect(log.lines[0]).toMatch(/ari\.conf:\d+/);
  });

  it('keeps what it had of an object that is broken by a reload, and forgets what was removed', () => {
    const { objects, sorcery, write, changes } = open(
      '[general]\npretty=yes\n[a]\ntype=user\npassword=old\n[b]\ntype=user\npassword=b\n',
    );
    write('[general]\nnosuch=1\n[a]\ntype=user\npassword=new\nbad=1\n');
    sorcery.reload('res_ari');
    expect(objects.general?.pretty).toBe(true);
    expect([...objects.users()].map(({ name, password }) => [name, password])).toEqual([['a', 'old']]);
    expect(changes).toContainEqual({ what: 'users' });
  });
});

describe('where a user may come from', () => {
  const permits = (lines: string, ...addresses: string[]) => {
    const acl = open(`[u]\ntype=user\npassword=x\n${lines}`).objects.user('u')?.acl;
    return addresses.map((each) => acl?.permits(each));
  };

  it('is said by the last line that matches, whatever the order of permit and deny', () => {
    const outer = ['10.1.0.1', '10.2.0.1', '192.0.2.1'];
    expect(permits('deny=0.0.0.0/0\npermit=10.0.0.0/8\n', ...outer)).toEqual([true, true, false]);
    expect(permits('permit=10.0.0.0/8\ndeny=10.1.0.0/16\n', ...outer)).toEqual([false, true, true]);
    expect(permits('deny=0.0.0.0/0,!10.0.0.0/8\ndeny=10.1.0.0/16\n', ...outer)).toEqual([false, true, false]);
  });

  it('may be said of IPv6, and by lists of acl.conf, of which one that is missing lets nobody in', () => {
    expect(permits('deny=::/0\npermit=2001:db8::/32\n', '2001:db8::1', '2001:db9::1')).toEqual([true, false]);
    expect(permits('acl=lab\n', '10.9.0.1', '10.8.0.1')).toEqual([false, true]);
    expect(permits('acl=lab\nacl=nosuch\n', '10.8.0.1')).toEqual([false]);
  });
});

describe('objects that are pushed', () => {
  const KEPT = '[res_ari]\nuser=memory\noutbound_websocket=memory\ngeneral=memory\n';
  const fields = (values: Record<string, string>) =>
    Object.entries(values).map(([attribute, value]) => ({ attribute, value }));

  it('are there at once, changed and removed', async () => {
    const { objects, push, changes } = open(undefined, KEPT);
    await push.put('res_ari', 'user', 'ann', fields({ password: 'x', deny: '10.0.0.0/8' }));
    expect(objects.user('ann')).toMatchObject({ password: 'x', readOnly: false, scopes: [] });
    await push.put('res_ari', 'user', 'ann', fields({ read_only: 'yes', allow_operations: 'asterisk.ping' }));
    expect(objects.user('ann')).toMatchObject({ password: 'x', readOnly: true });
    expect(objects.user('ann')?.scopes?.[0]?.allowOperations).toEqual(['asterisk.ping']);
    expect(objects.user('ann')?.acl?.permits('10.0.0.1')).toBe(false);
    await push.put('res_ari', 'user', 'ann', fields({ access: '', allow_operations: '' }));
    expect(objects.user('ann')).toMatchObject({ acl: undefined, scopes: [] });
    await push.delete('res_ari', 'user', 'ann');
    expect(objects.user('ann')).toBeUndefined();
    const told = { what: 'users', name: 'ann' };
    expect(changes).toEqual([false, false, false, true].map((removed) => ({ ...told, removed })));
    await push.put('res_ari', 'general', 'general', fields({ pretty: 'yes' }));
    expect(objects.general?.pretty).toBe(true);
    await push.delete('res_ari', 'general', 'general');
    expect(objects.general).toBeUndefined();
  });

  it('answer what the original answers: lists of rights are not part of it', async () => {
    const { push } = open(undefined, KEPT);
    const { body } = await push.put(
      'res_ari',
      'user',
      'ann',
      fields({ password: 'x', deny_operations: 'hangup' }),
    );
    expect((JSON.parse(body) as { attribute: string }[]).map(({ attribute }) => attribute)).toEqual([
      ...['password_format', 'password', 'read_only'],
    ]);
  });
});
