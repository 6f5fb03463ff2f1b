import type { MediaEngine, RtpLeg } from '../media/index.ts';
import {
  type Channel,
  type ChannelRequest,
  type ChannelTechnology,
  type DialplanLocation,
  RequestError,
  type Switch,
} from '../switch/index.ts';
import { LocalHalf } from './local-half.ts';

export interface LocalChannelsOptions {
  readonly switch: Switch;
  readonly media: MediaEngine;
  readonly dialplan: {
    exists(context: string, exten: string, callerNumber: string): boolean;
    run(channel: Channel): Promise<void>;
  };
}

/** A call's share in the state of its device, from its answer to the end of its first half. */
interface LocalUse {
  readonly device: string;
  use: 'none' | 'now' | 'over';
}

const TECHNOLOGY = 'Local';
const DEFAULT_CONTEXT = 'default';
/** Q.850. */
const SWITCH_CONGESTION = 42;
const NO_CIRCUIT = 34;

/** `exten@context/options`, the context and the options being optional. */
export function parseLocal(resource: string): {
  readonly exten: string;
  readonly context: string;
  readonly options: string;
} {
  const slash = resource.indexOf('/');
  const place = slash < 0 ? resource : resource.slice(0, slash);
  const at = place.indexOf('@');
  return {
    exten: at < 0 ? place : place.slice(0, at),
    context: (at < 0 ? '' : place.slice(at + 1)) || DEFAULT_CONTEXT,
    options: slash < 0 ? '' : resource.slice(slash + 1),
  };
}

/**
 * Calls into the dial plan: `Local/100@default` is a pair of channels, of which `;1` belongs to who asked for it and `;2`
 * runs extension 100. What is said on one is heard on the other.
 */
export class LocalChannels implements ChannelTechnology {
  readonly name = TECHNOLOGY;
  readonly #options: LocalChannelsOptions;
  readonly #offs: (() => void)[];
  /** How many calls that were answered each device has. */
  readonly #inUse = new Map<string, number>();
  /** The call of each half. */
  readonly #calls = new Map<Channel, LocalUse>();

  constructor(options: LocalChannelsOptions) {
    this.#options = options;
    const { switch: owner, dialplan } = options;
    this.#offs = [
      owner.technologies.provide(this),
      owner.events.on('channelState', (channel) => this.#answered(channel)),
      owner.events.on('channelDestroyed', (channel) => this.#ended(channel)),
      owner.deviceStates.provide(TECHNOLOGY, (resource) => {
        const { exten, context } = parseLocal(resource);
        if (!dialplan.exists(context, exten, '')) return 'INVALID';
        return this.#inUse.has(`${TECHNOLOGY}/${exten}@${context}`) ? 'INUSE' : 'NOT_INUSE';
      }),
    ];
  }

  async request(request: ChannelRequest): Promise<Channel> {
    const { switch: owner, media } = this.#options;
    if (!owner.accepting) throw new RequestError(SWITCH_CONGESTION, 'no call can be made now');
    const { exten, context, options } = parseLocal(request.resource);
    if (exten === '') throw new RequestError(SWITCH_CONGESTION, 'Local needs an extension');
    let legs: readonly [RtpLeg, RtpLeg];
    try {
      legs = await media.createPair(request.near?.driver.media?.leg);
    } catch (error) {
      throw new RequestError(NO_CIRCUIT, (error as Error).message);
    }
    const otherId = request.otherId ?? (request.id === undefined ? undefined : `${request.id};2`);
    for (const id of [request.id, otherId]) {
      if (id === undefined || owner.get(id) === undefined) continue;
      await Promise.all(legs.map((leg) => leg.close()));
      throw new RequestError(SWITCH_CONGESTION, `there is a channel '${id}'`);
    }
    return this.#create(legs, { context, exten, priority: 1 }, options, { ...request, otherId });
  }

  #create(
    [legOne, legTwo]: readonly [RtpLeg, RtpLeg],
    location: DialplanLocation,
    options: string,
    { resource, id, otherId }: Pick<ChannelRequest, 'resource' | 'id' | 'otherId'>,
  ): Channel {
    const { switch: owner, dialplan } = this.#options;
    const device = `${location.exten}@${location.context}`;
    const common = {
      namePrefix: `${TECHNOLOGY}/${device}`,
      sequence: owner.nextSequence(TECHNOLOGY),
      technology: TECHNOLOGY,
      location,
    };
    const run = (channel: Channel) => dialplan.run(channel);
    const exists = (caller: string) => dialplan.exists(location.context, location.exten, caller);
    const optimizing = !options.includes('n');
    const driverOne = new LocalHalf({ owner, leg: legOne, call: { run, exists, location, optimizing } });
    const driverTwo = new LocalHalf({ owner, leg: legTwo, call: undefined });
    const one = owner.create({
      ...common,
      nameSuffix: ';1',
      state: 'Down',
      driver: driverOne,
      dialString: resource,
      ...(id === undefined ? {} : { id }),
    });
    const two = owner.create({
      ...common,
      nameSuffix: ';2',
      state: 'Ring',
      driver: driverTwo,
      linkedId: one.linkedId,
      ...(otherId === undefined ? {} : { id: otherId }),
    });
    driverOne.join(one, two);
    driverTwo.join(two, one);
    const call: LocalUse = { device: `${TECHNOLOGY}/${device}`, use: 'none' };
    this.#calls.set(one, call);
    this.#calls.set(two, call);
    return one;
  }

  #answered(channel: Channel): void {
    const call = this.#calls.get(channel);
    if (call === undefined || channel.state !== 'Up') return;
    if (call.use === 'none') {
      call.use = 'now';
      this.#inUse.set(call.device, (this.#inUse.get(call.device) ?? 0) + 1);
    }
    this.#tell(call.device);
  }

  #ended(channel: Channel): void {
    const call = this.#calls.get(channel);
    this.#calls.delete(channel);
    if (call === undefined) return;
    if (call.use === 'now') {
      call.use = 'over';
      const calls = (this.#inUse.get(call.device) ?? 1) - 1;
      if (calls > 0) this.#inUse.set(call.device, calls);
      else this.#inUse.delete(call.device);
    }
    this.#tell(call.device);
  }

  /** Each half tells the state of the device, as in the original, whether it changes anything or not. */
  #tell(device: string): void {
    const { events, deviceStates } = this.#options.switch;
    events.emit('deviceState', device, deviceStates.get(device));
  }

  close(): void {
    for (const off of this.#offs) off();
  }
}
