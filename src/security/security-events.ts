import type { Logger } from '../log/index.ts';
import { type Clock, Emitter, utcStamp } from '../platform/index.ts';

/** What happened, under the names that log watchers and clients of the manager interface know. */
export const securityEventKinds = [
  'AuthMethodNotAllowed',
  'ChallengeResponseFailed',
  'ChallengeSent',
  'FailedACL',
  'InvalidAccountID',
  'InvalidPassword',
  'RequestBadFormat',
  'RequestNotAllowed',
  'RequestNotSupported',
  'SessionLimit',
  'SuccessfulAuth',
] as const;
export type SecurityEventKind = (typeof securityEventKinds)[number];

const INFORMATIONAL: ReadonlySet<SecurityEventKind> = new Set(['ChallengeSent', 'SuccessfulAuth']);

/** One end of a connection. */
export interface SecurityAddress {
  /** `UDP`, `TCP`, `TLS`. */
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

export interface SecurityEvent {
  readonly kind: SecurityEventKind;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `PJSIP`, `AMI`. */
  readonly service: string;
  /** Whom the other end claims to be; `<unknown>` when it does not say. */
  readonly account: string;
  /** What tells this attempt from others: the Call-ID, the connection. */
  readonly session: string;
  readonly local: SecurityAddress;
  readonly remote: SecurityAddress;
  /** What this kind tells besides, in the order in which it is shown. */
  readonly details: readonly (readonly [name: string, value: string])[];
}

export type SecurityReport = Omit<SecurityEvent, 'time'>;

/** Attempts to get in, successful or not: raised by every door, written to the `security` log level, heard by AMI. */
export class SecurityEvents {
  readonly events: Emitter<{ raised: [event: SecurityEvent] }>;
  readonly #log: Logger;
  readonly #clock: Clock;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.events = new Emitter((_event, error) =>
      log.error(`A listener to security events failed: ${String(error)}`),
    );
  }

  /** Tells everybody; costs next to nothing while nobody listens. */
  raise(report: SecurityReport): void {
    this.#report(report, this.events.hears('raised'));
  }

  /** Writes into the log alone what clients of the manager interface do not expect. */
  note(report: SecurityReport): void {
    this.#report(report, false);
  }

  #report(report: SecurityReport, told: boolean): void {
    const logged = this.#log.enabled('security');
    if (!logged && !told) return;
    const { kind, service, account, session, local, remote, details } = report;
    const time = this.#clock.now();
    const event: SecurityEvent = { kind, time, service, account, session, local, remote, details };
    if (logged) this.#log.log('security', securityLine(event));
    if (told) this.events.emit('raised', event);
  }
}

/** The members of an event as name and value, in the order in which the log and AMI show them. */
export function securityFields(event: SecurityEvent): readonly (readonly [name: string, value: string])[] {
  return [
    ['EventTV', utcStamp(event.time)],
    ['Severity', INFORMATIONAL.has(event.kind) ? 'Informational' : 'Error'],
    ['Service', event.service],
    ['EventVersion', '1'],
    ['AccountID', event.account],
    ['SessionID', event.session],
    ['LocalAddress', addressText(event.local)],
    ['RemoteAddress', addressText(event.remote)],
    ...event.details,
  ];
}

/** `IPV4/UDP/192.0.2.1/5060`. */
function addressText({ protocol, address, port }: SecurityAddress): string {
  return `IPV${address.includes(':') ? 6 : 4}/${protocol}/${address}/${port}`;
}

/** The line that log watchers match: `SecurityEvent="…",EventTV="…",…`. */
function securityLine(event: SecurityEvent): string {
  let line = `SecurityEvent="${event.kind}"`;
  for (const [name, value] of securityFields(event)) {
    line += `,${name}="${value.includes('"') ? value.replaceAll('"', "'") : value}"`;
  }
  return line;
}
