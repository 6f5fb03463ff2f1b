import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../conf/index.ts';
import { type AriConfig, readAriConfig } from './ari-config.ts';

function read(text: string, before?: AriConfig): AriConfig {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-ariconf-'));
  try {
    writeFileSync(join(dir, 'ari.conf'), text);
    return readAriConfig(loadConfigIfPresent('ari.conf', { etcDir: dir }), undefined, before);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

describe('ari.conf', () => {
  it('that is missing, or has no [general], is a door that is shut', () => {
    expect(readAriConfig(undefined)).toEqual({
      general: undefined,
      users: new Map(),
      outbound: new Map(),
      problems: [],
    });
    const { general, users } = read('[a]\ntype=user\npassword=x\n');
    expect(general).toBeUndefined();
    expect([...users.keys()]).toEqual(['a']);
  });

  it('has the defaults of the original', () => {
    expect(read('[general]\n').general).toEqual({
      enabled: true,
      pretty: false,
      realm: 'Asterisk REST Interface',
      allowedOrigins: [],
      channelVars: [],
      writeTimeoutMs: 100,
      resumeGraceMs: 0,
      resumeKeep: 1_000,
    });
  });

  it('is read whole', () => {
    const { general, users, outbound, problems } = read(`[general]
enabled=no
pretty=yes
auth_realm=My Realm
allowed_origins=localhost:8088, http://ari.asterisk.org
channelvars=V1,CHANNEL(rtp,audio),NOPE
websocket_write_timeout=250
resume_grace=30
resume_buffer=50
[a]
type=user
password=x
read_only=yes
permit=10.0.0.0/8
[out]
type=outbound_websocket
websocket_client_id=c
apps=one, two
local_ari_user=a
subscribe_all=yes
`);
    expect(problems).toEqual([]);
    expect(general).toEqual({
      ...{ enabled: false, pretty: true, realm: 'My Realm', writeTimeoutMs: 250 },
      ...{ resumeGraceMs: 30_000, resumeKeep: 50 },
      allowedOrigins: ['localhost:8088', 'http://ari.asterisk.org'],
      channelVars: ['V1', 'CHANNEL(rtp,audio)', 'NOPE'],
    });
    expect(users.get('a')).toMatchObject({ name: 'a', readOnly: true, password: 'x', crypted: false });
    expect(users.get('a')?.acl?.lines).toEqual([{ permit: true, network: '10.0.0.0/255.0.0.0' }]);
    expect(outbound.get('out')).toEqual({
      ...{ name: 'out', client: 'c', apps: ['one', 'two'], user: 'a', subscribeAll: true },
    });
  });

  it.each([
    ['a user without password', '[x]\ntype=user\n', /password is required/],
    ['a section without type', '[x]\npassword=x\n', /type is/],
    ['a section of another type', '[x]\ntype=bogus\npassword=x\n', /type is/],
    ['an option that is not there', '[x]\ntype=user\npassword=x\nzzz=1\n', /'zzz'/],
    ['a format that is not there', '[x]\ntype=user\npassword=x\npassword_format=md5\n', /md5/],
    ['a hash that is none', '[x]\ntype=user\npassword=x\npassword_format=crypt\n', /begin with/],
    ['an address that is none', '[x]\ntype=user\npassword=x\npermit=y\n', /'y' is no address/],
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
    ['a timeout that is none', '[general]\nwebsocket_write_timeout=0\n', /websocket_write_timeout=0/],
  ])('refuses %s alone, and names it', (_what, lines, problem) => {
    const config = read(`${lines}[good]\ntype=user\npassword=g\n`);
    expect([...config.users.keys()]).toEqual(['good']);
    expect(config.outbound.size).toBe(0);
    expect(config.general).toBeUndefined();
    expect(config.problems).toEqual([expect.stringMatching(problem)]);
  });

  it('keeps what it had of an object that is broken by a reload, and forgets what was removed', () => {
    const before = read('[general]\npretty=yes\n[a]\ntype=user\npassword=old\n[b]\ntype=user\npassword=b\n');
    const after = read('[general]\nnosuch=1\n[a]\ntype=user\npassword=new\nbad=1\n', before);
    expect(after.general?.pretty).toBe(true);
    expect([...after.users].map(([name, { password }]) => [name, password])).toEqual([['a', 'old']]);
    expect(after.problems).toEqual([
      expect.stringContaining('stays as it was'),
      expect.stringContaining('stays as it was'),
    ]);
  });
});
