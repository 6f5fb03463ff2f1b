/** The values that every timer of RFC 3261 §17 is made of, in milliseconds. Timers that run keep what they began with. */
export interface TimerValues {
  /** Round-trip estimate. */
  t1: number;
  /** Longest interval between retransmissions of a non-INVITE request or an INVITE response. */
  t2: number;
  /** Longest time a message stays in the network. */
  t4: number;
  /** Timer B: how long an INVITE waits for its first answer; never less than 64*T1. */
  b: number;
}

export const defaultTimers: TimerValues = { t1: 500, t2: 4_000, t4: 5_000, b: 32_000 };

/** 64*T1: timers B, F, H, J, L and M (RFC 3261 appendix A, RFC 6026 §8). */
export function giveUp(values: TimerValues): number {
  return 64 * values.t1;
}

/** How long an INVITE of ours waits for an answer. */
export function timerB(values: TimerValues): number {
  return Math.max(values.b, giveUp(values));
}

/** Timer D: at least 32 seconds over UDP. */
export function timerD(values: TimerValues): number {
  return Math.max(32_000, 64 * values.t1);
}

/** A 100 goes out by itself when nothing was sent this long after an INVITE (RFC 3261 §17.2.1). */
export const TRYING_AFTER_MS = 200;
