import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  AriClient,
  type AriEvent,
  type Channel,
  type ConnectionChange,
  type eventTypes,
  type ListenOptions,
} from './index.ts';

type Name = 'open' | 'close' | 'error' | 'message';

/** A WebSocket whose far end is the test. */
class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    const found = FakeSocket.all.at(-1);
    if (found === undefined) throw new Error('no socket was made');
    return found;
  }
  readonly url: URL;
  readonly protocols: string | string[] | undefined;
  closed = false;
  readonly #listeners: [Name, (event: { readonly data: unknown }) => void][] = [];

  constructor(url: string, protocols?: string | string[]) {
    this.url = new URL(url);
    this.protocols = protocols;
    FakeSocket.all.push(this);
  }

  addEventListener(type: Name, listener: (event: { readonly data: unknown }) => void): void {
    this.#listeners.push([type, listener]);
  }

  close(): void {
    this.closed = true;
  }

  fire(type: Name, data?: string): void {
    for (const [name, listener] of this.#listeners) if (name === type) listener({ data });
  }

  say(message: unknown): void {
    this.fire('message', typeof message === 'string' ? message : JSON.stringify(message));
  }
}

let status = 200;
function listen(options: Partial<ListenOptions> = {}) {
  const client = new AriClient({
    url: 'https://pbx/ari',
    username: 'ann',
    password: 'a&b',
    webSocket: FakeSocket,
    fetch: async () => new Response('{"message":"no"}', { status }),
  });
  const stream = client.listen({ apps: ['one', 'two'], ...options });
  const changes: ConnectionChange[] = [];
  stream.onChange((change) => changes.push(change));
  return { stream, changes };
}

