import { quote, skipQuoted, unquote } from '../message/chars.ts';
import { SipParseError } from '../message/error.ts';

/** Parameters of one challenge or credentials; the rest is an error. */
const MAX_AUTH_PARAMS = 32;

/** `name=value` pairs after the scheme, names in lower case, quotes undone. */
export interface AuthParams {
  /** Lower case: 'digest', 'basic' … */
  scheme: string;
  params: Map<string, string>;
}

/** Reads `Scheme a=b, c="d"`. Throws SipParseError (400). */
export function parseAuthParams(value: string): AuthParams {
  const text = value.trim();
  const space = text.indexOf(' ');
  const scheme = (space < 0 ? text : text.slice(0, space)).toLowerCase();
  const params = new Map<string, string>();
  const length = text.length;
  let at = space < 0 ? length : space;
  while (at < length) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 9 || code === 44) {
      at++;
      continue;
    }
    const equals = text.indexOf('=', at);
    if (equals < 0) throw new SipParseError('authentication parameter without value');
    const name = text.slice(at, equals).trim().toLowerCase();
    let start = equals + 1;
    while (text.charCodeAt(start) === 32) start++;
    let end: number;
    if (text.charCodeAt(start) === 34) {
      end = skipQuoted(text, start);
      if (end < 0) throw new SipParseError('quoted string without end in authentication header');
      if (!params.has(name)) params.set(name, unquote(text.slice(start, end)));
    } else {
      end = text.indexOf(',', start);
      if (end < 0) end = length;
      if (!params.has(name)) params.set(name, text.slice(start, end).trim());
    }
    if (params.size > MAX_AUTH_PARAMS) throw new SipParseError('too many authentication parameters');
    at = end;
  }
  return { scheme, params };
}

/** What a client sent in Authorization or Proxy-Authorization (RFC 7616 §3.4). */
export interface DigestCredentials {
  username: string;
  realm: string;
  nonce: string;
  uri: string;
  response: string;
  /** As sent; undefined means MD5. */
  algorithm: string | undefined;
  opaque: string | undefined;
  qop: string | undefined;
  nc: string | undefined;
  cnonce: string | undefined;
}

/** Digest credentials of a header value; undefined for another scheme. Throws SipParseError (400). */
export function parseCredentials(value: string): DigestCredentials | undefined {
  const { scheme, params } = parseAuthParams(value);
  if (scheme !== 'digest') return undefined;
  return {
    username: params.get('username') ?? '',
    realm: params.get('realm') ?? '',
    nonce: params.get('nonce') ?? '',
    uri: params.get('uri') ?? '',
    response: params.get('response') ?? '',
    algorithm: params.get('algorithm'),
    opaque: params.get('opaque'),
    qop: params.get('qop'),
    nc: params.get('nc'),
    cnonce: params.get('cnonce'),
  };
}

/** What a server sent in WWW-Authenticate or Proxy-Authenticate (RFC 7616 §3.3). */
export interface Challenge {
  realm: string;
  nonce: string;
  algorithm: string | undefined;
  opaque: string | undefined;
  /** Offered qualities, lower case; empty for RFC 2069 servers. */
  qop: string[];
  stale: boolean;
}

/** A digest challenge of a header value; undefined for another scheme. Throws SipParseError (400). */
export function parseChallenge(value: string): Challenge | undefined {
  const { scheme, params } = parseAuthParams(value);
  if (scheme !== 'digest') return undefined;
  return {
    realm: params.get('realm') ?? '',
    nonce: params.get('nonce') ?? '',
    algorithm: params.get('algorithm'),
    opaque: params.get('opaque'),
    qop: (params.get('qop') ?? '')
      .split(',')
      .map((each) => each.trim().toLowerCase())
      .filter((each) => each !== ''),
    stale: params.get('stale')?.toLowerCase() === 'true',
  };
}

/** Credentials as a header value. qop, nc and algorithm stand without quotes (RFC 7616 §3.4). */
export function formatCredentials(credentials: DigestCredentials): string {
  const c = credentials;
  let out = `Digest username=${quote(c.username)}, realm=${quote(c.realm)}, nonce=${quote(c.nonce)}, uri=${quote(c.uri)}, response="${c.response}"`;
  if (c.algorithm !== undefined) out += `, algorithm=${c.algorithm}`;
  if (c.cnonce !== undefined) out += `, cnonce=${quote(c.cnonce)}`;
  if (c.opaque !== undefined) out += `, opaque=${quote(c.opaque)}`;
  if (c.qop !== undefined) out += `, qop=${c.qop}`;
  if (c.nc !== undefined) out += `, nc=${c.nc}`;
  return out;
}
