/**
 * Lives here: the call model: channels and their states, endpoints, device states, and the bus of what happens to them.
 * Not here: any wire format, the dial plan, applications.
 * May ask: media (through the interface that a channel's driver gives), platform, log, errors.
 */
export { type Cause, causes, causeText } from './causes.ts';
export {
  Channel,
  type ChannelOptions,
  type ChannelSnapshot,
  type GotoTarget,
  type Wake,
} from './channel.ts';
export {
  type ChannelDriver,
  type ChannelMedia,
  type ChannelState,
  channelStateNumber,
  type DialplanLocation,
  type HangupRequest,
  type Indication,
  type Outcome,
  type Party,
  type Progress,
} from './channel-types.ts';
export {
  type DeviceState,
  DeviceStates,
  deviceStateNames,
  isDeviceState,
  settableDeviceStates,
} from './device-states.ts';
export { type DialOptions, type DialResult, dial } from './dial.ts';
export {
  type ContactStatus,
  type EndpointProvider,
  type EndpointRef,
  type EndpointSnapshot,
  type EndpointState,
  Endpoints,
  type PeerStatus,
  type RegistryStatus,
} from './endpoints.ts';
export { type LegMediaOptions, legMedia } from './leg-media.ts';
export { Mailboxes, type MessageCounts, messagesWait, NO_MESSAGES } from './mailboxes.ts';
export {
  isPresenceName,
  NO_PRESENCE,
  type Presence,
  PresenceStates,
  presenceNames,
} from './presence-states.ts';
export {
  type Destination,
  type DialStatus,
  type OriginateResult,
  Switch,
  type SwitchEvents,
  type SwitchOptions,
} from './switch.ts';
export {
  type ChannelRequest,
  type ChannelTechnology,
  RequestError,
  Technologies,
} from './technologies.ts';
export {
  MessageError,
  type MessageSender,
  type MessageTaker,
  type OutgoingMessage,
  type Taken,
  type TextMessage,
  TextMessages,
} from './text-messages.ts';
