import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../../log/index.ts';
import { createMediaEngine, type MediaEngine, type RtpLeg } from '../index.ts';

let media: MediaEngine;
let one: RtpLeg;
let two: RtpLeg;

beforeEach(async () => {
  media = await createMediaEngine({
    rtpStart: 24_000,
    rtpEnd: 24_100,
    bindAddress: '127.0.0.1',
    threads: 0,
    soundsPath: [],
    log: memoryLogger(),
  });
  [one, two] = await media.createPair();
});
afterEach(() => media.close());

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited in vain for ${what}`);
}

describe('a pair of legs', () => {
  it('carries what is played on one to the other, and what that one echoes back', async () => {
    two.echo(true);
    const playback = one.play({ items: ['tone:440/200', 'silence/1'] });
    await until(async () => (await two.stats()).rxCount >= 10);
    playback.stop();
    const [heard, back] = await Promise.all([two.stats(), one.stats()]);
    expect(heard.rxLost).toBe(0);
    expect(back.rxCount).toBeGreaterThan(0);
    expect(one.port).toBe(0);
  });

  it('carries digits with their length', async () => {
    const digits: [string, number][] = [];
    const begun: string[] = [];
    two.on('dtmfBegin', (digit) => begun.push(digit));
    two.on('dtmf', (digit, ms) => digits.push([digit, ms]));
    await one.sendDtmf('5#', 100, 60);
    await until(() => digits.length === 2);
    expect(begun).toEqual(['5', '#']);
    expect(digits).toEqual([
      ['5', 100],
      ['#', 100],
    ]);
  });

  it('that both echo does not spin', async () => {
    one.echo(true);
    two.echo(true);
    one.play({ items: ['tone:440/40'] });
    await new Promise((resolve) => setTimeout(resolve, 200));
    // One frame a tick at most: ten ticks, and what the tone put in.
    expect((await one.stats()).rxCount).toBeLessThan(50);
  });

  it('goes silent when one half is closed, and frees what it had', async () => {
    await two.close();
    one.play({ items: ['tone:440/100'] });
    await new Promise((resolve) => setTimeout(resolve, 60));
    await one.close();
    expect(media.legCount).toBe(0);
  });

  it('can be bridged with others, near whom it was made', async () => {
    const [three, four] = await media.createPair(one);
    const bridge = media.createBridge();
    bridge.add(two);
    bridge.add(three);
    one.play({ items: ['tone:440/300'] });
    await until(async () => (await four.stats()).rxCount > 3);
    const digits: string[] = [];
    one.on('dtmf', (digit) => digits.push(digit));
    await four.sendDtmf('7');
    await until(() => digits.length === 1);
    expect(digits).toEqual(['7']);
    bridge.close();
  });
});
