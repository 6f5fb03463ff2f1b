import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  MemoryNetwork,
  MemoryTransport,
  type ServerTransaction,
  type SipRequest,
  UserAgent,
} from '../sip/index.ts';
import { Qualifier } from './qualifier.ts';
import { Reachability } from './reachability.ts';
import { Registrar } from './registrar.ts';
import { GlobalSettings } from './settings.ts';
import { PjsipBench, remote } from './test-bench.ts';

const PHONE = 'sip:alice@192.0.2.7:5062';

let bench: PjsipBench;
let network: MemoryNetwork;
let settings: GlobalSettings;
let reachability: Reachability;
let qualifier: Qualifier;
let agent: UserAgent;
let phone: UserAgent;
/** What the phone was asked, and how it answers. */
const asked: SipRequest[] = [];
let answer: (transaction: ServerTransaction, request: SipRequest) => void;
const told: string[] = [];

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};
/** Lets time pass, a second after another, with what it causes. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    bench.clock.advance(1000);
    await settle();
  }
}

beforeEach(() => {
  bench = new PjsipBench();
  network = new MemoryNetwork();
  told.length = 0;
  asked.length = 0;
  answer = (transaction) => transaction.reply(200);
  const { events } = bench.switch;
  events.on('endpointState', ({ resource }, state) => told.push(`${resource} ${state}`));
  events.on('deviceState', (device, state) => told.push(`${device} ${state}`));
  events.on('contactStatus', ({ resource }, contact) => told.push(`${resource} ${contact.status}`));
  const { clock, log, sorcery } = bench;
  const common = { clock, onInvite: () => {} };
  agent = new UserAgent({ ...common, onRequest: () => {} });
  agent.addTransport(new MemoryTransport(network, '192.0.2.1'));
  phone = new UserAgent({
    ...common,
    onRequest: (request, transaction) => {
      asked.push(request);
      answer(transaction, request);
    },
  });
  phone.addTransport(new MemoryTransport(network, remote.address, remote.port));
  settings = new GlobalSettings(sorcery);
  reachability = new Reachability(sorcery, bench.switch);
  qualifier = new Qualifier({ sorcery, reachability, settings, agent, clock, log });
});

afterEach(async () => {
  qualifier.close();
  reachability.close();
  settings.close();
  await agent.close();
  await phone.close();
  expect(bench.clock.pending).toBe(0);
  await bench.close();
});

describe('a contact of an address', () => {
  it('is reachable without being asked, as soon as an endpoint uses it', async () => {
    await bench.put('aor', 'alice', { contact: PHONE });
    await settle();
    expect(told).toEqual([]);
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    expect(told).toEqual(['PJSIP/alice NOT_INUSE']);
    expect(reachability.state('alice')).toBe('online');
    await pass(10);
    expect(asked).toEqual([]);
  });

  it('is told when it comes to an endpoint that is there', async () => {
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    await bench.put('endpoint', 'bob', { aors: 'bob,alice' });
    await bench.put('aor', 'alice', {});
    await bench.put('aor', 'alice', { contact: PHONE });
    await settle();
    expect(told).toEqual([
      'alice NonQualified',
      'alice online',
      'PJSIP/alice NOT_INUSE',
      'bob NonQualified',
      'bob online',
      'PJSIP/bob NOT_INUSE',
    ]);
    const aor = bench.sorcery.get('aor', 'alice');
    if (aor !== undefined) await bench.sorcery.delete(aor);
    await settle();
    expect(told.slice(6)).toEqual([
      'alice offline',
      'PJSIP/alice UNAVAILABLE',
      'bob offline',
      'PJSIP/bob UNAVAILABLE',
    ]);
  });

  it('counts only once it answered when it is asked, and is asked as often as the address says', async () => {
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    await bench.put('aor', 'alice', { contact: PHONE, qualify_frequency: '5' });
    await settle();
    expect(told).toEqual([]);
    await pass(6);
    expect(told).toEqual(['alice online', 'PJSIP/alice NOT_INUSE', 'alice Reachable']);
    const before = asked.length;
    await pass(20);
    expect(asked.length - before).toBe(4);
    expect(told).toHaveLength(3);
  });

  it('is gone when no answer comes in time, and back with the next', async () => {
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    await bench.put('aor', 'alice', { contact: PHONE, qualify_frequency: '5', qualify_timeout: '2' });
    await pass(6);
    told.length = 0;
    answer = () => {};
    await pass(8);
    expect(told).toEqual(['alice offline', 'PJSIP/alice UNAVAILABLE', 'alice Unreachable']);
    const [entry] = [...asked];
    expect(entry?.uri).toBe(PHONE);
    answer = (transaction) => transaction.reply(200);
    told.length = 0;
    await pass(6);
    expect(told).toEqual(['alice online', 'PJSIP/alice NOT_INUSE', 'alice Reachable']);
  });

  it('is there with any answer, unless only a 2xx counts', async () => {
    answer = (transaction) => transaction.reply(503);
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    await bench.put('aor', 'alice', { contact: PHONE, qualify_frequency: '1' });
    await pass(2);
    expect(told).toContain('alice Reachable');
    await bench.put('aor', 'alice', { contact: PHONE, qualify_frequency: '1', qualify_2xx_only: 'yes' });
    await pass(2);
    expect(told).toContain('alice Unreachable');
  });

  it('is not asked any more once the address says so, or is gone', async () => {
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    await bench.put('aor', 'alice', { contact: PHONE, qualify_frequency: '1' });
    await pass(3);
    await bench.put('aor', 'alice', { contact: PHONE });
    const before = asked.length;
    await pass(5);
    expect(asked).toHaveLength(before);
  });

  it('that is no URI is unreachable, and costs nobody else anything', async () => {
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    await bench.put('aor', 'alice', { contact: 'sip:alice@no.such.invalid:5060', qualify_frequency: '1' });
    await pass(3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told).not.toContain('alice online');
  });
});

describe('a contact that registers', () => {
  it('is there at once, is asked at once, and again only when it is due', async () => {
    const registrar = new Registrar({
      sorcery: bench.sorcery,
      reachability,
      clock: bench.clock,
      log: bench.log,
      serverName: 'node-1',
    });
    await bench.put('aor', 'alice', { max_contacts: '1', qualify_frequency: '10' });
    const endpoint = await bench.put('endpoint', 'alice', { aors: 'alice' });
    const register = (expires: number) =>
      registrar.register(
        bench.request('REGISTER', 'sip:example.com', [`Contact: <${PHONE}>`, `Expires: ${expires}`]),
        remote,
        endpoint,
      );
    await register(300);
    await settle();
    expect(told).toEqual(['alice online', 'PJSIP/alice NOT_INUSE', 'alice NonQualified', 'alice Reachable']);
    expect(asked).toHaveLength(1);
    await register(300);
    await pass(9);
    expect(asked).toHaveLength(1);
    await pass(2);
    expect(asked).toHaveLength(2);
    await register(0);
    expect(told.slice(4)).toEqual(['alice offline', 'PJSIP/alice UNAVAILABLE', 'alice Removed']);
    await pass(20);
    expect(asked).toHaveLength(2);
    registrar.close();
  });
});

describe('asking by hand', () => {
  it('sends OPTIONS from the endpoint, and changes nothing about a contact that is not asked otherwise', async () => {
    await bench.put('aor', 'alice', { contact: `${PHONE};transport=udp` });
    const names = { from_user: 'pbx', from_domain: 'pbx.example' };
    const alice = await bench.put('endpoint', 'alice', { aors: 'alice,nosuch', ...names });
    told.length = 0;
    qualifier.qualify(alice);
    await settle();
    expect(asked[0]?.method).toBe('OPTIONS');
    expect(asked[0]?.get('From')).toMatch(/^<sip:pbx@pbx\.example>;tag=/);
    expect(asked[0]?.get('To')).toBe('<sip:alice@192.0.2.7>');
    expect(told).toEqual([]);
    expect(bench.log.lines.join('\n')).toMatch(/Contact alice\/sip:alice@192\.0\.2\.7:5062\S* is reachable/);
  });

  it('answers a challenge with the endpoint credentials where the address says so', async () => {
    answer = (transaction, request) => {
      if (request.has('Authorization')) transaction.reply(200);
      else
        transaction.reply(401, undefined, {
          headers: [['WWW-Authenticate', 'Digest realm="phone",nonce="n1",algorithm=MD5,qop="auth"']],
        });
    };
    await bench.put('auth', 'out', { username: 'pbx', password: 'secret' });
    await bench.put('aor', 'alice', { contact: PHONE, authenticate_qualify: 'yes' });
    qualifier.qualify(await bench.put('endpoint', 'alice', { aors: 'alice', outbound_auth: 'out' }));
    await settle();
    expect(asked).toHaveLength(2);
    expect(asked[1]?.get('Authorization')).toContain('username="pbx"');
  });

  it('goes by the path of a registered contact, and by the outbound proxy of the address', async () => {
    await bench.put('aor', 'alice', {
      contact: 'sip:alice@198.51.100.9',
      outbound_proxy: `sip:192.0.2.7:5062;lr`,
    });
    qualifier.qualify(await bench.put('endpoint', 'alice', { aors: 'alice' }));
    await settle();
    expect(asked[0]?.uri).toBe('sip:alice@198.51.100.9');
    expect(asked[0]?.get('Route')).toBe('<sip:192.0.2.7:5062;lr>');
  });
});

describe('the device of an endpoint', () => {
  it('is unavailable, or invalid, before anything was told of it', async () => {
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    expect(bench.switch.deviceStates.get('PJSIP/alice')).toBe('UNAVAILABLE');
    expect(bench.switch.deviceStates.get('PJSIP/nobody')).toBe('INVALID');
    expect(bench.switch.deviceStates.get('Custom:x')).toBe('UNKNOWN');
  });

  it('follows its calls: nothing while one rings, in use when it is up, busy at its limit, then what it was', async () => {
    await bench.put('endpoint', 'alice', { aors: 'alice', device_state_busy_at: '2' });
    const call = () =>
      bench.switch.create({
        namePrefix: 'PJSIP/alice',
        technology: 'PJSIP',
        endpoint: 'alice',
        state: 'Ring',
        driver: { protocolId: '', media: undefined, answer: async () => {}, indicate() {}, hangup() {} },
        location: { context: 'default', exten: '1', priority: 1 },
      });
    const first = call();
    expect(told).toEqual([]);
    await first.answer();
    const second = call();
    await second.answer();
    await bench.switch.destroy(second);
    await bench.switch.destroy(first);
    expect(told).toEqual([
      'PJSIP/alice INUSE',
      'PJSIP/alice BUSY',
      'PJSIP/alice INUSE',
      'PJSIP/alice UNAVAILABLE',
    ]);
  });

  it('does not count the calls of an endpoint that was deleted and made again', async () => {
    const endpoint = await bench.put('endpoint', 'alice', { aors: 'alice' });
    const channel = bench.switch.create({
      namePrefix: 'PJSIP/alice',
      technology: 'PJSIP',
      endpoint: 'alice',
      state: 'Ring',
      driver: { protocolId: '', media: undefined, answer: async () => {}, indicate() {}, hangup() {} },
      location: { context: 'default', exten: '1', priority: 1 },
    });
    reachability.refresh('alice');
    await bench.sorcery.delete(endpoint);
    await bench.put('endpoint', 'alice', { aors: 'alice' });
    reachability.refresh('alice');
    expect(told).toEqual(['PJSIP/alice INUSE', 'PJSIP/alice UNAVAILABLE']);
    expect(bench.switch.endpoints.get('PJSIP', 'alice')?.channelIds).toEqual([]);
    await bench.switch.destroy(channel);
    expect(told).toHaveLength(2);
  });
});
