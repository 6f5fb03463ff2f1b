// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../conf/index.ts';
import { memoryLogger } from '../../log/index.ts';
import { FakeClock } from '../../platform/index.ts';
import { type ChannelDriver, Switch } from '../../switch/index.ts';
import { DialplanService, type DialplanServiceOptions } from './dialplan-service.ts';
import { dialplanModules } from './modules.ts';

const driver: ChannelDriver = {
  protocolId: 'call-1',
  media: undefined,
  answer: async () => {},
  indicate: () => {},
  hangup: () => {},
};

/** A service over a file in memory; `file` may be replaced between reloads. */
function start(text: string, options: Partial<DialplanServiceOptions> = {}) {
  const clock = new FakeClock();
  const log = memoryLogger();
  const owner = new Switch({ log, clock });
  const file = { text };
  const rows = new Map<string, string>();
  const service = new DialplanService({
    switch: owner,
    log,
    clock,
    readConfig: () => {
      const bytes = Buffer.from(file.text);
      return loadConfig('/etc/extensions.conf', {
        files: {
          read: (path) =>
            path === '/etc/extensions.conf' ? { bytes, mtimeMs: 0, size: bytes.length } : undefined,
          kind: () => 'file',
          list: () => [],
          run: () => ({ output: new Uint8Array(), status: 1 }),
        },
      });
    },
    moduleRunning: () => true,
    astdb: {
      get: (key) => rows.get(key),
      put: async (key, value) => void rows.set(key, value),
      delete: async (key) => void rows.delete(key),
      range: (prefix = '') => [...rows].filter(([key]) => key.startsWith(prefix)).sort(),
    },
    version: '22.10.1',
    ...options,
  });
  service.reload();
  const dial = (exten: string) =>
    owner.create({
      namePrefix: 'PJSIP/alice',
      technology: 'PJSIP',
      endpoint: 'alice',
      state: 'Ring',
      driver,
      location: { context: 'default', exten, priority: 1 },
    });
  return { clock, log, owner, service, file, rows, dial };
}

