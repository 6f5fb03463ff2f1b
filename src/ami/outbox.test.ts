import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../platform/index.ts';
import { MAX_BACKLOG_CHARS, Outbox, type OutboxFault } from './outbox.ts';

/** A reader that takes pieces when it is told to. */
class Reader extends Duplex {
  readonly pieces: string[] = [];
  stopped = false;
  #take: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(chunk.toString());
    if (this.stopped) this.#take = done;
    else done();
  }

  override _read(): void {}

  go(): void {
    const take = this.#take;
    this.#take = undefined;
    take?.();
  }
}

function open() {
  const [clock, socket] = [new FakeClock(), new Reader()];
  const faults: OutboxFault[] = [];
  let empty = 0;
  const outbox = new Outbox({
    socket,
    clock,
    patience: () => 100,
    failed: (fault) => faults.push(fault),
    empty: () => empty++,
  });
  return { clock, socket, outbox, faults, empties: () => empty };
}

const settle = async () => {
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve));
};

describe('what waits for a client', () => {
  it('goes out as one piece when it is written in one turn', async () => {
    const { socket, outbox, clock, empties } = open();
    for (const each of ['a', 'b', 'c']) outbox.write(each);
    await settle();
    outbox.write('d');
    await settle();
    expect(socket.pieces).toEqual(['abc', 'd']);
    expect([outbox.backlog, empties(), clock.pending]).toEqual([0, 2, 0]);
  });

  it('waits for the piece before it, and goes out in pieces of bounded size', async () => {
    const { socket, outbox } = open();
    socket.stopped = true;
    outbox.write('first');
    await settle();
    for (let count = 0; count < 100; count++) outbox.write('x'.repeat(1_000));
    await settle();
    expect(socket.pieces).toEqual(['first']);
    expect(outbox.backlog).toBe(100_005);
    socket.stopped = false;
    socket.go();
    await settle();
    expect(socket.pieces.slice(1).join('')).toHaveLength(100_000);
    expect(Math.max(...socket.pieces.map((each) => each.length))).toBeLessThan(18_000);
  });

  it('gives a client up that does not take a piece in time', async () => {
    const { socket, outbox, clock, faults } = open();
    socket.stopped = true;
    outbox.write('x');
    await settle();
    clock.advance(99);
    await settle();
    expect(faults).toEqual([]);
    clock.advance(1);
    await settle();
    expect(faults).toEqual(['stalled']);
    outbox.write('y');
    expect([outbox.backlog, clock.pending]).toEqual([1, 0]);
  });

  it('does not hold a piece against the client that was taken while the timer came', async () => {
    const { socket, outbox, clock, faults } = open();
    socket.stopped = true;
    outbox.write('x');
    await settle();
    clock.advance(100);
    socket.go();
    await settle();
    expect(faults).toEqual([]);
  });

  it('does not grow beyond its bound', async () => {
    const { socket, outbox, faults } = open();
    socket.stopped = true;
    outbox.write('x'.repeat(MAX_BACKLOG_CHARS));
    await settle();
    expect(faults).toEqual([]);
    outbox.write('x');
    expect(faults).toEqual(['overflow']);
    outbox.write('x'.repeat(MAX_BACKLOG_CHARS));
    expect(faults).toEqual(['overflow']);
  });
});
