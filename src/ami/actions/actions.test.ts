// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type AmiSetup,
  MANAGER_CONF,
  Opened,
  quietDriver,
  type Told,
  told,
} from '../../../tests/support/ami.ts';
import { SorceryObject } from '../../sorcery/index.ts';
import { allActions } from './index.ts';

const opened = new Opened();
afterEach(async () => {
  vi.unstubAllEnvs();
  await opened.close();
});

async function open(setup: AmiSetup = {}) {
  const bench = await opened.bench(setup);
  const client = await bench.login('admin', 's3cret', 'Events: off');
  /** A list: its items without the beginning and the end, and the end. */
  const list = async (...lines: string[]) => {
    const first = await client.ask(...lines);
    const items: Told[] = [];
    for (;;) {
      const next = await client.next();
      if (next === undefined) throw new Error('the connection ended inside a list');
      if (told(next, 'EventList') === 'Complete') return { first, items, end: next };
      items.push(next);
    }
  };
  return { bench, client, list };
}

const error = (text: string) => [
  ['Response', 'Error'],
  ['Message', text],
];
const success = (text: string) => [
  ['Response', 'Success'],
  ['Message', text],
];

describe('the table of actions', () => {
  it('has each name once, in order, with a synopsis and its parameters', () => {
    const names = allActions.map((each) => each.name.toLowerCase());
    expect(names).toEqual([...new Set(names)].sort());
    for (const each of allActions) {
      expect(each.synopsis).toMatch(/^[A-Z].*\.$/);
      expect(each.parameters[0]?.name).toBe('ActionID');
    }
  });

  it('loses what belongs to a module that is unloaded', async () => {
    const { bench, client } = await open();
    expect((await client.ask('Action: ShowDialPlan'))[0]?.[1]).not.toBe('Error');
    await client.until('Event', 'ShowDialPlanComplete');
    await bench.ports.modules.unload('pbx_config');
    expect(told(await client.ask('Action: ShowDialPlan'), 'Message')).toMatch(/^Invalid\/unknown command/);
  });
});

