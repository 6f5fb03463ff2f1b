import {
  add,
  compare,
  divide,
  formatNumber,
  fromDouble,
  isZero,
  multiply,
  type Num,
  negate,
  parseNumber,
  remainder,
  squareRoot,
  toDouble,
} from './number.ts';
import { compileExtended } from './regex.ts';

/** What an expression may ask of its surroundings. */
export interface ExpressionScope {
  /** A dial plan function, by name. */
  callFunction(name: string, args: string): string;
  warn(message: string): void;
}

/** How deep parentheses and signs may nest. */
const MAX_DEPTH = 100;
/** Longest expression that is evaluated. */
const MAX_LENGTH = 64 * 1024;

/** What Asterisk makes of a division by zero: the largest whole number of 32 bits. */
const DIVISION_BY_ZERO = 2_147_483_647;

/** A number with the text it was written as, or a text with its quotes still on. */
type Value = string | { readonly number: Num; readonly text: string | undefined };

type Token = { readonly kind: 'value' | 'operator' | 'end'; readonly text: string };

const END: Token = { kind: 'end', text: '' };

/** Two-character operators before those they begin with. */
const operators = ['!=', '<=', '>=', '==', '=~', '~~', '::', '||', '&&'].concat('|&=<>+-*/%!?:(),'.split(''));

/** Characters that end a token; the last four are passed over like blanks. */
const DELIMITERS = new Set(' \t\r\n|&=<>+-*/%!?:(),"~[]{}'.split(''));
const IGNORED = new Set(' \t\r\n~[]{}'.split(''));

class Fault extends Error {}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    const operator = operators.find((each) => text.startsWith(each, at));
    if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: same(operator) });
      at += operator.length;
    } else if (IGNORED.has(char)) at++;
    else if (char === '"') {
      const close = text.indexOf('"', at + 1);
      // Without its partner a quote is not there.
      tokens.push({ kind: 'value', text: close < 0 ? text.slice(at + 1) : text.slice(at, close + 1) });
      at = close < 0 ? text.length : close + 1;
    } else {
      let end = at + 1;
      while (end < text.length && !DELIMITERS.has(text[end] ?? '')) end++;
      tokens.push({ kind: 'value', text: text.slice(at, end) });
      at = end;
    }
  }
  return tokens;
}

function same(operator: string): string {
  return operator === '==' ? '=' : operator === '||' ? '|' : operator === '&&' ? '&' : operator;
}

function typed(text: string): Value {
  const number = parseNumber(text);
  return number === undefined ? text : { number, text };
}

function numeric(number: Num): Value {
  return { number, text: undefined };
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : (value.text ?? formatNumber(value.number));
}

