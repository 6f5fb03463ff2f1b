/** One packet: headers in order, names as sent. */
export type Packet = readonly (readonly [name: string, value: string])[];

/** Longest line and most headers of a packet; a client that sends more is disconnected. */
export const MAX_LINE = 16 * 1024;
export const MAX_HEADERS = 256;

/** Collects packets from a byte stream: lines that end with CRLF or LF, packets that end with an empty line. */
export class PacketReader {
  #rest = '';
  #headers: [string, string][] = [];
  readonly #each: (packet: Packet) => void;

  constructor(each: (packet: Packet) => void) {
    this.#each = each;
  }

  /** Takes bytes. Returns false when the sender has gone over a limit. */
  take(chunk: string): boolean {
    this.#rest += chunk;
    for (let at = this.#rest.indexOf('\n'); at >= 0; at = this.#rest.indexOf('\n')) {
      const line = this.#rest.slice(0, at > 0 && this.#rest[at - 1] === '\r' ? at - 1 : at);
      this.#rest = this.#rest.slice(at + 1);
      if (line.length > MAX_LINE || this.#headers.length >= MAX_HEADERS) return false;
      if (line !== '') {
        const colon = line.indexOf(':');
        const value = colon < 0 ? '' : line.slice(colon + 1);
        this.#headers.push([colon < 0 ? line : line.slice(0, colon), value.trimStart()]);
      } else if (this.#headers.length > 0) {
        const packet = this.#headers;
        this.#headers = [];
        this.#each(packet);
      }
    }
    return this.#rest.length <= MAX_LINE;
  }
}

/** The first value of a header, its name in any case. */
export function header(packet: Packet, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return packet.find(([each]) => each.toLowerCase() === wanted)?.[1];
}

/** A packet's bytes; line breaks inside values would forge headers and are taken out. */
export function render(packet: Packet): string {
  let text = '';
  for (const [name, value] of packet) text += `${name}: ${value.replace(/[\r\n]+/g, ' ')}\r\n`;
  return `${text}\r\n`;
}
