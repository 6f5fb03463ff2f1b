import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../../conf/index.ts';
import { PjsipBench } from '../test-bench.ts';
import { ConfigWizards } from './config-wizard.ts';

let bench: PjsipBench;
let wizards: ConfigWizards;

beforeEach(() => {
  bench = new PjsipBench();
});
afterEach(async () => {
  wizards.close();
  await bench.close();
});

const write = (text: string) => writeFileSync(join(bench.folder, 'pjsip_wizard.conf'), text);
const start = (text: string) => {
  write(text);
  wizards = new ConfigWizards({
    sorcery: bench.sorcery,
    log: bench.log,
    readConfig: () => loadConfigIfPresent('pjsip_wizard.conf', { etcDir: bench.folder }),
  });
};
/** What an object says that its type does not say by itself. */
const made = (type: string, id: string): Record<string, string> | undefined => {
  const object = bench.sorcery.get(type, id);
  const defaults = new Map(bench.sorcery.defaults(type)?.shown());
  if (object === undefined) return undefined;
  const shown: Record<string, string> = {};
  for (const [name, value] of object.shown())
    if (defaults.get(name) !== value) shown[name] = name in shown ? `${shown[name]} ${value}` : value;
  return shown;
};
const problems = () => bench.sorcery.problems().filter((each) => each.type === 'wizard');
const ids = () => [...wizards.objects()].map((each) => `${each.type.name} ${each.id}`);

describe('a phone that registers', () => {
  it('is an auth, an address and an endpoint, with what its templates say', () => {
    start(`[phones](!)
type=wizard
accepts_registrations=yes
accepts_auth=yes
endpoint/allow=ulaw
aor/max_contacts=2

[myphone](phones)
inbound_auth/username=testname
inbound_auth/password=test password
transport=transport-udp
`);
    expect(ids()).toEqual(['auth myphone-iauth', 'aor myphone', 'endpoint myphone']);
    const mark = { '@pjsip_wizard': 'myphone' };
    expect(made('auth', 'myphone-iauth')).toEqual({
      username: 'testname',
      password: 'test password',
      ...mark,
    });
    expect(made('aor', 'myphone')).toEqual({ max_contacts: '2', ...mark });
    expect(made('endpoint', 'myphone')).toEqual({
      allow: '(ulaw)',
      aors: 'myphone',
      auth: 'myphone-iauth',
      transport: 'transport-udp',
      ...mark,
    });
  });

  it('can be pushed to by nobody', async () => {
    start('[p]\ntype=wizard\naccepts_registrations=yes\n');
    const object = bench.sorcery.get('endpoint', 'p');
    expect(object === undefined ? undefined : await bench.sorcery.update(object)).toBe(false);
  });
});

describe('a trunk', () => {
  it('is known by its addresses, and called at them', () => {
    start(`[plain]
type=wizard
remote_hosts=127.0.0.3, 127.0.0.4:5070
outbound_auth/username=unused
identify/srv_lookups=no
`);
    expect(ids()).toEqual(['aor plain', 'endpoint plain', 'identify plain-identify']);
    expect(made('aor', 'plain')).toMatchObject({ contact: 'sip:127.0.0.3 sip:127.0.0.4:5070' });
    expect(made('identify', 'plain-identify')).toEqual({
      match: '127.0.0.3/255.255.255.255 127.0.0.4:5070/255.255.255.255',
      srv_lookups: 'false',
      endpoint: 'plain',
      '@pjsip_wizard': 'plain',
    });
    expect(made('endpoint', 'plain')).not.toHaveProperty('outbound_auth');
  });

  it('that is registered to by line gets a registration for each host, and no identify', () => {
    start(`[mytrunk]
type=wizard
sends_auth=yes
sends_registrations=yes
sends_line_with_registrations=yes
remote_hosts=127.0.0.1:5999,127.0.0.2
outbound_auth/username=tn
outbound_auth/password=tp
registration/expiration=1800
outbound_proxy=sip:127.0.0.1\\;lr
`);
    expect(ids()).toEqual([
      'auth mytrunk-oauth',
      'aor mytrunk',
      'endpoint mytrunk',
      'registration mytrunk-reg-0',
      'registration mytrunk-reg-1',
    ]);
    const proxy = { outbound_proxy: 'sip:127.0.0.1;lr', '@pjsip_wizard': 'mytrunk' };
    expect(made('registration', 'mytrunk-reg-1')).toEqual({
      expiration: '1800',
      server_uri: 'sip:127.0.0.2',
      client_uri: 'sip:tn@127.0.0.2',
      outbound_auth: 'mytrunk-oauth',
      line: 'true',
      endpoint: 'mytrunk',
      ...proxy,
    });
    expect(made('endpoint', 'mytrunk')).toMatchObject({ outbound_auth: 'mytrunk-oauth', ...proxy });
    expect(made('aor', 'mytrunk')).toMatchObject(proxy);
  });

  it('fills in its patterns', () => {
    start(`[pats]
type=wizard
sends_registrations=yes
sends_auth=yes
remote_hosts=127.0.0.1:1
server_uri_pattern=sip:\${REMOTE_HOST}\\;transport=tcp
client_uri_pattern=sip:\${USERNAME}@x.\${REMOTE_HOST}
contact_pattern=sip:\${REMOTE_HOST}\\;line
outbound_auth/username=a$&b
outbound_auth/password=pw
`);
    expect(made('registration', 'pats-reg-0')).toMatchObject({
      server_uri: 'sip:127.0.0.1:1;transport=tcp',
      client_uri: 'sip:a$&b@x.127.0.0.1:1',
    });
    expect(made('aor', 'pats')).toMatchObject({ contact: 'sip:127.0.0.1:1;line' });
  });
});

