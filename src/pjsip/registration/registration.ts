import { randomInt } from 'node:crypto';
import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import {
  answerChallenge,
  type ClientCredentials,
  NameAddr,
  newCallId,
  type SipResponse,
  type Transport,
  Uri,
  type UserAgent,
} from '../../sip/index.ts';
import { type SorceryObject, StoreError } from '../../sorcery/index.ts';
import { contactHeader, contactUser, registerRequest } from './register-request.ts';
import { refreshAfter, sameBinding, type Verdict, verdictOf } from './verdict.ts';

export type RegistrationStatus = 'Unregistered' | 'Registered' | 'Rejected';

/** What one registration needs of those who keep it. */
export interface RegistrationHost {
  readonly agent: Pick<UserAgent, 'request' | 'resolve' | 'contact' | 'allow'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The transport of this name; undefined for one that does not listen. */
  transport(name: string): Transport | undefined;
  /** Accounts that challenges are answered with. @throws {StoreError} */
  accounts(auths: readonly string[]): Promise<readonly ClientCredentials[]>;
  /** `fallDue` is wanted at this second since 1970, or not at all. */
  due(registration: Registration, at: number | undefined): void;
  told(registration: Registration): void;
  /** From 0 to 1, 1 excluded. */
  random(): number;
}

/** What is to be done, one thing after the other: what comes meanwhile waits, the newest in place of what waited before. */
interface Errand {
  /** Whether the binding is taken back first: if there is one, or in any case. */
  readonly unbind: 'no' | 'bound' | 'always';
  readonly goal: 'register' | 'schedule' | 'stop';
}

/** REGISTERs of one attempt: the first, after 423, after 494. */
const MAX_SENT = 3;
/** Milliseconds that an answer to taking a binding back is waited for: what follows would come late otherwise. */
const UNBIND_PATIENCE_MS = 8_000;
/** CSeq starts below this, as with those who take it from a clock (RFC 3261 §8.1.1.5). */
const FIRST_CSEQ = 0x8000;
const LINE_LETTERS = 7;

/** Options of which only how long it waits depends: what is sent stays the same. */
const TIMING = [
  'max_retries',
  'auth_rejection_permanent',
  'max_random_initial_delay',
  'retry_interval',
  'forbidden_retry_interval',
  'fatal_retry_interval',
  'endpoint',
];
/** Options of which the bound Contact depends. */
const CONTACT = ['contact_user', 'contact_header_params', 'line', 'transport', 'outbound_proxy'];

/** One object of type `registration`, and how it stands with its registrar (RFC 3261 §10.2). */
export class Registration {
  /** What calls for it bring along in their Request-URI. */
  readonly line = Array.from({ length: LINE_LETTERS }, () => String.fromCharCode(97 + randomInt(26))).join(
    '',
  );
  readonly #host: RegistrationHost;
  readonly #callId = newCallId();
  #object: SorceryObject;
  #cseq = randomInt(1, FIRST_CSEQ);
  #status: RegistrationStatus = 'Unregistered';
  /** Contact header of the last binding. */
  #contact: string | undefined;
  #retries = 0;
  /** Shortest time, in seconds, that this registrar has told to take (423). */
  #least = 0;
  /** What it has listed in Security-Server. */
  #mechanisms: readonly string[] = [];
  /** Accounts of the last attempt: to see whether others are there, and to take back what outlived its auth. */
  #accounts: readonly ClientCredentials[] | undefined;
  #dueAt: number | undefined;
  #next: Errand | undefined;
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #closed = false;

  constructor(host: RegistrationHost, object: SorceryObject) {
    this.#host = host;
    this.#object = object;
  }

  get object(): SorceryObject {
    return this.#object;
  }

  get status(): RegistrationStatus {
    return this.#status;
  }

  /** Seconds until it is sent again, negative since it was to be sent; undefined while nothing is planned. */
  get dueIn(): number | undefined {
    return this.#dueAt === undefined ? undefined : this.#dueAt - this.#now();
  }

  /** Registers for the first time, at a moment that is not that of all others. */
  start(): void {
    this.#schedule();
  }

  /** Registers now. */
  register(): Promise<void> {
    return this.#do({ unbind: 'no', goal: 'register' });
  }

  /** Takes the binding back and registers anew a little later. */
  renew(): Promise<void> {
    this.#retries = 0;
    return this.#do({ unbind: 'bound', goal: 'schedule' });
  }

