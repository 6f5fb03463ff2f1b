import { ConfError, type Config } from '../../conf/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { AstDb } from '../../store/index.ts';
import {
  type Channel,
  type ChannelDriver,
  isDeviceState,
  type Switch,
  type Taken,
  type TextMessage,
} from '../../switch/index.ts';
import type { ApplicationDefinition, StasisPort } from '../apps/definition.ts';
import { applications } from '../apps/table.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import { CUSTOM_FAMILY, CUSTOM_PREFIX } from '../functions/devices.ts';
import { PRESENCE_FAMILY, PRESENCE_PREFIX, storedPresence } from '../functions/presence.ts';
import { functions } from '../functions/table.ts';
import { DialplanBuilder, type NewLine } from '../plan/builder.ts';
import { Dialplan, defaultSettings } from '../plan/dialplan.ts';
import { readExtensions } from '../plan/read-extensions.ts';
import { type DialplanListing, showDialplan } from '../plan/show.ts';
import type { ServerNames } from '../run/builtins.ts';
import { DialplanRuntime } from '../run/runtime.ts';
import { syntax } from '../syntax/index.ts';
import { databasePort } from './database-port.ts';
import { Hints } from './hints.ts';
import { channelMediaPort } from './media-port.ts';
import { Originator } from './originator.ts';

export interface DialplanServiceOptions {
  readonly switch: Switch;
  readonly log: Logger;
  readonly clock: Clock;
  /** Reads extensions.conf; called again at each reload. @throws {ConfError} */
  readonly readConfig: () => Config | undefined;
  /** Lines that other modules add to what the file says; asked for at each reload. */
  readonly added?: () => Iterable<NewLine>;
  /** Whether a module is running; what belongs to one that is not does not exist. */
  readonly moduleRunning: (module: string) => boolean;
  readonly astdb?: Pick<AstDb, 'get' | 'put' | 'delete' | 'range'>;
  readonly stasis?: StasisPort;
  /** Whether a sound can be played in this language, in any format. */
  readonly hasSound?: (name: string, language: string) => boolean;
  /** asterisk.conf `live_dangerously`; off unless given. */
  readonly liveDangerously?: boolean;
  readonly names?: Partial<ServerNames>;
  /** The number that clients match on: `22.10.1`. */
  readonly version: string;
}

/** Text messages that may run through the dial plan at the same time; more are refused with a busy answer. */
const MAX_MESSAGES = 1_000;

/** There is nobody at the other end of a message. */
const messageDriver: ChannelDriver = {
  protocolId: '',
  media: undefined,
  answer: async () => {},
  indicate: () => {},
  hangup: () => {},
};

const OUTSIDE = { external: true } as const;
const RESTRICTED = { external: true, restricted: true } as const;
const INSIDE = { external: false } as const;

/** The dial plan of a server: extensions.conf as it was read last, calls that run through it, and who asks about it. */
export class DialplanService {
  readonly hints: Hints;
  /** Calls somebody on the order of a door. */
  readonly originator: Originator;
  readonly #options: DialplanServiceOptions;
  readonly #runtime: DialplanRuntime;
  readonly #offMessages: () => void;
  /** Messages that run through the dial plan now. */
  #messages = 0;
  #current: Dialplan;

