import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import type { User } from '../security/index.ts';
import { Stasis } from '../stasis/index.ts';
import { Switch } from '../switch/index.ts';
import { Debugging } from './debugging.ts';
import type { SessionSpec } from './event-session.ts';
import { EventSockets } from './event-sockets.ts';
import type { AriAnswer, AriRequest } from './operation.ts';

/** As much of a WebSocket as an event socket touches. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  isPaused = false;
  pings = 0;

  ping() {
    this.pings++;
  }

  pause() {
    this.isPaused = true;
  }

  resume() {
    this.isPaused = false;
  }

  close() {
    this.readyState = 2;
  }

  terminate() {
    this.readyState = 3;
    this.emit('close');
  }
}

/** A connection that takes everything; `stuck` ones take nothing. */
function connection(stuck: boolean) {
  const sent: string[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      const short = (chunk[1] ?? 0) & 127;
      const masked = (chunk[1] ?? 0) >= 128;
      const at = (short === 127 ? 10 : short === 126 ? 4 : 2) + (masked ? 4 : 0);
      const key = masked ? chunk.subarray(at - 4, at) : Buffer.alloc(4);
      sent.push(
        Buffer.from(chunk.subarray(at).map((byte, index) => byte ^ (key[index & 3] ?? 0))).toString(),
      );
      if (!stuck) done();
    },
  });
  return { stream, sent };
}

const ALICE: User = { name: 'alice', readOnly: false };

function setUp(
  dispatch: (request: AriRequest) => AriAnswer | Promise<AriAnswer> = () => ({ status: 204, body: '' }),
) {
  const log = memoryLogger();
  const clock = new FakeClock(Date.UTC(2026, 10, 21));
  const stasis = new Stasis({ switch: new Switch({ log, clock }), log });
  const debugging = new Debugging(stasis, log);
  const options = { isPretty: false, graceMs: 1_000 };
  const sockets = new EventSockets({
    ...{ stasis, clock, asteriskId: 'id', log, debugging, dispatch },
    pretty: () => options.isPretty,
    writeTimeoutMs: () => 100,
    resumeGraceMs: () => options.graceMs,
    resumeKeep: () => 3,
  });
  const open = (apps: string[], spec: Partial<SessionSpec> = {}, stuck = false) => {
    const socket = new FakeSocket();
    const { stream, sent } = connection(stuck);
    const session = sockets.open(socket as unknown as WebSocket, stream, {
      ...{ kind: 'inbound', remote: '192.0.2.1:5', apps, subscribeAll: false, user: () => ALICE },
      ...spec,
    });
    const heard = () => sent.map((each) => JSON.parse(each));
    return { socket, session, sent, heard };
  };
  const tell = (app: string, name = 'e') =>
    stasis.tell(app, { kind: 'ChannelUserevent', channel: undefined, name, values: {} });
  return { log, clock, stasis, sockets, debugging, open, tell, options };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a slow reader', () => {
  it('is closed alone, counted and named in the log', async () => {
    const { log, clock, sockets, stasis, open, tell } = setUp();
    const slow = open(['slow'], {}, true);
    const quick = open(['quick']);
    for (let count = 0; count < 1_000; count++) tell('slow', 'x'.repeat(100));
    tell('quick');
    clock.advance(100);
    await settled();
    expect(slow.socket.readyState).toBe(3);
    expect(quick.sent).toHaveLength(1);
    expect(sockets.dropped).toBe(1);
    expect(sockets.size).toBe(1);
    expect(stasis.has('slow')).toBe(false);
    expect(log.lines.join()).toContain(
      "event socket of 'slow' (192.0.2.1:5): it has taken nothing for 100 ms",
    );
  });
});

describe('pings', () => {
  it('keep a socket that answers and close one that does not', () => {
    const { clock, sockets, open } = setUp();
    const alive = open(['a']);
    const dead = open(['b']);
    clock.advance(30_000);
    expect([alive.socket.pings, dead.socket.pings]).toEqual([1, 1]);
    alive.socket.emit('pong');
    clock.advance(30_000);
    expect([alive.socket.readyState, dead.socket.readyState]).toEqual([1, 3]);
    expect(sockets.size).toBe(1);
  });

  it('leave no timer behind', () => {
    const { clock, sockets, open } = setUp();
    open(['a']);
    expect(clock.pending).toBe(1);
    sockets.close();
    expect(clock.pending).toBe(0);
  });
});