describe('channels', () => {
  it('are listed, one or all, with variables', async () => {
    const { bench, list, client } = await open();
    const channel = bench.channel();
    channel.setVariable('COLOUR', 'red');
    bench.channel();
    const all = await list('Action: CoreShowChannels', 'ActionID: c');
    expect(all.items).toHaveLength(2);
    expect(all.items[0]?.slice(0, 3)).toEqual([
      ['Event', 'CoreShowChannel'],
      ['ActionID', 'c'],
      ['Channel', channel.name],
    ]);
    expect(all.end).toEqual([
      ['Event', 'CoreShowChannelsComplete'],
      ['ActionID', 'c'],
      ['EventList', 'Complete'],
      ['ListItems', '2'],
    ]);
    const one = await list(
      'Action: Status',
      `Channel: ${channel.name}`,
      'Variables: COLOUR,LEN(abc)',
      'ActionID: s',
    );
    const [item] = one.items;
    expect(item?.filter(([name]) => name === 'Variable').map(([, value]) => value)).toEqual([
      'COLOUR=red',
      'LEN(abc)=3',
    ]);
    expect(item?.at(-1)).toEqual(['ActionID', 's']);
    expect(told(item, 'Nativeformats')).toBe('(none)');
    await client.ask('Action: AbsoluteTimeout', `Channel: ${channel.name}`, 'Timeout: 100');
    await client.ask('Action: Setvar', `Channel: ${channel.name}`, 'Variable: CALLERID(dnid)', 'Value: 777');
    const limited = (await list('Action: Status', `Channel: ${channel.name}`)).items[0];
    expect(told(limited, 'DNID')).toBe('777');
    expect(Math.abs(Number(told(limited, 'TimeToHangup')) - Date.now() / 1000 - 100)).toBeLessThan(5);
    expect(await client.ask('Action: Status', 'Channel: nosuch')).toEqual(error('No such channel'));
  });

  it('are hung up by name, with a cause, and by expression', async () => {
    const { bench, client, list } = await open();
    const ended: string[] = [];
    bench.switch.events.on('channelDestroyed', (each) => ended.push(`${each.name} ${each.hangupCause}`));
    const [first, second] = [bench.channel(), bench.channel()];
    expect(await client.ask('Action: Hangup', `Channel: ${first.name}`, 'Cause: 17')).toEqual(
      success('Channel Hungup'),
    );
    expect(ended).toEqual([`${first.name} 17`]);
    const { items } = await list('Action: Hangup', 'Channel: /^PJSIP/');
    expect(items).toEqual([
      [
        ['Event', 'ChannelHungup'],
        ['Channel', second.name],
      ],
    ]);
    expect(ended).toHaveLength(2);
    expect(told(await client.ask('Action: Hangup', 'Channel: /[/'), 'Message')).toBe(
      'Regex compile failed on: /[/',
    );
  });

  it('are sent elsewhere, one or two', async () => {
    const { bench, client } = await open({
      files: { 'extensions.conf': '[lab]\nexten => 1,1,NoOp()\n same => n(there),NoOp()\n' },
    });
    const [first, second] = [bench.channel(), bench.channel()];
    const to = ['Context: lab', 'Exten: 1'];
    expect(await client.ask('Action: Redirect', `Channel: ${first.name}`, ...to, 'Priority: there')).toEqual(
      success('Redirect successful'),
    );
    expect(first.takeGoto()).toEqual({ context: 'lab', exten: '1', priority: 2 });
    const both = [
      'Action: Redirect',
      `Channel: ${first.name}`,
      `ExtraChannel: ${second.name}`,
      ...to,
      'Priority: 1',
    ];
    expect(await client.ask(...both)).toEqual(success('Dual Redirect successful'));
    expect([first.takeGoto(), second.takeGoto()]).toEqual([
      { context: 'lab', exten: '1', priority: 1 },
      { context: 'lab', exten: '1', priority: 1 },
    ]);
    await client.ask(...both, 'ExtraContext: lab', 'ExtraExten: 2', 'ExtraPriority: 3');
    expect(second.takeGoto()).toEqual({ context: 'lab', exten: '2', priority: 3 });
    for (const [lines, text] of [
      [[], 'Channel not specified'],
      [['Channel: x'], 'Context not specified'],
      [['Channel: x', ...to, 'Priority: nosuch'], 'Priority is invalid'],
      [['Channel: x', ...to, 'Priority: 1'], 'Channel does not exist: x'],
    ] as const)
      expect(await client.ask('Action: Redirect', ...lines)).toEqual(error(text));
  });

  it('send digits and texts where their technology can', async () => {
    const { bench, client } = await open();
    const sent: string[] = [];
    const channel = bench.switch.create({
      namePrefix: 'PJSIP/bob',
      technology: 'PJSIP',
      state: 'Up',
      driver: {
        ...quietDriver,
        sendDigits: async (digits, ms) => void sent.push(`${digits} ${ms}`),
        sendText: async (text, type) => {
          if (text === 'no') throw new Error('refused');
          sent.push(`${type} ${text}`);
        },
      },
      location: { context: 'default', exten: '1', priority: 1 },
    });
    const name = `Channel: ${channel.name}`;
    expect(told(await client.ask('Action: PlayDTMF', name, 'Digit: 5', 'Duration: 250'), 'Response')).toBe(
      'Success',
    );
    expect(told(await client.ask('Action: SendText', name, 'Message: a: b'), 'Message')).toBe('Success');
    expect(told(await client.ask('Action: SendText', name, 'Message: no'), 'Message')).toBe('Failure');
    expect(sent).toEqual(['5 250', 'text/plain a: b']);
    expect(await client.ask('Action: PlayDTMF', name, 'Digit: X')).toEqual(error('Invalid digit specified'));
    const digits: string[] = [];
    bench.switch.events.on('channelDigit', (_channel, { digit }) => digits.push(digit));
    await client.ask('Action: PlayDTMF', name, 'Digit: #', 'Receive: true');
    expect(digits).toEqual(['#']);
  });

  it('end after a time that was set', async () => {
    const { bench, client } = await open();
    const channel = bench.channel();
    expect(await client.ask('Action: AbsoluteTimeout', `Channel: ${channel.name}`, 'Timeout: 60')).toEqual(
      success('Timeout Set'),
    );
    expect(await client.ask('Action: AbsoluteTimeout', `Channel: ${channel.name}`)).toEqual(
      error('No timeout specified'),
    );
    expect(bench.ports.variables.read(channel, 'TIMEOUT(absolute)', false)).toMatch(/^(60|59)/);
  });

  it('of SIP are refused with a status', async () => {
    const { bench, client } = await open();
    const codes: number[] = [];
    const channel = bench.switch.create({
      namePrefix: 'PJSIP/bob',
      technology: 'PJSIP',
      state: 'Ring',
      driver: { ...quietDriver, refuseWith: (code) => codes.push(code) },
      location: { context: 'default', exten: '1', priority: 1 },
    });
    expect(
      told(await client.ask('Action: PJSIPHangup', `Channel: ${channel.name}`, 'Cause: 99'), 'Response'),
    ).toBe('Error');
    expect(
      told(await client.ask('Action: PJSIPHangup', `Channel: ${channel.name}`, 'Cause: 480'), 'Response'),
    ).toBe('Success');
    expect([codes, bench.switch.channelCount]).toEqual([[480], 0]);
  });
});

