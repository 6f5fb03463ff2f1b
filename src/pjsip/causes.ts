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

/** What an unanswered call is refused with. */
export function statusOf(cause: number): number {
  return STATUS.get(cause) ?? 603;
}

/** The Reason header that carries the cause itself (RFC 3326). */
export function reasonHeader(cause: number): readonly [string, string] {
  return ['Reason', `Q.850;cause=${cause}`];
}
