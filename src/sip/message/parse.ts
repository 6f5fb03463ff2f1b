import { MAX_HEADER_LINE, MAX_HEADERS, MAX_MESSAGE_BYTES } from '../limits.ts';
import { isToken, parseDigits } from './chars.ts';
import { SipParseError } from './error.ts';
import { canonicalHeader } from './header-names.ts';
import { type SipMessage, SipRequest, SipResponse } from './message.ts';

const CRLF_CRLF = Buffer.from('\r\n\r\n');
const LF_LF = Buffer.from('\n\n');

/** Offset of the first body byte, or -1 while the header section has no end. Bare line feeds are tolerated. */
export function bodyOffset(bytes: Buffer): number {
  const strict = bytes.indexOf(CRLF_CRLF);
  if (strict >= 0) return strict + 4;
  const loose = bytes.indexOf(LF_LF);
  return loose < 0 ? -1 : loose + 2;
}

/**
 * Reads one message that stands alone in `bytes` (a datagram, or what StreamFramer cut out). Throws SipParseError.
 * Header values stay raw: whoever needs one parses it then. The body is a view into `bytes`, not a copy.
 */
export function parseMessage(bytes: Buffer): SipMessage {
  if (bytes.length > MAX_MESSAGE_BYTES) throw new SipParseError('message too large', 513);
  const offset = bodyOffset(bytes);
  const text = bytes.toString('utf8', 0, offset < 0 ? bytes.length : offset);
  const length = text.length;

  let at = 0;
  // Empty lines before the start line are ignored (RFC 3261 §7.5).
  while (at < length && (text.charCodeAt(at) === 13 || text.charCodeAt(at) === 10)) at++;
  let lineEnd = text.indexOf('\n', at);
  if (lineEnd < 0) throw new SipParseError('no line');
  const names: string[] = [];
  const values: string[] = [];
  let fault: string | undefined;
  let faultStatus = 400;
  const message = parseStartLine(text.slice(at, trimEnd(text, at, lineEnd)), names, values);
  if (typeof message === 'string') throw new SipParseError(message);
  if (message.fault !== undefined) {
    fault = message.fault;
    faultStatus = message.status;
  }

  let contentLength = -1;
  at = lineEnd + 1;
  while (at < length) {
    lineEnd = text.indexOf('\n', at);
    const next = lineEnd < 0 ? length : lineEnd + 1;
    const end = trimEnd(text, at, lineEnd < 0 ? length : lineEnd);
    if (end === at) break;
    const first = text.charCodeAt(at);
    if (first === 32 || first === 9) {
      // Folded line: belongs to the header before it (RFC 3261 §7.3.1).
      const last = values.length - 1;
      if (last < 0) fault ??= 'folded line before any header';
      else {
        const joined = `${values[last]} ${text.slice(at, end).trim()}`.trim();
        if (joined.length > MAX_HEADER_LINE)
          throw new SipParseError('header line too long', 513, message.made);
        values[last] = joined;
        if (names[last] === 'Content-Length') contentLength = parseDigits(joined, MAX_MESSAGE_BYTES * 65_536);
      }
    } else {
      if (end - at > MAX_HEADER_LINE) throw new SipParseError('header line too long', 513, message.made);
      if (names.length >= MAX_HEADERS) throw new SipParseError('too many headers', 513, message.made);
      const colon = text.indexOf(':', at);
      if (colon < 0 || colon >= end) fault ??= 'header line without colon';
      else {
        let nameEnd = colon;
        while (nameEnd > at && isBlank(text.charCodeAt(nameEnd - 1))) nameEnd--;
        let start = colon + 1;
        while (start < end && isBlank(text.charCodeAt(start))) start++;
        const name = text.slice(at, nameEnd);
        const canonical = canonicalHeader(name);
        if (canonical === name && !isToken(name)) fault ??= 'header name is no token';
        else {
          const value = text.slice(start, end);
          if (canonical === 'Content-Length') {
            const read = parseDigits(value, MAX_MESSAGE_BYTES * 65_536);
            if (contentLength >= 0 && read !== contentLength) fault ??= 'Content-Length twice';
            contentLength = read;
            if (read < 0 && value !== '') fault ??= 'Content-Length is no number';
          }
          names.push(canonical);
          values.push(value);
        }
      }
    }
    at = next;
  }

  if (offset < 0) fault ??= 'header section without end';
  else {
    const rest = bytes.length - offset;
    if (contentLength > rest) fault ??= 'body shorter than Content-Length';
    // What follows the body in a datagram is dropped (RFC 3261 §18.3).
    const end = contentLength >= 0 && contentLength < rest ? offset + contentLength : bytes.length;
    if (end > offset) message.made.body = bytes.subarray(offset, end);
  }
  if (fault !== undefined) throw new SipParseError(fault, faultStatus, message.made);
  return message.made;
}

interface Started {
  made: SipMessage;
  fault?: string;
  status: number;
}

/** The message object for a start line, maybe with a fault to report once the headers are known; text = hopeless. */
function parseStartLine(line: string, names: string[], values: string[]): Started | string {
  if (startsAsResponse(line)) {
    const firstSpace = line.indexOf(' ');
    if (firstSpace < 0) return 'status line without status';
    const code = line.slice(firstSpace + 1, firstSpace + 4);
    const status = parseDigits(code, 699);
    const after = line.charCodeAt(firstSpace + 4);
    if (code.length !== 3 || status < 100 || !(Number.isNaN(after) || after === 32)) return 'no status code';
    const made = new SipResponse(status, line.slice(firstSpace + 5), names, values);
    if (line.slice(0, firstSpace).toUpperCase() !== 'SIP/2.0')
      return { made, fault: 'version not supported', status: 505 };
    return { made, status: 400 };
  }
  const space = line.indexOf(' ');
  const method = space < 0 ? line : line.slice(0, space);
  if (space < 0 || !isToken(method)) return 'no request line';
  const lastSpace = line.lastIndexOf(' ');
  const uri = lastSpace > space ? line.slice(space + 1, lastSpace) : line.slice(space + 1);
  const version = lastSpace > space ? line.slice(lastSpace + 1) : '';
  const made = new SipRequest(method, uri, names, values);
  if (version === 'SIP/2.0' || version.toUpperCase() === 'SIP/2.0') {
    if (uri === '' || uri.indexOf(' ') >= 0 || uri.indexOf('\t') >= 0) {
      return { made, fault: 'white space in request line', status: 400 };
    }
    return { made, status: 400 };
  }
  if (version.toUpperCase().startsWith('SIP/')) return { made, fault: 'version not supported', status: 505 };
  return { made, fault: 'request line without SIP version', status: 400 };
}

function startsAsResponse(line: string): boolean {
  return line.startsWith('SIP/') || (line.length > 4 && line.slice(0, 4).toUpperCase() === 'SIP/');
}

/** End of the line without its line break and trailing blanks. */
function trimEnd(text: string, start: number, end: number): number {
  let at = end;
  // A line feed closes it; trailing white space belongs to no value (RFC 3261 §7.3.1).
  while (at > start && (text.charCodeAt(at - 1) === 13 || isBlank(text.charCodeAt(at - 1)))) at--;
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
