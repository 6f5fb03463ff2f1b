import { existsSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { destination } from 'pino';
import { strftime } from '../platform/index.ts';
import type { RotateStrategy } from './log-config.ts';

type Destination = ReturnType<typeof destination>;

/** What a waiting message is reckoned to take, to turn a limit of messages into one of bytes. */
const BYTES_PER_MESSAGE = 1024;

/** How long a file may keep `close()` waiting. */
const CLOSE_TIMEOUT_MS = 5000;

/** A log holds addresses and names of people: its owner and his group may read it. */
const FILE_MODE = 0o640;

/** A log file behind a bounded queue. What does not fit is dropped and counted; a file that fails is left alone. */
export class FileChannel {
  readonly path: string;
  readonly #queueBytes: number;
  readonly #onFault: (message: string) => void;
  /** Files of before that still write what waited for them. */
  readonly #ending = new Set<Promise<void>>();
  /** Undefined while it cannot be written. */
  #destination: Destination | undefined;
  #dropped = 0;
  #untold = 0;

  /** `onFault` is told why the file cannot be written, never before this returns. */
  constructor(path: string, queueLimit: number, onFault: (message: string) => void) {
    this.path = path;
    this.#queueBytes = queueLimit * BYTES_PER_MESSAGE;
    this.#onFault = onFault;
    this.#destination = this.#open();
  }

  /** Whether it can be written to. */
  get working(): boolean {
    return this.#destination !== undefined;
  }

  /** Lines that were lost because the file was slower than the program. */
  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    this.#destination?.write(line);
  }

  /** Opens the path anew: after somebody moved the file, or after it failed. */
  reopen(): void {
    this.#end();
    this.#destination = this.#open();
  }

  /** Moves the file out of the way and begins a new one. */
  rotate(strategy: RotateStrategy, now: number): void {
    try {
      moveAway(this.path, strategy, now);
    } catch (error) {
      this.#onFault(`${this.path} cannot be rotated: ${(error as Error).message}`);
    }
    this.reopen();
  }

  /** Writes what waits, and closes the file. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all(this.#ending);
  }

  #end(): void {
    const old = this.#destination;
    this.#destination = undefined;
    if (old === undefined) return;
    const ended = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      old.once('close', done);
      old.once('error', done);
      old.end();
    });
    this.#ending.add(ended);
    void ended.then(() => this.#ending.delete(ended));
  }

  #open(): Destination | undefined {
    let fd: number;
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      // Opened here and at once: a stream that waits for its file cannot be ended when the file never comes.
      fd = openSync(this.path, 'a', FILE_MODE);
    } catch (error) {
      this.#failed(error as Error);
      return undefined;
    }
    const opened = destination({ fd, sync: false, maxLength: this.#queueBytes });
    opened.on('drop', () => {
      this.#dropped++;
      this.#untold++;
    });
    opened.on('drain', () => {
      if (this.#untold === 0) return;
      const lost = this.#untold;
      this.#untold = 0;
      this.#onFault(`${this.path} was too slow: ${lost} lines were dropped`);
    });
    opened.on('error', (error: Error) => {
      if (opened !== this.#destination) return;
      this.#destination = undefined;
      this.#failed(error);
      opened.destroy();
    });
    return opened;
  }

  #failed(error: Error): void {
    queueMicrotask(() => this.#onFault(`${this.path} cannot be written: ${error.message}`));
  }
}

/** The numbers that older files of this name carry, in rising order. */
function generations(path: string): number[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((each) => each.startsWith(prefix) && /^\d{1,9}$/.test(each.slice(prefix.length)))
    .map((each) => Number(each.slice(prefix.length)))
    .sort((a, b) => a - b);
}

function moveAway(path: string, strategy: RotateStrategy, now: number): void {
  if (strategy === 'none' || !existsSync(path)) return;
  if (strategy === 'timestamp') {
    renameSync(path, `${path}.${strftime('%Y-%m-%dT%H:%M:%S%z', now)}`);
    return;
  }
  const numbers = generations(path);
  if (strategy === 'sequential') {
    renameSync(path, `${path}.${(numbers.at(-1) ?? -1) + 1}`);
    return;
  }
  // `.0` is always the youngest: everybody moves up, up to the first gap.
  const taken = new Set(numbers);
  let free = 0;
  while (taken.has(free)) free++;
  for (let number = free; number > 0; number--) renameSync(`${path}.${number - 1}`, `${path}.${number}`);
  renameSync(path, `${path}.0`);
}
