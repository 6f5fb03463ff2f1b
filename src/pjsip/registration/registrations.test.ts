import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DigestServer,
  type HeaderList,
  parseCredentials,
  type ServerTransaction,
  type SipRequest,
} from '../../sip/index.ts';
import { PeerBench, settle } from '../test-peer.ts';
import { Registrations } from './registrations.ts';

const SERVER = 'sip:192.0.2.9';
const JOE = { server_uri: SERVER, client_uri: 'sip:joe@example.com:5099', max_random_initial_delay: '0' };

let bench: PeerBench;
let registrations: Registrations;
const told: string[] = [];

const accept = (transaction: ServerTransaction, request: SipRequest) => {
  const expires = request.get('Expires') ?? '';
  const bound = expires === '0' ? [] : [['Contact', `${request.get('Contact')};expires=${expires}`] as const];
  transaction.reply(200, undefined, { headers: bound });
};
const refuse =
  (status: number, headers: HeaderList = []) =>
  (transaction: ServerTransaction) =>
    transaction.reply(status, undefined, { headers });

/** Lets time pass, a second after another, with what it causes. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    bench.clock.advance(1000);
    await settle();
  }
}
/** `REGISTER 3600` for each request since the last look. */
const seen = () => bench.came.splice(0).map((each) => `${each.method} ${each.get('Expires')}`);
const last = (): SipRequest => {
  const request = bench.came.at(-1);
  if (request === undefined) throw new Error('nothing was asked');
  return request;
};

beforeEach(() => {
  bench = new PeerBench({ address: '192.0.2.9', port: 5060 }, ['mediasec']);
  bench.answer = accept;
  told.length = 0;
  const { clock, log, sorcery, agent } = bench;
  bench.switch.events.on('registry', ({ username, status }) => told.push(`${username} ${status}`));
  registrations = new Registrations({
    sorcery,
    switch: bench.switch,
    agent,
    transport: () => undefined,
    clock,
    log,
    random: () => 0.5,
  });
});

afterEach(async () => {
  registrations.close();
  await bench.close();
});

const put = async (id: string, values: Record<string, string>) => {
  const object = await bench.put('registration', id, values);
  await settle();
  return object;
};
const drop = async (id: string) => {
  const object = bench.sorcery.get('registration', id);
  if (object !== undefined) await bench.sorcery.delete(object);
  await settle();
};

describe('a registration that is accepted', () => {
  it('is sent after its random delay, as the object says', async () => {
    await put('joe', {
      ...JOE,
      max_random_initial_delay: '10',
      contact_user: 'ext100',
      contact_header_params: 'x-a=b',
      support_path: 'yes',
      support_outbound: 'yes',
      user_agent: 'UA/1',
      expiration: '120',
      outbound_proxy: 'sip:192.0.2.9;lr',
    });
    expect(registrations.state('joe')).toEqual({ status: 'Unregistered', dueIn: 5 });
    await pass(4);
    expect(bench.came).toEqual([]);
    await pass(1);
    const request = last();
    expect(request.uri).toBe(SERVER);
    expect(request.get('From')).toMatch(/^<sip:joe@example\.com>;tag=/);
    expect(request.get('To')).toBe('<sip:joe@example.com>');
    expect(request.get('Contact')).toBe('<sip:ext100@192.0.2.1:5060>;x-a=b');
    expect(request.get('Supported')).toBe('path, outbound');
    expect(request.get('User-Agent')).toBe('UA/1');
    expect(request.get('Route')).toBe('<sip:192.0.2.9;lr>');
    expect(registrations.state('joe')).toEqual({ status: 'Registered', dueIn: 110 });
    expect(told).toEqual(['sip:joe@example.com:5099 Registered']);
  });

  it('is refreshed ten seconds before its end, under the same Call-ID', async () => {
    await put('joe', { ...JOE, expiration: '60' });
    await pass(2);
    const first = last();
    expect(seen()).toEqual(['REGISTER 60']);
    await pass(48);
    expect(bench.came).toEqual([]);
    await pass(3);
    expect(last().callId).toBe(first.callId);
    expect(last().cseq.number).toBe(first.cseq.number + 1);
    expect(seen()).toEqual(['REGISTER 60']);
  });

  it('follows what the registrar grants, and refreshes a short one at its half', async () => {
    bench.answer = (transaction, request) =>
      transaction.reply(200, undefined, { headers: [['Contact', `${request.get('Contact')};expires=12`]] });
    await put('joe', JOE);
    await pass(1);
    expect(registrations.state('joe')?.dueIn).toBe(6);
    seen();
    await pass(60);
    expect(seen()).toHaveLength(10);
  });

  it('takes its own contact among others for what is granted', async () => {
    bench.answer = (transaction, request) =>
      transaction.reply(200, undefined, {
        headers: [
          ['Contact', '<sip:else@192.0.2.77>;expires=5'],
          ['Contact', `${request.get('Contact')};expires=500`],
        ],
      });
    await put('joe', JOE);
    await pass(1);
    expect(registrations.state('joe')?.dueIn).toBe(490);
  });

  it('asks for longer when that is too brief, and remembers', async () => {
    bench.answer = (transaction, request) =>
      Number(request.get('Expires')) < 7200
        ? refuse(423, [['Min-Expires', '7200']])(transaction)
        : accept(transaction, request);
    await put('joe', JOE);
    await pass(1);
    expect(seen()).toEqual(['REGISTER 3600', 'REGISTER 7200']);
    expect(registrations.state('joe')).toEqual({ status: 'Registered', dueIn: 7190 });
    await pass(7190);
    expect(seen()).toEqual(['REGISTER 7200']);
  });
});

