import { ownText } from '../platform/index.ts';
import { UNSET } from './kinds.ts';
import type { OptionSpec } from './object-type.ts';

/** The JSON of one option with a value, a comma before it; empty when the option is left out. */
export type Print = (option: OptionSpec, value: string) => string;

/**
 * A text with a place for every option of a type. What is at its default is copied in long runs, so that rendering
 * costs what an object sets and not what its type has.
 */
export class Template {
  readonly #open: string;
  readonly #close: string;
  readonly #options: readonly OptionSpec[];
  readonly #print: Print;
  /** Every option at its default. */
  readonly #text: string;
  /** Where in that text each option begins, and behind the last where it ends. */
  readonly #starts: readonly number[];
  /** For reading: what each option looks like at its default, and before any other value. */
  readonly #pieces: readonly string[];
  readonly #heads: readonly string[];
  /** Options that were not at their default in the row that was read last: the next row mostly differs in the same. */
  #odd: readonly number[] = [];

  constructor(open: string, close: string, options: readonly OptionSpec[], print: Print) {
    this.#open = open;
    this.#close = close;
    this.#options = options;
    this.#print = print;
    this.#pieces = options.map((option) => print(option, option.default));
    this.#text = this.#pieces.join('');
    const starts = [0];
    for (const [index, piece] of this.#pieces.entries()) starts.push((starts[index] ?? 0) + piece.length);
    this.#starts = starts;
    this.#heads = options.map((option) => `,${JSON.stringify(option.name)}:"`);
  }

  /** The text of an object: `indexes` of the options that it sets, in order, their `values`, and what stands behind all. */
  render(indexes: readonly number[], values: readonly string[], tail = ''): string {
    const starts = this.#starts;
    let text = '';
    let from = 0;
    for (let at = 0; at < indexes.length; at++) {
      const index = indexes[at] ?? 0;
      const option = this.#options[index];
      if (option === undefined) continue;
      text += this.#text.slice(from, starts[index]) + this.#print(option, values[at] ?? '');
      from = starts[index + 1] ?? from;
    }
    text += this.#text.slice(from) + tail;
    // Each part brings the comma before it: the first one's is too many.
    return this.#open + text.slice(1) + this.#close;
  }

  /**
   * Reads a row that was rendered here, or looks like it: the names and values that differ from the defaults. Undefined
   * when it is anything else, which may be JSON all the same.
   */
  differences(row: string): (readonly [name: string, value: string])[] | undefined {
    if (!row.startsWith(this.#open) || !row.endsWith(this.#close)) return undefined;
    // With a comma before the first part too, all parts look alike.
    const inner = row.slice(this.#open.length, -this.#close.length);
    const text = inner === '' ? '' : `,${inner}`;
    return this.#walk(text, this.#odd) ?? this.#walk(text, []);
  }

  /** Compares whole runs up to the options that are `likely` to differ, and single options where a run does not match. */
  #walk(text: string, likely: readonly number[]): (readonly [name: string, value: string])[] | undefined {
    const starts = this.#starts;
    const count = this.#options.length;
    const found: (readonly [string, string])[] = [];
    const odd: number[] = [];
    let at = 0;
    let index = 0;
    for (let next = 0; index < count; next++) {
      const stop = likely[next] ?? count;
      const run = this.#text.slice(starts[index], starts[stop]);
      // Slices are compared by machine words, startsWith() goes by characters.
      if (text.slice(at, at + run.length) === run) {
        at += run.length;
        const begun = index;
        index = stop;
        // Options that are nothing at their default end a run unseen: there may be a value all the same.
        while (index > begun && this.#pieces[index - 1] === '') index--;
      }
      for (; index <= stop && index < count; index++) {
        const piece = this.#pieces[index] ?? '';
        if (piece !== '' && text.startsWith(piece, at)) {
          at += piece.length;
          continue;
        }
        const head = this.#heads[index] ?? '';
        if (text.startsWith(head, at)) {
          const end = text.indexOf('"', at + head.length);
          const value = text.slice(at + head.length, end);
          if (end < 0 || value.includes('\\')) return undefined;
          found.push([this.#options[index]?.name ?? '', ownText(value)]);
          at = end + 1;
          odd.push(index);
        } else if (piece !== '') odd.push(index);
      }
    }
    if (at !== text.length) return undefined;
    this.#odd = odd;
    return found;
  }
}

/** One attribute of a push answer; those with several values have a line for each. */
export function replyOf(option: OptionSpec, value: string): string {
  if (option.hidden || value === UNSET) return '';
  if (option.shownAs !== undefined) return attribute(option.name, option.shownAs(value));
  if (value === '' || !(option.multi || option.showsAsNames)) return attribute(option.name, value);
  let text = '';
  for (const line of value.split('\n')) {
    const equals = option.showsAsNames ? line.indexOf('=') : -1;
    text += attribute(equals < 0 ? option.name : line.slice(0, equals), line.slice(equals + 1));
  }
  return text;
}

export function attribute(name: string, value: string): string {
  return `,{"attribute":${quote(name)},"value":${quote(value)}}`;
}

/** One member of a stored row. */
export function rowOf(option: OptionSpec, value: string, created: boolean): string {
  if (option.writes !== undefined || value === UNSET) return '';
  if (value === '' && (option.hidden || option.omitEmpty === 'always' || (created && option.omitEmpty)))
    return '';
  return member(option.name, value);
}

export function member(name: string, value: string): string {
  return `,${quote(name)}:${quote(value)}`;
}

/** A JSON string; values that need no escape (nearly all) skip the slow path. */
function quote(value: string): string {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code <= 0xdfff))
      return JSON.stringify(value);
  }
  return `"${value}"`;
}
