/**
 * Lives here: applications that control channels: who listens, what they subscribe to, the hand-over of a channel and back.
 * Not here: how an event looks on the wire (a door renders it), the Stasis() application itself (dialplan has it).
 * May ask: switch, log, errors.
 */
export {
  type AppEvent,
  type AppInfo,
  type Consumer,
  type Left,
  Stasis,
  type StasisOptions,
} from './stasis.ts';
