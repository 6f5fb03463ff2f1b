/** The three values that every timer of RFC 3261 §17 is made of, in milliseconds. */
export interface TimerValues {
  /** Round-trip estimate. */
  t1: number;
  /** Longest interval between retransmissions of a non-INVITE request or an INVITE response. */
  t2: number;
  /** Longest time a message stays in the network. */
  t4: number;
}

export const defaultTimers: TimerValues = { t1: 500, t2: 4_000, t4: 5_000 };

/** 64*T1: timers B, F, H, J, L and M (RFC 3261 appendix A, RFC 6026 §8). */
export function giveUp(values: TimerValues): number {
  return 64 * values.t1;
}

/** Timer D: at least 32 seconds over UDP. */
export function timerD(values: TimerValues): number {
  return Math.max(32_000, 64 * values.t1);
}

/** A 100 goes out by itself when nothing was sent this long after an INVITE (RFC 3261 §17.2.1). */
export const TRYING_AFTER_MS = 200;