describe('the dial plan of a server', () => {
  it('is what extensions.conf says, its globals included', () => {
    const { service, owner } = start(
      '[globals]\nA=1\nB=${A}2\nC=${LEN(abc)}\n[default]\nexten => _6XXX,1,NoOp()\n same => n(end),Hangup()\n',
    );
    expect([...owner.globals]).toEqual([
      ['A', '1'],
      ['B', '12'],
      ['C', '3'],
    ]);
    expect(service.exists('default', '6001', '')).toBe(true);
    expect(service.exists('default', '7001', '')).toBe(false);
    expect(service.exists('nosuch', '6001', '')).toBe(false);
    expect(service.label('default', '6001', 'end')).toBe(2);
  });

  it('stays as it was when the file is broken, and the log says where', () => {
    const { service, file, log } = start('[default]\nexten => 1,1,NoOp()\n');
    file.text = '[default]\nexten => 2,1,NoOp()\n[broken\n';
    expect(service.reload()).toContain('/etc/extensions.conf:3');
    expect(log.lines.some((each) => each.startsWith('ERROR') && each.includes('extensions.conf:3'))).toBe(
      true,
    );
    expect(service.exists('default', '1')).toBe(true);
    expect(service.exists('default', '2')).toBe(false);
    file.text = '[default]\nexten => 2,1,NoOp()\n';
    expect(service.reload()).toBeUndefined();
    expect(service.exists('default', '1')).toBe(false);
    expect(service.exists('default', '2')).toBe(true);
  });

  it('passes over a line that makes no sense, and the log says which', () => {
    const { service, log } = start('[default]\nexten => 1,1,NoOp()\nexten => 2,what,NoOp()\nbogus => 1\n');
    expect(service.exists('default', '1')).toBe(true);
    const warnings = log.lines.filter((each) => each.startsWith('WARNING'));
    expect(warnings[0]).toContain('/etc/extensions.conf:3');
    expect(warnings[1]).toContain('/etc/extensions.conf:4');
  });

  it('keeps globals over a reload, unless clearglobalvars says no', () => {
    const { service, owner, file } = start('[globals]\nA=1\n');
    owner.setGlobal('B', '2');
    service.reload();
    expect(owner.globals.get('B')).toBe('2');
    file.text = '[general]\nclearglobalvars=yes\n[globals]\nA=3\n';
    service.reload();
    expect([...owner.globals]).toEqual([['A', '3']]);
  });

  it('can be changed until the next reload, and taken away', () => {
    const { service } = start('[default]\nexten => 1,1,NoOp()\n');
    const origin = { registrar: 'pbx_config' };
    service.change((builder) =>
      builder.add({ context: 'new', exten: '9', priority: 1, application: 'NoOp', data: '', origin }),
    );
    expect(service.exists('new', '9')).toBe(true);
    expect(service.exists('default', '1')).toBe(true);
    service.reload();
    expect(service.exists('new', '9')).toBe(false);
    service.unload();
    expect(service.exists('default', '1')).toBe(false);
  });

  it('does not know applications and functions of modules that do not run', async () => {
    const { service, dial, log } = start(
      '[default]\nexten => 1,1,UserEvent(x)\n same => n,Set(X=${LEN(abc)})\n',
      {
        moduleRunning: (module) => !['app_userevent', 'func_strings'].includes(module),
      },
    );
    expect(service.application('UserEvent')).toBeUndefined();
    expect(service.application('noop')?.name).toBe('NoOp');
    expect(service.function('LEN')).toBeUndefined();
    await service.run(dial('1'));
    expect(log.lines.some((each) => each.includes("No application 'UserEvent'"))).toBe(true);
  });

  it('gives variables and functions to clients, but none that could do harm', async () => {
    const { service, dial, rows } = start('[default]\nexten => 1,1,Wait(9)\n');
    const channel = dial('1');
    expect(await service.writeVariable(channel, 'CALLERID(name)', 'Bob')).toBe(true);
    expect(service.readVariable(channel, 'CALLERID(name)')).toBe('Bob');
    expect(service.readVariable(channel, 'NOSUCH')).toBeUndefined();
    expect(service.readVariable(channel, 'BAD(')).toBeUndefined();
    expect(await service.writeVariable(undefined, 'DB(fam/key)', 'x')).toBe(false);
    expect(rows.size).toBe(0);
    expect(await service.setVariable(undefined, 'DB(fam/key)', 'x')).toBe(true);
    expect([...rows]).toEqual([['/fam/key', 'x']]);
    expect(service.evaluateFunction('DB_KEYS(fam)')).toBe('key');
    const bold = start('', { liveDangerously: true });
    expect(await bold.service.writeVariable(undefined, 'DB(fam/key)', 'x')).toBe(true);
  });

  it('stops evaluating what evaluates itself', () => {
    const { service, owner, log } = start('');
    owner.setGlobal('X', '${EVAL(${X})}${EVAL(${X})}');
    const begin = performance.now();
    expect(service.evaluateFunction('EVAL(${EVAL(${X})})')).not.toContain('}}');
    expect(performance.now() - begin).toBeLessThan(2000);
    expect(log.lines.some((each) => each.includes('goes on evaluating'))).toBe(true);
  });
});

