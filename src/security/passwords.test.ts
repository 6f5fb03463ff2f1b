import { afterEach, describe, expect, it } from 'vitest';
import { may, PasswordChecker, sameText } from './index.ts';

const CRYPTED =
  '$6$abcdefgh$k/gShrHzeORLzN0VWAbSwuvLGX2CwVupUyrPg9iHIk9LUNxf9piWWWi4Qjb5aihflrJyGdM1by6JJlHpHbIvT.';

const checkers: PasswordChecker[] = [];
function checker(): PasswordChecker {
  const made = new PasswordChecker();
  checkers.push(made);
  return made;
}
afterEach(async () => {
  for (const each of checkers.splice(0)) await each.close();
});

describe('passwords', () => {
  it('are compared whole', () => {
    expect(sameText('secret', 'secret')).toBe(true);
    expect(sameText('secret', 'secre')).toBe(false);
    expect(checker().plain('', 'secret')).toBe(false);
  });

  it('are verified against a hash in another thread, and then known', async () => {
    const passwords = checker();
    expect(passwords.known('cryptpw', CRYPTED)).toBeUndefined();
    expect(await passwords.crypt('wrong', CRYPTED)).toBe(false);
    expect(await passwords.crypt('cryptpw', CRYPTED)).toBe(true);
    expect(passwords.known('cryptpw', CRYPTED)).toBe(true);
    expect(passwords.known('wrong', CRYPTED)).toBeUndefined();
  });

  it('verify nothing against something that is no hash', async () => {
    expect(await checker().crypt('x', 'x')).toBe(false);
  });

  it('that wait when the checker closes are refused', async () => {
    const passwords = checker();
    const waiting = passwords.crypt('cryptpw', CRYPTED);
    await passwords.close();
    expect(await waiting).toBe(false);
  });
});

describe('the capability check', () => {
  it('lets a reader look and nothing else', () => {
    expect(may({ name: 'r', readOnly: true }, 'read')).toBe(true);
    expect(may({ name: 'r', readOnly: true }, 'write')).toBe(false);
    expect(may({ name: 'w', readOnly: false }, 'write')).toBe(true);
  });
});
