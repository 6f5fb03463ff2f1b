import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import type { Channel, DeviceState, EndpointProvider, EndpointState, Switch } from '../switch/index.ts';
import { type ContactEntry, contactKey, contactsOf, hasContact } from './contact-list.ts';

const TECHNOLOGY = 'PJSIP';

/** What is known of a contact. `NonQualified`: nobody asks it; `Unknown`: it is to be asked and was not yet. */
export interface ContactState {
  readonly status: 'NonQualified' | 'Unknown' | 'Reachable' | 'Unreachable';
  /** Microseconds that the last answer took; undefined while there is none. */
  readonly roundtripUsec: number | undefined;
}

const NOT_QUALIFIED: ContactState = { status: 'NonQualified', roundtripUsec: undefined };
const UNKNOWN: ContactState = { status: 'Unknown', roundtripUsec: undefined };

/** Which endpoints can be reached, and what everybody is told when that changes. */
export class Reachability implements EndpointProvider {
  readonly technology = TECHNOLOGY;
  readonly #sorcery: Sorcery;
  readonly #switch: Switch;
  /** Contacts that are asked whether they are there, by their key. */
  readonly #contacts = new Map<string, ContactState>();
  /** Endpoints that were last told to be online. */
  readonly #online = new Set<string>();
  readonly #offs: (() => void)[];

  constructor(sorcery: Sorcery, owner: Switch) {
    this.#sorcery = sorcery;
    this.#switch = owner;
    const refresh = (channel: Channel) => {
      if (channel.technology === TECHNOLOGY && channel.endpoint !== undefined) this.refresh(channel.endpoint);
    };
    this.#offs = [
      owner.endpoints.provide(this),
      owner.deviceStates.provide(TECHNOLOGY, (id) => this.#deviceState(id)),
      // A channel that is made and rings changes nothing by itself: the state is looked at when it changes or ends.
      owner.events.on('channelState', refresh),
      owner.events.on('channelDestroyed', refresh),
      // The state that an endpoint begins with is no change of it.
      sorcery.events.on('created', (object) => {
        if (object.type.name === 'endpoint') this.#settle(object, this.reachable(object), false);
      }),
      sorcery.events.on('updated', (object) => {
        if (object.type.name === 'endpoint') this.#settle(object);
      }),
      sorcery.events.on('deleted', (object) => {
        if (object.type.name === 'endpoint') this.#forget(object.id);
      }),
    ];
  }

  state(resource: string): EndpointState | undefined {
    const endpoint = this.#sorcery.get('endpoint', resource);
    if (endpoint === undefined) return undefined;
    return this.reachable(endpoint) ? 'online' : 'offline';
  }

  *names(): Iterable<string> {
    for (const endpoint of this.#sorcery.all('endpoint')) yield endpoint.id;
  }

  /** Whether any address of an endpoint has a contact that answers, or that nobody asks. */
  reachable(endpoint: SorceryObject): boolean {
    return endpoint.list('aors').some((id) => {
      const aor = this.#sorcery.get('aor', id);
      if (aor === undefined) return false;
      if (aor.number('qualify_frequency') === 0) return hasContact(this.#sorcery, aor);
      return contactsOf(this.#sorcery, aor).some((each) => {
        const { status } = this.#stateIn(aor, each);
        return status === 'Reachable' || status === 'NonQualified';
      });
    });
  }

  /** What is known of a contact now. */
  contactState(contact: ContactEntry): ContactState {
    const aor = this.#sorcery.get('aor', contact.aor);
    return aor === undefined ? NOT_QUALIFIED : this.#stateIn(aor, contact);
  }

  #stateIn(aor: SorceryObject, contact: ContactEntry): ContactState {
    if (aor.number('qualify_frequency') === 0) return NOT_QUALIFIED;
    return this.#contacts.get(contactKey(contact)) ?? UNKNOWN;
  }

