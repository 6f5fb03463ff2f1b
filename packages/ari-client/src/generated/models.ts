// Made by tools/make-ari-client.mjs from the tables of the server. Do not edit.

/** How the server was built. */
export interface BuildInfo {
  readonly os: string;
  readonly kernel: string;
  readonly options: string;
  readonly machine: string;
  readonly date: string;
  readonly user: string;
}

/** Version and id of the server. */
export interface SystemInfo {
  readonly version: string;
  readonly entity_id: string;
}

/** The user and group that the server runs as. */
export interface SetId {
  readonly user: string;
  readonly group: string;
}

/** What the server is called and limited to. */
export interface ConfigInfo {
  readonly name: string;
  readonly default_language: string;
  readonly max_channels?: number;
  readonly max_open_files?: number;
  readonly max_load?: number;
  readonly setid: SetId;
}

/** When the server started and reloaded. */
export interface StatusInfo {
  readonly startup_time: string;
  readonly last_reload_time: string;
}

/** What the server is; parts that were not asked for are absent. */
export interface AsteriskInfo {
  readonly build?: BuildInfo;
  readonly system?: SystemInfo;
  readonly config?: ConfigInfo;
  readonly status?: StatusInfo;
}

/** A sign of life. */
export interface AsteriskPing {
  readonly asterisk_id: string;
  readonly ping: string;
  readonly timestamp: string;
}

/** A module and how it is doing. */
export interface Module {
  readonly name: string;
  readonly description: string;
  readonly use_count: number;
  readonly status: string;
  readonly support_level: string;
}

/** A place that log messages go to. */
export interface LogChannel {
  readonly channel: string;
  readonly type: string;
  readonly status: string;
  readonly configuration: string;
}

/** The value of a variable. */
export interface Variable {
  readonly value: string;
}

/** Values of several variables, by name. */
export interface Variables {
  readonly variables: Readonly<Record<string, unknown>>;
}

/** One attribute of an object of dynamic configuration. */
export interface ConfigTuple {
  readonly attribute: string;
  readonly value: string;
}

/** A place that can be called: a phone, a trunk. */
export interface Endpoint {
  readonly technology: string;
  readonly resource: string;
  readonly state?: 'unknown' | 'offline' | 'online';
  readonly channel_ids: readonly string[];
}

