import type { Logger } from '../log/index.ts';
import type { FormatName } from './codecs/formats.ts';

/** Which way audio goes, seen from this side (RFC 3264 §5.1). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export type MediaErrorCode =
  | 'ports-exhausted'
  | 'bad-address'
  | 'sound-not-found'
  | 'sound-unreadable'
  | 'bad-tone'
  | 'bad-digits'
  | 'no-such-node'
  | 'not-configured'
  | 'other-thread'
  | 'closed';

/** Every error of this part: `code` for programs, `message` names the port range, file or tone that was wrong. */
export class MediaError extends Error {
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string) {
    super(message);
    this.name = 'MediaError';
    this.code = code;
  }
}

export interface MediaEngineOptions {
  /** First and last UDP port of the range, as in rtp.conf; RTP gets the even ones, RTCP the odd ones above. */
  readonly rtpStart: number;
  readonly rtpEnd: number;
  /** Address that RTP sockets are bound to unless a leg asks for another. */
  readonly bindAddress: string;
  /** Worker threads; default 1. With 0 the graph runs in the calling thread (tests, embedding). */
  readonly threads?: number;
  /** Sound folders, searched in order; each holds `<language>/<name>.<ext>`. */
  readonly soundsPath: readonly string[];
  readonly log: Logger;
  /** Milliseconds between RTCP reports; default 5000. */
  readonly rtcpIntervalMs?: number;
  /** Socket pairs each thread keeps open in advance, so that a call does not wait for `bind`; default 4. */
  readonly spareSockets?: number;
}

/** Owner of the worker threads and of everything made through it. */
export interface MediaEngine {
  /** Opens a pair of ports. Fails with `ports-exhausted` or `bad-address`. */
  createRtpLeg(options?: RtpLegOptions): Promise<RtpLeg>;
  /**
   * Two legs without ports that are joined: what is sent on one, audio and digits, is received on the other. In the thread of
   * `near`, where it is given.
   */
  createPair(near?: RtpLeg): Promise<readonly [one: RtpLeg, two: RtpLeg]>;
  /** Connects legs so that everybody hears everybody else; two are forwarded, more are mixed. */
  createBridge(): BridgeHandle;
  /** The file that `play` would use: a name below the sound folders, in this language, else `en`, else none. */
  findSound(name: string, language?: string): string | undefined;
  /** Legs open now. */
  readonly legCount: number;
  /** Closes every leg, socket, timer and thread. */
  close(): Promise<void>;
}

export interface RtpLegOptions {
  /** Address to bind to, instead of the engine's. */
  readonly address?: string;
  /** Puts the leg into the thread of this one, so that the two can be connected. */
  readonly near?: RtpLeg;
}

export interface Remote {
  readonly address: string;
  readonly port: number;
}

/** A payload type that was negotiated, and what it means. */
export interface AudioPayload {
  readonly pt: number;
  readonly format: FormatName;
  readonly fmtp?: string;
}

export interface RtpLegConfiguration {
  /** Where to send; absent: nowhere until a packet tells (with `symmetric`). */
  readonly remote?: Remote;
  /** Remote RTCP port; default remote port + 1 (RFC 3550 §11). */
  readonly rtcpPort?: number;
  readonly rtcpAddress?: string;
  /** In order of preference: the first is sent. */
  readonly payloads: readonly AudioPayload[];
  /** Payload type of telephone-event (RFC 4733); absent: digits are sent as tones in the audio. */
  readonly dtmfPayload?: number;
  /** Default sendrecv. */
  readonly direction?: Direction;
  /** Send to where packets come from, whatever SDP said; default false. */
  readonly symmetric?: boolean;
  /** Milliseconds of audio a packet; default 20. */
  readonly ptime?: number;
  /** Seconds without RTP before `timeout` is told; 0, the default, is never. */
  readonly timeoutSeconds?: number;
}

export interface RtpLegEvents {
  /** A digit was released; `durationMs` as its sender measured it. */
  dtmf: [digit: string, durationMs: number];
  /** A digit was pressed. */
  dtmfBegin: [digit: string];
  /** No RTP came for `timeoutSeconds`; told once for each silence. */
  timeout: [];
  /** After each RTCP report sent or received. */
  stats: [stats: RtpStats];
  /** Symmetric RTP found the far end somewhere else than SDP had said. */
  remote: [remote: Remote];
  /** The leg ended without `close()`: the thread that carried it died, or the engine was closed. */
  closed: [];
}

