import { channel } from 'node:diagnostics_channel';
import type { Remote, Transport } from '../transport/transport.ts';

const passed = channel('asterism:sip:message');

/** Of a packet that has no line, what is told of it. */
const MAX_SHOWN_LINE = 256;

/** Whether anybody listens to the diagnostics channel of packets. */
export function packetsAreHeard(): boolean {
  return passed.hasSubscribers;
}

/** Tells the diagnostics channel of a packet that came or went. */
export function publishPacket(
  direction: 'in' | 'out',
  bytes: Buffer,
  remote: Remote,
  { protocol }: Transport,
): void {
  const end = bytes.indexOf('\r\n');
  // The first line alone: what follows has names, numbers and digests in it.
  const line = bytes.toString('utf8', 0, end < 0 ? Math.min(bytes.length, MAX_SHOWN_LINE) : end);
  const peer = `${remote.address}:${remote.port}`;
  passed.publish({ direction, transport: protocol, remote: peer, line, bytes: bytes.length });
}