  constructor(options: DialplanServiceOptions) {
    this.#options = options;
    this.#current = this.#empty();
    const { astdb, stasis, liveDangerously, names, moduleRunning } = options;
    this.#runtime = new DialplanRuntime({
      switch: options.switch,
      log: options.log,
      clock: options.clock,
      applications,
      functions,
      dialplan: this.#current,
      syntax,
      moduleRunning: (module) => module === 'core' || moduleRunning(module),
      media: channelMediaPort(options.hasSound),
      version: { text: options.version, number: versionNumber(options.version) },
      ...(astdb === undefined ? {} : { database: databasePort(astdb) }),
      ...(stasis === undefined ? {} : { stasis }),
      ...(liveDangerously === undefined ? {} : { liveDangerously }),
      ...(names === undefined ? {} : { names }),
    });
    this.hints = new Hints(options.switch, this.#current);
    this.#offMessages = options.switch.messages.take((_endpoint, message) => this.#message(message));
    this.originator = new Originator({ switch: options.switch, plan: this.#runtime, log: options.log });
  }

  /** The dial plan in force. */
  get current(): Dialplan {
    return this.#current;
  }

  #empty(): Dialplan {
    return new Dialplan([], defaultSettings, new Map(), () => this.#options.clock.now());
  }

  /**
   * Reads extensions.conf and puts it in force, [globals] included; lines that make no sense are logged. A file that
   * cannot be read changes nothing: the reason is logged and returned.
   */
  reload(): string | undefined {
    const { log, clock, switch: owner } = this.#options;
    let config: Config | undefined;
    try {
      config = this.#options.readConfig();
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      log.error(`${error.message}: the dial plan stays as it was`);
      return error.message;
    }
    if (config === undefined) {
      log.notice('There is no extensions.conf: the dial plan stays as it was');
      return 'there is no extensions.conf';
    }
    const { dialplan, problems } = readExtensions(config, {
      now: () => clock.now(),
      variable: (name) => owner.globals.get(name),
      callFunction: (name, args) => this.#runtime.readFunction(undefined, `${name}(${args})`, INSIDE) ?? '',
    });
    for (const { file, line, detail } of problems) log.warning(`${file}:${line}: ${detail}`);
    if (dialplan.settings.clearGlobalVariables) owner.globals.clear();
    for (const [name, value] of dialplan.globals) owner.setGlobal(name, value);
    this.#replace(this.#withAdded(dialplan));
    return undefined;
  }

  #withAdded(dialplan: Dialplan): Dialplan {
    const lines = [...(this.#options.added?.() ?? [])];
    if (lines.length === 0) return dialplan;
    const builder = DialplanBuilder.from(dialplan);
    for (const line of lines) {
      builder.addContext(line.context, line.origin.registrar);
      const fault = builder.add(line);
      if (fault !== undefined) this.#options.log.warning(`${line.origin.registrar}: ${fault}`);
    }
    return builder.build(() => this.#options.clock.now());
  }

  /** Takes the whole dial plan away: calls in progress end with the line that they run. */
  unload(): void {
    this.#replace(this.#empty());
  }

  /** Changes the dial plan in force; the file is not touched, and its next reload undoes it. */
  change<T>(work: (builder: DialplanBuilder) => T): T {
    const builder = DialplanBuilder.from(this.#current);
    const result = work(builder);
    this.#replace(builder.build(() => this.#options.clock.now()));
    return result;
  }

  #replace(dialplan: Dialplan): void {
    this.#current = dialplan;
    this.#runtime.replace(dialplan);
    this.hints.replace(dialplan);
  }

  /** Tells the switch what AstDB keeps of devices that exist only by name: `Custom:lamp`. */
  restoreDevices(): void {
    const family = `/${CUSTOM_FAMILY}/`;
    for (const [key, state] of this.#options.astdb?.range(family) ?? []) {
      const device = `${CUSTOM_PREFIX}${key.slice(family.length)}`;
      if (isDeviceState(state)) this.#options.switch.deviceStates.set(device, state);
    }
  }

  /** From now on AstDB is asked about the presence of `CustomPresence:…`; returns what takes that away again. */
  providePresence(): () => void {
    const { astdb, switch: owner } = this.#options;
    const family = `/${PRESENCE_FAMILY}/`;
    const read = (value: string | undefined) => storedPresence(value, (text) => syntax.splitArguments(text));
    const off = owner.presenceStates.provide(PRESENCE_PREFIX.slice(0, -1), (entity) =>
      read(astdb?.get(`${family}${entity}`)),
    );
    for (const [key, value] of astdb?.range(family) ?? [])
      owner.presenceStates.told(`${PRESENCE_PREFIX}${key.slice(family.length)}`, read(value));
    return off;
  }

  /** Whether a call to this extension has somewhere to begin. */
  exists(context: string, exten: string, callerNumber = ''): boolean {
    return this.#runtime.exists(context, exten, callerNumber);
  }

  /** Whether somebody outside who may do no harm may not run this application with this data. */
  forbidden(application: string, data: string): boolean {
    return this.#runtime.forbidden(application, data);
  }

  /** Runs the channel from its place in the dial plan, and destroys it at the end. */
  run(channel: Channel): Promise<void> {
    return this.#runtime.run(channel);
  }

  /** Runs a text message through the extension that it is for, on a channel of its own. */
  #message(message: TextMessage): Taken {
    const { context, exten, to, from, body, variables } = message;
    const { switch: owner } = this.#options;
    if (!this.exists(context, exten)) return 'nobody';
    if (!owner.accepting || this.#messages >= MAX_MESSAGES) return 'busy';
    const channel = owner.create({
      namePrefix: 'Message/ast_msg_queue',
      technology: 'Message',
      state: 'Up',
      driver: messageDriver,
      location: { context, exten, priority: 1 },
    });
    const carried = { to, from, body, variables: new Map(variables), outbound: new Set<string>() };
    this.#runtime.carry(channel, carried);
    this.#messages++;
    void this.run(channel).finally(() => {
      this.#messages--;
    });
    return 'taken';
  }

  /** The priority of a label. */
  label(context: string, exten: string, label: string, callerNumber = ''): number | undefined {
    return this.#current.label(context, exten, label, callerNumber);
  }

  /**
   * A variable or function as a client from outside may read it; without a channel, a global one. A `restricted` client
   * never gets what could do harm, whatever `live_dangerously` says.
   */
  readVariable(channel: Channel | undefined, expression: string, restricted = false): string | undefined {
    return this.#runtime.getVariable(channel, expression, restricted ? RESTRICTED : OUTSIDE);
  }

  /** Sets a variable or function as a client from outside may; false, and a log line, when it is refused. */
  writeVariable(
    channel: Channel | undefined,
    expression: string,
    value: string,
    restricted = false,
  ): Promise<boolean> {
    return this.#runtime.setVariable(channel, expression, value, restricted ? RESTRICTED : OUTSIDE);
  }

  /** Sets a variable or function as the console may, which is allowed everything; false when it fails. */
  setVariable(channel: Channel | undefined, expression: string, value: string): Promise<boolean> {
    return this.#runtime.setVariable(channel, expression, value, INSIDE);
  }

  /** Reads `NAME(args)` as the console may, which is allowed everything; undefined when it fails. */
  evaluateFunction(text: string): string | undefined {
    return this.#runtime.readFunction(undefined, text, INSIDE);
  }

  /** The applications that are there now, by name. */
  applications(): readonly ApplicationDefinition[] {
    return this.#runtime.applications();
  }

  application(name: string): ApplicationDefinition | undefined {
    return this.#runtime.application(name);
  }

  /** Channels that run an application of this module. */
  usersOf(module: string): string[] {
    return this.#runtime.usersOf(module);
  }

  /** The functions that are there now, by name. */
  functions(): readonly FunctionDefinition[] {
    return this.#runtime.functions();
  }

  function(name: string): FunctionDefinition | undefined {
    return this.#runtime.function(name);
  }

  /** `dialplan show [[exten@]context]`. */
  show(what?: string): DialplanListing {
    return showDialplan(this.#current, what);
  }

  close(): void {
    this.#offMessages();
    this.hints.close();
    this.#runtime.close();
  }
}

/** `22.10.1` as the six digits of VERSION(ASTERISK_VERSION_NUM). */
function versionNumber(text: string): string {
  return text
    .split('.')
    .slice(0, 3)
    .map((part, index) => (index === 0 ? part : part.padStart(2, '0')))
    .join('');
}
