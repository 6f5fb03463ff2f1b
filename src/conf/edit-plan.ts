import type { ConfDocument } from './document.ts';
import { Comments, type ConfLine, type LineContent, type LinePiece, parseLines } from './lines.ts';

/** What shall happen to the lines of one file, by the numbers that they have now. */
interface Changes {
  /** New text of a line, comments excluded; empty takes it away. */
  readonly codes: Map<number, string>;
  /** Whole lines behind a line; 0 is the top. */
  readonly behind: Map<number, string[]>;
}

/** Changes to lines, collected first and made together. */
export class EditPlan {
  readonly #files = new Map<string, Changes>();

  files(): IterableIterator<string> {
    return this.#files.keys();
  }

  #of(file: string): Changes {
    let changes = this.#files.get(file);
    if (changes === undefined) {
      changes = { codes: new Map(), behind: new Map() };
      this.#files.set(file, changes);
    }
    return changes;
  }

  /** Gives a line another text; its indentation and its comments stay. */
  replace(file: string, line: number, code: string): void {
    this.#of(file).codes.set(line, code);
  }

  /** Takes a line away; what a block comment needs of it stays. */
  remove(file: string, line: number): void {
    this.replace(file, line, '');
  }

  /** Puts a line behind another one, or behind the block comment that is open there. */
  insert(file: string, line: number, code: string): void {
    const { behind } = this.#of(file);
    const list = behind.get(line);
    if (list === undefined) behind.set(line, [code]);
    else list.push(code);
  }

  /** The file as it will be. */
  apply(file: string, document: ConfDocument): Buffer {
    const { codes, behind } = this.#of(file);
    const lineEnd = document.lines.find((each) => each.end !== '')?.end ?? '\n';
    const comments = new Comments();
    const out: string[] = [];
    let waiting: string[] = [];
    const put = (raw: string, end: string) => {
      const last = out.length - 1;
      if (last >= 0 && !out[last]?.endsWith('\n')) out[last] += lineEnd;
      out.push(raw + end);
    };
    const flush = (number: number) => {
      waiting.push(...(behind.get(number) ?? []));
      if (comments.open) return;
      for (const each of waiting) put(each, lineEnd);
      waiting = [];
    };
    flush(0);
    for (const { raw, end, number } of document.lines) {
      const begun = comments.open;
      const code = codes.get(number);
      const pieces = begun || code !== undefined || raw.includes(';') ? comments.cut(raw) : [];
      const changed = code === undefined ? raw : withCode(pieces, code, begun || comments.open);
      if (changed !== undefined) put(changed, end);
      flush(number);
    }
    // Behind a comment that never ends nothing is read: the caller sees that when it reads the file again.
    for (const each of waiting) put(each, lineEnd);
    return Buffer.from(out.join(''), document.encoding);
  }
}

/** A line with other text between its comments; undefined when nothing of it is left. */
function withCode(pieces: readonly LinePiece[], code: string, inBlock: boolean): string | undefined {
  const first = pieces.findIndex((each) => !each.comment && each.text.trim() !== '');
  if (code === '' && !inBlock) return undefined;
  let text = '';
  for (const [index, piece] of pieces.entries()) {
    if (index === first) {
      const start = piece.text.length - piece.text.trimStart().length;
      text += piece.text.slice(0, start) + code;
      if (code !== '') text += piece.text.slice(piece.text.trimEnd().length);
    } else if (piece.comment || index < first) text += piece.text;
  }
  return text;
}

/** A document's line; undefined for a number that it does not have. */
export function lineAt(document: ConfDocument, number: number): ConfLine | undefined {
  return document.lines[number - 1];
}

/** The text of a line without its comments, as it is written, backslashes before semicolons included. */
export function codeOf(document: ConfDocument, number: number): string {
  const comments = new Comments();
  let pieces: readonly LinePiece[] = [];
  for (const { raw, number: each } of document.lines) {
    if (comments.open || each === number || raw.includes(';')) pieces = comments.cut(raw);
    if (each === number) break;
  }
  return pieces
    .filter((each) => !each.comment)
    .map((each) => each.text)
    .join('')
    .trim();
}

const escaped = (text: string) => text.replaceAll(';', '\\;');

/** A line that is read as this variable; undefined when no line is. */
export function variableLine(name: string, value: string, isObject: boolean): string | undefined {
  const text = `${escaped(name)} ${isObject ? '=>' : '='} ${escaped(value)}`.trimEnd();
  return reads(text, name, value) ? text : undefined;
}

/** The same variable with another value, written as it was; undefined when no line is read so. */
export function changedVariable(
  code: string,
  name: string,
  value: string,
  isObject: boolean,
): string | undefined {
  const equals = code.indexOf('=');
  if (equals < 1) return undefined;
  const added = code[equals - 1] === '+';
  const arrow = !added && code[equals + 1] === '>';
  let start = equals + (arrow ? 2 : 1);
  const left = code.slice(0, added ? equals - 1 : equals);
  const from = start;
  while (start < code.length && code.charCodeAt(start) <= 32) start++;
  const operator = arrow || isObject ? '=>' : '=';
  const text = `${left}${operator}${code.slice(from, start)}${escaped(value)}`.trimEnd();
  return reads(text, name, value) ? text : undefined;
}

function reads(text: string, name: string, value: string): boolean {
  const read = alone(text);
  return (
    read?.kind === 'variable' &&
    read.operator !== '+=' &&
    read.name.toLowerCase() === name.toLowerCase() &&
    read.value === value
  );
}

/** What a text says that must be one line; undefined for more or fewer. */
function alone(text: string): LineContent | undefined {
  if (text.includes('\0')) return undefined;
  const lines = parseLines(text);
  return lines.length === 1 ? lines[0] : undefined;
}

/** A line that is read as the beginning of this section; undefined when no line is. */
export function sectionLine(name: string, modifiers: readonly string[]): string | undefined {
  const text = `[${escaped(name)}]${modifiers.length === 0 ? '' : `(${modifiers.map(escaped).join(',')})`}`;
  const read = alone(text);
  if (read?.kind !== 'section' || read.name !== name) return undefined;
  return read.modifiers.join(',') === modifiers.join(',') ? text : undefined;
}

/** A section's line with another name; undefined when no line is read so. */
export function renamedSection(code: string, name: string): string | undefined {
  const close = code.indexOf(']');
  if (!code.startsWith('[') || close < 0) return undefined;
  const text = `[${escaped(name)}${code.slice(close)}`;
  const read = alone(text);
  return read?.kind === 'section' && read.name === name ? text : undefined;
}
