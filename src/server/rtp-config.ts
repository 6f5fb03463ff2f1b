import type { Config } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';

/** UDP ports that audio may use, from rtp.conf. */
export interface RtpConfig {
  readonly rtpStart: number;
  readonly rtpEnd: number;
  /** Milliseconds between RTCP reports. */
  readonly rtcpIntervalMs: number;
}

/** What is used without rtp.conf. */
const DEFAULTS: RtpConfig = { rtpStart: 5000, rtpEnd: 31000, rtcpIntervalMs: 5000 };
const LOWEST_PORT = 1024;
const HIGHEST_PORT = 65_535;
/** One pair of ports: RTP and RTCP. */
const FEWEST_PORTS = 2;
/** What `rtcpinterval` is kept within. */
const RTCP_INTERVAL_MS = { least: 500, most: 60_000 };

/** Reads [general] of rtp.conf; a range that cannot be used is replaced by the default, with a warning. */
export function readRtpConfig(config: Config | undefined, log: Logger): RtpConfig {
  const port = (name: 'rtpstart' | 'rtpend', fallback: number): number => {
    const text = config?.section('general')?.get(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= LOWEST_PORT && value <= HIGHEST_PORT) return value;
    log.warning(
      `rtp.conf: ${name}=${text} is no port from ${LOWEST_PORT} to ${HIGHEST_PORT}; ${fallback} is used`,
    );
    return fallback;
  };
  const rtpStart = port('rtpstart', DEFAULTS.rtpStart);
  const rtpEnd = port('rtpend', DEFAULTS.rtpEnd);
  const rtcpIntervalMs = readInterval(config, log);
  if (rtpEnd - rtpStart + 1 >= FEWEST_PORTS) return { rtpStart, rtpEnd, rtcpIntervalMs };
  log.warning(
    `rtp.conf: the range from ${rtpStart} to ${rtpEnd} is too small; ${DEFAULTS.rtpStart} to ${DEFAULTS.rtpEnd} is used`,
  );
  return { ...DEFAULTS, rtcpIntervalMs };
}

function readInterval(config: Config | undefined, log: Logger): number {
  const text = config?.section('general')?.get('rtcpinterval');
  if (text === undefined) return DEFAULTS.rtcpIntervalMs;
  const value = Number(text);
  const { least, most } = RTCP_INTERVAL_MS;
  if (Number.isInteger(value)) return Math.min(Math.max(value, least), most);
  log.warning(
    `rtp.conf: rtcpinterval=${text} is no number of milliseconds; ${DEFAULTS.rtcpIntervalMs} is used`,
  );
  return DEFAULTS.rtcpIntervalMs;
}
