import { hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Config } from '../conf/index.ts';
import { type Clock, systemClock } from '../platform/index.ts';
import { FileChannel } from './file-channel.ts';
import {
  formatConsoleLine,
  formatLine,
  type LineStyle,
  type LogEntry,
  TimeStamp,
  verbosityOf,
} from './line-format.ts';
import { type ChannelConfig, type LogConfig, parseChannel, readLogConfig } from './log-config.ts';
import { type Level, type Logger, levels, makeLogger } from './logger.ts';

export interface LogOptions {
  /** astlogdir. */
  readonly logDir: string;
  /** logger.conf; undefined when there is none. */
  readonly config?: Config | undefined;
  /** Where the console channel writes whole lines; undefined when the server has no console of its own. */
  readonly console?: ((line: string) => void) | undefined;
  /** Highest verbosity of the server's own console and of files that say none (`-v`, asterisk.conf `verbose`). Default 0. */
  readonly verbosity?: number;
  /** Highest level of debug text (`-d`, asterisk.conf `debug`). Default 0: none. */
  readonly debug?: number;
  /** Whether consoles show the time before verbose text too (`-T`, asterisk.conf `timestamp`). */
  readonly timestamps?: boolean;
  readonly clock?: Clock;
}

/** One row of `logger show channels`. */
export interface ChannelStatus {
  /** A file's path, a syslog facility, or empty for the console. */
  readonly name: string;
  readonly type: 'File' | 'Console' | 'Syslog';
  readonly formatter: string;
  readonly enabled: boolean;
  readonly levels: readonly Level[];
  /** Added by command, not by logger.conf. */
  readonly dynamic: boolean;
  /** Lines lost because the file was too slow. */
  readonly dropped: number;
}

/** A console that listens, the server's own or a remote one, with what it wants to see. */
export interface ConsoleAttachment {
  /** Highest verbosity shown; 0: no verbose text. */
  verbosity: number;
  muted: boolean;
  /** Levels that this console hides. */
  readonly hidden: Set<Level>;
  close(): void;
}

interface OpenChannel {
  readonly config: ChannelConfig;
  readonly dynamic: boolean;
  readonly file: FileChannel | undefined;
}

interface AttachedConsole extends ConsoleAttachment {
  readonly write: (line: string) => void;
}

/** Bit of each level, for one test on the hot path. */
const bits: Readonly<Record<Level, number>> = Object.fromEntries(
  levels.map((level, index) => [level, 1 << index]),
) as Record<Level, number>;

/** Everything that is logged passes here, and goes to the channels of logger.conf. */
export class LogHub {
  readonly #logDir: string;
  readonly #clock: Clock;
  readonly #consoles = new Set<AttachedConsole>();
  readonly #timestamps: boolean;
  readonly #moduleDebug = new Map<string, number>();
  readonly #logger: Logger;
  #config: LogConfig;
  #style: LineStyle;
  #channels: OpenChannel[] = [];
  readonly #verbosity: number;
  #debugLevel: number;
  #listening = 0;
  #reporting = false;
  #closed = false;

