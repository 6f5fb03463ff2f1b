import type { SipMessage } from '../sip/index.ts';

/** Q.850 causes as final SIP answers (RFC 3398 §7.2.4.1, with what the original answers where it differs). */
const STATUS: ReadonlyMap<number, number> = new Map([
  [1, 404],
  [2, 404],
  [3, 404],
  [17, 486],
  [18, 480],
  [19, 480],
  [20, 480],
  [21, 403],
  [22, 410],
  [26, 404],
  [27, 502],
  [28, 484],
  [29, 501],
  [34, 503],
  [38, 500],
  [42, 503],
  [58, 488],
  [66, 480],
  [88, 488],
  [127, 500],
]);

/** The status that stands for a cause; undefined for one that has none. */
export function sipStatus(cause: number): number | undefined {
  return STATUS.get(cause);
}

/** What an unanswered call is refused with. */
export function statusOf(cause: number): number {
  return STATUS.get(cause) ?? 603;
}

/** The Reason header that carries the cause itself (RFC 3326). */
export function reasonHeader(cause: number): readonly [string, string] {
  return ['Reason', `Q.850;cause=${cause}`];
}

/** Final SIP answers as Q.850 causes (RFC 3398 §8.2.6.1, with what the original tells where it differs). */
const CAUSES: ReadonlyMap<number, number> = new Map([
  [401, 21],
  [403, 21],
  [404, 1],
  [407, 21],
  [408, 18],
  [409, 41],
  [410, 1],
  [480, 19],
  [483, 19],
  [484, 28],
  [485, 1],
  [486, 17],
  [488, 58],
  [500, 38],
  [501, 29],
  [502, 27],
  [504, 102],
  [600, 17],
  [603, 21],
  [604, 1],
  [606, 58],
]);

const NORMAL_CLEARING = 16;
const CONGESTION = 34;
const INTERWORKING = 127;

/** What a call ends with that was refused with this status. */
export function causeOf(status: number): number {
  const known = CAUSES.get(status);
  if (known !== undefined) return known;
  if (status < 400) return NORMAL_CLEARING;
  return status >= 500 && status < 600 ? CONGESTION : INTERWORKING;
}

/** The cause that a Reason header names (RFC 3326); undefined without one of Q.850. */
export function reasonCause(message: SipMessage): number | undefined {
  for (const value of message.list('Reason')) {
    const cause = /^Q\.850\s*;(?:.*;)?\s*cause\s*=\s*(\d{1,3})/i.exec(value)?.[1];
    if (cause !== undefined) return Number(cause);
  }
  return undefined;
}
