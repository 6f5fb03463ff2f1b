import type { AppEvent } from '../stasis/index.ts';
import { type Channel, causeText } from '../switch/index.ts';

/** What the softhangup flag of a local request looks like to clients of ChannelHangupRequest. */
const SOFT_HANGUP_EXPLICIT = 32;

/** `2026-11-21T00:31:21.004+0000`, always in UTC. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}+0000`;
}

/** A channel as every channel event and `GET /channels` show it. */
export function channelJson(channel: Channel): object {
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
    creationtime: timestamp(channel.createdAt),
    language: channel.language,
    ...(channel.tenantId === '' ? {} : { tenantid: channel.tenantId }),
  };
}

/** The JSON text of an event up to the application's name: rendered once, finished for each listener. */
export function renderEvent(event: AppEvent, now: number, asteriskId: string): string {
  const text = JSON.stringify({ ...body(event), asterisk_id: asteriskId }, undefined);
  // `type` and `timestamp` stand after the members of the event's own that come first in the original.
  return text.replace('"@now"', `"${timestamp(now)}"`).slice(0, -1);
}

/** Finishes a rendered event for one application. */
export function forApplication(rendered: string, application: string): string {
  return `${rendered},"application":${JSON.stringify(application)}}`;
}

const NOW = '@now';

function body(event: AppEvent): object {
  const type = event.kind;
  switch (event.kind) {
    case 'StasisStart':
      return { type, timestamp: NOW, args: event.args, channel: channelJson(event.channel) };
    case 'StasisEnd':
    case 'ChannelCreated':
    case 'ChannelStateChange':
    case 'ChannelConnectedLine':
    case 'ChannelUnhold':
      return { type, timestamp: NOW, channel: channelJson(event.channel) };
    case 'ChannelCallerId':
      return {
        caller_presentation: 0,
        caller_presentation_txt: 'Presentation Allowed, Not Screened',
        type,
        timestamp: NOW,
        channel: channelJson(event.channel),
      };
    case 'ChannelDestroyed': {
      const cause = event.channel.hangupCause;
      return {
        cause,
        cause_txt: causeText(cause),
        type,
        timestamp: NOW,
        channel: channelJson(event.channel),
      };
    }
    case 'ChannelHangupRequest': {
      const soft = event.soft ? { cause: SOFT_HANGUP_EXPLICIT, soft: true } : {};
      return { ...soft, type, timestamp: NOW, channel: channelJson(event.channel) };
    }
    case 'ChannelDialplan':
      return {
        dialplan_app: event.channel.app,
        dialplan_app_data: event.channel.appData,
        type,
        timestamp: NOW,
        channel: channelJson(event.channel),
      };
    case 'ChannelVarset':
      return {
        variable: event.name,
        value: event.value,
        type,
        timestamp: NOW,
        ...(event.channel === undefined ? {} : { channel: channelJson(event.channel) }),
      };
    case 'ChannelDtmfReceived':
      return {
        digit: event.digit,
        duration_ms: event.durationMs,
        type,
        timestamp: NOW,
        channel: channelJson(event.channel),
      };
    case 'ChannelHold':
      return {
        ...(event.musicClass === '' ? {} : { musicclass: event.musicClass }),
        type,
        timestamp: NOW,
        channel: channelJson(event.channel),
      };
    case 'ChannelUserevent':
      return {
        eventname: event.name,
        userevent: { eventname: event.name, ...Object.fromEntries(event.headers) },
        type,
        timestamp: NOW,
        ...(event.channel === undefined ? {} : { channel: channelJson(event.channel) }),
      };
    case 'ApplicationReplaced':
      return { type, timestamp: NOW };
    case 'ContactStatusChange':
      return {
        type,
        timestamp: NOW,
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
        type,
        timestamp: NOW,
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
      return { type, timestamp: NOW, endpoint: { ...endpointJson(event.endpoint), state: event.state } };
    case 'DeviceStateChanged':
      return { type, timestamp: NOW, device_state: { name: event.device, state: event.state } };
  }
}

function endpointJson(endpoint: { technology: string; resource: string }): object {
  return { technology: endpoint.technology, resource: endpoint.resource };
}
