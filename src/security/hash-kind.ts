/** The kinds of crypt(3) hashes: how they begin, and what computes them. */
const KINDS = [
  { prefix: '$1$', name: 'MD5', by: 'libcrypt' },
  { prefix: '$2a$', name: 'bcrypt', by: 'libcrypt' },
  { prefix: '$2b$', name: 'bcrypt', by: 'libcrypt' },
  { prefix: '$2y$', name: 'bcrypt', by: 'libcrypt' },
  { prefix: '$5$', name: 'SHA-256', by: 'here' },
  { prefix: '$6$', name: 'SHA-512', by: 'here' },
  { prefix: '$y$', name: 'yescrypt', by: 'libcrypt' },
] as const;

export type HashKind = (typeof KINDS)[number];

/** Longest hash that is taken. */
const MAX_HASH = 384;

/** Of which kind a hash is; undefined when it is none, or one that does not look like its kind. */
export function hashKind(hash: string): HashKind | undefined {
  if (hash.length > MAX_HASH || !/^[\x21-\x7e]+$/.test(hash)) return undefined;
  return KINDS.find(({ prefix }) => hash.startsWith(prefix) && hash.length > prefix.length);
}
