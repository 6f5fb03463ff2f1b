import type { Reply } from './action.ts';
import { type Packet, type PacketFault, PacketReader } from './packet.ts';
import { texts } from './reply.ts';

/** What a client on a connection speaks: how its packets are read, and how answers and events are written. */
export interface Wire {
  /** Told first; empty for nothing. */
  readonly banner: string;
  /** `refused` hears of a packet that cannot be taken, in the words that it is answered with. */
  reader(each: (packet: Packet) => void, refused: (message: string) => void): WireReader;
  /** An answer, piece by piece. */
  answer(reply: Reply, actionId: string | undefined): Iterator<string>;
  /** Whole packets that were rendered for everybody. */
  rendered(text: string): string;
}

export interface WireReader {
  /** Takes what arrived. Returns false when the sender cannot be read from any longer. */
  take(chunk: string): boolean;
}

/** How packets that are too large are refused. */
export const FAULTS: Readonly<Record<PacketFault, string>> = {
  'long line': 'Failed to parse message: line too long',
  'many lines': 'Too many lines in message or allocation failure',
};

/** The line protocol. The banner is what clients switch on. */
export const lineWire: Wire = {
  banner: 'Asterisk Call Manager/11.0.0\r\n',
  reader: (each, refused) => new PacketReader(each, (fault) => refused(FAULTS[fault])),
  answer: texts,
  rendered: (text) => text,
};