describe('credentials', () => {
  const challenging = (algorithm: 'MD5' | 'SHA-256', status: 401 | 407, password = 'secret') => {
    const server = new DigestServer({ clock: bench.clock, nonceLifetime: 30_000 });
    const asks = status === 401 ? 'WWW-Authenticate' : 'Proxy-Authenticate';
    const given = status === 401 ? 'Authorization' : 'Proxy-Authorization';
    return (transaction: ServerTransaction, request: SipRequest) => {
      const credentials = parseCredentials(request.get(given) ?? '');
      const verdict =
        credentials === undefined ? 'none' : server.verify(credentials, request.method, { password });
      if (verdict === 'ok') accept(transaction, request);
      else
        transaction.reply(status, undefined, {
          headers: [[asks, server.challenge('r', algorithm, { stale: verdict === 'stale' })]],
        });
    };
  };

  for (const [algorithm, status] of [
    ['MD5', 401],
    ['MD5', 407],
    ['SHA-256', 401],
  ] as const) {
    it(`answer ${status} with ${algorithm}`, async () => {
      bench.answer = challenging(algorithm, status);
      await bench.put('auth', 'a', {
        username: 'joe',
        password: 'secret',
        supported_algorithms_uac: 'SHA-256,MD5',
      });
      await put('joe', { ...JOE, outbound_auth: 'a' });
      await pass(2);
      expect(registrations.state('joe')?.status).toBe('Registered');
      expect(bench.came).toHaveLength(2);
      const [first, second] = bench.came;
      expect(second?.cseq.number).toBe((first?.cseq.number ?? 0) + 1);
      await pass(3590);
      // The nonce is old by then: each refresh is challenged anew, and numbered on.
      expect(bench.came.at(-1)?.cseq.number).toBe((first?.cseq.number ?? 0) + 3);
      expect(told).toHaveLength(2);
    });
  }

  it('are not computed with an algorithm that the auth does not allow', async () => {
    bench.answer = challenging('SHA-256', 401);
    await bench.put('auth', 'a', { username: 'joe', password: 'secret' });
    await put('joe', { ...JOE, outbound_auth: 'a' });
    await pass(2);
    expect(bench.came).toHaveLength(1);
    expect(registrations.state('joe')?.status).toBe('Rejected');
  });

  it('that are refused end the attempts', async () => {
    bench.answer = challenging('MD5', 401);
    await bench.put('auth', 'a', { username: 'joe', password: 'wrong' });
    await put('joe', { ...JOE, outbound_auth: 'a' });
    await pass(2);
    expect(registrations.state('joe')?.status).toBe('Rejected');
    expect(bench.came).toHaveLength(2);
    await pass(300);
    expect(bench.came).toHaveLength(2);
    expect(registrations.state('joe')?.dueIn).toBeLessThan(-290);
  });

  it('that are refused are tried again where that is not permanent, as often as max_retries', async () => {
    bench.answer = challenging('MD5', 401);
    await bench.put('auth', 'a', { username: 'joe', password: 'wrong' });
    const values = { auth_rejection_permanent: 'no', retry_interval: '20', max_retries: '2' };
    await put('joe', { ...JOE, ...values, outbound_auth: 'a' });
    await pass(200);
    expect(bench.came).toHaveLength(6);
  });

  it('that are put right are tried at once', async () => {
    bench.answer = challenging('MD5', 401);
    await bench.put('auth', 'a', { username: 'joe', password: 'wrong' });
    await put('joe', { ...JOE, outbound_auth: 'a' });
    await pass(2);
    await bench.put('auth', 'a', { username: 'joe', password: 'wrong', nonce_lifetime: '77' });
    await settle();
    expect(bench.came).toHaveLength(2);
    await bench.put('auth', 'a', { username: 'joe', password: 'secret' });
    await settle();
    expect(registrations.state('joe')?.status).toBe('Registered');
  });
});

