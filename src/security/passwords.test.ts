import { afterEach, describe, expect, it } from 'vitest';
import { hashKind, libcryptKnows, may, PasswordChecker, sameText } from './index.ts';
import { libcrypt } from './libcrypt.ts';

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

  it('are made into hashes that verify them, each with a salt of its own', async () => {
    const passwords = checker();
    const [one, two] = await Promise.all([passwords.make('s3cret ä'), passwords.make('s3cret ä')]);
    expect(one).toMatch(/^\$6\$/);
    expect(one).not.toBe(two);
    expect(await passwords.crypt('s3cret ä', one)).toBe(true);
    expect(await passwords.crypt('other', one)).toBe(false);
  });

  it.each([
    ['MD5', '$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1'],
    ['bcrypt', '$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a'],
    ['SHA-256', '$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.'],
    ['yescrypt', '$y$j9T$abcdefgh$IUWJt2doU4Kf6E/JP1UkAT3S5O3Q7SSA8SJirXIlEu9'],
  ])('are verified against %s', async (kind, hash) => {
    expect(hashKind(hash)?.name).toBe(kind);
    if (hashKind(hash)?.by === 'libcrypt') expect(await libcryptKnows(kind)).toBe(true);
    const passwords = checker();
    expect(await passwords.crypt('secret', hash)).toBe(true);
    expect(await passwords.crypt('Secret', hash)).toBe(false);
    expect(await passwords.crypt('secret\0', hash)).toBe(false);
  });

  it('are never part of a command line, whatever is in them', async () => {
    const nasty = '"; exit 1 #$(id)`\n\\';
    const hash = (await libcrypt(nasty, '$1$abcdefgh$')) ?? '';
    expect(hash).toMatch(/^\$1\$abcdefgh\$/);
    expect(await checker().crypt(nasty, hash)).toBe(true);
  });

  it.each(['', 'secret', '$1$', '$3$abc$def', '$6$ab cd', `$6$${'x'.repeat(400)}`, '$9$x$y'])(
    'have no hash like %s',
    (text) => {
      expect(hashKind(text)).toBeUndefined();
    },
  );

  it('cannot be computed by libcrypt for a kind that it does not know', async () => {
    expect(await libcrypt('secret', '$nosuch$x$')).toBeUndefined();
    expect(await libcryptKnows('SHA-512')).toBe(false);
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
