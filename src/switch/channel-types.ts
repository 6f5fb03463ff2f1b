import type { RtpLeg, RtpStats } from '../media/index.ts';
import type { Channel } from './channel.ts';

/** States in Asterisk's numbering (AMI `ChannelState`), with the texts that ARI shows. */
const stateNumbers = {
  Down: 0,
  Rsrvd: 1,
  OffHook: 2,
  Dialing: 3,
  Ring: 4,
  Ringing: 5,
  Up: 6,
  Busy: 7,
  'Dialing Offhook': 8,
  'Pre-ring': 9,
  Unknown: 10,
} as const;

export type ChannelState = keyof typeof stateNumbers;

export function channelStateNumber(state: ChannelState): number {
  return stateNumbers[state];
}

/** A name and number, of a caller or of whom one is connected to. Unknown parts are empty. */
export interface Party {
  readonly name: string;
  readonly number: string;
}

export interface DialplanLocation {
  readonly context: string;
  readonly exten: string;
  readonly priority: number;
}

export type Indication = 'ringing' | 'progress' | 'proceeding' | 'busy' | 'congestion' | 'hold' | 'unhold';

/** Why a channel is asked to end. */
export interface HangupRequest {
  /** Q.850 cause to end with; 0 keeps the channel's own. */
  readonly cause: number;
  /**
   * `local`: somebody on this side asked (ARI, AMI); `remote`: the far end is gone; `dialplan`: nothing is left to run.
   * The events differ: all but the remote one are `soft`, and one from the dial plan carries its own `cause`.
   */
  readonly by: 'local' | 'remote' | 'dialplan';
  /** The final status of the far end in the technology's own code (SIP 486), where it gave one. */
  readonly techCause?: number;
  /** The cause is told although it may be 0: what the other half of a Local channel ended with. */
  readonly tellsCause?: true;
  /** The request itself is not told, only that the dial plan ends: what an order given by hand does. */
  readonly untold?: true;
}

/** How far a call to the far end is, before it is answered. */
export type Progress = 'proceeding' | 'ringing' | 'progress';

/** What comes of a call to the far end that does not end by itself: a dial plan that plays a busy tone goes on. */
export type Outcome = 'answered' | 'busy' | 'congestion';

/** A channel's audio, as applications reach it. */
export interface ChannelMedia {
  /** What it is in the media graph, to be connected with others; undefined once it is closed. */
  readonly leg?: RtpLeg | undefined;
  /** Sends back what is heard, until switched off. */
  echo(on: boolean): void;
  /** Plays files one after another; `stop` ends it early. */
  play(files: readonly string[]): { readonly finished: Promise<'done' | 'failed'>; stop(): void };
  /** Name of the codec that was agreed on; undefined before that. */
  format?(): string | undefined;
  /** What has been measured of the audio; undefined while none flows. Absent where nothing is measured. */
  stats?(): Promise<RtpStats | undefined>;
}

/** What a channel technology does for one channel. Calls arrive one at a time, never after `hangup`. */
export interface ChannelDriver {
  /** The technology's own id of the call (SIP Call-ID), empty where it has none. */
  readonly protocolId: string;
  /** Codecs that both sides agreed on, the one in use first, as `allow` names them; absent before there are any. */
  readonly formats?: readonly string[];
  /** Where the channel's audio can be reached, once there is any. */
  readonly media: ChannelMedia | undefined;
  /**
   * Calls the far end; absent for channels that came in. What comes of it reaches the channel as `receivedProgress`,
   * `receivedOutcome` or a hangup request, never before the caller's turn has ended. False when there is nobody to be called
   * after all: then nothing was begun.
   */
  dial?(): boolean;
  /** Resolves when the far end has been told. */
  answer(): Promise<void>;
  indicate(indication: Indication): void;
  /** The last thing called: ends the call with the channel's `hangupCause`. */
  hangup(cause: number): Promise<void> | void;
  /** Runs before the end is announced, so that final statistics are set as variables while clients still listen. */
  summarize?(): Promise<void>;
  /** Sends DTMF; absent where the technology cannot. */
  sendDigits?(digits: string, durationMs: number, gapMs: number): Promise<void>;
  /** Sends a text message inside the call; rejects when it was not taken. Absent where the technology cannot. */
  sendText?(text: string, contentType: string): Promise<void>;
  /** The channel that hears what this one says, where a call is made of two halves. */
  readonly otherHalf?: Channel | undefined;
  /** Says how the call is to be refused, in the technology's own code, when it ends before it is answered. */
  refuseWith?(code: number): void;
}
