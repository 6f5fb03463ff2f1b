import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ObjectType, SorceryObject, UNSET } from '../../sorcery/index.ts';
import { everyTypeHolds, printed } from '../../sorcery/test-laws.ts';
import { endpointDocs } from './endpoint-docs.ts';
import { pjsipTypes } from './index.ts';

const types = pjsipTypes.map((spec) => new ObjectType(spec));
const byName = (name: string): ObjectType => {
  const found = types.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no type ${name}`);
  return found;
};
const empty = (type: ObjectType) => new SorceryObject(type, 'x', type.defaults);

everyTypeHolds(types);

it('every type has its line of documentation, and every option', () => {
  for (const { spec } of types) {
    expect([spec.type, spec.doc]).toEqual([spec.type, expect.stringMatching(/\.$/)]);
    for (const { name, doc } of spec.options)
      expect([spec.type, name, doc]).toEqual([spec.type, name, expect.stringMatching(/\.$/)]);
  }
});

it('an option of an endpoint that somebody reads does not say that it has no effect, and no line is for nobody', () => {
  const folder = new URL('..', import.meta.url);
  const sources = readdirSync(folder).filter((each) => each.endsWith('.ts') && !each.endsWith('.test.ts'));
  const text = sources.map((each) => readFileSync(new URL(each, folder), 'utf8')).join('');
  const read = [...text.matchAll(/endpoint\??\.(?:get|is|number|list)\('(\w+)'\)/g)].map(([, name]) => name);
  expect(read.length).toBeGreaterThan(20);
  for (const name of read)
    expect([name, endpointDocs[name ?? '']]).toEqual([name, expect.not.stringContaining('no effect')]);
  const names = byName('endpoint').options.map((each) => each.name);
  expect(Object.keys(endpointDocs).filter((each) => !names.includes(each))).toEqual([]);
});

describe('options of', () => {
  it.each<[string, string, string[], string | undefined]>([
    ['endpoint', 'allow', ['ulaw,alaw'], '(ulaw|alaw)'],
    ['endpoint', 'allow', ['all', '!all,g722'], '(g722)'],
    ['endpoint', 'allow', ['ulaw', 'alaw:20'], '(ulaw|alaw)'],
    ['endpoint', 'allow', ['ULAW,ulaw'], '(ulaw)'],
    ['endpoint', 'allow', ['nosuch'], undefined],
    ['endpoint', 'allow', [''], undefined],
    ['endpoint', 'allow', ['(ulaw|alaw)'], '(ulaw|alaw)'],
    ['endpoint', 'callerid', ['"Alice" <100>'], '"Alice" <100>'],
    ['endpoint', 'callerid', ['Alice <100>'], '"Alice" <100>'],
    ['endpoint', 'callerid', ['100'], '100'],
    ['endpoint', 'callerid', ['(555) 12-34'], '5551234'],
    ['endpoint', 'callerid', ['Alice'], 'Alice'],
    ['endpoint', 'callerid', [''], '<unknown>'],
    ['endpoint', 'callerid', ['(1) <>'], '1'],
    ['endpoint', 'call_group', ['3,1-2, 64,x,-1'], '1, 2, 3'],
    ['endpoint', 'call_group', ['0-99999999999'], Array.from({ length: 64 }, (_, each) => each).join(', ')],
    ['endpoint', 'named_call_group', ['b, a,b,'], 'a, b'],
    ['endpoint', 'tos_audio', ['ef'], '184'],
    ['endpoint', 'tos_audio', ['AF41'], '136'],
    ['endpoint', 'tos_audio', ['cs0'], '0'],
    ['endpoint', 'tos_audio', ['0x18'], '24'],
    ['endpoint', 'tos_audio', ['256'], '0'],
    ['endpoint', 'tos_audio', ['constructor'], undefined],
    ['endpoint', 'tos_audio', ['__proto__'], undefined],
    ['endpoint', 'tos_audio', [''], undefined],
    ['endpoint', 'dtls_rekey', ['-1'], '4294967295'],
    ['endpoint', 'dtls_rekey', ['12x'], '12'],
    ['endpoint', 'dtls_rekey', ['x'], undefined],
    ['endpoint', 'rtp_port_start', ['0'], '0'],
    ['endpoint', 'rtp_port_start', ['1023'], undefined],
    ['endpoint', 'rtp_port_start', ['65535'], '65535'],
    ['endpoint', 'rtp_port_start', ['65536'], undefined],
    ['endpoint', 'timers_min_se', ['90'], '90'],
    ['endpoint', 'timers_min_se', ['89'], undefined],
    ['endpoint', 'dtls_cert_file', ['/'], '/'],
    ['endpoint', 'dtls_cert_file', ['/nosuch'], undefined],
    ['endpoint', 'dtls_cert_file', ['/etc/passwd/x'], undefined],
    ['endpoint', 'dtls_cert_file', ['x'.repeat(10_000)], undefined],
    ['endpoint', 'dtls_cert_file', ['/\u0000'], undefined],
    ['endpoint', 'from_user', ['alice.b'], 'alice.b'],
    ['endpoint', 'from_user', ['a b'], undefined],
    ['endpoint', 'from_user', ['a@b'], undefined],
    [
      'endpoint',
      'codec_prefs_outgoing_offer',
      ['keep:first'],
      'prefer:pending, operation:union, keep:first, transcode:allow',
    ],
    ['endpoint', 'codec_prefs_outgoing_offer', ['keep:nosuch'], undefined],
    ['endpoint', 'codec_prefs_outgoing_offer', ['constructor:x'], undefined],
    ['endpoint', 'codec_prefs_outgoing_offer', ['keep'], undefined],
    ['endpoint', 'set_var', ['A=1', 'B=2', 'A=3'], 'B=2\nA=3'],
    ['endpoint', 'set_var', ['A=1\nB=2'], undefined],
    ['endpoint', 'set_var', ['A'], undefined],
    ['endpoint', 'identify_by', ['ip, Username'], 'ip,username'],
    ['endpoint', 'identify_by', ['nosuch'], undefined],
    ['endpoint', '100rel', ['peer_supported'], 'peer_supported'],
    ['endpoint', 'contact_acl', ['one, two', 'three'], 'one,two,three'],
    ['endpoint', 'security_mechanisms', ['nosuch'], UNSET],
    ['auth', 'password_digest', [`md5:${'a'.repeat(32)}`], `MD5:${'a'.repeat(32)}`],
    ['auth', 'password_digest', [`MD5:${'a'.repeat(31)}`], undefined],
    ['auth', 'password_digest', [`SHA-256:${'0'.repeat(64)}`], `SHA-256:${'0'.repeat(64)}`],
    ['auth', 'password_digest', ['a'.repeat(32)], undefined],
    ['auth', 'password_digest', [`constructor:${'a'.repeat(32)}`], undefined],
    ['auth', 'md5_cred', ['xyz'], undefined],
    ['auth', 'username', [''], undefined],
    ['aor', 'contact', ['sip:a@b, sips:c'], 'sip:a@b\nsips:c'],
    ['aor', 'contact', ['sip:a@b', 'sip:a@b'], 'sip:a@b'],
    ['aor', 'contact', ['http://a'], undefined],
    ['aor', 'contact', ['sip:a b'], undefined],
    ['aor', 'qualify_timeout', ['2.5'], '2.500000'],
    ['aor', 'max_contacts', ['-1'], undefined],
    ['identify', 'match', ['10.0.0.1,10.0.0.0/8'], '10.0.0.1/255.255.255.255\n10.0.0.0/255.0.0.0'],
    ['identify', 'match', ['2001:db8::/32'], '2001:db8::/ffff:ffff:0:0:0:0:0:0'],
    ['identify', 'match', ['10.0.0.1:5060'], '10.0.0.1:5060/255.255.255.255'],
    ['identify', 'match', ['[::1]:5060'], '[::1]:5060/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['identify', 'match', ['10.0.0.1:70000'], undefined],
    ['identify', 'match', ['sip.provider.net,b.provider.net:5080'], 'sip.provider.net\nb.provider.net:5080'],
    ['identify', 'match', ['provider.net/24'], undefined],
    ['identify', 'match', ['bogus'], undefined],
    ['identify', 'match', ['a.invalid'], undefined],
    ['identify', 'match', ['999.1.1.1'], undefined],
    ['identify', 'match', ['10.0.0.0/33'], undefined],
    ['identify', 'match', ['no.such.host.example'], undefined],
    ['identify', 'match_header', ['X-Id: 5'], 'X-Id: 5'],
    ['identify', 'match_header', ['no colon'], undefined],
    ['transport', 'bind', ['0.0.0.0'], '0.0.0.0:0'],
    ['transport', 'bind', ['[::]:5060'], '[::]:5060'],
    ['transport', 'bind', ['127.0.0.1:65536'], undefined],
    ['transport', 'bind', ['::'], '[::]:0'],
    ['transport', 'bind', ['a:100000'], undefined],
    ['transport', 'bind', ['a b'], undefined],
    ['transport', 'protocol', ['UDP'], 'udp'],
    ['transport', 'protocol', ['sctp'], undefined],
    ['transport', 'method', ['sslv3'], 'unspecified'],
    ['transport', 'cipher', ['nosuch'], undefined],
    ['transport', 'async_operations', ['5'], '1'],
    ['system', 'timer_t1', ['50'], '100'],
    ['global', 'default_from_user', [''], undefined],
    ['global', 'debug', [''], undefined],
    ['global', 'default_auth_algorithms_uas', ['nosuch'], 'MD5'],
    ['registration', 'server_uri', ['sip:a'], 'sip:a'],
    ['registration', 'outbound_proxy', ['bogus'], undefined],
    ['resource_list', 'list_item', ['a,b', 'c'], 'a,b\nc'],
    ['outbound-publish', 'from_uri', ['value'], undefined],
    ['outbound-publish', 'expiration', ['0'], undefined],
    ['subscription_persistence', 'expires', ['1.5'], '1'],
    ['subscription_persistence', 'expires', ['99999999999'], '99999999999'],
    ['subscription_persistence', 'expires', [''], undefined],
    ['subscription_persistence', 'generator_data', ['x'], ''],
    ['phoneprov', 'MAC', ['a', ''], UNSET],
    ['registration', 'server_uri', ['a'], undefined],
    ['registration', 'expiration', ['0'], undefined],
  ])('%s: %s reads %j as %j', (type, name, inputs, expected) => {
    expect(printed(byName(type), name, ...inputs)).toBe(expected);
  });
});

describe('rules beyond one option', () => {
  const finish = (type: string, fields: Record<string, string>) => {
    const draft = empty(byName(type)).draft();
    for (const [name, value] of Object.entries(fields)) {
      const problem = draft.apply(name, value);
      if (problem !== undefined) throw new Error(problem.detail);
    }
    return { problem: draft.type.spec.finish?.(draft), draft };
  };

  it.each([
    ['auth', {}, 'username'],
    ['auth', { username: 'a' }, 'password'],
    ['contact', {}, 'uri'],
    ['domain_alias', {}, 'domain'],
    ['identify', { match: '10.0.0.1' }, 'endpoint'],
    ['identify', { endpoint: 'a' }, 'match'],
    ['registration', { client_uri: 'sip:a' }, 'server_uri'],
    ['registration', { server_uri: 'sip:a' }, 'client_uri'],
    ['registration', { server_uri: 'sips:a', client_uri: 'sip:b' }, 'server_uri'],
    ['registration', { server_uri: 'sip:a', client_uri: 'sip:b', line: 'yes' }, 'endpoint'],
    ['registration', { server_uri: 'sip:a', client_uri: 'sip:b', endpoint: 'x' }, 'endpoint'],
    ['outbound-publish', { server_uri: 'sip:a' }, 'event'],
    ['outbound-publish', { event: 'dialog' }, 'server_uri'],
    ['resource_list', { list_item: 'a' }, 'event'],
    ['resource_list', { event: 'presence' }, 'list_item'],
  ])('%s with %j misses %s', (type, fields, field) => {
    expect(finish(type, fields).problem).toMatchObject({ field });
  });

  it.each([
    ['auth', { username: 'a', password: 'b' }],
    ['auth', { username: 'a', auth_type: 'md5', md5_cred: 'a'.repeat(32) }],
    ['identify', { endpoint: 'a', match_header: 'X: y' }],
    ['registration', { client_uri: 'sip:a', server_uri: 'sip:b' }],
    ['registration', { client_uri: 'sip:a', server_uri: 'sip:b', line: 'yes', endpoint: 'x' }],
    ['registration', { client_uri: 'sip:a', server_uri: 'sips:b', transport: 'tls' }],
    ['endpoint', {}],
    ['aor', {}],
    ['inbound-publication', { 'event_asterisk-mwi': 'x' }],
    ['nat_hook', {}],
  ])('%s with %j is whole', (type, fields) => {
    expect(finish(type, fields).problem).toBeUndefined();
  });

  it('lets webrtc imply what a browser needs', () => {
    const { draft } = finish('endpoint', { webrtc: 'yes' });
    expect(
      ['media_encryption', 'ice_support', 'rtcp_mux', 'dtls_setup'].map((name) => draft.get(name)),
    ).toEqual(['dtls', 'true', 'true', 'actpass']);
  });

  it('keeps lines of its own in their order, and lists by name behind them', () => {
    const { draft } = finish('acl', { permit: '0.0.0.0/0', acl: 'a', deny: '10.0.0.0/8,!10.1.0.0/16' });
    expect(draft.get('deny').split('\n')).toEqual([
      '!0.0.0.0/0.0.0.0',
      '10.0.0.0/255.0.0.0',
      '!10.1.0.0/255.255.0.0',
    ]);
    expect([draft.get('permit'), draft.get('acl')]).toEqual(['', 'deny/permit,a']);
    for (const wrong of ['x', '10.0.0.1:5060', '10.0.0.0/255.0.255.0', '10.0.0.0/33'])
      expect(finish('acl', {}).draft.apply('permit', wrong)).toMatchObject({ field: 'permit' });
    draft.apply('acl', '');
    expect(draft.get('acl')).toBe('deny/permit');
  });

  it('shows that there are rules of its own instead of an ACL', () => {
    expect(finish('endpoint', { deny: '0.0.0.0/0' }).draft.get('acl')).toBe('deny/permit');
    expect(finish('acl', { deny: '0.0.0.0/0' }).draft.get('acl')).toBe('deny/permit');
    expect(finish('endpoint', { contact_permit: '10.0.0.1' }).draft.get('contact_acl')).toBe('deny/permit');
  });

  it('lets disallow take codecs off the list', () => {
    expect(finish('endpoint', { allow: 'ulaw,alaw', disallow: 'ulaw' }).draft.get('allow')).toBe('(alaw)');
    expect(finish('endpoint', { allow: 'ulaw', disallow: 'all' }).draft.get('allow')).toBe('(nothing)');
  });

  it('keeps the two forms of an MD5 hash the same', () => {
    const hash = 'a'.repeat(32);
    expect(finish('auth', { username: 'a', md5_cred: hash }).draft.get('password_digest')).toBe(
      `MD5:${hash}`,
    );
    expect(finish('auth', { username: 'a', password_digest: `MD5:${hash}` }).draft.get('md5_cred')).toBe(
      hash,
    );
  });

  it('keeps old and new names of the pool the same, and timer B at 64 times T1', () => {
    const { draft } = finish('system', { threadpool_max_size: '7', timer_t1: '1000' });
    expect([draft.get('taskpool_max_size'), draft.get('timer_b')]).toEqual(['7', '64000']);
  });
});
