import type { MediaPort } from '../apps/definition.ts';

/**
 * What applications do with audio, over each channel's own driver. `hasSound` is who knows the sound files; without it
 * a missing file is found out by whoever plays it.
 */
export function channelMediaPort(
  hasSound: ((name: string, language: string) => boolean) | undefined,
): MediaPort {
  return {
    // Silence of a length needs no file.
    hasSound: (name, language) => name.startsWith('silence/') || (hasSound?.(name, language) ?? true),
    play: (channel, name) =>
      channel.driver.media?.play([name]) ?? { finished: Promise.resolve('failed'), stop: () => {} },
    echo: (channel) => {
      channel.driver.media?.echo(true);
      return () => channel.driver.media?.echo(false);
    },
  };
}
