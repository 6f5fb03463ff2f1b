import type { CliCommand } from '../command.ts';

export const loggerCommands: readonly CliCommand[] = [
  {
    words: 'logger show channels',
    takes: 0,
    summary: 'List configured log channels',
    *run({ log }) {
      yield `${'Channel'.padEnd(53)} ${'Type'.padEnd(8)} ${'Formatter'.padEnd(9)} Status    Configuration\n`;
      yield `${'-------'.padEnd(53)} ${'----'.padEnd(8)} ${'---------'.padEnd(9)} ------    -------------\n`;
      for (const each of log.channels()) {
        const type = each.name === 'console' ? 'Console' : 'File';
        yield `${each.name.padEnd(53)} ${type.padEnd(8)} ${each.format.padEnd(9)} Enabled    - ${each.levels.map((level) => level.toUpperCase()).join(' ')}\n`;
      }
    },
  },
  {
    words: 'logger show levels',
    takes: 0,
    summary: 'List log levels that some channel listens to',
    *run({ log }) {
      for (const level of log.heardLevels()) yield `${level.toUpperCase()}\n`;
    },
  },
  {
    words: 'logger reload',
    takes: 0,
    summary: 'Reopens the log files and reads logger.conf again',
    run: ({ log }) => `${log.reload()}\n`,
  },
  {
    words: 'logger rotate',
    takes: 0,
    summary: 'Rotates and reopens the log files',
    run: ({ log }) => `${log.rotate()} log files rotated\n`,
  },
  {
    words: 'logger add channel',
    args: '<name> <levels>',
    needs: 2,
    takes: 2,
    summary: 'Adds a new logging channel',
    run: ({ log }, [name = '', levels = '']) => `${log.addChannel(name, levels)}\n`,
  },
  {
    words: 'logger remove channel',
    args: '<name>',
    needs: 1,
    takes: 1,
    summary: 'Removes a logging channel',
    run: ({ log }, [name = '']) =>
      `${log.removeChannel(name) ? `Removed channel ${name}` : `There is no channel ${name}`}\n`,
  },
  {
    words: 'logger set level',
    args: '<level> on|off',
    needs: 2,
    takes: 2,
    summary: 'Switches a level on or off for every channel',
    complete: (_context, args) =>
      args.length === 0 ? ['debug', 'verbose', 'notice', 'warning', 'error'] : ['on', 'off'],
    run: ({ log }, [level = '', state = '']) =>
      `${log.setLevel(level.toLowerCase(), state === 'on') ? `Logger status for '${level}' has been set to '${state}'.` : `There is no level '${level}'.`}\n`,
  },
  {
    words: 'core set verbose',
    args: '<level>',
    needs: 1,
    takes: 1,
    summary: 'Set level of verbosity',
    run: ({ log }, [level = '']) => {
      log.setLevel('verbose', Number(level) > 0);
      return `Console verbose is now ${Number(level) > 0 ? 'on' : 'off'}.\n`;
    },
  },
  {
    words: 'core set debug',
    args: '<level>',
    needs: 1,
    takes: 1,
    summary: 'Set level of debug messages',
    run: ({ log }, [level = '']) => {
      log.setLevel('debug', Number(level) > 0);
      return `Core debug is now ${Number(level) > 0 ? 'on' : 'off'}.\n`;
    },
  },
];
