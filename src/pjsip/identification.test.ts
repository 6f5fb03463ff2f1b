import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Identification } from './identification.ts';
import { IdentifyIndex } from './identify-index.ts';
import { GlobalSettings } from './settings.ts';
import { PjsipBench, remote } from './test-bench.ts';

let bench: PjsipBench;
let index: IdentifyIndex;
let settings: GlobalSettings;
let identification: Identification;
/** What the DNS says; a name that is not there is not found. */
const dns = new Map<string, readonly string[]>();
const answer = async (name: string) => {
  const found = dns.get(name);
  if (found === undefined) throw new Error(`ENOTFOUND ${name}`);
  return found;
};
const resolver = { addresses: answer, services: answer };
const settled = () => new Promise((resolve) => setImmediate(resolve));
/** Modules that are not running. */
const absent = new Set<string>();

beforeEach(() => {
  bench = new PjsipBench();
  index = new IdentifyIndex({ ...bench, resolver });
  settings = new GlobalSettings(bench.sorcery);
  absent.clear();
  dns.clear();
  identification = new Identification(
    bench.sorcery,
    index,
    settings,
    (module) => !absent.has(module),
    (request) => (request.requestUri.params.get('line') === 'known' ? 'trunk' : undefined),
  );
});

afterEach(async () => {
  index.close();
  settings.close();
  await bench.close();
});

const find = (headers: readonly string[] = [], user = 'alice', from = remote) =>
  identification.find(bench.request('INVITE', 'sip:100@example.com', headers, user), from)?.id;

describe('an endpoint is found', () => {
  it('by the user of From', async () => {
    await bench.put('endpoint', 'alice');
    expect(find()).toBe('alice');
    expect(find([], 'bob')).toBeUndefined();
  });

  it('by user and domain before the bare user, also through a domain alias', async () => {
    await bench.put('endpoint', 'alice');
    await bench.put('endpoint', 'alice@home.example');
    expect(find()).toBe('alice');
    await bench.put('domain_alias', 'example.com', { domain: 'home.example' });
    expect(find()).toBe('alice@home.example');
    await bench.put('endpoint', 'alice@example.com');
    expect(find()).toBe('alice@example.com');
    await bench.put('global', 'global', { disable_multi_domain: 'yes' });
    expect(find()).toBe('alice');
  });

  it('by address, before the user when the order says so, and from the packet after the push', async () => {
    await bench.put('endpoint', 'trunk', { identify_by: 'ip' });
    await bench.put('endpoint', 'alice');
    expect(find()).toBe('alice');
    await bench.put('identify', 'i', { endpoint: 'trunk', match: '192.0.2.7' });
    expect(find()).toBe('trunk');
    expect(find([], 'alice', { address: '192.0.2.8', port: 5060 })).toBe('alice');
    const identify = bench.sorcery.get('identify', 'i');
    if (identify !== undefined) await bench.sorcery.delete(identify);
    expect(find()).toBe('alice');
  });

  it('by network', async () => {
    await bench.put('endpoint', 'trunk', { identify_by: 'ip' });
    await bench.put('identify', 'i', { endpoint: 'trunk', match: '192.0.2.0/24' });
    expect(find([], 'x')).toBe('trunk');
    expect(find([], 'x', { address: '192.0.3.7', port: 5060 })).toBeUndefined();
  });

  it('not by a way that it does not allow', async () => {
    await bench.put('endpoint', 'alice', { identify_by: 'ip' });
    expect(find()).toBeUndefined();
  });

  it('by what an identify object matches, whatever the endpoint says of names', async () => {
    await bench.put('endpoint', 'trunk', { identify_by: 'username' });
    await bench.put('identify', 'i', { endpoint: 'trunk', match: '192.0.2.7' });
    expect(find([], 'x')).toBe('trunk');
  });

  it('by ways that the order does not list, after those that it does', async () => {
    expect(identification.order).toEqual([
      'name not specified',
      'ip',
      'username',
      'anonymous',
      'auth_username',
      'header',
      'request_uri',
    ]);
    await bench.put('endpoint', 'trunk');
    await bench.put('endpoint', 'alice');
    await bench.put('identify', 'i', { endpoint: 'trunk', match_header: 'X-Me: yes' });
    expect(find(['X-Me: yes'], 'x')).toBe('trunk');
    expect(find(['X-Me: yes'], 'alice')).toBe('alice');
    await bench.put('global', 'global', { endpoint_identifier_order: 'header,nosuch,username' });
    expect(find(['X-Me: yes'], 'alice')).toBe('trunk');
    expect(identification.order.slice(1, 4)).toEqual(['header', 'username', 'ip']);
  });

  it('in no way whose module does not run', async () => {
    await bench.put('endpoint', 'alice');
    absent.add('res_pjsip_endpoint_identifier_user');
    expect(find()).toBeUndefined();
    absent.add('res_pjsip_outbound_registration');
    expect(identification.order).toEqual(['ip', 'anonymous', 'header', 'request_uri']);
  });

  it('by the line of a registration before all else', async () => {
    await bench.put('endpoint', 'alice');
    await bench.put('endpoint', 'trunk');
    const by = (uri: string) => identification.find(bench.request('INVITE', uri), remote)?.id;
    expect(by('sip:100@example.com;line=known')).toBe('trunk');
    expect(by('sip:100@example.com;line=other')).toBe('alice');
    absent.add('res_pjsip_outbound_registration');
    expect(by('sip:100@example.com;line=known')).toBe('alice');
  });

  it('as anonymous when that endpoint exists', async () => {
    expect(find([], 'nobody')).toBeUndefined();
    await bench.put('endpoint', 'anonymous');
    expect(find([], 'nobody')).toBe('anonymous');
  });

  it('in the order of the global object, from the packet after its push', async () => {
    await bench.put('endpoint', 'trunk', { identify_by: 'ip,username' });
    await bench.put('endpoint', 'alice');
    await bench.put('identify', 'i', { endpoint: 'trunk', match: '192.0.2.7' });
    await bench.put('global', 'global', { endpoint_identifier_order: 'username,ip' });
    expect(find()).toBe('alice');
  });
});

