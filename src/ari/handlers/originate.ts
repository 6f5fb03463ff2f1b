import { type OrderVariable, parseCaller } from '../../dialplan/index.ts';
import { AsterismError } from '../../errors/index.ts';
import { formatByName } from '../../media/index.ts';
import { type Channel, type Destination, dial, RequestError } from '../../switch/index.ts';
import { channelJson } from '../events.ts';
import { type AriAnswer, type Call, type Handler, json, noContent } from '../operation.ts';
import type { AriPorts } from './ports.ts';

/** Seconds that it may ring, when the request does not say. */
const DEFAULT_TIMEOUT_S = 30;
/** Longest time that a timer can be set for at once (seconds). */
const MAX_TIMEOUT_S = 2_147_483;
/** Longest unique id that a client may choose. */
const MAX_ID_LENGTH = 149;
/** Q.850. */
const USER_BUSY = 17;
const CONGESTION = 34;

/** Where the channel is requested: `PJSIP/alice` taken apart. */
function endpointOf(call: Call): { readonly technology: string; readonly resource: string } {
  const endpoint = call.text('endpoint') ?? '';
  if (endpoint === '') throw new AsterismError('ENDPOINT_MISSING', { field: 'endpoint' });
  return {
    technology: endpoint.slice(0, endpoint.indexOf('/')),
    resource: endpoint.slice(endpoint.indexOf('/') + 1),
  };
}

function checkEndpoint(call: Call): void {
  const endpoint = call.text('endpoint') ?? '';
  const slash = endpoint.indexOf('/');
  if (slash < 1 || slash === endpoint.length - 1)
    throw new AsterismError('ENDPOINT_INVALID', { field: 'endpoint' });
}

/** Milliseconds; undefined for no limit, which any negative number of seconds asks for. */
function timeoutMs(text: string | undefined, otherwise: number): number | undefined {
  const seconds = text === undefined || !/^[+-]?\d{1,10}$/.test(text) ? otherwise : Number(text);
  return seconds < 0 ? undefined : Math.min(seconds, MAX_TIMEOUT_S) * 1000;
}

/** The `variables` of a body: texts, or objects that say whether anybody is to be told. */
function variablesOf(call: Call): OrderVariable[] {
  const given = call.request.body?.variables;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return [];
  return Object.entries(given).map(([name, value]): OrderVariable => {
    if (typeof value === 'string') return [name, value];
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new AsterismError('CHANNEL_VARIABLE_INVALID', { field: name });
    const { value: text, report_events: told } = value as { value?: unknown; report_events?: unknown };
    if (typeof text !== 'string') throw new AsterismError('CHANNEL_VARIABLE_WITHOUT_VALUE', { field: name });
    return [name, text, told === false];
  });
}

/** Ids that the client chose, checked. */
function idsOf(ports: AriPorts, id: string, otherId: string) {
  for (const each of [id, otherId]) {
    if (each.length > MAX_ID_LENGTH)
      throw new AsterismError('CHANNEL_ID_TOO_LONG', { args: { limit: String(MAX_ID_LENGTH) } });
    if (each !== '' && ports.switch.get(each) !== undefined) throw new AsterismError('CHANNEL_ID_TAKEN');
  }
  if (id !== '' && id === otherId) throw new AsterismError('CHANNEL_ID_TAKEN');
  return { id: id || undefined, otherId: otherId || undefined };
}

function formatsOf(call: Call): string[] {
  const names = (call.text('formats') ?? '').split(',').filter((each) => each !== '');
  for (const format of names) {
    if (formatByName(format) === undefined)
      throw new AsterismError('FORMAT_NOT_FOUND', { args: { format }, field: 'formats' });
  }
  return names;
}

/** Who asks for it; undefined for nobody. */
function originatorOf(ports: AriPorts, call: Call): Channel | undefined {
  const originator = call.text('originator') ?? '';
  if (originator === '') return undefined;
  if ((call.text('formats') ?? '') !== '') throw new AsterismError('ORIGINATOR_AND_FORMATS');
  const found = ports.switch.get(originator);
  if (found === undefined) throw new AsterismError('ORIGINATOR_NOT_FOUND', { field: 'originator' });
  return found;
}

/** The formats of the originator, where it is there, else those that were asked for. */
function offered(call: Call, originator: Channel | undefined): readonly string[] {
  return originator === undefined ? formatsOf(call) : (originator.driver.formats ?? []);
}

function stasisData(app: string, args: string | undefined): string {
  return args === undefined || args === '' ? app : `${app},${args}`;
}

