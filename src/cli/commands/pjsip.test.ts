import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pjsipTypes, type RegistrationState } from '../../pjsip/index.ts';
import { SorceryObject } from '../../sorcery/index.ts';
import type { ContactView, PjsipPort, SubscriptionView, TransportState } from '../command.ts';
import { type Bench, startBench } from '../test-bench.ts';

const asked: string[] = [];
const contact: ContactView = {
  aor: 'qq',
  uri: 'sip:q@127.0.0.1:9',
  hash: 'b4360375f2ffffffffffffffffffffff',
  status: 'Unavail',
  rttMs: undefined,
  object: undefined,
};
const subscription: SubscriptionView = {
  endpoint: 'alice',
  caller: '100',
  resource: '200',
  event: 'dialog',
  expiresIn: 60,
  callId: 'c1',
};
let firstAt = 0;
let listeners: TransportState[] = [];
let retiring: string[] = [];

const states = new Map<string, RegistrationState>([
  ['up', { status: 'Registered', dueIn: 3590 }],
  ['refused', { status: 'Rejected', dueIn: -4 }],
  ['out', { status: 'Unregistered', dueIn: undefined }],
]);

const port: PjsipPort = {
  contacts: (aor) => (aor.id === 'qq' ? [contact] : []),
  allContacts: () => [contact],
  endpointState: () => 'Unavailable',
  packetLog: (target) => JSON.stringify(target),
  qualify: (endpoint) => void asked.push(endpoint.id),
  identifiers: () => ['ip', 'username'],
  unidentified: () => [{ address: '127.0.0.1', count: 14, firstAt }],
  transports: () => listeners,
  retiringTransports: () => retiring,
  subscriptions: (direction) => (direction === 'inbound' ? [subscription] : []),
  registrations: {
    state: (id) => states.get(id),
    register: (id) => states.has(id) && asked.push(`register ${id}`) > 0,
    unregister: (id) => states.has(id) && asked.push(`unregister ${id}`) > 0,
    registerAll: () => void asked.push('register all'),
    unregisterAll: () => void asked.push('unregister all'),
  },
  notify: {
    types: () => ['reboot'],
    fields: (type) => (type === 'reboot' ? [['Event', 'check-sync']] : undefined),
    endpoint: (id, fields) => id === 'alice' && asked.push(`${id} ${fields}`) > 0,
    uri: (uri, fields) => void asked.push(`${uri} ${fields}`),
    channel: (name) => name === 'PJSIP/alice-00000001' && asked.push(name) > 0,
  },
};

const modules = [
  'res_pjsip',
  'res_pjsip_endpoint_identifier_ip',
  'res_pjsip_outbound_registration',
  'res_pjsip_notify',
  'res_pjsip_pubsub',
  'res_sorcery_config',
  'res_sorcery_memory',
].map((name) => ({ name, description: name }));

let bench: Bench;

beforeEach(async () => {
  asked.length = 0;
  bench = await startBench({
    modules,
    pjsip: port,
    types: pjsipTypes,
    sorceryConf:
      '[res_pjsip]\nendpoint=memory\naor=memory\ntransport=memory\n[res_pjsip_endpoint_identifier_ip]\nidentify=memory\n[res_pjsip_outbound_registration]\nregistration=memory\n',
  });
});

afterEach(() => bench.close());

async function put(typeName: string, id: string, values: Record<string, string>): Promise<void> {
  const defaults = bench.sorcery.defaults(typeName);
  const draft = defaults?.draft();
  for (const [name, value] of Object.entries(values)) expect(draft?.apply(name, value)).toBeUndefined();
  if (defaults === undefined || draft === undefined) throw new Error(`no type ${typeName}`);
  await bench.sorcery.create(new SorceryObject(defaults.type, id, draft.values));
}

const LONG = 'averyveryverylongobjectnamethatgoesonandonandonandonandonandonandonandon';

describe('transports', () => {
  it('stand with where they really listen, those that no object describes any more as well', async () => {
    await put('transport', 'open', { bind: '0.0.0.0' });
    await put('transport', 'shut', { protocol: 'tls', bind: '127.0.0.1:5061' });
    const object = bench.sorcery.get('transport', 'open');
    if (object === undefined) throw new Error('not stored');
    listeners = [
      { id: 'open', object, listening: '0.0.0.0:5060' },
      { id: 'shut', object, listening: undefined },
      { id: 'old', object: new SorceryObject(object.type, 'old', object.values), listening: '127.0.0.1:7' },
    ];
    retiring = ['udp 127.0.0.1:9'];
    const output = await bench.run('pjsip show transports');
    listeners = [];
    retiring = [];
    expect(
      output
        .split('\n')
        .filter((line) => line.startsWith('Transport:  '))
        .slice(1),
    ).toEqual([
      'Transport:  open                      udp      0      0  0.0.0.0:5060',
      'Transport:  shut                      tls      0      0  127.0.0.1:5061 (not listening)',
      'Transport:  old                       udp      0      0  127.0.0.1:7 (until the next start)',
      'Transport:  udp 127.0.0.1:9 (until its calls end)',
    ]);
  });
});

