import type { Channel } from '../../switch/index.ts';
import { type CliCommand, type CliContext, type CliOutput, usage } from '../command.ts';
import { clockTime, cut, duration } from './layout.ts';

const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A call is a channel that runs the dial plan. */
function calls({ switch: owner }: CliContext): string {
  let active = 0;
  for (const channel of owner.channels()) if (channel.app !== '') active++;
  return `${plural(active, 'active call')}\n${plural(owner.processedCalls, 'call')} processed\n`;
}

function counts(context: CliContext): string {
  return `${plural(context.switch.channelCount, 'active channel')}\n${calls(context)}`;
}

function appOf(channel: Channel): string {
  return channel.app === '' ? '(None)' : `${channel.app}(${channel.appData})`;
}

function locationOf(channel: Channel): string {
  return channel.exten === '' ? '(None)' : `${channel.exten}@${channel.context}:${channel.priority}`;
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
    ['BridgeID', 20],
  ] as const;
  yield `${columns.map(([name, width]) => name.padEnd(width)).join(' ')}\n`;
  for (const channel of context.switch.channels()) {
    const age = context.switch.clock.now() - channel.createdAt;
    const values = [
      channel.name,
      channel.context,
      channel.exten,
      String(channel.priority).padStart(4),
      channel.state,
      channel.app === '' ? '(None)' : channel.app,
      channel.app === '' ? '(None)' : channel.appData || '(Empty)',
      channel.caller.number,
      clockTime(age),
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
      '',
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
  const line = (label: string, value: string | number) => `${label.padStart(15)}: ${value}\n`;
  const known = (value: string) => value || '(N/A)';
  const { caller, connected } = channel;
  const format = channel.driver.media?.format?.();
  yield ' -- General --\n';
  yield line('Name', channel.name);
  yield line('Type', channel.technology);
  yield line('UniqueID', channel.id);
  yield line('LinkedID', channel.linkedId);
  yield line('Caller ID', known(caller.number));
  yield line('Caller ID Name', known(caller.name));
  yield line('Connected Line ID', known(connected.number));
  yield line('Connected Line ID Name', known(connected.name));
  yield line('Language', channel.language);
  yield line('State', `${channel.state} (${channel.stateNumber})`);
  yield line('NativeFormats', `(${format ?? 'nothing'})`);
  yield line('Elapsed Time', elapsed(context.switch.clock.now() - channel.createdAt));
  yield ' --   PBX   --\n';
  yield line('Context', channel.context);
  yield line('Extension', channel.exten);
  yield line('Priority', channel.priority);
  yield line('Application', known(channel.app));
  yield line('Data', channel.appData || (channel.app === '' ? '(None)' : '(Empty)'));
  yield '      Variables:\n';
  for (const [variable, value] of channel.variables) yield `${variable}=${value}\n`;
}

/** `0h1m5s`. */
function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 3600)}h${Math.floor(seconds / 60) % 60}m${seconds % 60}s`;
}

function* names(context: CliContext): Iterable<string> {
  for (const channel of context.switch.channels()) yield channel.name;
}

const showCalls: CliCommand = {
  words: 'core show calls',
  args: '[uptime [seconds]]',
  takes: 2,
  summary: 'Display information on calls',
  usage:
    "Tells how many calls there are, and how many there have been since the start.\n'uptime' adds how long that is ago, 'seconds' in seconds.",
  complete: (_context, args) => [args.length === 0 ? 'uptime' : 'seconds'],
  run: (context, [how, unit]) => {
    if ((how !== undefined && how !== 'uptime') || (unit !== undefined && unit !== 'seconds'))
      return usage(showCalls);
    const up = (context.switch.clock.now() - context.server.startedAt) / 1000;
    const told = unit === undefined ? duration(up) : String(Math.floor(up));
    return `${calls(context)}${how === undefined ? '' : `System uptime: ${told}\n`}`;
  },
};

const lists: Readonly<Record<string, (context: CliContext) => CliOutput>> = {
  concise: channelsConcise,
  verbose: channelsVerbose,
  count: counts,
};

const showChannels: CliCommand = {
  words: 'core show channels',
  args: '[concise|verbose|count]',
  takes: 1,
  summary: 'Display information on channels',
  usage:
    "Lists the channels: 'concise' for programs, 'verbose' with more and wider columns,\n'count' only how many channels and calls there are.",
  complete: () => Object.keys(lists),
  run: (context, [how]) => {
    if (how === undefined) return channelsBrief(context);
    const list = Object.hasOwn(lists, how.toLowerCase()) ? lists[how.toLowerCase()] : undefined;
    return list === undefined ? usage(showChannels) : list(context);
  },
};

/** Channels: lists, one of them, hanging up. */
export const channelCommands: readonly CliCommand[] = [
  showChannels,
  {
    words: 'core show channel',
    args: '<channel>',
    needs: 1,
    takes: 1,
    summary: 'Display information on a specific channel',
    complete: names,
    run: (context, [name = '']) => oneChannel(context, name),
  },
  showCalls,
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
];
