import { describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { type Channel, type ChannelDriver, Switch } from './index.ts';

function fakeDriver(): ChannelDriver & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    protocolId: 'call-1',
    media: undefined,
    answer: async () => void calls.push('answer'),
    indicate: (indication) => void calls.push(indication),
    hangup: (cause) => void calls.push(`hangup ${cause}`),
    summarize: async () => void calls.push('summarize'),
  };
}

function setUp() {
  const clock = new FakeClock();
  const log = memoryLogger();
  const owner = new Switch({ log, clock });
  const told: string[] = [];
  owner.events.on('channelCreated', (c) => told.push(`created ${c.name} ${c.state}`));
  owner.events.on('channelState', (c) => told.push(`state ${c.state}`));
  owner.events.on('channelHangupRequest', (_c, request) =>
    told.push(`hangup ${request.by} ${request.cause}`),
  );
  owner.events.on('channelDestroyed', (c) => told.push(`destroyed ${c.hangupCause}`));
  owner.events.on('variable', (_c, name, value) => told.push(`${name}=${value}`));
  const driver = fakeDriver();
  const create = () =>
    owner.create({
      namePrefix: 'PJSIP/alice',
      technology: 'PJSIP',
      endpoint: 'alice',
      state: 'Ring',
      driver,
      location: { context: 'default', exten: '100', priority: 1 },
    });
  return { clock, log, owner, told, driver, create };
}

describe('a channel', () => {
  it('is named by its technology and numbered by the second it was made in', () => {
    const { create, clock, told } = setUp();
    const first = create();
    const second = create();
    expect([first.name, second.name]).toEqual(['PJSIP/alice-00000000', 'PJSIP/alice-00000001']);
    expect(first.id).toBe(`${Math.floor(clock.now() / 1000)}.0`);
    expect(told[0]).toBe('created PJSIP/alice-00000000 Ring');
  });

  it('tells its end after the final statistics, and is destroyed when its program returns', async () => {
    const { create, owner, driver, told } = setUp();
    const channel = create();
    const done = owner.run(channel, async (c) => {
      await c.answer();
      expect(await c.sleep(60_000)).toBe('hangup');
    });
    await Promise.resolve();
    await channel.requestHangup({ cause: 16, by: 'local' });
    await done;
    expect(driver.calls).toEqual(['answer', 'summarize', 'hangup 16']);
    expect(told.slice(1)).toEqual(['state Up', 'hangup local 16', 'destroyed 16']);
    expect(owner.get(channel.id)).toBeUndefined();
    expect(owner.endpoints.channelIds('PJSIP', 'alice')).toEqual([]);
  });

  it('keeps to the first of several hangup requests', async () => {
    const { create, owner, told } = setUp();
    const channel = create();
    await Promise.all([
      channel.requestHangup({ cause: 17, by: 'remote' }),
      channel.requestHangup({ cause: 16, by: 'local' }),
    ]);
    await Promise.resolve();
    expect(told.filter((each) => each.startsWith('hangup'))).toEqual(['hangup remote 17']);
    expect(owner.channelCount).toBe(0);
  });

  it('wakes from a wait when it is sent elsewhere', async () => {
    const { create } = setUp();
    const channel = create();
    const wait = channel.sleep(60_000);
    channel.requestGoto({ exten: '200' });
    expect(await wait).toBe('goto');
    expect(channel.takeGoto()).toEqual({ exten: '200' });
    expect(channel.gotoRequested).toBe(false);
  });

  it('leaves no timer behind when a wait is cut short', async () => {
    const { create, clock } = setUp();
    const channel = create();
    const wait = channel.sleep(60_000);
    expect(clock.pending).toBe(1);
    await channel.requestHangup({ cause: 16, by: 'local' });
    expect(await wait).toBe('hangup');
    expect(clock.pending).toBe(0);
  });

  it('replaces a variable whatever its inheritance was', () => {
    const { create, told } = setUp();
    const channel = create();
    channel.setVariable('__COLOUR', 'red');
    expect(channel.getVariable('COLOUR')).toBe('red');
    expect(channel.getVariable('__COLOUR')).toBeUndefined();
    channel.setVariable('COLOUR', 'blue');
    expect(channel.getVariable('COLOUR')).toBe('blue');
    expect(channel.variables.size).toBe(1);
    expect(told.slice(1)).toEqual(['__COLOUR=red', 'COLOUR=blue']);
  });
});

describe('the switch', () => {
  it('ends a channel whose program fails, and says so', async () => {
    const { create, owner, log } = setUp();
    await owner.run(create(), async () => {
      throw new Error('broken application');
    });
    expect(owner.channelCount).toBe(0);
    expect(log.lines.join()).toContain('broken application');
  });

  it('waits for calls in progress when drained and takes no new ones', async () => {
    const { create, owner } = setUp();
    const channel: Channel = create();
    let drained = false;
    const drain = owner.drain().then(() => {
      drained = true;
    });
    expect(owner.accepting).toBe(false);
    await Promise.resolve();
    expect(drained).toBe(false);
    await owner.destroy(channel);
    await drain;
    expect(drained).toBe(true);
  });
});