describe('a binding', () => {
  it('is taken back with the account that it was made with, where the auth went first', async () => {
    const server = new DigestServer({ clock: bench.clock, nonceLifetime: 30_000 });
    bench.answer = (transaction, request) => {
      const credentials = parseCredentials(request.get('Authorization') ?? '');
      if (credentials !== undefined && server.verify(credentials, 'REGISTER', { password: 'pw' }) === 'ok')
        accept(transaction, request);
      else
        transaction.reply(401, undefined, { headers: [['WWW-Authenticate', server.challenge('r', 'MD5')]] });
    };
    const auth = await bench.put('auth', 'a', { username: 'joe', password: 'pw' });
    await put('joe', { ...JOE, outbound_auth: 'a' });
    await pass(2);
    bench.came.length = 0;
    await bench.sorcery.delete(auth);
    await drop('joe');
    expect(bench.came.map((each) => `${each.get('Expires')} ${each.has('Authorization')}`)).toEqual([
      '0 false',
      '0 true',
    ]);
  });
});

describe('a registration that is refused', () => {
  for (const [status, headers, values, due] of [
    [403, [], {}, undefined],
    [403, [], { forbidden_retry_interval: '9' }, 9],
    [404, [], {}, undefined],
    [404, [], { fatal_retry_interval: '8' }, 8],
    [302, [['Contact', '<sip:192.0.2.77>']], { fatal_retry_interval: '8' }, 8],
    [500, [], {}, 60],
    [603, [], { retry_interval: '7' }, 7],
    [503, [['Retry-After', '33 (busy)']], {}, 33],
    [503, [['Retry-After', '4000000000']], {}, 86_400],
    [503, [['Retry-After', 'soon']], {}, 60],
    [500, [], { max_retries: '0' }, undefined],
    [423, [], { fatal_retry_interval: '6' }, 6],
    [423, [['Min-Expires', '1']], { fatal_retry_interval: '6' }, 6],
  ] as const) {
    const when = due === undefined ? 'never' : `after ${due} s`;
    it(`with ${status} ${headers.flat().join(' ')} ${JSON.stringify(values)} comes again ${when}`, async () => {
      bench.answer = refuse(status, headers);
      await put('joe', { ...JOE, ...values });
      await pass(1);
      const state = registrations.state('joe');
      expect(state?.status).toBe('Rejected');
      expect(state?.dueIn).toBe(due ?? 0);
      expect(told).toEqual(['sip:joe@example.com:5099 Rejected']);
      expect(bench.log.lines.join('\n')).toContain(`failed: ${status}`);
      if (due !== undefined && due < 100) {
        bench.answer = accept;
        await pass(due);
        expect(registrations.state('joe')?.status).toBe('Registered');
      }
    });
  }

  it('gives up after max_retries in a row, counted anew after a success', async () => {
    bench.answer = refuse(500);
    await put('joe', { ...JOE, max_retries: '3', retry_interval: '10', expiration: '30' });
    await pass(20);
    bench.answer = accept;
    await pass(10);
    expect(registrations.state('joe')?.status).toBe('Registered');
    seen();
    bench.answer = refuse(500);
    await pass(200);
    expect(seen()).toHaveLength(4);
  });

  it('by silence is tried again after the time-out and the interval', async () => {
    bench.answer = () => {};
    await put('joe', { ...JOE, retry_interval: '5' });
    await pass(34);
    expect(registrations.state('joe')?.status).toBe('Rejected');
    expect(told).toHaveLength(1);
    bench.answer = accept;
    await pass(5);
    expect(registrations.state('joe')?.status).toBe('Registered');
  });

  it('by nobody at all, where no transport leads, is tried again', async () => {
    await put('joe', { ...JOE, server_uri: 'sip:192.0.2.9;transport=tcp' });
    await pass(2);
    expect(registrations.state('joe')).toEqual({ status: 'Rejected', dueIn: 59 });
    expect(bench.log.lines.join('\n')).toContain('no way leads there');
  });

  it('for its mechanisms is sent again with those of the server (RFC 3329)', async () => {
    bench.answer = (transaction, request) =>
      request.has('Security-Verify')
        ? accept(transaction, request)
        : refuse(494, [['Security-Server', 'msrp-tls;mediasec, sdes-srtp;mediasec']])(transaction);
    const values = { security_negotiation: 'mediasec', security_mechanisms: 'sdes-srtp;mediasec' };
    await put('joe', { ...JOE, ...values });
    await pass(1);
    expect(last().getAll('Security-Client')).toEqual(['sdes-srtp;mediasec']);
    expect(last().getAll('Security-Verify')).toEqual(['msrp-tls;mediasec', 'sdes-srtp;mediasec']);
    expect(last().get('Require')).toBe('mediasec');
    expect(last().get('Proxy-Require')).toBe('mediasec');
    expect(registrations.state('joe')?.status).toBe('Registered');
    bench.answer = refuse(494, [['Security-Server', 'other;mediasec']]);
    seen();
    await pass(3590);
    expect(seen().length).toBeLessThan(5);
  });
});

