import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { AsterismError } from '../errors/index.ts';
import type { Logger } from '../log/index.ts';
import { type Clock, type Timer, utcStamp } from '../platform/index.ts';
import type { AppEvent, Stasis } from '../stasis/index.ts';
import type { Debugging } from './debugging.ts';
import { EventSession, type SessionSpec } from './event-session.ts';
import { forApplication, renderEvent } from './events.ts';
import { Listeners } from './listeners.ts';
import { type Dispatch, restOverSocket } from './rest-over-socket.ts';
import { asAnswer } from './router.ts';

const told = channel('asterism:ari:event');

/** How often a socket is pinged; one that has not answered by the next time is closed. */
const PING_INTERVAL_MS = 30_000;
/** Tells a client that the socket is closed because of who it is (RFC 6455 §7.4.1). */
const POLICY_VIOLATION = 1008;
/** Longest wait that a timer can do at once. */
const MAX_WAIT_MS = 24 * 3_600_000;
/** Ends of events, one for each application, that are kept encoded. */
const MAX_ENDINGS = 10_000;

export interface EventSocketsOptions {
  readonly stasis: Stasis;
  readonly clock: Clock;
  readonly asteriskId: string;
  readonly pretty: () => boolean;
  /** Milliseconds that a reader may take nothing. */
  readonly writeTimeoutMs: () => number;
  /** Milliseconds that the events of a lost socket are kept, and how many for one application. */
  readonly resumeGraceMs: () => number;
  readonly resumeKeep: () => number;
  readonly dispatch: Dispatch;
  readonly debugging: Debugging;
  readonly log: Logger;
}

/** The WebSockets of applications, those of `/ari/events` and those that this server has opened. */
export class EventSockets {
  readonly #options: EventSocketsOptions;
  readonly #listeners: Listeners;
  readonly #sessions = new Map<string, EventSession>();
  /** The last event rendered: several applications of several sockets get the same bytes. */
  #rendered: { readonly event: AppEvent; readonly text: string; readonly bytes: Buffer } | undefined;
  readonly #endings = new Map<string, Buffer>();
  #pings: Timer | undefined;
  /** Sockets closed because their reader was too slow. */
  dropped = 0;

