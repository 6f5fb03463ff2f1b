import { Emitter } from '../platform/index.ts';
import {
  type BridgeHandle,
  type FinishReason,
  MediaError,
  type Playback,
  type PlaybackEvents,
  type PlayOptions,
  type RecordingHandle,
  type RecordOptions,
  type RtpLeg,
  type RtpLegConfiguration,
  type RtpLegEvents,
  type RtpStats,
} from './api.ts';
import type { NodeId, PlaybackAction, ThreadEvent } from './graph/protocol.ts';
import { QUIET_STATS } from './quiet-stats.ts';
import type { ThreadLink } from './thread-link.ts';

const DEFAULT_DIGIT_MS = 100;
const DEFAULT_GAP_MS = 100;

/** What the handles need from the engine that made them. */
export interface HandleOwner {
  nextId(): NodeId;
  /** A listener of an event threw. */
  fault(event: string, error: unknown): void;
  adopt(playback: PlaybackHandle): void;
  disown(leg: LegHandle): void;
}

/** The main thread's side of a leg. */
export class LegHandle implements RtpLeg {
  readonly id: string;
  readonly port: number;
  readonly address: string;
  readonly node: NodeId;
  readonly link: ThreadLink;
  readonly #owner: HandleOwner;
  readonly #emitter: Emitter<RtpLegEvents>;
  #lastStats = QUIET_STATS;
  #closing: Promise<RtpStats> | undefined;

  constructor(owner: HandleOwner, link: ThreadLink, node: NodeId, bound: { address: string; port: number }) {
    this.#owner = owner;
    this.link = link;
    this.node = node;
    this.id = `leg-${node}`;
    this.address = bound.address;
    this.port = bound.port;
    this.#emitter = new Emitter((event, error) => owner.fault(event, error));
  }

  configure(configuration: RtpLegConfiguration): void {
    this.link.order({ order: 'configure', leg: this.node, configuration });
  }

  on<K extends keyof RtpLegEvents>(event: K, listener: (...args: RtpLegEvents[K]) => void): () => void {
    return this.#emitter.on(event, listener);
  }

  echo(on: boolean): void {
    this.link.order({ order: 'echo', leg: this.node, on });
  }

