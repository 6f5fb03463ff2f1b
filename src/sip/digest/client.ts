import { SipParseError } from '../message/error.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { randomHex } from '../message/random.ts';
import {
  type Challenge,
  type DigestCredentials,
  formatCredentials,
  parseChallenge,
  parseCredentials,
} from './credentials.ts';
import { algorithmOf, type DigestAlgorithm } from './hash.ts';
import { digestResponse, type Secret } from './server.ts';

export interface ClientCredentials {
  username: string;
  secret: Secret;
  /** Only answer challenges of this realm; any when left out. */
  realm?: string;
  /** Only answer challenges of this algorithm; any that can be computed when left out. */
  algorithm?: DigestAlgorithm;
}

/**
 * The header that answers a 401 or 407, or undefined when no challenge fits or the same credentials were just refused.
 * The first challenge we can compute wins: servers put the strongest first (RFC 8760 §2.4).
 */
export function answerChallenge(
  request: SipRequest,
  response: SipResponse,
  accounts: readonly ClientCredentials[],
): [name: string, value: string] | undefined {
  const proxy = response.status === 407;
  const asked = proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate';
  const answer = proxy ? 'Proxy-Authorization' : 'Authorization';
  for (const value of response.getAll(asked)) {
    const challenge = readChallenge(value);
    if (challenge === undefined) continue;
    const kind = algorithmOf(challenge.algorithm);
    if (kind === undefined || (challenge.qop.length > 0 && !challenge.qop.includes('auth'))) continue;
    const account = accounts.find(
      (each) =>
        (each.realm === undefined || each.realm === challenge.realm) &&
        (each.algorithm === undefined || each.algorithm === kind.algorithm),
    );
    if (account === undefined) continue;
    const before = request.get(answer);
    if (before !== undefined && !challenge.stale) {
      const sent = parseCredentials(before);
      // The same realm refused what we just sent: asking again would not change the password.
      if (sent?.realm === challenge.realm && sent.username === account.username) return undefined;
    }
    const withQop = challenge.qop.length > 0;
    const credentials: DigestCredentials = {
      username: account.username,
      realm: challenge.realm,
      nonce: challenge.nonce,
      uri: request.uri,
      response: '',
      algorithm: challenge.algorithm,
      opaque: challenge.opaque,
      qop: withQop ? 'auth' : undefined,
      nc: withQop ? '00000001' : undefined,
      cnonce: withQop || kind.session ? randomHex(16) : undefined,
    };
    credentials.response = digestResponse(
      credentials,
      request.method,
      account.secret,
      kind.algorithm,
      kind.session,
    );
    return [answer, formatCredentials(credentials)];
  }
  return undefined;
}

function readChallenge(value: string): Challenge | undefined {
  try {
    return parseChallenge(value);
  } catch (error) {
    if (error instanceof SipParseError) return undefined;
    throw error;
  }
}
