import { shorten, trim } from './text.ts';

/** What a line says. */
export type LineContent =
  | { readonly kind: 'blank' }
  /** `modifiers` are what stands in the parentheses, at commas, blanks kept. */
  | { readonly kind: 'section'; readonly name: string; readonly modifiers: readonly string[] }
  /** The value of `+=` keeps the blanks before it: they belong to what is appended. */
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly operator: '=' | '=>' | '+=';
      readonly value: string;
    }
  | {
      readonly kind: 'directive';
      readonly name: 'include' | 'tryinclude' | 'exec';
      readonly argument: string;
    }
  /** `fatal` makes the whole file unreadable; any other broken line is passed over. */
  | { readonly kind: 'broken'; readonly fatal: boolean; readonly detail: string };

/** What one line of a .conf file is. `raw` and `end` together are its exact text, so that a file can be written back. */
export type ConfLine = {
  readonly raw: string;
  /** The line ending as it was: `\n`, `\r\n` or nothing at the end of the file. */
  readonly end: string;
  /** Counted from 1. */
  readonly number: number;
} & LineContent;

/** Longest line that is read, in UTF-16 units. Asterisk stops at 8190 bytes; a longer line is passed over by both. */
export const MAX_LINE = 64 * 1024;

/** A text cut into lines. */
export interface ParsedText {
  readonly lines: ConfLine[];
  /** Number of the line whose `;--` is never closed. */
  readonly openComment: number | undefined;
}

/** Splits text into lines and says what each is. Never throws: a line that makes no sense is `broken`. */
export function parseText(text: string): ParsedText {
  const lines: ConfLine[] = [];
  const comments = new Comments();
  let at = 0;
  let number = 0;
  let opened = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const stop = newline < 0 ? text.length : newline;
    const carriage = newline >= 0 && stop > at && text[stop - 1] === '\r' ? 1 : 0;
    const raw = text.slice(at, stop - carriage);
    const end = newline < 0 ? '' : text.slice(stop - carriage, stop + 1);
    number++;
    at = newline < 0 ? text.length : newline + 1;
    if (raw.length > MAX_LINE) {
      const content = ignored(`longer than ${MAX_LINE} characters, it begins with '${shorten(raw)}'`);
      lines.push(lineOf(raw, end, number, content));
      continue;
    }
    const wasOpen = comments.open;
    lines.push(lineOf(raw, end, number, classify(comments.strip(visible(raw, number)))));
    if (!wasOpen && comments.open) opened = number;
  }
  return { lines, openComment: comments.open ? opened : undefined };
}

/** Each kind spelled out: spread objects cost several times as much, and a file has many lines. */
function lineOf(raw: string, end: string, number: number, content: LineContent): ConfLine {
  const { kind } = content;
  switch (kind) {
    case 'blank':
      return { raw, end, number, kind };
    case 'section':
      return { raw, end, number, kind, name: content.name, modifiers: content.modifiers };
    case 'variable':
      return { raw, end, number, kind, name: content.name, operator: content.operator, value: content.value };
    case 'directive':
      return { raw, end, number, kind, name: content.name, argument: content.argument };
    case 'broken':
      return { raw, end, number, kind, fatal: content.fatal, detail: content.detail };
  }
}

/** The lines of a text. */
export function parseLines(text: string): ConfLine[] {
  return parseText(text).lines;
}

/** The exact text that the lines came from. */
export function serializeLines(lines: readonly ConfLine[]): string {
  let text = '';
  for (const line of lines) text += line.raw + line.end;
  return text;
}

/** A byte order mark is no text, and a NUL ends its line. */
function visible(raw: string, number: number): string {
  const nul = raw.indexOf('\0');
  const cut = nul < 0 ? raw : raw.slice(0, nul);
  return number === 1 && cut.startsWith('\ufeff') ? cut.slice(1) : cut;
}

/** A stretch of a line: `comment` with the marks around it, or text that is read. */
export interface LinePiece {
  readonly comment: boolean;
  readonly text: string;
}

/** Takes comments out of line after line; block comments nest and span lines. */
export class Comments {
  #depth = 0;

  get open(): boolean {
    return this.#depth > 0;
  }