  play(options: PlayOptions): Playback {
    const playback = new PlaybackHandle(this.#owner, this);
    const { node } = playback;
    if (this.#closing) {
      queueMicrotask(() => playback.take({ event: 'finished', playback: node, reason: 'closed' }));
      return playback;
    }
    this.#owner.adopt(playback);
    this.link.order({ order: 'play', leg: this.node, playback: node, options });
    return playback;
  }

  async sendDtmf(digits: string, durationMs = DEFAULT_DIGIT_MS, gapMs = DEFAULT_GAP_MS): Promise<void> {
    if (this.#closing) throw new MediaError('closed', 'the leg is closed');
    await this.link.call('sendDtmf', { leg: this.node, digits, durationMs, gapMs });
  }

  record(options: RecordOptions): RecordingHandle {
    const recording = this.#owner.nextId();
    const control = (action: 'stop' | 'pause' | 'resume'): void =>
      this.link.order({ order: 'recordControl', leg: this.node, recording, action });
    const finished = this.link.call('record', { leg: this.node, recording, options });
    // Nobody has to wait for it; who does still gets the error.
    finished.catch(() => {});
    return {
      id: `recording-${recording}`,
      finished,
      stop: () => control('stop'),
      pause: () => control('pause'),
      resume: () => control('resume'),
    };
  }

  async stats(): Promise<RtpStats> {
    if (this.#closing) return this.#closing;
    try {
      this.#lastStats = await this.link.call('stats', { leg: this.node });
    } catch {
      // The leg closed while the question was on its way: the last numbers stand.
    }
    return this.#lastStats;
  }

  close(): Promise<RtpStats> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Its thread is gone. */
  lost(): void {
    this.#closing ??= Promise.resolve(this.#lastStats);
    this.#emitter.emit('closed');
    this.#emitter.removeAll();
  }

  take(event: ThreadEvent): void {
    switch (event.event) {
      case 'dtmfBegin':
        this.#emitter.emit('dtmfBegin', event.digit);
        return;
      case 'dtmf':
        this.#emitter.emit('dtmf', event.digit, event.durationMs);
        return;
      case 'timeout':
        this.#emitter.emit('timeout');
        return;
      case 'stats':
        this.#lastStats = event.stats;
        this.#emitter.emit('stats', event.stats);
        return;
      case 'remote':
        this.#emitter.emit('remote', event.remote);
    }
  }

  async #close(): Promise<RtpStats> {
    try {
      this.#lastStats = await this.link.call('closeLeg', { leg: this.node });
    } catch {
      // The thread died first: the last numbers stand.
    }
    this.#owner.disown(this);
    this.#emitter.removeAll();
    return this.#lastStats;
  }
}

/** The main thread's side of a playback. */
export class PlaybackHandle implements Playback {
  readonly id: string;
  readonly node: NodeId;
  readonly leg: LegHandle;
  readonly finished: Promise<FinishReason>;
  readonly #emitter: Emitter<PlaybackEvents>;
  #resolve: (reason: FinishReason) => void = () => {};

  constructor(owner: HandleOwner, leg: LegHandle) {
    this.leg = leg;
    this.node = owner.nextId();
    this.id = `playback-${this.node}`;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#emitter = new Emitter((event, error) => owner.fault(event, error));
  }

  on<K extends keyof PlaybackEvents>(event: K, listener: (...args: PlaybackEvents[K]) => void): () => void {
    return this.#emitter.on(event, listener);
  }

  pause(): void {
    this.#control('pause');
  }

  resume(): void {
    this.#control('resume');
  }

  restart(): void {
    this.#control('restart');
  }

  reverse(ms: number): void {
    this.#control('reverse', ms);
  }

  forward(ms: number): void {
    this.#control('forward', ms);
  }

  stop(): void {
    this.#control('stop');
  }

  take(event: ThreadEvent): void {
    switch (event.event) {
      case 'started':
        this.#emitter.emit('started', event.index);
        return;
      case 'skipped':
        this.#emitter.emit('skipped', event.index, new MediaError(event.code, event.message));
        return;
      case 'finished':
        this.#resolve(event.reason);
        this.#emitter.emit('finished', event.reason);
        this.#emitter.removeAll();
    }
  }

  #control(action: PlaybackAction, ms = 0): void {
    this.leg.link.order({ order: 'control', leg: this.leg.node, playback: this.node, action, ms });
  }
}

/** The main thread's side of a bridge. */
export class Bridging implements BridgeHandle {
  readonly id: string;
  readonly #node: NodeId;
  readonly #members = new Set<LegHandle>();
  readonly #find: (leg: RtpLeg) => LegHandle;
  readonly #onClosed: () => void;

  /** `find` turns a leg into its handle; it throws `no-such-node` for one of another engine. */
  constructor(node: NodeId, find: (leg: RtpLeg) => LegHandle, onClosed: () => void) {
    this.#node = node;
    this.#find = find;
    this.#onClosed = onClosed;
    this.id = `bridge-${node}`;
  }

  add(leg: RtpLeg): void {
    const handle = this.#find(leg);
    for (const member of this.#members) {
      if (member.link !== handle.link)
        throw new MediaError(
          'other-thread',
          `${leg.id} runs in another thread than ${member.id}: create it near`,
        );
    }
    this.#members.add(handle);
    handle.link.order({ order: 'bridge', bridge: this.#node, leg: handle.node, member: true });
  }

  remove(leg: RtpLeg): void {
    for (const member of this.#members) if (member === leg) this.#leave(member);
  }

  /** A leg was closed; its thread knows. */
  forget(leg: LegHandle): void {
    this.#members.delete(leg);
  }

  close(): void {
    for (const member of [...this.#members]) this.#leave(member);
    this.#onClosed();
  }

  #leave(member: LegHandle): void {
    this.#members.delete(member);
    member.link.order({ order: 'bridge', bridge: this.#node, leg: member.node, member: false });
  }
}
