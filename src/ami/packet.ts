/** One header line: its name as sent or as shown. */
export type Header = readonly [name: string, value: string];

/** One packet: headers in order, names as sent. */
export type Packet = readonly Header[];

/** Longest line, without its line end; the number is the original's. */
export const MAX_LINE = 1022;
/** Most lines of a packet; the number is the original's. */
export const MAX_HEADERS = 128;
/** What may follow the first fault of a packet before its end: a client that sends more is disconnected. */
export const MAX_SKIPPED = 256 * 1024;

/** Why a packet was passed over; the reader goes on behind its end. */
export type PacketFault = 'long line' | 'many lines';

/** Collects packets from a byte stream: lines that end with CRLF or LF, packets that end with an empty line. */
export class PacketReader {
  #rest = '';
  #headers: Header[] = [];
  #fault: PacketFault | undefined;
  #skipped = 0;
  /** What comes up to the next line end belongs to a line that is too long. */
  #inLongLine = false;
  readonly #each: (packet: Packet) => void;
  readonly #refused: (fault: PacketFault) => void;

  /** Where a packet could begin, an empty line is a packet without headers. */
  constructor(each: (packet: Packet) => void, refused: (fault: PacketFault) => void = () => {}) {
    this.#each = each;
    this.#refused = refused;
  }

  /** Takes what arrived. Returns false when the sender goes on and on with a packet that is too long. */
  take(chunk: string): boolean {
    const text = this.#rest === '' ? chunk : this.#rest + chunk;
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      this.#line(text, from, at > from && text[at - 1] === '\r' ? at - 1 : at);
      from = at + 1;
      if (this.#skipped > MAX_SKIPPED) return false;
    }
    const left = text.length - from;
    if (this.#inLongLine || left > MAX_LINE + 1) {
      this.#pass('long line', left);
      this.#inLongLine = true;
      this.#rest = '';
    } else this.#rest = text.slice(from);
    return this.#skipped <= MAX_SKIPPED;
  }

  #line(text: string, from: number, to: number): void {
    if (this.#inLongLine) {
      this.#inLongLine = false;
      this.#pass('long line', to - from);
    } else if (from === to) this.#end();
    else if (to - from > MAX_LINE) this.#pass('long line', to - from);
    else if (this.#fault !== undefined || this.#headers.length >= MAX_HEADERS) {
      this.#pass('many lines', to - from);
    } else this.#headers.push(headerOf(text, from, to));
  }

  #pass(fault: PacketFault, length: number): void {
    this.#fault ??= fault;
    this.#headers = [];
    this.#skipped += length;
  }

  #end(): void {
    const packet = this.#headers;
    const fault = this.#fault;
    this.#headers = [];
    this.#fault = undefined;
    this.#skipped = 0;
    if (fault === undefined) this.#each(packet);
    else this.#refused(fault);
  }
}

function headerOf(text: string, from: number, to: number): Header {
  const line = text.slice(from, to);
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}

/** The first value of a header, its name in any case. */
export function header(packet: Packet, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return packet.find(([each]) => each.length === name.length && each.toLowerCase() === wanted)?.[1];
}

/** Every value of a header, its name in any case. */
export function headers(packet: Packet, name: string): string[] {
  const wanted = name.toLowerCase();
  return packet.filter(([each]) => each.toLowerCase() === wanted).map(([, value]) => value);
}

const LINE_BREAKS = /[\r\n]+/g;

/** Line breaks inside names and values would forge headers and are taken out. */
export function oneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(LINE_BREAKS, ' ') : text;
}

/** A packet's bytes. */
export function render(packet: Iterable<Header>): string {
  return `${renderLines(packet)}\r\n`;
}

/** Its lines, without the empty one that ends it. A header without a name is a line of nothing but its value. */
export function renderLines(packet: Iterable<Header>): string {
  let text = '';
  for (const [name, value] of packet)
    text += name === '' && value !== '' ? `${oneLine(value)}\r\n` : `${oneLine(name)}: ${oneLine(value)}\r\n`;
  return text;
}
