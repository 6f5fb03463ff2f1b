import type { Emitter } from '../platform/index.ts';
import type { SwitchEvents } from './switch.ts';

/** Device states in the spelling of ARI and AMI. */
export const deviceStateNames = [
  'UNKNOWN',
  'NOT_INUSE',
  'INUSE',
  'BUSY',
  'INVALID',
  'UNAVAILABLE',
  'RINGING',
  'RINGINUSE',
  'ONHOLD',
] as const;

export type DeviceState = (typeof deviceStateNames)[number];

/** What a device can be told to be: UNKNOWN is before anybody said anything. */
export const settableDeviceStates = deviceStateNames.filter((name) => name !== 'UNKNOWN');

const names: ReadonlySet<string> = new Set(deviceStateNames);

export function isDeviceState(text: string): text is DeviceState {
  return names.has(text);
}

/** The last known state of every device that has one; raises `deviceState` when it changes. */
export class DeviceStates {
  readonly #states = new Map<string, DeviceState>();
  readonly #events: Emitter<SwitchEvents>;

  constructor(events: Emitter<SwitchEvents>) {
    this.#events = events;
  }

  get(device: string): DeviceState {
    return this.#states.get(device) ?? 'UNKNOWN';
  }

  set(device: string, state: DeviceState): void {
    if (this.#states.get(device) === state) return;
    this.#states.set(device, state);
    this.#events.emit('deviceState', device, state);
  }

  forget(device: string): void {
    this.#states.delete(device);
  }

  all(): IterableIterator<[string, DeviceState]> {
    return this.#states.entries();
  }
}
