import type { Config } from './conf/index.ts';
import type { Logger } from './log/index.ts';

/** UDP ports that audio may use, from rtp.conf. */
export interface RtpConfig {
  readonly rtpStart: number;
  readonly rtpEnd: number;
}

/** What is used without rtp.conf. */
const DEFAULTS: RtpConfig = { rtpStart: 5000, rtpEnd: 31000 };
const LOWEST_PORT = 1024;
const HIGHEST_PORT = 65_535;
/** One pair of ports: RTP and RTCP. */
const FEWEST_PORTS = 2;

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
  if (rtpEnd - rtpStart + 1 >= FEWEST_PORTS) return { rtpStart, rtpEnd };
  log.warning(
    `rtp.conf: the range from ${rtpStart} to ${rtpEnd} is too small; ${DEFAULTS.rtpStart} to ${DEFAULTS.rtpEnd} is used`,
  );
  return DEFAULTS;
}
