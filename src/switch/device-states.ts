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
  readonly #providers = new Map<string, (resource: string) => DeviceState>();
  readonly #events: Emitter<SwitchEvents>;

  constructor(events: Emitter<SwitchEvents>) {
    this.#events = events;
  }

  /** A technology tells the state of its devices that was never set; the returned function takes that away again. */
  provide(technology: string, ask: (resource: string) => DeviceState): () => void {
    this.#providers.set(technology, ask);
    return () => this.#providers.delete(technology);
  }

  get(device: string): DeviceState {
    const known = this.#states.get(device);
    if (known !== undefined) return known;
    const slash = device.indexOf('/');
    if (slash < 0) return 'UNKNOWN';
    return this.#providers.get(device.slice(0, slash))?.(device.slice(slash + 1)) ?? 'UNKNOWN';
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
