import type { DeviceState } from '../../switch/index.ts';

/** The state of an extension with a hint: the number that AMI and ARI clients know, and its text. */
export interface ExtensionState {
  readonly status: number;
  readonly text: string;
}

const IDLE = { status: 0, text: 'Idle' } as const;
const IN_USE = { status: 1, text: 'InUse' } as const;
const BUSY = { status: 2, text: 'Busy' } as const;
const UNAVAILABLE = { status: 4, text: 'Unavailable' } as const;
const RINGING = { status: 8, text: 'Ringing' } as const;
const IN_USE_RINGING = { status: 9, text: 'InUse&Ringing' } as const;
const HOLD = { status: 16, text: 'Hold' } as const;
const IN_USE_HOLD = { status: 17, text: 'InUse&Hold' } as const;

/** What an extension without a hint has. */
export const NO_HINT: ExtensionState = { status: -1, text: 'Unknown' };

/** The devices of a hint: `PJSIP/alice&PJSIP/bob`. */
export function hintDevices(hint: string): string[] {
  return hint
    .split('&')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** The state of an extension that tells of presence alone: it can be reached nowhere. */
export const NO_DEVICE: ExtensionState = UNAVAILABLE;

/**
 * The state of an extension from those of its devices: ringing counts most, then being in use; busy, on hold and
 * unavailable it is only when every device is that can be reached. A device of which nothing is known is idle.
 */
export function extensionState(devices: readonly DeviceState[]): ExtensionState {
  const reachable = devices.filter((each) => each !== 'UNAVAILABLE' && each !== 'INVALID');
  if (reachable.length === 0) return devices.length === 0 ? IDLE : UNAVAILABLE;
  const some = (...states: DeviceState[]) => reachable.some((each) => states.includes(each));
  if (some('RINGING', 'RINGINUSE'))
    return some('RINGINUSE', 'INUSE', 'BUSY', 'ONHOLD') ? IN_USE_RINGING : RINGING;
  if (some('INUSE')) return some('ONHOLD') ? IN_USE_HOLD : IN_USE;
  if (reachable.every((each) => each === 'ONHOLD')) return HOLD;
  if (reachable.every((each) => each === 'BUSY')) return BUSY;
  return some('BUSY', 'ONHOLD') ? IN_USE : IDLE;
}
