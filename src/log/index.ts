/**
 * Lives here: the log's levels, the `Logger` that every part is given, and the channels of logger.conf (over pino).
 * Not here: what is worth logging, and secrets (callers redact; see `security`).
 * May ask: conf, platform.
 */
export { type ChannelStatus, type ConsoleAttachment, LogHub, type LogOptions } from './hub.ts';
export { ASKED_FOR } from './line-format.ts';
export { type Level, type Logger, levels, makeLogger, memoryLogger, silentLogger } from './logger.ts';
export { showChannels, showLevels } from './show.ts';