  strip(raw: string): string {
    if (this.#depth === 0 && !raw.includes(';')) return trim(raw);
    let text = '';
    for (const piece of this.cut(raw)) if (!piece.comment) text += piece.text.replaceAll('\\;', ';');
    return trim(text);
  }

  /** The pieces of the next line, in order; together they are the line. */
  cut(raw: string): LinePiece[] {
    const pieces: LinePiece[] = [];
    let at = 0;
    while (at < raw.length) {
      const comment = this.#depth > 0 || raw[at] === ';';
      const end = comment ? this.#comment(raw, at) : textEnd(raw, at);
      pieces.push({ comment, text: raw.slice(at, end) });
      at = end;
    }
    return pieces;
  }

  #comment(raw: string, at: number): number {
    if (this.#depth > 0) return this.#leave(raw, at);
    // `;--` opens a block comment, `;---` is an ordinary line of dashes.
    if (!raw.startsWith(';--', at) || raw[at + 3] === '-') return raw.length;
    this.#depth++;
    return at + 3 < raw.length ? this.#leave(raw, at + 3) : raw.length;
  }

  /** To the end of the block comment, or of the line: inside only its own marks count. */
  #leave(raw: string, from: number): number {
    let at = from;
    while (this.#depth > 0 && at < raw.length) {
      const close = raw.indexOf('--;', at);
      let again = raw.indexOf(';--', at);
      while (again >= 0 && raw[again + 3] === '-') again = raw.indexOf(';--', again + 1);
      if (again >= 0 && (close < 0 || again < close)) {
        this.#depth++;
        at = again + 3;
      } else if (close >= 0) {
        this.#depth--;
        at = close + 3;
      } else at = raw.length;
    }
    return at;
  }
}

/** Where the text that begins at `at` ends: at a semicolon without a backslash in front of it. */
function textEnd(raw: string, at: number): number {
  let semicolon = raw.indexOf(';', at);
  while (semicolon > at && raw[semicolon - 1] === '\\') {
    const next = raw.indexOf(';', semicolon + 1);
    // A backslash belongs to one semicolon only, so one that follows at once is a comment.
    if (next === semicolon + 1) return next;
    semicolon = next;
  }
  return semicolon < 0 ? raw.length : semicolon;
}

function classify(text: string): LineContent {
  if (text === '') return { kind: 'blank' };
  if (text[0] === '[') return section(text);
  if (text[0] === '#') return directive(text);
  const equals = text.indexOf('=');
  if (equals < 0) return ignored(`no '=' in '${shorten(text)}'`);
  const appended = equals > 0 && text[equals - 1] === '+';
  const arrow = !appended && text[equals + 1] === '>';
  const name = trim(text.slice(0, appended ? equals - 1 : equals));
  const value = text.slice(equals + (arrow ? 2 : 1));
  if (name === '') return ignored(`no name before '=' in '${shorten(text)}'`);
  if (appended) return { kind: 'variable', name, operator: '+=', value };
  return { kind: 'variable', name, operator: arrow ? '=>' : '=', value: trim(value) };
}

function section(text: string): LineContent {
  const close = text.indexOf(']');
  if (close < 0) return fatal(`no closing ']' in '${shorten(text)}'`);
  const name = text.slice(1, close);
  // Only a parenthesis that touches the bracket counts; anything else behind it is passed over.
  if (text[close + 1] !== '(') return { kind: 'section', name, modifiers: [] };
  const end = text.indexOf(')', close + 2);
  if (end < 0) return fatal(`no closing ')' in '${shorten(text)}'`);
  const modifiers = text
    .slice(close + 2, end)
    .split(',')
    .filter((each) => each !== '');
  return { kind: 'section', name, modifiers };
}

function directive(text: string): LineContent {
  let space = 1;
  while (space < text.length && text.charCodeAt(space) > 32) space++;
  const name = text.slice(1, space).toLowerCase();
  if (name !== 'include' && name !== 'tryinclude' && name !== 'exec')
    return ignored(`unknown directive '#${shorten(name)}'`);
  const given = trim(text.slice(space));
  if (given === '') return ignored(`#${name} needs ${name === 'exec' ? 'a command' : 'the name of a file'}`);
  return { kind: 'directive', name, argument: unquote(given) };
}

/** Quotes and angle brackets count only as a pair around the whole argument. */
function unquote(text: string): string {
  const last = text.length > 1 ? text[text.length - 1] : undefined;
  const paired = (text[0] === '"' && last === '"') || (text[0] === '<' && last === '>');
  return paired ? text.slice(1, -1) : text;
}

function fatal(detail: string): LineContent {
  return { kind: 'broken', fatal: true, detail };
}

function ignored(detail: string): LineContent {
  return { kind: 'broken', fatal: false, detail };
}