  /** Takes the binding back and attempts nothing more. */
  unregister(): Promise<void> {
    return this.#do({ unbind: 'always', goal: 'stop' });
  }

  /** Takes the binding back where there is one, and ends. `heir` has taken its place. */
  async retire(heir?: SorceryObject): Promise<void> {
    // Taking back what the heir has bound as well would undo that.
    const inherited = heir !== undefined && sameBinding(this.#object, heir);
    await this.#do({ unbind: inherited ? 'no' : 'bound', goal: 'stop' });
    this.close();
  }

  /** What the object says now, where it still writes the same binding at the same place. */
  change(object: SorceryObject): void {
    const before = this.#object;
    this.#object = object;
    const changed = differences(before, object).filter((each) => !TIMING.includes(each));
    if (changed.length === 0) return;
    // What waits for its first turn goes on to wait.
    if (this.#status === 'Unregistered' && !this.#busy && this.#dueAt !== undefined) return;
    this.#retries = 0;
    this.#least = 0;
    void this.#do({
      unbind: changed.some((each) => CONTACT.includes(each)) ? 'bound' : 'no',
      goal: 'register',
    });
  }

  /** The accounts may be others now: what was refused is tried again if they are. @throws {StoreError} */
  async reconsider(): Promise<void> {
    if (this.#status !== 'Rejected' || this.#accounts === undefined) return;
    const accounts = await this.#host.accounts(this.#object.list('outbound_auth'));
    if (this.#closed || same(accounts, this.#accounts)) return;
    this.#retries = 0;
    await this.register();
  }

  #now(): number {
    return Math.floor(this.#host.clock.now() / 1000);
  }

  #schedule(): void {
    const most = this.#object.number('max_random_initial_delay');
    // A second at least: what is pushed at one moment is changed at the next.
    this.#plan(Math.max(1, Math.round(this.#host.random() * most)));
  }

  /** @param seconds until it is sent again; undefined for never */
  #plan(seconds: number | undefined): void {
    if (this.#closed) return;
    this.#dueAt = seconds === undefined ? undefined : this.#now() + seconds;
    this.#host.due(this, this.#dueAt);
  }

  /** Resolves when there is nothing more to be done at once. */
  #do(errand: Errand): Promise<void> {
    const waiting = this.#next;
    const unbind = [errand.unbind, waiting?.unbind ?? 'no'].includes('always')
      ? 'always'
      : errand.unbind === 'no'
        ? (waiting?.unbind ?? 'no')
        : errand.unbind;
    this.#next = { unbind, goal: errand.goal };
    if (!this.#busy) {
      this.#busy = true;
      this.#running = this.#work();
    }
    return this.#running;
  }

