import type { RtpStats } from '../../media/index.ts';
import type { Channel } from '../../switch/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';
import { clockTime, cut, RULE } from './layout.ts';
import { listCommand } from './like.ts';

/** The two lines of a channel: in lists of channels, and below an endpoint, where everything stands further right. */
interface Layout {
  readonly indent: string;
  readonly name: number;
  readonly exten: number;
}

const IN_LIST: Layout = { indent: '  ', name: 53, exten: 27 };
export const IN_ENDPOINT: Layout = { indent: '    ', name: 51, exten: 25 };

const HEADER = [
  '  Channel:  <ChannelId........................................>  <State.....>  <Time.....>',
  '      Exten: <DialedExten.............>  CLCID: <ConnectedLineCID.......>',
] as const;

function age(context: CliContext, channel: Channel): string {
  return clockTime(context.switch.clock.now() - channel.createdAt);
}

/** Name, state and age of a channel, and then where it is and with whom. */
export function* channelLines(context: CliContext, channel: Channel, layout: Layout): Iterable<string> {
  const { indent, name, exten } = layout;
  const { connected } = channel;
  const id = `${channel.name}/${channel.app}`;
  yield `${indent}Channel: ${cut(id, name)} ${cut(channel.state, 13)} ${age(context, channel).padEnd(11)}`;
  yield `${indent}    Exten: ${cut(channel.exten, exten)} CLCID: "${connected.name}" <${connected.number}>`;
}

function* pjsipChannels(context: CliContext, like?: RegExp): Iterable<Channel> {
  for (const channel of context.switch.channels()) {
    if (channel.technology === 'PJSIP' && (like === undefined || like.test(channel.name))) yield channel;
  }
}

function* show(context: CliContext, like: RegExp | undefined): Iterable<string> {
  let count = 0;
  for (const channel of pjsipChannels(context, like)) {
    if (count++ === 0) yield `\n${HEADER.join('\n')}\n${RULE}\n\n`;
    yield `${[...channelLines(context, channel, IN_LIST)].join('\n')}\n\n`;
  }
  yield count === 0 ? 'No objects found.\n\n' : `\nObjects found: ${count}\n\n`;
}

function* list(context: CliContext, like: RegExp | undefined): Iterable<string> {
  let count = 0;
  for (const channel of pjsipChannels(context, like)) {
    if (count++ === 0) yield `\n${HEADER[0]}\n${RULE}\n\n`;
    const [first] = channelLines(context, channel, IN_LIST);
    yield `${first}\n`;
  }
  yield count === 0 ? 'No objects found.\n\n' : `\nObjects found: ${count}\n\n`;
}

function* showOne(context: CliContext, name: string): Iterable<string> {
  const channel = context.switch.find(name);
  if (channel?.technology !== 'PJSIP') {
    yield `Unable to find object ${name}.\n\n`;
    return;
  }
  yield `\n${HEADER.join('\n')}\n${RULE}\n\n`;
  yield `${[...channelLines(context, channel, IN_LIST)].join('\n')}\n\n\n`;
}

const STATS_HEADER = [
  '                                             ...........Receive......... .........Transmit..........',
  ' BridgeId ChannelId ........ UpTime.. Codec.   Count    Lost Pct  Jitter   Count    Lost Pct  Jitter RTT....',
  ` ${'='.repeat(107)}`,
];

/** Six digits, thousands beyond them. */
function count(value: number): string {
  return value > 100_000
    ? `${String(Math.floor(value / 1000)).padStart(6)}K`
    : `${String(value).padStart(6)} `;
}

/** Packets, lost ones, their part in per cent of those that came, and the jitter in seconds. */
function direction(packets: number, lost: number, jitter: number): string {
  const percent = packets === 0 ? 0 : Math.floor((lost * 100) / packets);
  return `${count(packets)} ${count(lost)} ${String(percent).padStart(3)} ${jitter.toFixed(3).padStart(7)}`;
}

function statsLine(context: CliContext, channel: Channel, format: string, stats: RtpStats): string {
  // A bridge would stand in the first column; channels here are in none.
  const name = channel.name.slice(channel.technology.length + 1);
  const received = direction(stats.rxCount, stats.rxLost, stats.rxJitter);
  const sent = direction(stats.txCount, stats.txLost, stats.txJitter);
  return ` ${' '.repeat(8)} ${cut(name, 18)} ${age(context, channel)} ${cut(format, 6)} ${received} ${sent} ${stats.rtt.toFixed(3).padStart(7)}`;
}

/** What RTP and RTCP have told of the audio of each channel. */
async function* statistics(context: CliContext, like: RegExp | undefined): AsyncIterable<string> {
  let found = 0;
  for (const channel of [...pjsipChannels(context, like)]) {
    if (found++ === 0) yield `\n${STATS_HEADER.join('\n')}\n\n`;
    const media = channel.driver.media;
    const stats = await media?.stats?.();
    if (stats === undefined) yield ` ${channel.name} not valid\n`;
    else yield `${statsLine(context, channel, media?.format?.() ?? '', stats)}\n`;
  }
  yield found === 0 ? 'No objects found.\n\n' : `\nObjects found: ${found}\n\n`;
}

const MODULE = 'chan_pjsip';

/** Channels of PJSIP and the quality of their audio. */
export const pjsipChannelCommands: readonly CliCommand[] = [
  listCommand({
    words: 'pjsip show channels',
    summary: 'Show PJSIP Channels',
    usage: 'List(detailed) the active PJSIP channels',
    module: MODULE,
    run: show,
  }),
  listCommand({
    words: 'pjsip list channels',
    summary: 'List PJSIP Channels',
    usage: 'List the active PJSIP channels',
    module: MODULE,
    run: list,
  }),
  listCommand({
    words: 'pjsip show channelstats',
    summary: 'Show PJSIP Channel Stats',
    usage: 'List(detailed) the active PJSIP channel stats',
    module: MODULE,
    run: statistics,
  }),
  {
    words: 'pjsip show channel',
    args: '<id>',
    takes: 1,
    summary: 'Show PJSIP Channel',
    usage: 'List(detailed) the active PJSIP channel',
    module: MODULE,
    *complete(context) {
      for (const channel of pjsipChannels(context)) yield channel.name;
    },
    run: (context, [name]) => {
      if (name === undefined) throw new CommandFailed('No object specified.');
      return showOne(context, name);
    },
  },
];
