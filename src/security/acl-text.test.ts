import { describe, expect, it } from 'vitest';
import { Acl, aclText } from './index.ts';

describe('an access list on the console', () => {
  it('shows its lines with netmasks, then the lists that it asks', () => {
    const friends = new Acl();
    friends.add(true, '10.0.0.0/24');
    const acl = new Acl();
    acl.add(false, '0.0.0.0/0,2001:db8::/32');
    acl.add(true, '127.0.0.1');
    acl.require('friends', () => friends);
    acl.require('nosuch', () => undefined);
    expect(aclText(acl, '  ')).toBe(
      [
        '  ACL: (unnamed)',
        '---------------------------------------------',
        '    0:  deny - 0.0.0.0/0.0.0.0',
        '    1:  deny - 2001:db8::/32',
        '    2: allow - 127.0.0.1/255.255.255.255',
        '  ACL: friends',
        '---------------------------------------------',
        '    0: allow - 10.0.0.0/255.255.255.0',
        '  ACL: nosuch (missing)',
        '---------------------------------------------',
        '',
      ].join('\n'),
    );
  });
});