  async #work(): Promise<void> {
    for (let errand = this.#next; errand !== undefined && !this.#closed; errand = this.#next) {
      this.#next = undefined;
      this.#host.due(this, undefined);
      if (errand.unbind === 'always' || (errand.unbind === 'bound' && this.#status === 'Registered'))
        await this.#unbind();
      if (errand.goal === 'register') await this.#register();
      else if (errand.goal === 'schedule') this.#schedule();
      else this.#plan(undefined);
    }
    this.#busy = false;
  }

  async #unbind(): Promise<void> {
    await this.#try(0);
    if (this.#closed) return;
    // Whatever the registrar said: for us it is over.
    this.#contact = undefined;
    this.#tell('Unregistered');
  }

  async #register(): Promise<void> {
    const object = this.#object;
    this.#dueAt = this.#now();
    let expires = Math.max(object.number('expiration'), this.#least);
    for (let sent = 1; ; sent++) {
      const answer = await this.#try(expires);
      if (this.#closed) return;
      const verdict: Verdict =
        answer === undefined
          ? { ...NOT_NOW, retry: this.#again(object) }
          : verdictOf(answer.response, { object, expires, contact: answer.contact, retries: this.#retries });
      if (verdict.kind === 'registered') {
        this.#retries = 0;
        this.#contact = answer?.header;
        this.#plan(refreshAfter(verdict.seconds));
        this.#tell('Registered');
        return;
      }
      if (verdict.kind === 'rejected' || sent === MAX_SENT) {
        this.#report(answer?.response);
        this.#rejected(verdict.kind === 'rejected' ? verdict : { ...NOT_NOW, retry: this.#again(object) });
        return;
      }
      if (verdict.kind === 'longer') {
        this.#least = verdict.seconds;
        expires = verdict.seconds;
      } else this.#mechanisms = verdict.mechanisms;
    }
  }

  /** Seconds until the next attempt where nobody answered. */
  #again(object: SorceryObject): number | undefined {
    const interval = object.number('retry_interval');
    return interval > 0 && this.#retries < object.number('max_retries') ? interval : undefined;
  }

  #rejected({ retry, counts }: Extract<Verdict, { kind: 'rejected' }>): void {
    if (counts) this.#retries++;
    if (retry !== undefined) this.#plan(retry);
    this.#tell('Rejected');
  }

  #report(response: SipResponse | undefined): void {
    const { id } = this.#object;
    const what = response === undefined ? 'no way leads there' : `${response.status} ${response.reason}`;
    this.#host.log.warning(`Registration '${id}' at '${this.#object.get('server_uri')}' failed: ${what}`);
  }

  #tell(status: RegistrationStatus): void {
    this.#status = status;
    this.#host.told(this);
  }

  /** As `#send`; what cannot be read, or written as a request, leads nowhere. */
  async #try(expires: number): Promise<Sent | undefined> {
    try {
      return await this.#send(expires);
    } catch (error) {
      // The store has told the log, once.
      if (!(error instanceof StoreError))
        this.#host.log.error(`Registration '${this.#object.id}': ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Sends one REGISTER until its final answer; undefined when there is no way to the registrar. @throws {SipParseError | StoreError} */
  async #send(expires: number): Promise<Sent | undefined> {
    const { agent, log } = this.#host;
    const object = this.#object;
    const name = object.get('transport');
    const transport = name === '' ? undefined : this.#host.transport(name);
    if (name !== '' && transport === undefined)
      log.warning(`Registration '${object.id}': transport '${name}' does not listen; another is taken`);
    const hop = Uri.parse(object.get('outbound_proxy') || object.get('server_uri'));
    const found = await this.#host.accounts(object.list('outbound_auth'));
    const accounts = expires === 0 && found.length === 0 ? (this.#accounts ?? []) : found;
    const flow = await agent.resolve(hop, transport);
    if (flow === undefined || this.#closed) return undefined;
    if (expires > 0) this.#accounts = accounts;
    const header =
      (expires === 0 ? this.#contact : undefined) ??
      contactHeader(object, agent.contact(flow, contactUser(object)), this.line);
    const request = registerRequest({
      object,
      callId: this.#callId,
      cseq: this.#cseq++,
      contact: header,
      expires,
      allow: agent.allow,
      verify: this.#mechanisms,
    });
    const negotiates = object.get('security_negotiation') === 'mediasec';
    const response = await agent.request(request, {
      flow,
      ...(expires === 0 ? { timeout: UNBIND_PATIENCE_MS } : {}),
      authenticate: (refused, challenge) => {
        const answer = answerChallenge(refused, challenge, accounts);
        if (answer === undefined) return undefined;
        this.#cseq = Math.max(this.#cseq, refused.cseq.number + 2);
        // What is sent next is a copy of this one: the mechanisms that came with the challenge go with it.
        if (negotiates) this.#learn(challenge, (each) => refused.append('Security-Verify', each));
        return answer;
      },
    });
    return { response, contact: NameAddr.parse(header).uri, header };
  }

  #learn(response: SipResponse, add: (mechanism: string) => void): void {
    const listed = response.list('Security-Server');
    if (listed.length === 0 || this.#mechanisms.length > 0) return;
    this.#mechanisms = listed;
    for (const each of listed) add(each);
  }

  /** Nothing is sent from here on; what is under way is answered to nobody. */
  close(): void {
    this.#closed = true;
    this.#next = undefined;
    this.#host.due(this, undefined);
  }
}

/** An answer, and the binding that was asked for: its URI, and the header as it was written. */
interface Sent {
  readonly response: SipResponse;
  readonly contact: Uri;
  readonly header: string;
}

function same(a: readonly ClientCredentials[], b: readonly ClientCredentials[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const NOT_NOW = { kind: 'rejected', counts: true } as const;

/** Names of the options that differ. */
function differences(before: SorceryObject, after: SorceryObject): string[] {
  const old = before.values;
  return after.values.flatMap((value, index) =>
    value === old[index] ? [] : [after.type.options[index]?.name ?? ''],
  );
}

/** Whether one object writes where the other does, so that a registration of the one may go on as that of the other. */
export function samePlace(a: SorceryObject, b: SorceryObject): boolean {
  return a.get('client_uri') === b.get('client_uri') && a.get('server_uri') === b.get('server_uri');
}
