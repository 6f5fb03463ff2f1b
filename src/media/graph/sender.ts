import type { FormatName } from '../codecs/formats.ts';
import { octetsFor, octetsPerSample, sampleRateOf } from '../codecs/pcm.ts';
import { RTP_HEADER_OCTETS, writeRtpHeader } from '../rtp/packet.ts';
import { writeEvent } from '../rtp/telephone-event.ts';

/** Puts a datagram on its way; the buffer is used again later. */
export type SendDatagram = (packet: Uint8Array, octets: number) => void;

/** Buffers used in turn: the kernel has copied a packet long before its turn comes again. */
const RING = 8;
/** A pause longer than this begins a new talk spurt: marker bit, and the time stamp moves on with the clock. */
const SPURT_GAP_MS = 60;
/** A forwarded stream whose time stamp jumps further is taken for another stream. */
const MAX_JUMP_SECONDS = 10;

/** What is sent and how. */
export interface SenderFormat {
  readonly payloadType: number;
  readonly format: FormatName;
  readonly ptime: number;
}

/**
 * One RTP stream out (RFC 3550 §5.1): numbers and time stamps go on without a break, whichever source speaks. Frames are cut and put together to
 * packets of `ptime` milliseconds.
 */
export class RtpSender {
  readonly ssrc: number;
  packets = 0;
  octets = 0;
  readonly #send: SendDatagram;
  readonly #ring: Uint8Array[] = [];
  #slot = 0;
  #format: SenderFormat = { payloadType: 0, format: 'ulaw', ptime: 20 };
  #packetOctets = 160;
  #rate = 8000;
  #sequence: number;
  #started = false;
  /** Time stamp of the next audio, and the moment it is due. */
  #timestamp: number;
  #dueAt = 0;
  #marker = false;
  #partial = new Uint8Array(160);
  #partialOctets = 0;
  #sourceTimestamp = 0;
  #sourceMs = 0;
  #forwarding = false;
  #eventTimestamp = 0;
  #eventAt = 0;

  constructor(ssrc: number, sequence: number, timestamp: number, send: SendDatagram) {
    this.ssrc = ssrc;
    this.#sequence = sequence & 0xffff;
    this.#timestamp = timestamp >>> 0;
    this.#send = send;
  }

  /** Takes a new format; what was waiting in the old one is dropped. */
  configure(format: SenderFormat): void {
    this.#format = format;
    this.#rate = sampleRateOf(format.format);
    this.#packetOctets = octetsFor(format.format, format.ptime);
    this.#partial = new Uint8Array(this.#packetOctets);
    this.#partialOctets = 0;
    this.#forwarding = false;
  }

  get format(): FormatName {
    return this.#format.format;
  }

