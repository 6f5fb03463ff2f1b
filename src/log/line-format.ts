import { hostname } from 'node:os';
import { strftime } from '../platform/index.ts';
import type { Formatter } from './log-config.ts';
import type { Level } from './logger.ts';

/** One thing that was said. */
export interface LogEntry {
  readonly time: number;
  readonly source: string;
  readonly level: Level;
  readonly message: string;
  readonly fields: Record<string, unknown> | undefined;
}

/** Verbosity of what does not say it: most of what Asterisk shows is at this level. */
export const DEFAULT_VERBOSITY = 3;
/** Fields of verbose text that somebody asked for on a console: shown and written however little else is. */
export const ASKED_FOR = { verbosity: 0 } as const;

/** How chatty an entry is: `fields.verbosity`. Debug entries without one are at level 1. */
export function verbosityOf(entry: LogEntry): number {
  const given = entry.fields?.verbosity;
  if (typeof given === 'number') return given;
  return entry.level === 'verbose' ? DEFAULT_VERBOSITY : 1;
}

/** Keeps the last time stamp: many lines share a second. */
export class TimeStamp {
  readonly #format: string;
  readonly #fine: boolean;
  #unit = Number.NaN;
  #text = '';

  constructor(format: string) {
    this.#format = format;
    this.#fine = /%\d?q/.test(format);
  }

  at(time: number): string {
    const unit = this.#fine ? time : Math.floor(time / 1000);
    if (unit !== this.#unit) {
      this.#unit = unit;
      this.#text = strftime(this.#format, time);
    }
    return this.#text;
  }
}

export interface LineStyle {
  readonly stamp: TimeStamp;
  readonly useCallIds: boolean;
}

/** Control characters that must not reach a terminal or make a line look like two. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/;

function escapeControl(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/**
 * The text of an entry for a line-oriented file. Log watchers trust what begins with `[`, and much of the text comes
 * from the network: outside of verbose and debug there is one line per entry, and there no further line begins so.
 */
export function safeText(entry: LogEntry): string {
  let text = entry.message;
  if (text.includes('\n')) {
    const multi = entry.level === 'verbose' || entry.level === 'debug' || entry.level === 'trace';
    text = multi
      ? text.replaceAll('\r\n', '\n').replaceAll('\n[', '\n [')
      : text.replaceAll('\r\n', '\\n').replaceAll('\n', '\\n');
  }
  if (!CONTROLS.test(text)) return text;
  let safe = '';
  for (const char of text) safe += CONTROLS.test(char) ? escapeControl(char) : char;
  return safe;
}

function callId(entry: LogEntry, style: LineStyle): string {
  const id = entry.fields?.callId;
  return style.useCallIds && typeof id === 'string' ? id : '';
}

/** A whole line with its newline, as a file gets it: `[Nov 21 00:31:20] NOTICE[4711] res_pjsip: message`. */
export function formatLine(entry: LogEntry, formatter: Formatter, style: LineStyle): string {
  const stamp = style.stamp.at(entry.time);
  const level = entry.level.toUpperCase();
  const call = callId(entry, style);
  if (formatter === 'json') {
    const { callId: _callId, verbosity: _verbosity, ...fields } = entry.fields ?? {};
    return `${JSON.stringify({
      hostname: hostname(),
      timestamp: stamp,
      identifiers: { lwp: process.pid, callid: call },
      logmsg: { location: { filename: entry.source, function: '', line: 0 }, level, message: entry.message },
      ...(Object.keys(fields).length > 0 ? { fields } : {}),
    })}\n`;
  }
  const colon = formatter === 'plain' ? ':' : '';
  const where = entry.source === '' ? '' : `${entry.source}: `;
  return `[${stamp}] ${level}[${process.pid}]${call === '' ? '' : `[${call}]`}${colon} ${where}${safeText(entry)}\n`;
}

const verbosePrefixes = ['', '', '  == ', '    -- ', '       > '];

/**
 * A whole line as a console shows it: verbose text stands alone, behind a mark that tells how chatty it is,
 * and behind the time where `timestamps` asks for it.
 */
export function formatConsoleLine(entry: LogEntry, style: LineStyle, timestamps: boolean): string {
  if (entry.level !== 'verbose') return formatLine(entry, 'default', style);
  const depth = Math.min(Math.max(verbosityOf(entry), 0), verbosePrefixes.length - 1);
  const time = timestamps ? `[${style.stamp.at(entry.time)}] ` : '';
  const prefix = `${time}${verbosePrefixes[depth] ?? ''}`;
  return `${prefix}${safeText(entry).replaceAll('\n', `\n${prefix}`)}\n`;
}
