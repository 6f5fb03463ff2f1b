import { type Channel, causes, type GotoTarget } from '../../switch/index.ts';
import {
  type ActionCall,
  type AmiAction,
  failure,
  type ListItem,
  parameters,
  type Reply,
  success,
} from '../action.ts';
import { restricted } from '../capability.ts';
import { maskOf } from '../classes.ts';
import { snapshot } from '../events/snapshot.ts';
import type { Header } from '../packet.ts';

/** SIP statuses that end a call before it is answered. */
const MIN_SIP_FINAL = 300;
const MAX_SIP_FINAL = 699;

/** The channel that a request names, or the refusal. */
function channelOf(call: ActionCall, name = 'Channel'): Channel | Reply {
  const wanted = call.text(name);
  if (wanted === '') return failure('No channel specified');
  return call.ports.switch.find(wanted) ?? failure('No such channel');
}

function isReply(found: Channel | Reply): found is Reply {
  return 'kind' in found;
}

function status(call: ActionCall): Reply {
  const wanted = call.text('Channel');
  const { switch: owner } = call.ports;
  let channels: Iterable<Channel>;
  if (wanted === '') channels = owner.channels();
  else {
    const channel = owner.find(wanted);
    if (channel === undefined) return failure('No such channel');
    channels = [channel];
  }
  return {
    kind: 'list',
    message: 'Channel status will follow',
    items: statusItems(call, channels),
    complete: 'StatusComplete',
    summary: (count) => [['Items', String(count)]],
  };
}

function* statusItems(call: ActionCall, channels: Iterable<Channel>): Iterable<ListItem> {
  const asked = call
    .text('Variables')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const all = call.text('AllVariables').toLowerCase() === 'true';
  const now = call.ports.clock.now();
  for (const channel of channels) {
    const headers: Header[] = [
      ['Privilege', 'Call'],
      ...snapshot(channel),
      ...statusHeaders(call, channel, now),
    ];
    if (all) for (const [name, value] of channel.variables) headers.push(['Variable', `${name}=${value}`]);
    for (const name of asked) {
      const value = call.ports.variables.read(channel, name, restricted(call)) ?? '';
      headers.push(['Variable', `${name}=${value}`]);
    }
    yield { name: 'Status', headers, idLast: true };
  }
}

function statusHeaders(call: ActionCall, channel: Channel, now: number): Header[] {
  const { connected } = channel;
  const seconds = channel.answeredAt === undefined ? 0 : Math.floor((now - channel.answeredAt) / 1000);
  return [
    ['Type', channel.technology],
    ['DNID', channel.dialled],
    ['EffectiveConnectedLineNum', connected.number || '<unknown>'],
    ['EffectiveConnectedLineName', connected.name || '<unknown>'],
    ['TimeToHangup', String(timeToHangup(call, channel, now))],
    ['BridgeID', ''],
    ['Application', channel.app],
    ['Data', channel.appData],
    ...formatHeaders(channel),
    ['Callgroup', '0'],
    ['Pickupgroup', '0'],
    ['Seconds', String(seconds)],
  ];
}

/** Seconds since 1970 at which the call will be ended; 0 where nobody set a limit. */
function timeToHangup({ ports }: ActionCall, channel: Channel, now: number): number {
  const left = Number(ports.variables.read(channel, 'TIMEOUT(absolute)', false) ?? '0');
  return left > 0 ? Math.floor(now / 1000 + left) : 0;
}

/** Codecs; nothing is translated between what a channel sends and what is heard of it here. */
function formatHeaders({ driver: { formats = [] } }: Channel): Header[] {
  const [current = 'none'] = formats;
  return [
    ['Nativeformats', `(${formats.length === 0 ? 'none' : formats.join('|')})`],
    ['Readformat', current],
    ['Readtrans', ''],
    ['Writeformat', current],
    ['Writetrans', ''],
  ];
}

/** A Q.850 cause as a number; what makes no sense hangs up without one, as the original does. */
function causeOf(text: string): number {
  if (!/^\d{1,3}$/.test(text)) return 0;
  return Object.hasOwn(causes, Number(text)) ? Number(text) : 0;
}