function unquote(value: Value): string {
  const text = textOf(value);
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** For `|` and `&`: a text counts with its quotes, so that even `""` is something. */
function holds(value: Value): boolean {
  return typeof value === 'string' ? value !== '' : !isZero(value.number);
}

/** Order of UTF-8 bytes; that of UTF-16 units differs beyond the basic plane. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function compareValues(a: Value, b: Value): number {
  if (typeof a !== 'string' && typeof b !== 'string') return compare(a.number, b.number);
  return compareTexts(textOf(a), textOf(b));
}

type Comparison = (order: number) => boolean;
const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['=', (order) => order === 0],
  ['!=', (order) => order !== 0],
  ['<', (order) => order < 0],
  ['<=', (order) => order <= 0],
  ['>', (order) => order > 0],
  ['>=', (order) => order >= 0],
]);

/** Functions that expressions know by themselves; any other name is one of the dial plan's. */
const mathematics: ReadonlyMap<string, { arity: number; run: (a: number, b: number) => number }> = new Map([
  ['COS', { arity: 1, run: Math.cos }],
  ['SIN', { arity: 1, run: Math.sin }],
  ['TAN', { arity: 1, run: Math.tan }],
  ['ACOS', { arity: 1, run: Math.acos }],
  ['ASIN', { arity: 1, run: Math.asin }],
  ['ATAN', { arity: 1, run: Math.atan }],
  ['ATAN2', { arity: 2, run: Math.atan2 }],
  ['POW', { arity: 2, run: (a: number, b: number) => a ** b }],
  ['FLOOR', { arity: 1, run: Math.floor }],
  ['CEIL', { arity: 1, run: Math.ceil }],
  // Away from zero, where Math.round goes up.
  ['ROUND', { arity: 1, run: (a: number) => Math.sign(a) * Math.round(Math.abs(a)) }],
  ['RINT', { arity: 1, run: nearestEven }],
  ['TRUNC', { arity: 1, run: Math.trunc }],
  ['EXP', { arity: 1, run: Math.exp }],
  ['EXP2', { arity: 1, run: (a: number) => 2 ** a }],
  ['EXP10', { arity: 1, run: (a: number) => 10 ** a }],
  ['LOG', { arity: 1, run: Math.log }],
  ['LOG2', { arity: 1, run: Math.log2 }],
  ['LOG10', { arity: 1, run: Math.log10 }],
  ['REMAINDER', { arity: 2, run: (a: number, b: number) => a - b * nearestEven(a / b) }],
]);

function nearestEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

class Evaluator {
  readonly #tokens: readonly Token[];
  readonly #scope: ExpressionScope;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], scope: ExpressionScope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? END;
  }

  #takes(...texts: string[]): string | undefined {
    const token = this.next;
    if (token.kind !== 'operator' || !texts.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  #expect(text: string): void {
    if (this.#takes(text) === undefined) throw new Fault(`'${text}' is missing before '${this.next.text}'`);
  }

  /** `a ? b :: c`, from the left: `a ? b :: c ? d :: e` asks the outcome of the first. */
  expression(): Value {
    if (++this.#depth > MAX_DEPTH) throw new Fault('it nests too deep');
    let value = this.#or();
    while (this.#takes('?') !== undefined) {
      const yes = this.expression();
      this.#expect('::');
      const no = this.#or();
      const is = typeof value === 'string' ? unquote(value) !== '' : !isZero(value.number);
      value = is ? yes : no;
    }
    this.#depth--;
    return value;
  }

  #or(): Value {
    let left = this.#and();
    while (this.#takes('|') !== undefined) {
      const right = this.#and();
      left = holds(left) ? left : right;
    }
    return left;
  }

  #and(): Value {
    let left = this.#comparison();
    while (this.#takes('&') !== undefined) {
      const right = this.#comparison();
      left = holds(left) && holds(right) ? left : numeric(0);
    }
    return left;
  }

  #comparison(): Value {
    let left = this.#sum();
    for (;;) {
      const test = comparisons.get(this.#takes(...comparisons.keys()) ?? '');
      if (test === undefined) return left;
      left = numeric(test(compareValues(left, this.#sum())) ? 1 : 0);
    }
  }

  #sum(): Value {
    let left = this.#product();
    for (;;) {
      const operator = this.#takes('+', '-');
      if (operator === undefined) return left;
      const right = this.#number(this.#product());
      left = numeric(add(this.#number(left), operator === '+' ? right : negate(right)));
    }
  }

  #product(): Value {
    let left = this.#unary();
    for (;;) {
      const operator = this.#takes('*', '/', '%');
      if (operator === undefined) return left;
      const right = this.#number(this.#unary());
      // What is no number counts as 0, and 0 divided by anything stays 0, even by 0.
      left = numeric(
        typeof left === 'string' ? this.#number(left) : this.#multiplied(operator, left.number, right),
      );
    }
  }

  #multiplied(operator: string, a: Num, b: Num): Num {
    if (operator === '*') return multiply(a, b);
    if (!isZero(b)) return operator === '/' ? divide(a, b) : remainder(a, b);
    this.#scope.warn('Division by zero');
    return operator === '/' ? DIVISION_BY_ZERO : 0;
  }

  #number(value: Value): Num {
    if (typeof value !== 'string') return value.number;
    this.#scope.warn(`'${value}' is no number, 0 is used`);
    return 0;
  }

  #unary(): Value {
    const operator = this.#takes('-', '!');
    if (operator === undefined) return this.#match();
    if (++this.#depth > MAX_DEPTH) throw new Fault('it nests too deep');
    const value = this.#unary();
    this.#depth--;
    if (operator === '!') return numeric(typeof value === 'string' || isZero(value.number) ? 1 : 0);
    return numeric(typeof value === 'string' ? this.#number(value) : negate(value.number));
  }

  #match(): Value {
    let left = this.#primary();
    for (;;) {
      const operator = this.#takes(':', '=~', '~~');
      if (operator === undefined) return left;
      const signed = this.next.kind === 'operator' && (this.next.text === '-' || this.next.text === '!');
      const right = signed ? this.#unary() : this.#primary();
      left =
        operator === '~~'
          ? typed(unquote(left) + unquote(right))
          : this.#matched(unquote(left), unquote(right), operator === ':');
    }
  }

  /** The first group, or without groups the length of what matched. */
  #matched(text: string, pattern: string, fromStart: boolean): Value {
    const expression = compileExtended(pattern);
    if (expression === undefined) {
      this.#scope.warn(`'${pattern}' is no regular expression`);
      return '';
    }
    const match = expression.exec(text);
    if (match === undefined || (fromStart && match.index > 0)) return expression.groups > 0 ? '' : numeric(0);
    return match.group === undefined ? numeric(match.length) : typed(match.group);
  }

  #primary(): Value {
    if (this.#takes('(') !== undefined) {
      const value = this.expression();
      this.#expect(')');
      return value;
    }
    const token = this.next;
    if (token.kind !== 'value')
      throw new Fault(token.kind === 'end' ? 'it ends too early' : `'${token.text}' is not expected`);
    this.#at++;
    return this.#takes('(') === undefined ? typed(token.text) : this.#call(token.text);
  }

  #call(name: string): Value {
    const args = [this.expression()];
    while (this.#takes(',') !== undefined) args.push(this.expression());
    this.#expect(')');
    if (!/^[A-Z0-9_]+$/.test(name)) {
      this.#scope.warn(`'${name}' is not the name of a function`);
      return numeric(0);
    }
    const numbers = args.map((each) => (typeof each === 'string' ? 0 : each.number));
    const [first = 0, second = 0] = numbers;
    if (name === 'SQRT' && args.length === 1 && compare(first, 0) >= 0) return numeric(squareRoot(first));
    const built = mathematics.get(name);
    if (built === undefined && name !== 'SQRT')
      return typed(this.#scope.callFunction(name, args.map(textOf).join(',')));
    if (args.length !== (built?.arity ?? 1)) {
      this.#scope.warn(`${name}() takes ${built?.arity ?? 1} arguments, not ${args.length}`);
      return numeric(0);
    }
    const result = built?.run(toDouble(first), toDouble(second)) ?? Number.NaN;
    const number = fromDouble(result);
    if (number !== undefined) return numeric(number);
    return Number.isNaN(result) ? '-nan' : result < 0 ? '-inf' : 'inf';
  }
}

/**
 * The value of what stands in `$[…]`, after substitution. What cannot be understood gives a warning and what was
 * understood up to there, 0 when it breaks off inside, nothing when it begins wrongly; so does Asterisk.
 */
export function evaluateExpression(text: string, scope: ExpressionScope): string {
  if (text.length > MAX_LENGTH) {
    scope.warn(`An expression is longer than ${MAX_LENGTH} characters`);
    return '0';
  }
  const tokens = tokenize(text);
  const [first] = tokens;
  if (first === undefined) return '';
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  if (first.kind === 'operator' && !['-', '!', '('].includes(first.text)) {
    scope.warn(`Expression '${shown}': '${first.text}' is not expected at the start`);
    return '';
  }
  const evaluator = new Evaluator(tokens, scope);
  try {
    const value = evaluator.expression();
    if (evaluator.next.kind !== 'end')
      scope.warn(`Expression '${shown}': '${evaluator.next.text}' is not expected`);
    return textOf(value);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    scope.warn(`Expression '${shown}': ${error.message}`);
    return '0';
  }
}
