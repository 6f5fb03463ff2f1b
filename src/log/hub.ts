import { renameSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import pino, { type DestinationStream } from 'pino';
import type { Config } from '../conf/index.ts';
import { type Level, type Logger, levels, makeLogger } from './logger.ts';

type Format = 'default' | 'json' | 'plain';

interface Channel {
  readonly name: string;
  readonly format: Format;
  readonly levels: Set<Level>;
  readonly stream: (DestinationStream & { flushSync?(): void; end?(): void; reopen?(): void }) | undefined;
  readonly path: string | undefined;
}

export interface LogHubOptions {
  readonly logDir: string;
  /** Reads logger.conf; called again at each reload. @throws {ConfError} */
  readonly readConfig: () => Config | undefined;
  /** Where the console channel goes besides the remote consoles; undefined for nowhere. */
  readonly console: ((text: string) => void) | undefined;
}

/** Old log files that `logger rotate` keeps. */
const KEPT_ROTATIONS = 10;
/** Without a logger.conf the console hears what matters. */
const DEFAULT_CONSOLE: readonly Level[] = ['notice', 'warning', 'error'];

/** The channels of logger.conf: the console, and files written by pino's streams off the caller's path. */
export class LogHub {
  readonly logger: Logger;
  readonly #options: LogHubOptions;
  #channels: Channel[] = [];
  #heard = new Set<Level>();
  readonly #off = new Set<Level>();
  readonly #followers = new Set<(text: string) => void>();

  constructor(options: LogHubOptions) {
    this.#options = options;
    this.logger = makeLogger(
      '',
      (source, level, message, fields) => this.#write(source, level, message, fields),
      (level) => this.#heard.has(level) && !this.#off.has(level),
    );
    this.#load(options.readConfig());
  }

  /** Reads logger.conf again; a broken file leaves the channels as they were. Returns what happened, for people. */
  reload(): string {
    try {
      const config = this.#options.readConfig();
      this.#closeFiles();
      this.#load(config);
      return 'Log channels reloaded';
    } catch (error) {
      this.logger.error(`${(error as Error).message}: the log channels stay as they were`);
      return `Log channels stay as they were: ${(error as Error).message}`;
    }
  }

  #load(config: Config | undefined): void {
    this.#channels = [];
    for (const variable of config?.section('logfiles')?.variables ?? []) {
      const added = this.addChannel(variable.name, variable.value);
      if (!added.startsWith('Added')) this.logger.warning(`${variable.file}:${variable.line}: ${added}`);
    }
    if (config?.section('logfiles') === undefined) this.addChannel('console', DEFAULT_CONSOLE.join(','));
  }

  /** Adds a channel from its line in logger.conf. Returns what happened, for people. */
  addChannel(name: string, spec: string): string {
    if (name.startsWith('syslog')) return `Channel ${name} is not supported: use a file or the console`;
    const bracket = /^\[(\w+)\]\s*(.*)$/.exec(spec.trim());
    const format: Format = bracket?.[1] === 'json' ? 'json' : bracket?.[1] === 'plain' ? 'plain' : 'default';
    const wanted = new Set<Level>();
    for (const raw of (bracket?.[2] ?? spec).split(',')) {
      const word = raw.trim().toLowerCase().replace(/\(.*$/, '');
      if (word === '*') for (const level of levels) wanted.add(level);
      else if ((levels as readonly string[]).includes(word)) wanted.add(word as Level);
      else if (word !== '' && word !== 'fax') return `Channel ${name}: there is no level '${word}'`;
    }
    this.removeChannel(name);
    const path = name === 'console' ? undefined : isAbsolute(name) ? name : join(this.#options.logDir, name);
    const stream =
      path === undefined
        ? undefined
        : pino.destination({ dest: path, sync: false, mkdir: true, mode: 0o640 });
    // A full disk or a missing folder costs the channel, never the server.
    (stream as { on?(event: string, listener: () => void): void } | undefined)?.on?.('error', () => {});
    this.#channels.push({ name, format, levels: wanted, stream, path });
    this.#listen();
    return `Added channel ${name}`;
  }

  removeChannel(name: string): boolean {
    const found = this.#channels.find((each) => each.name === name);
    if (found === undefined) return false;
    found.stream?.end?.();
    this.#channels = this.#channels.filter((each) => each !== found);
    this.#listen();
    return true;
  }

  /** Switches a level on or off for every channel. Returns false for a level that does not exist. */
  setLevel(level: string, on: boolean): boolean {
    if (!(levels as readonly string[]).includes(level)) return false;
    if (on) {
      this.#off.delete(level as Level);
      this.#channels.find((each) => each.name === 'console')?.levels.add(level as Level);
      this.#listen();
    } else this.#off.add(level as Level);
    return true;
  }

  channels(): readonly {
    readonly name: string;
    readonly format: string;
    readonly levels: readonly Level[];
  }[] {
    return this.#channels.map((each) => ({ name: each.name, format: each.format, levels: [...each.levels] }));
  }

  heardLevels(): readonly Level[] {
    return levels.filter((level) => this.#heard.has(level) && !this.#off.has(level));
  }

  /** Renames every file to `name.0` (older ones move up) and opens it anew. Returns how many there were. */
  rotate(): number {
    let count = 0;
    for (const { path, stream } of this.#channels) {
      if (path === undefined) continue;
      for (let age = KEPT_ROTATIONS - 1; age >= 0; age--) {
        const from = age === 0 ? path : `${path}.${age - 1}`;
        if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, `${path}.${age}`);
      }
      stream?.reopen?.();
      count++;
    }
    return count;
  }

  /** Follows the console channel: remote consoles do. */
  follow(line: (text: string) => void): () => void {
    this.#followers.add(line);
    return () => this.#followers.delete(line);
  }

  #listen(): void {
    this.#heard = new Set(this.#channels.flatMap((each) => [...each.levels]));
  }

  #write(source: string, level: Level, message: string, fields?: Record<string, unknown>): void {
    if (!this.#heard.has(level) || this.#off.has(level)) return;
    const now = new Date();
    let line: string | undefined;
    for (const channel of this.#channels) {
      if (!channel.levels.has(level)) continue;
      if (channel.format === 'json') {
        channel.stream?.write(
          `${JSON.stringify({ time: now.toISOString(), level, source, message, ...fields })}\n`,
        );
        continue;
      }
      line ??= `[${stamp(now)}] ${level.toUpperCase()}[${process.pid}] ${source}: ${message}\n`;
      if (channel.stream !== undefined) channel.stream.write(line);
      else {
        this.#options.console?.(line);
        for (const each of this.#followers) each(line);
      }
    }
  }

  #closeFiles(): void {
    for (const { stream } of this.#channels) stream?.end?.();
  }

  /** Writes out what is buffered and closes the files. */
  close(): void {
    for (const { stream } of this.#channels) {
      try {
        stream?.flushSync?.();
      } catch {
        // A stream that never became ready holds nothing that could be saved.
      }
      stream?.end?.();
    }
    this.#followers.clear();
  }
}

/** `Nov 21 00:31:20`, in local time, as Asterisk's default format has it. */
function stamp(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2, ' ')} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
