import { hostname } from 'node:os';
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

/** How chatty an entry is: `fields.verbosity`. Debug entries without one are at level 1. */
export function verbosityOf(entry: LogEntry): number {
  const given = entry.fields?.verbosity;
  if (typeof given === 'number') return given;
  return entry.level === 'verbose' ? DEFAULT_VERBOSITY : 1;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

function two(value: number, fill = '0'): string {
  return value < 10 ? `${fill}${value}` : String(value);
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(absolute / 60))}${two(absolute % 60)}`;
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getFullYear(), 0, 1);
  return (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - start) / 86_400_000 + 1;
}

const directives: Readonly<Record<string, (date: Date) => string>> = {
  a: (d) => (days[d.getDay()] ?? '').slice(0, 3),
  A: (d) => days[d.getDay()] ?? '',
  b: (d) => (months[d.getMonth()] ?? '').slice(0, 3),
  h: (d) => (months[d.getMonth()] ?? '').slice(0, 3),
  B: (d) => months[d.getMonth()] ?? '',
  c: (d) => formatTime(d, '%a %b %e %T %Y'),
  d: (d) => two(d.getDate()),
  D: (d) => formatTime(d, '%m/%d/%y'),
  e: (d) => two(d.getDate(), ' '),
  F: (d) => formatTime(d, '%Y-%m-%d'),
  H: (d) => two(d.getHours()),
  I: (d) => two(d.getHours() % 12 || 12),
  j: (d) => String(dayOfYear(d)).padStart(3, '0'),
  k: (d) => two(d.getHours(), ' '),
  l: (d) => two(d.getHours() % 12 || 12, ' '),
  m: (d) => two(d.getMonth() + 1),
  M: (d) => two(d.getMinutes()),
  n: () => '\n',
  p: (d) => (d.getHours() < 12 ? 'AM' : 'PM'),
  r: (d) => formatTime(d, '%I:%M:%S %p'),
  R: (d) => formatTime(d, '%H:%M'),
  s: (d) => String(Math.floor(d.getTime() / 1000)),
  S: (d) => two(d.getSeconds()),
  t: () => '\t',
  T: (d) => formatTime(d, '%H:%M:%S'),
  u: (d) => String(d.getDay() || 7),
  w: (d) => String(d.getDay()),
  x: (d) => formatTime(d, '%m/%d/%y'),
  X: (d) => formatTime(d, '%T'),
  y: (d) => two(d.getFullYear() % 100),
  Y: (d) => String(d.getFullYear()),
  z: offset,
  '%': () => '%',
};

/** strftime in local time; Asterisk's `%q` gives fractions of a second, `%3q` milliseconds. */
export function formatTime(date: Date, format: string): string {
  let text = '';
  for (let at = 0; at < format.length; at++) {
    const char = format[at] ?? '';
    if (char !== '%') {
      text += char;
      continue;
    }
    let directive = format[++at] ?? '%';
    let width = 6;
    if (directive >= '1' && directive <= '9' && format[at + 1] === 'q') {
      width = Number(directive);
      directive = format[++at] ?? '';
    }
    if (directive === 'q') text += `${String(date.getMilliseconds()).padStart(3, '0')}000000`.slice(0, width);
    else text += directives[directive]?.(date) ?? `%${directive}`;
  }
  return text;
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
      this.#text = formatTime(new Date(time), this.#format);
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