describe('hints', () => {
  const plan = `[default]
exten => 100,hint,PJSIP/alice&PJSIP/bob
exten => 101,hint,Custom:lamp
exten => _7XX,hint,Custom:\${EXTEN}
`;

  function watched(text = plan) {
    const set = start(text);
    const told: string[] = [];
    set.owner.events.on('extensionStateChanged', (each) =>
      told.push(`${each.exten}@${each.context} ${each.hint} ${each.status} ${each.text}`),
    );
    return { ...set, told };
  }

  it('follow their devices, and tell when the state of the extension changes', () => {
    const { owner, service, told } = watched();
    const states = owner.deviceStates;
    expect([...service.hints.all()].map((each) => `${each.exten} ${each.hint} ${each.state.text}`)).toEqual([
      '100 PJSIP/alice&PJSIP/bob Idle',
      '101 Custom:lamp Idle',
      '_7XX Custom:${EXTEN} Idle',
    ]);
    states.set('PJSIP/alice', 'RINGING');
    states.set('PJSIP/bob', 'INUSE');
    states.set('PJSIP/alice', 'NOT_INUSE');
    states.set('Custom:lamp', 'ONHOLD');
    states.set('PJSIP/bob', 'UNAVAILABLE');
    states.set('PJSIP/alice', 'UNAVAILABLE');
    expect(told).toEqual([
      '100@default PJSIP/alice&PJSIP/bob 8 Ringing',
      '100@default PJSIP/alice&PJSIP/bob 9 InUse&Ringing',
      '100@default PJSIP/alice&PJSIP/bob 1 InUse',
      '101@default Custom:lamp 16 Hold',
      '100@default PJSIP/alice&PJSIP/bob 0 Idle',
      '100@default PJSIP/alice&PJSIP/bob 4 Unavailable',
    ]);
    expect(service.hints.state('default', '100')).toEqual({
      hint: 'PJSIP/alice&PJSIP/bob',
      status: 4,
      text: 'Unavailable',
    });
    expect(service.evaluateFunction('EXTENSION_STATE(100)')).toBe('UNAVAILABLE');
    expect(service.evaluateFunction('EXTENSION_STATE(100@nosuch)')).toBe('UNKNOWN');
    expect(service.hints.state('default', 'nosuch')).toEqual({ hint: '', status: -1, text: 'Unknown' });
  });

  it('of patterns stand for whatever extension is asked for', () => {
    const { owner, service } = watched();
    owner.deviceStates.set('Custom:701', 'BUSY');
    expect(service.hints.state('default', '701')).toEqual({ hint: 'Custom:701', status: 2, text: 'Busy' });
    expect(service.hints.state('default', '702')).toMatchObject({ status: 0, text: 'Idle' });
  });

  it('ask the technology about an endpoint that nothing was told of', () => {
    const { owner, service } = watched();
    owner.endpoints.provide({
      technology: 'PJSIP',
      state: (name) => (name === 'alice' ? 'offline' : undefined),
      names: () => ['alice'],
    });
    expect(service.hints.state('default', '100').text).toBe('Unavailable');
  });

  it('stay over a reload; one that leads elsewhere is looked at again', () => {
    const { owner, service, told, file } = watched();
    owner.deviceStates.set('Custom:lamp', 'INUSE');
    told.length = 0;
    service.reload();
    expect(told).toEqual([]);
    file.text = '[default]\nexten => 101,hint,Custom:other\n';
    service.reload();
    expect(told).toEqual(['101@default Custom:other 0 Idle']);
    owner.deviceStates.set('Custom:lamp', 'BUSY');
    expect(told).toHaveLength(1);
    expect(service.hints.size).toBe(1);
  });

  it('of custom devices outlive a restart', async () => {
    const { owner, service, rows, told } = watched();
    expect(await service.writeVariable(undefined, 'DEVICE_STATE(Custom:lamp)', 'inuse')).toBe(true);
    expect([...rows]).toEqual([['/CustomDevstate/lamp', 'INUSE']]);
    expect(told).toEqual(['101@default Custom:lamp 1 InUse']);
    expect(await service.writeVariable(undefined, 'DEVICE_STATE(PJSIP/alice)', 'INUSE')).toBe(false);
    expect(await service.writeVariable(undefined, 'DEVICE_STATE(Custom:lamp)', 'on')).toBe(false);
    const again = start(plan);
    for (const [key, value] of rows) again.rows.set(key, value);
    again.service.restoreDevices();
    expect(again.service.hints.state('default', '101').text).toBe('InUse');
    owner.deviceStates.forget('Custom:lamp');
  });
});

