import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../../platform/index.ts';
import { MediaError, type Remote, type RtpLegConfiguration, type RtpStats } from '../api.ts';
import { formatByName } from '../codecs/formats.ts';
import { SoundLibrary } from '../files/sound-library.ts';
import { Bridge } from './bridge.ts';
import { LegNode, type LegTransport } from './leg.ts';
import { PIPE_PEER, Pipe } from './pipe.ts';
import type { Player } from './player.ts';
import { PortPool, type SocketPair } from './port-pool.ts';
import type { Call, NodeId, Order, ThreadEvent, ThreadSettings } from './protocol.ts';
import type { Recorder } from './recorder.ts';
import { Ticker } from './ticker.ts';

interface OpenLeg {
  readonly node: LegNode;
  /** Undefined for half of a pair. */
  readonly sockets: SocketPair | undefined;
  /** What leads to it, for half of a pair. */
  readonly from?: Pipe;
  readonly players: Map<NodeId, Player>;
  readonly recorders: Map<NodeId, Recorder>;
}

/** Halves of a pair speak linear audio at 8 kHz, and digits beside it (RFC 4733). */
const PAIR_CONFIGURATION: RtpLegConfiguration = {
  remote: PIPE_PEER,
  payloads: [{ pt: formatByName('slin')?.payloadType ?? 122, format: 'slin' }],
  dtmfPayload: 101,
};

/** Everything that runs in one media thread: legs with their sockets, bridges, sounds and the ticker. */
export class MediaGraph {
  readonly #settings: ThreadSettings;
  readonly #clock: Clock;
  readonly #emit: (event: ThreadEvent) => void;
  readonly #ports: PortPool;
  readonly #library: SoundLibrary;
  readonly #ticker: Ticker;
  readonly #legs = new Map<NodeId, OpenLeg>();
  readonly #bridges = new Map<NodeId, Bridge>();
  #closed = false;

  constructor(settings: ThreadSettings, clock: Clock, emit: (event: ThreadEvent) => void) {
    this.#settings = settings;
    this.#clock = clock;
    this.#emit = emit;
    const { rtpStart, rtpEnd, stride, offset, bindAddress, spareSockets } = settings;
    this.#ports = new PortPool({ start: rtpStart, end: rtpEnd, stride, offset }, bindAddress, spareSockets);
    this.#library = new SoundLibrary(settings.soundsPath);
    this.#ticker = new Ticker(clock, (error) => this.#fault(error));
  }

  /** Does what needs no answer. What names a leg that is gone is passed over: it closed meanwhile. */
  order(order: Order): void {
    this.#guarded(() => this.#obey(order));
  }

  #obey(order: Order): void {
    const leg = this.#legs.get(order.leg);
    if (order.order === 'bridge') {
      this.#bridge(order.bridge, leg?.node, order.member);
      return;
    }
    if (leg === undefined) {
      if (order.order === 'play')
        this.#emit({ event: 'finished', playback: order.playback, reason: 'closed' });
      return;
    }
    switch (order.order) {
      case 'configure':
        leg.node.configure(this.#checked(order.configuration));
        return;
      case 'echo':
        leg.node.echo(order.on);
        return;
      case 'play':
        this.#play(leg, order);
        return;
      case 'control':
        leg.players.get(order.playback)?.control(order.action, order.ms);
        return;
      case 'recordControl':
        leg.recorders.get(order.recording)?.[order.action]();
    }
  }

  /** Does what has an answer, which resolves to the `result` of its `Calls` entry. Fails with a `MediaError`. */
  async call(call: Call): Promise<unknown> {
    switch (call.call) {
      case 'createLeg':
        return this.#createLeg(call.args.leg, call.args.address);
      case 'createPair':
        return this.#createPair(call.args.one, call.args.two);
      case 'closeLeg':
        return this.#closeLeg(call.args.leg);
      case 'stats':
        return this.#leg(call.args.leg).node.stats();
      case 'sendDtmf':
        return this.#leg(call.args.leg).node.sendDtmf(
          call.args.digits,
          call.args.durationMs,
          call.args.gapMs,
        );
      case 'record':
        return this.#record(this.#leg(call.args.leg), call.args.recording, call.args.options);
      case 'close':
        return this.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#legs.keys()].map((id) => this.#closeLeg(id)));
    for (const bridge of this.#bridges.values()) bridge.close();
    this.#bridges.clear();
    this.#ticker.close();
    this.#library.clear();
    await this.#ports.close();
  }

  async #createLeg(id: NodeId, address: string | undefined): Promise<{ address: string; port: number }> {
    const sockets = await this.#ports.take(address);
    if (this.#closed) {
      await this.#ports.release(sockets);
      throw new MediaError('closed', 'media is closed');
    }
    const node = this.#makeNode(id, socketTransport(sockets), this.#settings.rtcpIntervalMs);
    sockets.rtp.on('message', (packet, from) =>
      this.#guarded(() => node.receiveRtp(packet, from.address, from.port)),
    );
    sockets.rtcp.on('message', (packet, from) =>
      this.#guarded(() => node.receiveRtcp(packet, from.address, from.port)),
    );
    this.#legs.set(id, { node, sockets, players: new Map(), recorders: new Map() });
    return { address: sockets.address, port: sockets.port };
  }

