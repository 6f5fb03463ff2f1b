import { utcStamp } from '../platform/index.ts';
import type { AppEvent } from '../stasis/index.ts';
import { type Channel, causeText, type EndpointSnapshot } from '../switch/index.ts';

/** What a hangup that somebody asked for looks like to clients: the flag of a soft hangup, not a Q.850 cause. */
const SOFT_HANGUP_EXPLICIT = 32;

/** A channel as every channel event and `GET /channels` show it. */
export function channelJson(channel: Channel): object {
  const channelvars = channel.shownVariables;
  return {
    id: channel.id,
    name: channel.name,
    state: channel.state,
    protocol_id: channel.protocolId,
    caller: { name: channel.caller.name, number: channel.caller.number },
    connected: { name: channel.connected.name, number: channel.connected.number },
    accountcode: channel.accountCode,
    dialplan: {
      context: channel.context,
      exten: channel.exten,
      priority: channel.priority,
      app_name: channel.app,
      app_data: channel.appData,
    },
    creationtime: utcStamp(channel.createdAt),
    language: channel.language,
    ...(channelvars === undefined ? {} : { channelvars }),
    ...(channel.tenantId === '' ? {} : { tenantid: channel.tenantId }),
  };
}

/** An endpoint as events and `GET /endpoints` show it. */
export function endpointJson(endpoint: EndpointSnapshot): object {
  return {
    technology: endpoint.technology,
    resource: endpoint.resource,
    state: endpoint.state,
    channel_ids: endpoint.channelIds,
  };
}

/** The JSON text of an event up to the application's name: rendered once, finished for each listener. */
export function renderEvent(event: AppEvent, now: number, asteriskId: string): string {
  return JSON.stringify({ ...body(event, utcStamp(now)), asterisk_id: asteriskId }).slice(0, -1);
}

/** Finishes a rendered event for one application. */
export function forApplication(rendered: string, application: string): string {
  return `${rendered},"application":${JSON.stringify(application)}}`;
}

/** The members in the order that was recorded: most events begin with `type`, two do not. */
function body(event: AppEvent, at: string): object {
  const head = { type: event.kind, timestamp: at };
  switch (event.kind) {
    case 'StasisStart':
      return { ...head, args: event.args, channel: channelJson(event.channel) };
    case 'StasisEnd':
    case 'ChannelCreated':
    case 'ChannelStateChange':
    case 'ChannelConnectedLine':
    case 'ChannelUnhold':
      return { ...head, channel: channelJson(event.channel) };
    case 'ChannelCallerId':
      return {
        ...head,
        caller_presentation: 0,
        caller_presentation_txt: 'Presentation Allowed, Not Screened',
        channel: channelJson(event.channel),
      };
    case 'ChannelDestroyed': {
      const { hangupCause: cause, techCause } = event.channel;
      return {
        ...head,
        cause,
        cause_txt: causeText(cause),
        ...techMember(techCause),
        channel: channelJson(event.channel),
      };
    }
    case 'ChannelHangupRequest':
      return { ...hangupMembers(event.request, event.channel), ...head, channel: channelJson(event.channel) };
    case 'ChannelDialplan':
      return {
        ...head,
        dialplan_app: event.channel.app,
        dialplan_app_data: event.channel.appData,
        channel: channelJson(event.channel),
      };
    case 'ChannelVarset':
      return {
        variable: event.name,
        value: event.value,
        ...head,
        ...(event.channel === undefined ? {} : { channel: channelJson(event.channel) }),
      };
    case 'ChannelDtmfReceived':
      return {
        ...head,
        digit: event.digit,
        duration_ms: event.durationMs,
        channel: channelJson(event.channel),
      };
    case 'ChannelHold':
      return {
        ...head,
        ...(event.musicClass === '' ? {} : { musicclass: event.musicClass }),
        channel: channelJson(event.channel),
      };
    case 'ChannelUserevent':
      return {
        ...head,
        eventname: event.name,
        userevent: { ...event.values, eventname: event.name },
        ...(event.channel === undefined ? {} : { channel: channelJson(event.channel) }),
        ...(event.endpoint === undefined ? {} : { endpoint: endpointJson(event.endpoint) }),
      };
    case 'Dial':
      return {
        ...head,
        dialstatus: event.status,
        forward: '',
        dialstring: event.dialString,
        ...(event.caller === undefined ? {} : { caller: channelJson(event.caller) }),
        peer: channelJson(event.peer),
      };
    case 'ApplicationReplaced':
      return head;
    case 'ContactStatusChange':
      return {
        ...head,
        endpoint: endpointJson(event.endpoint),
        contact_info: {
          uri: event.contact.uri,
          contact_status: event.contact.status,
          aor: event.contact.aor,
          ...(event.contact.roundtripUsec === '' ? {} : { roundtrip_usec: event.contact.roundtripUsec }),
        },
      };
    case 'PeerStatusChange':
      return {
        ...head,
        endpoint: endpointJson(event.endpoint),
        peer: {
          peer_status: event.peer.status,
          ...(event.peer.cause === undefined ? {} : { cause: event.peer.cause }),
          ...(event.peer.address === undefined ? {} : { address: event.peer.address }),
          ...(event.peer.port === undefined ? {} : { port: event.peer.port }),
          ...(event.peer.time === undefined ? {} : { time: event.peer.time }),
        },
      };
    case 'EndpointStateChange':
      return { ...head, endpoint: endpointJson(event.endpoint) };
    case 'TextMessageReceived': {
      const { from, to, body, variables } = event.message;
      return {
        ...head,
        endpoint: endpointJson(event.endpoint),
        message: { from, to, body, variables: Object.fromEntries(variables) },
      };
    }
    case 'DeviceStateChanged':
      return { ...head, device_state: { name: event.device, state: event.state } };
  }
}

type Request = Extract<AppEvent, { kind: 'ChannelHangupRequest' }>['request'];

/** Asked for here: the soft hangup's flag; the dial plan's own end: its cause; the far end gone: its cause, if it told one. */
function hangupMembers({ by, cause, tellsCause }: Request, { techCause }: Channel): object {
  if (by === 'remote')
    return { ...(cause === 0 && tellsCause !== true ? {} : { cause }), ...techMember(techCause) };
  return { cause: by === 'local' ? SOFT_HANGUP_EXPLICIT : cause, soft: true };
}

function techMember(techCause: number): object {
  return techCause === 0 ? {} : { tech_cause: techCause };
}
