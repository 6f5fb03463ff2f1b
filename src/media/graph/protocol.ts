/** What the main thread and a media thread say to each other: everything here can be cloned by `postMessage`. */

import type { Level } from '../../log/index.ts';
import type {
  FinishReason,
  MediaErrorCode,
  PlayOptions,
  RecordOptions,
  Remote,
  RtpLegConfiguration,
  RtpStats,
} from '../api.ts';

/** Legs, bridges, playbacks and recordings are numbered by the main thread. */
export type NodeId = number;

export interface ThreadSettings {
  readonly rtpStart: number;
  readonly rtpEnd: number;
  /** This thread takes every `stride`-th pair of the range, beginning with pair `offset`. */
  readonly stride: number;
  readonly offset: number;
  readonly bindAddress: string;
  readonly soundsPath: readonly string[];
  readonly rtcpIntervalMs: number;
  readonly spareSockets: number;
}

/** Commands without an answer. */
export type Order =
  | { readonly order: 'configure'; readonly leg: NodeId; readonly configuration: RtpLegConfiguration }
  | { readonly order: 'echo'; readonly leg: NodeId; readonly on: boolean }
  | { readonly order: 'play'; readonly leg: NodeId; readonly playback: NodeId; readonly options: PlayOptions }
  | {
      readonly order: 'control';
      readonly leg: NodeId;
      readonly playback: NodeId;
      readonly action: PlaybackAction;
      readonly ms: number;
    }
  | {
      readonly order: 'recordControl';
      readonly leg: NodeId;
      readonly recording: NodeId;
      readonly action: 'stop' | 'pause' | 'resume';
    }
  | { readonly order: 'bridge'; readonly bridge: NodeId; readonly leg: NodeId; readonly member: boolean };

export type PlaybackAction = 'pause' | 'resume' | 'restart' | 'reverse' | 'forward' | 'stop';

/** Commands with an answer, each with what it answers. */
export interface Calls {
  createLeg: {
    args: { leg: NodeId; address: string | undefined };
    result: { address: string; port: number };
  };
  /** Two legs without sockets, each hearing what the other sends. */
  createPair: { args: { one: NodeId; two: NodeId }; result: undefined };
  closeLeg: { args: { leg: NodeId }; result: RtpStats };
  stats: { args: { leg: NodeId }; result: RtpStats };
  sendDtmf: { args: { leg: NodeId; digits: string; durationMs: number; gapMs: number }; result: undefined };
  record: { args: { leg: NodeId; recording: NodeId; options: RecordOptions }; result: number };
  close: { args: undefined; result: undefined };
}

export type Call = { [K in keyof Calls]: { readonly call: K; readonly args: Calls[K]['args'] } }[keyof Calls];

export type ToThread =
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'call'; readonly id: number; readonly call: Call };

export type ThreadEvent =
  | { readonly event: 'dtmfBegin'; readonly leg: NodeId; readonly digit: string }
  | { readonly event: 'dtmf'; readonly leg: NodeId; readonly digit: string; readonly durationMs: number }
  | { readonly event: 'timeout'; readonly leg: NodeId }
  | { readonly event: 'stats'; readonly leg: NodeId; readonly stats: RtpStats }
  | { readonly event: 'remote'; readonly leg: NodeId; readonly remote: Remote }
  | { readonly event: 'started'; readonly playback: NodeId; readonly index: number }
  | {
      readonly event: 'skipped';
      readonly playback: NodeId;
      readonly index: number;
      readonly code: MediaErrorCode;
      readonly message: string;
    }
  | { readonly event: 'finished'; readonly playback: NodeId; readonly reason: FinishReason }
  | { readonly event: 'log'; readonly level: Level; readonly message: string };

export type FromThread =
  | { readonly kind: 'event'; readonly event: ThreadEvent }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly code: MediaErrorCode;
      readonly message: string;
    };
