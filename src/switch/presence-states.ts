import type { Emitter } from '../platform/index.ts';
import type { SwitchEvents } from './switch.ts';

/** What somebody can be said to do, in the spelling of the dial plan and of AMI. */
export const presenceNames = ['not_set', 'unavailable', 'available', 'away', 'xa', 'chat', 'dnd'] as const;

export type PresenceName = (typeof presenceNames)[number];

const names: ReadonlySet<string> = new Set(presenceNames);

export function isPresenceName(text: string): text is PresenceName {
  return names.has(text);
}

export interface Presence {
  readonly state: PresenceName;
  readonly subtype: string;
  readonly message: string;
}

export const NO_PRESENCE: Presence = { state: 'not_set', subtype: '', message: '' };

/** Who tells that somebody of this name is away: `CustomPresence`. */
type Provider = (entity: string) => Presence;

/** The presence that was told last of everybody of whom something was told; raises `presenceState` each time. */
export class PresenceStates {
  readonly #told = new Map<string, Presence>();
  readonly #providers = new Map<string, Provider>();
  readonly #events: Emitter<SwitchEvents>;

  constructor(events: Emitter<SwitchEvents>) {
    this.#events = events;
  }

  /** Whoever is asked about entities of a name; the returned function takes that away again. */
  provide(provider: string, ask: Provider): () => void {
    this.#providers.set(provider, ask);
    return () => this.#providers.delete(provider);
  }

  /** The presence of `CustomPresence:alice`; undefined where nobody can tell. */
  get(presentity: string): Presence | undefined {
    const colon = presentity.indexOf(':');
    if (colon < 0) return undefined;
    return this.#providers.get(presentity.slice(0, colon))?.(presentity.slice(colon + 1));
  }

  told(presentity: string, presence: Presence): void {
    this.#told.set(presentity, presence);
    this.#events.emit('presenceState', presentity, presence);
  }

  all(): IterableIterator<[string, Presence]> {
    return this.#told.entries();
  }
}
