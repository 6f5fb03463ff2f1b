// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Ari, ariTypes } from '../src/ari/index.ts';
import { remoteCommand } from '../src/cli/index.ts';
import { loadConfig, loadConfigIfPresent } from '../src/conf/index.ts';
import { applications, callSyntax, DialplanService, functions } from '../src/dialplan/index.ts';
import { HttpServer, readHttpConfig } from '../src/http/index.ts';
import { memoryLogger } from '../src/log/index.ts';
import { ExternalMailboxes } from '../src/mailboxes/index.ts';
import { FakeClock } from '../src/platform/index.ts';
import { type RunningServer, startServer } from '../src/server/index.ts';
import { Push, Sorcery } from '../src/sorcery/index.ts';
import { type AppEvent, Stasis } from '../src/stasis/index.ts';
import { type Channel, type ChannelDriver, Switch } from '../src/switch/index.ts';

/** Recordings of the original; they are no part of the repository. */
const REFERENCE = fileURLToPath(new URL('../../shared/reference/', import.meta.url));
const recorded = (name: string) => join(REFERENCE, name);

const folder = mkdtempSync(join(tmpdir(), 'asterism-dialplan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLAN = `[general]
static=yes
[globals]
GREETING=welcome
[default]
include => services
exten => _6XXX,1,Set(N=\${EXTEN:1})
 same => n,GotoIf($[\${N} > 500]?high:low)
 same => n(low),Playback(\${GREETING}&digits/\${N})
 same => n,Hangup(17)
 same => n(high),Answer()
 same => n,Stasis(counter,\${N},"a,b")
 same => n,NoOp(status \${STASISSTATUS})
 same => n,Goto(services,done,1)
 same => n(late),NoOp(\${TOUPPER(moved)})
exten => _60XX,1,NoOp(narrower)
 same => n,Wait(60)
exten => h,1,NoOp(bye)
[services]
exten => done,1,Wait(1)
 same => n,Hangup()
exten => menu,1,BackGround(menu)
 same => n,WaitExten(5)
exten => 1,1,NoOp(one)
exten => t,1,NoOp(nobody)
`;

/** Everything between a call and its application, in memory. */
function exchange() {
  const clock = new FakeClock();
  const log = memoryLogger();
  const owner = new Switch({ log, clock });
  const stasis = new Stasis({ switch: owner, log });
  writeFileSync(join(folder, 'extensions.conf'), PLAN);
  const dialplan = new DialplanService({
    switch: owner,
    log,
    clock,
    readConfig: () => loadConfig(join(folder, 'extensions.conf')),
    moduleRunning: () => true,
    stasis,
    version: '22.10.1',
  });
  dialplan.reload();
  const lines: string[] = [];
  owner.events.on('channelDialplan', (each) =>
    lines.push(`${each.exten}:${each.priority} ${each.app}(${each.appData})`),
  );
  const far: string[] = [];
  let finish: (how: 'done' | 'failed') => void = () => {};
  const driver: ChannelDriver = {
    protocolId: 'call-1',
    media: {
      echo: (on) => void far.push(`echo ${on}`),
      play: (files) => {
        far.push(`play ${files.join(' ')}`);
        const finished = new Promise<'done' | 'failed'>((resolve) => {
          finish = resolve;
        });
        return { finished, stop: () => finish('done') };
      },
    },
    answer: async () => void far.push('answer'),
    indicate: (indication) => void far.push(indication),
    hangup: (cause) => void far.push(`hangup ${cause}`),
  };
  const dial = (exten: string): { channel: Channel; ended: Promise<void> } => {
    const channel = owner.create({
      namePrefix: 'PJSIP/alice',
      technology: 'PJSIP',
      endpoint: 'alice',
      state: 'Ring',
      driver,
      caller: { name: 'Alice', number: '100' },
      location: { context: 'default', exten, priority: 1 },
    });
    return { channel, ended: dialplan.run(channel) };
  };
  const close = async () => {
    dialplan.close();
    stasis.close();
    await owner.close();
  };
  return { clock, log, owner, stasis, dialplan, lines, far, dial, close, played: () => finish('done') };
}

const settle = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a call through the dial plan', () => {
  let world: ReturnType<typeof exchange>;
  beforeAll(() => {
    world = exchange();
  });
  afterEach(async () => {
    await world.close();
    world = exchange();
  });
  afterAll(() => world.close());

  it('follows patterns, labels and expressions, plays sounds and ends with the cause it is told', async () => {
    const { dialplan, dial, lines, far, played } = world;
    expect(dialplan.exists('default', '6499', '100')).toBe(true);
    const { ended, channel } = dial('6499');
    await settle();
    expect(far).toEqual(['answer', 'play welcome']);
    played();
    await settle();
    expect(far.at(-1)).toBe('play digits/499');
    played();
    await ended;
    expect(lines).toEqual([
      '6499:1 Set(N=499)',
      '6499:2 GotoIf(0?high:low)',
      '6499:3 Playback(welcome&digits/499)',
      '6499:4 Hangup(17)',
      'h:1 NoOp(bye)',
    ]);
    expect(far.at(-1)).toBe('hangup 17');
    expect(channel.destroyed).toBe(true);
  });

  it('takes the narrower pattern, and ends when the caller hangs up', async () => {
    const { dial, lines } = world;
    const { channel, ended } = dial('6012');
    await settle();
    void channel.requestHangup({ cause: 16, by: 'remote' });
    await ended;
    expect(lines).toEqual(['6012:1 NoOp(narrower)', '6012:2 Wait(60)', 'h:1 NoOp(bye)']);
  });

  it('hands the call to an application, which lets it go on into an included context', async () => {
    const { dial, lines, stasis, clock } = world;
    const told: AppEvent[] = [];
    stasis.register('counter', { tell: (event) => void told.push(event) });
    const { channel, ended } = dial('6777');
    await settle();
    const [start] = told;
    expect(start).toMatchObject({ kind: 'StasisStart', args: ['777', 'a,b'] });
    expect(stasis.holder(channel)).toBe('counter');
    stasis.leave(channel);
    await settle();
    expect(lines.slice(2)).toEqual([
      '6777:5 Answer()',
      '6777:6 Stasis(counter,777,"a,b")',
      '6777:7 NoOp(status SUCCESS)',
      '6777:8 Goto(services,done,1)',
      'done:1 Wait(1)',
    ]);
    clock.advance(1000);
    await ended;
    expect(lines.at(-1)).toBe('done:2 Hangup()');
  });

  it('goes on at the label that the application names', async () => {
    const { dial, lines, stasis, dialplan } = world;
    stasis.register('counter', { tell: () => {} });
    const { channel, ended } = dial('6777');
    await settle();
    const priority = dialplan.label('default', '6777', 'late', '100');
    expect(priority).toBe(9);
    stasis.leave(channel, { exten: '6777', ...(priority === undefined ? {} : { priority }) });
    await ended;
    expect(lines.slice(-2)).toEqual(['6777:9 NoOp(MOVED)', 'h:1 NoOp(bye)']);
    expect(channel.getVariable('STASISSTATUS')).toBe('SUCCESS');
  });

  it('goes on without an application, and says so', async () => {
    const { dial, lines, clock } = world;
    const { ended } = dial('6777');
    await settle();
    expect(lines).toContain('6777:7 NoOp(status FAILED)');
    clock.advance(1000);
    await ended;
  });

  it('takes the digits of the caller for an extension', async () => {
    const { dial, lines, clock } = world;
    const first = dial('menu');
    await settle();
    first.channel.receivedDigit('1', 100);
    await first.ended;
    expect(lines).toEqual(['menu:1 BackGround(menu)', '1:1 NoOp(one)', 'h:1 NoOp(bye)']);
    lines.length = 0;
    const second = dial('menu');
    await settle();
    world.played();
    await settle();
    clock.advance(5000);
    await second.ended;
    expect(lines).toEqual([
      'menu:1 BackGround(menu)',
      'menu:2 WaitExten(5)',
      't:1 NoOp(nobody)',
      'h:1 NoOp(bye)',
    ]);
  });

  it('goes on in the new dial plan when that was read in between', async () => {
    const { dial, lines, dialplan } = world;
    const { ended, channel } = dial('6012');
    await settle();
    writeFileSync(join(folder, 'extensions.conf'), '[default]\nexten => 6012,2,NoOp(new)\n');
    expect(dialplan.reload()).toBeUndefined();
    channel.requestGoto({ priority: 2 });
    await ended;
    expect(lines.at(-1)).toBe('6012:2 NoOp(new)');
  });
});

/** The REST interface over an exchange. */
async function restOver(world: ReturnType<typeof exchange>) {
  const { owner, stasis, clock, log, dialplan } = world;
  writeFileSync(join(folder, 'ari.conf'), '[general]\nenabled=yes\n[asterisk]\ntype=user\npassword=secret\n');
  writeFileSync(join(folder, 'http.conf'), '[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=0\n');
  const config = (name: string) => loadConfigIfPresent(name, { etcDir: folder });
  const running = () => true;
  const outcome = async () => ({ result: 'not-found' });
  const sorcery = new Sorcery({ etcDir: folder, astdb: undefined, log, clock, running });
  sorcery.register(ariTypes, 'ari.conf');
  const http = await HttpServer.listen({
    config: readHttpConfig(config('http.conf')),
    serverHeader: 'test',
    log,
  });
  const ari = new Ari({
    ports: {
      switch: owner,
      stasis,
      push: new Push(sorcery),
      mailboxes: new ExternalMailboxes({ sorcery, switch: owner, running }),
      variables: {
        read: (channel, name) => dialplan.readVariable(channel, name),
        write: (channel, name, value) => dialplan.writeVariable(channel, name, value),
      },
      originator: dialplan.originator,
      findLabel: (context, exten, label, caller) => dialplan.label(context, exten, label, caller),
      modules: { list: () => [], load: outcome, unload: outcome, reload: outcome },
      clock,
      info: {
        entityId: '02:fc:00:00:00:01',
        compatibleVersion: '22.10.1',
        version: '0',
        systemName: '',
        startedAt: 0,
        lastReloadAt: () => 0,
      },
    },
    http,
    acls: { get: () => undefined },
    sorcery,
    security: { raise: () => {}, note: () => {} },
    tokens: {
      get: () => undefined,
      range: () => [],
      put: async () => {},
      delete: async () => {},
    },
    running,
    log,
  });
  const ask = async (method: string, path: string) => {
    const answer = await fetch(`http://127.0.0.1:${http.port}/ari${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from('asterisk:secret').toString('base64')}` },
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const close = async () => {
    await ari.close();
    await http.close();
    await sorcery.close();
  };
  return { ask, close };
}

describe('a call that is steered over REST', () => {
  it('gives its variables and functions, moves, and goes on at a label', async () => {
    const world = exchange();
    const { ask, close } = await restOver(world);
    const { stasis, dial, lines, log } = world;
    for (const name of ['counter', 'other']) stasis.register(name, { tell: () => {} });
    const { channel, ended } = dial('6777');
    await settle();
    const path = `/channels/${channel.id}`;
    const variable = (name: string) => ask('GET', `${path}/variable?variable=${encodeURIComponent(name)}`);
    expect(await variable('N')).toEqual({ status: 200, body: { value: '777' } });
    expect(await variable('CALLERID(all)')).toEqual({ status: 200, body: { value: '"Alice" <100>' } });
    expect((await ask('POST', `${path}/variable?variable=CALLERID(name)&value=New`)).status).toBe(204);
    expect(channel.caller.name).toBe('New');
    expect(await variable('GREETING')).toEqual({ status: 200, body: { value: 'welcome' } });
    expect((await variable('ENV(HOME)')).status).toBe(404);
    expect(log.lines.some((each) => each.includes('live_dangerously'))).toBe(true);
    expect(await ask('GET', '/asterisk/variable?variable=ENV(HOME)')).toEqual({
      status: 200,
      body: { value: '' },
    });

    expect((await ask('POST', `${path}/move?app=other`)).status).toBe(204);
    await settle();
    expect(stasis.holder(channel)).toBe('other');
    expect((await ask('POST', `${path}/continue?label=nosuch`)).status).toBe(404);
    expect((await ask('POST', `${path}/continue?label=late`)).status).toBe(204);
    await ended;
    expect(lines.slice(-2)).toEqual(['6777:9 NoOp(MOVED)', 'h:1 NoOp(bye)']);
    await close();
    await world.close();
  });
});

describe('the dial plan on the console', () => {
  const etc = join(folder, 'etc');
  const control = join(folder, 'run', 'asterisk.ctl');
  let server: RunningServer;

  const cli = async (line: string): Promise<string> => {
    let text = '';
    await remoteCommand(control, line, (more) => {
      text += more;
    });
    return text;
  };
  const write = (name: string, text: string) => writeFileSync(join(etc, name), text);

  beforeAll(async () => {
    for (const name of ['etc', 'lib', 'run', 'log', 'spool']) mkdirSync(join(folder, name));
    const directories = [
      ['astetcdir', 'etc'],
      ['astvarlibdir', 'lib'],
      ['astrundir', 'run'],
      ['astlogdir', 'log'],
      ['astspooldir', 'spool'],
    ].map(([name, path]) => `${name} => ${join(folder, path ?? '')}\n`);
    write('asterisk.conf', `[directories]\n${directories.join('')}`);
    write('modules.conf', '[modules]\nautoload=yes\nnoload=app_echo.so\nnoload=func_md5.so\n');
    const plan = recorded('profiles/_base/extensions.conf');
    write('extensions.conf', existsSync(plan) ? readFileSync(plan, 'utf8') : PLAN);
    server = await startServer({ confFile: join(etc, 'asterisk.conf'), console: undefined });
  });
  afterAll(() => server?.stop('now', false));

  interface Step {
    readonly op: string;
    readonly cmd?: string;
    readonly expect?: { readonly lines?: readonly string[] };
  }
  const commands = recorded('cli/commands.jsonl');
  it.skipIf(!existsSync(commands))('prints what was recorded', async () => {
    const cases = readFileSync(commands, 'utf8')
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => JSON.parse(each) as { readonly id: string; readonly steps: readonly Step[] });
    const steps = cases.find((each) => each.id === 'cli/dialplan')?.steps ?? [];
    expect(steps.length).toBeGreaterThan(20);
    for (const { cmd = '', expect: expected } of steps)
      expect((await cli(cmd)).split('\n'), cmd).toEqual(expected?.lines);
  });

  it('does without the applications and functions of modules that are not loaded', async () => {
    expect(await cli('core show application Echo')).toBe(
      "Your application(s) is (are) not registered\nCommand 'core show application Echo' failed.\n",
    );
    const noOp = applications.find((each) => each.name === 'NoOp')?.summary;
    expect(await cli('core show applications like NoO')).toBe(
      `    -= Matching Asterisk Applications =-\n                  NoOp: ${noOp}\n    -= 1 Applications Matching =-\n`,
    );
    expect(await cli('dialplan eval function MD5(a)')).toBe('Return Value: Failure (-1)\nResult: \n');
    await cli('module load func_md5.so');
    expect(await cli('dialplan eval function MD5(a)')).toContain('0cc175b9c0f1b6a831c399e269772661');
    expect(await cli('core show functions like MD5')).toContain('1 matching custom functions installed.');
    await cli('module unload func_md5.so');
    expect(await cli('core show function MD5')).toContain('No function by that name registered.');
  });

  it('keeps the dial plan when the file is broken, and says where', async () => {
    const before = await cli('dialplan show default');
    const file = readFileSync(join(etc, 'extensions.conf'), 'utf8');
    write('extensions.conf', `${file}\n[broken\n`);
    expect(await cli('dialplan reload')).toMatch(
      /extensions\.conf:\d+: .*\nCommand 'dialplan reload' failed\.\n$/,
    );
    expect(await cli('dialplan show default')).toBe(before);
    write('extensions.conf', file);
    expect(await cli('dialplan reload')).toBe('Dialplan reloaded.\n');
  });

  it('loses the dial plan with the module that brings it', async () => {
    const before = await cli('dialplan show');
    await cli('module unload pbx_config.so');
    expect(await cli('dialplan show default')).toContain("There is no existence of 'default' context");
    expect(await cli('dialplan reload')).toContain("No such command 'dialplan reload'");
    await cli('module load pbx_config.so');
    expect(await cli('dialplan show')).toBe(before);
  });

  it('shows hints with the state of their devices', async () => {
    write('extensions.conf', '[default]\nexten => 101,hint,Custom:lamp\nexten => 101,1,NoOp()\n');
    await cli('dialplan reload');
    expect(await cli('devstate change Custom:lamp RINGING')).toBe('Changing lamp to RINGING\n');
    expect(await cli('core show hint 101')).toBe(
      '101@default                   : Custom:lamp                                                   State:Ringing         Presence:not_set         Watchers  0\n1 hint matching extension 101\n',
    );
    expect(await cli('devstate list')).toContain("--- Name: 'Custom:lamp'  State: 'RINGING'\n");
    expect(await cli('devstate change PJSIP/x INUSE')).toContain('failed.');
    expect(await cli('devstate change Custom:lamp ON')).toContain('Usage: devstate change');
  });

  it('shows and sets the presence of those who exist only by name', async () => {
    write('extensions.conf', '[default]\nexten => 101,hint,Custom:lamp,CustomPresence:bob\n');
    await cli('dialplan reload');
    expect(await cli('presencestate change CustomPresence:bob "away,lunch,at two"')).toBe(
      'Changing bob to away,lunch,at two\n',
    );
    expect(await cli('core show hint 101')).toMatch(/: Custom:lamp,CustomPresence:bob .* Presence:away /);
    expect(await cli('presencestate list')).toContain(
      "--- Name: 'CustomPresence:bob'\n    --- State: 'away'\n    --- Subtype: 'lunch'\n    --- Message: 'at two'\n    --- Base64 Encoded: 'No'\n---\n",
    );
    expect(await cli('presencestate change PJSIP/x dnd')).toContain('failed.');
    expect(await cli('presencestate change CustomPresence:bob gone')).toContain('Usage: presencestate');
  });
});

interface Recorded {
  readonly name: string;
  readonly module: string;
  readonly argsep?: string;
  readonly params?: readonly {
    readonly name: string;
    readonly required?: boolean;
    readonly multiple?: boolean;
  }[];
}

/** What is told of arguments differently on purpose. */
const DIFFERENT = new Set(['Answer']);

describe.each([
  ['applications', applications],
  ['functions', functions],
] as const)('the table of %s', (name, table) => {
  const file = recorded(`dialplan/${name}.json`);
  it.skipIf(!existsSync(file))('has the names, modules and arguments of the original', () => {
    const reference = new Map(
      (JSON.parse(readFileSync(file, 'utf8')) as Recorded[]).map((each) => [each.name, each]),
    );
    for (const each of table) {
      const other = reference.get(each.name);
      expect(other, each.name).toBeDefined();
      if (other === undefined || DIFFERENT.has(each.name)) continue;
      expect(each.module === 'core' ? 'builtin' : each.module, each.name).toBe(other.module);
      const separator = other.argsep === undefined ? {} : { separator: other.argsep };
      expect(callSyntax(each), each.name).toBe(
        callSyntax({ name: other.name, arguments: other.params ?? [], ...separator }),
      );
    }
  });
});
