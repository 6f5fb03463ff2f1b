import { SipParseError } from './error.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';

/**
 * Checks what every request must have before anything acts on it (RFC 3261 §8.1.1, §20): one each of From, To, Call-ID
 * and CSeq, a Via, a CSeq of this method, sane numbers, a parsable Request-URI. Throws SipParseError with `salvaged`.
 */
export function validateRequest(request: SipRequest): void {
  try {
    once(request);
    void request.via;
    const { method } = request.cseq;
    if (method !== request.method) throw new SipParseError('CSeq names another method');
    void request.from;
    void request.to;
    void request.requestUri;
    if (request.has('Max-Forwards') && request.number('Max-Forwards', 255) < 0) {
      throw new SipParseError('Max-Forwards is no number of 0 to 255');
    }
  } catch (error) {
    if (error instanceof SipParseError) throw new SipParseError(error.message, error.status, request);
    throw error;
  }
}

/** The same for a response; one that fails is dropped without a word (RFC 3261 §18.1.2). */
export function validateResponse(response: SipResponse): void {
  once(response);
  void response.via;
  void response.cseq;
}

/** One pass: each of the four exactly once, Via at least once, the other single ones at most once. */
function once(message: SipMessage): void {
  let seen = 0;
  for (const name of message.names) {
    let bit = 0;
    switch (name) {
      case 'From':
        bit = 1;
        break;
      case 'To':
        bit = 2;
        break;
      case 'Call-ID':
        bit = 4;
        break;
      case 'CSeq':
        bit = 8;
        break;
      case 'Max-Forwards':
        bit = 16;
        break;
      case 'Content-Type':
        bit = 32;
        break;
      case 'Content-Length':
        bit = 64;
        break;
      case 'Via':
        seen |= 128;
        break;
    }
    if ((seen & bit) !== 0) throw new SipParseError(`${name} header twice`);
    seen |= bit;
  }
  if ((seen & 143) === 143) return;
  const missing =
    (seen & 1) === 0
      ? 'From'
      : (seen & 2) === 0
        ? 'To'
        : (seen & 4) === 0
          ? 'Call-ID'
          : (seen & 8) === 0
            ? 'CSeq'
            : 'Via';
  throw new SipParseError(`${missing} header missing`);
}
