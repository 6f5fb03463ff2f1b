import { parentPort } from 'node:worker_threads';
import { encrypt, verify } from 'unixcrypt';
import { hashKind } from './hash-kind.ts';
import { libcrypt } from './libcrypt.ts';
import { sameText } from './same-text.ts';

/** What the thread is asked: to verify a password, or to make a hash of a new one. */
export type HashRequest =
  | { readonly id: number; readonly kind: 'verify'; readonly given: string; readonly hash: string }
  | { readonly id: number; readonly kind: 'make'; readonly given: string };

export interface HashAnswer {
  readonly id: number;
  /** The hash that was made; for a verification the hash itself, or empty when it does not fit. */
  readonly hash: string;
}

async function verifies(given: string, hash: string): Promise<boolean> {
  const kind = hashKind(hash);
  if (kind === undefined) return false;
  if (kind.by === 'here') return verify(given, hash);
  const computed = await libcrypt(given, hash);
  return computed !== undefined && sameText(computed, hash);
}

async function answer(request: HashRequest): Promise<string> {
  if (request.kind === 'make') return encrypt(request.given);
  try {
    return (await verifies(request.given, request.hash)) ? request.hash : '';
  } catch {
    // A hash that is broken verifies nothing.
    return '';
  }
}

/** One after the other: a flood of wrong passwords must not become a flood of processes. */
let last: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: HashRequest) => {
  last = last.then(async () => {
    parentPort?.postMessage({ id: request.id, hash: await answer(request) } satisfies HashAnswer);
  });
});
