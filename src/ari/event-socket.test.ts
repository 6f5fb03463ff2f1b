import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { Stasis } from '../stasis/index.ts';
import { Switch } from '../switch/index.ts';
import { EventSockets, MAX_QUEUED_BYTES } from './event-socket.ts';

/** As much of a WebSocket as an event socket touches. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  pings = 0;

  send(text: string) {
    this.sent.push(text);
  }

  ping() {
    this.pings++;
  }

  closed: number | undefined;

  close(code: number) {
    this.closed = code;
  }

  terminate() {
    this.readyState = 3;
    this.emit('close');
  }
}

function setUp() {
  const log = memoryLogger();
  const clock = new FakeClock();
  const stasis = new Stasis({ switch: new Switch({ log, clock }), log });
  const sockets = new EventSockets({ stasis, clock, asteriskId: 'id', pretty: () => false, log });
  const stream = new PassThrough();
  const open = (...apps: string[]) => {
    const socket = new FakeSocket();
    sockets.open(socket as unknown as WebSocket, stream, apps, false);
    return socket;
  };
  const tell = (app: string) =>
    stasis.tell(app, { kind: 'ChannelUserevent', channel: undefined, name: 'e', values: {} });
  return { log, clock, stasis, sockets, stream, open, tell };
}

describe('a slow reader', () => {
  it('is closed alone, counted and named in the log', () => {
    const { log, sockets, stasis, open, tell } = setUp();
    const slow = open('slow');
    const quick = open('quick');
    slow.bufferedAmount = MAX_QUEUED_BYTES + 1;
    tell('slow');
    tell('quick');
    expect(slow.sent).toEqual([]);
    expect(slow.readyState).toBe(3);
    expect(quick.sent).toHaveLength(1);
    expect(sockets.dropped).toBe(1);
    expect(sockets.size).toBe(1);
    expect(stasis.has('slow')).toBe(false);
    expect(log.lines.join()).toContain("event socket of 'slow'");
  });
});

describe('what one turn of the event loop brings', () => {
  it('is held back until it ends, and then goes out in one piece', async () => {
    const { stream, open, tell } = setUp();
    const socket = open('a');
    for (let turn = 0; turn < 2; turn++) {
      tell('a');
      tell('a');
      expect(stream.writableCorked).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      expect(stream.writableCorked).toBe(0);
    }
    expect(socket.sent).toHaveLength(4);
  });
});

describe('pings', () => {
  it('keep a socket that answers and close one that does not', () => {
    const { clock, sockets, open } = setUp();
    const alive = open('a');
    const dead = open('b');
    clock.advance(30_000);
    expect([alive.pings, dead.pings]).toEqual([1, 1]);
    alive.emit('pong');
    clock.advance(30_000);
    expect([alive.readyState, dead.readyState]).toEqual([1, 3]);
    expect(sockets.size).toBe(1);
  });

  it('leave no timer behind', () => {
    const { clock, sockets, open } = setUp();
    open('a');
    expect(clock.pending).toBe(1);
    sockets.close();
    expect(clock.pending).toBe(0);
  });
});

describe('event sockets', () => {
  it('are listed with their clients, and closed by id or all at once', () => {
    const { sockets } = setUp();
    const open = ['127.0.0.1:4', '127.0.0.1:5'].map((remote, at) => {
      const socket = new FakeSocket();
      sockets.open(socket as unknown as WebSocket, new PassThrough(), [`app${at}`], false, remote);
      return socket;
    });
    const [first, second] = [...sockets.list()];
    expect(first).toMatchObject({ remote: '127.0.0.1:4', apps: ['app0'] });
    expect(first?.id).not.toBe(second?.id);
    expect(sockets.shutDown('nosuch')).toBe(0);
    expect(sockets.shutDown(second?.id)).toBe(1);
    expect(open.map((each) => each.closed)).toEqual([undefined, 1001]);
    open[1]?.emit('close');
    expect(sockets.shutDown()).toBe(1);
    expect(open[0]?.closed).toBe(1001);
  });

  it('write what they send to the log of an application that is debugged', () => {
    const { log, stasis, open, tell } = setUp();
    open('app');
    tell('app');
    expect(log.lines.some((each) => each.includes('Sending ARI event'))).toBe(false);
    stasis.setDebug('app', true);
    tell('app');
    expect(log.lines.filter((each) => each.includes('ChannelUserevent'))).toHaveLength(1);
  });
});
