/**
 * Lives here: channel technologies without a protocol of their own: Local.
 * Not here: PJSIP (pjsip), the dial plan that a Local channel runs (handed in), how channels are bridged (switch).
 * May ask: switch, media, platform, log.
 */
export { LocalChannels, type LocalChannelsOptions } from './local.ts';
