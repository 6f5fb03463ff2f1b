import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../platform/index.ts';
import { newRequest, respond } from '../message/build.ts';
import { answerChallenge } from './client.ts';
import {
  type DigestCredentials,
  formatCredentials,
  parseChallenge,
  parseCredentials,
} from './credentials.ts';
import { algorithmOf, type DigestAlgorithm, ha1 } from './hash.ts';
import { DigestServer, digestResponse, type Secret } from './server.ts';

/** The examples of RFC 2617 §3.5 and RFC 7616 §3.9.1. */
const older: DigestCredentials = {
  username: 'Mufasa',
  realm: 'testrealm@host.com',
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
  uri: '/dir/index.html',
  response: '6629fae49393a05397450978507c4ef1',
  algorithm: undefined,
  opaque: '5ccc069c403ebaf9f0171e9517f40e41',
  qop: 'auth',
  nc: '00000001',
  cnonce: '0a4f113b',
};
const newer: DigestCredentials = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  uri: '/dir/index.html',
  response: '8ca523f5e9506fed4657c9700eebdbec',
  algorithm: 'MD5',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  qop: 'auth',
  nc: '00000001',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};
const SHA256_RESPONSE = '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1';

const register = () =>
  newRequest({ method: 'REGISTER', uri: 'sip:example.com', from: '<sip:alice@example.com>;tag=a' });

const account = { username: 'alice', secret: { password: 'secret' } };

/** Credentials with which a client answers a challenge of this server. */
function answer(
  server: DigestServer,
  options: { algorithm?: DigestAlgorithm; password?: string; nonce?: string } = {},
): DigestCredentials {
  const request = register();
  const refusal = respond(request, 401);
  const { algorithm, password = 'secret', nonce } = options;
  refusal.append('WWW-Authenticate', server.challenge('r', algorithm, nonce === undefined ? {} : { nonce }));
  const header = answerChallenge(request, refusal, [{ username: 'alice', secret: { password } }]);
  const credentials = parseCredentials(header?.[1] ?? '');
  if (credentials === undefined) throw new Error('no credentials');
  return credentials;
}

const serve = (options: { countNonces?: boolean; nonceLifetime?: number } = {}) => {
  const clock = new FakeClock();
  return { clock, server: new DigestServer({ clock, ...options }) };
};
const secret: Secret = { password: 'secret' };

describe('the response value', () => {
  it('is that of RFC 2617 and RFC 7616, from a password and from a stored hash', () => {
    const circleOf: Secret = { password: 'Circle Of Life' };
    const circleof: Secret = { password: 'Circle of Life' };
    expect(digestResponse(older, 'GET', circleOf, 'MD5', false)).toBe(older.response);
    expect(digestResponse(newer, 'GET', circleof, 'MD5', false)).toBe(newer.response);
    expect(digestResponse({ ...newer, algorithm: 'SHA-256' }, 'GET', circleof, 'SHA-256', false)).toBe(
      SHA256_RESPONSE,
    );
    const stored: Secret = { ha1: ha1('MD5', 'Mufasa', newer.realm, 'Circle of Life').toUpperCase() };
    expect(digestResponse(newer, 'GET', stored, 'MD5', false)).toBe(newer.response);
  });

  it('without qop is that of RFC 2069', () => {
    const old = { ...newer, qop: undefined, nc: undefined, cnonce: undefined };
    expect(digestResponse(old, 'GET', { password: 'Circle of Life' }, 'MD5', false)).not.toBe(newer.response);
    expect(digestResponse(old, 'GET', { password: 'Circle of Life' }, 'MD5', false)).toMatch(
      /^[0-9a-f]{32}$/,
    );
  });
});

describe('algorithms', () => {
  it('are read without case; what is unknown stays unknown', () => {
    expect(algorithmOf(undefined)).toEqual({ algorithm: 'MD5', session: false });
    expect(algorithmOf('md5-SESS')).toEqual({ algorithm: 'MD5', session: true });
    expect(algorithmOf('sha-256')).toEqual({ algorithm: 'SHA-256', session: false });
    expect(algorithmOf('SHA-512-256')).toEqual({ algorithm: 'SHA-512-256', session: false });
    expect(algorithmOf('AKAv1-MD5')).toBeUndefined();
  });
});

