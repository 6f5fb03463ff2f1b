import { systemClock, type Timer } from '../platform/index.ts';
import {
  type BridgeHandle,
  type MediaEngine,
  type MediaEngineOptions,
  MediaError,
  type RtpLeg,
  type RtpLegOptions,
} from './api.ts';
import { findSoundFile } from './files/sound-files.ts';
import type { NodeId, ThreadEvent, ThreadSettings } from './graph/protocol.ts';
import { Bridging, type HandleOwner, LegHandle, type PlaybackHandle } from './handles.ts';
import { type LinkListener, LocalLink, type ThreadLink, WorkerLink } from './thread-link.ts';

const DEFAULT_RTCP_INTERVAL_MS = 5_000;
const DEFAULT_SPARE_SOCKETS = 4;
const MAX_THREADS = 64;
/** A thread that died is started anew after this long, so that one which dies at its start does not spin. */
const RESTART_DELAY_MS = 500;

/** Starts the media threads. Fails with `bad-address` for an unusable range or number of threads. */
export async function createMediaEngine(options: MediaEngineOptions): Promise<MediaEngine> {
  const { rtpStart, rtpEnd, threads = 1 } = options;
  const valid = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;
  if (!valid(rtpStart) || !valid(rtpEnd) || rtpStart + (rtpStart & 1) + 1 > rtpEnd)
    throw new MediaError(
      'bad-address',
      `no pair of RTP ports between ${rtpStart} and ${rtpEnd} (rtp.conf rtpstart, rtpend)`,
    );
  if (!Number.isInteger(threads) || threads < 0 || threads > MAX_THREADS)
    throw new MediaError('bad-address', `${threads} media threads; 0 to ${MAX_THREADS} are possible`);
  const start: StartLink = (settings, listener) =>
    threads > 0 ? new WorkerLink(settings, listener) : new LocalLink(settings, listener);
  return new Engine(options, Math.max(1, threads), start);
}

/** A thread's place: the link changes when the thread dies and another takes over. */
interface Seat {
  readonly settings: ThreadSettings;
  link: ThreadLink;
  dead: boolean;
  restart: Timer | undefined;
}

/** Makes a graph and the way to it. */
export type StartLink = (settings: ThreadSettings, listener: LinkListener) => ThreadLink;

/** The engine over as many links as `start` is asked to make. */
export class Engine implements MediaEngine, HandleOwner {
  readonly #options: MediaEngineOptions;
  readonly #startLink: StartLink;
  readonly #seats: Seat[] = [];
  readonly #legs = new Map<NodeId, LegHandle>();
  readonly #playbacks = new Map<NodeId, PlaybackHandle>();
  readonly #bridges = new Set<Bridging>();
  /** Legs behind each link. */
  readonly #load = new Map<ThreadLink, number>();
  #nextId = 1;
  #closing: Promise<void> | undefined;

  constructor(options: MediaEngineOptions, stride: number, start: StartLink) {
    this.#options = options;
    this.#startLink = start;
    for (let offset = 0; offset < stride; offset++) {
      const settings: ThreadSettings = {
        rtpStart: options.rtpStart,
        rtpEnd: options.rtpEnd,
        stride,
        offset,
        bindAddress: options.bindAddress,
        soundsPath: options.soundsPath,
        rtcpIntervalMs: options.rtcpIntervalMs ?? DEFAULT_RTCP_INTERVAL_MS,
        spareSockets: options.spareSockets ?? DEFAULT_SPARE_SOCKETS,
      };
      this.#seats.push(this.#seat(settings));
    }
  }

  get legCount(): number {
    return this.#legs.size;
  }

