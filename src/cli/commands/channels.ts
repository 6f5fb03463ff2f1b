import type { Channel } from '../../switch/index.ts';
import type { CliCommand, CliContext } from '../command.ts';

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
    ['BridgeID', 20],
  ] as const;
  yield `${columns.map(([name, width]) => name.padEnd(width)).join(' ')}\n`;
  for (const channel of context.switch.channels()) {
    const seconds = (context.switch.clock.now() - channel.createdAt) / 1000;
    const values = [
      channel.name,
      channel.context,
      channel.exten,
      String(channel.priority).padStart(4),
      channel.state,
      channel.app === '' ? '(None)' : channel.app,
      channel.app === '' ? '(None)' : channel.appData || '(Empty)',
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

function* names(context: CliContext): Iterable<string> {
  for (const channel of context.switch.channels()) yield channel.name;
}

/** Channels: lists, one of them, hanging up. */
export const channelCommands: readonly CliCommand[] = [
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
    run: calls,
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
];
