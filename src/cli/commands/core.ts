import type { Channel } from '../../switch/index.ts';
import { type CliCommand, type CliContext, usage } from '../command.ts';

/** `1 day, 2 hours, 3 seconds`, as uptimes are told. */
export function duration(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.floor(seconds));
  for (const [name, size] of [
    ['year', 31_536_000],
    ['week', 604_800],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (size === 1 && parts.length === 0))
      parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return parts.join(', ');
}

function counts({ switch: owner }: CliContext): string {
  const channels = owner.channelCount;
  const calls = new Set([...owner.channels()].map((each) => each.linkedId)).size;
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return `${plural(channels, 'active channel')}\n${plural(calls, 'active call')}\n${plural(owner.processedCalls, 'call')} processed\n`;
}

const cut = (text: string, width: number) => text.slice(0, width).padEnd(width);

function appOf(channel: Channel): string {
  return channel.app === '' ? '(None)' : `${channel.app}(${channel.appData})`;
}

function locationOf(channel: Channel): string {
  return channel.exten === '' ? '(None)' : `${channel.exten}@${channel.context}:${channel.priority}`;
}

function clockTime(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const part = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${part(total / 3600)}:${part((total / 60) % 60)}:${part(total % 60)}`;
}

function* channelsBrief(context: CliContext): Iterable<string> {
  yield `${'Channel'.padEnd(64)} ${'Location'.padEnd(32)} ${'State'.padEnd(7)} ${'Application(Data)'.padEnd(30)}\n`;
  for (const channel of context.switch.channels()) {
    yield `${cut(channel.name, 64)} ${cut(locationOf(channel), 32)} ${cut(channel.state, 7)} ${cut(appOf(channel), 30)}\n`;
  }
  yield counts(context);
}

function* channelsVerbose(context: CliContext): Iterable<string> {
  const columns = [
    ['Channel', 80],
    ['Context', 24],
    ['Extension', 24],
    ['Prio', 4],
    ['State', 7],
    ['Application', 12],
    ['Data', 25],
    ['CallerID', 15],
    ['Duration', 8],
    ['Accountcode', 11],
    ['PeerAccount', 11],
    ['BridgeID', 36],
  ] as const;
  yield `${columns.map(([name, width]) => name.padEnd(width)).join(' ')}\n`;
  for (const channel of context.switch.channels()) {
    const seconds = (context.switch.clock.now() - channel.createdAt) / 1000;
    const values = [
      channel.name,
      channel.context,
      channel.exten,
      String(channel.priority),
      channel.state,
      channel.app === '' ? '(None)' : channel.app,
      channel.appData,
      channel.caller.number,
      clockTime(seconds),
      channel.accountCode,
      '',
      '',
    ];
    yield `${columns.map(([, width], at) => cut(values[at] ?? '', width)).join(' ')}\n`;
  }
  yield counts(context);
}

/** The machine's form: fields with exclamation marks between. */
function* channelsConcise(context: CliContext): Iterable<string> {
  for (const channel of context.switch.channels()) {
    const seconds = Math.floor((context.switch.clock.now() - channel.createdAt) / 1000);
    const bridge = '(None)';
    yield `${[
      channel.name,
      channel.context,
      channel.exten,
      channel.priority,
      channel.state,
      channel.app === '' ? '(None)' : channel.app,
      channel.appData,
      channel.caller.number,
      channel.accountCode,
      '',
      3,
      seconds,
      bridge,
      channel.id,
    ].join('!')}\n`;
  }
}

function* oneChannel(context: CliContext, name: string): Iterable<string> {
  const channel = context.switch.find(name);
  if (channel === undefined) {
    yield `${name} is not a known channel\n`;
    return;
  }
  const line = (label: string, value: string | number) => `${label.padStart(18)}: ${value}\n`;
  yield ' -- General --\n';
  yield line('Name', channel.name);
  yield line('Type', channel.technology);
  yield line('UniqueID', channel.id);
  yield line('LinkedID', channel.linkedId);
  yield line('Caller ID', channel.caller.number === '' ? '(N/A)' : channel.caller.number);
  yield line('Caller ID Name', channel.caller.name === '' ? '(N/A)' : channel.caller.name);
  yield line('Language', channel.language);
  yield line('State', `${channel.state} (${channel.stateNumber})`);
  yield ' --   PBX   --\n';
  yield line('Context', channel.context);
  yield line('Extension', channel.exten);
  yield line('Priority', channel.priority);
  yield line('Application', channel.app === '' ? '(N/A)' : channel.app);
  yield line('Data', channel.appData === '' ? '(None)' : channel.appData);
  yield '      Variables:\n';
  for (const [variable, value] of channel.variables) yield `${variable}=${value}\n`;
}

function help(context: CliContext, args: readonly string[]): string {
  const wanted = args.join(' ');
  const shown = context
    .commands()
    .filter((each) => each.module === undefined || context.running(each.module))
    .sort((a, b) => (a.words < b.words ? -1 : 1));
  const exact = shown.find((each) => each.words === wanted);
  if (exact !== undefined) return usage(exact);
  const found = shown.filter(
    (each) => wanted === '' || each.words === wanted || each.words.startsWith(`${wanted} `),
  );
  if (found.length === 0) return `No such command '${wanted}'.\n`;
  return found.map((each) => `${each.words.padEnd(30)} -- ${each.summary}\n`).join('');
}

const stops = (['now', 'gracefully', 'when convenient'] as const).flatMap((how): CliCommand[] =>
  (['stop', 'restart'] as const).map((what) => ({
    words: `core ${what} ${how}`,
    takes: 0,
    summary: `${what === 'stop' ? 'Stop' : 'Restart'} the server ${how === 'now' ? 'at once' : how}`,
    run: ({ server }) => {
      server.stop(how, what === 'restart');
      return '';
    },
  })),
);

function* names(context: CliContext): Iterable<string> {
  for (const channel of context.switch.channels()) yield channel.name;
}

/** The server itself: version, life, channels. */
export const coreCommands: readonly CliCommand[] = [
  {
    words: 'core waitfullybooted',
    takes: 0,
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
      `Asterism ${server.version} (compatible with Asterisk ${server.compatibleVersion}) on Node ${process.version}, ${process.platform} ${process.arch}\n`,
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
    run: ({ server }) => server.settings(),
  },
  {
    words: 'core show help',
    args: '[topic]',
    summary: 'Display help list, or specific help on a command',
    run: (context, args) => help(context, args),
  },
  { words: 'help', args: '[topic]', summary: 'Display help list, or specific help on a command', run: help },
  {
    words: 'core show channels',
    args: '[concise|verbose|count]',
    takes: 1,
    summary: 'Display information on channels',
    complete: () => ['concise', 'verbose', 'count'],
    run: (context, [how]) => {
      if (how === 'concise') return channelsConcise(context);
      if (how === 'verbose') return channelsVerbose(context);
      return how === 'count' ? counts(context) : channelsBrief(context);
    },
  },
  {
    words: 'core show channel',
    args: '<channel>',
    needs: 1,
    takes: 1,
    summary: 'Display information on a specific channel',
    complete: names,
    run: (context, [name = '']) => oneChannel(context, name),
  },
  {
    words: 'core show calls',
    takes: 0,
    summary: 'Display information on calls',
    run: (context) => counts(context).split('\n').slice(1).join('\n'),
  },
  {
    words: 'channel request hangup',
    args: '<channel>|all',
    needs: 1,
    takes: 1,
    summary: 'Request a hangup on a given channel',
    complete: names,
    run: ({ switch: owner }, [name = '']) => {
      const channels = name === 'all' ? [...owner.channels()] : [owner.find(name)];
      const lines: string[] = [];
      for (const channel of channels) {
        if (channel === undefined) return `${name} is not a known channel\n`;
        void channel.requestHangup({ cause: 0, by: 'local' });
        lines.push(`Requested Hangup on channel '${channel.name}'\n`);
      }
      return lines.join('');
    },
  },
  {
    words: 'core reload',
    takes: 0,
    summary: 'Read every configuration file again',
    run: ({ server }) => {
      server.reload();
      return '';
    },
  },
  ...stops,
  {
    words: 'core abort shutdown',
    takes: 0,
    summary: 'Cancel a running shutdown',
    run: ({ server }) => (server.abortStop() ? 'Shutdown is cancelled.\n' : 'No shutdown is in progress.\n'),
  },
  {
    words: 'http show status',
    takes: 0,
    summary: 'Display HTTP server status',
    run: ({ http }) => http.status(),
  },
];
