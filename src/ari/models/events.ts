import type { ModelSpec } from '../operation.ts';

export const eventsModels = {
  Message: {
    resource: 'events',
    summary: 'What the server sends over an event socket.',
    subTypes: ['MissingParams', 'Event'],
    discriminator: 'type',
    properties: {
      type: { type: 'string', required: true },
      asterisk_id: { type: 'string' },
    },
  },
  MissingParams: {
    resource: 'events',
    summary: 'The request for an event socket lacked parameters.',
    properties: {
      params: { type: 'List[string]', required: true },
    },
  },
  Event: {
    resource: 'events',
    summary: 'What every event has.',
    subTypes: [
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
    ],
    properties: {
      application: { type: 'string', required: true },
      timestamp: { type: 'Date', required: true },
      sequence: { type: 'long', extension: true },
    },
  },
  EventsMissed: {
    resource: 'events',
    summary: 'Events came while no socket listened, and could not be kept.',
    extension: true,
    base: 'Event',
    properties: {
      count: { type: 'int', required: true },
      restarted: { type: 'boolean' },
    },
  },
  ContactInfo: {
    resource: 'events',
    summary: 'A contact of an endpoint and whether it answers.',
    properties: {
      uri: { type: 'string', required: true },
      contact_status: {
        type: 'string',
        required: true,
        values: ['Unreachable', 'Reachable', 'Unknown', 'NonQualified', 'Removed'],
      },
      aor: { type: 'string', required: true },
      roundtrip_usec: { type: 'string' },
    },
  },
  Peer: {
    resource: 'events',
    summary: 'A peer and whether it answers.',
    properties: {
      peer_status: { type: 'string', required: true },
      cause: { type: 'string' },
      address: { type: 'string' },
      port: { type: 'string' },
      time: { type: 'string' },
    },
  },
  DeviceStateChanged: {
    resource: 'events',
    summary: 'The state of a device changed.',
    properties: {
      device_state: { type: 'DeviceState', required: true },
    },
  },
  PlaybackStarted: {
    resource: 'events',
    summary: 'Media began to be played.',
    properties: {
      playback: { type: 'Playback', required: true },
    },
  },
  PlaybackContinuing: {
    resource: 'events',
    summary: 'A playback goes on with its next media.',
    properties: {
      playback: { type: 'Playback', required: true },
    },
  },
  PlaybackFinished: {
    resource: 'events',
    summary: 'A playback is over.',
    properties: {
      playback: { type: 'Playback', required: true },
    },
  },
  RecordingStarted: {
    resource: 'events',
    summary: 'A recording began.',
    properties: {
      recording: { type: 'LiveRecording', required: true },
    },
  },
  RecordingFinished: {
    resource: 'events',
    summary: 'A recording is complete.',
    properties: {
      recording: { type: 'LiveRecording', required: true },
    },
  },
  RecordingFailed: {
    resource: 'events',
    summary: 'A recording failed.',
    properties: {
      recording: { type: 'LiveRecording', required: true },
    },
  },
  ApplicationMoveFailed: {
    resource: 'events',
    summary: 'A channel could not be handed over to another application.',
    properties: {
      channel: { type: 'Channel', required: true },
      destination: { type: 'string', required: true },
      args: { type: 'List[string]', required: true },
    },
  },
  ApplicationRegistered: {
    resource: 'events',
    summary: 'An application is there.',
    properties: {},
  },
  ApplicationUnregistered: {
    resource: 'events',
    summary: 'An application is gone.',
    properties: {},
  },
  ApplicationReplaced: {
    resource: 'events',
    summary: 'Another event socket took the application over.',
    properties: {},
  },
  BridgeCreated: {
    resource: 'events',
    summary: 'A bridge was created.',
    properties: {
      bridge: { type: 'Bridge', required: true },
    },
  },
  BridgeDestroyed: {
    resource: 'events',
    summary: 'A bridge was destroyed.',
    properties: {
      bridge: { type: 'Bridge', required: true },
    },
  },
  BridgeMerged: {
    resource: 'events',
    summary: 'One bridge took over the channels of another.',
    properties: {
      bridge: { type: 'Bridge', required: true },
      bridge_from: { type: 'Bridge', required: true },
    },
  },
  BridgeVideoSourceChanged: {
    resource: 'events',
    summary: "Another channel's video is shown in a bridge.",
    properties: {
      bridge: { type: 'Bridge', required: true },
      old_video_source_id: { type: 'string' },
    },
  },
  BridgeBlindTransfer: {
    resource: 'events',
    summary: 'Somebody in a bridge transferred a call without asking first.',
    properties: {
      channel: { type: 'Channel', required: true },
      replace_channel: { type: 'Channel' },
      transferee: { type: 'Channel' },
      exten: { type: 'string', required: true },
      context: { type: 'string', required: true },
      result: { type: 'string', required: true },
      is_external: { type: 'boolean', required: true },
      bridge: { type: 'Bridge' },
    },
  },
  BridgeAttendedTransfer: {
    resource: 'events',
    summary: 'Somebody in a bridge transferred a call after talking to its new place.',
    properties: {
      transferer_first_leg: { type: 'Channel', required: true },
      transferer_second_leg: { type: 'Channel', required: true },
      replace_channel: { type: 'Channel' },
      transferee: { type: 'Channel' },
      transfer_target: { type: 'Channel' },
      result: { type: 'string', required: true },
      is_external: { type: 'boolean', required: true },
      transferer_first_leg_bridge: { type: 'Bridge' },
      transferer_second_leg_bridge: { type: 'Bridge' },
      destination_type: { type: 'string', required: true },
      destination_bridge: { type: 'string' },
      destination_application: { type: 'string' },
      destination_link_first_leg: { type: 'Channel' },
      destination_link_second_leg: { type: 'Channel' },
      destination_threeway_channel: { type: 'Channel' },
      destination_threeway_bridge: { type: 'Bridge' },
    },
  },
  ChannelCreated: {
    resource: 'events',
    summary: 'A channel was created.',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelDestroyed: {
    resource: 'events',
    summary: 'A channel is gone.',
    properties: {
      cause: { type: 'int', required: true },
      cause_txt: { type: 'string', required: true },
      tech_cause: { type: 'int' },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelEnteredBridge: {
    resource: 'events',
    summary: 'A channel joined a bridge.',
    properties: {
      bridge: { type: 'Bridge', required: true },
      channel: { type: 'Channel' },
    },
  },
  ChannelLeftBridge: {
    resource: 'events',
    summary: 'A channel left a bridge.',
    properties: {
      bridge: { type: 'Bridge', required: true },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelStateChange: {
    resource: 'events',
    summary: 'The state of a channel changed.',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelDtmfReceived: {
    resource: 'events',
    summary: 'A digit ended.',
    properties: {
      digit: { type: 'string', required: true },
      duration_ms: { type: 'int', required: true },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelDialplan: {
    resource: 'events',
    summary: 'A channel began to run another application of the dial plan.',
    properties: {
      channel: { type: 'Channel', required: true },
      dialplan_app: { type: 'string', required: true },
      dialplan_app_data: { type: 'string', required: true },
    },
  },
  ChannelCallerId: {
    resource: 'events',
    summary: 'The caller id of a channel changed.',
    properties: {
      caller_presentation: { type: 'int', required: true },
      caller_presentation_txt: { type: 'string', required: true },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelUserevent: {
    resource: 'events',
    summary: 'An event that a program or the dial plan made.',
    properties: {
      eventname: { type: 'string', required: true },
      channel: { type: 'Channel' },
      bridge: { type: 'Bridge' },
      endpoint: { type: 'Endpoint' },
      userevent: { type: 'object', required: true },
    },
  },
  ChannelHangupRequest: {
    resource: 'events',
    summary: 'Somebody asked for a channel to be hung up.',
    properties: {
      cause: { type: 'int' },
      tech_cause: { type: 'int' },
      soft: { type: 'boolean' },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelVarset: {
    resource: 'events',
    summary: 'A variable was set.',
    properties: {
      variable: { type: 'string', required: true },
      value: { type: 'string', required: true },
      channel: { type: 'Channel' },
    },
  },
  ChannelHold: {
    resource: 'events',
    summary: 'A channel was put on hold.',
    properties: {
      channel: { type: 'Channel', required: true },
      musicclass: { type: 'string' },
    },
  },
  ChannelUnhold: {
    resource: 'events',
    summary: 'A channel was taken off hold.',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelToneDetected: {
    resource: 'events',
    summary: 'A tone was heard on a channel.',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelTalkingStarted: {
    resource: 'events',
    summary: 'Talking was heard on a channel.',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelTalkingFinished: {
    resource: 'events',
    summary: 'Talking is no longer heard on a channel.',
    properties: {
      channel: { type: 'Channel', required: true },
      duration: { type: 'int', required: true },
    },
  },
  ContactStatusChange: {
    resource: 'events',
    summary: 'A contact began or ceased to answer.',
    properties: {
      endpoint: { type: 'Endpoint', required: true },
      contact_info: { type: 'ContactInfo', required: true },
    },
  },
  PeerStatusChange: {
    resource: 'events',
    summary: 'A peer began or ceased to answer.',
    properties: {
      endpoint: { type: 'Endpoint', required: true },
      peer: { type: 'Peer', required: true },
    },
  },
  EndpointStateChange: {
    resource: 'events',
    summary: 'An endpoint went online or offline.',
    properties: {
      endpoint: { type: 'Endpoint', required: true },
    },
  },
  Dial: {
    resource: 'events',
    summary: 'A call to somebody began, made progress or ended.',
    properties: {
      caller: { type: 'Channel' },
      peer: { type: 'Channel', required: true },
      forward: { type: 'string' },
      forwarded: { type: 'Channel' },
      dialstring: { type: 'string' },
      dialstatus: { type: 'string', required: true },
    },
  },
  StasisEnd: {
    resource: 'events',
    summary: 'A channel left the application.',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  StasisStart: {
    resource: 'events',
    summary: 'A channel entered the application.',
    properties: {
      args: { type: 'List[string]', required: true },
      channel: { type: 'Channel', required: true },
      replace_channel: { type: 'Channel' },
      handed_over: { type: 'boolean', extension: true },
    },
  },
  TextMessageReceived: {
    resource: 'events',
    summary: 'A text message came from an endpoint.',
    properties: {
      message: { type: 'TextMessage', required: true },
      endpoint: { type: 'Endpoint' },
    },
  },
  ChannelConnectedLine: {
    resource: 'events',
    summary: 'Who a channel is connected with changed.',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelTransfer: {
    resource: 'events',
    summary: 'A far end asked for a transfer that the application is to make.',
    properties: {
      state: { type: 'string' },
      refer_to: { type: 'ReferTo', required: true },
      referred_by: { type: 'ReferredBy', required: true },
    },
  },
  ReferTo: {
    resource: 'events',
    summary: 'Where a transfer is to go.',
    properties: {
      requested_destination: { type: 'RequiredDestination', required: true },
      destination_channel: { type: 'Channel' },
      connected_channel: { type: 'Channel' },
      bridge: { type: 'Bridge' },
    },
  },
  ReferredBy: {
    resource: 'events',
    summary: 'Who asked for a transfer.',
    properties: {
      source_channel: { type: 'Channel', required: true },
      connected_channel: { type: 'Channel' },
      bridge: { type: 'Bridge' },
    },
  },
  RequiredDestination: {
    resource: 'events',
    summary: 'The place that a transfer names.',
    properties: {
      protocol_id: { type: 'string' },
      destination: { type: 'string' },
      additional_protocol_params: { type: 'List[AdditionalParam]' },
    },
  },
  AdditionalParam: {
    resource: 'events',
    summary: 'A parameter of the technology.',
    properties: {
      parameter_name: { type: 'string', required: true },
      parameter_value: { type: 'string', required: true },
    },
  },
  RESTHeader: {
    resource: 'events',
    summary: 'A header of a request over the event socket.',
    properties: {
      name: { type: 'string', required: true },
      value: { type: 'string', required: true },
    },
  },
  RESTQueryStringParameter: {
    resource: 'events',
    summary: 'A parameter of a request over the event socket.',
    properties: {
      name: { type: 'string', required: true },
      value: { type: 'string', required: true },
    },
  },
  RESTRequest: {
    resource: 'events',
    summary: 'A request over the event socket.',
    properties: {
      type: { type: 'string', required: true },
      transaction_id: { type: 'string', required: true },
      request_id: { type: 'string', required: true },
      method: { type: 'string', required: true },
      uri: { type: 'string', required: true },
      content_type: { type: 'string' },
      query_strings: { type: 'List[RESTQueryStringParameter]' },
      message_body: { type: 'string' },
    },
  },
  RESTResponse: {
    resource: 'events',
    summary: 'The answer to a request over the event socket.',
    properties: {
      transaction_id: { type: 'string', required: true },
      request_id: { type: 'string', required: true },
      status_code: { type: 'int', required: true },
      reason_phrase: { type: 'string', required: true },
      uri: { type: 'string', required: true },
      content_type: { type: 'string' },
      message_body: { type: 'string' },
    },
  },
  CallBroadcast: {
    resource: 'events',
    summary: 'A call is offered to several applications.',
    properties: {
      channel: { type: 'Channel', required: true },
      caller: { type: 'string' },
      called: { type: 'string' },
    },
  },
  CallClaimed: {
    resource: 'events',
    summary: 'One application claimed a call that was offered to several.',
    properties: {
      channel: { type: 'Channel', required: true },
      winner_app: { type: 'string', required: true },
    },
  },
} as const satisfies Record<string, ModelSpec>;
