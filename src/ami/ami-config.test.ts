import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../conf/index.ts';
import { Acl } from '../security/index.ts';
import { readAmiConfig } from './ami-config.ts';
import {
  classText,
  EVERY_CLASS,
  maskOf,
  NO_CLASS,
  parseClasses,
  parseEventMask,
  permissionText,
} from './classes.ts';

const dir = mkdtempSync(join(tmpdir(), 'asterism-ami-conf-'));
afterAll(() => rmSync(dir, { recursive: true }));

function read(text: string) {
  writeFileSync(join(dir, 'manager.conf'), text);
  const local = new Acl();
  local.add(false, '127.0.0.0/8');
  return readAmiConfig(loadConfigIfPresent('manager.conf', { etcDir: dir }), {
    namedAcl: (name) => (name === 'local' ? local : undefined),
    compilePattern: (pattern) => (pattern.includes('[') ? undefined : (value) => value.includes(pattern)),
  });
}

describe('manager.conf', () => {
  it('that is missing is a door that is shut', () => {
    const config = readAmiConfig(undefined, { namedAcl: () => undefined, compilePattern: () => undefined });
    expect(config).toMatchObject({
      enabled: false,
      webEnabled: false,
      tls: undefined,
      port: 5038,
      authLimit: 50,
    });
  });

  it('gives users their classes, limits and addresses', () => {
    const { users } = read(`[general]
allowmultiplelogin=no
[Alice]
secret=a
read=call,user
read=system
write=nosuch, Call
deny=0.0.0.0/0.0.0.0
permit=192.0.2.0/24
writetimeout=5000
setvar=FOO=bar
[bob]
secret=b
write=all
allowmultiplelogin=yes
acl=local
`);
    const alice = users.get('alice');
    expect([alice?.read, alice?.write]).toEqual([maskOf('call', 'user', 'system'), maskOf('call')]);
    expect([alice?.acl?.permits('192.0.2.7'), alice?.acl?.permits('198.51.100.1')]).toEqual([true, false]);
    expect(alice).toMatchObject({
      allowMultipleLogin: false,
      writeTimeoutMs: 5000,
      variables: [['FOO', 'bar']],
    });
    const bob = users.get('bob');
    expect([bob?.read, bob?.write, bob?.allowMultipleLogin]).toEqual([NO_CLASS, EVERY_CLASS, true]);
    expect(bob?.acl?.permits('127.0.0.1')).toBe(false);
  });

  it.each([
    ['no secret', 'read=all'],
    ['an empty secret', 'secret='],
    ['an address that is none', 'secret=x\npermit=nonsense'],
    ['a filter that makes no sense', 'secret=x\neventfilter=['],
  ])('leaves a user with %s out, and says why', (_what, lines) => {
    const { users, problems } = read(`[good]\nsecret=x\n[bad]\n${lines}\n`);
    expect([...users.keys()]).toEqual(['good']);
    expect(problems).toEqual([expect.stringContaining("user 'bad' is left out")]);
  });

  it('asks for TLS with an address, a port and files', () => {
    const tls = (lines: string) => read(`[general]\ntlsenable=yes\n${lines}`).tls;
    expect(tls('tlscertfile=/c.pem')).toEqual({
      address: '0.0.0.0',
      port: 5039,
      certificate: '/c.pem',
      privateKey: '/c.pem',
      cipher: '',
    });
    expect(tls('tlsbindaddr=192.0.2.1:5040\ntlsprivatekey=/k.pem')).toMatchObject({
      address: '192.0.2.1',
      port: 5040,
      privateKey: '/k.pem',
    });
    expect(tls('tlsbindaddr=[::1]:5041')).toMatchObject({ address: '::1', port: 5041 });
  });
});

describe('classes', () => {
  it('are shown as clients know them', () => {
    expect(classText(NO_CLASS)).toBe('<none>');
    expect(classText(maskOf('call', 'system'))).toBe('system,call,all');
    expect(permissionText(maskOf('call', 'system'))).toBe('system,call');
    expect(permissionText(EVERY_CLASS)).toMatch(/^system,call,log,.*,message,all$/);
    expect(parseClasses('call, nosuch ,USER')).toBe(maskOf('call', 'user'));
  });

  it.each([
    ['on', EVERY_CLASS],
    ['all', EVERY_CLASS],
    ['off', NO_CLASS],
    ['bogus', NO_CLASS],
    ['0', NO_CLASS],
    ['1', maskOf('system')],
    ['64', maskOf('user')],
    ['call,log', maskOf('call', 'log')],
    ['', undefined],
  ])('of the mask %s are asked for', (text, mask) => {
    expect(parseEventMask(text)).toBe(mask);
  });
});
