import { type Channel, channelStateNumber } from '../../switch/index.ts';
import type { Header } from '../packet.ts';
import type { ChannelView } from './event-entry.ts';

/** What stands where a number or name is not known. */
export const UNKNOWN = '<unknown>';

/** A channel as every event about it and most lists begin with. */
export function snapshot(channel: Channel): Header[] {
  const { caller, connected } = channel;
  return [
    ['Channel', channel.name],
    ['ChannelState', String(channelStateNumber(channel.state))],
    ['ChannelStateDesc', channel.state],
    ['CallerIDNum', caller.number || UNKNOWN],
    ['CallerIDName', caller.name || UNKNOWN],
    ['ConnectedLineNum', connected.number || UNKNOWN],
    ['ConnectedLineName', connected.name || UNKNOWN],
    ['Language', channel.language],
    ['AccountCode', channel.accountCode],
    ['Context', channel.context],
    ['Exten', channel.exten],
    ['Priority', String(channel.priority)],
    ['Uniqueid', channel.id],
    ['Linkedid', channel.linkedId],
  ];
}

/** The same with the variables of `channelvars`, as events show it. */
export function shown({ variables, read }: ChannelView, channel: Channel): Header[] {
  const headers = snapshot(channel);
  for (const name of variables) headers.push(['ChanVariable', `${name}=${read(channel, name) ?? ''}`]);
  return headers;
}

/** The same under names of another role in the event: `DestChannel`. */
export function shownAs(prefix: string, view: ChannelView, channel: Channel): Header[] {
  return shown(view, channel).map(([name, value]) => [prefix + name, value]);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['"', '\\"'],
  ["'", "\\'"],
  ['?', '\\?'],
  ['\\', '\\\\'],
]);

/** The value of a variable as VarSet shows it: what C would escape is escaped. */
export function escapeValue(value: string): string {
  let escaped = '';
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    const written = ESCAPES.get(value[at] ?? '');
    if (written === undefined) continue;
    escaped += value.slice(from, at) + written;
    from = at + 1;
  }
  return from === 0 ? value : escaped + value.slice(from);
}
