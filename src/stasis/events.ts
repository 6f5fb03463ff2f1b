import type {
  Channel,
  ContactStatus,
  DeviceState,
  EndpointSnapshot,
  HangupRequest,
  PeerStatus,
  TextMessage,
} from '../switch/index.ts';

/** What an application may be told; each door has a pure function that turns it into its own form. */
export type AppEvent =
  | { readonly kind: 'StasisStart'; readonly channel: Channel; readonly args: readonly string[] }
  | { readonly kind: 'StasisEnd'; readonly channel: Channel }
  | { readonly kind: 'ChannelCreated'; readonly channel: Channel }
  | { readonly kind: 'ChannelStateChange'; readonly channel: Channel }
  | { readonly kind: 'ChannelDestroyed'; readonly channel: Channel }
  | { readonly kind: 'ChannelHangupRequest'; readonly channel: Channel; readonly request: HangupRequest }
  | { readonly kind: 'ChannelDialplan'; readonly channel: Channel }
  | {
      readonly kind: 'ChannelVarset';
      readonly channel: Channel | undefined;
      readonly name: string;
      readonly value: string;
    }
  | { readonly kind: 'ChannelCallerId'; readonly channel: Channel }
  | { readonly kind: 'ChannelConnectedLine'; readonly channel: Channel }
  | {
      readonly kind: 'ChannelDtmfReceived';
      readonly channel: Channel;
      readonly digit: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'ChannelHold'; readonly channel: Channel; readonly musicClass: string }
  | { readonly kind: 'ChannelUnhold'; readonly channel: Channel }
  | {
      readonly kind: 'ChannelUserevent';
      readonly channel: Channel | undefined;
      readonly name: string;
      /** Strings from the dial plan, any JSON from ARI. */
      readonly values: Readonly<Record<string, unknown>>;
      readonly endpoint?: EndpointSnapshot;
    }
  | {
      readonly kind: 'Dial';
      readonly caller: Channel | undefined;
      readonly peer: Channel;
      readonly dialString: string;
      /** Empty at the beginning, then RINGING and the like, at last ANSWER or why not. */
      readonly status: string;
    }
  | { readonly kind: 'ApplicationReplaced' }
  | {
      readonly kind: 'ContactStatusChange';
      readonly endpoint: EndpointSnapshot;
      readonly contact: ContactStatus;
    }
  | { readonly kind: 'PeerStatusChange'; readonly endpoint: EndpointSnapshot; readonly peer: PeerStatus }
  | { readonly kind: 'EndpointStateChange'; readonly endpoint: EndpointSnapshot }
  | {
      readonly kind: 'TextMessageReceived';
      readonly endpoint: EndpointSnapshot;
      readonly message: TextMessage;
    }
  | { readonly kind: 'DeviceStateChanged'; readonly device: string; readonly state: DeviceState };

/** Whoever listens for an application: a WebSocket, or a program in the same process. */
export interface Consumer {
  /** One event for each of the applications, rendered at most once by the consumer's door. */
  tell(event: AppEvent, application: string): void;
}
