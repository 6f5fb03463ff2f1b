import { readUint16, readUint32, writeUint16, writeUint32 } from './packet.ts';

/** RTCP (RFC 3550 §6): sender and receiver reports, SDES with a CNAME, BYE. */

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const CNAME = 1;
const BLOCK_OCTETS = 24;
const SENDER_INFO_OCTETS = 20;
/** Seconds between 1900, where NTP counts from, and 1970. */
const NTP_OFFSET = 2_208_988_800;
const MAX_CNAME = 64;

export interface ReportBlock {
  /** Whose packets the block speaks of. */
  readonly ssrc: number;
  /** In 256ths. */
  readonly fractionLost: number;
  /** Signed 24 bits. */
  readonly lost: number;
  readonly extendedSequence: number;
  /** In units of the media clock. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report, 0 when there was none. */
  readonly lastReport: number;
  /** Since then, in 65536ths of a second. */
  readonly delay: number;
}

export interface SenderInfo {
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly timestamp: number;
  readonly packets: number;
  readonly octets: number;
}

export interface Report {
  readonly ssrc: number;
  readonly sender: SenderInfo | undefined;
  readonly blocks: readonly ReportBlock[];
}

export interface Compound {
  readonly reports: readonly Report[];
  /** Sources that said goodbye. */
  readonly byes: readonly number[];
}

/** Reads a compound packet; undefined when it is none. Unknown packet types are passed over by their length. */
export function parseRtcp(packet: Uint8Array): Compound | undefined {
  const reports: Report[] = [];
  const byes: number[] = [];
  let at = 0;
  while (at + 4 <= packet.length) {
    const first = packet[at] ?? 0;
    if ((first & 0xc0) !== 0x80) return undefined;
    const type = packet[at + 1] ?? 0;
    const end = at + 4 + readUint16(packet, at + 2) * 4;
    if (end > packet.length) return undefined;
    const count = first & 0x1f;
    if (type === SENDER_REPORT || type === RECEIVER_REPORT) {
      const report = parseReport(packet, at, end, count, type === SENDER_REPORT);
      if (report === undefined) return undefined;
      reports.push(report);
    } else if (type === GOODBYE) {
      if (at + 4 + count * 4 > end) return undefined;
      for (let i = 0; i < count; i++) byes.push(readUint32(packet, at + 4 + i * 4));
    }
    at = end;
  }
  return at === packet.length && at > 0 ? { reports, byes } : undefined;
}

function parseReport(
  packet: Uint8Array,
  at: number,
  end: number,
  count: number,
  isSender: boolean,
): Report | undefined {
  let block = at + 8 + (isSender ? SENDER_INFO_OCTETS : 0);
  if (block + count * BLOCK_OCTETS > end) return undefined;
  const sender = isSender
    ? {
        ntpSeconds: readUint32(packet, at + 8),
        ntpFraction: readUint32(packet, at + 12),
        timestamp: readUint32(packet, at + 16),
        packets: readUint32(packet, at + 20),
        octets: readUint32(packet, at + 24),
      }
    : undefined;
  const blocks: ReportBlock[] = [];
  for (let i = 0; i < count; i++, block += BLOCK_OCTETS) {
    const word = readUint32(packet, block + 4);
    blocks.push({
      ssrc: readUint32(packet, block),
      fractionLost: word >>> 24,
      lost: (word << 8) >> 8,
      extendedSequence: readUint32(packet, block + 8),
      jitter: readUint32(packet, block + 12),
      lastReport: readUint32(packet, block + 16),
      delay: readUint32(packet, block + 20),
    });
  }
  return { ssrc: readUint32(packet, at + 4), sender, blocks };
}

/** A report with SDES, and BYE when it is the last: what RFC 3550 §6.1 wants in every compound packet. */
export function buildRtcp(
  ssrc: number,
  cname: string,
  sender: SenderInfo | undefined,
  block: ReportBlock | undefined,
  bye = false,
): Uint8Array {
  const name = cname.slice(0, MAX_CNAME);
  // Chunk: SSRC, type, length, text, then at least one zero, filled up to a multiple of four.
  const chunk = 4 + Math.ceil((2 + name.length + 1) / 4) * 4;
  const report = 8 + (sender ? SENDER_INFO_OCTETS : 0) + (block ? BLOCK_OCTETS : 0);
  const packet = new Uint8Array(report + 4 + chunk + (bye ? 8 : 0));

  header(packet, 0, block ? 1 : 0, sender ? SENDER_REPORT : RECEIVER_REPORT, report);
  writeUint32(packet, 4, ssrc);
  let at = 8;
  if (sender) {
    writeUint32(packet, at, sender.ntpSeconds);
    writeUint32(packet, at + 4, sender.ntpFraction);
    writeUint32(packet, at + 8, sender.timestamp);
    writeUint32(packet, at + 12, sender.packets);
    writeUint32(packet, at + 16, sender.octets);
    at += SENDER_INFO_OCTETS;
  }
  if (block) {
    writeUint32(packet, at, block.ssrc);
    writeUint32(packet, at + 4, ((block.fractionLost << 24) | (clampLost(block.lost) & 0xffffff)) >>> 0);
    writeUint32(packet, at + 8, block.extendedSequence);
    writeUint32(packet, at + 12, block.jitter);
    writeUint32(packet, at + 16, block.lastReport);
    writeUint32(packet, at + 20, block.delay);
  }
  header(packet, report, 1, SOURCE_DESCRIPTION, 4 + chunk);
  writeUint32(packet, report + 4, ssrc);
  packet[report + 8] = CNAME;
  packet[report + 9] = name.length;
  for (let i = 0; i < name.length; i++) packet[report + 10 + i] = name.charCodeAt(i) & 0x7f;
  if (bye) {
    const goodbye = report + 4 + chunk;
    header(packet, goodbye, 1, GOODBYE, 8);
    writeUint32(packet, goodbye + 4, ssrc);
  }
  return packet;
}

function header(packet: Uint8Array, at: number, count: number, type: number, octets: number): void {
  packet[at] = 0x80 | count;
  packet[at + 1] = type;
  writeUint16(packet, at + 2, octets / 4 - 1);
}

function clampLost(lost: number): number {
  return Math.max(-0x800000, Math.min(0x7fffff, lost));
}

/** NTP time of a moment given in milliseconds since 1970. */
export function ntpTime(epochMs: number): { seconds: number; fraction: number } {
  const seconds = Math.floor(epochMs / 1000);
  return {
    seconds: (seconds + NTP_OFFSET) >>> 0,
    fraction: Math.floor(((epochMs / 1000 - seconds) * 0x1_0000_0000) % 0x1_0000_0000) >>> 0,
  };
}

/** The middle 32 bits: 16 of seconds, 16 of fraction. */
export function compactNtp(seconds: number, fraction: number): number {
  return (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
}
