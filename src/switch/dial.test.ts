import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { type Channel, type DialResult, dial, RequestError, Switch } from './index.ts';

let owner: Switch;
let clock: FakeClock;
let told: string[];

beforeEach(() => {
  clock = new FakeClock();
  owner = new Switch({ log: memoryLogger(), clock });
  told = [];
  owner.events.on('dialBegin', (caller, callee, text) =>
    told.push(`begin ${caller?.name} ${callee.state} ${text}`),
  );
  owner.events.on('dialState', (_caller, callee, progress) => told.push(`${progress} ${callee.state}`));
  owner.events.on('dialEnd', (_caller, callee, status) => told.push(`end ${status} ${callee.state}`));
  owner.events.on('channelHangupRequest', (channel, request) =>
    told.push(`hangup ${channel.hangupCause} ${request.by}`),
  );
  owner.events.on('channelDestroyed', (channel) => told.push(`gone ${channel.hangupCause}`));
});
afterEach(() => owner.close());

/** Calls with a driver whose far end the test plays. */
function call(options: { timeoutMs?: number; earlyMedia?: boolean } = {}) {
  const hungUp: number[] = [];
  const channel = owner.create({
    namePrefix: 'Test/a',
    technology: 'Test',
    state: 'Down',
    driver: {
      protocolId: '',
      media: undefined,
      dial: () => told.push('dialled') > 0,
      answer: async () => {},
      indicate: () => {},
      hangup: (cause) => void hungUp.push(cause),
    },
    location: { context: 'default', exten: 's', priority: 1 },
  });
  const out: { result?: DialResult } = {};
  const done = owner.run(channel, async () => {
    out.result = await dial(owner, channel, {
      dialString: 'a',
      timeoutMs: options.timeoutMs,
      ...(options.earlyMedia === undefined ? {} : { earlyMedia: options.earlyMedia }),
    });
  });
  return { channel, out, done, hungUp };
}

describe('a channel that calls', () => {
  it('tells each step until it is answered', async () => {
    const { channel, out, done } = call();
    channel.receivedProgress('proceeding');
    channel.receivedProgress('ringing');
    channel.receivedOutcome('answered');
    await done;
    expect(out.result).toEqual({ status: 'ANSWER', by: 'told' });
    expect(told.slice(0, 5)).toEqual([
      'dialled',
      'begin undefined Down a',
      'proceeding Down',
      'ringing Ringing',
      'end ANSWER Up',
    ]);
  });

  it.each([
    [17, 'BUSY'],
    [34, 'CONGESTION'],
    [21, 'NOANSWER'],
    [1, 'NOANSWER'],
  ] as const)('ends with what cause %s of the far end means: %s', async (cause, status) => {
    const { channel, out, done } = call();
    void channel.requestHangup({ cause, techCause: 486, by: 'remote' });
    await done;
    expect(out.result).toEqual({ status, by: 'ended' });
    expect(channel.techCause).toBe(486);
    expect(told.slice(2)).toEqual([`hangup ${cause} remote`, `end ${status} Down`, `gone ${cause}`]);
  });

  it('is told busy by a far end that goes on', async () => {
    const { channel, out, done } = call();
    channel.receivedOutcome('busy');
    await done;
    expect(out.result).toEqual({ status: 'BUSY', by: 'told' });
    expect(channel.hangupCause).toBe(0);
  });

  it('gives up when its time is over, and says so only by its end', async () => {
    const { channel, out, done, hungUp } = call({ timeoutMs: 1000 });
    channel.receivedProgress('ringing');
    clock.advance(999);
    expect(out.result).toBeUndefined();
    clock.advance(1);
    await done;
    expect(out.result).toEqual({ status: 'NOANSWER', by: 'timeout' });
    expect(hungUp).toEqual([19]);
    expect(told.at(-1)).toBe('gone 19');
    expect(told.some((each) => each.startsWith('end'))).toBe(false);
  });

  it('does not take the end of its time for early audio', async () => {
    const { out, done } = call({ timeoutMs: 10, earlyMedia: true });
    clock.advance(10);
    await done;
    expect(out.result?.by).toBe('timeout');
    const other = call({ earlyMedia: true });
    other.channel.receivedProgress('progress');
    await other.done;
    expect(other.out.result).toEqual({ status: 'ANSWER', by: 'told' });
  });

  it('has no answer when it is hung up here', async () => {
    const { channel, out, done } = call();
    await channel.requestHangup({ cause: 16, by: 'local' });
    await done;
    expect(out.result).toEqual({ status: 'NOANSWER', by: 'ended' });
  });

  it('hears nothing of what comes after its end', async () => {
    const { channel, done } = call();
    channel.receivedOutcome('answered');
    await done;
    const before = told.length;
    channel.receivedProgress('ringing');
    channel.receivedOutcome('answered');
    expect(told.length).toBe(before);
  });
});

describe('technologies', () => {
  it('are found in any case, and no longer once they are taken away', async () => {
    const made: string[] = [];
    const off = owner.technologies.provide({
      name: 'Test',
      request: async ({ resource }) => {
        made.push(resource);
        return call().channel as Channel;
      },
    });
    await owner.technologies.request('tEST', { resource: 'x', formats: [] });
    expect(made).toEqual(['x']);
    off();
    await expect(owner.technologies.request('Test', { resource: 'x', formats: [] })).rejects.toThrow(
      RequestError,
    );
  });
});
