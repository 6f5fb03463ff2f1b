import type { Logger } from '../log/index.ts';
import { type Clock, Emitter, systemClock } from '../platform/index.ts';
import { Channel, type ChannelOptions } from './channel.ts';
import type { ChannelState, DialplanLocation, HangupRequest, Party, Progress } from './channel-types.ts';
import { type DeviceState, DeviceStates } from './device-states.ts';
import {
  type ContactStatus,
  type EndpointRef,
  type EndpointState,
  Endpoints,
  type PeerStatus,
  type RegistryStatus,
} from './endpoints.ts';
import { Mailboxes, type MessageCounts } from './mailboxes.ts';
import { type Presence, PresenceStates } from './presence-states.ts';
import { Technologies } from './technologies.ts';
import { TextMessages } from './text-messages.ts';

/** How a call to the far end ended: DIALSTATUS, and what DialEnd tells. */
export type DialStatus = 'ANSWER' | 'BUSY' | 'CONGESTION' | 'NOANSWER' | 'CHANUNAVAIL' | 'CANCEL';

/** What came of an order to call somebody that was not waited for. */
export interface OriginateResult {
  /** What the one who asked calls it. */
  readonly actionId: string | undefined;
  /** The channel; where none came to be, what was to be called. */
  readonly channel: Channel | string;
  readonly answered: boolean;
  readonly target: Destination;
  /** In the numbers of AMI's `Reason`. */
  readonly reason: number;
  readonly caller: Party;
}

/** Where a call that goes out continues when it is answered. */
export type Destination =
  | ({ readonly kind: 'extension' } & DialplanLocation)
  | { readonly kind: 'application'; readonly name: string; readonly data: string };

/** Everything that happens to calls and endpoints, raised once here and rendered by each door. */
export interface SwitchEvents {
  channelCreated: [channel: Channel];
  channelState: [channel: Channel, before: ChannelState];
  channelDialplan: [channel: Channel];
  /** A variable was set; without a channel it is a global one. */
  variable: [channel: Channel | undefined, name: string, value: string];
  channelCallerId: [channel: Channel];
  channelConnectedLine: [channel: Channel];
  channelAccountCode: [channel: Channel, before: string];
  /** A channel begins to call; `caller` is who it calls for, undefined for nobody. */
  dialBegin: [caller: Channel | undefined, callee: Channel, dialString: string];
  dialState: [caller: Channel | undefined, callee: Channel, progress: Progress, dialString: string];
  dialEnd: [caller: Channel | undefined, callee: Channel, status: DialStatus, dialString: string];
  /** The two halves of a Local channel are joined; the second one runs the dial plan. */
  localBridge: [one: Channel, two: Channel, place: DialplanLocation, optimizing: boolean];
  originated: [result: OriginateResult];
  channelDigitBegin: [channel: Channel, digit: { digit: string; direction: 'Received' | 'Sent' }];
  channelDigit: [
    channel: Channel,
    digit: { digit: string; durationMs: number; direction: 'Received' | 'Sent' },
  ];
  channelHold: [channel: Channel, musicClass: string];
  channelUnhold: [channel: Channel];
  channelHangupRequest: [channel: Channel, request: HangupRequest];
  channelDestroyed: [channel: Channel];
  /** `byApplication`: an application raised it, which has heard it already. */
  userEvent: [
    channel: Channel | undefined,
    name: string,
    headers: readonly (readonly [string, string])[],
    byApplication?: true,
  ];
  endpointState: [endpoint: EndpointRef, state: EndpointState];
  contactStatus: [endpoint: EndpointRef, contact: ContactStatus];
  peerStatus: [endpoint: EndpointRef, peer: PeerStatus];
  /** A registration of ours with somebody else. */
  registry: [registry: RegistryStatus];
  deviceState: [device: string, state: DeviceState];
  /** The messages of a mailbox were counted. */
  mailbox: [mailbox: string, counts: MessageCounts];
  presenceState: [presentity: string, presence: Presence];
  /** The presence that an extension has by its hint, when it changed. */
  extensionPresenceChanged: [extension: { context: string; exten: string; hint: string; presence: Presence }];
  /** The state that an extension has by its hint: `InUse`, with the number that clients know it by. */
  extensionStateChanged: [
    extension: { context: string; exten: string; hint: string; status: number; text: string },
  ];
}

export interface SwitchOptions {
  readonly log: Logger;
  readonly clock?: Clock;
  /** asterisk.conf `systemname`: stands before every unique id. */
  readonly systemName?: string;
  /** asterisk.conf `defaultlanguage`. */
  readonly defaultLanguage?: string;
  /** asterisk.conf `maxcalls`; 0 is no limit. */
  readonly maxCalls?: number;
}

/** The registry of channels, and their owner: a channel lives from `create` to the end of its run or its hangup. */
export class Switch {
  readonly clock: Clock;
  readonly defaultLanguage: string;
  readonly events: Emitter<SwitchEvents>;
  readonly endpoints: Endpoints;
  readonly deviceStates: DeviceStates;
  /** What can be called: `PJSIP/alice`, `Local/100@default`. */
  readonly technologies = new Technologies();
  readonly mailboxes: Mailboxes;
  readonly messages = new TextMessages();
  readonly presenceStates: PresenceStates;
  readonly globals = new Map<string, string>();
  /** Reads the variables that every picture of a channel shows; undefined for none. */
  shownVariables: ((channel: Channel) => Readonly<Record<string, string>>) | undefined;

