import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SorceryObject } from '../sorcery/index.ts';
import { uriHash } from './contact-list.ts';
import { Reachability } from './reachability.ts';
import { Registrar, type RegistrarAnswer } from './registrar.ts';
import { PjsipBench, remote } from './test-bench.ts';

const URI = 'sip:example.com';

let bench: PjsipBench;
let reachability: Reachability;
let registrar: Registrar;
let endpoint: SorceryObject;
const told: string[] = [];

async function start(aor: Record<string, string>, options: Record<string, string> = {}): Promise<void> {
  await bench.put('aor', 'alice', aor);
  endpoint = await bench.put('endpoint', 'alice', { aors: 'alice', ...options });
}

beforeEach(() => {
  bench = new PjsipBench();
  told.length = 0;
  const { events } = bench.switch;
  events.on('endpointState', (_endpoint, state) => told.push(state));
  events.on('peerStatus', (_endpoint, peer) => told.push(peer.status));
  events.on('contactStatus', (_endpoint, contact) => told.push(`${contact.status} ${contact.uri}`));
  reachability = new Reachability(bench.sorcery, bench.switch);
  registrar = new Registrar({
    sorcery: bench.sorcery,
    reachability,
    clock: bench.clock,
    log: bench.log,
    serverName: 'node-1',
  });
});

afterEach(async () => {
  registrar.close();
  await bench.close();
});

const register = (...headers: string[]) =>
  registrar.register(bench.request('REGISTER', URI, headers), remote, endpoint);
const values = ({ headers }: RegistrarAnswer, name: string) =>
  headers.filter((each) => each[0] === name).map((each) => each[1]);
/** A contact was asked whether it is there. */
const answered = (uri: string, roundtripUsec?: number) => {
  const entry = { aor: 'alice', uri, hash: uriHash(uri), object: undefined };
  reachability.watched(entry, 'Unknown');
  reachability.qualified(entry, [], roundtripUsec);
};
const uris = () => [...bench.sorcery.all('contact')].map((each) => each.get('uri'));

