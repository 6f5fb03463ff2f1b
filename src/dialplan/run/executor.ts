import { channel as diagnosticsChannel } from 'node:diagnostics_channel';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Logger } from '../../log/index.ts';
import type { Channel, DialplanLocation, GotoTarget } from '../../switch/index.ts';
import type { ApplicationDefinition, ApplicationServices, Outcome } from '../apps/definition.ts';
import type { Evaluation } from './evaluation.ts';
import type { PlanLine, Syntax } from './plan.ts';
import type { Thread } from './thread.ts';

const entered = diagnosticsChannel('asterism:dialplan:application');

/** Lines that one channel runs before others get their turn: a Goto() to itself must not stop the server. */
const LINES_PER_TURN = 64;

/** Seconds that a caller hears busy or congestion when an extension ends after a failed Dial(). */
const FALLTHROUGH_TONE_SECONDS = '10';

const INSIDE = { external: false } as const;

export interface ExecutorOptions {
  readonly log: Logger;
  readonly evaluation: Evaluation;
  readonly syntax: Syntax;
  readonly services: ApplicationServices;
  readonly application: (name: string) => ApplicationDefinition | undefined;
  readonly find: (location: DialplanLocation, callerNumber: string) => PlanLine | undefined;
  readonly autoFallThrough: () => boolean;
}

/** Runs channels through the lines of the dial plan. */
export class Executor {
  readonly #options: ExecutorOptions;
  /** Applications that run at the moment, one within another too. */
  readonly #running = new Set<{ readonly channel: Channel; readonly application: ApplicationDefinition }>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Runs the channel from where it is until nothing is left to run, `h` included. Does not destroy it. */
  async walk(channel: Channel, thread: Thread): Promise<void> {
    const end = await this.#runFrom(channel, thread, locationOf(channel), false);
    await channel.leaveDialplan();
    if (channel.destroyed) return;
    place(channel, thread, end);
    const farewell = { context: end.context, exten: 'h', priority: 1 };
    if (!this.#exists(channel, farewell)) return;
    const last = await this.#runFrom(channel, thread, farewell, true);
    // The events of the final statistics still show the line that ran last, as in the original.
    await channel.summarize();
    place(channel, thread, last);
  }

  /** Runs lines until the call or the dial plan ends; the result is where that was. */
  async #runFrom(
    channel: Channel,
    thread: Thread,
    start: DialplanLocation,
    afterHangup: boolean,
  ): Promise<DialplanLocation> {
    let location = start;
    for (let lines = 1; ; lines++) {
      if (lines % LINES_PER_TURN === 0) await letOthersRun();
      if (channel.destroyed) return location;
      if (!afterHangup) {
        if (channel.hangupRequested) return location;
        location = redirected(channel.takeGoto(), location);
      }
      const line = this.#options.find(location, channel.caller.number);
      if (line === undefined) {
        if (afterHangup) return location;
        const next = await this.#ranOff(channel, thread, location);
        if (next === undefined && channel.gotoRequested) continue;
        if (next === undefined) return location;
        location = next;
        continue;
      }
      const outcome = await this.#runLine(channel, thread, location, line);
      const interrupted = !afterHangup && channel.gotoRequested;
      if (outcome === 'hangup' && !interrupted) return location;
      if (interrupted) continue;
      if (outcome === 'next') location = { ...location, priority: location.priority + 1 };
      else if (outcome !== 'hangup') location = outcome;
    }
  }

