import type { Emitter } from '../platform/index.ts';
import type { Channel } from './channel.ts';
import type { SwitchEvents } from './switch.ts';

export type EndpointState = 'unknown' | 'offline' | 'online';

/** Names an endpoint: `PJSIP`, `alice`. */
export interface EndpointRef {
  readonly technology: string;
  readonly resource: string;
}

export interface EndpointSnapshot extends EndpointRef {
  readonly state: EndpointState;
  readonly channelIds: readonly string[];
}

/** A change of one contact, as ContactStatusChange tells it. */
export interface ContactStatus {
  readonly uri: string;
  readonly aor: string;
  /** `NonQualified`, `Reachable`, `Unreachable`, `Unknown`, `Removed`. */
  readonly status: string;
  /** Round trip in microseconds, as text; empty when it was never measured. */
  readonly roundtripUsec: string;
}

/** A registration seen from the endpoint, as PeerStatusChange tells it. */
export interface PeerStatus {
  /** `Registered`, `Unregistered`, `Reachable`, `Unreachable`. */
  readonly status: string;
  readonly cause?: string;
  readonly address?: string;
  readonly port?: string;
  readonly time?: string;
}

/** How a registration of ours with somebody else went. */
export interface RegistryStatus {
  readonly technology: string;
  /** The address of record that is registered, as a URI. */
  readonly username: string;
  /** The registrar, as a URI. */
  readonly domain: string;
  readonly status: 'Registered' | 'Unregistered' | 'Rejected';
}

/** A technology tells which endpoints it has; it is asked each time, because a push may have changed them. */
export interface EndpointProvider {
  readonly technology: string;
  /** The state of one endpoint, undefined when there is none of this name. */
  state(resource: string): EndpointState | undefined;
  /** All names, in the order that lists show. */
  names(): Iterable<string>;
}

/** Every endpoint of every technology, with the channels that belong to it. */
export class Endpoints {
  readonly #providers = new Map<string, EndpointProvider>();
  readonly #channels = new Map<string, Set<string>>();
  readonly #events: Emitter<SwitchEvents>;

  constructor(events: Emitter<SwitchEvents>) {
    this.#events = events;
  }

  /** Adds a technology; the returned function takes it away again. */
  provide(provider: EndpointProvider): () => void {
    this.#providers.set(provider.technology.toLowerCase(), provider);
    return () => this.#providers.delete(provider.technology.toLowerCase());
  }

  technologies(): string[] {
    return [...this.#providers.values()].map((each) => each.technology);
  }

  /** The technology's own spelling of a name given in any case. */
  technology(name: string): string | undefined {
    return this.#providers.get(name.toLowerCase())?.technology;
  }

  get(technology: string, resource: string): EndpointSnapshot | undefined {
    const provider = this.#providers.get(technology.toLowerCase());
    const state = provider?.state(resource);
    if (provider === undefined || state === undefined) return undefined;
    return {
      technology: provider.technology,
      resource,
      state,
      channelIds: this.channelIds(provider.technology, resource),
    };
  }

  /** How many there are, of every technology. */
  get count(): number {
    let count = 0;
    for (const provider of this.#providers.values()) for (const _name of provider.names()) count++;
    return count;
  }

  *all(technology?: string): Iterable<EndpointSnapshot> {
    for (const provider of this.#providers.values()) {
      if (technology !== undefined && provider.technology.toLowerCase() !== technology.toLowerCase())
        continue;
      for (const resource of provider.names()) {
        const endpoint = this.get(provider.technology, resource);
        if (endpoint !== undefined) yield endpoint;
      }
    }
  }

  channelIds(technology: string, resource: string): readonly string[] {
    const ids = this.#channels.get(`${technology}/${resource}`);
    return ids === undefined ? [] : [...ids];
  }

  channelCreated(channel: Channel): void {
    if (channel.endpoint === undefined) return;
    const key = `${channel.technology}/${channel.endpoint}`;
    const ids = this.#channels.get(key);
    if (ids === undefined) this.#channels.set(key, new Set([channel.id]));
    else ids.add(channel.id);
  }

  channelDestroyed(channel: Channel): void {
    if (channel.endpoint === undefined) return;
    const key = `${channel.technology}/${channel.endpoint}`;
    const ids = this.#channels.get(key);
    ids?.delete(channel.id);
    if (ids?.size === 0) this.#channels.delete(key);
  }

  /** The endpoint is gone; channels that it still has belong to none from now on. */
  forget(technology: string, resource: string): void {
    this.#channels.delete(`${technology}/${resource}`);
  }

  /** Raised by the technology that owns the endpoint. */
  contactChanged(endpoint: EndpointRef, contact: ContactStatus): void {
    this.#events.emit('contactStatus', endpoint, contact);
  }

  peerChanged(endpoint: EndpointRef, peer: PeerStatus): void {
    this.#events.emit('peerStatus', endpoint, peer);
  }

  stateChanged(endpoint: EndpointRef, state: EndpointState): void {
    this.#events.emit('endpointState', endpoint, state);
  }
}