  #createPair(one: NodeId, two: NodeId): void {
    if (this.#closed) throw new MediaError('closed', 'media is closed');
    const [toOne, toTwo] = [new Pipe(this.#ticker), new Pipe(this.#ticker)];
    const first = this.#makeNode(one, toTwo, 0);
    const second = this.#makeNode(two, toOne, 0);
    toOne.lead(first);
    toTwo.lead(second);
    for (const [id, node, from] of [
      [one, first, toOne],
      [two, second, toTwo],
    ] as const) {
      node.configure(PAIR_CONFIGURATION);
      this.#legs.set(id, { node, from, sockets: undefined, players: new Map(), recorders: new Map() });
    }
  }

  #makeNode(id: NodeId, transport: LegTransport, rtcpIntervalMs: number): LegNode {
    const random = randomBytes(20);
    return new LegNode({
      clock: this.#clock,
      ticker: this.#ticker,
      library: this.#library,
      transport,
      rtcpIntervalMs,
      ssrc: random.readUInt32BE(0),
      sequence: random.readUInt16BE(4),
      timestamp: random.readUInt32BE(6),
      cname: random.toString('base64', 8),
      listener: {
        dtmfBegin: (digit) => this.#emit({ event: 'dtmfBegin', leg: id, digit }),
        dtmf: (digit, durationMs) => this.#emit({ event: 'dtmf', leg: id, digit, durationMs }),
        timeout: () => this.#emit({ event: 'timeout', leg: id }),
        stats: (stats) => this.#emit({ event: 'stats', leg: id, stats }),
        remote: (remote) => this.#emit({ event: 'remote', leg: id, remote }),
      },
    });
  }

  async #closeLeg(id: NodeId): Promise<RtpStats> {
    const leg = this.#leg(id);
    this.#legs.delete(id);
    for (const bridge of this.#bridges.values()) bridge.remove(leg.node);
    leg.from?.lead(undefined);
    const stats = leg.node.close();
    await Promise.all([
      leg.sockets === undefined ? undefined : this.#ports.release(leg.sockets),
      ...[...leg.recorders.values()].map((recorder) => recorder.finished.catch(() => {})),
    ]);
    return stats;
  }

  #play(leg: OpenLeg, { playback, options }: Order & { order: 'play' }): void {
    const player = leg.node.play(options, {
      started: (index) => this.#emit({ event: 'started', playback, index }),
      skipped: (index, { code, message }) => {
        this.#emit({ event: 'log', level: 'warning', message });
        this.#emit({ event: 'skipped', playback, index, code, message });
      },
      finished: (reason) => {
        leg.players.delete(playback);
        this.#emit({ event: 'finished', playback, reason });
      },
    });
    if (!player.over) leg.players.set(playback, player);
  }

  async #record(leg: OpenLeg, id: NodeId, options: Parameters<LegNode['record']>[0]): Promise<number> {
    const recorder = leg.node.record(options);
    leg.recorders.set(id, recorder);
    try {
      return await recorder.finished;
    } finally {
      leg.recorders.delete(id);
    }
  }

  #bridge(id: NodeId, leg: LegNode | undefined, member: boolean): void {
    if (leg === undefined) return;
    let bridge = this.#bridges.get(id);
    if (!member) {
      bridge?.remove(leg);
      if (bridge?.size === 0) this.#bridges.delete(id);
      return;
    }
    if (bridge === undefined) {
      bridge = new Bridge(this.#ticker);
      this.#bridges.set(id, bridge);
    }
    // A leg speaks and hears in one bridge.
    for (const other of this.#bridges.values()) if (other !== bridge) other.remove(leg);
    bridge.add(leg);
  }

  #leg(id: NodeId): OpenLeg {
    const leg = this.#legs.get(id);
    if (leg === undefined) throw new MediaError('no-such-node', 'the leg is closed');
    return leg;
  }

  /** SDP may name a host, or the address 0.0.0.0 for hold: nothing is sent there. */
  #checked(configuration: (Order & { order: 'configure' })['configuration']): typeof configuration {
    const { remote, rtcpAddress, ...rest } = configuration;
    if (remote !== undefined && !isDestination(remote)) {
      if (isIP(remote.address) === 0)
        this.#emit({
          event: 'log',
          level: 'warning',
          message: `${remote.address}:${remote.port} is no address to send RTP to: nothing is sent`,
        });
      return rest;
    }
    return {
      ...rest,
      ...(remote === undefined ? {} : { remote }),
      ...(rtcpAddress === undefined || isIP(rtcpAddress) === 0 ? {} : { rtcpAddress }),
    };
  }

  /** A fault in one datagram or order costs that one, not every call of the thread. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#emit({ event: 'log', level: 'error', message: `fault in media: ${text}` });
  }
}

function isDestination({ address, port }: Remote): boolean {
  return isIP(address) !== 0 && address !== '0.0.0.0' && address !== '::' && port > 0 && port <= 65_535;
}

function socketTransport({ rtp, rtcp }: SocketPair): {
  sendRtp(packet: Uint8Array, octets: number, to: Remote): void;
  sendRtcp(packet: Uint8Array, to: Remote): void;
} {
  return {
    sendRtp: (packet, octets, to) => rtp.send(packet, 0, octets, to.port, to.address),
    sendRtcp: (packet, to) => rtcp.send(packet, to.port, to.address),
  };
}
