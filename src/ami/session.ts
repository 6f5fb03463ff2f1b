import { randomInt } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { ASKED_FOR, type Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import type { SecurityAddress, SecurityEventKind, SecurityEvents } from '../security/index.ts';
import { StoreError } from '../sorcery/index.ts';
import { type ActionCall, type AmiAction, failure, type PlainReply, type Reply, success } from './action.ts';
import type { AmiConfig, AmiUser } from './ami-config.ts';
import { restricted } from './capability.ts';
import { type ClassMask, EVERY_CLASS, NO_CLASS } from './classes.ts';
import type { EventFeed, EventListener } from './event-feed.ts';
import { type EventFilter, EventFilters } from './event-filter.ts';
import type { Forwarder } from './forwarder.ts';
import { header, headers, type Packet } from './packet.ts';
import type { AmiPorts } from './ports.ts';
import { runAction } from './run-action.ts';
import type { Credentials, SessionControl } from './session-control.ts';

const asked = channel('asterism:ami:action');

/** Filters that a client may add; more are refused. */
const MAX_FILTERS = 100;
/** Characters of an action's name that the log repeats. */
const SHOWN_NAME = 64;
/** How long a failed login waits for its answer, whatever failed. */
export const FAILURE_DELAY_MS = 1_000;

/** What all sessions share. */
export interface SessionHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly feed: EventFeed;
  readonly ports: AmiPorts;
  readonly forwarder: Forwarder;
  config(): AmiConfig;
  /** Whether the names of all actions are logged. */
  debug(): boolean;
  /** Whether a user is logged in on another session. */
  isLoggedIn(user: string, except: Session): boolean;
  /** The action of a name in any case; undefined when there is none now. */
  action(name: string): AmiAction | undefined;
  /** Every action that there is now, by name. */
  actions(): readonly AmiAction[];
}

/** Where a session comes from and goes to. */
export interface SessionEnds {
  readonly local: SecurityAddress;
  readonly remote: SecurityAddress;
  /** One event, as text. */
  deliver(text: string): void;
  waitEvent(seconds: number | undefined): Promise<string>;
  readonly overHttp: boolean;
  /** Ends the session from this side. `how` goes to the log. */
  disconnect(how: string): void;
}

/** One client: who it is, what it may do and hear. How its bytes come and go is not known here. */
export class Session implements SessionControl, EventListener {
  /** Tells it from others, for `manager kick session`. */
  readonly number: number;
  /** The same in security events, where clients expect an address in memory. */
  readonly id: string;
  readonly ends: SessionEnds;
  readonly startedAt: number;
  user: AmiUser | undefined;
  eventMask: ClassMask = NO_CLASS;
  filters: EventFilters | undefined;
  readonly #host: SessionHost;
  readonly #abort = new AbortController();
  #challenge: string | undefined;
  #filterCount = 0;
  #closed = false;
  static #sequence = 0;

  constructor(host: SessionHost, ends: SessionEnds) {
    this.#host = host;
    this.ends = ends;
    this.startedAt = host.clock.now();
    this.number = ++Session.#sequence;
    this.id = `0x${this.number.toString(16).padStart(12, '0')}`;
  }

  deliver(text: string): void {
    this.ends.deliver(text);
  }

  waitEvent(seconds: number | undefined): Promise<string> {
    return this.ends.waitEvent(seconds);
  }

  /** What a packet is answered with. */
  dispatch(packet: Packet): Reply | Promise<Reply> {
    const name = header(packet, 'Action') ?? '';
    if (name === '') return failure('Missing action in request');
    if (this.#host.debug()) {
      const who = this.user?.name ?? 'somebody';
      this.#host.log.verbose(
        `Manager '${who}' from ${this.ends.remote.address}: ${name.slice(0, SHOWN_NAME)}`,
        ASKED_FOR,
      );
    }
    const action = this.#host.action(name);
    if (this.user === undefined && action?.beforeLogin !== true) return this.#denied(name);
    const elsewhere = this.#forward(name, packet);
    if (elsewhere !== undefined) return elsewhere;
    if (action === undefined) {
      return failure(
        `Invalid/unknown command: ${name}. Use Action: ListCommands to show available commands.`,
      );
    }
    if (!this.may(action)) return this.#denied(action.name);
    if (asked.hasSubscribers)
      asked.publish({ action: action.name, user: this.user?.name, remote: this.ends.remote.address });
    const call: ActionCall = {
      packet,
      ports: this.#host.ports,
      session: this,
      text: (each) => header(packet, each) ?? '',
      all: (each) => headers(packet, each),
      signal: this.#abort.signal,
    };
    try {
      const reply = runAction(action, call);
      return reply instanceof Promise ? reply.catch((error) => this.#failed(action, error)) : reply;
    } catch (error) {
      return this.#failed(action, error);
    }
  }

