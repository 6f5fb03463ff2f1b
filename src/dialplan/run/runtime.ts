import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Channel, DialplanLocation, Switch } from '../../switch/index.ts';
import type {
  ApplicationDefinition,
  ApplicationServices,
  MediaPort,
  StasisPort,
} from '../apps/definition.ts';
import type { CarriedMessage, DialplanDatabase, FunctionDefinition } from '../functions/definition.ts';
import type { ServerNames } from './builtins.ts';
import { forbids } from './danger.ts';
import { Evaluation, type Origin } from './evaluation.ts';
import { Executor } from './executor.ts';
import type { Places, Syntax } from './plan.ts';
import { Thread } from './thread.ts';

const INSIDE: Origin = { external: false };
/** Somebody outside who may do no harm. */
const RESTRICTED: Origin = { external: true, restricted: true };

export interface DialplanRuntimeOptions {
  readonly switch: Switch;
  readonly log: Logger;
  readonly clock: Clock;
  readonly applications: readonly ApplicationDefinition[];
  readonly functions: readonly FunctionDefinition[];
  /** The dial plan to begin with. */
  readonly dialplan: Places;
  readonly syntax: Syntax;
  /** Whether a module is running; what belongs to one that is not does not exist. */
  readonly moduleRunning: (module: string) => boolean;
  readonly stasis?: StasisPort;
  readonly media?: MediaPort;
  readonly database?: DialplanDatabase;
  /** asterisk.conf `live_dangerously`; off unless given. */
  readonly liveDangerously?: boolean;
  readonly names?: Partial<ServerNames>;
  /** The number that clients match on: `22.10.1` and its six digits. */
  readonly version: { readonly text: string; readonly number: string };
}

/** A dial plan at work: runs channels, evaluates text, and answers what doors ask about variables and functions. */
export class DialplanRuntime {
  readonly #options: DialplanRuntimeOptions;
  readonly #evaluation: Evaluation;
  readonly #executor: Executor;
  readonly #applications: ReadonlyMap<string, ApplicationDefinition>;
  readonly #threads = new WeakMap<Channel, Thread>();
  readonly #stopListening: () => void;
  readonly #inside: ApplicationServices;
  readonly #restricted: ApplicationServices;
  #places: Places;

