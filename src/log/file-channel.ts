import { existsSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { destination } from 'pino';
import { formatTime } from './line-format.ts';
import type { RotateStrategy } from './log-config.ts';

type Destination = ReturnType<typeof destination>;

/** What a waiting message is reckoned to take, to turn a limit of messages into one of bytes. */
const BYTES_PER_MESSAGE = 1024;

/** How long a file may keep `close()` waiting. */
const CLOSE_TIMEOUT_MS = 5000;

/** A log file behind a bounded queue. What does not fit is dropped and counted; a file that fails is left alone. */
export class FileChannel {
  readonly path: string;
  readonly #queueBytes: number;
  readonly #onFault: (message: string) => void;
  #destination: Destination;
  #failed = false;
  #dropped = 0;
  #untold = 0;

  constructor(path: string, queueLimit: number, onFault: (message: string) => void) {
    this.path = path;
    this.#queueBytes = queueLimit * BYTES_PER_MESSAGE;
    this.#onFault = onFault;
    this.#destination = this.#open();
  }

  /** Whether it can be written to. */
  get working(): boolean {
    return !this.#failed;
  }

  /** Lines that were lost because the file was slower than the program. */
  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    if (!this.#failed) this.#destination.write(line);
  }

  /** Opens the path anew: after somebody moved the file, or after it failed. */
  reopen(): void {
    if (!this.#failed) {
      this.#destination.reopen();
      return;
    }
    this.#failed = false;
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
  close(): Promise<void> {
    if (this.#failed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#destination.once('close', done);
      this.#destination.once('error', done);
      this.#destination.end();
    });
  }

  #open(): Destination {
    const opened = destination({
      dest: this.path,
      sync: false,
      append: true,
      mkdir: true,
      maxLength: this.#queueBytes,
    });
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
      if (this.#failed || opened !== this.#destination) return;
      this.#failed = true;
      this.#onFault(`${this.path} cannot be written: ${error.message}`);
      opened.destroy();
    });
    return opened;
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
    renameSync(path, `${path}.${formatTime(new Date(now), '%Y-%m-%dT%H:%M:%S%z')}`);
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