  /** Time stamp that belongs to now, for sender reports (RFC 3550 §6.4.1). */
  timestampAt(now: number): number {
    return this.#started
      ? (this.#timestamp + Math.round(((now - this.#dueAt) * this.#rate) / 1000)) >>> 0
      : this.#timestamp;
  }

  /** Sends a frame of a source that runs on the ticker. */
  audio(payload: Uint8Array, now: number): void {
    this.#forwarding = false;
    this.#align(now);
    this.#packetize(payload);
  }

  /**
   * Sends a frame that came from elsewhere, spaced as its source spaced it, so that losses and silence on the first way stay what they are on the
   * second. `begins`: the first frame of a stream. Frames that were overtaken are dropped.
   */
  forward(payload: Uint8Array, timestamp: number, clockRate: number, begins: boolean, now: number): void {
    const ms = this.#durationOf(payload.length);
    if (!this.#forwarding || begins) this.#align(now);
    else {
      const delta = (timestamp - this.#sourceTimestamp) | 0;
      const limit = clockRate * MAX_JUMP_SECONDS;
      if (delta <= 0 && delta > -limit) return;
      if (delta <= -limit || delta > limit) this.#align(now);
      else {
        const missingMs = (delta * 1000) / clockRate - this.#sourceMs;
        if (missingMs >= 1) this.#skip(missingMs);
      }
    }
    this.#forwarding = true;
    this.#sourceTimestamp = timestamp;
    this.#sourceMs = ms;
    this.#dueAt = now;
    this.#packetize(payload);
  }

  /**
   * Sends one packet of a named event (RFC 4733 §2.5.1): all packets of a press share the time stamp of its beginning. `ms` is its duration so far.
   */
  event(payloadType: number, event: number, ms: number, first: boolean, ended: boolean, now: number): void {
    if (first) {
      this.#forwarding = false;
      this.#partialOctets = 0;
      this.#align(now);
      this.#eventTimestamp = this.#timestamp;
      this.#eventAt = this.#dueAt;
    }
    const packet = this.#take(4);
    const duration = Math.round((ms * this.#rate) / 1000);
    writeRtpHeader(packet, payloadType, first, this.#sequence, this.#eventTimestamp, this.ssrc);
    this.#post(packet, writeEvent(packet, RTP_HEADER_OCTETS, event, duration, ended));
    if (!ended) return;
    this.#timestamp = (this.#eventTimestamp + duration) >>> 0;
    this.#dueAt = this.#eventAt + ms;
    this.#marker = true;
  }

  #durationOf(octets: number): number {
    return (octets * 1000) / (octetsPerSample(this.#format.format) * this.#rate);
  }

  /** Before a frame that does not follow the one before by its own count. */
  #align(now: number): void {
    const gap = now - this.#dueAt;
    if (!this.#started) {
      this.#started = true;
      this.#dueAt = now;
      this.#marker = true;
    } else if (gap > SPURT_GAP_MS) this.#skip(gap);
  }

  #skip(ms: number): void {
    this.#partialOctets = 0;
    this.#timestamp = (this.#timestamp + Math.round((ms * this.#rate) / 1000)) >>> 0;
    this.#dueAt += ms;
    if (ms > SPURT_GAP_MS) this.#marker = true;
  }

  #packetize(payload: Uint8Array): void {
    const size = this.#packetOctets;
    let at = 0;
    while (at < payload.length) {
      if (this.#partialOctets === 0 && payload.length - at >= size) {
        this.#audioPacket(payload, at, size);
        at += size;
        continue;
      }
      const part = Math.min(size - this.#partialOctets, payload.length - at);
      this.#partial.set(payload.subarray(at, at + part), this.#partialOctets);
      this.#partialOctets += part;
      at += part;
      if (this.#partialOctets < size) return;
      this.#partialOctets = 0;
      this.#audioPacket(this.#partial, 0, size);
    }
  }

  #audioPacket(from: Uint8Array, at: number, octets: number): void {
    const packet = this.#take(octets);
    writeRtpHeader(
      packet,
      this.#format.payloadType,
      this.#marker,
      this.#sequence,
      this.#timestamp,
      this.ssrc,
    );
    packet.set(at === 0 && from.length === octets ? from : from.subarray(at, at + octets), RTP_HEADER_OCTETS);
    this.#marker = false;
    this.#post(packet, octets);
    this.#timestamp = (this.#timestamp + octets / octetsPerSample(this.#format.format)) >>> 0;
    this.#dueAt += this.#durationOf(octets);
  }

  #take(octets: number): Uint8Array {
    const slot = this.#slot++ % RING;
    let packet = this.#ring[slot];
    if (packet === undefined || packet.length < RTP_HEADER_OCTETS + octets) {
      packet = Buffer.allocUnsafeSlow(RTP_HEADER_OCTETS + Math.max(octets, this.#packetOctets));
      this.#ring[slot] = packet;
    }
    return packet;
  }

  #post(packet: Uint8Array, octets: number): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.packets++;
    this.octets += octets;
    this.#send(packet, RTP_HEADER_OCTETS + octets);
  }
}
