import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppEvent } from '../../stasis/index.ts';
import { type Bench, startBench } from '../test-bench.ts';

let bench: Bench;
let events: AppEvent[];

beforeEach(async () => {
  bench = await startBench();
  events = [];
  bench.stasis.register('desk', { tell: (event) => events.push(event) });
});
afterEach(() => bench.close());

const settle = () => new Promise((resolve) => setImmediate(resolve));
const heard = () =>
  events.map((event) => (event.kind === 'Dial' ? `Dial ${event.status} ${event.dialString}` : event.kind));
const message = (answer: { json: unknown }) => answer.json as { message?: string; error?: string };

describe('POST /channels', () => {
  it('answers with the channel as it begins to call, and the application hears all that follows', async () => {
    const answer = await bench.inject(
      'POST',
      '/channels?endpoint=Test/a&app=desk&appArgs=x,y&channelId=c1&callerId=Ext%20%3C200%3E&timeout=10',
      { variables: { A: '1', B: { value: '2', report_events: false } } },
    );
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      id: 'c1',
      name: 'Test/a-00000000',
      state: 'Down',
      caller: { name: 'Ext', number: '200' },
      connected: { name: 'Ext', number: '200' },
      dialplan: { app_name: 'AppDial2', app_data: '(Outgoing Line)' },
    });
    const channel = bench.owner.get('c1');
    expect([channel?.getVariable('A'), channel?.getVariable('B')]).toEqual(['1', '2']);
    channel?.receivedProgress('ringing');
    channel?.receivedOutcome('answered');
    await settle();
    expect(heard()).toEqual([
      'Dial  a',
      'ChannelStateChange',
      'Dial RINGING a',
      'ChannelStateChange',
      'Dial ANSWER a',
      'StasisStart',
    ]);
    expect(events.at(-1)).toMatchObject({ args: ['x', 'y'] });
    await bench.inject('DELETE', '/channels/c1');
    await settle();
    expect(heard().at(-1)).toBe('ChannelDestroyed');
  });

  it('ends a channel that is not answered within its seconds', async () => {
    await bench.inject('POST', '/channels/c2?endpoint=Test/a&app=desk&timeout=1');
    bench.clock.advance(1000);
    await settle();
    expect(bench.owner.get('c2')).toBeUndefined();
    expect(bench.notes).toEqual(['dial a', 'hangup 19']);
    await bench.inject('POST', '/channels/c3?endpoint=Test/a&app=desk&timeout=-1');
    bench.clock.advance(3_600_000);
    await settle();
    expect(bench.owner.get('c3')?.state).toBe('Down');
  });

  it.each([
    ['?app=desk', 400, 'Endpoint must be specified'],
    ['?endpoint=Test/a', 400, 'Application or extension must be specified'],
    ['?endpoint=Test/a&app=', 400, 'Application or extension must be specified'],
    ['?endpoint=bogus&app=desk', 400, 'Invalid endpoint specified'],
    ['?endpoint=/a&app=desk', 400, 'Invalid endpoint specified'],
    ['?endpoint=Test/&app=desk', 400, 'Invalid endpoint specified'],
    ['?endpoint=Bogus/a&app=desk', 500, 'Allocation failed'],
    ['?endpoint=Test/nobody&app=desk', 500, 'Allocation failed'],
    ['?endpoint=Test/a&app=desk&originator=nosuch', 400, 'Provided originator channel was not found'],
    [
      '?endpoint=Test/a&app=desk&originator=x&formats=ulaw',
      400,
      "Originator and formats can't both be specified",
    ],
    ['?endpoint=Test/a&app=desk&formats=bogus', 400, 'Provided format (bogus) was not found'],
    [
      '?endpoint=Test/a&app=desk&channelId=q&otherChannelId=q',
      409,
      'Channel with given unique ID already exists',
    ],
    [`?endpoint=Test/a&app=desk&channelId=${'x'.repeat(150)}`, 400, 'Uniqueid length exceeds maximum of 149'],
    ['?endpoint=Test/a&extension=1&label=nosuch', 404, 'Requested label can not be found'],
  ])('%s is refused with %i %s', async (query, status, text) => {
    const answer = await bench.inject('POST', `/channels${query}`);
    const { message: told, error } = message(answer);
    expect([answer.status, told ?? error]).toEqual([status, text]);
    // Where the original says `error`, so does this.
    expect(error === undefined).toBe(status !== 500);
    expect(bench.owner.channelCount).toBe(0);
  });

  it('refuses variables that are neither texts nor objects with one', async () => {
    const post = async (value: unknown) =>
      message(await bench.inject('POST', '/channels?endpoint=Test/a&app=desk', { variables: { A: value } }))
        .message;
    expect(await post(1)).toMatch(/^Each value in 'variables' must be a string/);
    expect(await post({ x: '1' })).toMatch(/must include string field 'value'$/);
    expect(bench.owner.channelCount).toBe(0);
  });

  it('takes no id that a channel has', async () => {
    await bench.inject('POST', '/channels/c1?endpoint=Test/a&app=desk');
    expect((await bench.inject('POST', '/channels/c1?endpoint=Test/a&app=desk')).status).toBe(409);
    expect(bench.owner.channelCount).toBe(1);
  });
});