/** A text message. */
export interface TextMessage {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Nothing is said about who was dialed. */
export type Dialed = object;

/** A place in the dial plan and what runs there. */
export interface DialplanCEP {
  readonly context: string;
  readonly exten: string;
  readonly priority: number;
  readonly app_name: string;
  readonly app_data: string;
}

/** A name and a number. */
export interface CallerID {
  readonly name: string;
  readonly number: string;
}

/** Packets, losses, jitter and round trips of a channel's media. */
export interface RTPstat {
  readonly txcount: number;
  readonly rxcount: number;
  readonly txjitter?: number;
  readonly rxjitter?: number;
  readonly remote_maxjitter?: number;
  readonly remote_minjitter?: number;
  readonly remote_normdevjitter?: number;
  readonly remote_stdevjitter?: number;
  readonly local_maxjitter?: number;
  readonly local_minjitter?: number;
  readonly local_normdevjitter?: number;
  readonly local_stdevjitter?: number;
  readonly txploss: number;
  readonly rxploss: number;
  readonly remote_maxrxploss?: number;
  readonly remote_minrxploss?: number;
  readonly remote_normdevrxploss?: number;
  readonly remote_stdevrxploss?: number;
  readonly local_maxrxploss?: number;
  readonly local_minrxploss?: number;
  readonly local_normdevrxploss?: number;
  readonly local_stdevrxploss?: number;
  readonly rtt?: number;
  readonly maxrtt?: number;
  readonly minrtt?: number;
  readonly normdevrtt?: number;
  readonly stdevrtt?: number;
  readonly local_ssrc: number;
  readonly remote_ssrc: number;
  readonly txoctetcount: number;
  readonly rxoctetcount: number;
  readonly channel_uniqueid: string;
}

/** One leg of a call. */
export interface Channel {
  readonly id: string;
  readonly protocol_id: string;
  readonly name: string;
  readonly state:
    | 'Down'
    | 'Rsrved'
    | 'OffHook'
    | 'Dialing'
    | 'Ring'
    | 'Ringing'
    | 'Up'
    | 'Busy'
    | 'Dialing Offhook'
    | 'Pre-ring'
    | 'Unknown';
  readonly caller: CallerID;
  readonly connected: CallerID;
  readonly accountcode: string;
  readonly dialplan: DialplanCEP;
  readonly creationtime: string;
  readonly language: string;
  readonly channelvars?: Readonly<Record<string, unknown>>;
  readonly caller_rdnis?: string;
  readonly tenantid?: string;
}

/** A place where channels hear each other. */
export interface Bridge {
  readonly id: string;
  readonly technology: string;
  readonly bridge_type: 'mixing' | 'holding';
  readonly bridge_class: string;
  readonly creator: string;
  readonly name: string;
  readonly channels: readonly string[];
  readonly video_mode?: string;
  readonly video_source_id?: string;
  readonly creationtime: string;
  readonly bridgevars?: Readonly<Record<string, unknown>>;
}

/** A recording that is complete. */
export interface StoredRecording {
  readonly name: string;
  readonly format: string;
}

/** A recording that is being made. */
export interface LiveRecording {
  readonly name: string;
  readonly format: string;
  readonly target_uri: string;
  readonly state: 'queued' | 'recording' | 'paused' | 'done' | 'failed' | 'canceled';
  readonly duration?: number;
  readonly talking_duration?: number;
  readonly silence_duration?: number;
  readonly cause?: string;
}

/** A language and a format that a sound is there in. */
export interface FormatLangPair {
  readonly language: string;
  readonly format: string;
}

/** Media that can be played. */
export interface Sound {
  readonly id: string;
  readonly text?: string;
  readonly formats: readonly FormatLangPair[];
}

/** Media that are being played to a channel or bridge. */
export interface Playback {
  readonly id: string;
  readonly media_uri: string;
  readonly next_media_uri?: string;
  readonly target_uri: string;
  readonly language?: string;
  readonly state: 'queued' | 'playing' | 'continuing' | 'done' | 'failed';
}

/** The state of a device. */
export interface DeviceState {
  readonly name: string;
  readonly state:
    | 'UNKNOWN'
    | 'NOT_INUSE'
    | 'INUSE'
    | 'BUSY'
    | 'INVALID'
    | 'UNAVAILABLE'
    | 'RINGING'
    | 'RINGINUSE'
    | 'ONHOLD';
}

/** Counts of a mailbox. */
export interface Mailbox {
  readonly name: string;
  readonly old_messages: number;
  readonly new_messages: number;
}

/** What the server sends over an event socket. */
export interface Message {
  readonly type: string;
  readonly asterisk_id?: string;
}

/** The request for an event socket lacked parameters. */
export interface MissingParams extends Message {
  readonly type: 'MissingParams';
  readonly params: readonly string[];
}

/** What every event has. */
export interface Event extends Message {
  readonly application: string;
  readonly timestamp: string;
  /** Of Asterism alone. */
  readonly sequence?: number;
}

/** Events came while no socket listened, and could not be kept. Asterism alone. */
export interface EventsMissed extends Event {
  readonly type: 'EventsMissed';
  readonly count: number;
  readonly restarted?: boolean;
}

/** A contact of an endpoint and whether it answers. */
export interface ContactInfo {
  readonly uri: string;
  readonly contact_status: 'Unreachable' | 'Reachable' | 'Unknown' | 'NonQualified' | 'Removed';
  readonly aor: string;
  readonly roundtrip_usec?: string;
}

/** A peer and whether it answers. */
export interface Peer {
  readonly peer_status: string;
  readonly cause?: string;
  readonly address?: string;
  readonly port?: string;
  readonly time?: string;
}

/** The state of a device changed. */
export interface DeviceStateChanged extends Event {
  readonly type: 'DeviceStateChanged';
  readonly device_state: DeviceState;
}

/** Media began to be played. */
export interface PlaybackStarted extends Event {
  readonly type: 'PlaybackStarted';
  readonly playback: Playback;
}

/** A playback goes on with its next media. */
export interface PlaybackContinuing extends Event {
  readonly type: 'PlaybackContinuing';
  readonly playback: Playback;
}

/** A playback is over. */
export interface PlaybackFinished extends Event {
  readonly type: 'PlaybackFinished';
  readonly playback: Playback;
}

/** A recording began. */
export interface RecordingStarted extends Event {
  readonly type: 'RecordingStarted';
  readonly recording: LiveRecording;
}

/** A recording is complete. */
export interface RecordingFinished extends Event {
  readonly type: 'RecordingFinished';
  readonly recording: LiveRecording;
}

/** A recording failed. */
export interface RecordingFailed extends Event {
  readonly type: 'RecordingFailed';
  readonly recording: LiveRecording;
}

/** A channel could not be handed over to another application. */
export interface ApplicationMoveFailed extends Event {
  readonly type: 'ApplicationMoveFailed';
  readonly channel: Channel;
  readonly destination: string;
  readonly args: readonly string[];
}

/** An application is there. */
export interface ApplicationRegistered extends Event {
  readonly type: 'ApplicationRegistered';
}

/** An application is gone. */
export interface ApplicationUnregistered extends Event {
  readonly type: 'ApplicationUnregistered';
}

/** Another event socket took the application over. */
export interface ApplicationReplaced extends Event {
  readonly type: 'ApplicationReplaced';
}

/** A bridge was created. */
export interface BridgeCreated extends Event {
  readonly type: 'BridgeCreated';
  readonly bridge: Bridge;
}

/** A bridge was destroyed. */
export interface BridgeDestroyed extends Event {
  readonly type: 'BridgeDestroyed';
  readonly bridge: Bridge;
}

/** One bridge took over the channels of another. */
export interface BridgeMerged extends Event {
  readonly type: 'BridgeMerged';
  readonly bridge: Bridge;
  readonly bridge_from: Bridge;
}

/** Another channel's video is shown in a bridge. */
export interface BridgeVideoSourceChanged extends Event {
  readonly type: 'BridgeVideoSourceChanged';
  readonly bridge: Bridge;
  readonly old_video_source_id?: string;
}

/** Somebody in a bridge transferred a call without asking first. */
export interface BridgeBlindTransfer extends Event {
  readonly type: 'BridgeBlindTransfer';
  readonly channel: Channel;
  readonly replace_channel?: Channel;
  readonly transferee?: Channel;
  readonly exten: string;
  readonly context: string;
  readonly result: string;
  readonly is_external: boolean;
  readonly bridge?: Bridge;
}

/** Somebody in a bridge transferred a call after talking to its new place. */
export interface BridgeAttendedTransfer extends Event {
  readonly type: 'BridgeAttendedTransfer';
  readonly transferer_first_leg: Channel;
  readonly transferer_second_leg: Channel;
  readonly replace_channel?: Channel;
  readonly transferee?: Channel;
  readonly transfer_target?: Channel;
  readonly result: string;
  readonly is_external: boolean;
  readonly transferer_first_leg_bridge?: Bridge;
  readonly transferer_second_leg_bridge?: Bridge;
  readonly destination_type: string;
  readonly destination_bridge?: string;
  readonly destination_application?: string;
  readonly destination_link_first_leg?: Channel;
  readonly destination_link_second_leg?: Channel;
  readonly destination_threeway_channel?: Channel;
  readonly destination_threeway_bridge?: Bridge;
}

/** A channel was created. */
export interface ChannelCreated extends Event {
  readonly type: 'ChannelCreated';
  readonly channel: Channel;
}

/** A channel is gone. */
export interface ChannelDestroyed extends Event {
  readonly type: 'ChannelDestroyed';
  readonly cause: number;
  readonly cause_txt: string;
  readonly tech_cause?: number;
  readonly channel: Channel;
}

/** A channel joined a bridge. */
export interface ChannelEnteredBridge extends Event {
  readonly type: 'ChannelEnteredBridge';
  readonly bridge: Bridge;
  readonly channel?: Channel;
}

/** A channel left a bridge. */
export interface ChannelLeftBridge extends Event {
  readonly type: 'ChannelLeftBridge';
  readonly bridge: Bridge;
  readonly channel: Channel;
}

/** The state of a channel changed. */
export interface ChannelStateChange extends Event {
  readonly type: 'ChannelStateChange';
  readonly channel: Channel;
}

/** A digit ended. */
export interface ChannelDtmfReceived extends Event {
  readonly type: 'ChannelDtmfReceived';
  readonly digit: string;
  readonly duration_ms: number;
  readonly channel: Channel;
}

/** A channel began to run another application of the dial plan. */
export interface ChannelDialplan extends Event {
  readonly type: 'ChannelDialplan';
  readonly channel: Channel;
  readonly dialplan_app: string;
  readonly dialplan_app_data: string;
}

/** The caller id of a channel changed. */
export interface ChannelCallerId extends Event {
  readonly type: 'ChannelCallerId';
  readonly caller_presentation: number;
  readonly caller_presentation_txt: string;
  readonly channel: Channel;
}

/** An event that a program or the dial plan made. */
export interface ChannelUserevent extends Event {
  readonly type: 'ChannelUserevent';
  readonly eventname: string;
  readonly channel?: Channel;
  readonly bridge?: Bridge;
  readonly endpoint?: Endpoint;
  readonly userevent: Readonly<Record<string, unknown>>;
}

/** Somebody asked for a channel to be hung up. */
export interface ChannelHangupRequest extends Event {
  readonly type: 'ChannelHangupRequest';
  readonly cause?: number;
  readonly tech_cause?: number;
  readonly soft?: boolean;
  readonly channel: Channel;
}

/** A variable was set. */
export interface ChannelVarset extends Event {
  readonly type: 'ChannelVarset';
  readonly variable: string;
  readonly value: string;
  readonly channel?: Channel;
}

/** A channel was put on hold. */
export interface ChannelHold extends Event {
  readonly type: 'ChannelHold';
  readonly channel: Channel;
  readonly musicclass?: string;
}

/** A channel was taken off hold. */
export interface ChannelUnhold extends Event {
  readonly type: 'ChannelUnhold';
  readonly channel: Channel;
}

/** A tone was heard on a channel. */
export interface ChannelToneDetected extends Event {
  readonly type: 'ChannelToneDetected';
  readonly channel: Channel;
}

/** Talking was heard on a channel. */
export interface ChannelTalkingStarted extends Event {
  readonly type: 'ChannelTalkingStarted';
  readonly channel: Channel;
}

/** Talking is no longer heard on a channel. */
export interface ChannelTalkingFinished extends Event {
  readonly type: 'ChannelTalkingFinished';
  readonly channel: Channel;
  readonly duration: number;
}

/** A contact began or ceased to answer. */
export interface ContactStatusChange extends Event {
  readonly type: 'ContactStatusChange';
  readonly endpoint: Endpoint;
  readonly contact_info: ContactInfo;
}

/** A peer began or ceased to answer. */
export interface PeerStatusChange extends Event {
  readonly type: 'PeerStatusChange';
  readonly endpoint: Endpoint;
  readonly peer: Peer;
}

/** An endpoint went online or offline. */
export interface EndpointStateChange extends Event {
  readonly type: 'EndpointStateChange';
  readonly endpoint: Endpoint;
}

/** A call to somebody began, made progress or ended. */
export interface Dial extends Event {
  readonly type: 'Dial';
  readonly caller?: Channel;
  readonly peer: Channel;
  readonly forward?: string;
  readonly forwarded?: Channel;
  readonly dialstring?: string;
  readonly dialstatus: string;
}

/** A channel left the application. */
export interface StasisEnd extends Event {
  readonly type: 'StasisEnd';
  readonly channel: Channel;
}

/** A channel entered the application. */
export interface StasisStart extends Event {
  readonly type: 'StasisStart';
  readonly args: readonly string[];
  readonly channel: Channel;
  readonly replace_channel?: Channel;
  /** Of Asterism alone. */
  readonly handed_over?: boolean;
}

/** A text message came from an endpoint. */
export interface TextMessageReceived extends Event {
  readonly type: 'TextMessageReceived';
  readonly message: TextMessage;
  readonly endpoint?: Endpoint;
}

/** Who a channel is connected with changed. */
export interface ChannelConnectedLine extends Event {
  readonly type: 'ChannelConnectedLine';
  readonly channel: Channel;
}

/** A far end asked for a transfer that the application is to make. */
export interface ChannelTransfer extends Event {
  readonly type: 'ChannelTransfer';
  readonly state?: string;
  readonly refer_to: ReferTo;
  readonly referred_by: ReferredBy;
}

/** Where a transfer is to go. */
export interface ReferTo {
  readonly requested_destination: RequiredDestination;
  readonly destination_channel?: Channel;
  readonly connected_channel?: Channel;
  readonly bridge?: Bridge;
}

/** Who asked for a transfer. */
export interface ReferredBy {
  readonly source_channel: Channel;
  readonly connected_channel?: Channel;
  readonly bridge?: Bridge;
}

/** The place that a transfer names. */
export interface RequiredDestination {
  readonly protocol_id?: string;
  readonly destination?: string;
  readonly additional_protocol_params?: readonly AdditionalParam[];
}

/** A parameter of the technology. */
export interface AdditionalParam {
  readonly parameter_name: string;
  readonly parameter_value: string;
}

/** A header of a request over the event socket. */
export interface RESTHeader {
  readonly name: string;
  readonly value: string;
}

/** A parameter of a request over the event socket. */
export interface RESTQueryStringParameter {
  readonly name: string;
  readonly value: string;
}

/** A request over the event socket. */
export interface RESTRequest {
  readonly type: string;
  readonly transaction_id: string;
  readonly request_id: string;
  readonly method: string;
  readonly uri: string;
  readonly content_type?: string;
  readonly query_strings?: readonly RESTQueryStringParameter[];
  readonly message_body?: string;
}

/** The answer to a request over the event socket. */
export interface RESTResponse extends Event {
  readonly type: 'RESTResponse';
  readonly transaction_id: string;
  readonly request_id: string;
  readonly status_code: number;
  readonly reason_phrase: string;
  readonly uri: string;
  readonly content_type?: string;
  readonly message_body?: string;
}

/** A call is offered to several applications. */
export interface CallBroadcast extends Event {
  readonly type: 'CallBroadcast';
  readonly channel: Channel;
  readonly caller?: string;
  readonly called?: string;
}

/** One application claimed a call that was offered to several. */
export interface CallClaimed extends Event {
  readonly type: 'CallClaimed';
  readonly channel: Channel;
  readonly winner_app: string;
}

/** An application, its subscriptions and its filter. */
export interface Application {
  readonly name: string;
  readonly channel_ids: readonly string[];
  readonly bridge_ids: readonly string[];
  readonly endpoint_ids: readonly string[];
  readonly device_names: readonly string[];
  readonly events_allowed: readonly unknown[];
  readonly events_disallowed: readonly unknown[];
}

/** A token that stands for a user, and what it may do. Asterism alone. */
export interface Token {
  readonly id: string;
  readonly user: string;
  readonly label: string;
  readonly created: string;
  readonly expires: string;
  readonly read_only: boolean;
  readonly allow_operations: readonly string[];
  readonly deny_operations: readonly string[];
  readonly allow_applications: readonly string[];
  readonly deny_applications: readonly string[];
}

/** A token that was just made, with its text, which is told this once. Asterism alone. */
export interface NewToken {
  readonly id: string;
  readonly user: string;
  readonly label: string;
  readonly created: string;
  readonly expires: string;
  readonly read_only: boolean;
  readonly allow_operations: readonly string[];
  readonly deny_operations: readonly string[];
  readonly allow_applications: readonly string[];
  readonly deny_applications: readonly string[];
  readonly token: string;
}

/** Types of what may come over an event socket. */
export const eventTypes = [
  'MissingParams',
  'DeviceStateChanged',
  'PlaybackStarted',
  'PlaybackContinuing',
  'PlaybackFinished',
  'RecordingStarted',
  'RecordingFinished',
  'RecordingFailed',
  'ApplicationMoveFailed',
  'ApplicationRegistered',
  'ApplicationUnregistered',
  'ApplicationReplaced',
  'BridgeCreated',
  'BridgeDestroyed',
  'BridgeMerged',
  'BridgeBlindTransfer',
  'BridgeAttendedTransfer',
  'BridgeVideoSourceChanged',
  'ChannelCreated',
  'ChannelDestroyed',
  'ChannelEnteredBridge',
  'ChannelLeftBridge',
  'ChannelStateChange',
  'ChannelDtmfReceived',
  'ChannelDialplan',
  'ChannelCallerId',
  'ChannelUserevent',
  'ChannelHangupRequest',
  'ChannelVarset',
  'ChannelToneDetected',
  'ChannelTalkingStarted',
  'ChannelTalkingFinished',
  'ChannelHold',
  'ChannelUnhold',
  'ContactStatusChange',
  'EndpointStateChange',
  'Dial',
  'StasisEnd',
  'StasisStart',
  'TextMessageReceived',
  'ChannelConnectedLine',
  'PeerStatusChange',
  'ChannelTransfer',
  'RESTResponse',
  'CallBroadcast',
  'CallClaimed',
  'EventsMissed',
] as const;

export type AriEventType = (typeof eventTypes)[number];

/** Whatever may come over an event socket, told apart by `type`. */
export type AriEvent =
  | MissingParams
  | DeviceStateChanged
  | PlaybackStarted
  | PlaybackContinuing
  | PlaybackFinished
  | RecordingStarted
  | RecordingFinished
  | RecordingFailed
  | ApplicationMoveFailed
  | ApplicationRegistered
  | ApplicationUnregistered
  | ApplicationReplaced
  | BridgeCreated
  | BridgeDestroyed
  | BridgeMerged
  | BridgeBlindTransfer
  | BridgeAttendedTransfer
  | BridgeVideoSourceChanged
  | ChannelCreated
  | ChannelDestroyed
  | ChannelEnteredBridge
  | ChannelLeftBridge
  | ChannelStateChange
  | ChannelDtmfReceived
  | ChannelDialplan
  | ChannelCallerId
  | ChannelUserevent
  | ChannelHangupRequest
  | ChannelVarset
  | ChannelToneDetected
  | ChannelTalkingStarted
  | ChannelTalkingFinished
  | ChannelHold
  | ChannelUnhold
  | ContactStatusChange
  | EndpointStateChange
  | Dial
  | StasisEnd
  | StasisStart
  | TextMessageReceived
  | ChannelConnectedLine
  | PeerStatusChange
  | ChannelTransfer
  | RESTResponse
  | CallBroadcast
  | CallClaimed
  | EventsMissed;

/** The event of a type. */
export type AriEventOf<T extends AriEventType> = Extract<AriEvent, { readonly type: T }>;
