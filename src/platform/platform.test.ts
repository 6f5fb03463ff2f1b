import { describe, expect, it } from 'vitest';
import { Emitter, FakeClock } from './index.ts';

describe('Emitter', () => {
  it('goes on to the other listeners when one throws, and reports the fault', () => {
    const faults: string[] = [];
    const emitter = new Emitter<{ ping: [n: number] }>((event, error) =>
      faults.push(`${event}: ${String(error)}`),
    );
    const heard: number[] = [];
    emitter.on('ping', () => {
      throw new Error('broken');
    });
    emitter.on('ping', (n) => heard.push(n));
    emitter.emit('ping', 7);
    expect(heard).toEqual([7]);
    expect(faults).toEqual(['ping: Error: broken']);
  });

  it('lets a listener leave while the event is being told', () => {
    const emitter = new Emitter<{ ping: [] }>();
    const heard: string[] = [];
    const off = emitter.on('ping', () => {
      heard.push('first');
      off();
    });
    emitter.on('ping', () => heard.push('second'));
    emitter.emit('ping');
    emitter.emit('ping');
    expect(heard).toEqual(['first', 'second', 'second']);
    expect(emitter.listenerCount).toBe(1);
  });
});

describe('FakeClock', () => {
  it('fires timers in order of time, those made while it advances included', () => {
    const clock = new FakeClock(0);
    const fired: string[] = [];
    clock.after(20, () => fired.push('b'));
    clock.after(10, () => {
      fired.push('a');
      clock.after(5, () => fired.push('a+5'));
    });
    const never = clock.after(15, () => fired.push('never'));
    never.cancel();
    clock.advance(20);
    expect(fired).toEqual(['a', 'a+5', 'b']);
    expect(clock.pending).toBe(0);
  });
});
