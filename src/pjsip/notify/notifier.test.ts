import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DigestServer, parseCredentials } from '../../sip/index.ts';
import { GlobalSettings } from '../settings.ts';
import { remote } from '../test-bench.ts';
import { PeerBench, settle } from '../test-peer.ts';
import type { NotifyField } from './fields.ts';
import { Notifier } from './notifier.ts';

let bench: PeerBench;
let settings: GlobalSettings;
let notifier: Notifier;

const CHECK: readonly NotifyField[] = [
  ['Event', 'check-sync'],
  ['X-Foo', 'a,b'],
];

beforeEach(() => {
  bench = new PeerBench(remote);
  const { sorcery, agent, log } = bench;
  settings = new GlobalSettings(sorcery);
  notifier = new Notifier({ sorcery, settings, agent, transport: () => undefined, log });
});

afterEach(async () => {
  settings.close();
  await bench.close();
});

describe('NOTIFY to an endpoint', () => {
  const CONTACT = `sip:desk@${remote.address}:${remote.port}`;

  it('goes to each of its contacts, as the endpoint, outside of any dialog', async () => {
    await bench.put('aor', 'alice', { contact: CONTACT });
    await bench.put('aor', 'more', { contact: CONTACT.replace('desk', 'sofa') });
    const values = { aors: 'alice,more,nosuch', from_user: 'fu', from_domain: 'fd.example' };
    notifier.endpoint(await bench.put('endpoint', 'alice', values), CHECK);
    await settle();
    expect(bench.came.map((each) => each.uri).sort()).toEqual([CONTACT, CONTACT.replace('desk', 'sofa')]);
    const request = bench.came.find((each) => each.uri === CONTACT);
    expect(request?.method).toBe('NOTIFY');
    expect(request?.get('From')).toMatch(/^<sip:fu@fd\.example>;tag=/);
    expect(request?.get('To')).toBe(`<sip:desk@${remote.address}>`);
    expect(request?.get('Contact')).toBe('<sip:fu@192.0.2.1:5060>');
    expect(request?.get('Subscription-State')).toBe('terminated');
    expect(request?.get('Event')).toBe('check-sync');
    expect(request?.get('X-Foo')).toBe('a,b');
    expect(request?.body.length).toBe(0);
  });

  it('goes by the proxy of the address and the Path of the registration', async () => {
    await bench.put('aor', 'alice', { outbound_proxy: `sip:${remote.address}:${remote.port};lr` });
    await bench.put('contact', 'alice;@1', {
      uri: 'sip:desk@203.0.113.9',
      path: '<sip:edge.example.com;lr>, <sip:in.example.com;lr>',
      endpoint: 'alice',
    });
    notifier.endpoint(await bench.put('endpoint', 'alice', { aors: 'alice' }), CHECK);
    await settle();
    expect(bench.came.map((each) => `${each.uri} ${each.list('Route').join(' ')}`)).toEqual([
      `sip:desk@203.0.113.9 <sip:${remote.address}:${remote.port};lr> <sip:edge.example.com;lr> <sip:in.example.com;lr>`,
    ]);
  });

  it('answers a challenge with its outbound_auth', async () => {
    const server = new DigestServer({ clock: bench.clock, nonceLifetime: 30_000 });
    bench.answer = (transaction, request) => {
      const credentials = parseCredentials(request.get('Authorization') ?? '');
      if (credentials !== undefined && server.verify(credentials, 'NOTIFY', { password: 'pw' }) === 'ok')
        transaction.reply(200);
      else
        transaction.reply(401, undefined, { headers: [['WWW-Authenticate', server.challenge('r', 'MD5')]] });
    };
    await bench.put('aor', 'alice', { contact: CONTACT });
    await bench.put('auth', 'a', { username: 'joe', password: 'pw' });
    notifier.endpoint(await bench.put('endpoint', 'alice', { aors: 'alice', outbound_auth: 'a' }), CHECK);
    await settle();
    expect(bench.came).toHaveLength(2);
    expect(bench.log.lines.join('\n')).not.toContain('NOTIFY');
  });

  it('that nobody hears or that is refused is told to the log', async () => {
    bench.answer = (transaction) => transaction.reply(489);
    await bench.put('aor', 'alice', { contact: `${CONTACT},sip:far@203.0.113.9;transport=tcp` });
    notifier.endpoint(await bench.put('endpoint', 'alice', { aors: 'alice' }), CHECK);
    notifier.endpoint(await bench.put('endpoint', 'empty', {}), CHECK);
    await settle();
    const said = bench.log.lines.join('\n');
    expect(said).toContain('was answered with 489 Bad Event');
    expect(said).toContain('no transport leads there');
    expect(said).toContain("'empty': it has no contact");
  });
});

describe('NOTIFY to a URI', () => {
  const PHONE = `sip:x@${remote.address}:${remote.port}`;

  it('goes as the default outbound endpoint', async () => {
    await bench.put('endpoint', 'default_outbound_endpoint', {});
    notifier.uri(`"Phone" <${PHONE}>`, CHECK);
    await settle();
    expect(bench.came.map((each) => each.uri)).toEqual([PHONE]);
    expect(bench.came[0]?.get('From')).toMatch(/^<sip:default_outbound_endpoint@192\.0\.2\.1>;tag=/);
  });

  it('is not sent without that endpoint, nor to what is no URI', async () => {
    notifier.uri(PHONE, CHECK);
    await settle();
    await bench.put('endpoint', 'default_outbound_endpoint', {});
    notifier.uri('bogus', CHECK);
    await settle();
    expect(bench.came).toEqual([]);
    const said = bench.log.lines.join('\n');
    expect(said).toContain("there is no endpoint 'default_outbound_endpoint'");
    expect(said).toContain("NOTIFY to 'bogus': is no URI");
  });

  it('says how many hops it may take, once', async () => {
    await bench.put('endpoint', 'default_outbound_endpoint', {});
    notifier.uri(PHONE, [['Max-Forwards', '3'], ...CHECK]);
    await settle();
    expect(bench.came[0]?.getAll('Max-Forwards')).toEqual(['3']);
  });
});
