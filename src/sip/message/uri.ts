import { isIPv6 } from 'node:net';
import {
  escapeHeader,
  escapeParam,
  escapeUser,
  isHostName,
  isToken,
  parseDigits,
  unescapePercent,
} from './chars.ts';
import { SipParseError } from './error.ts';
import { Params } from './params.ts';

/** Parameters that count even when only one of two URIs has them (RFC 3261 §19.1.4). */
const SIGNIFICANT = ['transport', 'user', 'ttl', 'method', 'maddr'] as const;

export interface UriParts {
  scheme?: string;
  /** Unescaped. */
  user?: string;
  password?: string;
  /** Name, IPv4 address, or IPv6 address without brackets. */
  host: string;
  port?: number;
  params?: Params;
}

/**
 * A `sip:`, `sips:` or `tel:` URI; others keep their text after the scheme in `opaque`.
 * The user part is kept as written, so what was parsed is written back the same.
 */
export class Uri {
  /** Lower case. */
  readonly scheme: string;
  /** User part with its escapes. */
  readonly rawUser: string | undefined;
  readonly rawPassword: string | undefined;
  /** Lower-case comparison applies; IPv6 addresses stand without brackets. Empty for tel and unknown schemes. */
  readonly host: string;
  readonly port: number | undefined;
  readonly params: Params;
  /** What follows `?`, escaped, without the question mark. */
  readonly headers: string | undefined;
  readonly opaque: string | undefined;

  private constructor(
    scheme: string,
    rawUser: string | undefined,
    rawPassword: string | undefined,
    host: string,
    port: number | undefined,
    params: Params,
    headers: string | undefined,
    opaque: string | undefined,
  ) {
    this.scheme = scheme;
    this.rawUser = rawUser;
    this.rawPassword = rawPassword;
    this.host = host;
    this.port = port;
    this.params = params;
    this.headers = headers;
    this.opaque = opaque;
  }

  /** Builds from plain parts, escaping where it must. */
  static of(parts: UriParts): Uri {
    const { scheme = 'sip', user, password, host, port, params = new Params() } = parts;
    return new Uri(
      scheme,
      user === undefined ? undefined : escapeUser(user),
      password === undefined ? undefined : escapeUser(password),
      host,
      port,
      params,
      undefined,
      undefined,
    );
  }

