import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { published } from '../../tests/support/diagnostics.ts';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { type Channel, Switch } from '../switch/index.ts';
import { type AppEvent, type Consumer, Stasis } from './index.ts';

let owner: Switch;
let stasis: Stasis;

beforeEach(() => {
  const log = memoryLogger();
  owner = new Switch({ log, clock: new FakeClock() });
  stasis = new Stasis({ switch: owner, log });
});
afterEach(async () => {
  stasis.close();
  await owner.close();
});

function consumer(): Consumer & { heard: string[]; events: AppEvent[] } {
  const heard: string[] = [];
  const events: AppEvent[] = [];
  return {
    heard,
    events,
    tell(event, application) {
      heard.push(`${application}:${event.kind}`);
      events.push(event);
    },
  };
}

function create(): Channel {
  return owner.create({
    namePrefix: 'PJSIP/alice',
    technology: 'PJSIP',
    endpoint: 'alice',
    state: 'Ring',
    driver: {
      protocolId: '',
      media: undefined,
      answer: async () => {},
      indicate: () => {},
      hangup: () => {},
      summarize: async () => {
        for (const channel of owner.channels()) channel.setVariable('RTPAUDIOQOS', 'x');
      },
    },
    location: { context: 'default', exten: '100', priority: 1 },
  });
}

/** Runs a channel in an application, as `Stasis()` does. */
function run(name: string, args: string[] = []) {
  const channel = create();
  const result: { left?: string } = {};
  const ended = owner.run(channel, async () => {
    channel.setVariable('STASISSTATUS', '');
    result.left = await stasis.enter(channel, name, args);
    channel.setVariable('STASISSTATUS', 'SUCCESS');
  });
  return { channel, ended, result };
}

describe('a channel in an application', () => {
  it('is heard from StasisStart to StasisEnd and neither before nor after', async () => {
    const app = consumer();
    stasis.register('app', app);
    const { channel, ended, result } = run('app', ['one', 'two words']);
    expect(stasis.holder(channel)).toBe('app');
    await channel.answer();
    await channel.requestHangup({ cause: 16, by: 'local' });
    await ended;
    expect(app.heard).toEqual([
      'app:StasisStart',
      'app:ChannelStateChange',
      'app:ChannelVarset',
      'app:ChannelHangupRequest',
      'app:StasisEnd',
    ]);
    expect(app.events[0]).toMatchObject({ args: ['one', 'two words'] });
    expect(result.left).toBe('hangup');
    expect(stasis.holder(channel)).toBeUndefined();
    expect(stasis.info('app')?.channelIds).toEqual([]);
  });

  it('is heard to its end by an application that asked for it besides', async () => {
    const app = consumer();
    stasis.register('app', app);
    const channel = create();
    stasis.subscribe('app', 'channel', channel.id);
    const ended = owner.run(channel, async () => void (await stasis.enter(channel, 'app', [])));
    expect(stasis.info('app')?.channelIds).toEqual([channel.id]);
    await channel.requestHangup({ cause: 16, by: 'remote' });
    await ended;
    expect(app.heard.slice(-2)).toEqual(['app:StasisEnd', 'app:ChannelDestroyed']);
    expect(stasis.info('app')?.channelIds).toEqual([]);
  });

  it('is given back by the application, or taken away by a goto', async () => {
    stasis.register('app', consumer());
    const first = run('app');
    stasis.leave(first.channel);
    await first.ended;
    expect(first.result.left).toBe('continue');
    const second = run('app');
    second.channel.requestGoto({ exten: '200' });
    await second.ended;
    expect(second.result.left).toBe('continue');
  });

  it('fails to enter an application that nobody listens for', async () => {
    const { ended, result } = run('nobody');
    await ended;
    expect(result.left).toBe('failed');
  });

  it('fails when it is moved to an application that nobody listens for', async () => {
    const app = consumer();
    stasis.register('app', app);
    const { channel, ended, result } = run('app');
    stasis.move(channel, 'nobody', []);
    await ended;
    expect(result.left).toBe('failed');
    expect(app.heard.at(-1)).toBe('app:StasisEnd');
  });

  it('runs commands one after the other, a failed one not stopping the next', async () => {
    stasis.register('app', consumer());
    const { channel, ended } = run('app');
    const order: string[] = [];
    let finish: () => void = () => {};
    const slow = stasis.command(channel, async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      order.push('slow');
    });
    const broken = stasis.command(channel, () => {
      order.push('broken');
      throw new Error('no');
    });
    const quick = stasis.command(channel, () => order.push('quick'));
    await Promise.resolve();
    expect(order).toEqual([]);
    finish();
    await slow;
    await expect(broken).rejects.toThrow('no');
    await quick;
    expect(order).toEqual(['slow', 'broken', 'quick']);
    await channel.requestHangup({ cause: 16, by: 'local' });
    await ended;
    await expect(stasis.command(channel, () => {})).rejects.toMatchObject({ code: 'CHANNEL_NOT_IN_STASIS' });
  });
});

