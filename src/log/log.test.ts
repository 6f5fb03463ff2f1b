import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../conf/index.ts';
import { FakeClock } from '../platform/index.ts';
import { ASKED_FOR, LogHub, type LogOptions, showChannels, showLevels } from './index.ts';

let dir: string;
let hub: LogHub;
let screen: string[];
const time = new Date(2026, 10, 5, 0, 31, 20, 42).getTime();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'log-'));
  screen = [];
});
afterEach(async () => {
  await hub.close();
  rmSync(dir, { recursive: true });
});

function conf(text: string): Config {
  writeFileSync(join(dir, 'logger.conf'), text);
  return loadConfig(join(dir, 'logger.conf'));
}

function open(text: string, options: Partial<LogOptions> = {}): LogHub {
  hub = new LogHub({
    logDir: join(dir, 'logs'),
    config: conf(text),
    clock: new FakeClock(time),
    console: (line) => screen.push(line),
    ...options,
  });
  return hub;
}

const read = (name: string) => readFileSync(join(dir, 'logs', name), 'utf8');

/** Whether `holds` comes true before long: files are written behind the program's back. */
async function soon(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++) await new Promise((done) => setTimeout(done, 10));
  expect(holds()).toBe(true);
}

describe('log channels', () => {
  it('write the levels they list, in the words that log watchers know', async () => {
    const log = open('[logfiles]\nmessages.log => notice,warning\nfull => *\n').logger('res_pjsip');
    log.notice('Request failed', { callId: 'C-00000001' });
    log.error('broken');
    log.verbose('chatter', { verbosity: 0 });
    await hub.close();
    const pid = process.pid;
    expect(read('messages.log')).toBe(
      `[Nov  5 00:31:20] NOTICE[${pid}][C-00000001] res_pjsip: Request failed\n`,
    );
    expect(read('full').split('\n')).toHaveLength(4);
    expect(read('full')).toContain(`[Nov  5 00:31:20] ERROR[${pid}] res_pjsip: broken\n`);
  });

  it('take a date format, and other formatters', async () => {
    const text =
      '[general]\ndateformat = %F %T.%3q\nuse_callids = no\n[logfiles]\np => [plain]notice\nj => [json]notice\n';
    open(text).logger('a').notice('hi', { callId: 'C-1', extra: 7 });
    await hub.close();
    expect(read('p')).toBe(`[2026-11-05 00:31:20.042] NOTICE[${process.pid}]: a: hi\n`);
    expect(JSON.parse(read('j'))).toMatchObject({
      timestamp: '2026-11-05 00:31:20.042',
      identifiers: { lwp: process.pid, callid: '' },
      logmsg: { location: { filename: 'a' }, level: 'NOTICE', message: 'hi' },
      fields: { extra: 7 },
    });
  });

  it('do not let text from the network look like another entry', async () => {
    const log = open('[logfiles]\nfull => *\n').logger('a');
    log.notice('from "x\n[Nov  5 00:31:20] NOTICE[1] forged: y\x1b[2J"');
    log.verbose('SIP/2.0 200 OK\r\nVia: z\r\n[Nov  5] NOTICE[1] forged', ASKED_FOR);
    await hub.close();
    const lines = read('full').trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.filter((each) => each.startsWith('['))).toHaveLength(2);
    expect(lines[0]).toContain('\\x1b[2J');
  });

  it('say whether anybody listens, so that nobody builds text for nobody', () => {
    open('[logfiles]\nm => notice,debug\n', { console: undefined });
    const log = hub.logger('a');
    expect([log.enabled('notice'), log.enabled('error'), log.enabled('debug')]).toEqual([true, false, false]);
    hub.setDebugLevel(1);
    expect(log.enabled('debug')).toBe(true);
    hub.addChannel('more', 'error');
    expect(log.enabled('error')).toBe(true);
  });

  it('keep debug text to its level, for all or for one module', async () => {
    open('[logfiles]\nd => debug\n');
    hub.setModuleDebugLevel('b', 2);
    hub.logger('a').debug('no');
    hub.logger('b').debug('yes', { verbosity: 2 });
    hub.setDebugLevel(1);
    hub.logger('a').debug('now');
    hub.logger('a').debug('too deep', { verbosity: 2 });
    hub.setModuleDebugLevel('b', 0);
    expect(hub.moduleDebugLevel('b')).toBe(0);
    await hub.close();
    expect(read('d').match(/: .*/g)).toEqual([': yes', ': now']);
  });

  it('warn about what they cannot do and go on', async () => {
    open(
      '[general]\nnosuch = 1\nqueue_log = no\n[logfiles]\nm => warning,nolevel,fax\nx => [odd]error\nsyslog.local0 => error\n',
    );
    await hub.close();
    const text = read('m');
    expect(text.match(/WARNING/g)).toHaveLength(4);
    for (const word of ["'nosuch'", "'nolevel'", "'odd'", 'syslog is not supported'])
      expect(text).toContain(word);
  });

  it('without logger.conf is a console', () => {
    open('', { config: undefined });
    hub.logger('a').warning('w');
    hub.logger('a').debug('d');
    expect(screen).toHaveLength(1);
    expect(readdirSync(dir)).toEqual(['logger.conf']);
  });

  it('that cannot be opened are shown as disabled and told on the others', async () => {
    writeFileSync(join(dir, 'taken'), '');
    open(`[logfiles]\nconsole => error\n${dir}/taken/x => error\n`);
    await soon(() => screen.length > 0);
    expect(screen[0]).toContain('taken/x cannot be written');
    expect(hub.channels()[0]).toMatchObject({ enabled: false });
    rmSync(join(dir, 'taken'));
    hub.rotate();
    hub.logger('a').error('again');
    await hub.close();
    expect(readFileSync(join(dir, 'taken/x'), 'utf8')).toContain('again');
  });

  it('drop what a slow file cannot take, count it, and say so', async () => {
    open('[general]\nlogger_queue_limit = 10\n[logfiles]\nm => notice\nconsole => error\n');
    for (let n = 0; n < 1000; n++) hub.logger('a').notice('x'.repeat(100));
    const dropped = hub.channels()[1]?.dropped ?? 0;
    expect(dropped).toBeGreaterThan(500);
    await soon(() => screen.length > 0);
    expect(screen[0]).toContain(`${dropped} lines were dropped`);
    expect([...showChannels(hub)].join('')).toContain(`(${dropped} lines dropped)`);
  });
});

