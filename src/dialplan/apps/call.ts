import type { ApplicationCall, ApplicationDefinition, Outcome } from './definition.ts';

/** The causes that Hangup() takes by name, from ITU-T Q.850. */
const CAUSE_NAMES: ReadonlyMap<string, number> = new Map([
  ['UNALLOCATED', 1],
  ['NO_ROUTE_TRANSIT_NET', 2],
  ['NO_ROUTE_DESTINATION', 3],
  ['MISDIALLED_TRUNK_PREFIX', 5],
  ['CHANNEL_UNACCEPTABLE', 6],
  ['CALL_AWARDED_DELIVERED', 7],
  ['PRE_EMPTED', 8],
  ['NUMBER_PORTED_NOT_HERE', 14],
  ['NORMAL', 16],
  ['NORMAL_CLEARING', 16],
  ['BUSY', 17],
  ['USER_BUSY', 17],
  ['NO_USER_RESPONSE', 18],
  ['NOANSWER', 19],
  ['NO_ANSWER', 19],
  ['SUBSCRIBER_ABSENT', 20],
  ['CALL_REJECTED', 21],
  ['NUMBER_CHANGED', 22],
  ['REDIRECTED_TO_NEW_DESTINATION', 23],
  ['ANSWERED_ELSEWHERE', 26],
  ['DESTINATION_OUT_OF_ORDER', 27],
  ['INVALID_NUMBER_FORMAT', 28],
  ['FACILITY_REJECTED', 29],
  ['RESPONSE_TO_STATUS_ENQUIRY', 30],
  ['NORMAL_UNSPECIFIED', 31],
  ['NORMAL_CIRCUIT_CONGESTION', 34],
  ['CONGESTION', 34],
  ['NETWORK_OUT_OF_ORDER', 38],
  ['NORMAL_TEMPORARY_FAILURE', 41],
  ['FAILURE', 38],
  ['SWITCH_CONGESTION', 42],
  ['ACCESS_INFO_DISCARDED', 43],
  ['REQUESTED_CHAN_UNAVAIL', 44],
  ['FACILITY_NOT_SUBSCRIBED', 50],
  ['OUTGOING_CALL_BARRED', 52],
  ['INCOMING_CALL_BARRED', 54],
  ['BEARERCAPABILITY_NOTAUTH', 57],
  ['BEARERCAPABILITY_NOTAVAIL', 58],
  ['BEARERCAPABILITY_NOTIMPL', 65],
  ['CHAN_NOT_IMPLEMENTED', 66],
  ['FACILITY_NOT_IMPLEMENTED', 69],
  ['INVALID_CALL_REFERENCE', 81],
  ['INCOMPATIBLE_DESTINATION', 88],
  ['INVALID_MSG_UNSPECIFIED', 95],
  ['MANDATORY_IE_MISSING', 96],
  ['MESSAGE_TYPE_NONEXIST', 97],
  ['WRONG_MESSAGE', 98],
  ['IE_NONEXIST', 99],
  ['INVALID_IE_CONTENTS', 100],
  ['WRONG_CALL_STATE', 101],
  ['RECOVERY_ON_TIMER_EXPIRE', 102],
  ['MANDATORY_IE_LENGTH_ERROR', 103],
  ['PROTOCOL_ERROR', 111],
  ['INTERWORKING', 127],
]);

const NORMAL_CLEARING = 16;
const USER_BUSY = 17;
const CONGESTION = 34;
const MAX_CAUSE = 127;

/** Longest wait, in milliseconds, that a timer can be set for at once. */
const MAX_WAIT_MS = 2_147_483_000;

/** A number of seconds in milliseconds; undefined when the text does not begin with a positive number. */
export function secondsToMs(text: string): number | undefined {
  const seconds = Number.parseFloat(text);
  if (!Number.isFinite(seconds) || seconds < 0) return undefined;
  return Math.min(Math.round(seconds * 1000), MAX_WAIT_MS);
}

async function answer(call: ApplicationCall): Promise<Outcome> {
  await call.channel.answer();
  if (call.channel.hangupRequested) return 'hangup';
  const delay = Number.parseInt(call.args[0] ?? '', 10);
  if (delay > 0) return pause(call, Math.min(delay, MAX_WAIT_MS));
  return 'next';
}

async function pause(call: ApplicationCall, ms: number): Promise<Outcome> {
  const wake = await call.channel.sleep(ms);
  return wake === 'hangup' ? 'hangup' : 'next';
}

