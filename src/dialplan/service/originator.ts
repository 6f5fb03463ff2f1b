import type { Logger } from '../../log/index.ts';
import {
  type Channel,
  type Destination,
  type DialResult,
  dial,
  type Party,
  RequestError,
  type Switch,
} from '../../switch/index.ts';
import type { Origin } from '../run/evaluation.ts';

/** A name and its value; `quiet` ones are set without an event. */
export type OrderVariable = readonly [name: string, value: string, quiet?: boolean];

/** An order to call somebody, and what is to happen when they answer. */
export interface OriginateOrder {
  /** `PJSIP`, in any case, and what stands behind its slash. */
  readonly technology: string;
  readonly resource: string;
  /** Formats that may be offered; empty for what the technology would. */
  readonly formats: readonly string[];
  /** Milliseconds; undefined for as long as it rings. */
  readonly timeoutMs: number | undefined;
  /** Who it is for, as the far end is shown. */
  readonly caller?: Party | undefined;
  readonly accountCode?: string | undefined;
  /** Variables and functions, in the order in which they are set. */
  readonly variables: readonly OrderVariable[];
  readonly id?: string | undefined;
  readonly otherId?: string | undefined;
  /** A channel that the new one is to be connected with. */
  readonly near?: Channel | undefined;
  readonly target: Destination;
  /** Whether audio before the answer is answer enough. */
  readonly earlyMedia?: boolean;
  /** Whether whoever ordered it may do no harm. */
  readonly restricted: boolean;
}

/** An order to make a channel that does not call yet, and to run an application on it. */
export type CreateOrder = Pick<
  OriginateOrder,
  'technology' | 'resource' | 'formats' | 'variables' | 'id' | 'otherId'
> & { readonly application: { readonly name: string; readonly data: string } };

/** What came of it, in the numbers of AMI's `Reason`. */
export interface Origination {
  readonly answered: boolean;
  readonly reason: number;
}

/** A channel that is being called. */
export interface Originating {
  readonly channel: Channel;
  /** Told when it is answered, or will not be; the call then goes on by itself. */
  readonly result: Promise<Origination>;
}

/** What the originator asks of the dial plan. */
export interface OriginatorPlan {
  walk(channel: Channel): Promise<void>;
  execute(channel: Channel, name: string, data: string, origin: Origin): Promise<unknown> | undefined;
  setVariable(channel: Channel, name: string, value: string, origin: Origin): Promise<boolean>;
}

const REASON = { answered: 4, timeout: 3, BUSY: 5, CONGESTION: 8, none: 0 } as const;

/** What a channel that calls shows as its application, until it is answered. */
const CALLING = { app: 'AppDial2', data: '(Outgoing Line)' };

/** Calls somebody and lets the dial plan or an application have them when they answer. */
export class Originator {
  readonly #switch: Switch;
  readonly #plan: OriginatorPlan;
  readonly #log: Logger;

  constructor(options: { switch: Switch; plan: OriginatorPlan; log: Logger }) {
    this.#switch = options.switch;
    this.#plan = options.plan;
    this.#log = options.log;
  }

