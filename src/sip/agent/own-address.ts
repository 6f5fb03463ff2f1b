import type { Clock } from '../../platform/index.ts';
import { newBranch } from '../message/random.ts';
import { hostText, Uri } from '../message/uri.ts';
import { LocalAddresses } from '../transport/local-address.ts';
import type { Flow } from '../transport/transport.ts';
import type { UserAgentOptions } from './api.ts';

/** How an agent names itself to a peer: its address, Contact and Via, by the flow that reaches the peer. */
export class OwnAddress {
  readonly #advertise: UserAgentOptions['advertise'];
  readonly #interfaces: LocalAddresses;

  constructor(clock: Clock, advertise: UserAgentOptions['advertise']) {
    this.#advertise = advertise;
    this.#interfaces = new LocalAddresses(clock);
  }

  /** The address, without brackets, that the peer can answer to. */
  shown(flow: Flow): string {
    return this.#advertise?.(flow.transport, flow.remote)?.host ?? this.bound(flow);
  }

  /** The same, whatever is advertised: what stands on an interface of this machine. */
  bound({ transport, remote }: Flow): string {
    const { localAddress } = transport;
    const everywhere = localAddress === '0.0.0.0' || localAddress === '::';
    return everywhere ? this.#interfaces.towards(remote.address) : localAddress;
  }

  contact(flow: Flow, user?: string): string {
    const { protocol } = flow.transport;
    const transport = protocol === 'udp' ? '' : `;transport=${protocol}`;
    const name = user === undefined ? '' : `${Uri.of({ user, host: '' }).rawUser ?? ''}@`;
    return `<sip:${name}${this.#sentBy(flow)}${transport}>`;
  }

  /** A Via with a branch of its own (RFC 3261 §8.1.1.7); with `rport`, answers come to where the request came from (RFC 3581). */
  via(flow: Flow, rport: boolean): string {
    const protocol = flow.transport.protocol.toUpperCase();
    return `SIP/2.0/${protocol} ${this.#sentBy(flow)}${rport ? ';rport' : ''};branch=${newBranch()}`;
  }

  /** Host (IPv6 in brackets) and port. */
  #sentBy(flow: Flow): string {
    const given = this.#advertise?.(flow.transport, flow.remote);
    return `${hostText(given?.host ?? this.bound(flow))}:${given?.port ?? flow.transport.localPort}`;
  }
}
