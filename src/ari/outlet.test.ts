import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../platform/index.ts';
import { MAX_QUEUED_BYTES, Outlet } from './outlet.ts';

/** A far end that takes what it is given only when it is told to. */
class Reader extends Duplex {
  readonly taken: string[] = [];
  #waiting: (() => void) | undefined;

  constructor() {
    super({ writableHighWaterMark: 10 });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk.toString());
    this.#waiting = done;
  }

  /** Takes the next piece. */
  accept(): void {
    const done = this.#waiting;
    this.#waiting = undefined;
    done?.();
  }
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = new FakeClock();
  const reader = new Reader();
  const reasons: string[] = [];
  const outlet = new Outlet(reader, {
    clock,
    writeTimeoutMs: () => 100,
    tooSlow: (why) => reasons.push(why),
  });
  const write = (text: string) => outlet.write(Buffer.from(text));
  return { clock, reader, reasons, outlet, write };
}

describe('the queue of a reader', () => {
  it('keeps the order of what it writes at once and of what had to wait', async () => {
    const { reader, write, outlet, clock } = setUp();
    for (const each of ['0123456789', 'a', 'b', 'c']) write(each);
    expect(reader.taken).toEqual([]);
    await tick();
    expect(reader.taken).toEqual(['0123456789']);
    while (reader.taken.length < 4) {
      reader.accept();
      await tick();
    }
    expect(reader.taken).toEqual(['0123456789', 'a', 'b', 'c']);
    reader.accept();
    await tick();
    expect(outlet.waiting).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('writes what one turn of the event loop brings in one piece', async () => {
    const { reader, write } = setUp();
    let pieces = 0;
    reader._writev = (chunks, done) => {
      pieces++;
      expect(chunks).toHaveLength(3);
      done();
    };
    for (let turn = 1; turn <= 2; turn++) {
      for (const each of ['a', 'b', 'c']) write(each);
      await tick();
      expect(pieces).toBe(turn);
    }
  });

  it('gives up on one that takes nothing for the write timeout, once', async () => {
    const { clock, reader, reasons, write } = setUp();
    write('0123456789');
    await tick();
    write('more');
    clock.advance(100);
    await tick();
    expect(reasons).toEqual(['it has taken nothing for 100 ms']);
    write('after');
    reader.accept();
    await tick();
    expect(reader.taken).toEqual(['0123456789']);
    expect(reasons).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('is patient with one that is slow but takes something', async () => {
    const { clock, reader, reasons, write } = setUp();
    for (let count = 0; count < 10; count++) write('0123456789');
    await tick();
    for (let count = 0; count < 10; count++) {
      clock.advance(90);
      reader.accept();
      await tick();
    }
    expect(reasons).toEqual([]);
    expect(reader.taken).toHaveLength(10);
  });

  it('does not blame the reader for what this process was too busy to see', async () => {
    const { clock, reader, reasons, write } = setUp();
    write('0123456789');
    await tick();
    // Both are due at the same time: the timer is looked at first.
    clock.advance(100);
    reader.accept();
    await tick();
    await tick();
    expect(reasons).toEqual([]);
  });

  it('gives up on one for whom too much waits', () => {
    const { clock, reasons, write, outlet } = setUp();
    const large = 'x'.repeat(1024 * 1024);
    for (let count = 0; count <= MAX_QUEUED_BYTES / large.length + 1; count++) write(large);
    expect(reasons).toEqual([expect.stringContaining('bytes wait for it')]);
    expect(outlet.waiting).toBeLessThan(2 * large.length);
    expect(clock.pending).toBe(0);
  });
});
