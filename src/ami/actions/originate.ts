import { isTrue } from '../../conf/index.ts';
import { type OriginateOrder, parseCaller } from '../../dialplan/index.ts';
import { type Destination, RequestError } from '../../switch/index.ts';
import {
  type ActionCall,
  type AmiAction,
  failure,
  failureWithLineFeed,
  parameters,
  type Reply,
  success,
} from '../action.ts';
import { restricted } from '../capability.ts';
import { maskOf } from '../classes.ts';

/** Milliseconds that it may ring, when the request does not say. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** Longest time that a timer can be set for at once. */
const MAX_TIMEOUT_MS = 2_147_483_000;
/** Longest unique id that somebody outside may choose. */
const MAX_ID_LENGTH = 149;

const QUEUED = 'Originate successfully queued';
const INCOMPLETE = "Originate with 'Exten' requires 'Context' and 'Priority'";
const FORBIDDEN = 'Originate Access Forbidden: app or data blacklisted';

function isReply(found: Destination | Reply): found is Reply {
  return found.kind !== 'extension' && found.kind !== 'application';
}

/** A priority by number or label; undefined when it is neither, 0 where none was given. */
function priorityOf(call: ActionCall): number | undefined {
  const text = call.text('Priority');
  if (text === '') return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return call.ports.dialplan.label(call.text('Context'), call.text('Exten'), text);
}

/** What begins with a number counts as one, as in the original; undefined for what does not. */
function timeoutOf(text: string): number | undefined {
  if (text === '') return DEFAULT_TIMEOUT_MS;
  const number = /^\s*([+-]?\d{1,10})/.exec(text)?.[1];
  return number === undefined ? undefined : Math.min(Number(number), MAX_TIMEOUT_MS);
}

/** Where it goes on once answered, or the refusal. */
function destination(call: ActionCall, priority: number): Destination | Reply {
  const application = call.text('Application');
  const data = call.text('Data');
  if (application !== '') {
    if (restricted(call) && call.ports.dialplan.forbidden(application, data)) return failure(FORBIDDEN);
    return { kind: 'application', name: application, data };
  }
  const [context, exten] = [call.text('Context'), call.text('Exten')];
  if (exten === '' || context === '' || priority === 0) return failure(INCOMPLETE);
  const place = { context, exten, priority };
  if (call.ports.dialplan.current.line(place, parseCaller(call.text('CallerID')).number) === undefined)
    return failure('Extension does not exist.');
  return { kind: 'extension', ...place };
}

/** `Variable` headers, each with commas between; set in the reverse order, as the original does. */
function variablesOf(call: ActionCall): (readonly [string, string])[] {
  const given = call
    .all('Variable')
    .flatMap((line) => splitAssignments(line))
    .map((each) => {
      const equals = each.indexOf('=');
      return equals < 0
        ? ([each.trim(), ''] as const)
        : ([each.slice(0, equals).trim(), each.slice(equals + 1)] as const);
    })
    .filter(([name]) => name !== '');
  return [...given, ...(call.session.user?.variables ?? [])].reverse();
}

/** At the commas that stand outside of quotes and parentheses. */
export function splitAssignments(line: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let part = '';
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    if (character === ',' && depth <= 0 && !quoted) {
      parts.push(part);
      part = '';
    } else if (character !== '"') part += character;
  }
  return [...parts, part];
}

async function originate(call: ActionCall): Promise<Reply> {
  const { ports } = call;
  const wanted = call.text('Channel');
  if (wanted === '') return failure('Channel not specified');
  const priority = priorityOf(call);
  if (priority === undefined) return failure('Invalid priority');
  const timeoutMs = timeoutOf(call.text('Timeout'));
  if (timeoutMs === undefined) return failure('Invalid timeout');
  const slash = wanted.indexOf('/');
  if (slash < 0) return failure('Invalid channel');
  const [id, otherId] = [call.text('ChannelId'), call.text('OtherChannelId')];
  if (id.length > MAX_ID_LENGTH || otherId.length > MAX_ID_LENGTH)
    return failureWithLineFeed(`Uniqueid length exceeds maximum of ${MAX_ID_LENGTH}`);
  const target = destination(call, priority);
  if (isReply(target)) return target;
  const caller = call.text('CallerID') === '' ? undefined : parseCaller(call.text('CallerID'));
  const order: OriginateOrder = {
    technology: wanted.slice(0, slash),
    resource: wanted.slice(slash + 1),
    formats: call
      .text('Codecs')
      .split(',')
      .map((each) => each.trim().toLowerCase())
      .filter((each) => each !== ''),
    timeoutMs: timeoutMs < 0 ? undefined : timeoutMs,
    caller,
    accountCode: call.text('Account'),
    variables: variablesOf(call),
    id: id || undefined,
    otherId: otherId || undefined,
    target,
    earlyMedia: isTrue(call.text('EarlyMedia')),
    restricted: restricted(call),
  };
  if (!isTrue(call.text('Async')))
    return (await begun(call, order)).answered ? success(QUEUED) : failure('Originate failed');
  const actionId = call.text('ActionID') || undefined;
  return {
    ...success(QUEUED),
    afterwards: () =>
      void begun(call, order).then(({ channel, answered, reason }) => {
        ports.switch.events.emit('originated', {
          actionId,
          channel: answered && channel !== undefined ? channel : wanted,
          answered,
          target,
          reason,
          caller: caller ?? { name: '', number: '' },
        });
      }),
  };
}

/** Calls, and waits for what comes of it. */
async function begun({ ports }: ActionCall, order: OriginateOrder) {
  try {
    const { channel, result } = await ports.dialplan.originator.originate(order);
    return { channel, ...(await result) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { channel: undefined, answered: false, reason: 0 };
  }
}

/** Calls that go out. */
export const originateActions: readonly AmiAction[] = [
  {
    name: 'Originate',
    classes: maskOf('originate'),
    synopsis: 'Call somebody, and let an extension or application have them when they answer.',
    parameters: parameters(
      'ActionID',
      'Channel!',
      'Exten',
      'Context',
      'Priority',
      'Application',
      'Data',
      'Timeout',
      'CallerID',
      'Variable',
      'Account',
      'EarlyMedia',
      'Async',
      'Codecs',
      'ChannelId',
      'OtherChannelId',
    ),
    module: 'manager',
    run: originate,
  },
];
