import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';

const HEADER = 12;
const FRAME_MS = 20;
/** Octets of 20 ms of G.711, and its timestamp units. */
export const FRAME = 160;
const DIGITS = '0123456789*#ABCD';
/** RFC 4733: the end of an event is sent three times. */
const END_REPEATS = 3;
const PAIR_ATTEMPTS = 50;

export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
  readonly from: RemoteInfo;
}

/** The first report block and sender information of one RTCP packet. */
export interface RtcpReport {
  readonly kind: 'sender' | 'receiver';
  readonly ssrc: number;
  readonly packets: number | undefined;
  /** SSRC that the report block is about; undefined without a block. */
  readonly about: number | undefined;
  readonly highestSequence: number | undefined;
}

/**
 * A phone's RTP, written byte by byte and independent of the server's: a pair of sockets, what came in kept in order.
 */
export class RtpEnd {
  readonly port: number;
  readonly received: RtpPacket[] = [];
  readonly reports: RtcpReport[] = [];
  readonly ssrc = Math.floor(Math.random() * 0xffff_ffff);
  /** Where packets go; set from the SDP answer. */
  remote: { address: string; port: number } | undefined;
  #sequence = 1000;
  #timestamp = 160_000;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;

  private constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.port = rtp.address().port;
    rtp.on('message', (bytes, from) => this.received.push(parseRtp(bytes, from)));
    rtcp.on('message', (bytes) => this.reports.push(...parseRtcp(bytes)));
  }

  /** Binds an even port and the odd one above. */
  static async open(): Promise<RtpEnd> {
    for (let attempt = 0; attempt < PAIR_ATTEMPTS; attempt++) {
      const rtp = await bind(0);
      const { port } = rtp.address();
      const rtcp = port % 2 === 0 ? await bind(port + 1).catch(() => undefined) : undefined;
      if (rtcp !== undefined) return new RtpEnd(rtp, rtcp);
      rtp.close();
    }
    throw new Error('no pair of ports');
  }

  /** Sends one frame of G.711 and moves on in time. */
  send(payloadType: number, payload: Buffer, marker = false): void {
    this.#transmit(payloadType, payload, marker, this.#timestamp);
    this.#timestamp += payload.length;
  }

  /** Sends audio at its own speed, frame after frame. */
  async speak(payloadType: number, audio: Buffer): Promise<void> {
    const begun = performance.now();
    for (let at = 0; at < audio.length; at += FRAME) {
      this.send(payloadType, audio.subarray(at, at + FRAME), at === 0);
      const ahead = begun + (at / FRAME + 1) * FRAME_MS - performance.now();
      if (ahead > 1) await sleep(ahead);
    }
  }

  /** Presses a key (RFC 4733): an update every 20 ms with the time since the key went down, the end three times. */
  async press(payloadType: number, digit: string, ms = 100): Promise<void> {
    const event = DIGITS.indexOf(digit);
    if (event < 0) throw new Error(`no key ${digit}`);
    const timestamp = this.#timestamp;
    const total = ms * 8;
    for (let duration = FRAME; duration < total; duration += FRAME) {
      this.#transmit(payloadType, keyEvent(event, duration, false), duration === FRAME, timestamp);
      await sleep(FRAME_MS);
    }
    for (let repeat = 0; repeat < END_REPEATS; repeat++)
      this.#transmit(payloadType, keyEvent(event, total, true), false, timestamp);
    this.#timestamp += total;
  }

  #transmit(payloadType: number, payload: Buffer, marker: boolean, timestamp: number): void {
    const { remote } = this;
    if (remote === undefined) throw new Error('the phone does not know where to send');
    const packet = Buffer.alloc(HEADER + payload.length);
    packet[0] = 0x80;
    packet[1] = (marker ? 0x80 : 0) | payloadType;
    packet.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    packet.writeUInt32BE(timestamp >>> 0, 4);
    packet.writeUInt32BE(this.ssrc, 8);
    payload.copy(packet, HEADER);
    this.#rtp.send(packet, remote.port, remote.address);
  }

  /** The payloads of one type in the order of their sequence numbers. */
  audio(payloadType: number): Buffer {
    const packets = this.received.filter((each) => each.payloadType === payloadType);
    packets.sort((a, b) => ((a.sequence - b.sequence + 0x1_8000) & 0xffff) - 0x8000);
    return Buffer.concat(packets.map((each) => each.payload));
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }
}

function bind(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, '127.0.0.1', () => resolve(socket));
  });
}

function keyEvent(event: number, duration: number, end: boolean): Buffer {
  const payload = Buffer.from([event, (end ? 0x80 : 0) | 10, 0, 0]);
  payload.writeUInt16BE(duration, 2);
  return payload;
}

function parseRtp(bytes: Buffer, from: RemoteInfo): RtpPacket {
  const second = bytes.readUInt8(1);
  return {
    payloadType: second & 0x7f,
    marker: second >= 0x80,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(HEADER),
    from,
  };
}

/** The reports of a compound packet (RFC 3550 §6.4). */
function parseRtcp(bytes: Buffer): RtcpReport[] {
  const reports: RtcpReport[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += (bytes.readUInt16BE(at + 2) + 1) * 4) {
    const type = bytes.readUInt8(at + 1);
    if (type !== 200 && type !== 201) continue;
    const blocks = bytes.readUInt8(at) & 0x1f;
    const block = at + (type === 200 ? 28 : 8);
    reports.push({
      kind: type === 200 ? 'sender' : 'receiver',
      ssrc: bytes.readUInt32BE(at + 4),
      packets: type === 200 ? bytes.readUInt32BE(at + 20) : undefined,
      about: blocks > 0 ? bytes.readUInt32BE(block) : undefined,
      highestSequence: blocks > 0 ? bytes.readUInt32BE(block + 8) : undefined,
    });
  }
  return reports;
}