  constructor(options: LogOptions) {
    this.#logDir = options.logDir;
    this.#clock = options.clock ?? systemClock;
    this.#debugLevel = options.debug ?? 0;
    this.#timestamps = options.timestamps === true;
    this.#config = readLogConfig(options.config);
    this.#style = styleOf(this.#config);
    this.#logger = makeLogger(
      '',
      (source, level, message, fields) => this.#write(source, level, message, fields),
      (level) => this.enabled(level),
    );
    this.#verbosity = options.verbosity ?? 0;
    if (options.console !== undefined) this.#attach(options.console, this.#verbosity);
    this.#channels = this.#config.channels.map((each) => this.#openChannel(each, false));
    this.#refresh();
    this.#tellWarnings();
  }

  /** What one part speaks through; `source` is its module's name. */
  logger(source: string): Logger {
    return this.#logger.child(source);
  }

  /** Whether any channel listens to this level. */
  enabled(level: Level): boolean {
    if ((this.#listening & bits[level]) === 0) return false;
    return level !== 'debug' || this.#debugLevel > 0 || this.#moduleDebug.size > 0;
  }

  /** Follows another logger.conf: files stay open where they can, and are opened anew by name. Added channels stay. */
  async reload(config: Config | undefined): Promise<void> {
    const before = this.#config;
    this.#config = readLogConfig(config);
    this.#style = styleOf(this.#config);
    const old = [...this.#channels];
    const sameQueue = before.queueLimit === this.#config.queueLimit;
    const reuse = (path: string): FileChannel | undefined => {
      const index = sameQueue ? old.findIndex((each) => each.file?.path === path) : -1;
      return index < 0 ? undefined : old.splice(index, 1)[0]?.file;
    };
    const dynamic = this.#channels.filter((each) => each.dynamic);
    for (const each of dynamic) old.splice(old.indexOf(each), 1);
    this.#channels = [
      ...this.#config.channels.map((each) => this.#openChannel(each, false, reuse(this.#pathOf(each)))),
      ...dynamic,
    ];
    for (const channel of this.#channels) channel.file?.reopen();
    this.#refresh();
    this.#tellWarnings();
    await Promise.all(old.map((each) => each.file?.close()));
  }

  /** Moves every file out of the way, as `rotatestrategy` says, and begins new ones. */
  rotate(): void {
    for (const channel of this.#channels)
      channel.file?.rotate(this.#config.rotateStrategy, this.#clock.now());
  }

  /** The youngest first, as `logger show channels` lists them. */
  channels(): ChannelStatus[] {
    return this.#channels
      .map(({ config, file, dynamic }): ChannelStatus => {
        return {
          name: file?.path ?? (config.kind === 'console' ? '' : config.name),
          type: config.kind === 'file' ? 'File' : config.kind === 'console' ? 'Console' : 'Syslog',
          formatter: config.formatter,
          enabled: config.kind === 'console' || file?.working === true,
          levels: [...config.levels],
          dynamic,
          dropped: file?.dropped ?? 0,
        };
      })
      .reverse();
  }

  get queueLimit(): number {
    return this.#config.queueLimit;
  }

  /** Adds a channel until it is removed or the server ends; false when there is one of this name. */
  addChannel(name: string, levelText: string): boolean {
    const parsed = parseChannel(name, levelText);
    const path = this.#pathOf(parsed.channel);
    if (this.#channels.some((each) => each.config.name === name || each.file?.path === path)) return false;
    this.#channels.push(this.#openChannel(parsed.channel, true));
    this.#refresh();
    for (const warning of parsed.warnings) this.logger('logger').warning(warning);
    return true;
  }

  /** Removes a channel that `addChannel` made, by that name or by its path; false when there is none. */
  async removeChannel(name: string): Promise<boolean> {
    const index = this.#channels.findIndex(
      (each) => each.dynamic && (each.config.name === name || each.file?.path === name),
    );
    if (index < 0) return false;
    const [removed] = this.#channels.splice(index, 1);
    this.#refresh();
    await removed?.file?.close();
    return true;
  }

  /** Lets a remote console see what the console channel shows, from verbosity 0 on. */
  attachConsole(write: (line: string) => void, verbosity = 0): ConsoleAttachment {
    const attached = this.#attach(write, verbosity);
    this.#refresh();
    return attached;
  }

  get debugLevel(): number {
    return this.#debugLevel;
  }

  /** Debug text up to this level is written, 0: none. */
  setDebugLevel(level: number): void {
    this.#debugLevel = level;
  }

  /** The debug level of one module alone, 0 when it has none of its own. */
  moduleDebugLevel(module: string): number {
    return this.#moduleDebug.get(module) ?? 0;
  }

  setModuleDebugLevel(module: string, level: number): void {
    if (level > 0) this.#moduleDebug.set(module, level);
    else this.#moduleDebug.delete(module);
  }

  /** Writes what waits and closes every file. What is said afterwards is lost. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#listening = 0;
    this.#consoles.clear();
    const channels = this.#channels;
    this.#channels = [];
    await Promise.all(channels.map((each) => each.file?.close()));
  }

  #write(source: string, level: Level, message: string, fields?: Record<string, unknown>): void {
    if ((this.#listening & bits[level]) === 0) return;
    const entry: LogEntry = { time: this.#clock.now(), source, level, message, fields };
    const verbosity = level === 'verbose' || level === 'debug' ? verbosityOf(entry) : 0;
    if (level === 'debug' && verbosity > Math.max(this.#debugLevel, this.moduleDebugLevel(source))) return;
    for (const { config, file } of this.#channels) {
      if (!config.levels.has(level)) continue;
      if (level === 'verbose' && verbosity > this.#mostVerbose(config)) continue;
      if (file !== undefined) file.write(formatLine(entry, config.formatter, this.#style));
      else if (config.kind === 'console') this.#writeConsoles(entry, verbosity);
    }
  }

  /** Highest verbosity of a channel: a file without one of its own has the server's, each console its own. */
  #mostVerbose({ kind, verbosity }: ChannelConfig): number {
    return verbosity ?? (kind === 'console' ? Number.POSITIVE_INFINITY : this.#verbosity);
  }

  #writeConsoles(entry: LogEntry, verbosity: number): void {
    let line: string | undefined;
    for (const each of this.#consoles) {
      if (each.muted || each.hidden.has(entry.level)) continue;
      if (entry.level === 'verbose' && verbosity > each.verbosity) continue;
      line ??= formatConsoleLine(entry, this.#style, this.#timestamps);
      each.write(line);
    }
  }

  #attach(write: (line: string) => void, verbosity: number): AttachedConsole {
    const attached: AttachedConsole = {
      write,
      verbosity,
      muted: false,
      hidden: new Set(),
      close: () => {
        this.#consoles.delete(attached);
        this.#refresh();
      },
    };
    this.#consoles.add(attached);
    return attached;
  }

  /** Which levels anybody listens to. */
  #refresh(): void {
    if (this.#closed) return;
    let listening = 0;
    for (const { config } of this.#channels) {
      if (config.kind === 'syslog' || (config.kind === 'console' && this.#consoles.size === 0)) continue;
      for (const level of config.levels) listening |= bits[level];
    }
    this.#listening = listening;
  }

  #pathOf(config: ChannelConfig): string {
    const path = isAbsolute(config.name) ? config.name : join(this.#logDir, config.name);
    return this.#config.appendHostname ? `${path}.${hostname()}` : path;
  }

  #openChannel(config: ChannelConfig, dynamic: boolean, existing?: FileChannel): OpenChannel {
    if (config.kind !== 'file') return { config, dynamic, file: undefined };
    const file =
      existing ??
      new FileChannel(this.#pathOf(config), this.#config.queueLimit, (text) => this.#report(text));
    return { config, dynamic, file };
  }

  /** A fault of one channel is told on the others; a fault met while telling is not told again. */
  #report(message: string): void {
    if (this.#reporting) return;
    this.#reporting = true;
    this.logger('logger').error(message);
    this.#reporting = false;
  }

  #tellWarnings(): void {
    for (const warning of this.#config.warnings) this.logger('logger').warning(warning);
  }
}

function styleOf(config: LogConfig): LineStyle {
  return { stamp: new TimeStamp(config.dateFormat), useCallIds: config.useCallIds };
}
