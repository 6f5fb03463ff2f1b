import { isHostName, isToken, parseDigits } from './chars.ts';
import { SipParseError } from './error.ts';
import { Params } from './params.ts';
import { hostText } from './uri.ts';

/** A branch that starts so was made by RFC 3261 rules (§8.1.1.7). */
export const MAGIC_COOKIE = 'z9hG4bK';

/** One Via value (RFC 3261 §20.42). */
export class Via {
  /** As written, compared without case: UDP, TCP, TLS, WS … */
  readonly transport: string;
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly params: Params;

  constructor(transport: string, host: string, port: number | undefined, params: Params) {
    this.transport = transport;
    this.host = host;
    this.port = port;
    this.params = params;
  }

  /** Throws SipParseError (400). Spaces around the slashes and the colon are legal and accepted. */
  static parse(text: string): Via {
    const semicolon = text.indexOf(';');
    const head = (semicolon < 0 ? text : text.slice(0, semicolon)).trim();
    let transport: string;
    let sentBy: string;
    // Nearly every Via starts exactly like this; anything else goes the long way.
    if (head.startsWith('SIP/2.0/') && head.indexOf(' ', 8) > 8) {
      const space = head.indexOf(' ', 8);
      transport = head.slice(8, space);
      sentBy = head.slice(space + 1).trim();
    } else {
      const first = head.indexOf('/');
      const second = head.indexOf('/', first + 1);
      if (first < 0 || second < 0) throw new SipParseError(`no Via: "${head.slice(0, 60)}"`);
      const name = head.slice(0, first).trim();
      const version = head.slice(first + 1, second).trim();
      if (name.toUpperCase() !== 'SIP' || version !== '2.0')
        throw new SipParseError('Via of another protocol');
      let at = second + 1;
      while (isBlank(head.charCodeAt(at))) at++;
      const start = at;
      while (at < head.length && !isBlank(head.charCodeAt(at))) at++;
      transport = head.slice(start, at);
      sentBy = head.slice(at).trim();
    }
    if (!isToken(transport)) throw new SipParseError('Via without transport');
    let host: string;
    let rest: string;
    if (sentBy.charCodeAt(0) === 91) {
      const close = sentBy.indexOf(']');
      if (close < 0) throw new SipParseError('IPv6 reference without end in Via');
      host = sentBy.slice(1, close);
      rest = sentBy.slice(close + 1).trim();
    } else {
      const colon = sentBy.indexOf(':');
      host = (colon < 0 ? sentBy : sentBy.slice(0, colon)).trim();
      rest = colon < 0 ? '' : sentBy.slice(colon);
      if (!isHostName(host)) throw new SipParseError(`Via without host: "${sentBy.slice(0, 60)}"`);
    }
    let port: number | undefined;
    if (rest !== '') {
      port = rest.charCodeAt(0) === 58 ? parseDigits(rest.slice(1).trim(), 65_535) : -1;
      if (port < 0) throw new SipParseError(`no port in Via: "${rest.slice(0, 20)}"`);
    }
    return new Via(transport, host, port, semicolon < 0 ? new Params() : Params.parse(text, semicolon));
  }

  get branch(): string | undefined {
    return this.params.get('branch');
  }

  /** host:port as transaction matching wants it (RFC 3261 §17.2.3). */
  get sentBy(): string {
    return this.port === undefined ? hostText(this.host) : `${hostText(this.host)}:${this.port}`;
  }

  toString(): string {
    return `SIP/2.0/${this.transport} ${this.sentBy}${this.params.toString()}`;
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
