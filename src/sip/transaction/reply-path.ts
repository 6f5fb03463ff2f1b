import type { SipRequest } from '../message/message.ts';
import { splitList } from '../message/name-addr.ts';
import { SIP_PORT } from '../transport/target.ts';
import type { Flow, Remote } from '../transport/transport.ts';

/** Where answers to a request go (RFC 3261 §18.2.2, RFC 3581 §4). */
export interface ReplyPath {
  to: Remote;
  /** Tried once when the connection is gone. */
  fallback: Remote | undefined;
}

/**
 * Notes in the topmost Via where the request came from and says where its answers go. The address is always the one
 * the packet came from: `maddr` is not followed, since it would let anybody aim our answers at a third party.
 */
export function replyPath(request: SipRequest, source: Flow): ReplyPath {
  const { via } = request;
  const { remote, transport } = source;
  const wanted = via.params.has('rport');
  if (wanted || via.host !== remote.address) stampVia(request, remote, wanted);
  const viaPort = via.port ?? SIP_PORT;
  if (!transport.reliable) {
    return {
      to: wanted || viaPort === remote.port ? remote : { address: remote.address, port: viaPort },
      fallback: undefined,
    };
  }
  return { to: remote, fallback: { address: remote.address, port: viaPort } };
}

/** Writes `received`, and `rport` when asked, into the topmost Via. */
export function stampVia(request: SipRequest, remote: Remote, rport: boolean): void {
  const at = request.names.indexOf('Via');
  if (at < 0) return;
  const { via } = request;
  if (rport) via.params.set('rport', String(remote.port));
  via.params.set('received', remote.address);
  const value = request.values[at] ?? '';
  const text = via.toString();
  request.values[at] = value.indexOf(',') < 0 ? text : [text, ...splitList(value).slice(1)].join(', ');
}
