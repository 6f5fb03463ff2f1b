import type { RtpLeg, RtpStats } from '../media/index.ts';
import type { ChannelMedia } from './channel-types.ts';

export interface LegMediaOptions {
  /** The channel's leg; undefined once it is closed. */
  readonly leg: () => RtpLeg | undefined;
  /** The language that sounds are played in. */
  readonly language: () => string;
  readonly format?: () => string | undefined;
  readonly stats?: () => Promise<RtpStats | undefined>;
}

/** A channel's audio over a leg of the media graph. */
export function legMedia({ leg, language, format, stats }: LegMediaOptions): ChannelMedia {
  return {
    get leg() {
      return leg();
    },
    echo: (on) => leg()?.echo(on),
    play: (files) => {
      const playback = leg()?.play({ items: files, language: language() });
      if (playback === undefined) return { finished: Promise.resolve('failed'), stop: () => {} };
      return {
        finished: playback.finished.then((reason) => (reason === 'failed' ? 'failed' : 'done')),
        stop: () => playback.stop(),
      };
    },
    ...(format === undefined ? {} : { format }),
    ...(stats === undefined ? {} : { stats }),
  };
}