describe('logger rotate and reload', () => {
  it.each([
    ['sequential', ['m', 'm.0', 'm.1'], 'first'],
    ['rotate', ['m', 'm.0', 'm.1'], 'second'],
    ['none', ['m'], undefined],
  ])('follow rotatestrategy=%s', async (strategy, names, inZero) => {
    open(`[general]\nrotatestrategy = ${strategy}\n[logfiles]\nm => notice\n`);
    for (const word of ['first', 'second', 'third']) {
      hub.logger('a').notice(word);
      await soon(() => existsSync(join(dir, 'logs/m')) && read('m').includes(word));
      if (word !== 'third') hub.rotate();
    }
    await hub.close();
    expect(readdirSync(join(dir, 'logs')).sort()).toEqual(names);
    expect(read('m')).toContain('third');
    if (inZero !== undefined) expect(read('m.0')).toContain(inZero);
  });

  it('stamp the old file when asked to', async () => {
    open('[general]\nrotatestrategy = timestamp\n[logfiles]\nm => notice\n');
    hub.logger('a').notice('x');
    await soon(() => existsSync(join(dir, 'logs/m')));
    hub.rotate();
    await hub.close();
    expect(readdirSync(join(dir, 'logs'))[1]).toMatch(/^m\.2026-11-05T00:31:20[+-]\d{4}$/);
  });

  it('open a file anew that was moved away, keep added channels, and drop those no longer asked for', async () => {
    open('[logfiles]\nm => notice\nold => notice\n');
    hub.addChannel('extra', 'notice');
    hub.logger('a').notice('one');
    await soon(() =>
      ['m', 'old', 'extra'].every((each) => existsSync(join(dir, 'logs', each)) && read(each) !== ''),
    );
    renameSync(join(dir, 'logs/m'), join(dir, 'logs/m.moved'));
    await hub.reload(conf('[logfiles]\nm => notice\nnew => notice\n'));
    hub.logger('a').notice('two');
    await hub.close();
    expect(read('m').match(/: .*/g)).toEqual([': two']);
    expect(read('new').match(/: .*/g)).toEqual([': two']);
    expect(read('old').match(/: .*/g)).toEqual([': one']);
    expect(read('extra').match(/: .*/g)).toEqual([': one', ': two']);
  });
});