function hangup(call: ActionCall): Reply {
  const wanted = call.text('Channel');
  const { switch: owner, compilePattern } = call.ports;
  const cause = causeOf(call.text('Cause'));
  const end = (channel: Channel) => void channel.requestHangup({ cause, by: 'local', untold: true });
  if (wanted === '') return failure('No channel specified');
  if (!(wanted.length > 2 && wanted.startsWith('/') && wanted.endsWith('/'))) {
    const channel = owner.find(wanted);
    if (channel === undefined) return failure('No such channel');
    return { ...success('Channel Hungup'), afterwards: () => end(channel) };
  }
  const matches = compilePattern(wanted.slice(1, -1));
  if (matches === undefined) return failure(`Regex compile failed on: ${wanted}`);
  const channels = [...owner.channels()].filter((each) => matches(each.name));
  return {
    kind: 'list',
    message: 'Channels hung up will follow',
    items: channels.map((each) => ({ name: 'ChannelHungup', headers: [['Channel', each.name]] })),
    complete: 'ChannelsHungupListComplete',
    afterwards: () => {
      for (const each of channels) end(each);
    },
  };
}

/** Where a channel is to be sent, or the refusal. `prefix` is `Extra` for the second one. */
function target(call: ActionCall, callerNumber: string, prefix: '' | 'Extra'): GotoTarget | Reply {
  for (const each of ['Context', 'Exten', 'Priority'])
    if (call.text(prefix + each) === '') return failure(`${prefix}${each} not specified`);
  const [context, exten] = [call.text(`${prefix}Context`), call.text(`${prefix}Exten`)];
  const priority = call.text(`${prefix}Priority`);
  const number = /^\d{1,9}$/.test(priority)
    ? Number(priority)
    : call.ports.dialplan.label(context, exten, priority, callerNumber);
  if (number === undefined || number < 1) return failure(`${prefix}Priority is invalid`);
  return { context, exten, priority: number };
}

function redirect(call: ActionCall): Reply {
  const [name, extraName] = [call.text('Channel'), call.text('ExtraChannel')];
  if (name === '') return failure('Channel not specified');
  const { switch: owner } = call.ports;
  const first = owner.find(name);
  const place = target(call, first?.caller.number ?? '', '');
  if ('kind' in place) return place;
  if (first === undefined) return failure(`Channel does not exist: ${name}`);
  if (extraName === '') {
    first.requestGoto(place);
    return success('Redirect successful');
  }
  const second = owner.find(extraName);
  const own = ['ExtraContext', 'ExtraExten', 'ExtraPriority'].some((each) => call.text(each) !== '');
  const otherPlace = own ? target(call, second?.caller.number ?? '', 'Extra') : place;
  if ('kind' in otherPlace) return otherPlace;
  if (second === undefined) return failure(`ExtraChannel does not exist: ${extraName}`);
  first.requestGoto(place);
  second.requestGoto(otherPlace);
  return success('Dual Redirect successful');
}

async function setVariable(call: ActionCall): Promise<Reply> {
  const [name, channelName] = [call.text('Variable'), call.text('Channel')];
  if (name === '') return failure('No variable specified');
  const channel = channelName === '' ? undefined : call.ports.switch.find(channelName);
  if (channelName !== '' && channel === undefined) return failure('No such channel');
  const done = await call.ports.variables.write(channel, name, call.text('Value'), restricted(call));
  return done ? success('Variable Set') : failure('Variable not set');
}

function getVariable(call: ActionCall): Reply {
  const [name, channelName] = [call.text('Variable'), call.text('Channel')];
  if (name === '') return failure('No variable specified');
  const channel = channelName === '' ? undefined : call.ports.switch.find(channelName);
  if (channelName !== '' && channel === undefined) return failure('No such channel');
  const value = call.ports.variables.read(channel, name, restricted(call)) ?? '';
  return {
    kind: 'success',
    headers: [
      ['Variable', name],
      ['Value', value],
    ],
  };
}

async function absoluteTimeout(call: ActionCall): Promise<Reply> {
  const channel = channelOf(call);
  if (isReply(channel)) return channel;
  const timeout = call.text('Timeout');
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(timeout)) return failure('No timeout specified');
  const done = await call.ports.dialplan.setVariable(channel, 'TIMEOUT(absolute)', timeout);
  return done ? success('Timeout Set') : failure('Timeout not set');
}