describe('an application', () => {
  it('is taken over by a second listener; the first is told and keeps its others', () => {
    const first = consumer();
    const second = consumer();
    stasis.register('app', first);
    stasis.register('other', first);
    stasis.register('app', second);
    expect(first.heard).toEqual(['app:ApplicationReplaced']);
    stasis.unregister(first);
    expect(stasis.active('app')).toBe(true);
    expect(stasis.has('other')).toBe(false);
  });

  it('stays known without a listener while it is subscribed to something by name', async () => {
    const app = consumer();
    stasis.register('app', app, true);
    const { channel, ended } = run('app');
    stasis.unregister(app);
    expect(stasis.has('app')).toBe(true);
    expect(stasis.active('app')).toBe(false);
    expect(stasis.info('app')?.channelIds).toContain(channel.id);
    // Whoever comes back hears of everything, as before.
    const again = consumer();
    stasis.register('app', again, true);
    channel.setVariable('A', '1');
    expect(again.heard).toEqual(['app:ChannelVarset']);
    stasis.unregister(again);
    await channel.requestHangup({ cause: 16, by: 'local' });
    await ended;
    expect(stasis.has('app')).toBe(false);
  });

  it('is forgotten with its listener when it only listened to everything', () => {
    const app = consumer();
    stasis.register('app', app, true);
    stasis.unregister(app);
    expect(stasis.list()).toEqual([]);
  });

  it('listens to everything only by the wish of the one who made it', () => {
    stasis.register('app', consumer());
    stasis.register('app', consumer(), true);
    expect(stasis.info('app')?.endpointIds).toEqual([]);
    stasis.register('other', consumer(), true);
    stasis.register('other', consumer());
    expect(stasis.info('other')?.endpointIds).toEqual(['__AST_ENDPOINT_ALL_TOPIC']);
  });

  it('hears of everything once when it asked for everything and for one thing', () => {
    const app = consumer();
    stasis.register('app', app, true);
    const channel = create();
    stasis.subscribe('app', 'channel', channel.id);
    stasis.subscribe('app', 'endpoint', 'PJSIP/alice');
    channel.setVariable('A', '1');
    expect(app.heard).toEqual(['app:ChannelCreated', 'app:ChannelVarset']);
  });

  it('that asked for everything hears what happens to endpoints, but not that their state changed', () => {
    const everything = consumer();
    const technology = consumer();
    stasis.register('everything', everything, true);
    stasis.register('technology', technology);
    stasis.subscribe('technology', 'endpoint', 'PJSIP');
    const alice = { technology: 'PJSIP', resource: 'alice' };
    owner.endpoints.stateChanged(alice, 'online');
    owner.endpoints.peerChanged(alice, { status: 'Reachable' });
    expect(everything.heard).toEqual(['everything:PeerStatusChange']);
    expect(technology.heard).toEqual(['technology:EndpointStateChange', 'technology:PeerStatusChange']);
  });

  it('hears of the contacts of an endpoint that it asked for, and of no other', () => {
    const app = consumer();
    stasis.register('app', app);
    stasis.subscribe('app', 'endpoint', 'PJSIP/alice');
    for (const resource of ['alice', 'bob']) {
      owner.endpoints.stateChanged({ technology: 'PJSIP', resource }, 'online');
      owner.endpoints.peerChanged({ technology: 'PJSIP', resource }, { status: 'Reachable' });
    }
    expect(app.heard).toEqual(['app:EndpointStateChange', 'app:PeerStatusChange']);
    expect(app.events[0]).toMatchObject({ endpoint: { resource: 'alice', state: 'online', channelIds: [] } });
  });

  it('hears of a device until it no longer wants to', () => {
    const app = consumer();
    stasis.register('app', app);
    stasis.subscribe('app', 'device', 'Stasis:l');
    owner.deviceStates.set('Stasis:l', 'BUSY');
    owner.deviceStates.set('Stasis:other', 'BUSY');
    expect(stasis.unsubscribe('app', 'device', 'Stasis:l')).toBe(true);
    expect(stasis.unsubscribe('app', 'device', 'Stasis:l')).toBe(false);
    owner.deviceStates.set('Stasis:l', 'INUSE');
    expect(app.heard).toEqual(['app:DeviceStateChanged']);
  });

  it('leaves no listener on the bus after closing', () => {
    stasis.close();
    expect(owner.events.listenerCount).toBe(0);
  });
});

it('publishes who enters an application, and who leaves it', async () => {
  const calls = async () => {
    stasis.register('app', consumer());
    const { channel, ended } = run('app');
    stasis.leave(channel);
    await ended;
  };
  const name = expect.stringMatching(/^PJSIP\/alice-/);
  expect(await published('asterism:stasis:enter', calls)).toEqual([{ channel: name, application: 'app' }]);
  expect(await published('asterism:stasis:leave', calls)).toEqual([{ channel: name, application: 'app' }]);
});
