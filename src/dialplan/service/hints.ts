import type { Switch } from '../../switch/index.ts';
import { deviceState } from '../functions/devices.ts';
import { type Dialplan, HINT_PRIORITY } from '../plan/dialplan.ts';
import { type ExtensionState, extensionState, hintDevices, NO_HINT } from '../plan/extension-state.ts';

/** A hint as lists show it. */
export interface HintView {
  readonly context: string;
  readonly exten: string;
  /** Its devices as written: `PJSIP/alice&PJSIP/bob`. */
  readonly hint: string;
  readonly name: string;
  readonly state: ExtensionState;
}

interface Entry {
  readonly context: string;
  readonly exten: string;
  readonly hint: string;
  readonly name: string;
  readonly devices: readonly string[];
  state: ExtensionState;
}

/** The hints of the dial plan in force, and what became of their devices. Raises `extensionStateChanged`. */
export class Hints {
  readonly #switch: Switch;
  readonly #stop: () => void;
  /** In the order of the dial plan, by `exten@context`. */
  #entries = new Map<string, Entry>();
  #byDevice = new Map<string, Entry[]>();
  #dialplan: Dialplan;

  constructor(owner: Switch, dialplan: Dialplan) {
    this.#switch = owner;
    this.#dialplan = dialplan;
    this.#stop = owner.events.on('deviceState', (device) => {
      for (const entry of this.#byDevice.get(device.toLowerCase()) ?? []) this.#update(entry);
    });
  }

  /** Takes the hints of another dial plan; what was known of a hint that stays is kept. */
  replace(dialplan: Dialplan): void {
    this.#dialplan = dialplan;
    const before = this.#entries;
    this.#entries = new Map();
    this.#byDevice = new Map();
    for (const context of dialplan.contexts) {
      for (const extension of context.extensions) {
        const line = extension.priorities.find((each) => each.number === HINT_PRIORITY);
        if (line === undefined) continue;
        // A pattern stands for extensions that nobody asked for yet: it is shown, and its state asked when wanted.
        const hint =
          extension.pattern === undefined
            ? (dialplan.hint(context.name, extension.name)?.device ?? '')
            : line.application;
        const devices = extension.pattern === undefined ? hintDevices(hint) : [];
        const key = `${extension.name}@${context.name}`;
        const old = before.get(key);
        const entry: Entry = {
          context: context.name,
          exten: extension.name,
          hint,
          name: line.data,
          devices,
          state: old?.state ?? this.#stateOf(devices),
        };
        this.#entries.set(key, entry);
        for (const device of devices) this.#index(device, entry);
        if (old !== undefined && old.hint !== hint) this.#update(entry);
      }
    }
  }

  #index(device: string, entry: Entry): void {
    const key = device.toLowerCase();
    const list = this.#byDevice.get(key);
    if (list === undefined) this.#byDevice.set(key, [entry]);
    else if (!list.includes(entry)) list.push(entry);
  }

  #update(entry: Entry): void {
    const state = this.#stateOf(entry.devices);
    if (state.status === entry.state.status) return;
    entry.state = state;
    const { context, exten, hint } = entry;
    this.#switch.events.emit('extensionStateChanged', { context, exten, hint, ...state });
  }

  /** Every hint, with the state that was told last. */
  *all(): Iterable<HintView> {
    yield* this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The hint and state of one extension as they are now, patterns and includes followed. */
  state(context: string, exten: string): { readonly hint: string } & ExtensionState {
    const hint = this.#dialplan.hint(context, exten)?.device;
    if (hint === undefined) return { hint: '', ...NO_HINT };
    return { hint, ...this.#stateOf(hintDevices(hint)) };
  }

  #stateOf(devices: readonly string[]): ExtensionState {
    return extensionState(devices.map((each) => deviceState(this.#switch, each)));
  }

  close(): void {
    this.#stop();
  }
}