describe('the database', () => {
  it('is written, read and emptied', async () => {
    const { client, list } = await open();
    for (const [family, key, value] of [
      ['fam', 'k1', 'v1'],
      ['fam', 'k2', ''],
      ['fam/sub', 'k3', 'a b: c'],
      ['family', 'k', 'other'],
    ])
      await client.ask('Action: DBPut', `Family: ${family}`, `Key: ${key}`, `Val: ${value}`);
    const keys = async (...lines: string[]) =>
      (await list('Action: DBGetTree', ...lines)).items.map((each) => told(each, 'Key'));
    expect(await keys('Family: fam')).toEqual(['/fam/k1', '/fam/k2', '/fam/sub/k3']);
    expect(await keys('Family: fam', 'Key: sub')).toEqual(['/fam/sub/k3']);
    expect(await keys()).toHaveLength(4);
    const { items } = await list('Action: DBGet', 'Family: fam/sub', 'Key: k3', 'ActionID: g');
    expect(items[0]?.slice(-2)).toEqual([
      ['Val', 'a b: c'],
      ['ActionID', 'g'],
    ]);
    await client.ask('Action: DBDelTree', 'Family: fam');
    expect(await keys('Family: fam')).toEqual([]);
    expect(await client.ask('Action: DBDelTree', 'Family: fam')).toEqual(error('Database entry not found'));
    expect(await client.ask('Action: DBGet', 'Family: family', 'Key: nosuch')).toEqual(
      error('Database entry not found'),
    );
  });
});