  /**
   * Begins to call. `prepared` is told of the channel when everything is set and nothing was sent yet.
   * @throws {RequestError} there is nobody to call, and no channel
   */
  async originate(order: OriginateOrder, prepared?: (channel: Channel) => void): Promise<Originating> {
    const channel = await this.#request(order);
    let told: (result: Origination) => void = () => {};
    const result = new Promise<Origination>((resolve) => {
      told = resolve;
    });
    await new Promise<void>((ready) => {
      const running = this.#switch.run(channel, async () => {
        await this.#prepare(channel, order);
        prepared?.(channel);
        ready();
        await this.#call(channel, order, told);
      });
      void running.then(() => {
        // One that ended before it could call.
        ready();
        told({ answered: false, reason: REASON.none });
      });
    });
    return { channel, result };
  }

  /**
   * Makes a channel that somebody else lets call; the application has it at once. `prepared` is told of it before.
   * @throws {RequestError} there is nobody to call, and no channel
   */
  async create(order: CreateOrder, prepared?: (channel: Channel) => void): Promise<Channel> {
    const channel = await this.#request(order);
    await this.#set(channel, order.variables, false);
    prepared?.(channel);
    queueMicrotask(() => {
      const { name, data } = order.application;
      void this.#switch.run(channel, async () => {
        const { context, exten, priority } = channel;
        channel.enter({ context, exten, priority }, name, data);
        await this.#apply(channel, order.application, { external: false }, { app: '', data: '' });
      });
    });
    return channel;
  }

  async #request(
    order: Pick<OriginateOrder, 'technology' | 'resource' | 'formats' | 'id' | 'otherId' | 'near'>,
  ): Promise<Channel> {
    const { technology, resource, formats, id, otherId, near } = order;
    try {
      return await this.#switch.technologies.request(technology, { resource, formats, id, otherId, near });
    } catch (error) {
      if (error instanceof RequestError)
        this.#log.notice(`${technology}/${resource} cannot be called: ${error.message}`);
      throw error;
    }
  }

  async #prepare(channel: Channel, order: OriginateOrder): Promise<void> {
    const { context, exten, priority } = channel;
    channel.enter({ context, exten, priority }, CALLING.app, CALLING.data);
    const plain = order.variables.filter((each) => !isFunction(each));
    await this.#set(channel, plain, order.restricted);
    if (order.accountCode !== undefined && order.accountCode !== '')
      channel.setAccountCode(order.accountCode);
    if (order.caller !== undefined) {
      channel.setCaller(order.caller);
      channel.setConnected(order.caller);
    }
    await this.#set(channel, order.variables.filter(isFunction), order.restricted);
  }

  async #set(channel: Channel, variables: readonly OrderVariable[], restricted: boolean): Promise<void> {
    const origin: Origin = restricted ? { external: true, restricted: true } : { external: true };
    for (const each of variables) {
      const [name, value, quiet] = each;
      if (quiet === true && !isFunction(each)) channel.variables.set(name, value);
      else await this.#plan.setVariable(channel, name, value, origin);
    }
  }

  async #call(channel: Channel, order: OriginateOrder, told: (result: Origination) => void): Promise<void> {
    const { resource: dialString, timeoutMs, earlyMedia = false } = order;
    const result = await dial(this.#switch, channel, { dialString, timeoutMs, earlyMedia });
    if (result.status !== 'ANSWER') {
      told({ answered: false, reason: reasonOf(result) });
      return;
    }
    const running = this.#connect(channel, order);
    told({ answered: true, reason: REASON.answered });
    await running;
  }

  async #connect(channel: Channel, { target, restricted }: OriginateOrder): Promise<void> {
    if (target.kind === 'extension') {
      channel.context = target.context;
      channel.exten = target.exten;
      channel.priority = target.priority;
      await this.#plan.walk(channel);
      return;
    }
    // Nobody is told: no line of a dial plan is entered.
    channel.app = target.name;
    channel.appData = target.data;
    await this.#apply(
      channel,
      target,
      restricted ? { external: true, restricted: true } : { external: false },
    );
  }

  /** Runs an application; where it lets the channel go on, or somebody sent it elsewhere, the dial plan has it next. */
  async #apply(
    channel: Channel,
    { name, data }: { readonly name: string; readonly data: string },
    origin: Origin,
    shown = CALLING,
  ): Promise<void> {
    const running = this.#plan.execute(channel, name, data, origin);
    if (running === undefined) this.#log.warning(`There is no application '${name}'`);
    else await running;
    channel.app = shown.app;
    channel.appData = shown.data;
    const goesOn = name === 'Stasis' && channel.getVariable('STASISSTATUS') === 'SUCCESS';
    if (!channel.hangupRequested && (channel.gotoRequested || goesOn)) await this.#plan.walk(channel);
  }
}

function isFunction([name]: OrderVariable): boolean {
  return name.endsWith(')') && name.includes('(');
}

function reasonOf({ status, by }: DialResult): number {
  if (by === 'timeout') return REASON.timeout;
  if (by === 'told' && (status === 'BUSY' || status === 'CONGESTION')) return REASON[status];
  return REASON.none;
}