  /** `Unavailable`, `Not in use`, `In use`, as lists show it; who knows the contacts says whether any can be reached. */
  describe(endpoint: SorceryObject, reachable?: boolean): string {
    if (this.#switch.endpoints.channelIds(TECHNOLOGY, endpoint.id).length > 0) return 'In use';
    return (reachable ?? this.reachable(endpoint)) ? 'Not in use' : 'Unavailable';
  }

  /** Looks at the device state of an endpoint again, and tells it where it changed. */
  refresh(id: string): void {
    this.#switch.deviceStates.set(`${TECHNOLOGY}/${id}`, this.#deviceState(id));
  }

  /** What the channels of an endpoint make together; without any, whether it can be reached. */
  #deviceState(id: string, reachable?: boolean): DeviceState {
    const endpoint = this.#sorcery.get('endpoint', id);
    if (endpoint === undefined) return 'INVALID';
    let inUse = 0;
    let ringing = 0;
    for (const channel of this.#switch.endpoints.channelIds(TECHNOLOGY, id)) {
      const state = this.#switch.get(channel)?.state;
      if (state === 'Ringing') ringing++;
      else if (state !== undefined && state !== 'Down') inUse++;
    }
    const busyAt = endpoint.number('device_state_busy_at');
    if (busyAt > 0 && inUse >= busyAt) return 'BUSY';
    if (inUse > 0) return ringing > 0 ? 'RINGINUSE' : 'INUSE';
    if (ringing > 0) return 'RINGING';
    return (reachable ?? this.reachable(endpoint)) ? 'NOT_INUSE' : 'UNAVAILABLE';
  }

  /** One that is made again under this name begins anew: calls of the old one are none of its. */
  #forget(id: string): void {
    this.#online.delete(id);
    this.#switch.endpoints.forget(TECHNOLOGY, id);
  }

  /** A contact of this endpoint was kept from before: nothing to tell, and nothing to look up for each of many. */
  restored(endpoint: string): void {
    this.#online.add(endpoint);
  }

  /** Tells it when an endpoint became reachable, or ceased to be, since it was last told. */
  settle(id: string): void {
    const endpoint = this.#sorcery.get('endpoint', id);
    if (endpoint !== undefined) this.#settle(endpoint);
  }

  /** `changed`: it was there before. */
  #settle(endpoint: SorceryObject, online = this.reachable(endpoint), changed = true): void {
    const { id } = endpoint;
    if (online === this.#online.has(id)) return;
    if (online) this.#online.add(id);
    else this.#online.delete(id);
    const ref = { technology: TECHNOLOGY, resource: id };
    if (changed) this.#switch.endpoints.stateChanged(ref, online ? 'online' : 'offline');
    this.#switch.endpoints.peerChanged(ref, { status: online ? 'Reachable' : 'Unreachable' });
    this.#switch.deviceStates.set(`${TECHNOLOGY}/${id}`, this.#deviceState(id, online));
  }

  /** A contact registered or went. */
  contactChanged(endpoint: string, aor: string, uri: string, status: 'NonQualified' | 'Removed'): void {
    const found = this.#sorcery.get('endpoint', endpoint);
    if (found !== undefined) {
      // One that just registered is there; whether one is left of those that went must be looked up.
      const there = status === 'NonQualified' && found.list('aors').includes(aor);
      this.#settle(found, there || this.reachable(found));
    }
    this.tellContact(endpoint, aor, uri, { status, roundtripUsec: undefined });
  }

  /** Tells what became of a contact. */
  tellContact(
    endpoint: string,
    aor: string,
    uri: string,
    { status, roundtripUsec }: { readonly status: string; readonly roundtripUsec: number | undefined },
  ): void {
    this.#switch.endpoints.contactChanged(
      { technology: TECHNOLOGY, resource: endpoint },
      { uri, aor, status, roundtripUsec: String(roundtripUsec ?? 0) },
    );
  }

  /** A contact is asked from now on: `NonQualified` when it just registered, and so is there. */
  watched(contact: ContactEntry, status: 'NonQualified' | 'Unknown'): void {
    this.#contacts.set(contactKey(contact), status === 'Unknown' ? UNKNOWN : NOT_QUALIFIED);
  }

  /** A contact is no longer asked. */
  unwatched(key: string): void {
    this.#contacts.delete(key);
  }

  /** A contact answered after so many microseconds, or did not: told when that is news. */
  qualified(contact: ContactEntry, endpoints: readonly string[], roundtripUsec: number | undefined): void {
    const key = contactKey(contact);
    const before = this.#contacts.get(key);
    if (before === undefined) return;
    const after: ContactState = {
      status: roundtripUsec === undefined ? 'Unreachable' : 'Reachable',
      roundtripUsec,
    };
    this.#contacts.set(key, after);
    if (after.status === before.status) return;
    for (const endpoint of endpoints) {
      this.settle(endpoint);
      this.tellContact(endpoint, contact.aor, contact.uri, after);
    }
  }

  close(): void {
    for (const off of this.#offs) off();
  }
}