describe('SIP objects', () => {
  async function withAlice() {
    const there = await open();
    const { sorcery } = there.bench;
    const put = async (type: string, id: string, fields: Record<string, string>) => {
      const found = sorcery.type('res_pjsip', type);
      if (found === undefined) throw new Error(`no type ${type}`);
      const draft = new SorceryObject(found, id, found.defaults).draft();
      for (const [name, value] of Object.entries(fields)) draft.set(name, value);
      await sorcery.create(new SorceryObject(found, id, draft.values));
    };
    there.bench.write(
      'sorcery.conf',
      '[res_pjsip]\nendpoint=memory\naor=memory\nauth=memory\ncontact=memory\n[res_pjsip_outbound_registration]\nregistration=memory\n',
    );
    const { pjsipTypes } = await import('../../pjsip/index.ts');
    sorcery.unregister(pjsipTypes);
    sorcery.register(pjsipTypes, 'pjsip.conf');
    await put('aor', 'alice', { contact: 'sip:alice@127.0.0.1:5999', max_contacts: '2' });
    await put('auth', 'alice', { username: 'alice', password: 'pw' });
    await put('endpoint', 'alice', { aors: 'alice', auth: 'alice' });
    await put('contact', 'alice;@0123', {
      uri: 'sip:alice@127.0.0.1:6000',
      endpoint: 'alice',
      expiration_time: '1',
    });
    const uris = { server_uri: 'sip:127.0.0.1:9', client_uri: 'sip:me@127.0.0.1' };
    await put('registration', 'up1', { ...uris, outbound_auth: 'alice' });
    await put('registration', 'down1', uris);
    return there;
  }

  it('are listed with their contacts', async () => {
    const { list } = await withAlice();
    const { items, end } = await list('Action: PJSIPShowEndpoints');
    expect(told(items[0], 'Contacts')).toBe('alice/sip:alice@127.0.0.1:5999,alice/sip:alice@127.0.0.1:6000,');
    expect(told(end, 'ListItems')).toBe('1');
    const aors = await list('Action: PJSIPShowAors');
    expect(aors.items[0]?.filter(([name]) => name === 'Contacts')).toEqual([
      ['Contacts', 'alice/sip:alice@127.0.0.1:5999,alice/sip:alice@127.0.0.1:6000'],
    ]);
    const contacts = await list('Action: PJSIPShowContacts');
    expect([told(contacts.items[0], 'ObjectName'), told(contacts.items[0], 'RoundtripUsec')]).toEqual([
      'alice;@0123',
      'N/A',
    ]);
  });

  it('are told in full with all that belongs to an endpoint', async () => {
    const { list } = await withAlice();
    const { items } = await list('Action: PJSIPShowEndpoint', 'Endpoint: alice');
    expect(items.map((each) => each[0]?.[1])).toEqual([
      'EndpointDetail',
      'AuthDetail',
      'AorDetail',
      'ContactStatusDetail',
      'ContactStatusDetail',
    ]);
    expect(told(items[2], 'ContactsRegistered')).toBe('1');
    expect(items.slice(3).map((each) => told(each, 'ViaAddress') !== undefined)).toEqual([false, true]);
    expect(told(items[0], 'RpidImmediate')).toBe('false');
  });

  it('are qualified when somebody asks', async () => {
    const { bench, client } = await withAlice();
    expect(await client.ask('Action: PJSIPQualify', 'Endpoint: alice')).toEqual(
      success('Endpoint found, will qualify'),
    );
    expect(bench.qualified).toEqual(['alice']);
  });

  it('and registrations at others are listed, counted and told what to do', async () => {
    const { bench, client, list } = await withAlice();
    const { items, end } = await list('Action: PJSIPShowRegistrationsOutbound');
    expect(
      items.map((each) => `${told(each, 'ObjectName')} ${told(each, 'Status')} ${told(each, 'NextReg')}`),
    ).toEqual(['down1 Rejected 0', 'up1 Registered 77', 'alice undefined undefined']);
    expect(['ListItems', 'Registered', 'NotRegistered'].map((name) => told(end, name))).toEqual([
      '2',
      '1',
      '1',
    ]);
    const ask = (action: string, registration: string) =>
      client.ask(`Action: ${action}`, `Registration: ${registration}`);
    expect(await ask('PJSIPRegister', 'up1')).toEqual(success('Reregistration sent'));
    expect(await ask('PJSIPUnregister', 'up1')).toEqual(success('Unregistration sent'));
    expect(await ask('PJSIPRegister', '*all')).toEqual(success('Reregistrations queued.'));
    expect(await ask('PJSIPUnregister', '*all')).toEqual(success('Unregistrations queued.'));
    expect(await ask('PJSIPRegister', '')).toEqual(error('Registration parameter missing.'));
    expect((await ask('PJSIPUnregister', 'nosuch'))[0]).toEqual(['Response', 'Error']);
    expect(bench.registered).toEqual(['register up1', 'unregister up1', 'register all', 'unregister all']);
  });

  it('are sent a NOTIFY of a kind, or of headers and lines in their order', async () => {
    const { bench, client } = await withAlice();
    const notify = (...lines: string[]) => client.ask('Action: PJSIPNotify', ...lines);
    const sent = success('NOTIFY sent');
    expect(await notify('Endpoint: alice', 'Option: reboot')).toEqual(sent);
    expect(
      await notify(
        'Endpoint: alice',
        'Variable: Event=x,X-Foo=y',
        'Variable: Content=one',
        'Variable: nonsense',
        'Variable: Content=a=b',
      ),
    ).toEqual(sent);
    expect(await notify('URI: sip:z@192.0.2.1', 'Variable: Event=x')).toEqual(sent);
    const { name } = bench.channel();
    expect(await notify(`channel: ${name}`, 'Option: reboot')).toEqual(sent);
    expect(bench.notified).toEqual([
      ['alice', [['Event', 'check-sync']]],
      [
        'alice',
        [
          ['Event', 'x'],
          ['X-Foo', 'y'],
          ['Content', 'one'],
          ['Content', 'a=b'],
        ],
      ],
      ['sip:z@192.0.2.1', [['Event', 'x']]],
      [name, [['Event', 'check-sync']]],
    ]);
  });

  it('are sent no NOTIFY that says nothing, or twice something, or to nobody', async () => {
    const { bench, client } = await withAlice();
    const notify = (...lines: string[]) => client.ask('Action: PJSIPNotify', ...lines);
    const what = error('PJSIPNotify requires either an Option or Variable(s).You must use only one of them.');
    const whom = 'PJSIPNotify requires either an endpoint name, a SIP URI, or a channel.';
    expect(await notify()).toEqual(what);
    expect(await notify('Endpoint: alice')).toEqual(what);
    expect(await notify('Endpoint: alice', 'Option: reboot', 'Variable: a=b')).toEqual(what);
    expect(await notify('Variable: a=b')).toEqual(error(whom));
    expect(await notify('Variable: a=b', 'Endpoint: alice', 'URI: sip:z@192.0.2.1')).toEqual(
      error(`${whom}  You must use only one of them.`),
    );
    expect(await notify('Endpoint: nosuch', 'Variable: a=b')).toEqual(
      error('Unable to retrieve endpoint nosuch'),
    );
    expect(await notify('Channel: nosuch', 'Variable: a=b')).toEqual(error('Channel not found'));
    expect((await notify('Endpoint: alice', 'Option: nosuch'))[1]).toEqual([
      'Message',
      "Unable to find notify type 'nosuch'\n",
    ]);
    expect(bench.notified).toEqual([]);
  });

  it('that are not there are refused with the line feed that clients know', async () => {
    const { client } = await open();
    client.send('Action: PJSIPShowEndpoints');
    await client.until('Response');
    expect(client.text).toContain('Message: No endpoints found\n\r\n\r\n');
  });
});

