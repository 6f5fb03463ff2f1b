import { hash, randomBytes } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import { spawnWorker } from '../platform/index.ts';
import { sameText } from './same-text.ts';

/** Checks waiting for the hashing thread; more are refused, so that guessing cannot fill memory. */
const MAX_WAITING = 1_000;
/** Of the key that makes a remembered digest worth nothing outside of this process. */
const KEY_BYTES = 32;
/** Verified passwords remembered, as keyed digests. */
const MAX_REMEMBERED = 1_000;

/** Verifies passwords. Hashes cost milliseconds, so they are computed in a thread of their own, once per password. */
export class PasswordChecker {
  readonly #key = randomBytes(KEY_BYTES).toString('base64');
  readonly #verified = new Set<string>();
  readonly #waiting = new Map<number, (ok: boolean) => void>();
  #worker: Worker | undefined;
  #sequence = 0;

  /** Compares with a plain password; no thread is needed. */
  plain(given: string, expected: string): boolean {
    const remembered = this.#digest(given, expected);
    if (this.#verified.has(remembered)) return true;
    const same = sameText(given, expected);
    if (same) this.#remember(remembered);
    return same;
  }

  /** Whether a crypt(3) hash (`$5$`, `$6$`) has verified this password before; undefined when it must be computed. */
  known(given: string, hash: string): true | undefined {
    return this.#verified.has(this.#digest(given, hash)) ? true : undefined;
  }

  /** Verifies a crypt(3) hash. Resolves false also when too many are waiting. */
  async crypt(given: string, hash: string): Promise<boolean> {
    if (this.known(given, hash)) return true;
    if (this.#waiting.size >= MAX_WAITING) return false;
    const worker = this.#thread();
    const id = this.#sequence++;
    const ok = await new Promise<boolean>((resolve) => {
      this.#waiting.set(id, resolve);
      worker.postMessage({ id, given, hash });
    });
    if (ok) this.#remember(this.#digest(given, hash));
    return ok;
  }

  async close(): Promise<void> {
    for (const resolve of this.#waiting.values()) resolve(false);
    this.#waiting.clear();
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = spawnWorker(import.meta.url, './hash-thread.ts');
    worker.unref();
    worker.on('message', ({ id, ok }: { id: number; ok: boolean }) => {
      this.#waiting.get(id)?.(ok);
      this.#waiting.delete(id);
    });
    worker.on('error', () => {
      for (const resolve of this.#waiting.values()) resolve(false);
      this.#waiting.clear();
      this.#worker = undefined;
    });
    this.#worker = worker;
    return worker;
  }

  #remember(digest: string): void {
    if (this.#verified.size >= MAX_REMEMBERED) this.#verified.clear();
    this.#verified.add(digest);
  }

  #digest(given: string, expected: string): string {
    // Nobody ever sees these digests, so that a key in front is enough; HMAC takes eight times as long.
    return hash('sha256', `${this.#key}${given.length}:${given}${expected}`, 'base64');
  }
}
