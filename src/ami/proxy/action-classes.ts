import { allActions } from '../actions/index.ts';
import { type ClassMask, maskOf, NO_CLASS } from '../classes.ts';

const own = new Map(allActions.map((each) => [each.name.toLowerCase(), each]));

/** Actions of Asterisk 22 that this server does not have itself, by the classes that it asks for. */
const elsewhere: readonly (readonly [classes: ClassMask, names: readonly string[]])[] = [
  [
    NO_CLASS,
    ['BridgeInfo', 'BridgeList', 'BridgeTechnologyList', 'QueueRule', 'QueueStatus', 'QueueSummary'],
  ],
  [
    maskOf('agent'),
    ['QueueAdd', 'QueueLog', 'QueueMemberRingInUse', 'QueuePause', 'QueuePenalty', 'QueueRemove'],
  ],
  // It lets everybody do these, who has logged in; they end calls and change queues.
  [
    maskOf('system', 'call'),
    ['BridgeDestroy', 'BridgeKick', 'BridgeTechnologySuspend', 'BridgeTechnologyUnsuspend'],
  ],
  [
    maskOf('system', 'agent'),
    ['QueueChangePriorityCaller', 'QueueReload', 'QueueReset', 'QueueWithdrawCaller'],
  ],
  [maskOf('agi'), ['AGI']],
  [maskOf('aoc'), ['AOCMessage']],
  [
    maskOf('call'),
    [
      ...[
        'Atxfer',
        'BlindTransfer',
        'Bridge',
        'CancelAtxfer',
        'ControlPlayback',
        'FAXSession',
        'FAXSessions',
      ],
      ...['ConfbridgeKick', 'ConfbridgeLock', 'ConfbridgeMute', 'ConfbridgeSetSingleVideoSrc'],
      ...[
        'ConfbridgeUnlock',
        'ConfbridgeUnmute',
        'Park',
        'ParkedCalls',
        'Parkinglots',
        'PlayMF',
        'SendFlash',
      ],
    ],
  ],
  [
    maskOf('call', 'reporting'),
    [
      ...['PresenceState', 'PresenceStateList'],
      ...['VoicemailBoxSummary', 'VoicemailUsersList', 'VoicemailUserStatus'],
    ],
  ],
  [maskOf('message'), ['MessageSend']],
  [maskOf('originate'), ['Originate']],
  [maskOf('reporting'), ['ConfbridgeList', 'ConfbridgeListRooms', 'FAXStats']],
  [
    maskOf('system'),
    ['ConfbridgeStartRecord', 'ConfbridgeStopRecord', 'MixMonitor', 'MuteAudio', 'PJSIPNotify'],
  ],
  [maskOf('system'), ['PJSIPSetMaintenance']],
  [maskOf('system', 'call'), ['LocalOptimizeAway', 'MixMonitorMute', 'StopMixMonitor']],
  [
    maskOf('system', 'reporting'),
    ['CoreShowChannelMap', 'PJSIPRegister', 'PJSIPShowMaintenance', 'PJSIPUnregister'],
  ],
  [maskOf('user'), ['VoicemailForward', 'VoicemailMove', 'VoicemailRefresh', 'VoicemailRemove']],
];

const others: ReadonlyMap<string, ClassMask> = new Map(
  elsewhere.flatMap(([classes, names]) => names.map((name) => [name.toLowerCase(), classes] as const)),
);

/**
 * The classes of which a user needs one for an action on another server, `NO_CLASS` for everybody; undefined for an
 * action that neither this server nor Asterisk 22 has. Whether its module is loaded here does not matter.
 */
export function classesOf(action: string): ClassMask | undefined {
  const name = action.toLowerCase();
  return own.get(name)?.classes ?? others.get(name);
}

/** Actions about the connection that they come on: sent on, they would change the one that all users share. */
const ofConnection: ReadonlySet<string> = new Set([
  'login',
  'logoff',
  'challenge',
  'events',
  'filter',
  'waitevent',
]);

export function isOfConnection(action: string): boolean {
  return ofConnection.has(action.toLowerCase());
}