  /** What another server answers, when the packet names one. */
  #forward(action: string, packet: Packet): Reply | undefined {
    const server = header(packet, 'Server') ?? '';
    if (server === '' || this.user === undefined) return undefined;
    const actionId = header(packet, 'ActionID');
    const reply = this.#host.forwarder.forward({
      server,
      action,
      actionId: actionId === '' ? undefined : actionId,
      packet,
      user: this.user,
      unrestricted: !restricted({ session: this }),
      client: this,
      signal: this.#abort.signal,
    });
    return reply === 'denied' ? this.#denied(action) : reply;
  }

  #failed(action: AmiAction, error: unknown): PlainReply {
    // The store has told the log, once.
    if (error instanceof StoreError) return failure(error.message);
    if (!this.#closed)
      this.#host.log.error(
        `Action ${action.name} failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
    return failure(`Internal error in ${action.name}`);
  }

  #denied(action: string): PlainReply {
    return {
      ...failure('Permission denied'),
      afterwards: () =>
        this.#raise('RequestNotAllowed', this.user?.name, [['RequestType', `Action: ${action}`]]),
    };
  }

  may(action: AmiAction): boolean {
    if (this.user === undefined) return action.beforeLogin === true;
    return action.classes === NO_CLASS || (this.user.write & action.classes) !== 0;
  }

  get eventsAnswersSparsely(): boolean {
    return this.#host.config().brokenEventsAction;
  }

  actions(): readonly AmiAction[] {
    return this.#host.actions();
  }

  challenge(): string {
    this.#challenge ??= String(randomInt(1, 2 ** 31));
    return this.#challenge;
  }

  /** Whether a challenge waits for its answer. */
  get challenged(): boolean {
    return this.#challenge !== undefined;
  }

  login(credentials: Credentials): PlainReply | Promise<PlainReply> {
    if (this.user !== undefined) return success('Already authenticated');
    const { users } = this.#host.config();
    const user = users.get(credentials.username.toLowerCase());
    const challenge = this.#challenge;
    this.#challenge = undefined;
    const fault = this.#fault(user, credentials, challenge);
    if (user === undefined || fault !== undefined)
      return this.#refuse(credentials.username, fault ?? 'InvalidAccountID', challenge);
    return this.#admit(user, credentials.username, credentials.eventMask);
  }

  /** What is wrong with credentials; an unknown user costs the same comparison as a wrong secret. */
  #fault(
    user: AmiUser | undefined,
    { proves, fault }: Credentials,
    challenge: string | undefined,
  ): SecurityEventKind | undefined {
    const right = proves(user?.secret ?? '', challenge);
    if (user === undefined) return 'InvalidAccountID';
    if (user.acl !== undefined && !user.acl.permits(this.ends.remote.address)) return 'FailedACL';
    return right ? undefined : fault;
  }

  #refuse(
    username: string,
    kind: SecurityEventKind,
    challenge: string | undefined,
    message = 'Authentication failed',
  ): Promise<PlainReply> {
    // What was sent as a response would help whoever reads the log; the secret's digest even more.
    const details: [string, string][] =
      kind === 'ChallengeResponseFailed'
        ? [
            ['Challenge', challenge ?? ''],
            ['Response', ''],
            ['ExpectedResponse', ''],
          ]
        : [];
    this.#raise(kind, username, details);
    this.#host.log.notice(
      `${this.ends.remote.address} ${kind === 'SessionLimit' ? 'was refused a second login' : 'failed to authenticate'} as '${username}'`,
    );
    return new Promise((resolve) => {
      const timer = this.#host.clock.after(FAILURE_DELAY_MS, () =>
        resolve({ ...failure(message), closes: true }),
      );
      this.#abort.signal.addEventListener('abort', () => {
        timer.cancel();
        resolve({ ...failure(message), closes: true });
      });
    });
  }

  /** Lets a user in whose credentials were checked. `name` is as the client wrote it. */
  #admit(user: AmiUser, name: string, eventMask: ClassMask | undefined): PlainReply | Promise<PlainReply> {
    if (!user.allowMultipleLogin && this.#host.isLoggedIn(user.name, this))
      return this.#refuse(name, 'SessionLimit', undefined, 'Login Already In Use');
    this.user = user;
    this.filters = user.filters.length === 0 ? undefined : new EventFilters(user.filters);
    if (user.displayConnects)
      this.#host.log.verbose(`Manager '${user.name}' logged on from ${this.ends.remote.address}`);
    return {
      ...success('Authentication accepted'),
      afterwards: () => {
        if (this.#closed) return;
        this.eventMask = (eventMask ?? EVERY_CLASS) & user.read;
        this.#host.feed.join(this);
        this.#host.feed.welcome(this);
        this.#raise('SuccessfulAuth', name, [['UsingPassword', '0']]);
      },
    };
  }

  #raise(
    kind: SecurityEventKind,
    account: string | undefined,
    details: readonly (readonly [string, string])[],
  ): void {
    const { security }: { security: SecurityEvents } = this.#host.ports;
    security.raise({
      kind,
      service: 'AMI',
      account: account === undefined || account === '' ? '<unknown>' : account,
      session: this.id,
      local: this.ends.local,
      remote: this.ends.remote,
      details: [...details, ['SessionTV', new Date(this.startedAt).toISOString().replace('Z', '+0000')]],
    });
  }

  setEventMask(mask: ClassMask): void {
    this.eventMask = mask & (this.user?.read ?? NO_CLASS);
    this.#host.feed.changed();
  }

  addFilter(filter: EventFilter): boolean {
    if (this.#filterCount >= MAX_FILTERS) return false;
    this.#filterCount++;
    this.filters ??= new EventFilters();
    this.filters.add(filter);
    return true;
  }

  /** Ends what is under way. `how` it ended goes to the log: `logged off`, `disconnected`. */
  close(how: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#abort.abort();
    this.#host.feed.leave(this);
    if (this.user?.displayConnects === true)
      this.#host.log.verbose(`Manager '${this.user.name}' ${how} from ${this.ends.remote.address}`);
  }
}
