import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Bench, startBench } from './test-bench.ts';

type Heard = Record<string, unknown> & { type: string; sequence?: number };

let bench: Bench;
const sockets: WebSocket[] = [];
const CONF = (more: string) => `[general]\n${more}[asterisk]\ntype=user\npassword=secret\n`;
beforeEach(async () => {
  bench = await startBench({ ariConf: CONF('resume_grace=30\nresume_buffer=4\n') });
});
afterEach(async () => {
  for (const each of sockets.splice(0)) each.terminate();
  await bench.close();
  expect(bench.clock.pending).toBe(0);
});

/** A socket that has opened, or the body of its refusal. */
async function listen(query: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${bench.http.port}/ari/events?${query}`, {
    auth: 'asterisk:secret',
  });
  sockets.push(socket);
  const heard: Heard[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  const refusal = await new Promise<string | undefined>((resolve, reject) => {
    socket.once('open', () => resolve(undefined));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
  });
  const names = () => heard.map((each) => (each.type === 'ChannelUserevent' ? each.eventname : each.type));
  return { socket, heard, names, refusal };
}

const tell = (name: string, app = 'app') =>
  bench.stasis.tell(app, { kind: 'ChannelUserevent', channel: undefined, name, values: {} });
const lose = async (socket: WebSocket) => {
  socket.terminate();
  await expect.poll(() => bench.ari.sockets.size).toBe(0);
};
/** A call that enters the application. */
function call(app = 'app') {
  const channel = bench.createChannel();
  let left: string | undefined;
  const run = bench.owner.run(channel, async () => {
    left = await bench.stasis.enter(channel, app, ['x']);
  });
  return {
    channel,
    left: () => left,
    end: async () => {
      await channel.requestHangup({ cause: 16, by: 'remote' });
      await run;
    },
  };
}

describe('a socket that resumes', () => {
  it('gets numbered events, and what it missed when it comes back', async () => {
    const first = await listen('app=app&resume=');
    tell('one');
    tell('two');
    await expect.poll(() => first.names()).toEqual(['one', 'two']);
    const [one = 0, two = 0] = first.heard.map((each) => each.sequence);
    expect(two).toBe(one + 1);
    await lose(first.socket);
    tell('three');
    const again = await listen(`app=app&resume=${two}`);
    tell('four');
    await expect.poll(() => again.names()).toEqual(['three', 'four']);
    expect(again.heard.map((each) => each.sequence)).toEqual([two + 1, two + 2]);
  });

  it('is told how much could not be kept', async () => {
    const first = await listen('app=app&resume=');
    tell('seen');
    await expect.poll(() => first.heard.length).toBe(1);
    await lose(first.socket);
    for (let count = 1; count <= 10; count++) tell(`lost${count}`);
    const again = await listen(`app=app&resume=${first.heard[0]?.sequence}`);
    await expect.poll(() => again.names()).toEqual(['EventsMissed', 'lost7', 'lost8', 'lost9', 'lost10']);
    expect(again.heard[0]).toMatchObject({ count: 6, application: 'app', asterisk_id: expect.any(String) });
    expect(again.heard[0]).not.toHaveProperty('restarted');
  });

  it('finds the calls that came while it was away', async () => {
    const first = await listen('app=app&resume=0');
    await lose(first.socket);
    const { channel, end, left } = call();
    const again = await listen('app=app&resume=0');
    await expect.poll(() => again.names()).toEqual(['EventsMissed', 'StasisStart']);
    expect(again.heard[0]).toMatchObject({ count: 0, restarted: true });
    expect(bench.stasis.holder(channel)).toBe('app');
    await end();
    expect(left()).toBe('hangup');
  });

  it('that does not come back in time leaves the application as in Asterisk', async () => {
    const first = await listen('app=app&resume=');
    await lose(first.socket);
    expect(bench.stasis.active('app')).toBe(true);
    bench.clock.advance(30_000);
    expect(bench.stasis.active('app')).toBe(false);
    const { left } = call();
    await expect.poll(left).toBe('failed');
    const again = await listen(`app=app&resume=${bench.clock.now() * 1_000 - 5}`);
    await expect.poll(() => again.heard.length).toBe(1);
    expect(again.heard[0]).toMatchObject({ type: 'EventsMissed', restarted: true });
  });

  it('keeps nothing without a grace period', async () => {
    bench.write('ari.conf', CONF(''));
    await bench.reload();
    const first = await listen('app=app&resume=');
    await lose(first.socket);
    expect(bench.stasis.active('app')).toBe(false);
  });

  it('takes over from one that is still there, and goes on with several applications', async () => {
    const first = await listen('app=app,other&resume=');
    tell('a');
    tell('b', 'other');
    await expect.poll(() => first.heard.length).toBe(2);
    const [a, b] = first.heard.map((each) => each.sequence);
    const second = await listen(`app=other,app&resume=${b},${a}`);
    tell('c');
    tell('d', 'other');
    await expect.poll(() => second.names()).toEqual(['c', 'd']);
    await expect.poll(() => first.names()).toEqual(['a', 'b', 'ApplicationReplaced', 'ApplicationReplaced']);
    first.socket.terminate();
    await expect.poll(() => bench.ari.sockets.size).toBe(1);
    tell('e');
    await expect.poll(() => second.names()).toEqual(['c', 'd', 'e']);
  });

  it('loses the application to a socket that wants it for itself', async () => {
    const first = await listen('app=app&resume=');
    const second = await listen('app=app');
    tell('x');
    await expect.poll(() => second.names()).toEqual(['x']);
    expect(second.heard[0]).not.toHaveProperty('sequence');
    await expect.poll(() => first.names()).toEqual(['ApplicationReplaced']);
    first.socket.terminate();
    await expect.poll(() => bench.ari.sockets.size).toBe(1);
    expect(bench.stasis.active('app')).toBe(true);
  });

  it.each([
    'app=app&resume=x',
    'app=app&resume=1,2',
    'app=app&resume=-5',
    'app=app&resume=&consumers=shared',
  ])('is refused with %s', async (query) => {
    expect((await listen(query)).refusal).toContain('PARAMETER_INVALID');
    expect(bench.stasis.list()).toEqual([]);
  });
});

describe('sockets that share an application', () => {
  const shared = () => listen('app=app&consumers=shared');

  it('get the calls in turn, each with everything about its own', async () => {
    const [first, second] = [await shared(), await shared()];
    const calls = [call(), call(), call(), call()];
    await expect.poll(() => first.names().length + second.names().length).toBe(4);
    expect([first.names(), second.names()]).toEqual([
      ['StasisStart', 'StasisStart'],
      ['StasisStart', 'StasisStart'],
    ]);
    const ids = (heard: Heard[]) => heard.map((each) => (each.channel as { id: string }).id);
    const mine = ids(first.heard);
    for (const each of calls) each.channel.setVariable('V', '1');
    await expect.poll(() => first.heard.length).toBe(4);
    expect(ids(first.heard).slice(2)).toEqual(mine);
    for (const each of calls) await each.end();
    await expect.poll(() => first.names().filter((each) => each === 'StasisEnd').length).toBe(2);
    expect(second.names().filter((each) => each === 'StasisEnd')).toHaveLength(2);
  });

  it('are given the calls of one that is lost', async () => {
    const [first, second, third] = [await shared(), await shared(), await shared()];
    const calls = [call(), call(), call()];
    await expect.poll(() => first.heard.length + second.heard.length + third.heard.length).toBe(3);
    const [lost] = first.heard;
    first.socket.terminate();
    const both = () => [...second.heard, ...third.heard].filter((each) => each.handed_over === true);
    await expect.poll(() => both().length).toBe(1);
    expect(both()[0]).toMatchObject({ type: 'StasisStart', args: ['x'], application: 'app' });
    expect(both()[0]?.channel).toMatchObject({ name: (lost?.channel as { name: string } | undefined)?.name });
    for (const each of calls) await each.end();
  });

  it('all hear what is about no call, and the application ends with the last of them', async () => {
    const [first, second] = [await shared(), await shared()];
    tell('all');
    await expect.poll(() => [first.names(), second.names()]).toEqual([['all'], ['all']]);
    first.socket.terminate();
    await expect.poll(() => bench.ari.sockets.size).toBe(1);
    expect(bench.stasis.active('app')).toBe(true);
    second.socket.terminate();
    await expect.poll(() => bench.stasis.has('app')).toBe(false);
  });

  it('lose it together to one that wants it alone, and are refused other words', async () => {
    const [first, second] = [await shared(), await shared()];
    const alone = await listen('app=app');
    await expect
      .poll(() => [first.names(), second.names()])
      .toEqual([['ApplicationReplaced'], ['ApplicationReplaced']]);
    first.socket.terminate();
    second.socket.terminate();
    await expect.poll(() => bench.ari.sockets.size).toBe(1);
    tell('x');
    await expect.poll(() => alone.names()).toEqual(['x']);
    expect((await listen('app=app&consumers=some')).refusal).toContain("'shared'");
  });
});