describe('presence', () => {
  const plan = `[default]
exten => 100,hint,PJSIP/alice,CustomPresence:alice
exten => 102,hint,,CustomPresence:carol
`;
  const set = (service: DialplanService, entity: string, value: string) =>
    service.writeVariable(undefined, `PRESENCE_STATE(${entity})`, value);

  function watched() {
    const bench = start(plan);
    const stop = bench.service.providePresence();
    const told: string[] = [];
    bench.owner.events.on('presenceState', (who, each) => told.push(`${who} ${Object.values(each).join()}`));
    bench.owner.events.on('extensionPresenceChanged', ({ exten, presence }) =>
      told.push(`${exten} ${presence.state}`),
    );
    return { ...bench, told, stop };
  }

  it('is set by name, told each time, and told of the extension when it changed', async () => {
    const { service, told, rows } = watched();
    for (const value of ['away,lunch,back at two', 'away,lunch,back at two', 'DND'])
      expect(await set(service, 'CustomPresence:alice', value)).toBe(true);
    expect(told).toEqual([
      '100 away',
      'CustomPresence:alice away,lunch,back at two',
      'CustomPresence:alice away,lunch,back at two',
      '100 dnd',
      'CustomPresence:alice dnd,,',
    ]);
    expect([...rows]).toEqual([['/CustomPresence/alice', 'DND']]);
    for (const value of ['bogus', '', 'away,,x,y', 'away,,x,e,z'])
      expect(await set(service, 'CustomPresence:alice', value)).toBe(false);
    expect(await set(service, 'Other:alice', 'away')).toBe(false);
    expect(told).toHaveLength(5);
  });

  it('is read by parts, plain or encoded', async () => {
    const { service } = watched();
    const read = (args: string) => service.readVariable(undefined, `PRESENCE_STATE(CustomPresence:${args})`);
    expect(read('alice,value')).toBe('not_set');
    await set(service, 'CustomPresence:alice', 'xa,c3Vi,bWVzc2FnZQ==,e');
    expect(
      ['value', 'subtype', 'message', 'message,e', 'bogus'].map((each) => read(`alice,${each}`)),
    ).toEqual(['xa', 'sub', 'message', 'bWVzc2FnZQ==', '']);
    expect(service.readVariable(undefined, 'PRESENCE_STATE(Nobody:x,value)')).toBe('');
  });

  it('outlives a restart, and goes with its module', async () => {
    const first = watched();
    await set(first.service, 'CustomPresence:carol', 'chat');
    const again = start(plan);
    for (const [key, value] of first.rows) again.rows.set(key, value);
    const stop = again.service.providePresence();
    expect(
      [...again.service.hints.all()].map(({ hint, state, presence }) => [hint, state.text, presence.state]),
    ).toEqual([
      ['PJSIP/alice,CustomPresence:alice', 'Idle', 'not_set'],
      [',CustomPresence:carol', 'Unavailable', 'chat'],
    ]);
    expect(again.service.hints.state('default', '102')).toEqual({
      hint: ',CustomPresence:carol',
      status: 4,
      text: 'Unavailable',
    });
    stop();
    expect(again.owner.presenceStates.get('CustomPresence:carol')).toBeUndefined();
  });
});

describe('modules', () => {
  it('are named and described once each', () => {
    expect(new Set(dialplanModules.map((each) => each.name)).size).toBe(dialplanModules.length);
    for (const { name, description } of dialplanModules) {
      expect(name).toMatch(/^(app|func)_/);
      expect(description).not.toBe('');
    }
    expect(dialplanModules.find((each) => each.name === 'app_stasis')?.requires).toEqual(['res_stasis']);
  });
});
