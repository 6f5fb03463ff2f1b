/** Asterisk's log levels, as logger.conf spells them, least to most urgent; `dtmf` and `security` stand aside. */
export const levels = [
  'debug',
  'trace',
  'verbose',
  'notice',
  'warning',
  'error',
  'dtmf',
  'security',
] as const;
export type Level = (typeof levels)[number];

/**
 * What a part gets to speak through. `source` (set by `child`) is the module's name, as in `res_pjsip`.
 * `fields` go into structured channels; the text channels print only `message`.
 */
export interface Logger {
  log(level: Level, message: string, fields?: Record<string, unknown>): void;
  debug(message: string, fields?: Record<string, unknown>): void;
  verbose(message: string, fields?: Record<string, unknown>): void;
  notice(message: string, fields?: Record<string, unknown>): void;
  warning(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** Whether any channel listens to this level, so that costly text is not built for nobody. */
  enabled(level: Level): boolean;
  child(source: string): Logger;
}

/** A logger over one function; the shape every realisation shares. */
export function makeLogger(
  source: string,
  write: (source: string, level: Level, message: string, fields?: Record<string, unknown>) => void,
  enabled: (level: Level) => boolean,
): Logger {
  return {
    log: (level, message, fields) => write(source, level, message, fields),
    debug: (message, fields) => write(source, 'debug', message, fields),
    verbose: (message, fields) => write(source, 'verbose', message, fields),
    notice: (message, fields) => write(source, 'notice', message, fields),
    warning: (message, fields) => write(source, 'warning', message, fields),
    error: (message, fields) => write(source, 'error', message, fields),
    enabled,
    child: (name) => makeLogger(name, write, enabled),
  };
}

/** Says nothing. */
export const silentLogger: Logger = makeLogger(
  '',
  () => {},
  () => false,
);

/** Keeps what was said, for tests: `lines` holds `LEVEL source: message`. */
export function memoryLogger(): Logger & { lines: string[] } {
  const lines: string[] = [];
  const logger = makeLogger(
    '',
    (source, level, message) => lines.push(`${level.toUpperCase()} ${source}: ${message}`),
    () => true,
  );
  return Object.assign(logger, { lines });
}
