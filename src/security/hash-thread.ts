import { parentPort } from 'node:worker_threads';
import { verify } from 'unixcrypt';

/** The thread that computes crypt(3) hashes. */
parentPort?.on('message', ({ id, given, hash }: { id: number; given: string; hash: string }) => {
  let ok = false;
  try {
    ok = verify(given, hash);
  } catch {
    // A hash of a kind that is not known verifies nothing.
  }
  parentPort?.postMessage({ id, ok });
});
