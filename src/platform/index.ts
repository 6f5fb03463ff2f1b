/**
 * Lives here: what Node gives and every part needs in one shape: clocks, typed emitters, worker threads, dates as text,
 * texts and patterns.
 * Not here: anything that knows a protocol, a file format or telephony.
 * May ask: nobody.
 */
export { type Clock, FakeClock, systemClock, type Timer } from './clock.ts';
export { Emitter, type Listener, type ListenerFault } from './emitter.ts';
export { ownText } from './own-text.ts';
export { type FitsOne, matchesStars } from './stars.ts';
export { strftime, type WallClock, wallClock } from './strftime.ts';
export { utcStamp } from './utc-stamp.ts';
export { spawnWorker } from './worker.ts';
