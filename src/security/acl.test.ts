import { describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../conf/index.ts';
import { Acl, readAcl, readNamedAcls } from './index.ts';

function acl(...lines: (readonly ['permit' | 'deny', string])[]): Acl {
  const list = new Acl();
  for (const [kind, line] of lines) list.add(kind === 'permit', line);
  return list;
}

describe('an access list', () => {
  it('lets in what no line is about, and lets the last matching line decide', () => {
    const list = acl(['deny', '0.0.0.0/0.0.0.0'], ['permit', '10.0.0.0/8'], ['deny', '10.1.2.3']);
    expect(list.permits('10.9.9.9')).toBe(true);
    expect(list.permits('10.1.2.3')).toBe(false);
    expect(list.permits('192.0.2.1')).toBe(false);
    expect(list.permits('2001:db8::1')).toBe(true);
  });

  it('takes netmasks, prefix lengths, several addresses and their opposite', () => {
    const list = acl(['deny', '127.0.0.0/255.0.0.0, 2001:db8::/32'], ['deny', '!127.0.0.1']);
    expect(list.permits('127.0.0.2')).toBe(false);
    expect(list.permits('127.0.0.1')).toBe(true);
    expect(list.permits('2001:db8::7')).toBe(false);
  });

  it('knows an IPv4 address that is mapped into IPv6', () => {
    expect(acl(['deny', '127.0.0.1']).permits('::ffff:127.0.0.1')).toBe(false);
  });

  it.each(['nonsense', '10.0.0.0/33', '10.0.0.0/255.0.255.0', '2001:db8::/129', '10.0.0.0/'])(
    'refuses %s',
    (line) => {
      expect(() => acl(['permit', line])).toThrow(RangeError);
    },
  );

  it('asks the lists that it names; one that is not there lets nobody in', () => {
    const variable = (name: string, value: string) => ({ name, value, file: 'f', line: 1, inherited: false });
    const named = new Map([['local', acl(['deny', '0.0.0.0/0'], ['permit', '127.0.0.1'])]]);
    const read = (name: string) => readAcl({ variables: [variable('acl', name)] }, (each) => named.get(each));
    expect(read('local')?.permits('127.0.0.1')).toBe(true);
    expect(read('local')?.permits('10.0.0.1')).toBe(false);
    expect(read('nosuch')?.permits('127.0.0.1')).toBe(false);
    expect(readAcl({ variables: [] }, () => undefined)).toBeUndefined();
  });

  it('reads an acl.conf that is not there as one without lists', () => {
    const none = loadConfigIfPresent('/nowhere/acl.conf');
    expect(readNamedAcls(none, () => {}).size).toBe(0);
  });
});
