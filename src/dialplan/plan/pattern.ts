/** One place of a pattern: one character, a set of them, or the rest of the number. */
type Element =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly codes: ReadonlySet<number>; readonly key: string }
  /** `.`: one character or more. */
  | { readonly kind: 'some' }
  /** `!`: nothing or more. */
  | { readonly kind: 'any' };

/** A pattern that cannot be read; the message tells why. */
export class PatternError extends Error {}

const DASH = 45;

function range(first: string, last: string): Set<number> {
  const codes = new Set<number>();
  for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) codes.add(code);
  return codes;
}

function element(codes: Set<number>): Element {
  const sorted = [...codes].sort((a, b) => a - b);
  const [only] = sorted;
  if (only !== undefined && sorted.length === 1) return { kind: 'character', code: only };
  return { kind: 'set', codes, key: sorted.map((each) => each.toString(16).padStart(4, '0')).join('') };
}

const X = element(range('0', '9'));
const Z = element(range('1', '9'));
const N = element(range('2', '9'));

/** Most characters that one set of a pattern may hold. */
const MAX_SET = 1024;

function readSet(text: string, start: number): { element: Element; end: number } {
  const end = text.indexOf(']', start);
  if (end < 0) throw new PatternError("a '[' is not closed");
  const codes = new Set<number>();
  for (let at = start; at < end; at++) {
    const low = text.charCodeAt(at);
    const isRange = text[at + 1] === '-' && at + 2 < end;
    const high = isRange ? text.charCodeAt(at + 2) : low;
    if (high < low) throw new PatternError(`the range '${text.slice(at, at + 3)}' is upside down`);
    if (high - low > MAX_SET) throw new PatternError(`a set holds more than ${MAX_SET} characters`);
    for (let code = low; code <= high; code++) codes.add(code);
    if (isRange) at += 2;
  }
  if (codes.size === 0) throw new PatternError('a set is empty');
  return { element: element(codes), end };
}

/** Rank of an element among those that may stand at its place: the fewer it lets through, the earlier it is asked. */
function rank(value: Element | undefined): number {
  switch (value?.kind) {
    case 'character':
      return 1;
    case 'set':
      return value.codes.size;
    case 'some':
      return 0x1_0001;
    case 'any':
      return 0x1_0002;
    default:
      return 0x1_0003;
  }
}

function compareElements(a: Element | undefined, b: Element | undefined): number {
  if (a?.kind === 'character' && b?.kind === 'character') return a.code - b.code;
  if (a?.kind === 'set' && b?.kind === 'set' && a.codes.size === b.codes.size)
    return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
  return rank(a) - rank(b);
}

function keyOf(value: Element): string {
  switch (value.kind) {
    case 'character':
      return `c${value.code} `;
    case 'set':
      return `s${value.key} `;
    default:
      return value.kind;
  }
}

/** A pattern of the dial plan, read once: what stands behind the `_`. Dashes mean nothing, in it and in numbers. */
export class Pattern {
  /** The same for two patterns that are written differently and match exactly the same. */
  readonly key: string;
  readonly #elements: readonly Element[];

  /** @throws {PatternError} */
  constructor(text: string) {
    const elements: Element[] = [];
    for (let at = 0; at < text.length; at++) {
      const char = text[at] ?? '';
      if (char === '-') continue;
      if (char === '[') {
        const set = readSet(text, at + 1);
        elements.push(set.element);
        at = set.end;
      } else elements.push(simple(char));
    }
    this.#elements = elements;
    this.key = elements.map(keyOf).join('');
  }

  matches(number: string): boolean {
    let place = 0;
    for (let at = 0; at < number.length; at++) {
      const code = number.charCodeAt(at);
      if (code === DASH) continue;
      const wanted = this.#elements[place];
      if (wanted === undefined) return false;
      if (wanted.kind === 'some' || wanted.kind === 'any') return true;
      if (wanted.kind === 'character' ? wanted.code !== code : !wanted.codes.has(code)) return false;
      place++;
    }
    const next = this.#elements[place];
    return next === undefined || next.kind === 'any';
  }

  /** Whether more digits behind these could make it match, or go on matching with `.`; `!` asks for no more. */
  couldContinue(number: string): boolean {
    let place = 0;
    for (let at = 0; at < number.length; at++) {
      const code = number.charCodeAt(at);
      if (code === DASH) continue;
      const wanted = this.#elements[place];
      if (wanted === undefined || wanted.kind === 'any') return false;
      if (wanted.kind === 'some') return true;
      if (wanted.kind === 'character' ? wanted.code !== code : !wanted.codes.has(code)) return false;
      place++;
    }
    const next = this.#elements[place];
    return next !== undefined && next.kind !== 'any';
  }

  /** Below zero when this one is asked before the other; zero when both match exactly the same. */
  compare(other: Pattern): number {
    const length = Math.max(this.#elements.length, other.#elements.length);
    for (let place = 0; place < length; place++) {
      const order = compareElements(this.#elements[place], other.#elements[place]);
      if (order !== 0) return order;
    }
    return 0;
  }
}

function simple(char: string): Element {
  switch (char) {
    case 'X':
    case 'x':
      return X;
    case 'Z':
    case 'z':
      return Z;
    case 'N':
    case 'n':
      return N;
    case '.':
      return { kind: 'some' };
    case '!':
      return { kind: 'any' };
    default:
      return { kind: 'character', code: char.charCodeAt(0) };
  }
}

/** The pattern that a name is, undefined when it stands for itself. @throws {PatternError} */
export function readPattern(name: string): Pattern | undefined {
  return name.startsWith('_') ? new Pattern(name.slice(1)) : undefined;
}

/** Dashes in a number mean nothing. */
export function withoutDashes(number: string): string {
  return number.includes('-') ? number.replaceAll('-', '') : number;
}