  constructor(options: DialplanRuntimeOptions) {
    this.#options = options;
    this.#places = options.dialplan;
    this.#applications = new Map(options.applications.map((each) => [each.name.toLowerCase(), each]));
    this.#evaluation = new Evaluation({
      switch: options.switch,
      log: options.log,
      clock: options.clock,
      syntax: options.syntax,
      functions: options.functions,
      database: options.database,
      moduleRunning: options.moduleRunning,
      liveDangerously: options.liveDangerously ?? false,
      version: options.version,
      names: { systemName: '', entityId: '', directories: new Map(), ...options.names },
      thread: (channel) => this.#thread(channel),
      limitCall: (channel, ms) => this.#limitCall(channel, ms),
      exists: (context, exten, priority, caller) => this.#has(context, exten, priority, caller),
      hint: (context, exten) => this.#places.hint(context, exten),
    });
    this.#inside = this.#applicationServices(INSIDE);
    this.#restricted = this.#applicationServices(RESTRICTED);
    this.#executor = new Executor({
      log: options.log.child('pbx'),
      evaluation: this.#evaluation,
      syntax: options.syntax,
      services: this.#inside,
      application: (name) => this.application(name),
      find: (location, caller) => this.#places.line(location, caller),
      autoFallThrough: () => this.#places.autoFallThrough,
    });
    this.#stopListening = options.switch.events.on('channelDigit', (channel, digit) => {
      if (digit.direction === 'Received') this.#threads.get(channel)?.receive(digit.digit);
    });
  }

  /** The dial plan that calls see from their next line on. */
  get current(): Places {
    return this.#places;
  }

  /** Puts another dial plan in place; calls in progress go on in it. */
  replace(dialplan: Places): void {
    this.#places = dialplan;
  }

  /** Whether a call to this extension has somewhere to begin. */
  exists(context: string, exten: string, callerNumber = ''): boolean {
    return this.#places.line({ context, exten, priority: 1 }, callerNumber) !== undefined;
  }

  /** The applications that are there now, by name. */
  applications(): ApplicationDefinition[] {
    return this.#options.applications.filter((each) => this.#options.moduleRunning(each.module));
  }

  /** One application, its name in any case. */
  application(name: string): ApplicationDefinition | undefined {
    const found = this.#applications.get(name.toLowerCase());
    return found !== undefined && this.#options.moduleRunning(found.module) ? found : undefined;
  }

  /** The functions that are there now, by name. */
  functions(): FunctionDefinition[] {
    return this.#evaluation.available();
  }

  function(name: string): FunctionDefinition | undefined {
    return this.#evaluation.find(name);
  }

  /** Runs the channel from its place in the dial plan, and destroys it at the end. */
  async run(channel: Channel): Promise<void> {
    await this.#options.switch.run(channel, (running) => this.walk(running));
  }

  /** What the functions and applications of messages see on this channel. */
  carry(channel: Channel, message: CarriedMessage): void {
    this.#thread(channel).message = message;
  }

  /** Runs the channel like `run`, for a caller that owns the channel's end. */
  async walk(channel: Channel): Promise<void> {
    const thread = this.#thread(channel);
    try {
      await this.#executor.walk(channel, thread);
    } finally {
      thread.close();
    }
  }

  /** Channels that run an application of this module. */
  usersOf(module: string): string[] {
    return this.#executor.usersOf(module);
  }

  /**
   * Runs a single application outside of the dial plan; undefined when there is none of this name. What it evaluates, sets
   * and runs has the rights of `origin`.
   */
  execute(
    channel: Channel,
    name: string,
    data: string,
    origin: Origin = INSIDE,
  ): ReturnType<ApplicationServices['execute']> {
    const application = this.application(name);
    if (application === undefined) return undefined;
    this.#thread(channel);
    return this.#executor.run(channel, application, data, this.#services(origin));
  }

  /**
   * Whether somebody outside who may do no harm may not run this application with this data: it can do harm, or the data
   * names a function that can, in any case and however deep. What comes together only while it runs is refused then.
   */
  forbidden(application: string, data: string): boolean {
    const { applications, functions } = this.#options;
    return forbids(application, data, applications, functions);
  }

  /** Replaces `${…}` and `$[…]` as a line of the dial plan does. */
  evaluate(channel: Channel | undefined, text: string, origin: Origin = INSIDE): string {
    return this.#evaluation.evaluate(channel, text, origin);
  }

  /** `CHANNEL(language)`: undefined when there is no such function, it fails, or it is refused. */
  readFunction(channel: Channel | undefined, text: string, origin: Origin): string | undefined {
    return this.#evaluation.read(channel, text, origin);
  }

  /** Writes `CALLERID(num)` and the like: false when there is no such function, it fails, or it is refused. */
  writeFunction(channel: Channel | undefined, text: string, value: string, origin: Origin): Promise<boolean> {
    return this.#evaluation.write(channel, text, value, origin);
  }

  /** A variable or, with parentheses, a function; undefined when there is nothing of this name. */
  getVariable(channel: Channel | undefined, name: string, origin: Origin): string | undefined {
    if (name.endsWith(')') && name.includes('(')) return this.readFunction(channel, name, origin);
    return this.#evaluation.variable(channel, name);
  }

  /** Sets a variable (global without a channel) or, with parentheses, writes a function; false when refused. */
  setVariable(channel: Channel | undefined, name: string, value: string, origin: Origin): Promise<boolean> {
    return this.#evaluation.assign(channel, name, value, origin);
  }

  /** Stops listening to the switch. Calls are not touched: the switch owns them. */
  close(): void {
    this.#stopListening();
  }

  #thread(channel: Channel): Thread {
    let thread = this.#threads.get(channel);
    if (thread === undefined) {
      thread = new Thread();
      this.#threads.set(channel, thread);
    }
    return thread;
  }

  #limitCall(channel: Channel, ms: number): void {
    this.#thread(channel).limit(this.#options.clock, ms, () => {
      if (this.exists(channel.context, 'T', channel.caller.number))
        channel.requestGoto({ exten: 'T', priority: 1 });
      else void channel.requestHangup({ cause: 0, by: 'local' });
    });
  }

  #has(context: string, exten?: string, priority: number | string = 1, caller = ''): boolean {
    if (exten === undefined) return this.#places.hasContext(context);
    const number =
      typeof priority === 'number' ? priority : this.#places.label(context, exten, priority, caller);
    return (
      number !== undefined && this.#places.line({ context, exten, priority: number }, caller) !== undefined
    );
  }

  /** `[[context,]extension,]priority`, where a priority is a number, a label, or steps on from here as `+n`. */
  #resolve(channel: Channel, text: string): DialplanLocation | undefined {
    const parts = text.split(',').map((each) => each.trim());
    const wanted = parts.pop() ?? '';
    const exten = parts.pop() || channel.exten;
    const context = parts.pop() || channel.context;
    const relative = /^[+-]\d+$/.test(wanted);
    const number = /^[+-]?\d+$/.test(wanted)
      ? Number(wanted) + (relative ? channel.priority : 0)
      : this.#places.label(context, exten, wanted, channel.caller.number);
    if (number !== undefined && number > 0) return { context, exten, priority: number };
    this.#options.log.warning(
      `Priority '${wanted}' is no number above 0 and no label of ${exten}@${context}`,
    );
    return undefined;
  }

  #services(origin: Origin): ApplicationServices {
    return origin.external ? this.#restricted : this.#inside;
  }

  #applicationServices(origin: Origin): ApplicationServices {
    const { log, clock, stasis, media } = this.#options;
    return {
      switch: this.#options.switch,
      log,
      clock,
      stasis,
      media,
      thread: (channel) => this.#thread(channel),
      evaluate: (channel, text) => this.evaluate(channel, text, origin),
      resolve: (channel, text) => this.#resolve(channel, text),
      assign: async (channel, name, value) => {
        await this.#evaluation.assign(channel, name, value, origin);
      },
      execute: (channel, application, data) => this.execute(channel, application, data, origin),
      exists: (context, exten, priority, caller) =>
        this.#places.line({ context, exten, priority }, caller) !== undefined,
      linesAfter: (channel) => this.#places.linesAfter(channel, channel.caller.number),
      waitDigit: (channel, timeoutMs) => this.#thread(channel).waitDigit(channel, clock, timeoutMs),
      cancelDigitWait: (channel) => this.#thread(channel).cancelWait(),
      couldContinue: (context, digits, caller) => this.#places.couldContinue(context, digits, caller),
    };
  }
}

/** Puts a dial plan to work. Whoever makes it closes it. */
export function createDialplanRuntime(options: DialplanRuntimeOptions): DialplanRuntime {
  return new DialplanRuntime(options);
}