  constructor(options: EventSocketsOptions) {
    this.#options = options;
    this.#listeners = new Listeners({
      stasis: options.stasis,
      clock: options.clock,
      graceMs: options.resumeGraceMs,
      keep: options.resumeKeep,
      send: (session, event, application) => session.tell(event, application),
      text: (event, application) => forApplication(this.#renderOnce(event).text, application).slice(0, -1),
      say: (session, type, application, more) => this.#say(session, type, application, more),
    });
  }

  get size(): number {
    return this.#sessions.size;
  }

  sessions(): IterableIterator<EventSession> {
    return this.#sessions.values();
  }

  find(id: string): EventSession | undefined {
    return this.#sessions.get(id);
  }

  /** Takes a socket in and connects it to its applications; `gone` hears of its end. */
  open(webSocket: WebSocket, stream: Duplex, spec: SessionSpec, gone: () => void = () => {}): EventSession {
    const { log, clock, writeTimeoutMs } = this.#options;
    const session = new EventSession({
      id: spec.id ?? randomUUID(),
      spec,
      webSocket,
      stream,
      outlet: { clock, writeTimeoutMs },
      render: (each, event, application) => this.#render(each, event, application),
      answer: (each, text) => this.#answer(each, text),
      tooSlow: (each, why) => {
        this.dropped++;
        log.warning(`Closing the event socket of '${each.spec.apps.join()}' (${each.spec.remote}): ${why}`);
      },
    });
    this.#sessions.set(session.id, session);
    this.#pings ??= clock.after(PING_INTERVAL_MS, () => this.#ping());
    const expiry = this.#watchExpiry(session);
    webSocket.on('error', (error) => {
      log.debug(`Event socket of ${spec.remote}: ${error.message}`);
      // Whoever breaks the protocol is told and not waited for.
      setImmediate(() => session.cut());
    });
    webSocket.on('close', () => {
      if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
      expiry.cancel();
      session.closed();
      this.#listeners.disconnect(session);
      gone();
    });
    this.#listeners.connect(session);
    if (spec.kind !== 'inbound')
      for (const app of spec.apps) this.#say(session, 'ApplicationRegistered', app);
    return session;
  }

  /** Closes a socket when its token ends, be that months from now. */
  #watchExpiry(session: EventSession): { cancel(): void } {
    const { clock } = this.#options;
    const { expires } = session.spec;
    let timer: Timer | undefined;
    const wait = (until: number) => {
      timer = clock.after(Math.min(MAX_WAIT_MS, Math.max(0, until - clock.now())), () => {
        if (clock.now() < until) wait(until);
        else session.end(POLICY_VIOLATION);
      });
    };
    if (expires !== undefined) wait(expires);
    return { cancel: () => timer?.cancel() };
  }

  /** Closes the sockets whose users may not be their applications any more. */
  recheck(): void {
    for (const session of this.#sessions.values())
      if (session.open && session.spec.mayStay?.() === false) session.end(POLICY_VIOLATION);
  }

  /** Ends a socket as somebody wished it. */
  shutdown(session: EventSession): void {
    if (session.spec.kind !== 'inbound') {
      for (const app of session.spec.apps) this.#say(session, 'ApplicationUnregistered', app);
    }
    session.end();
  }

  /** An event that is about the socket itself. */
  #say(session: EventSession, type: string, application: string, more: object = {}): void {
    const { clock, asteriskId } = this.#options;
    const at = utcStamp(clock.now());
    const text = JSON.stringify({ type, timestamp: at, ...more, application, asterisk_id: asteriskId });
    session.sendText(this.#styled(text));
  }

  /** An event up to the application's name, rendered once for all that hear it. */
  #renderOnce(event: AppEvent): { readonly text: string; readonly bytes: Buffer } {
    if (this.#rendered?.event !== event) {
      const { clock, asteriskId } = this.#options;
      const text = renderEvent(event, clock.now(), asteriskId);
      this.#rendered = { event, text, bytes: Buffer.from(text) };
    }
    return this.#rendered;
  }

  #render(session: EventSession, event: AppEvent, application: string): void {
    const { debugging } = this.#options;
    const { text, bytes } = this.#renderOnce(event);
    if (told.hasSubscribers) told.publish({ type: event.kind, application, remote: session.spec.remote });
    debugging.event(session.spec.remote, application, () => forApplication(text, application));
    if (this.#options.pretty()) session.sendText(pretty(forApplication(text, application)));
    else session.send(bytes, this.#ending(application));
  }

  /** How an event ends for an application. */
  #ending(application: string): Buffer {
    let ending = this.#endings.get(application);
    if (ending === undefined) {
      if (this.#endings.size >= MAX_ENDINGS) this.#endings.clear();
      ending = Buffer.from(forApplication('', application));
      this.#endings.set(application, ending);
    }
    return ending;
  }

  #answer(session: EventSession, text: string): string | Promise<string> {
    const { log, dispatch } = this.#options;
    const failed = (error: unknown) => {
      log.error(`An operation failed: ${error instanceof Error ? error.stack : String(error)}`);
      return asAnswer(new AsterismError('INTERNAL'));
    };
    const response = restOverSocket(text, session.spec.user, (request) => {
      try {
        const answer = dispatch(request);
        return answer instanceof Promise ? answer.catch(failed) : answer;
      } catch (error) {
        return failed(error);
      }
    });
    return response instanceof Promise
      ? response.then((each) => this.#responseText(session, each))
      : this.#responseText(session, response);
  }

  #responseText(session: EventSession, response: object): string {
    const { clock, asteriskId } = this.#options;
    const whole = {
      ...response,
      application: session.spec.apps[0] ?? '',
      timestamp: utcStamp(clock.now()),
      asterisk_id: asteriskId,
    };
    return this.#styled(JSON.stringify(whole));
  }

  #styled(text: string): string {
    return this.#options.pretty() ? pretty(text) : text;
  }

  #ping(): void {
    this.#pings = undefined;
    // What nobody told: a token that was removed from the database by hand.
    this.recheck();
    for (const session of this.#sessions.values()) {
      if (!session.alive) session.cut();
      else session.ping();
    }
    if (this.#sessions.size > 0) {
      this.#pings = this.#options.clock.after(PING_INTERVAL_MS, () => this.#ping());
    }
  }

  close(): void {
    this.#pings?.cancel();
    this.#pings = undefined;
    for (const session of this.#sessions.values()) session.cut();
    this.#sessions.clear();
    this.#listeners.close();
  }
}

function pretty(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 2);
}
