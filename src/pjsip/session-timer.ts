import type { Clock, Timer } from '../platform/index.ts';
import type { HeaderList, SipRequest, SipResponse } from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';

/** Seconds that a side waits less than agreed before it gives a silent one up, at most (RFC 4028 §10). */
const MAX_MARGIN_S = 32;
const SECONDS = /^\s*(\d{1,9})\s*(?:;|$)/;

/** What a session timer (RFC 4028) of one request comes to. */
export type TimerAgreement =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly status: 421 | 422; readonly headers: HeaderList }
  | {
      readonly kind: 'agreed';
      readonly seconds: number;
      /** Whether refreshing falls to us. */
      readonly ours: boolean;
      /** For the 2xx. */
      readonly headers: HeaderList;
    };

/** Agrees on the timer of an INVITE or UPDATE, as the endpoint's `timers` options say. */
export function agreeTimer(request: SipRequest, endpoint: SorceryObject): TimerAgreement {
  const mode = endpoint.get('timers');
  if (mode === 'no') return { kind: 'none' };
  const supported = [...request.list('Supported'), ...request.list('Require')].some(
    (tag) => tag.toLowerCase() === 'timer',
  );
  if (mode === 'required' && !supported)
    return { kind: 'refused', status: 421, headers: [['Require', 'timer']] };
  const asked = readSessionExpires(request);
  if (asked === undefined && mode === 'yes') return { kind: 'none' };
  const least = endpoint.number('timers_min_se');
  if (asked !== undefined && asked.seconds < least)
    return { kind: 'refused', status: 422, headers: [['Min-SE', String(least)]] };
  const seconds = asked?.seconds ?? endpoint.number('timers_sess_expires');
  // Whoever asked for a timer keeps it going, unless it says or knows better.
  const refresher = asked === undefined || !supported ? 'uas' : (asked.refresher ?? 'uac');
  const headers: [string, string][] = [['Session-Expires', `${seconds};refresher=${refresher}`]];
  if (refresher === 'uac') headers.push(['Require', 'timer']);
  return { kind: 'agreed', seconds, ours: refresher === 'uas', headers };
}

/** What an INVITE of ours asks for, `Supported` apart; `least` is what a far end wanted that refused it with 422. */
export function offerTimer(endpoint: SorceryObject, least = 0): HeaderList {
  if (endpoint.get('timers') === 'no') return [];
  const seconds = Math.max(endpoint.number('timers_sess_expires'), least);
  const minimum = Math.max(endpoint.number('timers_min_se'), least);
  return [
    ['Session-Expires', String(seconds)],
    ['Min-SE', String(minimum)],
  ];
}

/** What the 2xx to an INVITE of ours made of it; one that does not mention it wants no timer (RFC 4028 §7.2). */
export function acceptTimer(response: SipResponse, endpoint: SorceryObject): TimerAgreement {
  const told = endpoint.get('timers') === 'no' ? undefined : readSessionExpires(response);
  if (told === undefined) return { kind: 'none' };
  return { kind: 'agreed', seconds: told.seconds, ours: told.refresher !== 'uas', headers: [] };
}

/** The shortest time that a far end takes, of its 422; undefined when it does not say. */
export function leastTimer(response: SipResponse): number | undefined {
  const seconds = SECONDS.exec(response.get('Min-SE') ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

function readSessionExpires(
  message: SipRequest | SipResponse,
): { readonly seconds: number; readonly refresher: 'uac' | 'uas' | undefined } | undefined {
  const value = message.get('Session-Expires');
  const seconds = value === undefined ? undefined : SECONDS.exec(value)?.[1];
  if (value === undefined || seconds === undefined) return undefined;
  const who = /;\s*refresher\s*=\s*(uac|uas)\b/i.exec(value)?.[1]?.toLowerCase();
  return { seconds: Number(seconds), refresher: who === 'uac' || who === 'uas' ? who : undefined };
}

/** Keeps one call going while both ends are there, or notices that the other is not. */
export class SessionTimer {
  readonly #clock: Clock;
  readonly #refresh: (headers: HeaderList) => Promise<SipResponse>;
  readonly #expired: () => void;
  #timer: Timer | undefined;
  #deadline: Timer | undefined;
  #closed = false;

  /** `refresh` sends a request with these headers; `expired` is told when the time ran out without one. */
  constructor(clock: Clock, refresh: (headers: HeaderList) => Promise<SipResponse>, expired: () => void) {
    this.#clock = clock;
    this.#refresh = refresh;
    this.#expired = expired;
  }

  /** Begins anew with what the latest request came to. */
  start(agreement: TimerAgreement): void {
    this.#stop();
    if (this.#closed || agreement.kind !== 'agreed') return;
    const { seconds, ours } = agreement;
    const margin = Math.min(MAX_MARGIN_S, seconds / 3);
    this.#deadline = this.#clock.after((seconds - margin) * 1000, () => {
      this.#stop();
      this.#expired();
    });
    // RFC 4028 §10: half of the interval is a good time.
    if (ours) this.#timer = this.#clock.after(seconds * 500, () => void this.#send(seconds));
  }

  async #send(seconds: number): Promise<void> {
    const response = await this.#refresh([
      ['Session-Expires', `${seconds};refresher=uac`],
      ['Supported', 'timer'],
    ]).catch(() => undefined);
    if (this.#closed || response === undefined || response.status >= 300) return;
    const told = readSessionExpires(response);
    // A peer that leaves it out wants no timer any more (RFC 4028 §7.2), one that knows none cannot: ours goes on.
    this.start({
      kind: 'agreed',
      seconds: told?.seconds ?? seconds,
      ours: told?.refresher !== 'uas',
      headers: [],
    });
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#deadline?.cancel();
    this.#timer = undefined;
    this.#deadline = undefined;
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }
}
