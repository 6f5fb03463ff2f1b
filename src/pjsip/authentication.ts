import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import type { SecurityEventKind, SecurityEvents } from '../security/index.ts';
import {
  type ClientCredentials,
  type DigestAlgorithm,
  type DigestCredentials,
  DigestServer,
  type Flow,
  parseCredentials,
  type Secret,
  type SipRequest,
} from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import type { Refusal } from './registrar.ts';
import type { GlobalSettings } from './settings.ts';

/** What an authentication came to: `challenge` carries the headers of the 401. */
export type Admission =
  | { readonly kind: 'ok' }
  | { readonly kind: 'challenge'; readonly headers: readonly (readonly [string, string])[] };

const OK: Admission = { kind: 'ok' };
/** Seconds that a nonce of a challenge for nobody lives: the default of `nonce_lifetime`. */
const DEFAULT_NONCE_SECONDS = 32;
/** Stands in for the password of an endpoint that does not exist: the work is the same, the result is always no. */
const NO_SECRET: Secret = { password: '\u0000' };

/** Digest authentication of what comes in. Unknown endpoints and wrong passwords are answered alike, at the same cost. */
export class Authentication {
  readonly #sorcery: Sorcery;
  readonly #settings: GlobalSettings;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #security: SecurityEvents;
  /** Nonces live as long as the `auth` says: one server of nonces for each lifetime in use. */
  readonly #servers = new Map<number, DigestServer>();

  constructor(options: {
    sorcery: Sorcery;
    settings: GlobalSettings;
    clock: Clock;
    log: Logger;
    security: SecurityEvents;
  }) {
    this.#sorcery = options.sorcery;
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#security = options.security;
  }

