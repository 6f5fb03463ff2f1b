import { hash, randomBytes } from 'node:crypto';
import type { Worker } from 'node:worker_threads';
import { spawnWorker } from '../platform/index.ts';
import type { HashAnswer, HashRequest } from './hash-thread.ts';
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
  readonly #waiting = new Map<number, (hash: string) => void>();
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

  /** Whether this password was found right before; undefined when that has to be computed. */
  known(given: string, expected: string): true | undefined {
    return this.#verified.has(this.#digest(given, expected)) ? true : undefined;
  }

  /** Verifies a crypt(3) hash. Resolves false also when too many are waiting. */
  async crypt(given: string, hash: string): Promise<boolean> {
    if (this.known(given, hash)) return true;
    const same = await this.#ask({ kind: 'verify', given, hash });
    if (same === hash) this.#remember(this.#digest(given, hash));
    return same === hash;
  }

  /** A new SHA-512 hash, salted, as `password_format=crypt` wants it; empty when too many are waiting. */
  make(password: string): Promise<string> {
    return this.#ask({ kind: 'make', given: password });
  }

  #ask(request: Ask): Promise<string> {
    if (this.#waiting.size >= MAX_WAITING) return Promise.resolve('');
    const worker = this.#thread();
    const id = this.#sequence++;
    return new Promise<string>((resolve) => {
      this.#waiting.set(id, resolve);
      worker.postMessage({ ...request, id } satisfies HashRequest);
    });
  }

  async close(): Promise<void> {
    this.#giveUp();
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #giveUp(): void {
    for (const resolve of this.#waiting.values()) resolve('');
    this.#waiting.clear();
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = spawnWorker(import.meta.url, './hash-thread.ts');
    worker.unref();
    worker.on('message', ({ id, hash }: HashAnswer) => {
      this.#waiting.get(id)?.(hash);
      this.#waiting.delete(id);
    });
    worker.on('error', () => {
      this.#giveUp();
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

type Ask =
  | { readonly kind: 'verify'; readonly given: string; readonly hash: string }
  | { readonly kind: 'make'; readonly given: string };
