import {
  type Channel,
  causeText,
  type HangupRequest,
  messagesWait,
  type OriginateResult,
  type Presence,
  type SwitchEvents,
} from '../../switch/index.ts';
import { maskOf } from '../classes.ts';
import type { Header } from '../packet.ts';
import type { ChannelView, EventTable } from './event-entry.ts';
import { escapeValue, shown, shownAs, UNKNOWN } from './snapshot.ts';

const CALL = maskOf('call');
const DIALPLAN = maskOf('dialplan');
const DTMF = maskOf('dtmf');
const SYSTEM = maskOf('system');
const USER = maskOf('user');

/** What a hangup that somebody asked for carries: the flag of a soft hangup, not a Q.850 cause. */
const SOFT_HANGUP_EXPLICIT = 32;

/** Who calls, where somebody does, and who is called. */
function dialled(view: ChannelView, caller: Channel | undefined, callee: Channel): Header[] {
  return [...(caller === undefined ? [] : shown(view, caller)), ...shownAs('Dest', view, callee)];
}

function techCause({ techCause: code }: Channel): readonly Header[] {
  return code === 0 ? [] : [['TechCause', String(code)]];
}

/** A far end that just ends tells no cause. */
function requestCause({ cause, tellsCause }: HangupRequest): readonly Header[] {
  return cause === 0 && tellsCause !== true ? [] : [['Cause', String(cause)]];
}

/** What came of an Originate that was not waited for. */
function originated({ actionId, channel, answered, target, reason, caller }: OriginateResult): Header[] {
  const made = typeof channel === 'string' ? undefined : channel;
  const { name, number } = made?.caller ?? caller;
  return [
    ...(actionId === undefined ? [] : ([['ActionID', actionId]] as const)),
    ['Response', answered ? 'Success' : 'Failure'],
    ['Channel', typeof channel === 'string' ? channel : channel.name],
    ...(target.kind === 'extension'
      ? ([
          ['Context', target.context],
          ['Exten', target.exten],
        ] as const)
      : ([
          ['Application', target.name],
          ['Data', target.data],
        ] as const)),
    ['Reason', String(reason)],
    ['Uniqueid', made?.id ?? UNKNOWN],
    ['CallerIDNum', number || UNKNOWN],
    ['CallerIDName', name || UNKNOWN],
  ];
}

/** A presence as events and lists show it. */
export function presenceHeaders({ state, subtype, message }: Presence): Header[] {
  return [
    ['Status', state],
    ['Subtype', subtype],
    ['Message', message],
  ];
}