describe('objects', () => {
  it('stand in the columns of the original, names too long for them cut or not, as there', async () => {
    await put('aor', 'alice', { max_contacts: '2' });
    await put('aor', LONG, { max_contacts: '12345' });
    await put('endpoint', LONG, { aors: LONG, callerid: 'x <200>', device_state_busy_at: '3' });
    await put('identify', 'h4', {
      endpoint: LONG,
      match: '192.0.2.0/24',
      match_header: 'X-Me: four',
      match_request_uri: '/sip:x@127/',
    });
    expect(await bench.run('pjsip list aors')).toContain(
      '      Aor:  alice                                                2\n' +
        '      Aor:  averyveryverylongobjectnamethatgoesonando        12345\n',
    );
    expect(await bench.run('pjsip show endpoints')).toContain(
      [
        ' Endpoint:  averyveryverylongobjectnamethatgoesonandonandonando  Unavailable   0 of 3',
        '        Aor:  averyveryverylongobjectnamethatgoesonan        12345',
        `   Identify:  h4/${LONG}`,
        '        Match: 192.0.2.0/24',
        '       Header: X-Me: four',
        '   RequestURI: /sip:x@127/',
      ].join('\n'),
    );
    expect(await bench.run('pjsip show identifies')).toContain(
      '      Match: 192.0.2.0/24\n     Header: X-Me: four\n RequestURI: /sip:x@127/\n',
    );
  });

  it('have to be named, and there', async () => {
    expect(await bench.run('pjsip show aor')).toBe(
      "No object specified.\nCommand 'pjsip show aor' failed.\n",
    );
    expect(await bench.run('pjsip show aor nosuch')).toBe('Unable to find object nosuch.\n\n');
    expect(await bench.run('pjsip show aors like')).toMatch(/^Usage: pjsip show aors \[ like <pattern> \]\n/);
    expect(await bench.run('pjsip show contact nosuch')).toBe('Unable to find object nosuch.\n\n');
  });

  it('show a contact under its address and URI', async () => {
    const shown = (await bench.run('pjsip show contact qq/sip:q@127.0.0.1:9')).split('\n');
    expect(shown.slice(4, 6)).toEqual([
      '  Contact:  qq/sip:q@127.0.0.1:9                           b4360375f2 Unavail        -nan',
      '',
    ]);
    expect(shown).toContain(' uri                  : sip:q@127.0.0.1:9');
    expect(shown).toContain(' qualify_timeout      : 3.000000');
    expect(bench.cli.complete('pjsip show contact q')).toEqual(['qq/sip:q@127.0.0.1:9']);
  });
});

describe('qualify', () => {
  it('asks the contacts of an endpoint', async () => {
    await put('endpoint', 'qq', { aors: 'qq,alice' });
    await put('endpoint', 'noaor', {});
    expect(await bench.run('pjsip qualify qq')).toBe(
      "Qualifying AOR 'qq' on endpoint 'qq'\nQualifying AOR 'alice' on endpoint 'qq'\n",
    );
    expect(await bench.run('pjsip qualify noaor')).toBe(
      "No AORs configured for endpoint 'noaor'\nCommand 'pjsip qualify noaor' failed.\n",
    );
    expect(await bench.run('pjsip qualify nosuch')).toBe(
      "Unable to retrieve endpoint nosuch\nCommand 'pjsip qualify nosuch' failed.\n",
    );
    expect(asked).toEqual(['qq']);
  });

  it('shows how it is set up', async () => {
    await put('aor', 'qq', { qualify_frequency: '60', qualify_timeout: '2.5' });
    await put('endpoint', 'qq', { aors: 'qq,nosuch' });
    const options = [
      '  Qualify frequency    : 60 sec',
      '  Qualify timeout      : 2500 ms',
      '  Qualify 2xx only     : no',
      '  Authenticate qualify : no',
      '',
    ].join('\n');
    expect(await bench.run('pjsip show qualify aor qq')).toBe(` * AOR 'qq'\n${options}`);
    expect(await bench.run('pjsip show qualify endpoint qq')).toBe(
      ` * AOR 'qq' on endpoint 'qq'\n${options}\n`,
    );
    expect(await bench.run('pjsip show qualify aor nosuch')).toBe(
      "Unable to retrieve aor 'nosuch' qualify options\nCommand 'pjsip show qualify aor nosuch' failed.\n",
    );
  });
});