describe('variables', () => {
  /** Functions marked as dangerous, as they are, nested, and in other cases; each would give `stored`. */
  const DANGEROUS = [
    'ENV(AMI_TEST)',
    'EVAL(${ENV(AMI_TEST)})',
    'EVAL(${EVAL($\\{ENV(AMI_TEST)})})',
    'IF($[1]?${ENV(AMI_TEST)}:)',
    'LEN(${ENV(AMI_TEST)})',
    'env(AMI_TEST)',
    'Env(AMI_TEST)',
    'DB_DELETE(fam/k)',
    'EVAL(${DB_DELETE(fam/k)})',
    'SHELL(echo stored)',
    'FILE(/etc/passwd)',
    'CURL(http://127.0.0.1/)',
  ];
  const LIMITED = `${MANAGER_CONF}[caller]\nsecret=caller\nread=call\nwrite=call\n`;

  it('are set and read, of channels and global', async () => {
    const { bench, client } = await open();
    const channel = bench.channel();
    const name = `Channel: ${channel.name}`;
    expect(await client.ask('Action: Setvar', name, 'Variable: A', 'Value: x: y')).toEqual(
      success('Variable Set'),
    );
    expect(told(await client.ask('Action: Getvar', name, 'Variable: A'), 'Value')).toBe('x: y');
    expect(told(await client.ask('Action: Getvar', 'Variable: A'), 'Value')).toBe('');
    expect(await client.ask('Action: Getvar', 'Channel: nosuch', 'Variable: A')).toEqual(
      error('No such channel'),
    );
  });

  it('do not reach functions that could do harm, however they are nested and written', async () => {
    vi.stubEnv('AMI_TEST', 'stored');
    const { bench, client } = await open();
    await bench.ports.astdb.put('/fam/k', 'stored');
    for (const each of DANGEROUS)
      expect(told(await client.ask('Action: Getvar', `Variable: ${each}`), 'Value')).not.toMatch(
        /stored|^6$|root:/,
      );
    for (const each of ['DB(fam/k)', 'ENV(AMI_TEST)', 'SHELL(x)'])
      expect(await client.ask('Action: Setvar', `Variable: ${each}`, 'Value: changed')).toEqual(
        error('Variable not set'),
      );
    expect([bench.ports.astdb.get('/fam/k'), process.env.AMI_TEST]).toEqual(['stored', 'stored']);
  });

  it('reach them with live_dangerously, for users with the class system only', async () => {
    vi.stubEnv('AMI_TEST', 'stored');
    const { bench, client } = await open({ liveDangerously: true, files: { 'manager.conf': LIMITED } });
    await bench.ports.astdb.put('/fam/k', 'stored');
    const limited = await bench.login('caller', 'caller', 'Events: off');
    for (const each of DANGEROUS)
      expect(told(await limited.ask('Action: Getvar', `Variable: ${each}`), 'Value')).not.toMatch(
        /stored|^6$/,
      );
    expect(await limited.ask('Action: Setvar', 'Variable: DB(fam/k)', 'Value: changed')).toEqual(
      error('Variable not set'),
    );
    expect(bench.ports.astdb.get('/fam/k')).toBe('stored');
    for (const each of ['ENV(AMI_TEST)', 'EVAL(${ENV(AMI_TEST)})', 'DB_DELETE(fam/k)'])
      expect(told(await client.ask('Action: Getvar', `Variable: ${each}`), 'Value')).toBe('stored');
  });
});

