/**
 * Lives here: Stasis applications, what they are subscribed to, which of them sees which event, and the hand-over of a
 * channel to an application and back.
 * Not here: JSON, sockets, HTTP (see `ari`), the dial plan.
 * May ask: switch, platform, log, errors.
 */
export type { AppInfo, EventFilter, FilterEntry, Source } from './application.ts';
export type { AppEvent, Consumer } from './events.ts';
export { type Left, MAX_QUEUED_COMMANDS, Stasis, type StasisOptions } from './stasis.ts';
