import type { ModelSpec } from '../operation.ts';

export const eventsModels = {
  Message: {
    resource: 'events',
    subTypes: ['MissingParams', 'Event'],
    discriminator: 'type',
    properties: {
      type: { type: 'string', required: true },
      asterisk_id: { type: 'string' },
    },
  },
  MissingParams: {
    resource: 'events',
    properties: {
      params: { type: 'List[string]', required: true },
    },
  },
  Event: {
    resource: 'events',
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
    },
  },
  ContactInfo: {
    resource: 'events',
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
    properties: {
      device_state: { type: 'DeviceState', required: true },
    },
  },
  PlaybackStarted: {
    resource: 'events',
    properties: {
      playback: { type: 'Playback', required: true },
    },
  },
  PlaybackContinuing: {
    resource: 'events',
    properties: {
      playback: { type: 'Playback', required: true },
    },
  },
  PlaybackFinished: {
    resource: 'events',
    properties: {
      playback: { type: 'Playback', required: true },
    },
  },
  RecordingStarted: {
    resource: 'events',
    properties: {
      recording: { type: 'LiveRecording', required: true },
    },
  },
  RecordingFinished: {
    resource: 'events',
    properties: {
      recording: { type: 'LiveRecording', required: true },
    },
  },
  RecordingFailed: {
    resource: 'events',
    properties: {
      recording: { type: 'LiveRecording', required: true },
    },
  },
  ApplicationMoveFailed: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
      destination: { type: 'string', required: true },
      args: { type: 'List[string]', required: true },
    },
  },
  ApplicationRegistered: {
    resource: 'events',
    properties: {},
  },
  ApplicationUnregistered: {
    resource: 'events',
    properties: {},
  },
  ApplicationReplaced: {
    resource: 'events',
    properties: {},
  },
  BridgeCreated: {
    resource: 'events',
    properties: {
      bridge: { type: 'Bridge', required: true },
    },
  },
  BridgeDestroyed: {
    resource: 'events',
    properties: {
      bridge: { type: 'Bridge', required: true },
    },
  },
  BridgeMerged: {
    resource: 'events',
    properties: {
      bridge: { type: 'Bridge', required: true },
      bridge_from: { type: 'Bridge', required: true },
    },
  },
  BridgeVideoSourceChanged: {
    resource: 'events',
    properties: {
      bridge: { type: 'Bridge', required: true },
      old_video_source_id: { type: 'string' },
    },
  },
  BridgeBlindTransfer: {
    resource: 'events',
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
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelDestroyed: {
    resource: 'events',
    properties: {
      cause: { type: 'int', required: true },
      cause_txt: { type: 'string', required: true },
      tech_cause: { type: 'int' },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelEnteredBridge: {
    resource: 'events',
    properties: {
      bridge: { type: 'Bridge', required: true },
      channel: { type: 'Channel' },
    },
  },
  ChannelLeftBridge: {
    resource: 'events',
    properties: {
      bridge: { type: 'Bridge', required: true },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelStateChange: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelDtmfReceived: {
    resource: 'events',
    properties: {
      digit: { type: 'string', required: true },
      duration_ms: { type: 'int', required: true },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelDialplan: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
      dialplan_app: { type: 'string', required: true },
      dialplan_app_data: { type: 'string', required: true },
    },
  },
  ChannelCallerId: {
    resource: 'events',
    properties: {
      caller_presentation: { type: 'int', required: true },
      caller_presentation_txt: { type: 'string', required: true },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelUserevent: {
    resource: 'events',
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
    properties: {
      cause: { type: 'int' },
      tech_cause: { type: 'int' },
      soft: { type: 'boolean' },
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelVarset: {
    resource: 'events',
    properties: {
      variable: { type: 'string', required: true },
      value: { type: 'string', required: true },
      channel: { type: 'Channel' },
    },
  },
  ChannelHold: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
      musicclass: { type: 'string' },
    },
  },
  ChannelUnhold: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelToneDetected: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelTalkingStarted: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelTalkingFinished: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
      duration: { type: 'int', required: true },
    },
  },
  ContactStatusChange: {
    resource: 'events',
    properties: {
      endpoint: { type: 'Endpoint', required: true },
      contact_info: { type: 'ContactInfo', required: true },
    },
  },
  PeerStatusChange: {
    resource: 'events',
    properties: {
      endpoint: { type: 'Endpoint', required: true },
      peer: { type: 'Peer', required: true },
    },
  },
  EndpointStateChange: {
    resource: 'events',
    properties: {
      endpoint: { type: 'Endpoint', required: true },
    },
  },
  Dial: {
    resource: 'events',
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
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  StasisStart: {
    resource: 'events',
    properties: {
      args: { type: 'List[string]', required: true },
      channel: { type: 'Channel', required: true },
      replace_channel: { type: 'Channel' },
    },
  },
  TextMessageReceived: {
    resource: 'events',
    properties: {
      message: { type: 'TextMessage', required: true },
      endpoint: { type: 'Endpoint' },
    },
  },
  ChannelConnectedLine: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
    },
  },
  ChannelTransfer: {
    resource: 'events',
    properties: {
      state: { type: 'string' },
      refer_to: { type: 'ReferTo', required: true },
      referred_by: { type: 'ReferredBy', required: true },
    },
  },
  ReferTo: {
    resource: 'events',
    properties: {
      requested_destination: { type: 'RequiredDestination', required: true },
      destination_channel: { type: 'Channel' },
      connected_channel: { type: 'Channel' },
      bridge: { type: 'Bridge' },
    },
  },
  ReferredBy: {
    resource: 'events',
    properties: {
      source_channel: { type: 'Channel', required: true },
      connected_channel: { type: 'Channel' },
      bridge: { type: 'Bridge' },
    },
  },
  RequiredDestination: {
    resource: 'events',
    properties: {
      protocol_id: { type: 'string' },
      destination: { type: 'string' },
      additional_protocol_params: { type: 'List[AdditionalParam]' },
    },
  },
  AdditionalParam: {
    resource: 'events',
    properties: {
      parameter_name: { type: 'string', required: true },
      parameter_value: { type: 'string', required: true },
    },
  },
  RESTHeader: {
    resource: 'events',
    properties: {
      name: { type: 'string', required: true },
      value: { type: 'string', required: true },
    },
  },
  RESTQueryStringParameter: {
    resource: 'events',
    properties: {
      name: { type: 'string', required: true },
      value: { type: 'string', required: true },
    },
  },
  RESTRequest: {
    resource: 'events',
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
    properties: {
      channel: { type: 'Channel', required: true },
      caller: { type: 'string' },
      called: { type: 'string' },
    },
  },
  CallClaimed: {
    resource: 'events',
    properties: {
      channel: { type: 'Channel', required: true },
      winner_app: { type: 'string', required: true },
    },
  },
} as const satisfies Record<string, ModelSpec>;