/** Calls and endpoints. */
export const switchEvents: EventTable<SwitchEvents> = {
  channelCreated: [{ name: 'Newchannel', eventClass: CALL, headers: shown }],
  channelState: [{ name: 'Newstate', eventClass: CALL, headers: shown }],
  channelDialplan: [
    {
      name: 'Newexten',
      eventClass: DIALPLAN,
      headers: (view, channel) => [
        ...shown(view, channel),
        ['Extension', channel.exten],
        ['Application', channel.app],
        ['AppData', channel.appData],
      ],
    },
  ],
  channelCallerId: [
    {
      name: 'NewCallerid',
      eventClass: CALL,
      headers: (view, channel) => [
        ...shown(view, channel),
        ['CID-CallingPres', '0 (Presentation Allowed, Not Screened)'],
      ],
    },
  ],
  channelConnectedLine: [{ name: 'NewConnectedLine', eventClass: CALL, headers: shown }],
  channelAccountCode: [
    {
      name: 'NewAccountCode',
      eventClass: CALL,
      headers: (view, channel, before) => [...shown(view, channel), ['OldAccountCode', before]],
    },
  ],
  dialBegin: [
    {
      name: 'DialBegin',
      eventClass: CALL,
      headers: (view, caller, callee, dialString) => [
        ...dialled(view, caller, callee),
        ['DialString', dialString],
      ],
    },
  ],
  dialState: [
    {
      name: 'DialState',
      eventClass: CALL,
      headers: (view, caller, callee, progress) => [
        ...dialled(view, caller, callee),
        ['DialStatus', progress.toUpperCase()],
      ],
    },
  ],
  dialEnd: [
    {
      name: 'DialEnd',
      eventClass: CALL,
      headers: (view, caller, callee, status) => [...dialled(view, caller, callee), ['DialStatus', status]],
    },
  ],
  localBridge: [
    {
      name: 'LocalBridge',
      eventClass: CALL,
      headers: (view, one, two, { context, exten }, optimizing) => [
        ...shownAs('LocalOne', view, one),
        ...shownAs('LocalTwo', view, two),
        ['Context', context],
        ['Exten', exten],
        ['LocalOptimization', optimizing ? 'Yes' : 'No'],
      ],
    },
  ],
  originated: [
    { name: 'OriginateResponse', eventClass: CALL, headers: (_view, result) => originated(result) },
  ],
  variable: [
    {
      name: 'VarSet',
      eventClass: DIALPLAN,
      headers: (view, channel, name, value) => [
        ...(channel === undefined
          ? ([
              ['Channel', 'none'],
              ['Uniqueid', 'none'],
            ] as const)
          : shown(view, channel)),
        ['Variable', name],
        ['Value', escapeValue(value)],
      ],
    },
  ],
  channelHangupRequest: [
    {
      name: 'HangupRequest',
      eventClass: CALL,
      when: (_channel, request) => request.by === 'remote',
      headers: (view, channel, request) => [
        ...shown(view, channel),
        ...requestCause(request),
        ...techCause(channel),
      ],
    },
    {
      name: 'SoftHangupRequest',
      eventClass: CALL,
      when: (_channel, request) => request.by !== 'remote',
      headers: (view, channel, request) => [
        ...shown(view, channel),
        ['Cause', String(request.by === 'local' ? SOFT_HANGUP_EXPLICIT : request.cause)],
      ],
    },
  ],
  channelDestroyed: [
    {
      name: 'Hangup',
      eventClass: CALL,
      headers: (view, channel) => [
        ...shown(view, channel),
        ['Cause', String(channel.hangupCause)],
        ['Cause-txt', causeText(channel.hangupCause)],
        ...techCause(channel),
      ],
    },
  ],
  channelDigitBegin: [
    {
      name: 'DTMFBegin',
      eventClass: DTMF,
      headers: (view, channel, { digit, direction }) => [
        ...shown(view, channel),
        ['Digit', digit],
        ['Direction', direction],
      ],
    },
  ],
  channelDigit: [
    {
      name: 'DTMFEnd',
      eventClass: DTMF,
      headers: (view, channel, { digit, durationMs, direction }) => [
        ...shown(view, channel),
        ['Digit', digit],
        ['DurationMs', String(Math.round(durationMs))],
        ['Direction', direction],
      ],
    },
  ],
  channelHold: [
    {
      name: 'Hold',
      eventClass: CALL,
      headers: (view, channel, musicClass) => [
        ...shown(view, channel),
        ...(musicClass === '' ? [] : [['MusicClass', musicClass] as const]),
      ],
    },
  ],
  channelUnhold: [{ name: 'Unhold', eventClass: CALL, headers: shown }],
  userEvent: [
    {
      name: 'UserEvent',
      eventClass: USER,
      headers: (view, channel, name, more) => [
        ...(channel === undefined ? [] : shown(view, channel)),
        ['UserEvent', name],
        ...more,
      ],
    },
  ],
  peerStatus: [
    {
      name: 'PeerStatus',
      eventClass: SYSTEM,
      headers: (_view, { technology, resource }, peer) => [
        ['ChannelType', technology],
        ['Peer', `${technology}/${resource}`],
        ['PeerStatus', peer.status],
        ...(peer.cause === undefined ? [] : [['Cause', peer.cause] as const]),
        ...(peer.address === undefined ? [] : [['Address', peer.address] as const]),
        ...(peer.port === undefined ? [] : [['Port', peer.port] as const]),
        ...(peer.time === undefined ? [] : [['Time', peer.time] as const]),
      ],
    },
  ],
  registry: [
    {
      name: 'Registry',
      eventClass: SYSTEM,
      headers: (_view, { technology, username, domain, status }) => [
        ['ChannelType', technology],
        ['Username', username],
        ['Domain', domain],
        ['Status', status],
      ],
    },
  ],
  contactStatus: [
    {
      name: 'ContactStatus',
      eventClass: SYSTEM,
      headers: (_view, { resource }, contact) => [
        ['URI', contact.uri],
        ['ContactStatus', contact.status],
        ['AOR', contact.aor],
        ['EndpointName', resource],
        ['RoundtripUsec', contact.roundtripUsec || '0'],
      ],
    },
  ],
  deviceState: [
    {
      name: 'DeviceStateChange',
      eventClass: CALL,
      headers: (_view, device, state) => [
        ['Device', device],
        ['State', state],
      ],
    },
  ],
  mailbox: [
    {
      name: 'MessageWaiting',
      eventClass: CALL,
      headers: (_view, mailbox, counts) => [
        ['Mailbox', mailbox],
        ['Waiting', messagesWait(counts) ? '1' : '0'],
        ['New', String(counts.urgent + counts.new)],
        ['Old', String(counts.old)],
      ],
    },
  ],
  presenceState: [
    {
      name: 'PresenceStateChange',
      eventClass: CALL,
      headers: (_view, presentity, presence) => [['Presentity', presentity], ...presenceHeaders(presence)],
    },
  ],
  extensionPresenceChanged: [
    {
      name: 'PresenceStatus',
      eventClass: CALL,
      headers: (_view, { exten, context, hint, presence }) => [
        ['Exten', exten],
        ['Context', context],
        ['Hint', hint],
        ...presenceHeaders(presence),
      ],
    },
  ],
  extensionStateChanged: [
    {
      name: 'ExtensionStatus',
      eventClass: CALL,
      headers: (_view, { exten, context, hint, status, text }) => [
        ['Exten', exten],
        ['Context', context],
        ['Hint', hint],
        ['Status', String(status)],
        ['StatusText', text],
      ],
    },
  ],
};
