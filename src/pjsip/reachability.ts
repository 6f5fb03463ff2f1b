import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import type { Channel, DeviceState, EndpointProvider, EndpointState, Switch } from '../switch/index.ts';
import { contactsOf } from './contact-list.ts';

const TECHNOLOGY = 'PJSIP';

/** Which endpoints can be reached, and what everybody is told when that changes. */
export class Reachability implements EndpointProvider {
  readonly technology = TECHNOLOGY;
  readonly #sorcery: Sorcery;
  readonly #switch: Switch;

  readonly #offs: (() => void)[];

  constructor(sorcery: Sorcery, owner: Switch) {
    this.#sorcery = sorcery;
    this.#switch = owner;
    const refresh = (channel: Channel) => {
      if (channel.technology === TECHNOLOGY && channel.endpoint !== undefined) this.refresh(channel.endpoint);
    };
    // A channel that is made and rings changes nothing by itself: the state is looked at when it changes or ends.
    this.#offs = [owner.events.on('channelState', refresh), owner.events.on('channelDestroyed', refresh)];
  }

  state(resource: string): EndpointState | undefined {
    const endpoint = this.#sorcery.get('endpoint', resource);
    if (endpoint === undefined) return undefined;
    return this.reachable(endpoint) ? 'online' : 'offline';
  }

  *names(): Iterable<string> {
    for (const endpoint of this.#sorcery.all('endpoint')) yield endpoint.id;
  }

  /** Whether any address of an endpoint has a contact. */
  reachable(endpoint: SorceryObject): boolean {
    return endpoint.list('aors').some((id) => {
      const aor = this.#sorcery.get('aor', id);
      return aor !== undefined && contactsOf(this.#sorcery, aor).length > 0;
    });
  }

  /** `Unavailable`, `Not in use`, `In use`, as lists show it. */
  describe(endpoint: SorceryObject): string {
    if (this.#switch.endpoints.channelIds(TECHNOLOGY, endpoint.id).length > 0) return 'In use';
    return this.reachable(endpoint) ? 'Not in use' : 'Unavailable';
  }

  /** Looks at the device state of an endpoint again, and tells it where it changed. */
  refresh(id: string): void {
    const endpoint = this.#sorcery.get('endpoint', id);
    this.#switch.deviceStates.set(
      `${TECHNOLOGY}/${id}`,
      endpoint === undefined ? 'INVALID' : this.#deviceState(endpoint),
    );
  }

  /** What the channels of an endpoint make together; without any, whether it can be reached. */
  #deviceState(endpoint: SorceryObject): DeviceState {
    let inUse = 0;
    let ringing = 0;
    for (const id of this.#switch.endpoints.channelIds(TECHNOLOGY, endpoint.id)) {
      const state = this.#switch.get(id)?.state;
      if (state === 'Ringing') ringing++;
      else if (state !== undefined && state !== 'Down') inUse++;
    }
    const busyAt = endpoint.number('device_state_busy_at');
    if (busyAt > 0 && inUse >= busyAt) return 'BUSY';
    if (inUse > 0) return ringing > 0 ? 'RINGINUSE' : 'INUSE';
    if (ringing > 0) return 'RINGING';
    return this.reachable(endpoint) ? 'NOT_INUSE' : 'UNAVAILABLE';
  }

  close(): void {
    for (const off of this.#offs) off();
  }

  /** Tells that a contact came or went; `edge` when the endpoint became reachable or ceased to be so by it. */
  contactChanged(
    endpoint: string,
    aor: string,
    uri: string,
    status: 'NonQualified' | 'Removed',
    edge: boolean,
  ): void {
    const ref = { technology: TECHNOLOGY, resource: endpoint };
    const online = status !== 'Removed';
    const { endpoints } = this.#switch;
    if (edge) {
      endpoints.stateChanged(ref, online ? 'online' : 'offline');
      endpoints.peerChanged(ref, { status: online ? 'Reachable' : 'Unreachable' });
      this.refresh(endpoint);
    }
    endpoints.contactChanged(ref, { uri, aor, status, roundtripUsec: '0' });
  }
}