  async #runLine(
    channel: Channel,
    thread: Thread,
    location: DialplanLocation,
    line: PlanLine,
  ): Promise<Outcome> {
    const application = this.#options.application(line.application);
    if (application === undefined) {
      this.#options.log.warning(
        `No application '${line.application}' for extension (${location.context}, ${location.exten}, ${location.priority})`,
      );
      return 'hangup';
    }
    // Variables are replaced before the line is entered: their events still show the line before.
    thread.location = location;
    const data = this.#options.evaluation.evaluate(channel, line.data, INSIDE);
    channel.enter(location, application.name, data);
    if (entered.hasSubscribers)
      entered.publish({ channel: channel.name, ...location, application: application.name, data });
    this.#trace(channel, location, application.name, data);
    return this.run(channel, application, data);
  }

  /** Runs one application; a fault inside it is logged and ends the call. */
  async run(
    channel: Channel,
    application: ApplicationDefinition,
    data: string,
    services = this.#options.services,
  ): Promise<Outcome> {
    const args = data === '' ? [] : this.#options.syntax.splitArguments(data);
    const running = { channel, application };
    this.#running.add(running);
    try {
      return await application.run({ channel, data, args, services });
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#options.log.error(`${application.name} failed on ${channel.name}: ${text}`);
      return 'hangup';
    } finally {
      this.#running.delete(running);
    }
  }

  /** Channels that run an application of this module. */
  usersOf(module: string): string[] {
    const using = [...this.#running].filter(({ application }) => application.module === module);
    return [...new Set(using.map(({ channel }) => channel.name))];
  }

  /** Where to go when there is no such line; undefined ends the call. */
  async #ranOff(
    channel: Channel,
    thread: Thread,
    location: DialplanLocation,
  ): Promise<DialplanLocation | undefined> {
    const { context, exten } = location;
    if (this.#exists(channel, { context, exten, priority: 1 }))
      return this.#fallThrough(channel, thread, location);
    const invalid = { context, exten: 'i', priority: 1 };
    if (exten !== 'i' && this.#exists(channel, invalid)) {
      channel.setVariable('INVALID_EXTEN', exten);
      return invalid;
    }
    const exceptional = { context, exten: 'e', priority: 1 };
    if (exten !== 'e' && this.#exists(channel, exceptional)) {
      thread.exception = { reason: 'INVALID', ...location };
      return exceptional;
    }
    this.#options.log.warning(
      `${channel.name} was sent to ${exten} in context ${context}, which does not exist and has no i or e extension`,
    );
    return undefined;
  }

  /** The extension has no further line: the call ends with what Dial() left in DIALSTATUS, or waits for digits. */
  async #fallThrough(
    channel: Channel,
    thread: Thread,
    location: DialplanLocation,
  ): Promise<DialplanLocation | undefined> {
    if (!this.#options.autoFallThrough()) {
      const outcome = await this.#runNamed(channel, 'WaitExten', '');
      return typeof outcome === 'object' ? outcome : undefined;
    }
    const status = channel.getVariable('DIALSTATUS') ?? 'UNKNOWN';
    this.#options.log.verbose(`Auto fallthrough, channel '${channel.name}' status is '${status}'`);
    const application = { BUSY: 'Busy', CONGESTION: 'Congestion', CHANUNAVAIL: 'Congestion' }[status];
    if (application === undefined) return undefined;
    place(channel, thread, location);
    await this.#runNamed(channel, application, FALLTHROUGH_TONE_SECONDS);
    return undefined;
  }

  async #runNamed(channel: Channel, name: string, data: string): Promise<Outcome> {
    const application = this.#options.application(name);
    return application === undefined ? 'hangup' : this.run(channel, application, data);
  }

  #exists(channel: Channel, location: DialplanLocation): boolean {
    return this.#options.find(location, channel.caller.number) !== undefined;
  }

  #trace(channel: Channel, location: DialplanLocation, application: string, data: string): void {
    if (!this.#options.log.enabled('verbose')) return;
    const at = `${location.exten}@${location.context}:${location.priority}`;
    this.#options.log.verbose(`Executing [${at}] ${application}("${channel.name}", "${data}")`);
  }
}

function locationOf(channel: Channel): DialplanLocation {
  return { context: channel.context, exten: channel.exten, priority: channel.priority };
}

/** Puts the channel where it ended, running nothing. Nobody is told: the next event shows it. */
function place(channel: Channel, thread: Thread, location: DialplanLocation): void {
  thread.location = location;
  channel.context = location.context;
  channel.exten = location.exten;
  channel.priority = location.priority;
  channel.app = '';
  channel.appData = '';
}

function redirected(target: GotoTarget | undefined, from: DialplanLocation): DialplanLocation {
  if (target === undefined) return from;
  const moved = target.exten !== undefined || target.context !== undefined;
  return {
    context: target.context ?? from.context,
    exten: target.exten ?? from.exten,
    priority: target.priority ?? (moved ? 1 : from.priority),
  };
}