describe('the dial plan', () => {
  it('is added to, listed and taken from', async () => {
    const { client, list } = await open();
    const add = (...lines: string[]) => client.ask('Action: DialplanExtensionAdd', 'Context: dyn', ...lines);
    expect(await add('Extension: 1', 'Priority: 1', 'Application: NoOp', 'ApplicationData: hi')).toEqual(
      success('Added requested extension'),
    );
    expect(await add('Extension: 1', 'Priority: 1', 'Application: NoOp')).toEqual(
      error('That extension and priority already exist at that context'),
    );
    await add('Extension: 1', 'Priority: 1', 'Application: Verbose', 'Replace: yes');
    await add('Extension: 2', 'Priority: hint', 'Application: Custom:x');
    const { items, end } = await list('Action: ShowDialPlan', 'Context: dyn');
    expect(items.map((each) => each.slice(2))).toEqual([
      [
        ['Extension', '1'],
        ['Priority', '1'],
        ['Application', 'Verbose'],
        ['AppData', ''],
        ['Registrar', 'pbx_config'],
      ],
      [
        ['Extension', '2'],
        ['Priority', 'hint'],
        ['Application', 'Custom:x'],
        ['Registrar', 'pbx_config'],
      ],
    ]);
    expect(end.slice(-3)).toEqual([
      ['ListExtensions', '2'],
      ['ListPriorities', '2'],
      ['ListContexts', '1'],
    ]);
    expect(await client.ask('Action: DialplanExtensionRemove', 'Context: dyn', 'Extension: 2')).toEqual(
      success('Removed the requested extension'),
    );
    expect(await client.ask('Action: DialplanExtensionRemove', 'Context: dyn', 'Extension: 2')).toEqual(
      error('Failed to remove requested extension'),
    );
  });

  it('tells the states of its hints', async () => {
    const { bench, client, list } = await open({
      files: { 'extensions.conf': '[default]\nexten => 101,hint,Custom:lamp\n' },
    });
    bench.switch.deviceStates.set('Custom:lamp', 'INUSE');
    expect((await client.ask('Action: ExtensionState', 'Exten: 101')).slice(2)).toEqual([
      ['Exten', '101'],
      ['Context', 'default'],
      ['Hint', 'Custom:lamp'],
      ['Status', '1'],
      ['StatusText', 'InUse'],
    ]);
    expect((await list('Action: ExtensionStateList')).items).toHaveLength(1);
    expect((await list('Action: DeviceStateList')).items[0]).toEqual([
      ['Event', 'DeviceStateChange'],
      ['Device', 'Custom:lamp'],
      ['State', 'INUSE'],
    ]);
  });
});