describe('events', () => {
  it('are the same for several applications but for the name at the end', async () => {
    const { stasis, open } = setUp();
    const first = open(['a'], { subscribeAll: true });
    const second = open(['b"ä'], { subscribeAll: true });
    stasis.tell('a', { kind: 'ApplicationReplaced' });
    stasis.tell('b"ä', { kind: 'ApplicationReplaced' });
    await settled();
    const [one = ''] = first.sent;
    expect(JSON.parse(one)).toMatchObject({
      type: 'ApplicationReplaced',
      application: 'a',
      asterisk_id: 'id',
    });
    expect(second.sent[0]?.replace(JSON.stringify('b"ä'), '"a"')).toBe(one);
  });

  it('have line breaks when ari.conf says so, and are shown on the console when somebody debugs', async () => {
    const { open, tell, options, stasis, log } = setUp();
    const { sent } = open(['a', 'b']);
    options.isPretty = true;
    stasis.setDebug('a', true);
    tell('a');
    tell('b');
    await settled();
    expect(sent[0]).toContain('{\n  "type": "ChannelUserevent",');
    const shown = log.lines.filter((each) => each.includes('Sending ARI event'));
    expect(shown).toEqual([
      expect.stringMatching(/Sending ARI event to 192\.0\.2\.1:5 --->\n\{.*"application":"a"\}/),
    ]);
  });
});

describe('a socket that this server opened', () => {
  it('is told of its applications when it comes and when it goes', async () => {
    const { sockets, open } = setUp();
    const { session, socket, heard } = open(['a', 'b'], { kind: 'persistent', id: 'mine' });
    expect(sockets.find('mine')).toBe(session);
    sockets.shutdown(session);
    await settled();
    expect(heard().map((each) => `${each.type} ${each.application}`)).toEqual([
      'ApplicationRegistered a',
      'ApplicationRegistered b',
      'ApplicationUnregistered a',
      'ApplicationUnregistered b',
    ]);
    expect(socket.readyState).toBe(2);
  });

  it('is cut off when it does not answer the close', () => {
    const { sockets, open, clock, stasis } = setUp();
    const { session, socket } = open(['a']);
    sockets.shutdown(session);
    clock.advance(1_000);
    expect(socket.readyState).toBe(3);
    expect(stasis.has('a')).toBe(false);
    expect(sockets.size).toBe(0);
  });
});

describe('requests over a socket', () => {
  const request = (id: string, more: object = {}) =>
    Buffer.from(JSON.stringify({ type: 'RESTRequest', request_id: id, method: 'GET', uri: 'x', ...more }));

  it('are answered one after the other, whichever is quicker', async () => {
    const order: string[] = [];
    const { open } = setUp(async ({ path }) => {
      order.push(`begin ${path}`);
      await new Promise((resolve) => setTimeout(resolve, path === '/slow' ? 20 : 0));
      order.push(`end ${path}`);
      return { status: 200, body: '{}' };
    });
    const { socket, heard } = open(['a', 'b']);
    socket.emit('message', request('1', { uri: 'slow' }));
    socket.emit('message', request('2', { uri: 'quick' }));
    await expect.poll(() => heard().length).toBe(2);
    expect(order).toEqual(['begin /slow', 'end /slow', 'begin /quick', 'end /quick']);
    expect(heard()).toMatchObject([
      {
        request_id: '1',
        status_code: 200,
        application: 'a',
        timestamp: expect.any(String),
        asterisk_id: 'id',
      },
      { request_id: '2' },
    ]);
  });

  it('that pile up stop the reading until they are answered', async () => {
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { open } = setUp(async () => {
      await gate;
      return { status: 204, body: '' };
    });
    const { socket, heard } = open(['a']);
    for (let count = 0; count < 150; count++) socket.emit('message', request(String(count)));
    expect(socket.isPaused).toBe(true);
    release();
    await expect.poll(() => heard().length).toBe(150);
    expect(socket.isPaused).toBe(false);
  });

  it('have the rights that the user has now', async () => {
    const asked: (User | undefined)[] = [];
    const { open } = setUp(({ user }) => {
      asked.push(user);
      return { status: 204, body: '' };
    });
    let user: User | undefined = ALICE;
    const { socket, heard } = open(['a'], { user: () => user });
    socket.emit('message', request('1'));
    user = { ...ALICE, readOnly: true };
    socket.emit('message', request('2'));
    user = undefined;
    socket.emit('message', request('3'));
    await expect.poll(() => heard().length).toBe(3);
    expect(asked.map((each) => each?.readOnly)).toEqual([false, true]);
    expect(heard()[2]).toMatchObject({ request_id: '3', status_code: 401 });
  });

  it('that fail cost an answer and a line of the log, not the socket', async () => {
    const { open, log } = setUp(() => {
      throw new Error('broken');
    });
    const { socket, heard } = open(['a']);
    socket.emit('message', request('1'));
    await expect.poll(() => heard().length).toBe(1);
    expect(heard()[0]).toMatchObject({ status_code: 500 });
    expect(log.lines.join()).toContain('broken');
    expect(socket.readyState).toBe(1);
  });
});
