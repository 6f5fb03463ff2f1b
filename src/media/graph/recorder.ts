import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MediaError, type RecordOptions } from '../api.ts';
import { waveHeader } from '../files/sound.ts';
import { SampleQueue } from './sample-queue.ts';
import { TICK_MS } from './ticker.ts';

const RATE = 8_000;
const FRAME = (RATE * TICK_MS) / 1000;
/** Samples written to the file at once: a second. */
const CHUNK = RATE;
/** Seconds that may wait for a slow disk; beyond that the recording fails rather than fill the memory. */
const MAX_WAITING_CHUNKS = 30;
/** Mean magnitude of a frame below which it counts as silence. */
const SILENCE_LEVEL = 256;

/** Writes what comes in to a WAV file (16-bit PCM, 8 kHz, mono), in real time: where nothing comes, silence is written. */
export class Recorder {
  /** Length in milliseconds; fails with `sound-unreadable` when the file could not be written. */
  readonly finished: Promise<number>;
  readonly #options: RecordOptions;
  readonly #queue = new SampleQueue();
  readonly #frame = new Int16Array(FRAME);
  readonly #file: Promise<FileHandle>;
  #resolve: (ms: number) => void = () => {};
  #reject: (error: MediaError) => void = () => {};
  #chunk = new Int16Array(CHUNK);
  #chunkLength = 0;
  #waiting = 0;
  #written: Promise<unknown>;
  #samples = 0;
  #silentSamples = 0;
  #paused = false;
  #over = false;

  constructor(options: RecordOptions) {
    this.#options = options;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#file = create(options.path);
    this.#written = this.#file;
    this.#written.catch((error: unknown) => this.#fail(error));
  }

  get over(): boolean {
    return this.#over;
  }

  /** Takes samples at 8 kHz. */
  take(samples: Int16Array, count: number): void {
    if (!this.#over && !this.#paused) this.#queue.push(samples, count);
  }

  /** Writes one frame. */
  tick(): void {
    if (this.#over || this.#paused) return;
    const frame = this.#frame;
    this.#queue.take(frame);
    this.#chunk.set(frame, this.#chunkLength);
    this.#chunkLength += FRAME;
    this.#samples += FRAME;
    if (this.#chunkLength === CHUNK) this.#flush();
    this.#silentSamples = isSilent(frame) ? this.#silentSamples + FRAME : 0;
    const { maxSeconds = 0, maxSilenceSeconds = 0 } = this.#options;
    if (maxSeconds > 0 && this.#samples >= maxSeconds * RATE) this.stop();
    else if (maxSilenceSeconds > 0 && this.#silentSamples >= maxSilenceSeconds * RATE) this.stop();
  }

  pause(): void {
    this.#paused = true;
    this.#queue.clear();
  }

  resume(): void {
    this.#paused = false;
  }

  /** Completes the file; `finished` tells when it is done. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#flush();
    void this.#complete();
  }

  #flush(): void {
    if (this.#chunkLength === 0) return;
    const samples = this.#chunk.subarray(0, this.#chunkLength);
    this.#chunk = new Int16Array(CHUNK);
    this.#chunkLength = 0;
    if (++this.#waiting > MAX_WAITING_CHUNKS) {
      this.#fail(new Error(`the disk is more than ${MAX_WAITING_CHUNKS} seconds behind`));
      return;
    }
    const octets = littleEndian(samples);
    this.#written = this.#written.then(async () => {
      await writeAll(await this.#file, octets);
      this.#waiting--;
    });
    this.#written.catch((error: unknown) => this.#fail(error));
  }

  async #complete(): Promise<void> {
    try {
      await this.#written;
      const file = await this.#file;
      await file.write(waveHeader(RATE, this.#samples * 2), 0, undefined, 0);
      await file.close();
      this.#resolve((this.#samples * 1000) / RATE);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#over = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#reject(new MediaError('sound-unreadable', `${this.#options.path}: ${reason}`));
    this.#file.then((file) => file.close()).catch(() => {});
  }
}

async function create(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'w');
  await writeAll(file, waveHeader(RATE, 0));
  return file;
}

async function writeAll(file: FileHandle, octets: Uint8Array): Promise<void> {
  for (let at = 0; at < octets.length; ) {
    at += (await file.write(octets, at)).bytesWritten;
  }
}

function isSilent(frame: Int16Array): boolean {
  let sum = 0;
  for (let i = 0; i < frame.length; i++) sum += Math.abs(frame[i] ?? 0);
  return sum < SILENCE_LEVEL * frame.length;
}

function littleEndian(samples: Int16Array): Uint8Array {
  const octets = new Uint8Array(samples.length * 2);
  const view = new DataView(octets.buffer);
  for (let i = 0; i < samples.length; i++) view.setInt16(i * 2, samples[i] ?? 0, true);
  return octets;
}
