import type { Channel } from './channel.ts';
import type { Outcome, Progress } from './channel-types.ts';
import type { DialStatus, Switch } from './switch.ts';

export interface DialOptions {
  /** Who it calls for; undefined for nobody. */
  readonly caller?: Channel | undefined;
  /** What stands behind the technology, as events tell it. */
  readonly dialString: string;
  /** Whether only the first event names it, as when a channel that was there before dials. */
  readonly namedOnce?: true;
  /** Milliseconds until it gives up; undefined for as long as the far end lets it ring. */
  readonly timeoutMs: number | undefined;
  /** Takes audio before the answer for an answer. */
  readonly earlyMedia?: boolean;
}

/** How a call ended. */
export interface DialResult {
  readonly status: DialStatus;
  /** `told`: the far end said so and the channel goes on; `ended`: the channel was asked to end. */
  readonly by: 'told' | 'ended' | 'timeout';
}

const USER_ALERTING = 19;

const OUTCOME: Readonly<Partial<Record<Progress | Outcome, DialStatus>>> = {
  answered: 'ANSWER',
  busy: 'BUSY',
  congestion: 'CONGESTION',
};

/** DIALSTATUS of a call that ended unanswered, by Q.850 cause; of all others NOANSWER. */
const STATUS: ReadonlyMap<number, DialStatus> = new Map([
  [17, 'BUSY'],
  [34, 'CONGESTION'],
]);

/**
 * Lets a channel call and waits for what comes of it. The channel must be run by the caller of this function, who ends
 * it when the status is not ANSWER.
 */
export async function dial(owner: Switch, channel: Channel, options: DialOptions): Promise<DialResult> {
  const { caller, dialString, timeoutMs, earlyMedia = false } = options;
  const later = options.namedOnce === true ? '' : dialString;
  let told: DialStatus | undefined;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const tell = (status: DialStatus) => {
    told = status;
    finish();
  };
  channel.follower = (what) => {
    const status = OUTCOME[what];
    if (status !== undefined) {
      tell(status);
      return;
    }
    owner.events.emit('dialState', caller, channel, what as Progress, later);
    if (what === 'progress' && earlyMedia) tell('ANSWER');
  };
  const timer = timeoutMs === undefined ? undefined : owner.clock.after(timeoutMs, () => finish());
  const end = (status: DialStatus, by: DialResult['by']): DialResult => {
    // As in the original, running out of time is told by the end of the channel alone.
    if (by !== 'timeout') owner.events.emit('dialEnd', caller, channel, status, later);
    return { status, by };
  };
  try {
    if (channel.driver.dial?.() !== true) return { status: 'CHANUNAVAIL', by: 'ended' };
    owner.events.emit('dialBegin', caller, channel, dialString);
    await channel.during(finished);
    if (channel.hangupRequested) return end(STATUS.get(channel.hangupCause) ?? 'NOANSWER', 'ended');
    if (told !== undefined) return end(told, 'told');
    channel.hangupCause = USER_ALERTING;
    return end('NOANSWER', 'timeout');
  } finally {
    timer?.cancel();
    channel.follower = undefined;
  }
}
