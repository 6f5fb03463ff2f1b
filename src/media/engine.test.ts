import { createSocket, type Socket } from 'node:dgram';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../tests/support/until.ts';
import { memoryLogger } from '../log/index.ts';
import type { MediaEngine, MediaEngineOptions, RtpLegConfiguration } from './api.ts';
import { Engine } from './engine.ts';
import { createMediaEngine } from './index.ts';
import { parseRtcp } from './rtp/rtcp.ts';
import { WorkerLink } from './thread-link.ts';

const sounds = fileURLToPath(new URL('../../sounds', import.meta.url));
const log = memoryLogger();
const engines: MediaEngine[] = [];
const phones: Phone[] = [];

/** A range of its own for each test, so that two runs at once do not meet. */
function options(more: Partial<MediaEngineOptions> = {}): MediaEngineOptions {
  const rtpStart = 20_000 + 100 * Math.floor(Math.random() * 100);
  return {
    rtpStart,
    rtpEnd: rtpStart + 99,
    bindAddress: '127.0.0.1',
    soundsPath: [sounds],
    log,
    threads: 0,
    ...more,
  };
}

async function engine(more?: Partial<MediaEngineOptions>): Promise<MediaEngine> {
  const made = await createMediaEngine(options(more));
  engines.push(made);
  return made;
}