/** What the channel does once it is answered. */
function destinationOf(ports: AriPorts, call: Call): Destination {
  const app = call.text('app') ?? '';
  const exten = call.text('extension') ?? '';
  if (app !== '') return { kind: 'application', name: 'Stasis', data: stasisData(app, call.text('appArgs')) };
  if (exten === '') throw new AsterismError('DESTINATION_MISSING');
  const context = call.text('context') || 'default';
  const label = call.text('label') ?? '';
  const number = Number(call.text('priority'));
  const priority = label === '' ? number || 1 : ports.findLabel?.(context, exten, label, '');
  if (priority === undefined) throw new AsterismError('ORIGINATE_LABEL_NOT_FOUND', { field: 'label' });
  return { kind: 'extension', context, exten, priority: Math.max(1, Math.trunc(priority)) };
}

/** The application hears of both halves of the channel from here on. */
function subscribe(ports: AriPorts, app: string, channel: Channel): void {
  if (app === '') return;
  ports.stasis.subscribe(app, 'channel', channel.id);
  const other = channel.driver.otherHalf;
  if (other !== undefined) ports.stasis.subscribe(app, 'channel', other.id);
}

async function allocated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RequestError)
      throw new AsterismError('ALLOCATION_FAILED', { detail: error.message });
    throw error;
  }
}

/** Channels that call somebody. */
export function originateHandlers(ports: AriPorts): Record<string, Handler> {
  const originate = async (call: Call, id: string): Promise<AriAnswer> => {
    const endpoint = endpointOf(call);
    const target = destinationOf(ports, call);
    checkEndpoint(call);
    const originator = originatorOf(ports, call);
    const callerId = call.text('callerId') ?? '';
    const order = {
      ...endpoint,
      ...idsOf(ports, id, call.text('otherChannelId') ?? ''),
      formats: offered(call, originator),
      near: originator,
      variables: variablesOf(call),
      timeoutMs: timeoutMs(call.text('timeout'), DEFAULT_TIMEOUT_S),
      caller: callerId === '' ? undefined : parseCaller(callerId),
      target,
      restricted: false,
    };
    let shown: object = {};
    await allocated(
      ports.originator.originate(order, (channel) => {
        subscribe(ports, call.text('app') ?? '', channel);
        shown = channelJson(channel);
      }),
    );
    return json(shown);
  };
  return {
    'channels.originate': (call) => originate(call, call.text('channelId') ?? ''),
    'channels.originateWithId': (call) => originate(call, call.path('channelId')),
    'channels.create': async (call) => {
      const endpoint = endpointOf(call);
      checkEndpoint(call);
      const app = call.text('app') ?? '';
      const originator = ports.switch.get(call.text('originator') ?? '');
      const order = {
        ...endpoint,
        ...idsOf(ports, call.text('channelId') ?? '', call.text('otherChannelId') ?? ''),
        formats: offered(call, originator),
        variables: variablesOf(call),
        application: { name: 'Stasis', data: stasisData(app, call.text('appArgs')) },
      };
      let shown: object = {};
      await allocated(
        ports.originator.create(order, (channel) => {
          subscribe(ports, app, channel);
          shown = channelJson(channel);
        }),
      );
      return json(shown);
    },
    'channels.dial': (call) => {
      const channel = ports.switch.get(call.path('channelId'));
      if (channel === undefined) throw new AsterismError('CHANNEL_NOT_FOUND');
      if (ports.stasis.holder(channel) === undefined) throw new AsterismError('CHANNEL_NOT_IN_STASIS');
      const callerId = call.text('caller') ?? '';
      const caller = callerId === '' ? undefined : ports.switch.get(callerId);
      if (callerId !== '' && caller === undefined) throw new AsterismError('CALLER_NOT_FOUND');
      if (channel.state !== 'Down') throw new AsterismError('CHANNEL_NOT_DOWN');
      const limit = timeoutMs(call.text('timeout'), 0);
      // It takes as long as it takes: the answer tells only that it begins.
      void ports.stasis
        .command(channel, () => void ring(ports, channel, caller, limit === 0 ? undefined : limit))
        .catch(() => {
          // The application let go of the channel before its turn came.
        });
      return noContent;
    },
  };
}

/** Lets a channel call that an application holds; one that is not answered ends. */
async function ring(
  ports: AriPorts,
  channel: Channel,
  caller: Channel | undefined,
  limit: number | undefined,
): Promise<void> {
  const { status, by } = await dial(ports.switch, channel, {
    caller,
    dialString: channel.dialString,
    namedOnce: true,
    timeoutMs: limit,
  });
  if (status === 'ANSWER' || channel.hangupRequested) return;
  const told = by === 'told' ? (status === 'BUSY' ? USER_BUSY : CONGESTION) : channel.hangupCause;
  await channel.requestHangup({ cause: told, by: 'local' });
}
