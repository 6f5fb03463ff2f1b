import { ConfError } from './conf-error.ts';

/** What one line of a .conf file is. `raw` and `end` together are its exact bytes, so that a file can be written back. */
export type ConfLine = {
  readonly raw: string;
  /** The line ending as it was: `\n`, `\r\n` or nothing at the end of the file. */
  readonly end: string;
  /** Counted from 1. */
  readonly number: number;
} & (
  | { readonly kind: 'blank' }
  | { readonly kind: 'section'; readonly name: string; readonly modifiers: readonly string[] }
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
  | { readonly kind: 'broken'; readonly detail: string }
);

/** Longest line that is read; Asterisk reads 8 KiB, this leaves room for values pushed by other tools. */
export const MAX_LINE = 64 * 1024;

/** The text that stands in a line once comments are gone, and whether a block comment stays open. */
function stripComments(raw: string, depth: number): { text: string; depth: number } {
  let text = '';
  let at = 0;
  let open = depth;
  while (at < raw.length) {
    if (open > 0) {
      // Block comments nest; inside one only its own marks count.
      const close = raw.indexOf('--;', at);
      const again = raw.indexOf(';--', at);
      if (again >= 0 && (close < 0 || again < close) && raw[again + 3] !== '-') {
        open++;
        at = again + 3;
      } else if (close >= 0) {
        open--;
        at = close + 3;
      } else break;
      continue;
    }
    const char = raw[at];
    if (char === '\\' && raw[at + 1] === ';') {
      text += ';';
      at += 2;
    } else if (char === ';') {
      // `;--` opens a block comment, `;---` is an ordinary line of dashes.
      if (raw.startsWith(';--', at) && raw[at + 3] !== '-') {
        open++;
        at += 3;
      } else break;
    } else {
      text += char;
      at++;
    }
  }
  return { text: text.trim(), depth: open };
}

/** Splits text into lines and says what each is. Never throws: a line that makes no sense is `broken`. */
export function parseLines(text: string): ConfLine[] {
  const lines: ConfLine[] = [];
  let at = 0;
  let number = 0;
  let depth = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const stop = newline < 0 ? text.length : newline;
    const carriage = newline >= 0 && stop > at && text[stop - 1] === '\r' ? 1 : 0;
    const raw = text.slice(at, stop - carriage);
    const end = newline < 0 ? '' : text.slice(stop - carriage, stop + 1);
    number++;
    at = newline < 0 ? text.length : newline + 1;
    const place = { raw, end, number };
    if (raw.length > MAX_LINE) {
      lines.push({ ...place, kind: 'broken', detail: `longer than ${MAX_LINE} characters` });
      continue;
    }
    const visible = number === 1 && raw.startsWith('\ufeff') ? raw.slice(1) : raw;
    const stripped = stripComments(visible, depth);
    depth = stripped.depth;
    lines.push({ ...place, ...classify(stripped.text) });
  }
  return lines;
}

type Classified =
  | { readonly kind: 'blank' }
  | { readonly kind: 'section'; readonly name: string; readonly modifiers: readonly string[] }
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
  | { readonly kind: 'broken'; readonly detail: string };

function classify(text: string): Classified {
  if (text === '') return { kind: 'blank' };
  if (text[0] === '[') return section(text);
  if (text[0] === '#') return directive(text);
  const equals = text.indexOf('=');
  if (equals < 0) return { kind: 'broken', detail: `no '=' in '${shorten(text)}'` };
  const appended = equals > 0 && text[equals - 1] === '+';
  const arrow = text[equals + 1] === '>';
  const name = text.slice(0, appended ? equals - 1 : equals).trim();
  const value = text.slice(equals + (arrow ? 2 : 1)).trim();
  if (name === '') return { kind: 'broken', detail: `no name before '=' in '${shorten(text)}'` };
  return { kind: 'variable', name, operator: appended ? '+=' : arrow ? '=>' : '=', value };
}

function section(text: string): Classified {
  const close = text.indexOf(']');
  if (close < 0) return { kind: 'broken', detail: `no closing ']' in '${shorten(text)}'` };
  const rest = text.slice(close + 1).trim();
  const modifiers: string[] = [];
  if (rest.startsWith('(')) {
    const end = rest.indexOf(')');
    if (end < 0) return { kind: 'broken', detail: `no closing ')' in '${shorten(text)}'` };
    for (const each of rest.slice(1, end).split(',')) if (each.trim() !== '') modifiers.push(each.trim());
  }
  return { kind: 'section', name: text.slice(1, close), modifiers };
}

function directive(text: string): Classified {
  const space = text.search(/\s/);
  const name = (space < 0 ? text.slice(1) : text.slice(1, space)).toLowerCase();
  if (name !== 'include' && name !== 'tryinclude' && name !== 'exec') {
    return { kind: 'broken', detail: `unknown directive '#${shorten(name)}'` };
  }
  const argument = space < 0 ? '' : unquote(text.slice(space).trim());
  if (argument === '') return { kind: 'broken', detail: `#${name} names no file` };
  return { kind: 'directive', name, argument };
}

function unquote(text: string): string {
  const pair = text[0] === '"' ? '"' : text[0] === '<' ? '>' : undefined;
  if (pair === undefined) return text;
  const end = text.indexOf(pair, 1);
  return end < 0 ? text.slice(1) : text.slice(1, end);
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The exact text that the lines came from. */
export function serializeLines(lines: readonly ConfLine[]): string {
  let text = '';
  for (const line of lines) text += line.raw + line.end;
  return text;
}

/** The error that a broken line is, for a caller that cannot go on without it. */
export function brokenLine(file: string, line: ConfLine): ConfError {
  return new ConfError(file, line.number, line.kind === 'broken' ? line.detail : 'not understood');
}
