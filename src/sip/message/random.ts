import { randomFillSync } from 'node:crypto';
import { MAGIC_COOKIE } from './via.ts';

// Drawing 16 KB at a time makes a token a slice of text instead of a system call.
const POOL_BYTES = 16_384;
const bytes = Buffer.allocUnsafe(POOL_BYTES);
let pool = '';
let used = 0;

/** `length` random hexadecimal digits, cryptographically random (RFC 3261 §19.3 wants 32 bits at least). */
export function randomHex(length: number): string {
  if (used + length > pool.length) {
    pool = randomFillSync(bytes).toString('hex');
    used = 0;
  }
  const out = pool.slice(used, used + length);
  used += length;
  return out;
}

/** Hexadecimal digits of a tag. */
export const TAG_DIGITS = 16;

export function newTag(): string {
  return randomHex(TAG_DIGITS);
}

export function newBranch(): string {
  return `${MAGIC_COOKIE}${randomHex(20)}`;
}

export function newCallId(): string {
  const hex = randomHex(32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
