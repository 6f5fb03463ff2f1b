import type { Logger } from '../log/index.ts';
import { TcpTransport, type Transport, UdpTransport } from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';

const SIP_PORT = 5060;

/** Where a `bind` listens; an IPv6 address stands in brackets. */
export function bindAddress(bind: string): { readonly address: string; readonly port: number } {
  const bracket = bind.lastIndexOf(']');
  const colon = bind.indexOf(':', bracket + 1);
  const address = (colon < 0 ? bind : bind.slice(0, colon)).replace(/^\[|\]$/g, '');
  return { address, port: colon < 0 ? SIP_PORT : Number(bind.slice(colon + 1)) || SIP_PORT };
}

/** The listener that a `transport` object describes; undefined, with a line in the log, when it cannot be had. */
export async function openTransport(object: SorceryObject, log: Logger): Promise<Transport | undefined> {
  const protocol = object.get('protocol');
  const { address, port } = bindAddress(object.get('bind'));
  try {
    if (protocol === 'udp') return await UdpTransport.open({ address, port });
    if (protocol === 'tcp') return await TcpTransport.open({ address, port });
    log.error(`Transport '${object.id}': protocol ${protocol} is not built yet; udp and tcp are`);
  } catch (error) {
    log.error(`Transport '${object.id}' cannot listen on ${object.get('bind')}: ${(error as Error).message}`);
  }
  return undefined;
}
