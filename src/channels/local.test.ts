import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import { createMediaEngine, type MediaEngine } from '../media/index.ts';
import { FakeClock } from '../platform/index.ts';
import { type Channel, type DialResult, dial, RequestError, Switch } from '../switch/index.ts';
import { LocalChannels } from './index.ts';
import { parseLocal } from './local.ts';

let media: MediaEngine;
let owner: Switch;
let clock: FakeClock;
let local: LocalChannels;
let told: string[];
/** What the dial plan does with the half that it is given. */
let plan: (channel: Channel) => Promise<void>;

beforeEach(async () => {
  clock = new FakeClock();
  const log = memoryLogger();
  owner = new Switch({ log, clock });
  media = await createMediaEngine({
    rtpStart: 24_200,
    rtpEnd: 24_300,
    bindAddress: '127.0.0.1',
    threads: 0,
    soundsPath: [],
    log,
  });
  plan = async (channel) => {
    await channel.answer();
    await channel.untilInterrupted();
    await channel.leaveDialplan();
  };
  local = new LocalChannels({
    switch: owner,
    media,
    dialplan: {
      exists: (_context, exten) => exten !== 'nosuch',
      run: (channel) => owner.run(channel, (running) => plan(running)),
    },
  });
  told = [];
  const half = (channel: Channel) => channel.name.slice(-2);
  owner.events.on('channelState', (channel) => told.push(`${half(channel)} ${channel.state}`));
  owner.events.on('channelHangupRequest', (channel, { cause, by }) =>
    told.push(`${half(channel)} hangup ${by} ${cause}`),
  );
  owner.events.on('channelDestroyed', (channel) => told.push(`${half(channel)} gone ${channel.hangupCause}`));
  owner.events.on('deviceState', (device, state) => told.push(`${device} ${state}`));
  owner.events.on('localBridge', (one, two, { exten }, optimizing) =>
    told.push(`bridge ${half(one)} ${half(two)} ${exten} ${optimizing}`),
  );
});
afterEach(async () => {
  local.close();
  await owner.close();
  await media.close();
});

const request = (resource: string, ids: { id?: string; otherId?: string } = {}) =>
  owner.technologies.request('Local', { resource, formats: [], ...ids });

