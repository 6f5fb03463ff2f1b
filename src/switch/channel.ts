import type { HangupRequest, Indication, Outcome, Party, Progress } from './channel-types.ts';
import {
  type ChannelDriver,
  type ChannelState,
  channelStateNumber,
  type DialplanLocation,
} from './channel-types.ts';
import type { Switch } from './switch.ts';

export interface ChannelOptions {
  /** `PJSIP/alice` and the like: the switch adds the sequence number. */
  readonly namePrefix: string;
  /** Stands behind the sequence number: `;1` for one half of two. */
  readonly nameSuffix?: string;
  /** The sequence number, where two channels share one; see `Switch.nextSequence`. */
  readonly sequence?: string;
  /** What was asked for to get it: what stands behind the technology. */
  readonly dialString?: string;
  readonly technology: string;
  /** The endpoint's name inside its technology, where there is one. */
  readonly endpoint?: string;
  readonly state: ChannelState;
  readonly driver: ChannelDriver;
  readonly location: DialplanLocation;
  readonly id?: string;
  readonly linkedId?: string;
  readonly caller?: Party;
  readonly connected?: Party;
  readonly accountCode?: string;
  readonly language?: string;
  readonly tenantId?: string;
}

/** A place to continue at; what is absent stays as it is (priority starts at 1 when the extension changes). */
export interface GotoTarget {
  readonly context?: string;
  readonly exten?: string;
  readonly priority?: number;
}

/** Why a wait ended. */
export type Wake = 'elapsed' | 'hangup' | 'goto';

/** Everything about a channel that can be shown, at one moment. */
export interface ChannelSnapshot {
  readonly id: string;
  readonly linkedId: string;
  readonly name: string;
  readonly state: ChannelState;
  readonly protocolId: string;
  readonly caller: Party;
  readonly connected: Party;
  readonly accountCode: string;
  readonly language: string;
  readonly tenantId: string;
  readonly context: string;
  readonly exten: string;
  readonly priority: number;
  readonly app: string;
  readonly appData: string;
  readonly createdAt: number;
}

const NOBODY: Party = { name: '', number: '' };

/** What the event at the end of the dial plan carries, whatever the call's own cause is. */
const NORMAL_CLEARING = 16;

/**
 * One leg of a call. Whoever runs it (dial plan, application) waits with `sleep` and `during`, which end early when
 * the channel is asked to hang up or to go elsewhere; nothing here blocks a thread.
 */
export class Channel implements ChannelSnapshot {
  readonly id: string;
  readonly linkedId: string;
  readonly name: string;
  readonly technology: string;
  readonly endpoint: string | undefined;
  readonly driver: ChannelDriver;
  /** What was asked for to get a channel that calls; empty for one that came in. */
  readonly dialString: string;
  readonly createdAt: number;
  readonly variables = new Map<string, string>();
  caller: Party;
  connected: Party;
  accountCode: string;
  /** The number that was dialled, where somebody said so: CALLERID(dnid). */
  dialled = '';
  language: string;
  readonly tenantId: string;
  context: string;
  exten: string;
  priority: number;
  app = '';
  appData = '';
  /** Q.850 cause that the call ends with. */
  hangupCause = 0;
  /** The final status of the far end in the technology's own code; 0 without one. */
  techCause = 0;
  answeredAt: number | undefined;
  /** Who follows a call to the far end; told of its progress and of what comes of it. */
  follower: ((what: Progress | Outcome) => void) | undefined;

  readonly #switch: Switch;
  #state: ChannelState;
  #hangup: HangupRequest | undefined;
  #announced = false;
  #summary: Promise<void> | undefined;
  #goto: GotoTarget | undefined;
  #destroyed = false;
  #wakers = new Set<(why: Wake) => void>();

  constructor(owner: Switch, id: string, name: string, options: ChannelOptions) {
    this.#switch = owner;
    this.id = id;
    this.linkedId = options.linkedId ?? id;
    this.name = name;
    this.technology = options.technology;
    this.endpoint = options.endpoint;
    this.driver = options.driver;
    this.dialString = options.dialString ?? '';
    this.#state = options.state;
    this.caller = options.caller ?? NOBODY;
    this.connected = options.connected ?? NOBODY;
    this.accountCode = options.accountCode ?? '';
    this.language = options.language ?? owner.defaultLanguage;
    this.tenantId = options.tenantId ?? '';
    this.context = options.location.context;
    this.exten = options.location.exten;
    this.priority = options.location.priority;
    this.createdAt = owner.clock.now();
  }

