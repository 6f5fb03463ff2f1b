import type { Clock } from '../../platform/index.ts';
import { quote } from '../message/chars.ts';
import { randomHex } from '../message/random.ts';
import type { DigestCredentials } from './credentials.ts';
import { algorithmOf, type DigestAlgorithm, digestHex, ha1, sameText } from './hash.ts';

/** Nonces whose counts are remembered at once; the oldest is forgotten, and its next use is stale. */
const MAX_COUNTED_NONCES = 50_000;
const STAMP_DIGITS = 12;
const SALT_DIGITS = 8;
const MAC_DIGITS = 32;
/** Default time a nonce is good for, milliseconds. */
const NONCE_LIFETIME_MS = 32_000;

export interface DigestServerOptions {
  clock: Clock;
  /** Milliseconds a nonce is good for. */
  nonceLifetime?: number;
  /** Refuse a nonce count that was used before (RFC 7616 §3.4). Off: a retransmitted request verifies again. */
  countNonces?: boolean;
}

/** What the account has: a password, or H(user:realm:password) for the algorithm at hand. */
export type Secret = { password: string } | { ha1: string };

/**
 * ok; stale = right secret, old nonce (challenge again with `stale`); wrong = secret or nonce is wrong;
 * unsupported = algorithm or qop we do not speak.
 */
export type Verdict = 'ok' | 'stale' | 'wrong' | 'unsupported';

/** Server side of digest authentication (RFC 7616, RFC 8760). Nonces carry their own proof, so none are stored. */
export class DigestServer {
  readonly #clock: Clock;
  readonly #lifetime: number;
  readonly #counts: Map<string, number> | undefined;
  readonly #inner = randomHex(64);
  readonly #outer = randomHex(64);
  /** Stands in for the password of a user that does not exist. */
  readonly #decoy: Secret = { password: randomHex(32) };
  /** A fixed opaque: it is only to be returned (RFC 7616 §3.3). */
  readonly opaque = randomHex(16);

  constructor(options: DigestServerOptions) {
    this.#clock = options.clock;
    this.#lifetime = options.nonceLifetime ?? NONCE_LIFETIME_MS;
    this.#counts = options.countNonces === true ? new Map() : undefined;
  }

  /** A nonce good for the lifetime and, when given, only for `binding` (say, the peer's address). */
  nonce(binding = ''): string {
    const stamp = this.#clock.now().toString(16).padStart(STAMP_DIGITS, '0') + randomHex(SALT_DIGITS);
    return stamp + this.#mac(stamp, binding);
  }

  /** Nested keyed hash: outer(key, inner(key, text)), as HMAC nests, from two one-shot hashes. */
  #mac(stamp: string, binding: string): string {
    const inner = digestHex('SHA-256', `${this.#inner}${stamp}|${binding}`);
    return digestHex('SHA-256', this.#outer + inner).slice(0, MAC_DIGITS);
  }

  /** Whether we made this nonce, and whether it is still good. */
  nonceState(nonce: string, binding = ''): 'fresh' | 'old' | 'foreign' {
    const stampLength = STAMP_DIGITS + SALT_DIGITS;
    if (nonce.length !== stampLength + MAC_DIGITS) return 'foreign';
    const stamp = nonce.slice(0, stampLength);
    if (!sameText(this.#mac(stamp, binding), nonce.slice(stampLength))) return 'foreign';
    const age = this.#clock.now() - Number.parseInt(stamp.slice(0, STAMP_DIGITS), 16);
    return age > this.#lifetime || age < -this.#lifetime ? 'old' : 'fresh';
  }

  /** A WWW-Authenticate or Proxy-Authenticate value; send one per algorithm, strongest first (RFC 8760 §2.4). */
  challenge(
    realm: string,
    algorithm: DigestAlgorithm = 'MD5',
    options: { stale?: boolean; binding?: string; nonce?: string } = {},
  ): string {
    const nonce = options.nonce ?? this.nonce(options.binding);
    const stale = options.stale === true ? ',stale=true' : '';
    return `Digest realm=${quote(realm)},nonce="${nonce}",opaque="${this.opaque}"${stale},algorithm=${algorithm},qop="auth"`;
  }

  /**
   * Checks credentials against a secret; undefined for a user that does not exist, which costs the same as a wrong
   * password, so that nobody can tell the two apart by the time it takes.
   */
  verify(credentials: DigestCredentials, method: string, secret: Secret | undefined, binding = ''): Verdict {
    const kind = algorithmOf(credentials.algorithm);
    if (kind === undefined) return 'unsupported';
    const qop = credentials.qop?.toLowerCase();
    if (qop !== undefined && qop !== 'auth') return 'unsupported';
    const state = this.nonceState(credentials.nonce, binding);
    const used = secret ?? this.#decoy;
    const expected = digestResponse(credentials, method, used, kind.algorithm, kind.session);
    if (!sameText(expected, credentials.response.toLowerCase()) || secret === undefined) return 'wrong';
    if (state !== 'fresh') return 'stale';
    return this.#countUsed(credentials, qop) ? 'stale' : 'ok';
  }

  #countUsed(credentials: DigestCredentials, qop: string | undefined): boolean {
    const counts = this.#counts;
    if (counts === undefined || qop === undefined) return false;
    const count = Number.parseInt(credentials.nc ?? '', 16);
    if (!(count > 0)) return true;
    const last = counts.get(credentials.nonce);
    if (last !== undefined && count <= last) return true;
    counts.set(credentials.nonce, count);
    if (counts.size > MAX_COUNTED_NONCES) {
      for (const oldest of counts.keys()) {
        counts.delete(oldest);
        break;
      }
    }
    return false;
  }
}

/** The `response` value these credentials should have, lower-case hexadecimal (RFC 7616 §3.4.1). */
export function digestResponse(
  credentials: DigestCredentials,
  method: string,
  secret: Secret,
  algorithm: DigestAlgorithm,
  session: boolean,
): string {
  const c = credentials;
  let first =
    'ha1' in secret ? secret.ha1.toLowerCase() : ha1(algorithm, c.username, c.realm, secret.password);
  if (session) first = digestHex(algorithm, `${first}:${c.nonce}:${c.cnonce ?? ''}`);
  const second = digestHex(algorithm, `${method}:${c.uri}`);
  if (c.qop === undefined) return digestHex(algorithm, `${first}:${c.nonce}:${second}`);
  return digestHex(algorithm, `${first}:${c.nonce}:${c.nc ?? ''}:${c.cnonce ?? ''}:${c.qop}:${second}`);
}