  async createRtpLeg(options: RtpLegOptions = {}): Promise<RtpLeg> {
    if (this.#closing) throw new MediaError('closed', 'media is closed');
    const link = options.near ? this.#find(options.near).link : this.#leastUsed();
    const node = this.nextId();
    const bound = await link.call('createLeg', { leg: node, address: options.address });
    const leg = this.#adopt(link, node, bound);
    if (this.#closing) {
      await leg.close();
      throw new MediaError('closed', 'media is closed');
    }
    return leg;
  }

  async createPair(near?: RtpLeg): Promise<readonly [RtpLeg, RtpLeg]> {
    if (this.#closing) throw new MediaError('closed', 'media is closed');
    const link = near ? this.#find(near).link : this.#leastUsed();
    const [one, two] = [this.nextId(), this.nextId()];
    await link.call('createPair', { one, two });
    const nowhere = { address: '', port: 0 };
    const pair = [this.#adopt(link, one, nowhere), this.#adopt(link, two, nowhere)] as const;
    if (this.#closing) {
      await Promise.all(pair.map((leg) => leg.close()));
      throw new MediaError('closed', 'media is closed');
    }
    return pair;
  }

  #adopt(link: ThreadLink, node: NodeId, bound: { address: string; port: number }): LegHandle {
    const leg = new LegHandle(this, link, node, bound);
    this.#legs.set(node, leg);
    this.#load.set(link, (this.#load.get(link) ?? 0) + 1);
    return leg;
  }

  createBridge(): BridgeHandle {
    const bridge = new Bridging(
      this.nextId(),
      (leg) => this.#find(leg),
      () => this.#bridges.delete(bridge),
    );
    this.#bridges.add(bridge);
    return bridge;
  }

  findSound(name: string, language?: string): string | undefined {
    try {
      return findSoundFile(this.#options.soundsPath, name, language).path;
    } catch (error) {
      if (error instanceof MediaError) return undefined;
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  nextId(): NodeId {
    return this.#nextId++;
  }

  fault(event: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.log.error(`a listener of media event ${event} failed: ${text}`);
  }

  adopt(playback: PlaybackHandle): void {
    this.#playbacks.set(playback.node, playback);
  }

  disown(leg: LegHandle): void {
    if (!this.#legs.delete(leg.node)) return;
    this.#load.set(leg.link, (this.#load.get(leg.link) ?? 1) - 1);
    for (const bridge of this.#bridges) bridge.forget(leg);
  }

  async #close(): Promise<void> {
    for (const seat of this.#seats) seat.restart?.cancel();
    await Promise.all(this.#seats.filter((seat) => !seat.dead).map((seat) => seat.link.close()));
    for (const seat of this.#seats) this.#lose(seat.link);
    this.#bridges.clear();
  }

  #seat(settings: ThreadSettings): Seat {
    const seat: Seat = { settings, link: this.#start(settings, () => seat), dead: false, restart: undefined };
    return seat;
  }

  #start(settings: ThreadSettings, seat: () => Seat): ThreadLink {
    return this.#startLink(settings, {
      event: (event) => this.#take(event),
      died: (reason) => this.#died(seat(), reason),
    });
  }

  #died(seat: Seat, reason: string): void {
    seat.dead = true;
    const lost = this.#lose(seat.link);
    this.#load.delete(seat.link);
    this.#options.log.error(
      `media thread ${seat.settings.offset} died and took ${lost} legs with it: ${reason}`,
    );
    if (this.#closing) return;
    seat.restart = systemClock.after(RESTART_DELAY_MS, () => this.#revive(seat));
  }

  #revive(seat: Seat): void {
    seat.restart?.cancel();
    seat.restart = undefined;
    seat.link = this.#start(seat.settings, () => seat);
    seat.dead = false;
  }

  /** Ends what ran behind this link; returns how many legs. */
  #lose(link: ThreadLink): number {
    for (const playback of this.#playbacks.values()) {
      if (playback.leg.link === link)
        this.#take({ event: 'finished', playback: playback.node, reason: 'closed' });
    }
    let count = 0;
    for (const leg of [...this.#legs.values()]) {
      if (leg.link !== link) continue;
      this.disown(leg);
      leg.lost();
      count++;
    }
    return count;
  }

  #take(event: ThreadEvent): void {
    if (event.event === 'log') {
      this.#options.log.log(event.level, event.message);
    } else if ('playback' in event) {
      const playback = this.#playbacks.get(event.playback);
      if (event.event === 'finished') this.#playbacks.delete(event.playback);
      playback?.take(event);
    } else {
      this.#legs.get(event.leg)?.take(event);
    }
  }

  #find(leg: RtpLeg): LegHandle {
    if (leg instanceof LegHandle && this.#legs.get(leg.node) === leg) return leg;
    throw new MediaError('no-such-node', `${leg.id} is closed, or of another engine`);
  }

  /** The living thread with the fewest legs; where all are dead one is started at once. */
  #leastUsed(): ThreadLink {
    let best: Seat | undefined;
    for (const seat of this.#seats) {
      if (!seat.dead && (best === undefined || this.#loadOf(seat) < this.#loadOf(best))) best = seat;
    }
    if (best) return best.link;
    const [first] = this.#seats;
    if (first === undefined) throw new MediaError('closed', 'media has no thread');
    this.#revive(first);
    return first.link;
  }

  #loadOf(seat: Seat): number {
    return this.#load.get(seat.link) ?? 0;
  }
}