function playDigit(call: ActionCall): Reply {
  const channel = call.ports.switch.find(call.text('Channel'));
  if (channel === undefined) return failure('Channel not found');
  // The first one counts, as in the original.
  const digit = call.text('Digit').charAt(0);
  if (digit === '') return failure('No digit specified');
  if (!/^[0-9A-Da-d*#]$/.test(digit)) return failure('Invalid digit specified');
  const duration = call.text('Duration');
  if (duration !== '' && !/^\d{1,5}$/.test(duration)) return failure('Could not convert Duration parameter');
  const ms = Number(duration) || DEFAULT_DIGIT_MS;
  // The other direction, as if the far end had pressed it.
  if (call.text('Receive').toLowerCase() === 'true') {
    channel.receivedDigitBegin(digit.toUpperCase());
    channel.receivedDigit(digit.toUpperCase(), ms);
    return success('DTMF successfully queued');
  }
  if (channel.driver.sendDigits === undefined) return failure('Channel cannot send digits');
  channel.driver.sendDigits(digit.toUpperCase(), ms, 0).catch(() => {
    // The call ended before the digit was out: nothing is left to tell.
  });
  return success('DTMF successfully queued');
}

const DEFAULT_DIGIT_MS = 100;

function pjsipHangup(call: ActionCall): Reply {
  const channel = channelOf(call);
  if (isReply(channel)) return channel;
  if (channel.technology !== 'PJSIP') return failure('Channel is not a PJSIP channel');
  const cause = call.text('Cause');
  const code = Number(cause);
  if (cause !== '' && !(Number.isInteger(code) && code >= MIN_SIP_FINAL && code <= MAX_SIP_FINAL))
    return failure('Cause is not a final SIP response code');
  if (cause !== '') channel.driver.refuseWith?.(code);
  return {
    ...success('Channel Hungup'),
    afterwards: () => void channel.requestHangup({ cause: 0, by: 'local', untold: true }),
  };
}

async function sendText(call: ActionCall): Promise<Reply> {
  const channel = channelOf(call);
  if (isReply(channel)) return channel;
  const message = call.text('Message');
  if (message === '') return failure('No Message specified');
  if (channel.driver.sendText === undefined) return failure('Failure');
  try {
    await channel.driver.sendText(message, call.text('Content-Type') || DEFAULT_CONTENT_TYPE);
    return success('Success');
  } catch {
    // The far end does not take messages, or is gone: the answer says all that the original's does.
    return failure('Failure');
  }
}

const DEFAULT_CONTENT_TYPE = 'text/plain';

/** Channels. */
export const channelActions: readonly AmiAction[] = [
  {
    name: 'Status',
    classes: maskOf('system', 'call', 'reporting'),
    synopsis: 'Tell the state of one channel or of all.',
    parameters: parameters('ActionID', 'Channel', 'Variables', 'AllVariables'),
    module: 'manager',
    run: status,
  },
  {
    name: 'Hangup',
    classes: maskOf('system', 'call'),
    synopsis: 'Hang up a channel, or all that match /expression/.',
    parameters: parameters('ActionID', 'Channel!', 'Cause'),
    module: 'manager',
    run: hangup,
  },
  {
    name: 'Redirect',
    classes: maskOf('call'),
    synopsis: 'Send one or two channels elsewhere in the dial plan.',
    parameters: parameters(
      'ActionID',
      'Channel!',
      'ExtraChannel',
      'Exten!',
      'ExtraExten',
      'Context!',
      'ExtraContext',
      'Priority!',
      'ExtraPriority',
    ),
    module: 'manager',
    run: redirect,
  },
  {
    name: 'Setvar',
    classes: maskOf('call'),
    synopsis: 'Set a variable or function of a channel, or a global variable.',
    parameters: parameters('ActionID', 'Channel', 'Variable!', 'Value'),
    module: 'manager',
    run: setVariable,
  },
  {
    name: 'Getvar',
    classes: maskOf('call', 'reporting'),
    synopsis: 'Read a variable or function of a channel, or a global variable.',
    parameters: parameters('ActionID', 'Channel', 'Variable!'),
    module: 'manager',
    run: getVariable,
  },
  {
    name: 'AbsoluteTimeout',
    classes: maskOf('system', 'call'),
    synopsis: 'End a channel after some time.',
    parameters: parameters('ActionID', 'Channel!', 'Timeout!'),
    module: 'manager',
    run: absoluteTimeout,
  },
  {
    name: 'PlayDTMF',
    classes: maskOf('call'),
    synopsis: 'Send a digit on a channel.',
    parameters: parameters('ActionID', 'Channel!', 'Digit!', 'Duration', 'Receive'),
    module: 'manager',
    run: playDigit,
  },
  {
    name: 'SendText',
    classes: maskOf('call'),
    synopsis: 'Send a text message to the far end of a channel.',
    parameters: parameters('ActionID', 'Channel!', 'Message!', 'Content-Type'),
    module: 'manager',
    run: sendText,
  },
  {
    name: 'PJSIPHangup',
    classes: maskOf('system', 'call'),
    synopsis: 'Hang up a PJSIP channel with a SIP status.',
    parameters: parameters('ActionID', 'Channel!', 'Cause!'),
    module: 'chan_pjsip',
    run: pjsipHangup,
  },
];