  get state(): ChannelState {
    return this.#state;
  }

  get stateNumber(): number {
    return channelStateNumber(this.#state);
  }

  get protocolId(): string {
    return this.driver.protocolId;
  }

  /** Set once the channel was asked to end; whoever runs it must return. */
  get hangupRequested(): boolean {
    return this.#hangup !== undefined;
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** The variables that every picture of a channel shows, as they are now; undefined when none were asked for. */
  get shownVariables(): Readonly<Record<string, string>> | undefined {
    return this.#switch.shownVariables?.(this);
  }

  setState(state: ChannelState): void {
    if (state === this.#state || this.#destroyed) return;
    const before = this.#state;
    this.#state = state;
    if (state === 'Up') this.answeredAt ??= this.#switch.clock.now();
    this.#switch.events.emit('channelState', this, before);
  }

  /** Moves to a line of the dial plan and says which application it runs. */
  enter(location: DialplanLocation, app: string, appData: string): void {
    this.context = location.context;
    this.exten = location.exten;
    this.priority = location.priority;
    this.app = app;
    this.appData = appData;
    this.#switch.events.emit('channelDialplan', this);
  }

  /**
   * Sets a variable; `_name` is inherited by channels that this one creates, `__name` by theirs too.
   * An undefined value removes it.
   */
  setVariable(name: string, value: string | undefined): void {
    const bare = bareName(name);
    for (const prefix of ['', '_', '__']) this.variables.delete(prefix + bare);
    if (value !== undefined) this.variables.set(name, value);
    this.#switch.events.emit('variable', this, name, value ?? '');
  }

  getVariable(name: string): string | undefined {
    // The underscores are no part of the name: nobody finds it by them.
    const own = name.startsWith('_') ? undefined : this.variables.get(name);
    return own ?? this.variables.get(`_${name}`) ?? this.variables.get(`__${name}`);
  }

  setCaller(caller: Party): void {
    this.caller = caller;
    this.#switch.events.emit('channelCallerId', this);
  }

  setConnected(connected: Party): void {
    this.connected = connected;
    this.#switch.events.emit('channelConnectedLine', this);
  }

  setAccountCode(code: string): void {
    if (code === this.accountCode) return;
    const before = this.accountCode;
    this.accountCode = code;
    this.#switch.events.emit('channelAccountCode', this, before);
  }

  /** The far end of a call that goes out says how far it is. */
  receivedProgress(progress: Progress): void {
    if (this.#destroyed || this.hangupRequested || this.#state === 'Up') return;
    if (progress === 'ringing') this.setState('Ringing');
    this.follower?.(progress);
  }

  /** The far end of a call that goes out answered, or says why it will not. */
  receivedOutcome(outcome: Outcome): void {
    if (this.#destroyed || this.hangupRequested || this.#state === 'Up') return;
    if (outcome === 'answered') this.setState('Up');
    this.follower?.(outcome);
  }

  /** Answers unless already up; resolves when the far end was told. */
  async answer(): Promise<void> {
    if (this.#state === 'Up' || this.hangupRequested || this.#destroyed) return;
    await this.driver.answer();
    this.setState('Up');
  }

  indicate(indication: Indication): void {
    if (!this.#destroyed && !this.hangupRequested) this.driver.indicate(indication);
  }

  /** A digit from the far end begins, where the technology can tell. */
  receivedDigitBegin(digit: string): void {
    if (!this.#destroyed)
      this.#switch.events.emit('channelDigitBegin', this, { digit, direction: 'Received' });
  }

  /** A digit from the far end, reported when it ends. */
  receivedDigit(digit: string, durationMs: number): void {
    if (this.#destroyed) return;
    this.#switch.events.emit('channelDigit', this, { digit, durationMs, direction: 'Received' });
  }

  receivedHold(musicClass: string): void {
    if (!this.#destroyed) this.#switch.events.emit('channelHold', this, musicClass);
  }

  receivedUnhold(): void {
    if (!this.#destroyed) this.#switch.events.emit('channelUnhold', this);
  }

  /**
   * Asks the channel to end. The first request decides; the event is raised once the driver's final statistics
   * are set, and then whoever runs the channel wakes up. A channel that nobody runs ends at once.
   */
  async requestHangup(request: HangupRequest): Promise<void> {
    if (this.#destroyed) return;
    if (this.#hangup !== undefined) {
      // The other half went meanwhile: that is told, and changes nothing.
      if (request.tellsCause === true) this.#switch.events.emit('channelHangupRequest', this, request);
      return;
    }
    this.#hangup = request;
    if (request.cause !== 0) this.hangupCause = request.cause;
    this.techCause = request.techCause ?? this.techCause;
    if (request.untold === true) this.#announced = true;
    else {
      await this.summarize();
      this.#announceHangup();
    }
    this.#wake('hangup');
    this.#switch.hangupRequested(this);
  }

  /**
   * The dial plan is through with the channel: every wait ends at once from here on. Announced by an event of its own,
   * which follows the one of a hangup request where there was one.
   */
  async leaveDialplan(): Promise<void> {
    if (this.#destroyed) return;
    if (this.#hangup !== undefined && !this.#announced) {
      await this.summarize();
      this.#announceHangup();
    }
    this.#hangup ??= { cause: 0, by: 'dialplan' };
    this.#announced = true;
    this.#switch.events.emit('channelHangupRequest', this, { cause: NORMAL_CLEARING, by: 'dialplan' });
    this.#wake('hangup');
  }

  /** Lets the driver set its final statistics, once. */
  summarize(): Promise<void> {
    this.#summary ??= this.driver.summarize?.() ?? Promise.resolve();
    return this.#summary;
  }

  #announceHangup(): void {
    if (this.#announced || this.#destroyed || this.#hangup === undefined) return;
    this.#announced = true;
    this.#switch.events.emit('channelHangupRequest', this, this.#hangup);
  }

  /** Sends the channel elsewhere in the dial plan, interrupting what it is doing. */
  requestGoto(target: GotoTarget): void {
    if (this.#destroyed || this.hangupRequested) return;
    this.#goto = target;
    this.#wake('goto');
  }

  get gotoRequested(): boolean {
    return this.#goto !== undefined;
  }

  /** Hands the pending target to the dial plan, once. */
  takeGoto(): GotoTarget | undefined {
    const target = this.#goto;
    this.#goto = undefined;
    return target;
  }

  /** Waits `ms` milliseconds, or until the channel must stop what it does. */
  sleep(ms: number): Promise<Wake> {
    return this.#wait((done) => {
      const timer = this.#switch.clock.after(ms, () => done('elapsed'));
      return () => timer.cancel();
    });
  }

  /** Waits for `work`; its failure is thrown, a wake-up leaves it running for its owner to stop. */
  during(work: Promise<unknown>): Promise<Wake> {
    return this.#wait((done, fail) => {
      work.then(() => done('elapsed'), fail);
      return () => {};
    });
  }

  /** Waits until the channel must stop what it does. */
  untilInterrupted(): Promise<Wake> {
    return this.#wait(() => () => {});
  }

  #wait(start: (done: (why: Wake) => void, fail: (error: unknown) => void) => () => void): Promise<Wake> {
    if (this.hangupRequested || this.#destroyed) return Promise.resolve('hangup');
    if (this.gotoRequested) return Promise.resolve('goto');
    return new Promise((resolve, reject) => {
      let stop: () => void = () => {};
      const done = (why: Wake) => {
        this.#wakers.delete(done);
        stop();
        resolve(why);
      };
      this.#wakers.add(done);
      stop = start(done, (error) => {
        this.#wakers.delete(done);
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  #wake(why: Wake): void {
    const wakers = this.#wakers;
    this.#wakers = new Set();
    for (const waker of wakers) waker(why);
  }

  /** Ends the channel for good. Only the switch calls this. */
  async end(): Promise<void> {
    if (this.#destroyed) return;
    await this.summarize();
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#wake('hangup');
    await this.driver.hangup(this.hangupCause);
  }
}

function bareName(name: string): string {
  if (name.startsWith('__')) return name.slice(2);
  return name.startsWith('_') ? name.slice(1) : name;
}
