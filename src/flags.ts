/** One flag of the command line, as scripts that drive Asterisk use it. */
interface Flag {
  readonly letter: string;
  readonly argument?: string;
  readonly help: string;
  /** Accepted and without effect; the help says so. */
  readonly noop?: true;
}

const flags: readonly Flag[] = [
  { letter: 'C', argument: 'file', help: 'use this asterisk.conf' },
  { letter: 'f', help: 'stay in the foreground' },
  { letter: 'F', help: 'go to the background, whatever else is said' },
  { letter: 'c', help: 'stay in the foreground with a console' },
  { letter: 'r', help: 'connect to a running server' },
  { letter: 'R', help: 'connect to a running server, again whenever it goes away' },
  { letter: 'x', argument: 'command', help: 'with -r: run one command and print what it says' },
  { letter: 's', argument: 'socket', help: 'with -r: the control socket to connect to' },
  { letter: 'v', help: 'more verbose (may be repeated)' },
  { letter: 'd', help: 'more debug messages (may be repeated)' },
  { letter: 'T', help: 'show the time before every line of the console' },
  { letter: 'm', help: 'no log on this terminal' },
  { letter: 'M', argument: 'calls', help: 'refuse calls above this number' },
  { letter: 'U', argument: 'user', help: 'run as this user' },
  { letter: 'G', argument: 'group', help: 'run as this group' },
  { letter: 'X', help: 'allow #exec in every configuration file, asterisk.conf too' },
  { letter: 'V', help: 'print the version' },
  { letter: 'h', help: 'print this' },
  { letter: 'n', help: 'no colours: there are none', noop: true },
  { letter: 'W', help: 'colours for a light background', noop: true },
  { letter: 'B', help: 'colours for a dark background', noop: true },
  { letter: 'q', help: 'say nothing while starting: nothing but the log is said', noop: true },
  { letter: 'p', help: 'run at high priority: use nice(1)', noop: true },
  { letter: 'g', help: 'dump core when crashing: use ulimit', noop: true },
  { letter: 't', help: 'record sound files in a temporary folder first', noop: true },
  { letter: 'i', help: 'ask for the pass phrases of keys', noop: true },
  { letter: 'I', help: 'use the internal timing: there is no other', noop: true },
  { letter: 'L', argument: 'load', help: 'refuse calls above this load average', noop: true },
  { letter: 'e', argument: 'memory', help: 'refuse calls below this free memory', noop: true },
];

const byLetter: ReadonlyMap<string, Flag> = new Map(flags.map((flag) => [flag.letter, flag]));

/** A command line, understood: how often each flag stood there, and its last argument. */
export interface Parsed {
  readonly counts: ReadonlyMap<string, number>;
  readonly arguments: ReadonlyMap<string, string>;
}

/** Reads flags; letters may stand together (`-rx`), an argument may stick to its letter. @throws {Error} for an unknown one */
export function parseFlags(args: readonly string[]): Parsed {
  const counts = new Map<string, number>();
  const values = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (!word.startsWith('-') || word === '-') throw new Error(`'${word}' is no flag`);
    for (let index = 1; index < word.length; index++) {
      const letter = word[index] ?? '';
      const flag = byLetter.get(letter);
      if (flag === undefined) throw new Error(`there is no flag -${letter}`);
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
      if (flag.argument === undefined) continue;
      const stuck = word.slice(index + 1);
      const value = stuck === '' ? args[++at] : stuck;
      if (value === undefined) throw new Error(`-${letter} needs a ${flag.argument}`);
      values.set(letter, value);
      break;
    }
  }
  return { counts, arguments: values };
}

/** What `-h` prints. */
export function flagHelp(): string {
  const lines = flags.map((flag) => {
    const left = `  -${flag.letter}${flag.argument === undefined ? '' : ` <${flag.argument}>`}`;
    return `${left.padEnd(16)}${flag.help}${flag.noop ? ' (accepted, without effect)' : ''}\n`;
  });
  return `Usage: asterism [flags]\n       asterism -rx '<command>'\n       asterism db status|migrate\n\n${lines.join('')}`;
}
