import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SecurityEvent, SecurityEvents } from '../security/index.ts';
import { answerChallenge, DigestServer, parseChallenge, type SipRequest, SipResponse } from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';
import { type Admission, Authentication } from './authentication.ts';
import { GlobalSettings } from './settings.ts';
import { flow, PjsipBench } from './test-bench.ts';

const SECRET = 'correct horse battery';

let bench: PjsipBench;
let settings: GlobalSettings;
let authentication: Authentication;
let endpoint: SorceryObject;
let raised: SecurityEvent[];

beforeEach(async () => {
  bench = new PjsipBench();
  settings = new GlobalSettings(bench.sorcery);
  const security = new SecurityEvents(bench.log, bench.clock);
  raised = [];
  security.events.on('raised', (event) => raised.push(event));
  authentication = new Authentication({
    sorcery: bench.sorcery,
    settings,
    clock: bench.clock,
    log: bench.log,
    security,
  });
  await bench.put('auth', 'alice', { username: 'alice', password: SECRET });
  endpoint = await bench.put('endpoint', 'alice', { auth: 'alice' });
});

afterEach(async () => {
  settings.close();
  await bench.close();
});

function challengesOf(admission: Admission): string[] {
  return admission.kind === 'challenge' ? admission.headers.map((each) => each[1]) : [];
}

/** The same request again, with credentials for the first challenge. */
function answered(request: SipRequest, admission: Admission, password: string): SipRequest {
  const response = new SipResponse(401, 'Unauthorized');
  for (const value of challengesOf(admission)) response.append('WWW-Authenticate', value);
  const header = answerChallenge(request, response, [{ username: 'alice', secret: { password } }]);
  if (header === undefined) throw new Error('no credentials');
  return request.clone().set(header[0], header[1]);
}

const register = () => bench.request('REGISTER', 'sip:example.com');

describe('authentication', () => {
  it('admits an endpoint without auth at once', async () => {
    const open = await bench.put('endpoint', 'open');
    expect(authentication.check(register(), flow, open)).toEqual({ kind: 'ok' });
  });

  it('challenges, and admits who answers with the password', () => {
    const first = authentication.check(register(), flow, endpoint);
    expect(challengesOf(first)).toHaveLength(1);
    const again = answered(register(), first, SECRET);
    expect(authentication.check(again, flow, endpoint)).toEqual({ kind: 'ok' });
    expect(raised.map((each) => each.kind)).toEqual(['ChallengeSent', 'SuccessfulAuth']);
  });

  it('says nothing that tells an unknown endpoint from a wrong password', () => {
    const known = authentication.check(
      answered(register(), authentication.check(register(), flow, endpoint), 'wrong'),
      flow,
      endpoint,
    );
    const unknown = authentication.check(register(), flow, undefined);
    const shape = (admission: Admission) =>
      challengesOf(admission).map((each) => each.replace(/nonce="[^"]*"/, '').replace(/opaque="[^"]*"/, ''));
    expect(shape(known)).toEqual(shape(unknown));
  });

  it('does the same work for an unknown endpoint as for a wrong password', () => {
    const verify = vi.spyOn(DigestServer.prototype, 'verify');
    const challenge = vi.spyOn(DigestServer.prototype, 'challenge');
    const wrong = answered(register(), authentication.check(register(), flow, endpoint), 'wrong');
    const work = (who: SorceryObject | undefined) => {
      verify.mockClear();
      challenge.mockClear();
      authentication.check(wrong, flow, who);
      return [verify.mock.calls.length, challenge.mock.calls.length, verify.mock.results[0]?.value];
    };
    expect(work(undefined)).toEqual(work(endpoint));
    expect(work(endpoint)).toEqual([1, 1, 'wrong']);
    vi.restoreAllMocks();
  });

  it('logs one line per failure that a log watcher can match, without the password', () => {
    authentication.check(
      answered(register(), authentication.check(register(), flow, endpoint), 'wrong'),
      flow,
      endpoint,
    );
    authentication.check(bench.request('INVITE', 'sip:1@example.com', [], 'mallory'), flow, undefined);
    const lines = bench.log.lines.filter((each) => each.startsWith('NOTICE'));
    expect(lines).toEqual([
      "NOTICE : Request 'REGISTER' from '<sip:alice@example.com>' failed for '192.0.2.7:5062' (callid: call-1) - Failed to authenticate",
      "NOTICE : Request 'INVITE' from '<sip:mallory@example.com>' failed for '192.0.2.7:5062' (callid: call-1) - No matching endpoint found",
    ]);
    // The expression that fail2ban's filter for this server uses.
    const watcher =
      /Request '[^']*' from '[^']*' failed for '([0-9.]+)(?::\d+)?'(?: \(callid: [^)]*\))? - (?:No matching endpoint found|Failed to authenticate)/;
    expect(lines.map((each) => watcher.exec(each)?.[1])).toEqual(['192.0.2.7', '192.0.2.7']);
    expect(bench.log.lines.join('\n')).not.toContain(SECRET);
  });

  it('raises the security events that were recorded', () => {
    authentication.check(register(), flow, undefined);
    expect(raised.map(({ kind, account }) => [kind, account])).toEqual([
      ['InvalidAccountID', 'alice'],
      ['ChallengeSent', '<unknown>'],
    ]);
  });

  it('tells an old nonce as stale, so that the phone tries again without asking its user', () => {
    const first = authentication.check(register(), flow, endpoint);
    const again = answered(register(), first, SECRET);
    bench.clock.advance(33_000);
    const second = authentication.check(again, flow, endpoint);
    expect(challengesOf(second).map((each) => parseChallenge(each)?.stale)).toEqual([true]);
    expect(raised.map((each) => each.kind)).not.toContain('ChallengeResponseFailed');
  });

  it('calls the nonce stale for the realm that was answered, of several', async () => {
    await bench.put('auth', 'second', { username: 'alice', password: 'other', realm: 'elsewhere' });
    const both = await bench.put('endpoint', 'both', { auth: 'alice,second' });
    const first = authentication.check(register(), flow, both);
    bench.clock.advance(60_000);
    const second = authentication.check(answered(register(), first, SECRET), flow, both);
    const told = challengesOf(second).map(parseChallenge);
    expect(told.map((each) => [each?.realm, each?.stale])).toEqual([
      ['asterisk', true],
      ['elsewhere', false],
    ]);
  });

  it('offers the algorithms of the auth in their order and takes SHA-256', async () => {
    await bench.put('auth', 'alice', {
      username: 'alice',
      password: SECRET,
      supported_algorithms_uas: 'SHA-256,MD5',
    });
    const first = authentication.check(register(), flow, endpoint);
    expect(challengesOf(first).map((each) => parseChallenge(each)?.algorithm)).toEqual(['SHA-256', 'MD5']);
    expect(authentication.check(answered(register(), first, SECRET), flow, endpoint)).toEqual({ kind: 'ok' });
  });

  it('uses the realm of the auth, else that of the global object', async () => {
    expect(challengesOf(authentication.check(register(), flow, endpoint))[0]).toContain('realm="asterisk"');
    await bench.put('global', 'global', { default_realm: 'home' });
    expect(challengesOf(authentication.check(register(), flow, endpoint))[0]).toContain('realm="home"');
    await bench.put('auth', 'alice', { username: 'alice', password: SECRET, realm: 'own' });
    expect(challengesOf(authentication.check(register(), flow, endpoint))[0]).toContain('realm="own"');
  });
});