describe('the server', () => {
  it('accepts what the client answers, with every algorithm', () => {
    const { server } = serve();
    for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256'] as const) {
      expect(server.verify(answer(server, { algorithm }), 'REGISTER', secret)).toBe('ok');
      const stored = { ha1: ha1(algorithm, 'alice', 'r', 'secret') };
      expect(server.verify(answer(server, { algorithm }), 'REGISTER', stored)).toBe('ok');
    }
  });

  it('refuses a wrong password, user, realm, method, and a user that does not exist', () => {
    const { server } = serve();
    const good = answer(server);
    expect(server.verify(answer(server, { password: 'Secret' }), 'REGISTER', secret)).toBe('wrong');
    expect(server.verify({ ...good, username: 'bob' }, 'REGISTER', secret)).toBe('wrong');
    expect(server.verify({ ...good, realm: 'other' }, 'REGISTER', secret)).toBe('wrong');
    expect(server.verify({ ...good, response: '' }, 'REGISTER', secret)).toBe('wrong');
    expect(server.verify(good, 'INVITE', secret)).toBe('wrong');
    expect(server.verify(good, 'REGISTER', undefined)).toBe('wrong');
    expect(server.verify(good, 'REGISTER', { ha1: ha1('MD5', 'alice', 'other', 'secret') })).toBe('wrong');
  });

  it('does as much work for a user that does not exist as for a wrong password', () => {
    const { server } = serve();
    const credentials = answer(server, { password: 'wrong' });
    const cost = (known: Secret | undefined): number => {
      const start = process.cpuUsage();
      for (let i = 0; i < 5_000; i++) server.verify(credentials, 'REGISTER', known);
      const used = process.cpuUsage(start);
      return used.user + used.system;
    };
    cost(secret);
    cost(undefined);
    const ratio = Math.min(...[1, 2, 3].map(() => cost(undefined) / cost(secret)));
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('calls an old nonce stale when the secret is right, wrong when it is not', () => {
    const { clock, server } = serve({ nonceLifetime: 1_000 });
    const good = answer(server);
    const bad = answer(server, { password: 'x' });
    clock.advance(1_000);
    expect(server.verify(good, 'REGISTER', secret)).toBe('ok');
    clock.advance(1);
    expect(server.verify(good, 'REGISTER', secret)).toBe('stale');
    expect(server.verify(bad, 'REGISTER', secret)).toBe('wrong');
  });

  it('calls a nonce of somebody else, or for another peer, stale', () => {
    const { server } = serve();
    const foreign = answer(server, { nonce: 'made-up' });
    expect(server.verify(foreign, 'REGISTER', secret)).toBe('stale');
    const bound = answer(server, { nonce: server.nonce('192.0.2.1') });
    expect(server.verify(bound, 'REGISTER', secret, '192.0.2.1')).toBe('ok');
    expect(server.verify(bound, 'REGISTER', secret, '192.0.2.2')).toBe('stale');
    const other = serve().server;
    expect(other.nonceState(server.nonce())).toBe('foreign');
    const nonce = server.nonce();
    expect(server.nonceState(`${nonce.slice(0, -1)}${nonce.endsWith('0') ? '1' : '0'}`)).toBe('foreign');
  });

  it('refuses a nonce count used before, when it counts', () => {
    const { server } = serve({ countNonces: true });
    const first = answer(server);
    const at = (nc: string): DigestCredentials => {
      const next = { ...first, nc };
      return { ...next, response: digestResponse(next, 'REGISTER', secret, 'MD5', false) };
    };
    expect(server.verify(first, 'REGISTER', secret)).toBe('ok');
    expect(server.verify(first, 'REGISTER', secret)).toBe('stale');
    expect(server.verify(at('00000003'), 'REGISTER', secret)).toBe('ok');
    expect(server.verify(at('00000002'), 'REGISTER', secret)).toBe('stale');
    expect(server.verify(at('zz'), 'REGISTER', secret)).toBe('stale');
    const lax = serve().server;
    const again = answer(lax);
    expect([1, 2].map(() => lax.verify(again, 'REGISTER', secret))).toEqual(['ok', 'ok']);
  });

  it('does not speak unknown algorithms or auth-int', () => {
    const { server } = serve();
    expect(server.verify({ ...answer(server), algorithm: 'AKAv1-MD5' }, 'REGISTER', secret)).toBe(
      'unsupported',
    );
    expect(server.verify({ ...answer(server), qop: 'auth-int' }, 'REGISTER', secret)).toBe('unsupported');
  });

  it('writes challenges that can be read', () => {
    const { server } = serve();
    expect(parseChallenge(server.challenge('a "b"', 'SHA-256', { stale: true }))).toMatchObject({
      realm: 'a "b"',
      algorithm: 'SHA-256',
      qop: ['auth'],
      stale: true,
      opaque: server.opaque,
    });
  });
});

describe('the client', () => {
  const challenged = (...challenges: string[]) => {
    const request = register();
    const refusal = respond(request, 401);
    for (const each of challenges) refusal.append('WWW-Authenticate', each);
    return { request, refusal };
  };

  it('answers the first challenge it can compute', () => {
    const { request, refusal } = challenged(
      'Basic realm="r"',
      'Digest realm="r",nonce="1",algorithm=AKAv1-MD5',
      'Digest realm="r",nonce="2",qop="auth-int"',
      'Digest realm="r",nonce="3",algorithm=SHA-256,qop="auth,auth-int",opaque="o"',
      'Digest realm="r",nonce="4"',
    );
    const [name, value] = answerChallenge(request, refusal, [account]) ?? [];
    expect(name).toBe('Authorization');
    expect(parseCredentials(value ?? '')).toMatchObject({
      nonce: '3',
      algorithm: 'SHA-256',
      qop: 'auth',
      nc: '00000001',
      opaque: 'o',
      uri: 'sip:example.com',
    });
  });

  it('answers a proxy in its own header', () => {
    const request = register();
    const refusal = respond(request, 407);
    refusal.append('Proxy-Authenticate', 'Digest realm="r",nonce="1"');
    expect(answerChallenge(request, refusal, [account])?.[0]).toBe('Proxy-Authorization');
  });

  it('leaves realms alone that it has no account for', () => {
    const { request, refusal } = challenged('Digest realm="r",nonce="1"');
    expect(answerChallenge(request, refusal, [{ ...account, realm: 'other' }])).toBeUndefined();
    expect(answerChallenge(request, refusal, [])).toBeUndefined();
  });

  it('does not send refused credentials again, unless only the nonce was stale', () => {
    const { request, refusal } = challenged('Digest realm="r",nonce="1"');
    const [name, value] = answerChallenge(request, refusal, [account]) ?? ['', ''];
    request.append(name, value);
    expect(answerChallenge(request, refusal, [account])).toBeUndefined();
    const stale = challenged('Digest realm="r",nonce="2",stale=TRUE').refusal;
    expect(answerChallenge(request, stale, [account])).toBeDefined();
  });

  it('keeps quotes and backslashes of user names', () => {
    const odd = { ...older, username: 'a"b\\c', response: 'ff' };
    expect(parseCredentials(formatCredentials(odd))).toEqual(odd);
  });
});
