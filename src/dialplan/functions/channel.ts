import type { Channel, Party } from '../../switch/index.ts';
import {
  argument,
  type FunctionCall,
  type FunctionDefinition,
  FunctionError,
  requireChannel,
} from './definition.ts';

type Reader = (channel: Channel) => string;
type Writer = (channel: Channel, value: string) => void;

/** Items of CHANNEL() that can be read here. What a technology adds belongs to the technology. */
const readers = new Map<string, Reader>([
  ['name', (channel) => channel.name],
  ['state', (channel) => channel.state],
  ['language', (channel) => channel.language],
  ['accountcode', (channel) => channel.accountCode],
  ['tenantid', (channel) => channel.tenantId],
  ['channeltype', (channel) => channel.technology],
  ['uniqueid', (channel) => channel.id],
  ['linkedid', (channel) => channel.linkedId],
  ['context', (channel) => channel.context],
  ['exten', (channel) => channel.exten],
  ['appname', (channel) => channel.app],
  ['appdata', (channel) => channel.appData],
  ['checkhangup', (channel) => (channel.hangupRequested ? '1' : '0')],
]);

const writers = new Map<string, Writer>([
  [
    'language',
    (channel, value) => {
      channel.language = value;
    },
  ],
  [
    'accountcode',
    (channel, value) => {
      channel.accountCode = value;
    },
  ],
]);

function readChannel(call: FunctionCall): string {
  const channel = requireChannel(call);
  const item = argument(call, 0).toLowerCase();
  const read = readers.get(item);
  if (read === undefined)
    throw new FunctionError(`CHANNEL: unknown or unavailable item requested: '${item}'`);
  return read(channel);
}

function writeChannel(call: FunctionCall, value: string): void {
  const channel = requireChannel(call);
  const item = argument(call, 0).toLowerCase();
  const write = writers.get(item);
  if (write === undefined) throw new FunctionError(`CHANNEL: '${item}' cannot be set`);
  write(channel, value);
}

/** Takes `"Name" <number>`, `Name <number>` or a bare number apart. */
export function parseCaller(text: string): Party {
  const open = text.lastIndexOf('<');
  const close = text.indexOf('>', open);
  if (open >= 0 && close > open) {
    let name = text.slice(0, open).trim();
    if (name.length >= 2 && name.startsWith('"') && name.endsWith('"')) name = name.slice(1, -1);
    return { name, number: text.slice(open + 1, close).trim() };
  }
  const bare = text.trim();
  return /^\+?[0-9*#]+$/.test(bare)
    ? { name: '', number: bare }
    : { name: bare.replace(/^"|"$/g, ''), number: '' };
}

function renderParty(party: Party): string {
  return `"${party.name}" <${party.number}>`;
}

function readParty(call: FunctionCall, party: Party): string {
  const item = argument(call, 0).toLowerCase();
  switch (item) {
    case 'all':
      return renderParty(party);
    case 'name':
      return party.name;
    case 'num':
    case 'number':
      return party.number;
    case 'name-valid':
      return party.name === '' ? '0' : '1';
    case 'num-valid':
      return party.number === '' ? '0' : '1';
    default:
      throw new FunctionError(`${call.name}: unknown or unavailable data type '${item}'`);
  }
}

/** The party with one of its parts replaced. */
function changedParty(call: FunctionCall, party: Party, value: string): Party {
  const item = argument(call, 0).toLowerCase();
  switch (item) {
    case 'all':
      return parseCaller(value);
    case 'name':
      return { ...party, name: value };
    case 'num':
    case 'number':
      return { ...party, number: value.trim() };
    default:
      throw new FunctionError(`${call.name}: '${item}' cannot be set`);
  }
}

function timeout(call: FunctionCall): string {
  const thread = call.services.thread(requireChannel(call));
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  switch (argument(call, 0).toLowerCase()) {
    case 'digit':
      return seconds(thread.digitTimeoutMs);
    case 'response':
      return seconds(thread.responseTimeoutMs);
    case 'absolute': {
      const deadline = thread.absoluteDeadline;
      if (deadline === undefined) return '0';
      return seconds(Math.max(0, deadline - call.services.clock.monotonic()));
    }
    default:
      throw new FunctionError(`TIMEOUT does not know ${argument(call, 0)}`);
  }
}

function setTimeoutOf(call: FunctionCall, value: string): void {
  const channel = requireChannel(call);
  const thread = call.services.thread(channel);
  const ms = Number.parseFloat(value) * 1000;
  if (!Number.isFinite(ms) || ms < 0) throw new FunctionError(`TIMEOUT: ${value} is no number of seconds`);
  switch (argument(call, 0).toLowerCase()) {
    case 'digit':
      thread.digitTimeoutMs = ms;
      return;
    case 'response':
      thread.responseTimeoutMs = ms;
      return;
    case 'absolute':
      call.services.limitCall(channel, ms);
      return;
    default:
      throw new FunctionError(`TIMEOUT(${argument(call, 0)}) cannot be set`);
  }
}

/** Functions of func_channel, func_callerid and func_timeout. */
export const channelFunctions: readonly FunctionDefinition[] = [
  {
    name: 'CHANNEL',
    module: 'func_channel',
    summary: 'Gives or sets a property of the channel.',
    arguments: [{ name: 'item', required: true }],
    read: readChannel,
    write: writeChannel,
  },
  {
    name: 'CHANNELS',
    module: 'func_channel',
    summary: 'Lists the names of the channels that contain a text, or of all.',
    arguments: [{ name: 'regular_expression' }],
    read: (call) => {
      const names = [...call.services.switch.channels()].map((each) => each.name);
      return names.filter((name) => name.includes(call.text)).join(' ');
    },
  },
  {
    name: 'CHANNEL_EXISTS',
    module: 'func_channel',
    summary: 'Tells whether there is a channel of a name or unique id: 1 or 0.',
    arguments: [{ name: 'name_or_uid', required: true }],
    read: (call) => (call.services.switch.find(call.text) === undefined ? '0' : '1'),
  },
  {
    name: 'CALLERID',
    module: 'func_callerid',
    summary: "Gives or sets a part of the caller's name and number.",
    arguments: [{ name: 'datatype', required: true }, { name: 'CID' }],
    read: (call) => {
      const channel = requireChannel(call);
      if (argument(call, 0).toLowerCase() === 'dnid') return channel.dialled;
      return readParty(call, call.args[1] === undefined ? channel.caller : parseCaller(argument(call, 1)));
    },
    write: (call, value) => {
      const channel = requireChannel(call);
      if (argument(call, 0).toLowerCase() === 'dnid') channel.dialled = value.trim();
      else channel.setCaller(changedParty(call, channel.caller, value));
    },
  },
  {
    name: 'CONNECTEDLINE',
    module: 'func_callerid',
    summary: 'Gives or sets a part of the name and number of whom the channel is connected to.',
    arguments: [{ name: 'datatype', required: true }, { name: 'i' }],
    read: (call) => readParty(call, requireChannel(call).connected),
    write: (call, value) => {
      const channel = requireChannel(call);
      channel.setConnected(changedParty(call, channel.connected, value));
    },
  },
  {
    name: 'TIMEOUT',
    module: 'func_timeout',
    summary: 'Gives or sets how long digits are waited for and how long the call may last, in seconds.',
    arguments: [{ name: 'timeouttype', required: true }],
    read: timeout,
    write: setTimeoutOf,
  },
];
