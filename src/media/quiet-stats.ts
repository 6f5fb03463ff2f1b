import type { RtpStats, Spread } from './api.ts';

const none: Spread = { min: 0, max: 0, avg: 0, stdev: 0 };

/** Numbers of a leg of which nothing is known. */
export const QUIET_STATS: RtpStats = {
  ssrc: 0,
  remoteSsrc: 0,
  rxCount: 0,
  rxOctets: 0,
  rxLost: 0,
  rxJitter: 0,
  txCount: 0,
  txOctets: 0,
  txLost: 0,
  txJitter: 0,
  rtt: 0,
  rxMes: 0,
  txMes: 0,
  rxJitterSpread: none,
  txJitterSpread: none,
  rxLostSpread: none,
  txLostSpread: none,
  rttSpread: none,
  rxMesSpread: none,
  txMesSpread: none,
  rxDiscarded: 0,
  rxIdleMs: -1,
};