describe('what is pushed later', () => {
  beforeEach(async () => {
    await put('joe', JOE);
    await pass(2);
    expect(seen()).toEqual(['REGISTER 3600']);
    told.length = 0;
  });

  it('the same once more, or other intervals, send nothing', async () => {
    await put('joe', JOE);
    await put('joe', { ...JOE, retry_interval: '7', max_retries: '3' });
    await pass(5);
    expect(seen()).toEqual([]);
    bench.answer = refuse(500);
    await pass(3585);
    expect(registrations.state('joe')).toEqual({ status: 'Rejected', dueIn: 6 });
  });

  it('another expiration registers at once', async () => {
    await put('joe', { ...JOE, expiration: '100' });
    expect(seen()).toEqual(['REGISTER 100']);
  });

  it('another contact takes the first one back', async () => {
    await put('joe', { ...JOE, contact_user: 'new' });
    expect(bench.came.map((each) => `${each.get('Contact')} ${each.get('Expires')}`)).toEqual([
      '<sip:s@192.0.2.1:5060> 0',
      '<sip:new@192.0.2.1:5060> 3600',
    ]);
    expect(new Set(bench.came.map((each) => each.callId)).size).toBe(1);
    expect(told.map((each) => each.split(' ')[1])).toEqual(['Unregistered', 'Registered']);
  });

  it('another account is taken back at the one and registered at the other', async () => {
    await put('joe', { ...JOE, client_uri: 'sip:jim@example.com' });
    expect(bench.came.map((each) => `${each.get('To')} ${each.get('Expires')}`).sort()).toEqual([
      '<sip:jim@example.com> 3600',
      '<sip:joe@example.com> 0',
    ]);
    expect(registrations.state('joe')?.status).toBe('Registered');
    await pass(3600);
    expect(last().get('To')).toBe('<sip:jim@example.com>');
  });

  it('another way of writing the same registrar does not take back what it has just bound', async () => {
    await put('joe', { ...JOE, server_uri: `${SERVER}:5060` });
    expect(seen()).toEqual(['REGISTER 3600']);
  });

  it('deletion takes the binding back', async () => {
    await drop('joe');
    expect(seen()).toEqual(['REGISTER 0']);
    expect(told).toEqual(['sip:joe@example.com:5099 Unregistered']);
    expect(registrations.state('joe')).toBeUndefined();
    await pass(4000);
    expect(seen()).toEqual([]);
  });

  it('is kept apart by name', async () => {
    await put('jim', { ...JOE, client_uri: 'sip:jim@example.com' });
    await pass(2);
    await drop('joe');
    await pass(3600);
    expect(registrations.state('jim')?.status).toBe('Registered');
    expect(
      bench.came
        .filter((each) => each.get('To') === '<sip:joe@example.com>')
        .map((each) => each.get('Expires')),
    ).toEqual(['0']);
  });
});

