/** RTP header (RFC 3550 §5.1), read into one reused object and written into a buffer from a pool. */

export const RTP_HEADER_OCTETS = 12;
const VERSION_2 = 0x80;

/** Where things are in a datagram; filled by `parseRtp`, valid until the next call. */
export interface RtpHeader {
  payloadType: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** The payload is `packet.subarray(start, end)`: CSRCs, extension and padding are outside. */
  start: number;
  end: number;
}

export function emptyRtpHeader(): RtpHeader {
  return { payloadType: 0, marker: false, sequence: 0, timestamp: 0, ssrc: 0, start: 0, end: 0 };
}

/** Reads a datagram; false when it is not RTP version 2 or its lengths contradict each other. */
export function parseRtp(packet: Uint8Array, into: RtpHeader): boolean {
  const { length } = packet;
  if (length < RTP_HEADER_OCTETS) return false;
  const first = packet[0] ?? 0;
  if ((first & 0xc0) !== VERSION_2) return false;
  let start = RTP_HEADER_OCTETS + (first & 0x0f) * 4;
  if (first & 0x10) {
    if (start + 4 > length) return false;
    start += 4 + readUint16(packet, start + 2) * 4;
  }
  let end = length;
  if (first & 0x20) {
    const padding = packet[length - 1] ?? 0;
    if (padding === 0) return false;
    end -= padding;
  }
  if (start > end) return false;
  const second = packet[1] ?? 0;
  into.payloadType = second & 0x7f;
  into.marker = (second & 0x80) !== 0;
  into.sequence = readUint16(packet, 2);
  into.timestamp = readUint32(packet, 4);
  into.ssrc = readUint32(packet, 8);
  into.start = start;
  into.end = end;
  return true;
}

/** Writes the twelve octets of a header without CSRCs. */
export function writeRtpHeader(
  into: Uint8Array,
  payloadType: number,
  marker: boolean,
  sequence: number,
  timestamp: number,
  ssrc: number,
): void {
  into[0] = VERSION_2;
  into[1] = (marker ? 0x80 : 0) | payloadType;
  writeUint16(into, 2, sequence);
  writeUint32(into, 4, timestamp);
  writeUint32(into, 8, ssrc);
}

export function readUint16(from: Uint8Array, at: number): number {
  return ((from[at] ?? 0) << 8) | (from[at + 1] ?? 0);
}

export function readUint32(from: Uint8Array, at: number): number {
  return (
    (((from[at] ?? 0) << 24) |
      ((from[at + 1] ?? 0) << 16) |
      ((from[at + 2] ?? 0) << 8) |
      (from[at + 3] ?? 0)) >>>
    0
  );
}

export function writeUint16(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 8;
  into[at + 1] = value;
}

export function writeUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}