/** One call's RTP: a pair of ports with a receiver and a sender. */
export interface RtpLeg {
  readonly id: string;
  /** RTP port; RTCP is the next. */
  readonly port: number;
  /** Address the sockets are bound to. */
  readonly address: string;
  /** May be called again for every new offer and answer. */
  configure(configuration: RtpLegConfiguration): void;
  on<K extends keyof RtpLegEvents>(event: K, listener: (...args: RtpLegEvents[K]) => void): () => void;
  /** Sends back what is received, while nothing plays. */
  echo(on: boolean): void;
  /** Starts to play at once, instead of whatever was playing. */
  play(options: PlayOptions): Playback;
  /**
   * Sends `0-9 * # A-D` one after the other; resolves when the last has ended.
   * Durations in milliseconds (default 100 and 100). Fails with `bad-digits`, `not-configured` or `closed`.
   */
  sendDtmf(digits: string, durationMs?: number, gapMs?: number): Promise<void>;
  /** Writes what is received to a WAV file (PCM16, 8 kHz, mono). */
  record(options: RecordOptions): RecordingHandle;
  stats(): Promise<RtpStats>;
  /** Sends RTCP BYE, frees the ports and tells the last numbers. Calling again gives the same numbers. */
  close(): Promise<RtpStats>;
}

export interface PlayOptions {
  /**
   * Played one after the other: sound names (`beep`, `sound:digits/1`), `digits:123`, `tone:busy` or
   * `tone:480+620/500,0/500`, `silence/3` (seconds). An item that cannot be played is skipped with a log line.
   */
  readonly items: readonly string[];
  /** Default `en`. */
  readonly language?: string;
  /** Lets an item be an absolute path. Never set it for names that came from outside; default false. */
  readonly allowAbsolute?: boolean;
  /** Milliseconds to skip at the start of the first item. */
  readonly offsetMs?: number;
}

/** `done`: everything was played. `stopped`: by `stop()`. `replaced`: by another playback. `failed`: nothing could be played. `closed`: the leg ended. */
export type FinishReason = 'done' | 'stopped' | 'replaced' | 'failed' | 'closed';

export interface PlaybackEvents {
  /** The first frame of item `index` goes out. */
  started: [index: number];
  /** An item could not be played. */
  skipped: [index: number, error: MediaError];
  /** Last event of every playback. */
  finished: [reason: FinishReason];
}

export interface Playback {
  readonly id: string;
  on<K extends keyof PlaybackEvents>(event: K, listener: (...args: PlaybackEvents[K]) => void): () => void;
  pause(): void;
  resume(): void;
  /** From the beginning of the item that is playing. */
  restart(): void;
  /** Milliseconds back within the item. */
  reverse(ms: number): void;
  /** Milliseconds on within the item; over its end the next one begins. */
  forward(ms: number): void;
  stop(): void;
  /** Resolves with the reason that `finished` tells; never fails. */
  readonly finished: Promise<FinishReason>;
}

export interface RecordOptions {
  /** Absolute path of the file; replaced when it exists. */
  readonly path: string;
  /** Stop after so many seconds; 0, the default, is never. */
  readonly maxSeconds?: number;
  /** Stop after so many seconds of silence; 0, the default, is never. */
  readonly maxSilenceSeconds?: number;
}

export interface RecordingHandle {
  readonly id: string;
  stop(): void;
  pause(): void;
  resume(): void;
  /** Resolves with the length in milliseconds when the file is complete; fails with `sound-unreadable` when it could not be written. */
  readonly finished: Promise<number>;
}

export interface BridgeHandle {
  readonly id: string;
  /** Fails with `other-thread` for a leg that was not made `near` those already in. */
  add(leg: RtpLeg): void;
  remove(leg: RtpLeg): void;
  close(): void;
}

/** Smallest, largest, mean and standard deviation of the reports of a call; zeros when there was none. */
export interface Spread {
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly stdev: number;
}

/** Numbers of one leg. Seconds for jitter and round trip, packets for counts and losses, 0–100 for experience scores. */
export interface RtpStats {
  readonly ssrc: number;
  /** 0 until a packet was received. */
  readonly remoteSsrc: number;
  readonly rxCount: number;
  readonly rxOctets: number;
  /** Packets the far end sent and that did not come, never below 0. */
  readonly rxLost: number;
  readonly rxJitter: number;
  readonly txCount: number;
  readonly txOctets: number;
  /** What the far end reported in RTCP. */
  readonly txLost: number;
  readonly txJitter: number;
  readonly rtt: number;
  /** Media experience scores: an R-factor after ITU-T G.107, from round trip, jitter and loss; 0 when nothing was measured. */
  readonly rxMes: number;
  readonly txMes: number;
  readonly rxJitterSpread: Spread;
  readonly txJitterSpread: Spread;
  readonly rxLostSpread: Spread;
  readonly txLostSpread: Spread;
  readonly rttSpread: Spread;
  readonly rxMesSpread: Spread;
  readonly txMesSpread: Spread;
  /** Datagrams on the RTP port that were not RTP, or had an unknown payload type. */
  readonly rxDiscarded: number;
  /** Milliseconds since the last RTP packet; -1 before the first. */
  readonly rxIdleMs: number;
}