describe('commands and modules', () => {
  it('print into headers, the failing ones as errors', async () => {
    const { client } = await open({
      ports: {
        cli: { execute: async (line) => ({ text: `\n${line}\nEvent: Forged\r\n`, failed: line === 'bad' }) },
      },
    });
    expect(await client.ask('Action: Command', 'Command: core show version', 'ActionID: 1')).toEqual([
      ['Response', 'Success'],
      ['ActionID', '1'],
      ['Message', 'Command output follows'],
      ['Output', ''],
      ['Output', 'core show version'],
      ['Output', 'Event: Forged '],
    ]);
    expect((await client.ask('Action: Command', 'Command: bad'))[0]).toEqual(['Response', 'Error']);
  });

  it('write output of any length, in pieces', async () => {
    const { client } = await open({
      ports: {
        cli: { execute: async () => ({ text: `${'x'.repeat(99)}\n`.repeat(100_000), failed: false }) },
      },
    });
    const answer = await client.ask('Action: Command', 'Command: long');
    expect(answer).toHaveLength(100_002);
    expect((await client.ask('Action: Ping'))[0]).toEqual(['Response', 'Success']);
  });

  it('load, unload and reload modules', async () => {
    const { client } = await open();
    const load = async (module: string, type: string) =>
      told(await client.ask('Action: ModuleLoad', `Module: ${module}`, `LoadType: ${type}`), 'Message');
    expect(await load('pbx_config', 'unload')).toBe('Module unloaded.');
    expect(told(await client.ask('Action: ModuleCheck', 'Module: pbx_config'), 'Message')).toBe(
      'Module not loaded',
    );
    expect(await load('pbx_config.so', 'load')).toBe('Module loaded.');
    expect(await load('pbx_config.so', 'load')).toBe('Could not load module.');
    expect(await load('nosuch', 'unload')).toBe('Module not found.');
    expect(told(await client.ask('Action: Reload', 'Module: nosuch'), 'Message')).toBe('No such module');
    expect(told(await client.ask('Action: ModuleLoad'), 'Message')).toBe('Incomplete ModuleLoad action.');
  });

  it('tell modules that come and go as events', async () => {
    const { bench } = await open();
    const watcher = await bench.login();
    await bench.ports.modules.unload('pbx_config');
    expect(told(await watcher.until('Event', 'Unload'), 'Module')).toBe('pbx_config.so');
    await bench.ports.modules.reload('nosuch');
    expect(told(await watcher.until('Event', 'Reload'), 'Status')).toBe('2');
  });
});

