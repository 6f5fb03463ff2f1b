import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detachedConsole, MAX_COMMAND, splitWords } from './cli.ts';
import { CommandFailed } from './command.ts';
import { allCommands } from './commands/index.ts';
import { type Bench, startBench } from './test-bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

describe('a command line', () => {
  it.each([
    ['a  b\tc', ['a', 'b', 'c']],
    ['a "b c" d', ['a', 'b c', 'd']],
    ['a "b \\"c\\" d"', ['a', 'b "c" d']],
    ['a ""', ['a', '']],
    ['a\\ b', ['a b']],
    ['"open end', ['open end']],
    ['a\\', ['a\\']],
    ['', []],
  ])('%s is read as words', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it('that nobody knows is told back with a way to go on', async () => {
    expect(await bench.run('core nosuch')).toBe(
      "No such command 'core nosuch' (type 'core show help core nosuch' for other possible commands)\n",
    );
    expect(await bench.run('core show')).toContain("No such command 'core show'");
    expect(await bench.run('  ')).toBe('');
    expect(await bench.run('x'.repeat(MAX_COMMAND + 1))).toContain('longer than');
  });

  it('with too few or too many arguments gets the usage', async () => {
    expect(await bench.run('database put fam')).toBe(
      'Usage: database put <family> <key> <value>\n       Adds or updates an entry in the Asterisk database for\n       a given family, key, and value.\n',
    );
    expect(await bench.run('core show version now')).toContain('Usage: core show version');
  });

  it('is understood in any case, its arguments are left as they are', async () => {
    expect(await bench.run('DATABASE Put Fam Key V')).toBe('Updated database successfully\n');
    expect(await bench.run('database get Fam Key')).toBe('Value: V\n');
    expect(await bench.run('database get fam key')).toBe('Database entry not found.\n');
    expect(await bench.run('CORE show channels COUNT')).toContain('0 active calls\n');
    expect(bench.cli.complete('CORE Show UPT')).toEqual(['uptime']);
  });

  it('is not abbreviated, but helped with', async () => {
    expect(await bench.run('core sh uptime')).toMatch(/^No such command 'core sh uptime'/);
    expect(await bench.run('core show help core show UPT')).toMatch(/^core show uptime +-- [^\n]*\n$/);
  });

  it('goes to the command with the most words', async () => {
    expect(await bench.run('module show like lamps')).toContain('1 modules loaded');
    expect(await bench.run('core show channel nosuch')).toBe('nosuch is not a known channel\n');
  });
});

describe('a command', () => {
  it('that fails says so behind its reason', async () => {
    const other = await startBench({
      commands: [
        {
          words: 'lamp light',
          summary: 'Lights',
          run: () => {
            throw new CommandFailed('It is broken.');
          },
        },
        {
          words: 'lamp dim',
          summary: 'Dims',
          run: async () => {
            throw new CommandFailed('');
          },
        },
      ],
    });
    expect(await other.run('lamp light up')).toBe("It is broken.\nCommand 'lamp light up' failed.\n");
    expect(await other.run('lamp dim')).toBe("Command 'lamp dim' failed.\n");
    await other.close();
  });

  it('of a module that does not run is absent everywhere', async () => {
    const other = await startBench({
      commands: [
        { words: 'lamp light', summary: 'Lights', module: 'app_lamp', run: () => 'lit\n' },
        ...allCommands,
      ],
    });
    expect(await other.run('lamp light')).toBe('lit\n');
    expect(await other.run('core show help lamp')).toContain('lamp light');
    expect(await other.run('module unload app_lamp.so')).toBe('Unloaded app_lamp.so\n');
    expect(await other.run('lamp light')).toContain("No such command 'lamp light'");
    expect(await other.run('core show help lamp')).toBe("No such command 'lamp'.\n");
    expect(other.cli.complete('lam')).toEqual([]);
    await other.close();
  });

  it('has its own words, and tells what it does', () => {
    const words = allCommands.map((each) => each.words);
    expect(new Set(words).size).toBe(words.length);
    for (const each of allCommands) expect(each.summary).not.toBe('');
  });
});

describe('completion', () => {
  it('offers the next word', () => {
    expect(bench.cli.complete('')).toContain('database');
    expect(bench.cli.complete('data')).toEqual(['database']);
    expect(bench.cli.complete('database del')).toEqual(['del', 'deltree']);
    expect(bench.cli.complete('core stop ')).toEqual(['gracefully', 'now', 'when']);
    expect(bench.cli.complete('nosuch ')).toEqual([]);
  });

  it('offers arguments', () => {
    expect(bench.cli.complete('module unload app')).toEqual(['app_lamp.so']);
    expect(bench.cli.complete('module load ')).toEqual([]);
    expect(bench.cli.complete('core show channels co')).toEqual(['concise', 'count']);
    expect(bench.cli.complete('logger set level DE')).toEqual(['DEBUG']);
    expect(bench.cli.complete('core show help core sh')).toEqual(['show']);
  });
});

describe('core', () => {
  it('waits until the server has booted', async () => {
    let said = '';
    const waiting = bench.run('core waitfullybooted').then((text) => {
      said = text;
    });
    await bench.run('core show uptime');
    expect(said).toBe('');
    bench.boot();
    await waiting;
    expect(said).toBe('Asterisk has fully booted.\n');
  });

  it('tells version, uptime and help', async () => {
    expect(await bench.run('core show version')).toMatch(/^Asterisk 22\.10\.1 \(Asterism 0\.1\.0\) /);
    expect(await bench.run('core show uptime')).toBe(
      'System uptime: 1 day, 1 hour, 1 minute, 1 second\nLast reload: 1 minute, 1 second\n',
    );
    expect(await bench.run('core show uptime seconds')).toBe('System uptime: 90061\nLast reload: 61\n');
    expect(await bench.run('core show help')).toContain(
      'database get                   -- Gets database value\n',
    );
    expect(await bench.run('core show help nosuch')).toBe("No such command 'nosuch'.\n");
    expect(await bench.run('core show settings')).toBe(
      '\nPBX Core settings\n-----------------\n  Version:                     22.10.1\n\n',
    );
    expect(await bench.run('http show status')).toContain('not loaded');
    expect(await bench.run('core show sysinfo')).toContain('Total RAM:');
  });

  it('stops, restarts and reloads', async () => {
    for (const line of [
      'core stop now',
      'core stop gracefully',
      'core restart when convenient',
      'core reload',
    ])
      expect(await bench.run(line)).toBe('');
    expect(await bench.run('module reload')).toBe('');
    expect(bench.asked).toEqual([
      'stop now',
      'stop gracefully',
      'restart when convenient',
      'reload',
      'reload',
    ]);
  });

  it('counts no channels where there are none', async () => {
    expect(await bench.run('core show channels count')).toBe(
      '0 active channels\n0 active calls\n0 calls processed\n',
    );
    expect(await bench.run('core show channels concise')).toBe('');
    expect(await bench.run('core show calls')).toBe('0 active calls\n0 calls processed\n');
  });
});

describe('module', () => {
  it('loads, unloads, refreshes and reloads, in the words of the original', async () => {
    expect(await bench.run('module load nosuch')).toBe(
      "Unable to load module nosuch\nCommand 'module load nosuch' failed.\n",
    );
    expect(await bench.run('module load app_lamp.so')).toContain('Unable to load');
    expect(await bench.run('module unload res_lamps.so')).toBe(
      "Unable to unload resource res_lamps.so\nCommand 'module unload res_lamps.so' failed.\n",
    );
    expect(await bench.run('module refresh res_lamps')).toContain('Unable to refresh');
    expect(await bench.run('module refresh res_lamps recursively')).toBe('Unloaded and loaded res_lamps\n');
    expect(await bench.run('module reload res_lamps.so')).toBe(
      "Module 'res_lamps.so' reloaded successfully.\n",
    );
    expect(await bench.run('module reload app_lamp.so nosuch')).toBe(
      "The module 'app_lamp.so' does not support reloads\nNo such module 'nosuch'\n",
    );
  });
});

describe('database', () => {
  it('puts, gets, shows and deletes', async () => {
    const lines = ['put fam key "a \\"q\\" b"', 'put fam k2 two', 'put other k v'];
    for (const each of lines)
      expect(await bench.run(`database ${each}`)).toBe('Updated database successfully\n');
    expect(await bench.run('database get fam key')).toBe('Value: a "q" b\n');
    expect(await bench.run('database get fam no')).toBe('Database entry not found.\n');
    expect(await bench.run('database show fam')).toContain('2 results found.\n');
    expect(await bench.run('database show fam key')).toBe(
      `${'/fam/key'.padEnd(50)}: ${'a "q" b'.padEnd(25)}\n1 results found.\n`,
    );
    expect(await bench.run('database showkey k')).toContain('/other/k');
    expect(await bench.run('database query "DELETE FROM astdb"')).toBe('');
    expect(await bench.run('database del fam key')).toBe('Database entry removed.\n');
    expect(await bench.run('database del fam key')).toBe('Database entry could not be removed.\n');
    expect(await bench.run('database deltree fam')).toBe('1 database entries removed.\n');
    expect(await bench.run('database deltree fam')).toBe('Database entries do not exist.\n');
  });
});

describe('logger', () => {
  it('adds, shows and removes channels', async () => {
    expect(await bench.run('logger add channel extra notice,error')).toBe('');
    expect(await bench.run('logger add channel extra notice')).toContain('already exists');
    expect(await bench.run('logger show channels')).toMatch(
      /\/extra +File +default +Enabled +- NOTICE ERROR/,
    );
    expect(bench.cli.complete('logger remove channel ')).toEqual([`${bench.dir}/extra`]);
    expect(await bench.run('logger rotate')).toBe('');
    expect(await bench.run('logger remove channel extra')).toContain('Removed');
    expect(await bench.run('logger remove channel extra')).toContain('failed.');
    expect(await bench.run('logger show levels')).toContain('    5 VERBOSE\n');
  });

  it('changes what the asking console sees, and nobody else', async () => {
    const console_ = detachedConsole();
    expect(await bench.run('core set verbose 3', console_)).toBe('Console verbose was OFF and is now 3.\n');
    expect(await bench.run('core set verbose atleast 2', console_)).toBe('Console verbose is still 3.\n');
    expect(await bench.run('core set verbose off', console_)).toBe('Console verbose was 3 and is now OFF.\n');
    expect(await bench.run('core set verbose x', console_)).toContain("'x' is no level");
    expect(await bench.run('logger set level debug off', console_)).toContain("has been set to 'off'");
    expect([...console_.hidden]).toEqual(['debug']);
    expect(await bench.run('logger mute', console_)).toBe('Console is muted.\n');
    expect(console_.muted).toBe(true);
    expect(await bench.run('logger mute silent', console_)).toBe('');
    expect(console_.muted).toBe(false);
  });

  it('sets debug levels, for all or for one module', async () => {
    expect(await bench.run('core set debug 0')).toBe('Core debug is still OFF.\n');
    expect(await bench.run('core set debug 2')).toBe('Core debug was OFF and is now 2.\n');
    expect(await bench.run('core set debug 3 res_lamps.so')).toBe(
      "Core debug for 'res_lamps' was OFF and is now 3.\n",
    );
    expect([bench.log.debugLevel, bench.log.moduleDebugLevel('res_lamps')]).toEqual([2, 3]);
  });
});
