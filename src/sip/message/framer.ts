import { MAX_MESSAGE_BYTES } from '../limits.ts';
import { SipParseError } from './error.ts';

/** What a piece of stream contained. */
export interface Framed {
  /** Whole messages, each ready for parseMessage. */
  messages: Buffer[];
  /** Double CRLF pings that ask for a pong (RFC 5626 §4.4.1). */
  pings: number;
}

const CONTENT_LENGTH = 'content-length';

/**
 * Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3). After it threw, the stream is lost:
 * close the connection.
 */
export class StreamFramer {
  readonly #max: number;
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes of `#pending` that hold no end of headers, so they are not searched again. */
  #searched = 0;
  /** Length of the whole message once its headers are known. */
  #needed = 0;

  constructor(maxBytes = MAX_MESSAGE_BYTES) {
    this.#max = maxBytes;
  }

  /** Bytes held back for a message that is not complete. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Throws SipParseError (400 bad or missing Content-Length, 513 too large). */
  push(bytes: Buffer): Framed {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const framed: Framed = { messages: [], pings: 0 };
    for (;;) {
      const buffer = this.#pending;
      if (this.#needed === 0) {
        const skipped = leadingBreaks(buffer);
        if (skipped > 0) {
          framed.pings += skipped >> 2;
          // A lone CRLF may be the first half of a ping: wait for the rest.
          const keep = skipped === buffer.length ? skipped & 3 : 0;
          this.#pending = buffer.subarray(skipped - keep);
          if (keep > 0 || this.#pending.length === 0) return framed;
          this.#searched = 0;
          continue;
        }
        const end = buffer.indexOf('\r\n\r\n', Math.max(0, this.#searched - 3));
        if (end < 0) {
          if (buffer.length > this.#max) throw new SipParseError('message too large', 513);
          this.#searched = buffer.length;
          return framed;
        }
        const length = contentLength(buffer.toString('latin1', 0, end));
        this.#needed = end + 4 + length;
        if (this.#needed > this.#max) throw new SipParseError('message too large', 513);
      }
      if (buffer.length < this.#needed) return framed;
      framed.messages.push(buffer.subarray(0, this.#needed));
      this.#pending = buffer.subarray(this.#needed);
      this.#needed = 0;
      this.#searched = 0;
      if (this.#pending.length === 0) return framed;
    }
  }
}

/** Bytes of CR and LF at the start. */
function leadingBreaks(buffer: Buffer): number {
  let at = 0;
  while (at < buffer.length && (buffer[at] === 13 || buffer[at] === 10)) at++;
  return at;
}

/** Content-Length of a header section; on a stream it is mandatory (RFC 3261 §20.14). */
function contentLength(head: string): number {
  let found = -1;
  let at = head.indexOf('\n') + 1;
  while (at > 0 && at < head.length) {
    const code = head.charCodeAt(at) | 32;
    // c(ontent-length) or l, the compact form
    if (code === 99 || code === 108) {
      let end = head.indexOf('\n', at);
      if (end < 0) end = head.length;
      const colon = head.indexOf(':', at);
      if (colon > 0 && colon < end) {
        const name = head.slice(at, colon).trim().toLowerCase();
        if (name === 'l' || name === CONTENT_LENGTH) {
          const value = head.slice(colon + 1, end).trim();
          const number = /^\d{1,9}$/.test(value) ? Number(value) : -1;
          if (number < 0) throw new SipParseError('Content-Length is no number');
          if (found >= 0 && found !== number) throw new SipParseError('Content-Length twice');
          found = number;
        }
      }
    }
    at = head.indexOf('\n', at) + 1;
  }
  if (found < 0) throw new SipParseError('Content-Length missing on a stream');
  return found;
}