describe('what else a section may ask for', () => {
  it('is a phone that is provisioned, and a contact of its own', () => {
    start(`[prov]
type=wizard
accepts_registrations=yes
has_phoneprov=yes
phoneprov/MAC=001122aa4455
phoneprov/PROFILE=p1
aor/contact=sip:own@192.0.2.4
endpoint/aors=other
`);
    expect(made('phoneprov', 'prov-phoneprov')).toEqual({
      MAC: '001122aa4455',
      PROFILE: 'p1',
      endpoint: 'prov',
      '@pjsip_wizard': 'prov',
    });
    expect(made('aor', 'prov')).toMatchObject({ contact: 'sip:own@192.0.2.4' });
    expect(made('endpoint', 'prov')).toMatchObject({ aors: 'prov' });
  });

  it('is a hint, in the context of the endpoint unless it names one', () => {
    const common = 'type=wizard\naccepts_registrations=yes\nhas_hint=yes\n';
    start(`[a]\n${common}hint_exten=1000\nendpoint/context=phones
[b]\n${common}hint_exten=77\nhint_context=hc\nhint_application=Dial(PJSIP/b)\n`);
    expect(wizards.hints).toEqual([
      { context: 'phones', exten: '1000', application: undefined, endpoint: 'a' },
      { context: 'hc', exten: '77', application: 'Dial(PJSIP/b)', endpoint: 'b' },
    ]);
    expect(made('endpoint', 'b')).toMatchObject({ '@hint_context': 'hc', '@hint_exten': '77' });
  });
});

describe('a section that makes no sense', () => {
  it.each([
    ['remote_hosts', ''],
    ['remote_hosts', 'accepts_registrations=yes\nsends_registrations=yes\n'],
    ['inbound_auth/username', 'accepts_registrations=yes\naccepts_auth=yes\n'],
    ['outbound_auth/username', 'accepts_registrations=yes\nsends_auth=yes\n'],
    ['hint_exten', 'accepts_registrations=yes\nhas_hint=yes\n'],
    ['phoneprov/PROFILE', 'accepts_registrations=yes\nhas_phoneprov=yes\nphoneprov/MAC=1\n'],
  ])('makes nothing at all, and says that %s is missing', (option, lines) => {
    start(`[bad]\ntype=wizard\n${lines}`);
    expect(ids()).toEqual([]);
    expect(problems()).toMatchObject([{ type: 'wizard', id: 'bad', line: 1, option }]);
    expect(bench.log.lines.join()).toContain(option);
  });

  it('names the line that an object does not understand', () => {
    start('[bad]\ntype=wizard\naccepts_registrations=yes\nendpoint/alow=ulaw\n');
    expect(ids()).toEqual([]);
    expect(problems()).toMatchObject([
      { line: 4, option: 'endpoint/alow', detail: expect.stringContaining("Did you mean 'allow'?") },
    ]);
  });

  it('is used but for a line that nobody knows, which is named', () => {
    start('[odd]\ntype=wizard\naccepts_registrations=yes\nnosuch=1\n[other]\ntype=x\n');
    expect(ids()).toEqual(['aor odd', 'endpoint odd']);
    expect(problems()).toMatchObject([{ line: 4, option: 'nosuch' }]);
    expect(bench.sorcery.problems().filter((each) => each.type === 'section')).toMatchObject([
      {
        id: 'other',
        line: 5,
        option: 'type',
        detail: "only sections with 'type = wizard' stand for something here",
      },
    ]);
  });
});

describe('a reload', () => {
  it('makes the objects that the file stands for now, and tells who watches the types', () => {
    start('[a]\ntype=wizard\naccepts_registrations=yes\n');
    const heard: string[] = [];
    bench.sorcery.events.on('loaded', (type) => heard.push(type));
    write('[b]\ntype=wizard\naccepts_registrations=yes\n');
    wizards.reload();
    expect(ids()).toEqual(['aor b', 'endpoint b']);
    expect(heard).toContain('endpoint');
    write('[b\n');
    wizards.reload();
    expect(ids()).toEqual(['aor b', 'endpoint b']);
    wizards.close();
    expect(bench.sorcery.get('endpoint', 'b')).toBeUndefined();
  });
});