/** Calls, and stays until the test or the far end ends it. */
function call(channel: Channel, timeoutMs?: number) {
  const out: { result?: DialResult } = {};
  const done = owner.run(channel, async () => {
    out.result = await dial(owner, channel, { dialString: 'x', timeoutMs });
    if (out.result.status === 'ANSWER') await channel.untilInterrupted();
  });
  return { out, done };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a Local channel', () => {
  it('is two channels, of which the second runs the extension and answers for the first', async () => {
    const one = await request('100@inside', { id: 'a', otherId: 'b' });
    const two = owner.get('b');
    expect([one.name, two?.name]).toEqual(['Local/100@inside-00000000;1', 'Local/100@inside-00000000;2']);
    expect([one.linkedId, two?.linkedId, two?.state, two?.context]).toEqual(['a', 'a', 'Ring', 'inside']);
    const { out, done } = call(one);
    await settle();
    expect(out.result?.status).toBe('ANSWER');
    expect(told).toEqual([
      'bridge ;1 ;2 100 true',
      'Local/100@inside INUSE',
      ';1 Up',
      'Local/100@inside INUSE',
      ';2 Up',
    ]);
    expect(owner.deviceStates.get('Local/100@inside')).toBe('INUSE');
    told = [];
    await one.requestHangup({ cause: 16, by: 'local' });
    await done;
    await settle();
    // Which half is quicker is nobody's business.
    expect(told.filter((each) => each.startsWith(';1'))).toEqual([';1 hangup local 16', ';1 gone 16']);
    expect(told.filter((each) => each.startsWith(';2'))).toEqual([
      ';2 hangup remote 16',
      ';2 hangup dialplan 16',
      ';2 gone 16',
    ]);
    expect(told).toContain('Local/100@inside NOT_INUSE');
    expect(media.legCount).toBe(0);
    expect(owner.channelCount).toBe(0);
  });

  it('takes its variables and parties along, each from the other side', async () => {
    const one = await request('100@inside', { id: 'a' });
    one.setVariable('V2', '2');
    one.setVariable('__V1', '1');
    one.caller = { name: 'Bob', number: '555' };
    one.connected = { name: 'Bob', number: '200' };
    one.accountCode = 'acc';
    const seen: string[] = [];
    owner.events.on('variable', (channel, name, value) => seen.push(`${channel?.id} ${name}=${value}`));
    const { done } = call(one);
    await settle();
    const two = owner.get('a;2');
    expect(two?.caller).toEqual({ name: 'Bob', number: '200' });
    expect(two?.connected).toEqual({ name: 'Bob', number: '555' });
    expect(two?.accountCode).toBe('acc');
    expect(seen).toEqual(['a;2 __V1=1', 'a;2 V2=2']);
    await one.requestHangup({ cause: 16, by: 'local' });
    await done;
  });

  it('rings, is busy and is given up as the extension says', async () => {
    plan = async (channel) => {
      channel.indicate('ringing');
      await channel.untilInterrupted();
    };
    const first = call(await request('100'), 500);
    await settle();
    expect(told.at(-1)).toBe(';1 Ringing');
    clock.advance(500);
    await first.done;
    expect(first.out.result).toEqual({ status: 'NOANSWER', by: 'timeout' });
    expect(told).toContain(';2 hangup remote 19');
    plan = async (channel) => {
      channel.indicate('congestion');
      await channel.untilInterrupted();
    };
    const second = call(await request('100/n'));
    await second.done;
    expect(second.out.result).toEqual({ status: 'CONGESTION', by: 'told' });
  });

  it('ends with the extension that ends', async () => {
    plan = async (channel) => {
      channel.hangupCause = 16;
    };
    const { out, done } = call(await request('100'));
    await done;
    expect(out.result).toEqual({ status: 'NOANSWER', by: 'ended' });
    expect(told).toContain(';1 hangup remote 16');
    await settle();
    expect(owner.channelCount).toBe(0);
  });

  it('to an extension that does not exist goes without having begun', async () => {
    const { out, done } = call(await request('nosuch@inside'));
    await done;
    expect(out.result).toEqual({ status: 'CHANUNAVAIL', by: 'ended' });
    expect(told.filter((each) => each.startsWith(';'))).toEqual([';2 gone 0', ';1 gone 0']);
    expect(told).toContain('Local/nosuch@inside INVALID');
    expect(owner.deviceStates.get('Local/nosuch@inside')).toBe('INVALID');
    expect(owner.deviceStates.get('Local/100@inside')).toBe('NOT_INUSE');
  });

  it('carries digits and sound across', async () => {
    const one = await request('100', { id: 'a' });
    const heard: string[] = [];
    owner.events.on('channelDigit', (channel, { digit }) => heard.push(`${channel.id} ${digit}`));
    const { done } = call(one);
    await settle();
    await one.driver.sendDigits?.('12', 60, 40);
    for (let tries = 0; heard.length < 2 && tries < 100; tries++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heard).toEqual(['a;2 1', 'a;2 2']);
    const played = one.driver.media?.play(['tone:440/200', 'nosuchsound']);
    const other = owner.get('a;2')?.driver.media?.leg;
    await new Promise((resolve) => setTimeout(resolve, 150));
    played?.stop();
    expect((await other?.stats())?.rxCount).toBeGreaterThan(3);
    await one.requestHangup({ cause: 16, by: 'local' });
    await done;
  });

  it('is not made under an id that is taken', async () => {
    await request('100', { id: 'a' });
    await expect(request('100', { id: 'a' })).rejects.toThrow(RequestError);
    await expect(request('100', { id: 'b', otherId: 'a' })).rejects.toThrow(RequestError);
    expect([owner.channelCount, media.legCount]).toEqual([2, 2]);
  });

  it('leaves nothing behind, two hundred times', async () => {
    for (let at = 0; at < 200; at++) {
      const one = await request('100');
      const { done } = call(one);
      await settle();
      await one.requestHangup({ cause: 16, by: 'local' });
      await done;
    }
    await settle();
    expect([owner.channelCount, media.legCount]).toEqual([0, 0]);
    expect([...owner.deviceStates.all()]).toEqual([]);
  });
});

describe('what Local names', () => {
  it.each([
    ['100', '100', 'default', ''],
    ['100@', '100', 'default', ''],
    ['100@inside/n', '100', 'inside', 'n'],
    ['100/nj', '100', 'default', 'nj'],
  ])('%s', (text, exten, context, options) => {
    expect(parseLocal(text)).toEqual({ exten, context, options });
  });
});
