import { isMadeHere, NameAddr, type SipResponse, Uri } from '../../sip/index.ts';
import type { SorceryObject } from '../../sorcery/index.ts';

/** Seconds before a registration runs out at which it is sent again, as the original keeps them. */
const REFRESH_AHEAD_S = 10;
/** Longest wait that a registrar may ask for, seconds: one day. What it says beyond that is a mistake or an attack. */
const MAX_RETRY_AFTER_S = 86_400;

/** RFC 3261 §20.19. */
const MAX_EXPIRES_S = 0xffff_ffff;

/** What an answer to REGISTER means for what is done next. */
export type Verdict =
  /** Bound for so many seconds. */
  | { readonly kind: 'registered'; readonly seconds: number }
  /** To be asked again at once, for this many seconds (RFC 3261 §10.3, 423). */
  | { readonly kind: 'longer'; readonly seconds: number }
  /** To be asked again at once, with the mechanisms that the server lists (RFC 3329 §2.3.1, 494). */
  | { readonly kind: 'verify'; readonly mechanisms: readonly string[] }
  /** Refused; `retry` is the seconds until the next attempt, undefined when there is none. */
  | { readonly kind: 'rejected'; readonly retry: number | undefined; readonly counts: boolean };

/** Seconds after which a registration that was granted for so many is sent again. */
export function refreshAfter(seconds: number): number {
  // A short one is refreshed at its half: ten seconds before its end would be at once, for ever.
  return seconds > 2 * REFRESH_AHEAD_S ? seconds - REFRESH_AHEAD_S : Math.ceil(seconds / 2);
}

/** What has been sent, and how often in vain. */
export interface Attempt {
  readonly object: SorceryObject;
  /** The URI that was bound. */
  readonly contact: Uri;
  /** Seconds that were asked for. */
  readonly expires: number;
  /** Retries that have failed since it was registered last. */
  readonly retries: number;
}

export function verdictOf(response: SipResponse, attempt: Attempt): Verdict {
  const { status } = response;
  const { object, expires } = attempt;
  if (status < 300) return { kind: 'registered', seconds: granted(response, attempt) };
  if (status === 423) {
    const least = response.number('Min-Expires');
    if (least > expires) return { kind: 'longer', seconds: least };
  }
  const mechanisms = response.list('Security-Server');
  if (status === 494 && mechanisms.length > 0) return { kind: 'verify', mechanisms };
  const again = (option: string): Verdict => {
    const interval = object.number(option);
    const retry = interval > 0 && attempt.retries < object.number('max_retries') ? interval : undefined;
    return { kind: 'rejected', retry, counts: true };
  };
  if (status === 401 || status === 407) {
    return object.is('auth_rejection_permanent')
      ? { kind: 'rejected', retry: undefined, counts: true }
      : again('retry_interval');
  }
  if (status === 403) return again('forbidden_retry_interval');
  // Who says when to come back is not counted as a failure.
  const wait = retryAfter(response);
  if (wait > 0) return { kind: 'rejected', retry: wait, counts: false };
  return again(isTemporary(response) ? 'retry_interval' : 'fatal_retry_interval');
}

/** Whether the same request may succeed later; what else there is concerns the request itself (RFC 3261 §21.4). */
function isTemporary(response: SipResponse): boolean {
  const { status } = response;
  return isMadeHere(response) || [408, 430, 500, 502, 503, 504].includes(status) || status >= 600;
}

function retryAfter(response: SipResponse): number {
  // A comment or parameters may follow (RFC 3261 §20.33).
  const digits = /^\s*(\d{1,9})/.exec(response.get('Retry-After') ?? '');
  return digits === null ? 0 : Math.min(Number(digits[1]), MAX_RETRY_AFTER_S);
}

/** RFC 3261 §10.2.4: the parameter of our own contact, else the header, else what was asked for. */
function granted(response: SipResponse, { contact, expires }: Attempt): number {
  const bound = response.list('Contact').flatMap((each) => NameAddr.tryParse(each) ?? []);
  const own = bound.find(({ uri }) => uri.equals(contact)) ?? (bound.length === 1 ? bound[0] : undefined);
  const parameter = Number.parseInt(own?.params.get('expires') ?? '', 10);
  if (parameter > 0) return Math.min(parameter, MAX_EXPIRES_S);
  const seconds = response.number('Expires', MAX_EXPIRES_S);
  return seconds > 0 ? seconds : expires;
}

/** Whether two registrations write the same binding: an address of record at the same registrar's host. */
export function sameBinding(a: SorceryObject, b: SorceryObject): boolean {
  const host = (object: SorceryObject) => Uri.tryParse(object.get('server_uri'))?.host.toLowerCase();
  return a.get('client_uri') === b.get('client_uri') && host(a) === host(b);
}
