import type {
  Channel,
  EndpointRef,
  EndpointSnapshot,
  EndpointState,
  Switch,
  Taken,
  TextMessage,
} from '../switch/index.ts';
import { tell } from './application.ts';
import type { Audience } from './audience.ts';
import type { AppEvent } from './events.ts';

/** Tells applications what happens in the switch. */
export class SwitchFeed {
  readonly #switch: Switch;
  readonly #audience: Audience;
  readonly #offs: (() => void)[] = [];

  constructor(owner: Switch, audience: Audience) {
    this.#switch = owner;
    this.#audience = audience;
    this.#listen();
  }

  /** Told once to who listens to the caller or to the one who is called. */
  #dial(caller: Channel | undefined, peer: Channel, dialString: string, status: string): void {
    const ids = caller === undefined ? [peer.id] : [peer.id, caller.id];
    this.#audience.publish('channel', ids, { kind: 'Dial', caller, peer, dialString, status });
  }

  #listen(): void {
    const { events } = this.#switch;
    this.#offs.push(
      events.on('channelCreated', (channel) =>
        this.#audience.publishChannel(channel, { kind: 'ChannelCreated', channel }),
      ),
      events.on('channelState', (channel) =>
        this.#audience.publishChannel(channel, { kind: 'ChannelStateChange', channel }),
      ),
      events.on('channelDialplan', (channel) =>
        this.#audience.publishChannel(channel, { kind: 'ChannelDialplan', channel }),
      ),
      events.on('channelCallerId', (channel) =>
        this.#audience.publishChannel(channel, { kind: 'ChannelCallerId', channel }),
      ),
      events.on('channelConnectedLine', (channel) =>
        this.#audience.publishChannel(channel, { kind: 'ChannelConnectedLine', channel }),
      ),
      events.on('channelHangupRequest', (channel, request) =>
        this.#audience.publishChannel(channel, { kind: 'ChannelHangupRequest', channel, request }),
      ),
      events.on('dialBegin', (caller, peer, dialString) => this.#dial(caller, peer, dialString, '')),
      events.on('dialState', (caller, peer, progress, dialString) =>
        this.#dial(caller, peer, dialString, progress.toUpperCase()),
      ),
      events.on('dialEnd', (caller, peer, status, dialString) =>
        this.#dial(caller, peer, dialString, status),
      ),
      events.on('channelDigit', (channel, { digit, durationMs, direction }) => {
        if (direction === 'Received')
          this.#audience.publishChannel(channel, { kind: 'ChannelDtmfReceived', channel, digit, durationMs });
      }),
      events.on('channelHold', (channel, musicClass) =>
        this.#audience.publishChannel(channel, { kind: 'ChannelHold', channel, musicClass }),
      ),
      events.on('channelUnhold', (channel) =>
        this.#audience.publishChannel(channel, { kind: 'ChannelUnhold', channel }),
      ),
      events.on('variable', (channel, name, value) => {
        const event = { kind: 'ChannelVarset', channel, name, value } as const;
        if (channel === undefined) this.#audience.publish('channel', [], event);
        else this.#audience.publishChannel(channel, event);
      }),
      events.on('userEvent', (channel, name, headers, byApplication) => {
        if (byApplication === true) return;
        const event = {
          kind: 'ChannelUserevent',
          channel,
          name,
          values: Object.fromEntries(headers),
        } as const;
        if (channel === undefined) this.#audience.publish('channel', [], event);
        else this.#audience.publishChannel(channel, event);
      }),
      events.on('channelDestroyed', (channel) => {
        this.#audience.publishChannel(channel, { kind: 'ChannelDestroyed', channel });
        this.#audience.forget('channel', channel.id);
      }),
      events.on('contactStatus', (ref, contact) =>
        this.#endpoint(ref, (endpoint) => ({ kind: 'ContactStatusChange', endpoint, contact })),
      ),
      events.on('peerStatus', (ref, peer) =>
        this.#endpoint(ref, (endpoint) => ({ kind: 'PeerStatusChange', endpoint, peer })),
      ),
      events.on('endpointState', (ref, state) =>
        this.#endpointOnly(ref, (endpoint) => ({ kind: 'EndpointStateChange', endpoint }), state),
      ),
      this.#switch.messages.take((ref, message) => this.#message(ref, message)),
      events.on('deviceState', (device, state) =>
        this.#audience.publish('device', [device], { kind: 'DeviceStateChanged', device, state }),
      ),
    );
  }

  /** Finding out how an endpoint stands costs more than anything here: nobody does where nobody listens. */
  #endpoint(ref: EndpointRef, make: (endpoint: EndpointSnapshot) => AppEvent): void {
    const ids = endpointIds(ref);
    if (this.#audience.hears('endpoint', ids))
      this.#audience.publish('endpoint', ids, make(this.#subject(ref)));
  }

  /** Whether any application wants messages of the endpoint; those that do are told. */
  #message(ref: EndpointRef, message: TextMessage): Taken {
    if (!this.#audience.hears('endpoint', endpointIds(ref))) return 'nobody';
    this.#endpoint(ref, (endpoint) => ({ kind: 'TextMessageReceived', endpoint, message }));
    return 'taken';
  }

  /** For those who asked for the endpoint or its technology: one subscribed to everything is not told this. */
  #endpointOnly(
    ref: EndpointRef,
    make: (endpoint: EndpointSnapshot) => AppEvent,
    state: EndpointState,
  ): void {
    const told = this.#audience.subscribed('endpoint', endpointIds(ref));
    if (told.size === 0) return;
    const event = make(this.#subject(ref, state));
    for (const app of told) tell(app, event);
  }

  /** An endpoint as it is now; one that is already gone has no channels. */
  #subject(ref: EndpointRef, state?: EndpointState): EndpointSnapshot {
    const found = this.#switch.endpoints.get(ref.technology, ref.resource);
    return {
      technology: ref.technology,
      resource: ref.resource,
      state: state ?? found?.state ?? 'unknown',
      channelIds: found?.channelIds ?? [],
    };
  }

  close(): void {
    for (const off of this.#offs.splice(0)) off();
  }
}

/** What subscriptions to an endpoint go by. */
function endpointIds({ technology, resource }: EndpointRef): readonly string[] {
  return [`${technology}/${resource}`, technology];
}