describe('a registration', () => {
  it('stores the contact with where it came from, and answers with the seconds it has', async () => {
    await start({ max_contacts: '1' });
    const answer = await register(
      'Contact: <sip:alice@192.0.2.7:5062>',
      'Expires: 120',
      'User-Agent: phone/1',
    );
    expect(answer).toEqual({
      status: 200,
      headers: [
        ['Date', new Date(bench.clock.now()).toUTCString()],
        ['Expires', '120'],
        ['Contact', '<sip:alice@192.0.2.7:5062>;expires=120'],
      ],
    });
    const [contact] = bench.sorcery.all('contact');
    expect(contact?.id).toMatch(/^alice;@[0-9a-f]{32}$/);
    expect(contact?.get('user_agent')).toBe('phone/1');
    expect(contact?.get('via_addr')).toBe('192.0.2.7');
    expect(contact?.get('reg_server')).toBe('node-1');
    expect(contact?.number('expiration_time')).toBe(bench.clock.now() / 1000 + 120);
  });

  it('tells endpoint, peer and contact, in the order that was recorded', async () => {
    await start({ max_contacts: '1' });
    await register('Contact: <sip:a@192.0.2.7>');
    expect(told).toEqual(['online', 'Reachable', 'NonQualified sip:a@192.0.2.7']);
    await register('Contact: <sip:a@192.0.2.7>');
    expect(told).toHaveLength(3);
    await register('Contact: <sip:a@192.0.2.7>;expires=0');
    expect(told.slice(3)).toEqual(['offline', 'Unreachable', 'Removed sip:a@192.0.2.7']);
    expect(uris()).toEqual([]);
  });

  it('keeps the time within what the address allows', async () => {
    await start({
      max_contacts: '3',
      minimum_expiration: '60',
      maximum_expiration: '600',
      default_expiration: '300',
    });
    const each = await register('Contact: <sip:a@h>;expires=5, <sip:b@h>;expires=7200, <sip:c@h>');
    expect(values(each, 'Contact')).toEqual([
      '<sip:a@h>;expires=60',
      '<sip:b@h>;expires=600',
      '<sip:c@h>;expires=300',
    ]);
    expect(values(each, 'Expires')).toEqual([]);
    const all = await register('Contact: <sip:a@h>', 'Expires: 99999999999999999999');
    expect(values(all, 'Contact')[0]).toBe('<sip:a@h>;expires=600');
    expect(values(all, 'Expires')).toEqual(['600']);
  });

  it('is refused above max_contacts, and then changes nothing', async () => {
    await start({ max_contacts: '1' });
    await register('Contact: <sip:a@h>');
    expect(await register('Contact: <sip:b@h>')).toMatchObject({
      status: 403,
      refusal: { kind: 'FailedACL', reason: 'registrar_attempt_exceeds_maximum_configured_contacts' },
    });
    expect(uris()).toEqual(['sip:a@h']);
  });

  it('takes the place of the oldest with remove_existing', async () => {
    await start({ max_contacts: '2', remove_existing: 'yes' });
    await register('Contact: <sip:old@h>;expires=100');
    await register('Contact: <sip:mid@h>;expires=200');
    expect((await register('Contact: <sip:new@h>;expires=300')).status).toBe(200);
    expect(uris().sort()).toEqual(['sip:mid@h', 'sip:new@h']);
  });

  it('removes everything by the wildcard, which only goes with Expires: 0', async () => {
    await start({ max_contacts: '2' });
    await register('Contact: <sip:a@h>', 'Contact: <sip:b@h>');
    expect((await register('Contact: *')).status).toBe(400);
    expect(uris()).toHaveLength(2);
    expect((await register('Contact: *', 'Expires: 0')).status).toBe(200);
    expect(uris()).toEqual([]);
  });

  it('asks only, when it names no contact', async () => {
    await start({ max_contacts: '1' });
    await register('Contact: <sip:a@h>', 'Expires: 100');
    bench.clock.advance(40_000);
    expect(values(await register(), 'Contact')).toEqual(['<sip:a@h>;expires=60']);
  });

  it('is refused for an address that the endpoint does not have, or that takes none', async () => {
    await start({ max_contacts: '0' });
    expect(await register('Contact: <sip:a@h>')).toMatchObject({
      status: 403,
      refusal: { kind: 'RequestNotSupported', reason: 'registrar_attempt_without_registration_permitted' },
    });
    const other = registrar.register(
      bench.request('REGISTER', URI, ['Contact: <sip:a@h>'], 'bob'),
      remote,
      endpoint,
    );
    expect(await other).toMatchObject({
      status: 404,
      refusal: { reason: 'registrar_requested_aor_not_found' },
    });
    await start({}, { aors: '' });
    expect(await register('Contact: <sip:a@h>')).toMatchObject({
      status: 403,
      refusal: { reason: 'registrar_attempt_without_configured_aors' },
    });
  });

  it.each(['Supported', 'Require'])('keeps Path where the address supports it (%s)', async (header) => {
    await start({ max_contacts: '1', support_path: 'yes' });
    const answer = await register('Contact: <sip:a@h>', 'Path: <sip:edge.example.com;lr>', `${header}: path`);
    expect(values(answer, 'Path')).toEqual(['<sip:edge.example.com;lr>']);
    expect(values(answer, 'Supported')).toEqual(['path']);
    expect([...bench.sorcery.all('contact')][0]?.get('path')).toBe('<sip:edge.example.com;lr>');
  });

  it('is refused with a Path that the phone knows nothing of, or that has to be kept and would not be', async () => {
    await start({ max_contacts: '1', support_path: 'yes' });
    const path = 'Path: <sip:edge.example.com;lr>';
    expect(await register('Contact: <sip:a@h>', path)).toEqual({ status: 420, headers: [] });
    await start({ max_contacts: '1' });
    expect(await register('Contact: <sip:a@h>', path, 'Require: path')).toEqual({
      status: 420,
      headers: [['Unsupported', 'path']],
    });
    expect((await register('Contact: <sip:a@h>', path)).status).toBe(200);
    expect([...bench.sorcery.all('contact')][0]?.get('path')).toBe('');
  });

  it('renews a contact that is written in another way', async () => {
    await start({ max_contacts: '1' });
    await register('Contact: <sip:a@Host.example:5062;transport=udp;ob>');
    const again = await register('Contact: <sip:%61@host.example:5062;ob;transport=UDP>', 'Expires: 90');
    expect(again.status).toBe(200);
    expect(values(again, 'Contact')).toEqual(['<sip:a@Host.example:5062;transport=udp;ob>;expires=90']);
    await register('Contact: <SIP:a@host.example:5062;transport=udp>;expires=0');
    expect(uris()).toEqual([]);
    await register('Contact: <sip:b@h>, <sip:b@H>');
    expect(uris()).toEqual(['sip:b@h']);
  });

  it('takes no contact that SIP cannot reach', async () => {
    await start({ max_contacts: '2' });
    expect((await register('Contact: <sip:a@h>', 'Contact: <tel:+15550100>')).status).toBe(416);
    expect(uris()).toEqual([]);
  });

  it('takes the place of one that does not answer with remove_unavailable', async () => {
    await start({ max_contacts: '2', remove_unavailable: 'yes', qualify_frequency: '60' });
    await register('Contact: <sip:dead@h>');
    await register('Contact: <sip:live@h>');
    expect((await register('Contact: <sip:new@h>')).status).toBe(403);
    answered('sip:dead@h');
    answered('sip:live@h', 900);
    expect((await register('Contact: <sip:new@h>')).status).toBe(200);
    expect(uris().sort()).toEqual(['sip:live@h', 'sip:new@h']);
    expect((await register('Contact: <sip:newer@h>')).status).toBe(403);
    await bench.put('aor', 'alice', {
      max_contacts: '2',
      remove_unavailable: 'yes',
      remove_existing: 'yes',
      qualify_frequency: '60',
    });
    answered('sip:new@h');
    expect((await register('Contact: <sip:newer@h>')).status).toBe(200);
    expect(uris().sort()).toEqual(['sip:live@h', 'sip:newer@h']);
  });

  it('writes where the packet came from into the contact with rewrite_contact', async () => {
    await start({ max_contacts: '1' }, { rewrite_contact: 'yes' });
    await register('Contact: <sip:alice@10.0.0.1:5060;ob>');
    expect(uris()).toEqual(['sip:alice@192.0.2.7:5062;ob']);
  });

  it('runs out by itself, and tells so', async () => {
    await start({ max_contacts: '1' });
    await register('Contact: <sip:a@h>;expires=60');
    told.length = 0;
    bench.clock.advance(61_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(uris()).toEqual([]);
    expect(told).toEqual(['offline', 'Unreachable', 'Removed sip:a@h']);
  });

  it('waits for another one of the same address: never more contacts than allowed', async () => {
    await start({ max_contacts: '1' });
    const answers = await Promise.all([register('Contact: <sip:a@h>'), register('Contact: <sip:b@h>')]);
    expect(answers.map((each) => each.status)).toEqual([200, 403]);
    expect(uris()).toHaveLength(1);
  });

  it('costs its sender alone when a contact is no URI', async () => {
    await start({ max_contacts: '1' });
    expect((await register('Contact: <nonsense')).status).toBe(400);
  });

  it('that was kept from before is known: it is told when it goes, not again that it came', async () => {
    await start({ max_contacts: '1' });
    await register('Contact: <sip:a@h>');
    const reachability = new Reachability(bench.sorcery, bench.switch);
    const again = new Registrar({
      sorcery: bench.sorcery,
      reachability,
      clock: bench.clock,
      log: bench.log,
      serverName: 'node-1',
    });
    registrar.close();
    registrar = again;
    told.length = 0;
    await again.load();
    expect(told).toEqual([]);
    await register('Contact: <sip:a@h>');
    expect(told).toEqual([]);
    await register('Contact: <sip:a@h>;expires=0');
    expect(told).toEqual(['offline', 'Unreachable', 'Removed sip:a@h']);
    reachability.close();
  });
});
