import { NO_PRESENCE, type Presence, type Switch } from '../../switch/index.ts';
import { deviceState } from '../functions/devices.ts';
import { type Dialplan, HINT_PRIORITY } from '../plan/dialplan.ts';
import {
  type ExtensionState,
  extensionState,
  hintDevices,
  NO_DEVICE,
  NO_HINT,
} from '../plan/extension-state.ts';

/** A hint as lists show it. */
export interface HintView {
  readonly context: string;
  readonly exten: string;
  /** As written: `PJSIP/alice&PJSIP/bob,CustomPresence:alice`. */
  readonly hint: string;
  readonly name: string;
  readonly state: ExtensionState;
  readonly presence: Presence;
}

interface Entry {
  readonly context: string;
  readonly exten: string;
  readonly hint: string;
  readonly name: string;
  readonly devices: readonly string[];
  /** Who tells of its presence; empty for nobody. */
  readonly presentity: string;
  state: ExtensionState;
  presence: Presence;
  /** Whether anything was told of its presence. */
  presenceTold: boolean;
}

/** What a hint without a line of the dial plan has. */
const NOTHING = { text: '', device: '', presence: '' };

/** The hints of the dial plan in force, and what became of their devices. Raises `extensionStateChanged` and `extensionPresenceChanged`. */
export class Hints {
  readonly #switch: Switch;
  readonly #offs: readonly (() => void)[];
  /** In the order of the dial plan, by `exten@context`. */
  #entries = new Map<string, Entry>();
  #byDevice = new Map<string, Entry[]>();
  #byPresentity = new Map<string, Entry[]>();
  #dialplan: Dialplan;

  constructor(owner: Switch, dialplan: Dialplan) {
    this.#switch = owner;
    this.#dialplan = dialplan;
    this.#offs = [
      owner.events.on('deviceState', (device) => {
        for (const entry of this.#byDevice.get(device.toLowerCase()) ?? []) this.#update(entry);
      }),
      owner.events.on('presenceState', (presentity, presence) => {
        for (const entry of this.#byPresentity.get(presentity.toLowerCase()) ?? [])
          this.#updatePresence(entry, presence);
      }),
    ];
  }

  /** Takes the hints of another dial plan; what was known of a hint that stays is kept. */
  replace(dialplan: Dialplan): void {
    this.#dialplan = dialplan;
    const before = this.#entries;
    this.#entries = new Map();
    this.#byDevice = new Map();
    this.#byPresentity = new Map();
    for (const context of dialplan.contexts) {
      for (const extension of context.extensions) {
        const line = extension.priorities.find((each) => each.number === HINT_PRIORITY);
        if (line === undefined) continue;
        // A pattern stands for extensions that nobody asked for yet: it is shown, and its state asked when wanted.
        const found =
          extension.pattern === undefined
            ? (dialplan.hint(context.name, extension.name) ?? NOTHING)
            : { ...NOTHING, text: line.application };
        const { text: hint, presence: presentity } = found;
        const devices = hintDevices(found.device);
        const key = `${extension.name}@${context.name}`;
        const old = before.get(key);
        const entry: Entry = {
          context: context.name,
          exten: extension.name,
          hint,
          name: line.data,
          devices,
          presentity,
          state: old?.state ?? this.#stateOf(devices, presentity),
          presence: old?.presentity === presentity ? old.presence : this.#presenceOf(presentity),
          presenceTold: old?.presentity === presentity && old.presenceTold,
        };
        this.#entries.set(key, entry);
        for (const device of devices) index(this.#byDevice, device, entry);
        if (presentity !== '') index(this.#byPresentity, presentity, entry);
        if (old !== undefined && old.hint !== hint) this.#update(entry);
      }
    }
  }

  #update(entry: Entry): void {
    const state = this.#stateOf(entry.devices, entry.presentity);
    if (state.status === entry.state.status) return;
    entry.state = state;
    const { context, exten, hint } = entry;
    this.#switch.events.emit('extensionStateChanged', { context, exten, hint, ...state });
  }

  #updatePresence(entry: Entry, presence: Presence): void {
    const { state, subtype, message } = entry.presence;
    const same = state === presence.state && subtype === presence.subtype && message === presence.message;
    if (same && entry.presenceTold) return;
    entry.presence = presence;
    entry.presenceTold = true;
    const { context, exten, hint } = entry;
    this.#switch.events.emit('extensionPresenceChanged', { context, exten, hint, presence });
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
    const hint = this.#dialplan.hint(context, exten);
    if (hint === undefined) return { hint: '', ...NO_HINT };
    return { hint: hint.text, ...this.#stateOf(hintDevices(hint.device), hint.presence) };
  }

  #presenceOf(presentity: string): Presence {
    return this.#switch.presenceStates.get(presentity) ?? NO_PRESENCE;
  }

  #stateOf(devices: readonly string[], presentity: string): ExtensionState {
    if (devices.length === 0 && presentity !== '') return NO_DEVICE;
    return extensionState(devices.map((each) => deviceState(this.#switch, each)));
  }

  close(): void {
    for (const off of this.#offs) off();
  }
}

function index(entries: Map<string, Entry[]>, name: string, entry: Entry): void {
  const key = name.toLowerCase();
  const list = entries.get(key);
  if (list === undefined) entries.set(key, [entry]);
  else if (!list.includes(entry)) list.push(entry);
}