const ended = { type: 'StasisEnd', application: 'one', timestamp: '', channel: { id: '1' } };

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
  FakeSocket.all = [];
  status = 200;
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('an event stream', () => {
  it('opens with its applications, its user and the subprotocol', async () => {
    const { stream, changes } = listen({ subscribeAll: true });
    const { url, protocols } = FakeSocket.last;
    expect([url.protocol, url.pathname, protocols]).toEqual(['wss:', '/ari/events', 'ari']);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      app: 'one,two',
      subscribeAll: 'true',
      api_key: 'ann:a&b',
    });
    expect(stream.open).toBe(false);
    FakeSocket.last.fire('open');
    await stream.ready;
    expect([stream.open, changes]).toEqual([true, [{ state: 'open' }]]);
    stream.close();
    expect(FakeSocket.last.closed).toBe(true);
  });

  it('shows a token where the user would stand', () => {
    const client = new AriClient({ url: 'http://pbx/ari', token: 'asm_1_2', webSocket: FakeSocket });
    const stream = client.listen({ apps: 'one' });
    expect(FakeSocket.last.url.searchParams.get('api_key')).toBe('asm_1_2');
    stream.close();
  });

  it('hands each event to those who asked for its type, typed by it', () => {
    const { stream } = listen();
    const ids: string[] = [];
    const types: string[] = [];
    const unknown: string[] = [];
    const stop = stream.on('StasisEnd', (event) => {
      expectTypeOf(event.channel).toEqualTypeOf<Channel>();
      ids.push(event.channel.id);
    });
    stream.onAny((event) => {
      if (event.type === 'ChannelDtmfReceived') expectTypeOf(event.digit).toBeString();
      types.push(event.type);
    });
    stream.onUnknown((message) => unknown.push(message.type));
    for (const message of [ended, 'not json', '7', '{"type":7}', { type: 'FromTheFuture' }, ended]) {
      FakeSocket.last.say(message);
    }
    stop();
    FakeSocket.last.say(ended);
    expect(ids).toEqual(['1', '1']);
    expect(types).toEqual(['StasisEnd', 'StasisEnd', 'StasisEnd']);
    expect(unknown).toEqual(['FromTheFuture']);
    expectTypeOf<AriEvent['type']>().toEqualTypeOf<(typeof eventTypes)[number]>();
    stream.close();
  });

  it('comes back after ever longer waits, and at once after a connection that held', async () => {
    const { stream, changes } = listen({ minDelayMs: 100, maxDelayMs: 400 });
    for (const delayMs of [100, 200, 400, 400]) {
      FakeSocket.last.fire('close');
      await vi.advanceTimersByTimeAsync(0);
      expect(changes.at(-1)).toEqual({ state: 'waiting', delayMs });
      const before = FakeSocket.all.length;
      await vi.advanceTimersByTimeAsync(delayMs - 1);
      expect(FakeSocket.all).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(FakeSocket.all).toHaveLength(before + 1);
    }
    FakeSocket.last.fire('open');
    await vi.advanceTimersByTimeAsync(5_000);
    FakeSocket.last.fire('close');
    expect(stream.open).toBe(false);
    expect(changes.at(-1)).toEqual({ state: 'waiting', delayMs: 100 });
    stream.close();
  });

  it('gives up a connection that does not open in time, and hears nothing of it any more', async () => {
    const { stream } = listen({ connectTimeoutMs: 50, minDelayMs: 10 });
    const stuck = FakeSocket.last;
    await vi.advanceTimersByTimeAsync(60);
    expect(stuck.closed).toBe(true);
    expect(FakeSocket.all).toHaveLength(2);
    stuck.fire('open');
    stuck.fire('close');
    expect(stream.open).toBe(false);
    expect(FakeSocket.all).toHaveLength(2);
    stream.close();
  });

  it.each([401, 403])('ends when the server refuses its user with %i', async (refusal) => {
    status = refusal;
    const { stream, changes } = listen();
    const waiting = stream.next('StasisStart');
    FakeSocket.last.fire('close');
    await expect(stream.ready).rejects.toMatchObject({ status: refusal });
    await expect(waiting).rejects.toMatchObject({ status: refusal });
    expect(changes).toEqual([{ state: 'closed', error: expect.objectContaining({ status: refusal }) }]);
  });

  it('goes on trying when the server is not ready', async () => {
    status = 503;
    const { stream } = listen({ minDelayMs: 100 });
    FakeSocket.last.fire('close');
    await vi.advanceTimersByTimeAsync(100);
    expect(FakeSocket.all).toHaveLength(2);
    stream.close();
  });

  it('says what it saw last of each application when it resumes', async () => {
    const { stream } = listen({ resume: true, minDelayMs: 100 });
    expect(FakeSocket.last.url.searchParams.get('resume')).toBe(',');
    FakeSocket.last.fire('open');
    FakeSocket.last.say({ ...ended, application: 'two', sequence: 41 });
    FakeSocket.last.say({ ...ended, application: 'two', sequence: 42 });
    FakeSocket.last.fire('close');
    await vi.advanceTimersByTimeAsync(100);
    expect(FakeSocket.last.url.searchParams.get('resume')).toBe('0,42');
    const missed = stream.next('EventsMissed');
    FakeSocket.last.say({ type: 'EventsMissed', application: 'two', timestamp: '', count: 6 });
    expect((await missed).count).toBe(6);
    stream.close();
  });

  it('asks for its share, but not to resume it', () => {
    const { stream } = listen({ shared: true });
    expect(FakeSocket.last.url.searchParams.get('consumers')).toBe('shared');
    stream.close();
    expect(() => listen({ shared: true, resume: true })).toThrow('cannot be resumed');
    expect(() => listen({ apps: [] })).toThrow('no application');
  });

  it('keeps one listener that throws from the others', () => {
    const errors: unknown[] = [];
    const { stream } = listen({ onListenerError: (error) => errors.push(error) });
    const seen: string[] = [];
    stream.on('StasisEnd', () => {
      throw new Error('mine');
    });
    stream.on('StasisEnd', ({ type }) => seen.push(type));
    FakeSocket.last.say(ended);
    expect(seen).toEqual(['StasisEnd']);
    expect(errors).toEqual([expect.objectContaining({ message: 'mine' })]);
    stream.close();
  });
});

describe('the next event', () => {
  it('is of the type and fits what was asked', async () => {
    const { stream } = listen();
    const next = stream.next('StasisEnd', { where: ({ channel }) => channel.id === '2', timeoutMs: 1_000 });
    FakeSocket.last.say(ended);
    FakeSocket.last.say({ ...ended, channel: { id: '2' } });
    expect((await next).channel.id).toBe('2');
    stream.close();
  });

  it('is not waited for longer than was said, nor after the end', async () => {
    const { stream } = listen();
    const late = expect(stream.next('StasisEnd', { timeoutMs: 10 })).rejects.toThrow(
      'No StasisEnd came in time',
    );
    await vi.advanceTimersByTimeAsync(10);
    await late;
    const cut = stream.next('StasisEnd', { timeoutMs: 1_000 });
    stream.close();
    await expect(cut).rejects.toThrow('closed');
    await expect(stream.next('StasisEnd')).rejects.toThrow('closed');
  });
});

it('a platform without a WebSocket is told what is missing', () => {
  vi.stubGlobal('WebSocket', undefined);
  const client = new AriClient({ url: 'http://pbx/ari', username: 'a', password: 'b' });
  expect(() => client.listen({ apps: 'x' })).toThrow('has no WebSocket');
  vi.unstubAllGlobals();
});
