import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import type { EndpointProvider, EndpointState, Switch } from '../switch/index.ts';
import { contactsOf } from './contact-list.ts';

const TECHNOLOGY = 'PJSIP';

/** Which endpoints can be reached, and what everybody is told when that changes. */
export class Reachability implements EndpointProvider {
  readonly technology = TECHNOLOGY;
  readonly #sorcery: Sorcery;
  readonly #switch: Switch;

  constructor(sorcery: Sorcery, owner: Switch) {
    this.#sorcery = sorcery;
    this.#switch = owner;
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
    const { endpoints, deviceStates } = this.#switch;
    if (edge) {
      endpoints.stateChanged(ref, online ? 'online' : 'offline');
      endpoints.peerChanged(ref, { status: online ? 'Reachable' : 'Unreachable' });
      deviceStates.set(`${TECHNOLOGY}/${endpoint}`, online ? 'NOT_INUSE' : 'UNAVAILABLE');
    }
    endpoints.contactChanged(ref, { uri, aor, status, roundtripUsec: '0' });
  }
}
