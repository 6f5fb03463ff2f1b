import { type Level, levels, showChannels, showLevels } from '../../log/index.ts';
import { type CliCommand, CommandFailed } from '../command.ts';

/** `OFF` or a number, as levels are told. */
const told = (level: number) => (level === 0 ? 'OFF' : String(level));

/** `Core debug was OFF and is now 3.` */
function changed(what: string, before: number, now: number): string {
  return before === now
    ? `${what} is still ${told(now)}.\n`
    : `${what} was ${told(before)} and is now ${told(now)}.\n`;
}

/** A level as people type it: a number, `off`, or one more number behind `atleast`. */
function wanted(args: readonly string[], current: number): number {
  const [first = '', second = ''] = args;
  const least = first === 'atleast';
  const word = least ? second : first;
  const level = word.toLowerCase() === 'off' ? 0 : Number(word);
  if (word === '' || !Number.isInteger(level) || level < 0)
    throw new CommandFailed(`'${word}' is no level: a number or 'off' is.`);
  return least ? Math.max(level, current) : level;
}

/** Log channels, and what a console shows. */
export const loggerCommands: readonly CliCommand[] = [
  {
    words: 'logger show channels',
    takes: 0,
    summary: 'List configured log channels',
    usage: 'Lists the channels of logger.conf and those that were added by hand.',
    run: ({ log }) => showChannels(log),
  },
  {
    words: 'logger show levels',
    takes: 0,
    summary: 'List configured log levels',
    run: () => showLevels(),
  },
  {
    words: 'logger reload',
    takes: 0,
    summary: 'Reopens the log files',
    usage: 'Reads logger.conf again and opens the log files anew, as after moving them away.',
    run: ({ server }) => server.reloadLog(),
  },
  {
    words: 'logger rotate',
    takes: 0,
    summary: 'Rotates and reopens the log files',
    usage: 'Moves every log file out of the way, as rotatestrategy in logger.conf says, and begins new ones.',
    run: ({ log }) => {
      log.rotate();
      return '';
    },
  },
  {
    words: 'logger add channel',
    args: '<name> <levels>',
    needs: 2,
    takes: 2,
    summary: 'Adds a new logging channel',
    usage: 'Adds a file, its levels written as in logger.conf, until it is removed or the server ends.',
    run: ({ log }, [name = '', text = '']) => {
      if (!log.addChannel(name, text)) throw new CommandFailed(`Logger channel '${name}' already exists`);
      return '';
    },
  },
  {
    words: 'logger remove channel',
    args: '<name>',
    needs: 1,
    takes: 1,
    summary: 'Removes a logging channel',
    usage: 'Removes a channel that was added by hand.',
    complete: function* ({ log }) {
      for (const each of log.channels()) if (each.dynamic) yield each.name;
    },
    run: async ({ log }, [name = '']) => {
      if (!(await log.removeChannel(name)))
        throw new CommandFailed(`Unable to find dynamic logger channel '${name}'`);
      return `Removed dynamic logger channel '${name}'\n`;
    },
  },
  {
    words: 'logger set level',
    args: '{DEBUG|TRACE|NOTICE|WARNING|ERROR|VERBOSE|DTMF|SECURITY} {on|off}',
    needs: 2,
    takes: 2,
    summary: 'Enables/Disables a specific logging level for this console',
    complete: (_context, args) =>
      args.length === 0 ? levels.map((each) => each.toUpperCase()) : ['on', 'off'],
    run: (_context, [name = '', state = ''], console_) => {
      const level = levels.find((each): each is Level => each === name.toLowerCase());
      const on = /^(?:on|yes|true|1)$/i.test(state);
      if (level === undefined) throw new CommandFailed(`There is no level '${name}'.`);
      if (on) console_.hidden.delete(level);
      else console_.hidden.add(level);
      return `Logger status for '${name}' has been set to '${on ? 'on' : 'off'}'.\n`;
    },
  },
  {
    words: 'logger mute',
    args: '[silent]',
    takes: 1,
    summary: 'Toggle logging output to a console',
    usage: "Stops the log on this console, or lets it come again; 'silent' does it without a word.",
    complete: () => ['silent'],
    run: (_context, [silent], console_) => {
      console_.muted = !console_.muted;
      if (silent === 'silent') return '';
      return console_.muted ? 'Console is muted.\n' : 'Console is not muted anymore.\n';
    },
  },
  {
    words: 'core set verbose',
    args: '[atleast] <level>|off',
    needs: 1,
    takes: 2,
    summary: 'Set level of verbosity',
    usage: "Sets how chatty this console is; 'atleast' never lowers it.",
    run: (_context, args, console_) => {
      const before = console_.verbosity;
      console_.verbosity = wanted(args, before);
      return changed('Console verbose', before, console_.verbosity);
    },
  },
  {
    words: 'core set debug',
    args: '[atleast] <level>|off [module]',
    needs: 1,
    takes: 3,
    summary: 'Set level of debug chattiness',
    usage: "Sets how much debug text is written, by everything or by one module; 'atleast' never lowers it.",
    complete: function* ({ modules }, args) {
      if (args.length > 0) for (const each of modules.list()) yield each.name;
    },
    run: ({ log }, args) => {
      const named = args[args[0] === 'atleast' ? 2 : 1];
      if (named === undefined) {
        const before = log.debugLevel;
        log.setDebugLevel(wanted(args, before));
        return changed('Core debug', before, log.debugLevel);
      }
      const module = named.replace(/\.so$/, '');
      const before = log.moduleDebugLevel(module);
      log.setModuleDebugLevel(module, wanted(args, before));
      return changed(`Core debug for '${module}'`, before, log.moduleDebugLevel(module));
    },
  },
];