  /** Throws SipParseError (400) when it is no URI. An unknown scheme is no error here (a server answers 416). */
  static parse(text: string): Uri {
    const colon = text.indexOf(':');
    const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
    if (!isToken(scheme)) throw new SipParseError(`no URI: "${text.slice(0, 60)}"`);
    for (let i = colon + 1; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code <= 32 || code === 34 || code === 60 || code === 62 || code === 127) {
        throw new SipParseError(`character not allowed in a URI: "${text.slice(0, 60)}"`);
      }
    }
    if (scheme === 'sip' || scheme === 'sips') return Uri.#sip(scheme, text, colon + 1);
    if (scheme === 'tel') return Uri.#tel(text, colon + 1);
    return new Uri(
      scheme,
      undefined,
      undefined,
      '',
      undefined,
      new Params(),
      undefined,
      text.slice(colon + 1),
    );
  }

  /** Like parse, but undefined for what is no URI. */
  static tryParse(text: string): Uri | undefined {
    try {
      return Uri.parse(text);
    } catch {
      return undefined;
    }
  }

  static #tel(text: string, start: number): Uri {
    const semicolon = text.indexOf(';', start);
    const number = semicolon < 0 ? text.slice(start) : text.slice(start, semicolon);
    if (number === '') throw new SipParseError('tel URI without a number');
    const params = semicolon < 0 ? new Params() : Params.parse(text, semicolon);
    return new Uri('tel', number, undefined, '', undefined, params, undefined, undefined);
  }

  static #sip(scheme: string, text: string, start: number): Uri {
    let user: string | undefined;
    let password: string | undefined;
    let at = start;
    const sign = text.indexOf('@', start);
    if (sign >= 0) {
      if (sign === start) throw new SipParseError('URI with an empty user part');
      const colon = text.indexOf(':', start);
      if (colon >= 0 && colon < sign) {
        user = text.slice(start, colon);
        password = text.slice(colon + 1, sign);
      } else user = text.slice(start, sign);
      at = sign + 1;
    }
    const question = text.indexOf('?', at);
    const headers = question < 0 ? undefined : text.slice(question + 1);
    const end = question < 0 ? text.length : question;
    let semicolon = text.indexOf(';', at);
    if (semicolon < 0 || semicolon > end) semicolon = end;

    let host: string;
    let port: number | undefined;
    let colon: number;
    if (text.charCodeAt(at) === 91) {
      const bracket = text.indexOf(']', at);
      if (bracket < 0 || bracket >= semicolon) throw new SipParseError('IPv6 reference without end');
      host = text.slice(at + 1, bracket);
      if (!isIPv6(host)) throw new SipParseError(`no IPv6 address: "${host.slice(0, 60)}"`);
      colon = bracket + 1;
      if (colon < semicolon && text.charCodeAt(colon) !== 58)
        throw new SipParseError('text after IPv6 reference');
    } else {
      colon = text.indexOf(':', at);
      if (colon < 0 || colon > semicolon) colon = semicolon;
      host = text.slice(at, colon);
      if (!isHostName(host)) throw new SipParseError(`no host: "${host.slice(0, 60)}"`);
    }
    if (colon < semicolon) {
      port = parseDigits(text.slice(colon + 1, semicolon), 65_535);
      if (port < 0) throw new SipParseError(`no port: "${text.slice(colon + 1, semicolon).slice(0, 20)}"`);
    }
    const params =
      semicolon < end
        ? Params.parse(end === text.length ? text : text.slice(0, end), semicolon)
        : new Params();
    return new Uri(scheme, user, password, host, port, params, headers, undefined);
  }

  /** Unescaped user part; the number of a tel URI. */
  get user(): string | undefined {
    return this.rawUser === undefined ? undefined : unescapePercent(this.rawUser);
  }

  get password(): string | undefined {
    return this.rawPassword === undefined ? undefined : unescapePercent(this.rawPassword);
  }

  get secure(): boolean {
    return this.scheme === 'sips';
  }

  /** `lr`: the element routes loosely (RFC 3261 §16.4). */
  get looseRouting(): boolean {
    return this.params.has('lr');
  }

  /** Host as it stands in text: IPv6 in brackets. */
  get hostText(): string {
    return hostText(this.host);
  }

  /** `host[:port]`. */
  get hostPort(): string {
    return this.port === undefined ? this.hostText : `${this.hostText}:${this.port}`;
  }

  /** Headers after `?` by name, unescaped. */
  headerList(): [name: string, value: string][] {
    if (this.headers === undefined || this.headers === '') return [];
    return this.headers.split('&').map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 0) return [unescapePercent(pair), ''];
      return [unescapePercent(pair.slice(0, equals)), unescapePercent(pair.slice(equals + 1))];
    });
  }

  /** A copy with some parts replaced. `null` removes a part. */
  with(change: {
    scheme?: string;
    user?: string | null;
    host?: string;
    port?: number | null;
    params?: Params;
    headers?: [name: string, value: string][] | null;
  }): Uri {
    const user =
      change.user === undefined ? this.rawUser : change.user === null ? undefined : escapeUser(change.user);
    const port = change.port === undefined ? this.port : (change.port ?? undefined);
    let headers = this.headers;
    if (change.headers !== undefined) {
      headers = change.headers
        ?.map(([name, value]) => `${escapeHeader(name)}=${escapeHeader(value)}`)
        .join('&');
    }
    return new Uri(
      change.scheme ?? this.scheme,
      user,
      change.user === undefined ? this.rawPassword : undefined,
      change.host ?? this.host,
      port,
      change.params ?? this.params.clone(),
      headers,
      this.opaque,
    );
  }

  /** RFC 3261 §19.1.4; for tel RFC 3966 §3 (visual separators do not count); other schemes by text. */
  equals(other: Uri): boolean {
    if (this.scheme !== other.scheme) return false;
    if (this.opaque !== undefined) return this.opaque === other.opaque;
    if (this.scheme === 'tel')
      return telDigits(this.rawUser) === telDigits(other.rawUser) && this.#sameParams(other, true);
    return (
      this.user === other.user &&
      this.password === other.password &&
      this.port === other.port &&
      this.host.toLowerCase() === other.host.toLowerCase() &&
      this.#sameParams(other, false) &&
      this.#sameHeaders(other)
    );
  }

  #sameParams(other: Uri, everyOne: boolean): boolean {
    for (const [name, value] of this.params) {
      const theirs = other.params.get(name);
      if (theirs === undefined) {
        if (everyOne) return false;
        continue;
      }
      if (unescapePercent(theirs).toLowerCase() !== unescapePercent(value ?? '').toLowerCase()) return false;
    }
    if (everyOne) return this.params.size === other.params.size;
    for (const name of SIGNIFICANT) if (this.params.has(name) !== other.params.has(name)) return false;
    return true;
  }

  #sameHeaders(other: Uri): boolean {
    if ((this.headers ?? '') === (other.headers ?? '')) return true;
    const key = (uri: Uri) =>
      uri
        .headerList()
        .map(([name, value]) => `${name.toLowerCase()}=${value}`)
        .sort()
        .join('&');
    return key(this) === key(other);
  }

  toString(): string {
    if (this.opaque !== undefined) return `${this.scheme}:${this.opaque}`;
    if (this.scheme === 'tel') return `tel:${this.rawUser ?? ''}${this.params.toString()}`;
    let out = `${this.scheme}:`;
    if (this.rawUser !== undefined) {
      out += this.rawPassword === undefined ? `${this.rawUser}@` : `${this.rawUser}:${this.rawPassword}@`;
    }
    out += this.hostPort;
    if (this.params.size > 0) out += this.params.toString();
    return this.headers === undefined ? out : `${out}?${this.headers}`;
  }
}

/** An IPv6 address gets its brackets, anything else stays. */
export function hostText(host: string): string {
  return host.indexOf(':') < 0 ? host : `[${host}]`;
}

/** A URI parameter made from plain text. */
export function uriParam(params: Params, name: string, value: string): Params {
  return params.set(name, escapeParam(value));
}

function telDigits(number: string | undefined): string {
  return (number ?? '').toLowerCase().replace(/[-.()]/g, '');
}