describe('while an answer is awaited', () => {
  let waiting: ServerTransaction[];
  beforeEach(async () => {
    waiting = [];
    bench.answer = (transaction) => void waiting.push(transaction);
    await put('joe', JOE);
    await pass(2);
    expect(waiting).toHaveLength(1);
  });
  const release = async () => {
    bench.answer = accept;
    const [transaction] = waiting;
    const request = bench.came[0];
    if (transaction !== undefined && request !== undefined) accept(transaction, request);
    await settle();
  };

  it('a change waits for it, and then is sent', async () => {
    await put('joe', { ...JOE, expiration: '100' });
    await put('joe', { ...JOE, expiration: '200' });
    expect(bench.came).toHaveLength(1);
    await release();
    expect(seen()).toEqual(['REGISTER 3600', 'REGISTER 200']);
  });

  it('a deletion takes back what is bound after all', async () => {
    await drop('joe');
    expect(bench.came).toHaveLength(1);
    await release();
    expect(seen()).toEqual(['REGISTER 3600', 'REGISTER 0']);
  });

  it('another account does not wait', async () => {
    bench.answer = accept;
    await put('joe', { ...JOE, client_uri: 'sip:jim@example.com' });
    expect(registrations.state('joe')?.status).toBe('Registered');
    await release();
    expect(bench.came.slice(1).map((each) => `${each.get('To')} ${each.get('Expires')}`)).toEqual([
      '<sip:jim@example.com> 3600',
      '<sip:joe@example.com> 0',
    ]);
  });

  it('an end leaves nothing behind', () => {
    registrations.close();
  });
});

describe('commands', () => {
  it('unregister for good, and register again after the random delay', async () => {
    await put('joe', { ...JOE, max_random_initial_delay: '4' });
    await pass(3);
    seen();
    expect(registrations.unregister('joe')).toBe(true);
    await settle();
    expect(seen()).toEqual(['REGISTER 0']);
    expect(registrations.state('joe')).toEqual({ status: 'Unregistered', dueIn: undefined });
    await pass(4000);
    expect(seen()).toEqual([]);
    expect(registrations.register('joe')).toBe(true);
    expect(registrations.state('joe')).toEqual({ status: 'Unregistered', dueIn: 2 });
    await pass(3);
    expect(seen()).toEqual(['REGISTER 3600']);
    registrations.register('joe');
    await pass(3);
    expect(seen()).toEqual(['REGISTER 0', 'REGISTER 3600']);
  });

  it('know nothing of what is not there', () => {
    expect(registrations.register('nosuch')).toBe(false);
    expect(registrations.unregister('nosuch')).toBe(false);
  });
});

describe('a call for a line', () => {
  it('is of the endpoint that the registration names', async () => {
    await put('joe', { ...JOE, line: 'yes', endpoint: 'trunk' });
    await pass(2);
    const line = /;line=([a-z]{7})>/.exec(last().get('Contact') ?? '')?.[1];
    const request = (uri: string) => bench.request('INVITE', uri);
    expect(registrations.endpointOf(request(`sip:s@192.0.2.1;line=${line}`))).toBe('trunk');
    expect(registrations.endpointOf(request('sip:s@192.0.2.1;line=guessed'))).toBeUndefined();
    expect(registrations.endpointOf(request('sip:s@192.0.2.1'))).toBeUndefined();
    await drop('joe');
    expect(registrations.endpointOf(request(`sip:s@192.0.2.1;line=${line}`))).toBeUndefined();
  });
});

describe('a thousand registrations', () => {
  const COUNT = 1000;
  beforeEach(async () => {
    for (let each = 0; each < COUNT; each++) {
      await bench.put('registration', `r${each}`, {
        server_uri: SERVER,
        client_uri: `sip:r${each}@example.com`,
        max_random_initial_delay: '5',
      });
    }
    await pass(8);
  });

  it('all register, under one timer, and all are taken back by deletion', async () => {
    expect(new Set(bench.came.map((each) => each.get('To'))).size).toBe(COUNT);
    expect(told.filter((each) => each.endsWith(' Registered'))).toHaveLength(COUNT);
    // Finished transactions of UDP are remembered for a while (RFC 3261 §17.2.2), under one timer for each agent.
    await pass(40);
    expect(bench.clock.pending).toBe(1);
    bench.came.length = 0;
    for (let each = 0; each < COUNT; each++) await drop(`r${each}`);
    expect(new Set(seen())).toEqual(new Set(['REGISTER 0']));
    expect(told.filter((each) => each.endsWith(' Unregistered'))).toHaveLength(COUNT);
    await pass(40);
    expect(bench.clock.pending).toBe(0);
  });

  it('are taken back at the end, however few answer', async () => {
    bench.answer = () => {};
    bench.came.length = 0;
    let ended = false;
    void registrations.takeBack(3000).then(() => {
      ended = true;
    });
    await pass(2);
    expect(new Set(bench.came.map((each) => each.get('To'))).size).toBe(COUNT);
    expect(ended).toBe(false);
    await pass(2);
    expect(ended).toBe(true);
  });
});
