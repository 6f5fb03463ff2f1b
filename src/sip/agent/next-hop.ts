import { isIPv6 } from 'node:net';
import { SipParseError } from '../message/error.ts';
import type { SipRequest } from '../message/message.ts';
import { NameAddr } from '../message/name-addr.ts';
import type { Uri } from '../message/uri.ts';
import { defaultPort, literalTarget, protocolOf, type Resolver } from '../transport/target.ts';
import type { Flow, Protocol, Transport } from '../transport/transport.ts';
import type { RequestPlan } from './api.ts';
import type { TransportSet } from './transport-set.ts';

/** Chooses where a request goes and over which transport (RFC 3261 §8.1.2, §18.1.1). */
export class NextHop {
  readonly #transports: TransportSet;
  readonly #resolver: Resolver;

  constructor(transports: TransportSet, resolver: Resolver) {
    this.#transports = transports;
    this.#resolver = resolver;
  }

  /** The flow at once where no name must be resolved; undefined when nothing leads there. Never rejects. */
  find(request: SipRequest, plan: RequestPlan): Flow | undefined | Promise<Flow | undefined> {
    if (plan.flow !== undefined) return plan.flow;
    try {
      const route = plan.target === undefined ? request.get('Route') : undefined;
      const uri = plan.target ?? (route === undefined ? request.requestUri : firstUri(request));
      return this.towards(uri, plan.transport);
    } catch (error) {
      if (error instanceof SipParseError) return undefined;
      throw error;
    }
  }

  towards(uri: Uri, preferred?: Transport): Flow | undefined | Promise<Flow | undefined> {
    if (uri.host === '') return undefined;
    // A transport asked for counts wherever the URI does not insist on another protocol.
    const open = !uri.params.has('transport') && !uri.secure;
    const protocol = preferred !== undefined && open ? preferred.protocol : protocolOf(uri);
    const literal = literalTarget(uri);
    if (literal !== undefined) {
      return this.#flow(protocol, literal.address, uri.port ?? defaultPort(protocol), preferred);
    }
    const host = uri.params.get('maddr') ?? uri.host;
    return this.#resolver(host, uri.port, protocol).then(
      (targets) => {
        for (const target of targets) {
          const flow = this.#flow(target.protocol, target.address, target.port, preferred);
          if (flow !== undefined) return flow;
        }
        return undefined;
      },
      () => undefined,
    );
  }

  #flow(
    protocol: Protocol,
    address: string,
    port: number,
    preferred: Transport | undefined,
  ): Flow | undefined {
    const transport = this.#transport(protocol, isIPv6(address), preferred);
    return transport === undefined ? undefined : { transport, remote: { address, port } };
  }

  #transport(protocol: Protocol, six: boolean, preferred: Transport | undefined): Transport | undefined {
    const { active } = this.#transports;
    // A dialog goes on over the transport that it began on, though that is out of use for others.
    const usable =
      preferred !== undefined && (active.has(preferred) || this.#transports.isRetiring(preferred));
    if (usable && fits(preferred, protocol, six)) return preferred;
    for (const transport of active) if (fits(transport, protocol, six)) return transport;
    return undefined;
  }
}

function fits(transport: Transport, protocol: Protocol, six: boolean): boolean {
  return transport.protocol === protocol && isIPv6(transport.localAddress) === six;
}

function firstUri(request: SipRequest): Uri {
  const first = request.list('Route')[0];
  return first === undefined ? request.requestUri : NameAddr.parse(first).uri;
}