  readonly #log: Logger;
  readonly #idPrefix: string;
  readonly #maxCalls: number;
  readonly #channels = new Map<string, Channel>();
  readonly #byName = new Map<string, Channel>();
  readonly #running = new Set<Channel>();
  readonly #nameSequences = new Map<string, number>();
  #idSequence = 0;
  #processed = 0;
  #closing = false;
  #idle: (() => void)[] = [];

  constructor(options: SwitchOptions) {
    this.#log = options.log;
    this.clock = options.clock ?? systemClock;
    this.defaultLanguage = options.defaultLanguage ?? 'en';
    this.#idPrefix = options.systemName ? `${options.systemName}-` : '';
    this.#maxCalls = options.maxCalls ?? 0;
    this.events = new Emitter<SwitchEvents>((event, error) =>
      this.#log.error(
        `A listener to ${event} failed: ${error instanceof Error ? error.stack : String(error)}`,
      ),
    );
    this.endpoints = new Endpoints(this.events);
    this.deviceStates = new DeviceStates(this.events);
    this.mailboxes = new Mailboxes(this.events);
    this.presenceStates = new PresenceStates(this.events);
  }

  /** Whether a new call may begin: not while stopping, and not over `maxcalls`. */
  get accepting(): boolean {
    return !this.#closing && (this.#maxCalls === 0 || this.#channels.size < this.#maxCalls);
  }

  /** Calls begun since the start. */
  get processedCalls(): number {
    return this.#processed;
  }

  get channelCount(): number {
    return this.#channels.size;
  }

  /** Asterisk's unique id: seconds since 1970, a dot, a sequence number. */
  nextId(): string {
    return `${this.#idPrefix}${Math.floor(this.clock.now() / 1000)}.${this.#idSequence++}`;
  }

  /** Sets a global variable. */
  setGlobal(name: string, value: string): void {
    this.globals.set(name, value);
    this.events.emit('variable', undefined, name, value);
  }

  /** The number of a technology's next channel, as names show it. */
  nextSequence(technology: string): string {
    const sequence = this.#nameSequences.get(technology) ?? 0;
    this.#nameSequences.set(technology, (sequence + 1) >>> 0);
    return sequence.toString(16).padStart(8, '0');
  }

  /** Creates a channel, named after its technology's sequence. */
  create(options: ChannelOptions): Channel {
    const sequence = options.sequence ?? this.nextSequence(options.technology);
    const name = `${options.namePrefix}-${sequence}${options.nameSuffix ?? ''}`;
    const channel = new Channel(this, options.id ?? this.nextId(), name, options);
    this.#channels.set(channel.id, channel);
    this.#byName.set(name.toLowerCase(), channel);
    this.#processed++;
    this.endpoints.channelCreated(channel);
    this.events.emit('channelCreated', channel);
    return channel;
  }

  get(id: string): Channel | undefined {
    return this.#channels.get(id);
  }

  /** By name, in any case, or by unique id: what AMI and the CLI take. */
  find(nameOrId: string): Channel | undefined {
    return this.#byName.get(nameOrId.toLowerCase()) ?? this.#channels.get(nameOrId);
  }

  channels(): IterableIterator<Channel> {
    return this.#channels.values();
  }

  /** Runs a channel to its end and then destroys it; `program` must return soon after a wait says `hangup`. */
  async run(channel: Channel, program: (channel: Channel) => Promise<void>): Promise<void> {
    this.#running.add(channel);
    try {
      await program(channel);
    } catch (error) {
      this.#log.error(
        `${channel.name} ended by a fault: ${error instanceof Error ? error.stack : String(error)}`,
      );
    } finally {
      this.#running.delete(channel);
      await this.destroy(channel);
    }
  }

  /** Called by a channel: one that nobody runs has to be ended here. */
  hangupRequested(channel: Channel): void {
    if (!this.#running.has(channel)) void this.destroy(channel);
  }

  async destroy(channel: Channel): Promise<void> {
    if (channel.destroyed) return;
    try {
      await channel.end();
    } catch (error) {
      this.#log.warning(`${channel.name} did not end cleanly: ${String(error)}`);
    }
    if (!this.#channels.delete(channel.id)) return;
    this.#byName.delete(channel.name.toLowerCase());
    this.endpoints.channelDestroyed(channel);
    this.events.emit('channelDestroyed', channel);
    if (this.#channels.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Refuses new calls; resolves when the last one has ended by itself. */
  drain(): Promise<void> {
    this.#closing = true;
    if (this.#channels.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Takes `drain` back: `core abort shutdown`. */
  resume(): void {
    this.#closing = false;
    this.#idle = [];
  }

  /** Hangs every channel up and forgets all listeners. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#channels.values()].map((channel) => this.destroy(channel)));
    this.events.removeAll();
  }
}
