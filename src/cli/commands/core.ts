import { freemem, loadavg, totalmem, uptime } from 'node:os';
import { type CliCommand, type CliContext, type Settings, usage } from '../command.ts';
import { duration } from './layout.ts';

function help(context: CliContext, args: readonly string[]): string {
  const wanted = args.join(' ').toLowerCase();
  const shown = context
    .commands()
    .filter((each) => each.module === undefined || context.running(each.module))
    .sort((a, b) => (a.words < b.words ? -1 : 1));
  const exact = shown.find((each) => each.words === wanted);
  if (exact !== undefined) return usage(exact);
  const found = shown.filter(
    // The last word may be the beginning of one.
    (each) => each.words.startsWith(wanted),
  );
  if (found.length === 0) return `No such command '${wanted}'.\n`;
  return found.map((each) => `${each.words.padEnd(30)} -- ${each.summary}\n`).join('');
}

const ways = {
  now: 'at once',
  gracefully: 'after the calls that there are; new ones are refused',
  'when convenient': 'when there is no call; new ones are taken until then',
} as const;

const stops = (['now', 'gracefully', 'when convenient'] as const).flatMap((how): CliCommand[] =>
  (['stop', 'restart'] as const).map((what) => ({
    words: `core ${what} ${how}`,
    takes: 0,
    summary: `${what === 'stop' ? 'Shut down' : 'Restart'} Asterisk ${how}`,
    usage: `${what === 'stop' ? 'Ends the server' : 'Ends the server and starts it again'} ${ways[how]}.`,
    run: ({ server }) => {
      server.stop(how, what === 'restart');
      return '';
    },
  })),
);

/** Words that can follow in a help topic. */
function* topics(context: CliContext, args: readonly string[]): Iterable<string> {
  for (const each of context.commands()) {
    const own = each.words.split(' ');
    const next = own[args.length];
    if (next !== undefined && args.every((word, at) => word === own[at])) yield next;
  }
}

function* settings(sections: Settings): Iterable<string> {
  let mark = '';
  for (const [title, rows] of sections) {
    const indent = mark === '' ? '' : '  ';
    yield `\n${mark}${title}\n${indent}${'-'.repeat(title.length)}\n`;
    for (const [label, value] of rows) yield `  ${`${label}:`.padEnd(28)} ${value}\n`;
    mark = '* ';
  }
  yield '\n';
}

function system(): string {
  const line = (label: string, value: string) => `  ${`${label}:`.padEnd(26)} ${value}\n`;
  const memory = process.memoryUsage();
  const kib = (bytes: number) => `${Math.floor(bytes / 1024)} KiB`;
  return [
    '\nSystem Statistics\n-----------------\n',
    line('System Uptime', `${Math.floor(uptime() / 3600)} hours`),
    line('Total RAM', kib(totalmem())),
    line('Free RAM', kib(freemem())),
    line(
      'Load average',
      loadavg()
        .map((each) => each.toFixed(2))
        .join(' '),
    ),
    line('Resident memory', kib(memory.rss)),
    line('JavaScript heap', `${kib(memory.heapUsed)} of ${kib(memory.heapTotal)}`),
    '\n',
  ].join('');
}

/** The server itself: version, life, channels. */
export const coreCommands: readonly CliCommand[] = [
  {
    words: 'core waitfullybooted',
    summary: 'Wait until the server has fully booted',
    run: async ({ server }) => {
      await server.booted;
      return 'Asterisk has fully booted.\n';
    },
  },
  {
    words: 'core show version',
    takes: 0,
    summary: 'Display version info',
    run: ({ server }) =>
      `Asterisk ${server.compatibleVersion} (Asterism ${server.version}) on Node ${process.version}, ${process.platform} ${process.arch}\n`,
  },
  {
    words: 'core show uptime',
    args: '[seconds]',
    takes: 1,
    summary: 'Show uptime information',
    complete: () => ['seconds'],
    run: ({ server, switch: owner }, [unit]) => {
      const now = owner.clock.now();
      const up = (now - server.startedAt) / 1000;
      const reload = (now - server.lastReloadAt()) / 1000;
      const tell = (value: number) => (unit === 'seconds' ? String(Math.floor(value)) : duration(value));
      return `System uptime: ${tell(up)}\nLast reload: ${tell(reload)}\n`;
    },
  },
  {
    words: 'core show settings',
    takes: 0,
    summary: 'Show some core settings',
    run: ({ server }) => settings(server.settings()),
  },
  {
    words: 'core show help',
    args: '[topic]',
    summary: 'Display help list, or specific help on a command',
    complete: topics,
    run: help,
  },
  {
    words: 'help',
    args: '[topic]',
    summary: 'Display help list, or specific help on a command',
    complete: topics,
    run: help,
  },
  {
    words: 'core show sysinfo',
    takes: 0,
    summary: 'Show System Information',
    usage: 'Shows memory and load of the machine, and what this process takes of it.',
    run: () => system(),
  },
  {
    words: 'core show license',
    takes: 0,
    summary: 'Show the license(s) for this copy of Asterisk',
    usage: 'Tells under which terms this program may be used.',
    run: () =>
      'Asterism comes under the Apache License, Version 2.0, without warranties of any kind.\nThe file LICENSE in its folder has the whole text.\n',
  },
  {
    words: 'core reload',
    takes: 0,
    summary: 'Global reload',
    usage: 'Lets every module read its configuration again; what is broken stays as it was.',
    run: async ({ server }) => {
      await server.reload();
      return '';
    },
  },
  ...stops,
  {
    words: 'core abort shutdown',
    takes: 0,
    summary: 'Cancel a running shutdown',
    usage: "Takes back a 'core stop' or 'core restart' that still waits for calls.",
    run: ({ server }) => (server.abortStop() ? 'Shutdown is cancelled.\n' : 'No shutdown is in progress.\n'),
  },
];