describe('POST /channels/create', () => {
  it('makes a channel that the application has before it calls; dial lets it call', async () => {
    const made = await bench.inject(
      'POST',
      '/channels/create?endpoint=Test/a&app=desk&channelId=c1&appArgs=x',
    );
    expect(made.json).toMatchObject({ state: 'Down', dialplan: { app_name: '' } });
    await settle();
    expect(heard()).toEqual(['ChannelDialplan', 'StasisStart']);
    expect(bench.notes).toEqual([]);
    events.length = 0;
    expect((await bench.inject('POST', '/channels/c1/dial?timeout=10')).status).toBe(204);
    await settle();
    expect(bench.notes).toEqual(['dial a']);
    const channel = bench.owner.get('c1');
    channel?.receivedProgress('ringing');
    channel?.receivedOutcome('answered');
    await settle();
    // The string is named once, as in the original.
    expect(heard()).toEqual([
      'Dial  a',
      'ChannelStateChange',
      'Dial RINGING ',
      'ChannelStateChange',
      'Dial ANSWER ',
    ]);
    expect((await bench.inject('POST', '/channels/c1/dial')).status).toBe(409);
  });

  it('ends the channel whose call fails', async () => {
    for (const [id, end] of [
      ['busy', (channel: NonNullable<ReturnType<Bench['owner']['get']>>) => channel.receivedOutcome('busy')],
      ['late', () => bench.clock.advance(1000)],
    ] as const) {
      await bench.inject('POST', `/channels/create?endpoint=Test/a&app=desk&channelId=${id}`);
      await settle();
      await bench.inject('POST', `/channels/${id}/dial?timeout=1`);
      await settle();
      const channel = bench.owner.get(id);
      if (channel !== undefined) end(channel);
      await settle();
      await settle();
      expect(bench.owner.get(id)).toBeUndefined();
    }
    expect(bench.notes).toEqual(['dial a', 'hangup 17', 'dial a', 'hangup 19']);
  });

  it('is gone at once when nobody has the application', async () => {
    expect(
      (await bench.inject('POST', '/channels/create?endpoint=Test/a&app=nobody&channelId=c1')).status,
    ).toBe(200);
    await settle();
    expect(bench.owner.get('c1')).toBeUndefined();
  });

  it('dial is refused for channels that are not there, not held, or called for nobody', async () => {
    expect((await bench.inject('POST', '/channels/nosuch/dial')).status).toBe(404);
    const channel = bench.createChannel();
    expect(message(await bench.inject('POST', `/channels/${channel.id}/dial`)).message).toBe(
      'Channel not in Stasis application',
    );
    await bench.inject('POST', '/channels/create?endpoint=Test/a&app=desk&channelId=c1');
    await settle();
    expect((await bench.inject('POST', '/channels/c1/dial?caller=nosuch')).status).toBe(409);
  });
});