function wait(call: ApplicationCall): Outcome | Promise<Outcome> {
  const ms = secondsToMs(call.data);
  if (ms === undefined) {
    call.services.log.warning(`Wait needs a number of seconds that is not negative, not '${call.data}'`);
    return 'next';
  }
  return ms === 0 ? 'next' : pause(call, ms);
}

/** The cause that Hangup() was given, by number or name; 0 keeps the channel's own. */
export function hangupCause(text: string): number | undefined {
  const bare = text.trim();
  if (bare === '') return 0;
  const number = /^\d+$/.test(bare)
    ? Number(bare)
    : CAUSE_NAMES.get(bare.toUpperCase().replace(/^AST_CAUSE_/, ''));
  return number !== undefined && number <= MAX_CAUSE ? number : undefined;
}

function hangup(call: ApplicationCall): Outcome {
  const cause = hangupCause(call.data);
  if (cause === undefined) {
    call.services.log.warning(`Hangup was given the unknown cause '${call.data}'`);
    call.channel.hangupCause = NORMAL_CLEARING;
  } else if (cause !== 0) {
    call.channel.hangupCause = cause;
  } else if (call.channel.hangupCause === 0) {
    call.channel.hangupCause = NORMAL_CLEARING;
  }
  return 'hangup';
}

/**
 * Tells the caller why there will be no call and waits for the hangup, at most the seconds given. Only a channel that
 * was never answered takes the state and the cause along.
 */
async function refuse(
  call: ApplicationCall,
  indication: 'busy' | 'congestion',
  cause: number,
): Promise<Outcome> {
  const { channel } = call;
  channel.indicate(indication);
  if (channel.state !== 'Up') {
    channel.hangupCause = cause;
    channel.setState('Busy');
  }
  const ms = secondsToMs(call.data);
  const wake = ms === undefined || ms === 0 ? await channel.untilInterrupted() : await channel.sleep(ms);
  return wake === 'goto' ? 'next' : 'hangup';
}

function indicate(call: ApplicationCall, indication: 'ringing' | 'progress' | 'proceeding'): Outcome {
  call.channel.indicate(indication);
  return 'next';
}

const CORE = 'core';

/** Applications that answer, signal and end a call. */
export const callApplications: readonly ApplicationDefinition[] = [
  {
    name: 'Answer',
    module: CORE,
    since: '13.8.0',
    summary: 'Answer a ringing call.',
    description: 'Does nothing to a call that was answered before. The delay is in milliseconds.',
    arguments: [{ name: 'delay', summary: 'Milliseconds to wait after answering.' }],
    capability: 'call',
    run: answer,
  },
  {
    name: 'Hangup',
    module: CORE,
    since: '13.8.0',
    summary: 'End the call.',
    arguments: [{ name: 'causecode', summary: 'A Q.850 cause, as a number or by name.' }],
    capability: 'call',
    run: hangup,
  },
  {
    name: 'Wait',
    module: CORE,
    since: '13.8.0',
    summary: 'Wait for a number of seconds.',
    arguments: [{ name: 'seconds', required: true, summary: 'Fractions are allowed.' }],
    capability: 'call',
    run: wait,
  },
  {
    name: 'Ringing',
    module: CORE,
    since: '13.8.0',
    summary: 'Tell the caller that the phone rings.',
    arguments: [],
    capability: 'call',
    run: (call) => indicate(call, 'ringing'),
  },
  {
    name: 'Progress',
    module: CORE,
    since: '13.8.0',
    summary: 'Tell the caller that audio comes before the answer.',
    arguments: [],
    capability: 'call',
    run: (call) => indicate(call, 'progress'),
  },
  {
    name: 'Proceeding',
    module: CORE,
    since: '13.8.0',
    summary: 'Tell the caller that the call is being worked on.',
    arguments: [],
    capability: 'call',
    run: (call) => indicate(call, 'proceeding'),
  },
  {
    name: 'Busy',
    module: CORE,
    since: '13.8.0',
    summary: 'Tell the caller that the line is busy, and end the call.',
    arguments: [
      { name: 'timeout', summary: 'Seconds to leave the caller with the tone; without end unless given.' },
    ],
    capability: 'call',
    run: (call) => refuse(call, 'busy', USER_BUSY),
  },
  {
    name: 'Congestion',
    module: CORE,
    since: '13.8.0',
    summary: 'Tell the caller that there is no way through, and end the call.',
    arguments: [
      { name: 'timeout', summary: 'Seconds to leave the caller with the tone; without end unless given.' },
    ],
    capability: 'call',
    run: (call) => refuse(call, 'congestion', CONGESTION),
  },
];