/** The far end: a socket that sends G.711 and keeps what it gets. */
class Phone {
  readonly packets: Buffer[] = [];
  readonly socket: Socket;
  readonly port: number;
  #sequence = 1;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.port = socket.address().port;
    socket.on('message', (packet) => this.packets.push(packet));
    phones.push(this);
  }

  static async open(): Promise<Phone> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new Phone(socket);
  }

  get configuration(): RtpLegConfiguration {
    return {
      remote: { address: '127.0.0.1', port: this.port },
      payloads: [{ pt: 0, format: 'ulaw' }],
      dtmfPayload: 101,
    };
  }

  /** Payload octets of all that came. */
  get heard(): Buffer {
    return Buffer.concat(this.packets.map((packet) => packet.subarray(12)));
  }

  send(to: number, payload: Uint8Array, payloadType = 0, timestamp = this.#sequence * 160): void {
    const packet = Buffer.alloc(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = payloadType;
    packet.writeUInt16BE(this.#sequence++, 2);
    packet.writeUInt32BE(timestamp, 4);
    packet.writeUInt32BE(4711, 8);
    packet.set(payload, 12);
    this.socket.send(packet, to, '127.0.0.1');
  }

  async talk(to: number, frames: number, fill = 0x2a): Promise<void> {
    for (let i = 0; i < frames; i++) {
      this.send(to, new Uint8Array(160).fill(fill));
      await sleep(20);
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function socketCount(): number {
  return process.getActiveResourcesInfo().filter((each) => each.startsWith('UDP')).length;
}

afterEach(async () => {
  for (const each of engines.splice(0)) await each.close();
  for (const each of phones.splice(0)) each.socket.close();
  log.lines.length = 0;
});

describe.each([0, 1])('media in %i worker threads', (threads) => {
  it('echoes over real sockets', async () => {
    const media = await engine({ threads });
    const phone = await Phone.open();
    const leg = await media.createRtpLeg();
    expect(leg.port % 2).toBe(0);
    leg.configure(phone.configuration);
    leg.echo(true);
    await phone.talk(leg.port, 10);
    await until(() => phone.packets.length === 10);
    expect(phone.heard.every((octet) => octet === 0x2a)).toBe(true);
    expect(await leg.stats()).toMatchObject({ rxCount: 10, txCount: 10, remoteSsrc: 4711, rxLost: 0 });
    await leg.close();
    expect(media.legCount).toBe(0);
  });

  it('plays a sound file as it is, in real time', async () => {
    const media = await engine({ threads });
    const phone = await Phone.open();
    const leg = await media.createRtpLeg();
    leg.configure(phone.configuration);
    const started: number[] = [];
    const begin = performance.now();
    const playback = leg.play({ items: ['sound:beep', 'digits:7'] });
    playback.on('started', (index) => started.push(index));
    expect(await playback.finished).toBe('done');
    const took = performance.now() - begin;
    const file = await readFile(join(sounds, 'en/beep.ulaw'));
    await until(() => phone.packets.length >= 26);
    expect(phone.heard.subarray(0, file.length).equals(file)).toBe(true);
    expect(started).toEqual([0, 1]);
    expect(took).toBeGreaterThan(450);
    expect(took).toBeLessThan(1_500);
  });

  it('tells digits, follows a phone behind NAT, and forwards in a bridge', async () => {
    const media = await engine({ threads });
    const phone = await Phone.open();
    const other = await Phone.open();
    const leg = await media.createRtpLeg();
    const far = await media.createRtpLeg({ near: leg });
    const told: string[] = [];
    leg.on('dtmfBegin', (digit) => told.push(`begin ${digit}`));
    leg.on('dtmf', (digit, ms) => told.push(`dtmf ${digit} ${ms}`));
    leg.on('remote', ({ port }) => told.push(`remote ${port === phone.port}`));
    leg.configure({ ...phone.configuration, remote: { address: '127.0.0.1', port: 9 }, symmetric: true });
    far.configure(other.configuration);
    const bridge = media.createBridge();
    bridge.add(leg);
    bridge.add(far);
    await phone.talk(leg.port, 6);
    await other.talk(far.port, 3, 0x11);
    await until(() => phone.packets.length === 3 && other.packets.length === 3);
    for (const payload of [
      [5, 10, 1, 64],
      [5, 0x8a, 3, 32],
    ])
      phone.send(leg.port, Uint8Array.from(payload), 101, 9_999);
    await until(() => told.length === 3);
    expect(told).toEqual(['remote true', 'begin 5', 'dtmf 5 100']);
    bridge.close();
  });

  it('records what comes in', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'media-'));
    try {
      const media = await engine({ threads });
      const phone = await Phone.open();
      const leg = await media.createRtpLeg();
      leg.configure(phone.configuration);
      const path = join(folder, 'deep/call.wav');
      const recording = leg.record({ path });
      await phone.talk(leg.port, 20);
      recording.stop();
      const ms = await recording.finished;
      const file = await readFile(path);
      expect(file.length).toBe(44 + ms * 16);
      expect(file.readUInt32LE(40)).toBe(ms * 16);
      expect(ms).toBeGreaterThan(300);
      const samples = new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length));
      expect(samples.filter((each) => each !== 0).length).toBeGreaterThan(2_000);
      const short = leg.record({ path: join(folder, 'short.wav'), maxSeconds: 0.1 });
      expect(await short.finished).toBe(100);
      const quiet = leg.record({ path: join(folder, 'quiet.wav'), maxSilenceSeconds: 0.2 });
      expect(await quiet.finished).toBe(200);
      const cut = leg.record({ path: join(folder, 'cut.wav') });
      await sleep(50);
      await leg.close();
      expect(await cut.finished).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('fails a recording that cannot be written, with the path', async () => {
    const media = await engine({ threads });
    const leg = await media.createRtpLeg();
    const recording = leg.record({ path: '/dev/null/x.wav' });
    await expect(recording.finished).rejects.toMatchObject({ code: 'sound-unreadable' });
    await expect(recording.finished).rejects.toThrow('/dev/null/x.wav');
  });

  it('leaves no socket, thread or timer behind', async () => {
    await sleep(20);
    const before = process.getActiveResourcesInfo().length;
    const media = await createMediaEngine(options({ threads }));
    const legs = await Promise.all([1, 2, 3].map(() => media.createRtpLeg()));
    const [leg] = legs;
    leg?.configure({
      remote: { address: '127.0.0.1', port: 9 },
      payloads: [{ pt: 0, format: 'ulaw' }],
      timeoutSeconds: 5,
    });
    const playback = leg?.play({ items: ['silence/60'] });
    const late = media.createRtpLeg().catch((error: unknown) => error);
    await media.close();
    await late;
    expect(await playback?.finished).toBe('closed');
    expect(media.legCount).toBe(0);
    await sleep(20);
    expect(socketCount()).toBe(0);
    expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before + 1);
    await expect(media.createRtpLeg()).rejects.toMatchObject({ code: 'closed' });
    expect(await leg?.play({ items: ['beep'] }).finished).toBe('closed');
  });
});

describe('the media engine', () => {
  it('names the range when its ports are used up, and has them back after a close', async () => {
    const range = options();
    const media = await engine({ rtpStart: range.rtpStart, rtpEnd: range.rtpStart + 3, spareSockets: 0 });
    const legs = [await media.createRtpLeg(), await media.createRtpLeg()];
    await expect(media.createRtpLeg()).rejects.toMatchObject({ code: 'ports-exhausted' });
    await expect(media.createRtpLeg()).rejects.toThrow(`${range.rtpStart} and ${range.rtpStart + 3}`);
    await legs[0]?.close();
    expect((await media.createRtpLeg()).port).toBe(legs[0]?.port);
  });

  it('opens nothing before the first leg, and no leg elsewhere than asked', async () => {
    const range = options();
    const media = await engine({ rtpStart: range.rtpStart, rtpEnd: range.rtpStart + 7, spareSockets: 2 });
    const isFree = async (address: string, port: number) => {
      const socket = createSocket('udp4');
      const bound = await new Promise<boolean>((resolve) => {
        socket.once('error', () => resolve(false));
        socket.bind({ address, port, exclusive: true }, () => resolve(true));
      });
      if (bound) await new Promise<void>((resolve) => socket.close(resolve));
      return bound;
    };
    const free = async (address: string) => {
      let count = 0;
      for (let port = range.rtpStart; port < range.rtpStart + 8; port++)
        if (await isFree(address, port)) count++;
      return count;
    };
    expect(await free('127.0.0.1')).toBe(8);
    const leg = await media.createRtpLeg({ address: '127.0.0.2' });
    expect([await isFree('127.0.0.2', leg.port), await isFree('127.0.0.1', leg.port)]).toEqual([false, true]);
    await until(async () => (await free('127.0.0.2')) === 2);
    // The spares of one address make room for a leg of every address.
    await media.createRtpLeg({ address: '0.0.0.0' });
    const more = await media.createRtpLeg({ address: '0.0.0.0' });
    await media.createRtpLeg({ address: '127.0.0.2' });
    await expect(media.createRtpLeg({ address: '127.0.0.2' })).rejects.toMatchObject({
      code: 'ports-exhausted',
    });
    await more.close();
    await media.createRtpLeg({ address: '127.0.0.2' });
  });

  it('refuses a range without a pair and an address that is none', async () => {
    await expect(createMediaEngine(options({ rtpStart: 20_001, rtpEnd: 20_002 }))).rejects.toMatchObject({
      code: 'bad-address',
    });
    await expect((await engine()).createRtpLeg({ address: '203.0.113.77' })).rejects.toMatchObject({
      code: 'bad-address',
    });
    await expect((await engine()).createRtpLeg({ address: 'phone.example' })).rejects.toMatchObject({
      code: 'bad-address',
    });
  });

  it('sends RTCP reports to the port above, and goodbye at the end', async () => {
    const media = await engine({ rtcpIntervalMs: 60 });
    const phone = await Phone.open();
    const control = await Phone.open();
    const leg = await media.createRtpLeg();
    leg.configure({ ...phone.configuration, rtcpPort: control.port });
    leg.echo(true);
    await phone.talk(leg.port, 10);
    const stats = await leg.close();
    await until(() => parseRtcp(control.packets.at(-1) ?? new Uint8Array())?.byes.length === 1);
    const reports = control.packets.map((packet) => parseRtcp(packet)?.reports[0]);
    expect(reports[0]?.ssrc).toBe(stats.ssrc);
    expect(reports.some((report) => report?.sender !== undefined && report.blocks[0]?.ssrc === 4711)).toBe(
      true,
    );
    expect(await leg.close()).toEqual(stats);
  });

  it('tells a timeout', async () => {
    const media = await engine();
    const phone = await Phone.open();
    const leg = await media.createRtpLeg();
    let told = 0;
    leg.on('timeout', () => told++);
    leg.configure({ ...phone.configuration, timeoutSeconds: 0.1 });
    await until(() => told === 1);
  });

  it('does not bridge legs of two threads, nor those of another engine', async () => {
    const media = await engine({ threads: 2 });
    const legs = [await media.createRtpLeg(), await media.createRtpLeg()];
    const bridge = media.createBridge();
    const stranger = await (await engine()).createRtpLeg();
    const [a, b] = legs;
    if (a === undefined || b === undefined) throw new Error('two legs');
    bridge.add(a);
    expect(() => bridge.add(b)).toThrow(expect.objectContaining({ code: 'other-thread' }));
    expect(() => bridge.add(stranger)).toThrow(expect.objectContaining({ code: 'no-such-node' }));
    bridge.add(await media.createRtpLeg({ near: a }));
  });

  it('finds sounds by name and language, and none outside its folders', async () => {
    const media = await engine();
    expect(media.findSound('beep', 'de')).toBe(join(sounds, 'en/beep.ulaw'));
    expect(media.findSound('hello-world')).toBe(join(sounds, 'en/hello-world.wav'));
    expect(media.findSound('../README')).toBeUndefined();
    expect(media.findSound('nonesuch')).toBeUndefined();
  });

  it('sends nowhere when SDP names no usable address, and says so', async () => {
    const media = await engine();
    const leg = await media.createRtpLeg();
    const payloads = [{ pt: 0, format: 'ulaw' }] as const;
    leg.configure({ remote: { address: 'phone.example', port: 4000 }, payloads });
    leg.configure({ remote: { address: '0.0.0.0', port: 4000 }, payloads });
    await sleep(5);
    expect(log.lines).toEqual(['WARNING : phone.example:4000 is no address to send RTP to: nothing is sent']);
  });

  it('survives garbage on its ports', async () => {
    const media = await engine();
    const phone = await Phone.open();
    const leg = await media.createRtpLeg();
    leg.configure(phone.configuration);
    leg.echo(true);
    for (let i = 0; i < 200; i++) {
      const garbage = Uint8Array.from({ length: i }, (_, n) => (n * 7919 + i * 104_729) & 0xff);
      phone.socket.send(garbage, leg.port, '127.0.0.1');
      phone.socket.send(garbage, leg.port + 1, '127.0.0.1');
    }
    await phone.talk(leg.port, 3);
    await until(() => phone.packets.length === 3);
    expect((await leg.stats()).rxDiscarded).toBeGreaterThan(100);
    expect(log.lines).toEqual([]);
  });
});

describe('a media thread that dies', () => {
  it('closes its legs, is logged, and another takes its place', async () => {
    const links: WorkerLink[] = [];
    const media = new Engine(options(), 1, (settings, listener) => {
      const link = new WorkerLink(settings, listener);
      links.push(link);
      return link;
    });
    engines.push(media);
    const leg = await media.createRtpLeg();
    let closed = 0;
    leg.on('closed', () => closed++);
    leg.configure({ payloads: [{ pt: 0, format: 'ulaw' }] });
    const playback = leg.play({ items: ['silence/60'] });
    const recording = leg.record({ path: join(tmpdir(), `media-died-${process.pid}.wav`) });
    const digits = leg.sendDtmf('1234567890');
    const settled = Promise.allSettled([recording.finished, digits]);
    await sleep(50);
    await links[0]?.kill();

    expect(closed).toBe(1);
    expect(media.legCount).toBe(0);
    expect(await playback.finished).toBe('closed');
    expect((await settled).map((each) => each.status)).toEqual(['rejected', 'rejected']);
    expect(await leg.close()).toMatchObject({ rxCount: 0 });
    expect(log.lines.filter((line) => line.startsWith('ERROR'))).toHaveLength(1);
    expect(log.lines[0]).toContain('took 1 legs');

    const next = await media.createRtpLeg();
    expect(next.port).toBeGreaterThan(0);
    expect(links).toHaveLength(2);
    await rm(join(tmpdir(), `media-died-${process.pid}.wav`), { force: true });
  });

  it('is started anew by itself', async () => {
    const links: WorkerLink[] = [];
    const media = new Engine(options(), 1, (settings, listener) => {
      const link = new WorkerLink(settings, listener);
      links.push(link);
      return link;
    });
    engines.push(media);
    await media.createRtpLeg();
    await links[0]?.kill();
    await until(() => links.length === 2);
    await media.createRtpLeg();
  });
});