  /** Admits a request of an endpoint, or tells the challenge to refuse it with. */
  check(request: SipRequest, flow: Flow, endpoint: SorceryObject | undefined): Admission {
    const auths: SorceryObject[] = [];
    if (endpoint !== undefined) {
      const names = endpoint.list('auth');
      if (names.length === 0) return OK;
      for (const name of names) {
        const auth = this.#sorcery.get('auth', name);
        if (auth !== undefined) auths.push(auth);
      }
    }
    /** Realms whose secret was right, of a nonce that is too old. */
    const stale = new Set<string>();
    let failed: DigestCredentials | undefined;
    for (const value of request.getAll('Authorization')) {
      const credentials = parseCredentials(value);
      if (credentials === undefined) continue;
      const verdict = this.#verify(credentials, request.method, auths);
      if (verdict === 'ok') {
        this.#raise('SuccessfulAuth', endpoint?.id ?? credentials.username, request, flow, [
          ['UsingPassword', '1'],
        ]);
        return OK;
      }
      if (verdict === 'stale') stale.add(credentials.realm);
      else failed ??= credentials;
    }
    this.#challenged(request, flow, endpoint, stale.size > 0 ? undefined : failed);
    return { kind: 'challenge', headers: this.#challenges(auths, stale) };
  }

  /** Challenges a request that a list of its endpoint keeps out, as if there were no such endpoint. */
  bar(request: SipRequest, flow: Flow, endpoint: SorceryObject, list: 'acl' | 'contact_acl'): Admission {
    this.#report(request, flow, `Not match Endpoint${list === 'acl' ? '' : ' Contact'} ACL`);
    this.#raise('FailedACL', endpoint.id, request, flow, [['ACLName', `not_match_endpoint_${list}`]]);
    const credentials = request.getAll('Authorization').map(parseCredentials).find(Boolean);
    const verdict = credentials === undefined ? undefined : this.#verify(credentials, request.method, []);
    if (credentials !== undefined && verdict !== undefined) {
      this.#report(request, flow, 'Failed to authenticate');
      this.#raise('ChallengeResponseFailed', '<unknown>', request, flow, response(credentials));
    } else this.#raise('ChallengeSent', '<unknown>', request, flow, [['Challenge', '']]);
    return { kind: 'challenge', headers: this.#challenges([]) };
  }

  /** Tells about a request that is challenged: the first of an exchange, or one whose credentials were wrong. */
  #challenged(
    request: SipRequest,
    flow: Flow,
    endpoint: SorceryObject | undefined,
    failed: DigestCredentials | undefined,
  ): void {
    if (endpoint === undefined) {
      this.#report(request, flow, 'No matching endpoint found');
      this.#raise('InvalidAccountID', request.from.uri.user ?? '<unknown>', request, flow, []);
    } else if (failed !== undefined) {
      this.#report(request, flow, 'Failed to authenticate');
      this.#raise('ChallengeResponseFailed', endpoint.id, request, flow, response(failed));
      return;
    }
    this.#raise('ChallengeSent', endpoint?.id ?? '<unknown>', request, flow, [['Challenge', '']]);
  }

  /** Tells of a request that was authenticated and then refused. */
  refused(request: SipRequest, flow: Flow, endpoint: SorceryObject, { kind, reason }: Refusal): void {
    const name = kind === 'FailedACL' ? 'ACLName' : 'RequestType';
    this.#raise(kind, endpoint.id, request, flow, [[name, reason]]);
  }

  #raise(
    kind: SecurityEventKind,
    account: string,
    request: SipRequest,
    flow: Flow,
    details: readonly (readonly [string, string])[],
  ): void {
    this.#security.raise({
      kind,
      service: 'PJSIP',
      account,
      session: request.callId,
      ...addresses(flow),
      details,
    });
  }

  #verify(credentials: DigestCredentials, method: string, auths: readonly SorceryObject[]): string {
    const algorithm = (credentials.algorithm ?? 'MD5').toUpperCase();
    for (const auth of auths) {
      const realm = auth.get('realm') || this.#settings.defaultRealm;
      if (credentials.username !== auth.get('username') || credentials.realm !== realm) continue;
      if (!algorithmsOf(auth, 'supported_algorithms_uas').includes(algorithm as DigestAlgorithm)) continue;
      const secret = secretOf(auth, algorithm);
      if (secret !== undefined)
        return this.#server(auth.number('nonce_lifetime')).verify(credentials, method, secret);
    }
    this.#server(DEFAULT_NONCE_SECONDS).verify(credentials, method, NO_SECRET);
    return 'wrong';
  }

  #challenges(
    auths: readonly SorceryObject[],
    stale: ReadonlySet<string> = new Set(),
  ): (readonly [string, string])[] {
    const headers: (readonly [string, string])[] = [];
    for (const auth of auths) {
      const realm = auth.get('realm') || this.#settings.defaultRealm;
      const server = this.#server(auth.number('nonce_lifetime'));
      for (const algorithm of algorithmsOf(auth, 'supported_algorithms_uas')) {
        headers.push(['WWW-Authenticate', server.challenge(realm, algorithm, { stale: stale.has(realm) })]);
      }
    }
    if (headers.length === 0) {
      const server = this.#server(DEFAULT_NONCE_SECONDS);
      headers.push(['WWW-Authenticate', server.challenge(this.#settings.defaultRealm, 'MD5')]);
    }
    return headers;
  }

  #server(seconds: number): DigestServer {
    let server = this.#servers.get(seconds);
    if (server === undefined) {
      server = new DigestServer({ clock: this.#clock, nonceLifetime: seconds * 1000 });
      this.#servers.set(seconds, server);
    }
    return server;
  }

  /** One line that log watchers match, in the form that they know. */
  #report(request: SipRequest, { remote }: Flow, reason: string): void {
    const from = (request.get('From') ?? '').replace(/;tag=.*$/, '');
    this.#log.notice(
      `Request '${request.method}' from '${from}' failed for '${remote.address}:${remote.port}' (callid: ${request.callId}) - ${reason}`,
    );
  }
}

function response({ nonce, response }: DigestCredentials): readonly (readonly [string, string])[] {
  return [
    ['Challenge', nonce],
    ['Response', response],
    ['ExpectedResponse', ''],
  ];
}

/**
 * What we answer challenges with, from `auth` objects: an account for each algorithm that one may be used for. Those of
 * a realm come first: one without a realm answers any other.
 */
export function outboundAccounts(sorcery: Sorcery, names: readonly string[]): ClientCredentials[] {
  const accounts: ClientCredentials[] = [];
  for (const name of names) {
    const auth = sorcery.get('auth', name);
    if (auth === undefined) continue;
    const realm = auth.get('realm');
    for (const algorithm of algorithmsOf(auth, 'supported_algorithms_uac')) {
      const secret = secretOf(auth, algorithm);
      if (secret === undefined) continue;
      accounts.push({
        username: auth.get('username'),
        secret,
        algorithm,
        ...(realm === '' || realm === '*' ? {} : { realm }),
      });
    }
  }
  return accounts.sort((a, b) => Number(a.realm === undefined) - Number(b.realm === undefined));
}

/** Both ends of a flow, as security events show them. */
export function addresses({ transport, remote }: Flow) {
  const protocol = transport.protocol.toUpperCase();
  return {
    local: { protocol, address: transport.localAddress, port: transport.localPort },
    remote: { protocol, address: remote.address, port: remote.port },
  };
}

function algorithmsOf(
  auth: SorceryObject,
  option: 'supported_algorithms_uas' | 'supported_algorithms_uac',
): DigestAlgorithm[] {
  const listed = auth.list(option).map((each) => each.toUpperCase());
  return (listed.length === 0 ? ['MD5'] : listed) as DigestAlgorithm[];
}

/** The secret for an algorithm: the password, or the hash when that is what is kept. */
export function secretOf(auth: SorceryObject, algorithm: string): Secret | undefined {
  const digest = auth.get('password_digest');
  if (digest.startsWith(`${algorithm}:`)) return { ha1: digest.slice(algorithm.length + 1) };
  const password = auth.get('password');
  return password === '' ? undefined : { password };
}