describe('mailboxes', () => {
  it('that another program keeps are set, listed, counted and deleted; each change is told', async () => {
    const { bench, client, list } = await open();
    const watcher = await bench.login();
    const update = (mailbox: string, old: string, fresh: string) =>
      client.ask('Action: MWIUpdate', `Mailbox: ${mailbox}`, `OldMessages: ${old}`, `NewMessages: ${fresh}`);
    expect((await update('6001@default', '1', '2'))[0]).toEqual(['Response', 'Success']);
    expect((await watcher.until('Event', 'MessageWaiting')).slice(1)).toEqual([
      ['Privilege', 'call,all'],
      ['Mailbox', '6001@default'],
      ['Waiting', '1'],
      ['New', '2'],
      ['Old', '1'],
    ]);
    await update('6002@default', '', '0');
    await update('7001@other', '4', '');
    expect((await client.ask('Action: MailboxCount', 'Mailbox: 6001@default')).slice(1)).toEqual([
      ['Message', 'Mailbox Message Count'],
      ['Mailbox', '6001@default'],
      ['UrgMessages', '0'],
      ['NewMessages', '2'],
      ['OldMessages', '1'],
    ]);
    const waiting = async (mailbox: string) =>
      told(await client.ask('Action: MailboxStatus', `Mailbox: ${mailbox}`), 'Waiting');
    expect(await waiting('6002@default, 6001@default')).toBe('1');
    expect(await waiting('7001@other')).toBe('0');
    expect((await list('Action: MWIGet', 'Mailbox: /^6/')).items).toEqual([
      [
        ['Event', 'MWIGet'],
        ['Mailbox', '6001@default'],
        ['OldMessages', '1'],
        ['NewMessages', '2'],
      ],
      [
        ['Event', 'MWIGet'],
        ['Mailbox', '6002@default'],
        ['OldMessages', '0'],
        ['NewMessages', '0'],
      ],
    ]);
    expect((await list('Action: MWIGet', 'Mailbox: 7001@other')).items).toHaveLength(1);
    expect((await client.ask('Action: MWIDelete', 'Mailbox: /default/'))[0]).toEqual(['Response', 'Success']);
    expect((await list('Action: MWIGet', 'Mailbox: /./')).items.map((each) => told(each, 'Mailbox'))).toEqual(
      ['7001@other'],
    );
    expect(bench.ports.astdb.get('/mwi_external/mailboxes/7001@other')).toContain('"msgs_old":"4"');
    expect(await waiting('6001@default')).toBe('0');
  });

  it('are refused without a name, with an expression that makes no sense, and with wrong counts', async () => {
    const { client } = await open();
    for (const action of ['MWIGet', 'MWIUpdate', 'MWIDelete'])
      expect(await client.ask(`Action: ${action}`)).toEqual(error('Mailbox not specified'));
    expect(await client.ask('Action: MWIGet', 'Mailbox: /(/')).toEqual(error('Regex compilation failed'));
    for (const wrong of ['-1', 'many', '99999999999'])
      expect(await client.ask('Action: MWIUpdate', 'Mailbox: a', `NewMessages: ${wrong}`)).toEqual(
        error('Message counts are numbers from 0'),
      );
  });
});

describe('presence', () => {
  it('is asked for, listed and told as clients know it', async () => {
    const files = { 'extensions.conf': '[default]\nexten => 100,hint,PJSIP/alice,CustomPresence:alice\n' };
    const { bench, client, list } = await open({ files });
    const watcher = await bench.login();
    const ask = (provider: string) => client.ask('Action: PresenceState', `Provider: ${provider}`);
    expect(await ask('')).toEqual(error('No provider specified'));
    expect(await ask('Nosuch:x')).toEqual(error('Invalid provider Nosuch:x or provider in invalid state'));
    expect(await ask('CustomPresence:alice')).toEqual([...success('Presence State'), ['State', 'not_set']]);
    expect((await list('Action: PresenceStateList')).items).toEqual([]);
    await client.ask(
      'Action: Setvar',
      'Variable: PRESENCE_STATE(CustomPresence:alice)',
      'Value: away,lunch,back at two',
    );
    const away = [
      ['Status', 'away'],
      ['Subtype', 'lunch'],
      ['Message', 'back at two'],
    ];
    expect((await watcher.until('Event', 'PresenceStatus')).slice(2)).toEqual([
      ['Exten', '100'],
      ['Context', 'default'],
      ['Hint', 'PJSIP/alice,CustomPresence:alice'],
      ...away,
    ]);
    expect((await watcher.until('Event', 'PresenceStateChange')).slice(1)).toEqual([
      ['Privilege', 'call,all'],
      ['Presentity', 'CustomPresence:alice'],
      ...away,
    ]);
    expect(await ask('CustomPresence:alice')).toEqual([
      ...success('Presence State'),
      ['State', 'away'],
      ['Subtype', 'lunch'],
      ['Message', 'back at two'],
      ['PresenceMessage', 'back at two'],
    ]);
    expect((await list('Action: PresenceStateList')).items).toEqual([
      [['Event', 'PresenceStateChange'], ['Presentity', 'CustomPresence:alice'], ...away],
    ]);
  });
});