describe('channels added by command', () => {
  it('last until they are removed, and only they can be', async () => {
    open('[logfiles]\nfull => notice\n');
    expect(hub.addChannel('extra', 'warning')).toBe(true);
    expect(hub.addChannel('extra', 'notice')).toBe(false);
    expect(hub.addChannel('full', 'notice')).toBe(false);
    expect(await hub.removeChannel('full')).toBe(false);
    expect(await hub.removeChannel('extra')).toBe(true);
    expect(hub.channels()).toHaveLength(1);
  });
});

describe('verbose text', () => {
  it('goes to a file up to the level that it says, or else up to the one of the server', async () => {
    open('[logfiles]\nown => verbose\nmost => verbose(4)\nleast => verbose(0)\n', { verbosity: 2 });
    for (const verbosity of [0, 1, 2, 3, 4, 5]) hub.logger('a').verbose(`level ${verbosity}`, { verbosity });
    await hub.close();
    const written = (name: string) => [...read(name).matchAll(/level (\d)/g)].map((each) => Number(each[1]));
    expect(written('own')).toEqual([0, 1, 2]);
    expect(written('most')).toEqual([0, 1, 2, 3, 4]);
    expect(written('least')).toEqual([0]);
  });

  it('that was asked for is shown on every console, and written', async () => {
    open('[logfiles]\nconsole => verbose\nfull => verbose\n');
    const remote: string[] = [];
    hub.attachConsole((line) => remote.push(line));
    hub.logger('res_pjsip_logger').verbose('<--- Received', ASKED_FOR);
    hub.logger('pbx').verbose('Executing');
    await hub.close();
    expect([screen, remote]).toEqual([['<--- Received\n'], ['<--- Received\n']]);
    expect(read('full')).toMatch(/Received\n$/);
  });
});

describe('consoles', () => {
  it('show verbose text up to their own verbosity, marked by depth', () => {
    open('[logfiles]\nconsole => notice,verbose\n', { verbosity: 2 });
    const remote: string[] = [];
    const attached = hub.attachConsole((line) => remote.push(line), 4);
    const log = hub.logger('a');
    for (const verbosity of [1, 2, 3, 4]) log.verbose(`level ${verbosity}`, { verbosity });
    log.notice('n');
    expect(screen.slice(0, 2)).toEqual(['level 1\n', '  == level 2\n']);
    expect(remote.slice(2)).toEqual([
      '    -- level 3\n',
      '       > level 4\n',
      `[Nov  5 00:31:20] NOTICE[${process.pid}] a: n\n`,
    ]);
    attached.verbosity = 0;
    log.verbose('no');
    attached.muted = true;
    log.notice('no');
    attached.close();
    log.notice('no');
    expect(remote).toHaveLength(5);
    expect(screen).toHaveLength(5);
  });

  it('hide a level each for itself, files do not', async () => {
    open('[logfiles]\nconsole => notice\nm => notice\n');
    const remote: string[] = [];
    const attached = hub.attachConsole((line) => remote.push(line));
    attached.hidden.add('notice');
    hub.logger('a').notice('hidden');
    attached.hidden.delete('notice');
    hub.logger('a').notice('shown');
    await hub.close();
    expect(remote).toHaveLength(1);
    expect(screen).toHaveLength(2);
    expect(read('m').match(/: .*/g)).toEqual([': hidden', ': shown']);
  });

  it('show the time before verbose text when asked to', () => {
    open('[logfiles]\nconsole => verbose\n', { verbosity: 3, timestamps: true });
    hub.logger('a').verbose('x');
    expect(screen).toEqual(['[Nov  5 00:31:20]     -- x\n']);
  });
});

describe('logger show', () => {
  it('lists channels in the columns of the original, the youngest first', () => {
    open('[logfiles]\nconsole => notice\nfull => verbose,error,notice\n');
    const channels = () => hub.channels().map((each) => ({ ...each, name: each.name && '/l/full' }));
    const shown = [...showChannels({ queueLimit: hub.queueLimit, channels })].join('');
    expect(shown.split('\n')).toEqual([
      'Logger queue limit: 1000',
      '',
      'Channel                             Type     Formatter  Status    Configuration',
      '-------                             ----     ---------  ------    -------------',
      '/l/full                             File     default    Enabled    - NOTICE ERROR VERBOSE ',
      '                                    Console  default    Enabled    - NOTICE ',
      '',
      '',
    ]);
  });

  it('lists levels with their numbers', () => {
    open('');
    expect([...showLevels()].slice(0, 3)).toEqual([
      'Level Name\n----- ----\n',
      '    0 DEBUG\n',
      '    1 TRACE\n',
    ]);
  });
});