describe('of several identifies that match', () => {
  it('the first id counts: no network is too wide for it, and no port makes another one better', async () => {
    for (const id of ['wide', 'host', 'line']) await bench.put('endpoint', id);
    await bench.put('identify', 'm', { endpoint: 'host', match: '192.0.2.7' });
    await bench.put('identify', 'z', { endpoint: 'line', match: '192.0.2.7:5062' });
    expect(find([], 'x')).toBe('host');
    await bench.put('identify', 'a', { endpoint: 'wide', match: '192.0.0.0/8' });
    expect(find([], 'x')).toBe('wide');
    await bench.put('identify', '0', { endpoint: 'line', match: '192.0.2.7:5062' });
    expect(find([], 'x')).toBe('line');
    expect(find([], 'x', { address: '192.0.2.7', port: 5060 })).toBe('wide');
    await bench.put('identify', '0', { endpoint: 'line', match: '192.0.2.9' });
    expect(find([], 'x')).toBe('wide');
  });
});

describe('an identify with a port', () => {
  it('is about that port alone', async () => {
    await bench.put('endpoint', 'trunk', { identify_by: 'ip' });
    await bench.put('identify', 'i', { endpoint: 'trunk', match: '192.0.2.7:5062' });
    expect(find([], 'nobody')).toBe('trunk');
    expect(find([], 'nobody', { address: '192.0.2.7', port: 5060 })).toBeUndefined();
    await bench.put('identify', 'i', { endpoint: 'trunk', match: '192.0.2.0/24' });
    expect(find([], 'nobody', { address: '192.0.2.7', port: 5060 })).toBe('trunk');
  });
});

describe('an identify with a domain name', () => {
  beforeEach(async () => {
    await bench.put('endpoint', 'trunk', { identify_by: 'ip' });
  });

  it('knows every address of the name and of the servers that it names, once the DNS has told them', async () => {
    dns.set('sip.provider.net', ['198.51.100.1']);
    dns.set('_sip._udp.sip.provider.net', ['a.provider.net']);
    dns.set('a.provider.net', ['192.0.2.7']);
    await bench.put('identify', 'i', { endpoint: 'trunk', match: 'sip.provider.net' });
    await settled();
    expect(find([], 'nobody')).toBe('trunk');
    expect(find([], 'nobody', { address: '198.51.100.1', port: 5060 })).toBe('trunk');
    await bench.put('identify', 'i', { endpoint: 'trunk', match: 'sip.provider.net', srv_lookups: 'no' });
    await settled();
    expect(find([], 'nobody')).toBeUndefined();
    expect(find([], 'nobody', { address: '198.51.100.1', port: 5060 })).toBe('trunk');
  });

  it('follows the DNS, and keeps what it knew while the DNS is away', async () => {
    dns.set('sip.provider.net', ['192.0.2.7']);
    await bench.put('identify', 'i', { endpoint: 'trunk', match: 'sip.provider.net:5062' });
    await settled();
    expect(find([], 'nobody')).toBe('trunk');
    dns.clear();
    bench.clock.advance(300_000);
    await settled();
    expect(find([], 'nobody')).toBe('trunk');
    expect(bench.log.lines.join()).toContain('what it stood for is used');
    dns.set('sip.provider.net', ['198.51.100.1']);
    bench.clock.advance(30_000);
    await settled();
    expect(find([], 'nobody')).toBeUndefined();
    expect(find([], 'nobody', { address: '198.51.100.1', port: 5062 })).toBe('trunk');
    expect(find([], 'nobody', { address: '198.51.100.1', port: 5060 })).toBeUndefined();
  });

  it('matches nobody while the name is not found, which is said once', async () => {
    await bench.put('identify', 'i', { endpoint: 'trunk', match: 'gone.provider.net' });
    await settled();
    bench.clock.advance(30_000);
    await settled();
    expect(find([], 'nobody')).toBeUndefined();
    expect(bench.log.lines.filter((line) => String(line).includes('gone.provider.net'))).toHaveLength(1);
  });
});