describe('requests', () => {
  it('tell how their endpoint is found, and who is none', async () => {
    expect(await bench.run('pjsip show identifiers')).toBe(
      'Identifier Names:   \nip                  \nusername            \n',
    );
    firstAt = bench.clock.now() - 2_134;
    expect((await bench.run('pjsip show unidentified_requests')).split('\n')).toEqual([
      '',
      '  Request:  <IP Address..............................................>  <Count> <Age(sec)>',
      '='.repeat(90),
      '',
      '  Request:  127.0.0.1                                                        14      2.134',
      '',
      'Objects found: 1',
      '',
      '',
    ]);
  });

  it('list subscriptions, all or those that a pattern matches', async () => {
    const none = '===\n\n0 active subscriptions';
    expect(await bench.run('pjsip show subscriptions outbound')).toMatch(new RegExp(`${none}\n$`));
    expect(await bench.run('pjsip show subscriptions inbound')).toMatch(/\n1 active subscriptions\n$/);
    expect(await bench.run('pjsip show subscriptions inbound like zz')).toMatch(
      new RegExp(`${none} matched "zz"\n$`),
    );
    expect(await bench.run('pjsip list subscriptions inbound like dialog')).toMatch(
      /^Endpoint\/CLI {19}Resource\/Event {17}Expiry Call-id\n\nalice\/100 .*200\/dialog .*c1\n1 active/,
    );
    expect(await bench.run('pjsip show subscriptions inbound likely')).toMatch(/^Usage: /);
    expect(await bench.run('pjsip show subscriptions')).toMatch(/^No such command/);
  });
});

describe('registrations', () => {
  const header =
    '\n <Registration/ServerURI..............................>  <Auth....................>  <Status.......>\n' +
    '==========================================================================================\n\n';

  it('are shown with how they stand and when they are sent again', async () => {
    const uris = { server_uri: 'sip:127.0.0.1:9', client_uri: 'sip:me@127.0.0.1' };
    await put('registration', 'up', { ...uris, outbound_auth: 'alice' });
    await put('registration', 'refused', uris);
    await put('registration', 'out', uris);
    const lines = [
      ' out/sip:127.0.0.1:9                                     n/a                         Unregistered     0\n',
      ' refused/sip:127.0.0.1:9                                 n/a                         Rejected          (exp. 4s ago)\n',
      ' up/sip:127.0.0.1:9                                      alice                       Registered        (exp. 3590s)\n',
    ];
    const shown = `${header}${lines.join('')}\nObjects found: 3\n\n`;
    expect(await bench.run('pjsip show registrations')).toBe(shown);
    expect(await bench.run('pjsip list registrations')).toBe(shown);
    expect(await bench.run('pjsip show registration up')).toContain(`${header}${lines[2]}\n ParameterName`);
  });

  it('are told to register and to cease, one or all', async () => {
    expect(await bench.run('pjsip send register up')).toBe('');
    expect(await bench.run('pjsip send unregister up')).toBe('');
    expect(await bench.run('pjsip send register *all')).toBe('Re-register all queued\n');
    expect(await bench.run('pjsip send unregister *all')).toBe('Unregister all queued\n');
    expect(asked).toEqual(['register up', 'unregister up', 'register all', 'unregister all']);
    expect(await bench.run('pjsip send register nosuch')).toBe(
      "Unable to retrieve registration nosuch\nCommand 'pjsip send register nosuch' failed.\n",
    );
    expect(await bench.run('pjsip send unregister')).toContain('Usage: pjsip send unregister <registration>');
  });
});

describe('pjsip send notify', () => {
  it('tells each peer, and of those that are not there', async () => {
    expect(await bench.run('pjsip send notify reboot endpoint nosuch alice')).toBe(
      "Sending NOTIFY of type 'reboot' to 'nosuch'\nUnable to retrieve endpoint nosuch\n" +
        "Sending NOTIFY of type 'reboot' to 'alice'\n",
    );
    expect(await bench.run('pjsip send notify reboot uri sip:x@192.0.2.1')).toBe(
      "Sending NOTIFY of type 'reboot' to 'sip:x@192.0.2.1'\n",
    );
    expect(await bench.run('pjsip send notify reboot channel x PJSIP/alice-00000001')).toBe(
      "Sending NOTIFY of type 'reboot' to 'x'\nUnable to find channel x\n" +
        "Sending NOTIFY of type 'reboot' to 'PJSIP/alice-00000001'\n",
    );
    expect(asked).toEqual([
      'alice Event,check-sync',
      'sip:x@192.0.2.1 Event,check-sync',
      'PJSIP/alice-00000001',
    ]);
  });

  it('knows the kinds of its file, and shows its usage', async () => {
    expect(await bench.run('pjsip send notify nosuch endpoint alice')).toBe(
      "Unable to find notify type 'nosuch'\nCommand 'pjsip send notify nosuch endpoint alice' failed.\n",
    );
    for (const line of ['', ' reboot', ' reboot alice', ' reboot endpoint'])
      expect(await bench.run(`pjsip send notify${line}`)).toContain('Usage: pjsip send notify <type>');
    expect(asked).toEqual([]);
  });
});
