/** Longest pattern that is compiled, and longest text that is looked at. */
const MAX_PATTERN = 1024;
const MAX_TEXT = 8192;
/** Most instructions of one pattern: repetitions with numbers multiply what they repeat. */
const MAX_PROGRAM = 1000;
/** How deep groups may nest, and how often `{n}` may repeat: POSIX RE_DUP_MAX. */
const MAX_DEPTH = 64;
const MAX_REPEAT = 255;
/** Compiled patterns that are kept; a dial plan has few, but variables in them may make many. */
const MAX_KEPT = 256;

type Test = (code: number) => boolean;

type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'at'; readonly holds: Assertion }
  | { readonly kind: 'group'; readonly number: number; readonly inner: Node }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'either'; readonly choices: readonly Node[] }
  | { readonly kind: 'repeat'; readonly inner: Node; readonly min: number; readonly max: number };

type Assertion = (text: string, at: number) => boolean;

type Instruction =
  | { readonly op: 'one'; readonly test: Test }
  | { readonly op: 'at'; readonly holds: Assertion }
  | { readonly op: 'split'; readonly first: number; second: number }
  | { readonly op: 'jump'; to: number }
  /** Where group 1, the only one that is told, begins or ends. */
  | { readonly op: 'mark'; readonly end: boolean }
  | { readonly op: 'match' };

export interface Match {
  readonly index: number;
  readonly length: number;
  /** What the first group matched last. */
  readonly group: string | undefined;
}

interface State {
  readonly pc: number;
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

class Malformed extends Error {}

const range =
  (low: number, high: number): Test =>
  (code) =>
    code >= low && code <= high;
const anyOf =
  (...tests: readonly Test[]): Test =>
  (code) =>
    tests.some((each) => each(code));
const isUpper = range(65, 90);
const isLower = range(97, 122);
const isDigit = range(48, 57);
const isSpace: Test = (code) => code === 32 || (code >= 9 && code <= 13);
const isAlnum = anyOf(isUpper, isLower, isDigit);
const isWord: Test = (code) => code === 95 || isAlnum(code);

const classes: ReadonlyMap<string, Test> = new Map([
  ['alpha', anyOf(isUpper, isLower)],
  ['digit', isDigit],
  ['alnum', isAlnum],
  ['upper', isUpper],
  ['lower', isLower],
  ['space', isSpace],
  ['blank', (code: number) => code === 32 || code === 9],
  ['punct', anyOf(range(33, 47), range(58, 64), range(91, 96), range(123, 126))],
  ['xdigit', anyOf(isDigit, range(65, 70), range(97, 102))],
  ['print', range(32, 126)],
  ['graph', range(33, 126)],
  ['cntrl', anyOf(range(0, 31), range(127, 127))],
]);

const atBoundary: Assertion = (text, at) =>
  isWord(at > 0 ? text.charCodeAt(at - 1) : 0) !== isWord(at < text.length ? text.charCodeAt(at) : 0);

/** POSIX knows no \d: a backslash before a letter says nothing, but for those that GNU added. */
const escapes: ReadonlyMap<string, Node> = new Map<string, Node>([
  ['w', { kind: 'one', test: isWord }],
  ['W', { kind: 'one', test: (code) => !isWord(code) }],
  ['s', { kind: 'one', test: isSpace }],
  ['S', { kind: 'one', test: (code) => !isSpace(code) }],
  ['b', { kind: 'at', holds: atBoundary }],
  ['B', { kind: 'at', holds: (text, at) => !atBoundary(text, at) }],
]);

class Reader {
  groups = 0;
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  all(): Node {
    const node = this.#either(0);
    if (this.#at < this.#pattern.length) throw new Malformed("')' opens nowhere");
    return node;
  }

  #either(depth: number): Node {
    if (depth > MAX_DEPTH) throw new Malformed('groups nest too deep');
    const choices = [this.#sequence(depth)];
    while (this.#pattern[this.#at] === '|') {
      this.#at++;
      choices.push(this.#sequence(depth));
    }
    const [only] = choices;
    return choices.length === 1 && only !== undefined ? only : { kind: 'either', choices };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    for (;;) {
      const char = this.#pattern[this.#at];
      if (char === undefined || char === '|' || char === ')') break;
      let node = this.#atom(char, depth);
      for (let times = this.#times(); times !== undefined; times = this.#times())
        node = { kind: 'repeat', inner: node, ...times };
      parts.push(node);
    }
    return parts.length === 0 ? { kind: 'empty' } : { kind: 'sequence', parts };
  }

  #atom(char: string, depth: number): Node {
    this.#at++;
    switch (char) {
      case '(': {
        const number = ++this.groups;
        const inner = this.#either(depth + 1);
        if (this.#pattern[this.#at++] !== ')') throw new Malformed("'(' is not closed");
        return { kind: 'group', number, inner };
      }
      case '[':
        return this.#set();
      case '.':
        return { kind: 'one', test: () => true };
      case '^':
        return { kind: 'at', holds: (_text, at) => at === 0 };
      case '$':
        return { kind: 'at', holds: (text, at) => at === text.length };
      case '*':
      case '+':
      case '?':
        throw new Malformed(`nothing stands before '${char}'`);
      case '\\': {
        const next = this.#pattern[this.#at++] ?? '\\';
        return escapes.get(next) ?? literal(next);
      }
      default:
        return literal(char);
    }
  }

  #times(): { min: number; max: number } | undefined {
    const char = this.#pattern[this.#at];
    if (char === '*' || char === '+' || char === '?') {
      this.#at++;
      return { min: char === '+' ? 1 : 0, max: char === '?' ? 1 : Number.POSITIVE_INFINITY };
    }
    if (char !== '{') return undefined;
    const found = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(this.#pattern.slice(this.#at, this.#at + 10));
    if (found === null) return undefined;
    this.#at += found[0].length;
    const min = Number(found[1]);
    const max =
      found[2] === undefined ? min : found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (max < min || min > MAX_REPEAT || (max > MAX_REPEAT && Number.isFinite(max)))
      throw new Malformed(`'${found[0]}' repeats backwards or too often`);
    return { min, max };
  }

  #set(): Node {
    const pattern = this.#pattern;
    const not = pattern[this.#at] === '^';
    if (not) this.#at++;
    const tests: Test[] = [];
    for (let first = true; ; first = false) {
      const char = pattern[this.#at++];
      if (char === undefined) throw new Malformed("'[' is not closed");
      if (char === ']' && !first) break;
      const named = char === '[' && pattern[this.#at] === ':' ? pattern.indexOf(':]', this.#at + 1) : -1;
      if (named > 0) {
        const test = classes.get(pattern.slice(this.#at + 1, named));
        if (test === undefined) throw new Malformed('a set names no class');
        tests.push(test);
        this.#at = named + 2;
        continue;
      }
      const low = char.charCodeAt(0);
      const last = pattern[this.#at + 1];
      if (pattern[this.#at] === '-' && last !== undefined && last !== ']') {
        if (last.charCodeAt(0) < low) throw new Malformed('a range is upside down');
        tests.push(range(low, last.charCodeAt(0)));
        this.#at += 2;
      } else tests.push(range(low, low));
    }
    const test = anyOf(...tests);
    return { kind: 'one', test: not ? (code) => !test(code) : test };
  }
}

function literal(char: string): Node {
  const code = char.charCodeAt(0);
  return { kind: 'one', test: range(code, code) };
}

class Program {
  readonly instructions: Instruction[] = [];

  #push<T extends Instruction>(instruction: T): T {
    if (this.instructions.length >= MAX_PROGRAM) throw new Malformed('it is too large');
    this.instructions.push(instruction);
    return instruction;
  }

  get #next(): number {
    return this.instructions.length;
  }

  add(node: Node): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'one':
        this.#push({ op: 'one', test: node.test });
        return;
      case 'at':
        this.#push({ op: 'at', holds: node.holds });
        return;
      case 'group':
        if (node.number === 1) this.#push({ op: 'mark', end: false });
        this.add(node.inner);
        if (node.number === 1) this.#push({ op: 'mark', end: true });
        return;
      case 'sequence':
        for (const part of node.parts) this.add(part);
        return;
      case 'either':
        this.#either(node.choices);
        return;
      case 'repeat':
        this.#repeat(node.inner, node.min, node.max);
    }
  }

  #either(choices: readonly Node[]): void {
    const ends: { to: number }[] = [];
    for (const [index, choice] of choices.entries()) {
      if (index === choices.length - 1) {
        this.add(choice);
        break;
      }
      const split = this.#push({ op: 'split', first: this.#next + 1, second: 0 });
      this.add(choice);
      ends.push(this.#push({ op: 'jump', to: 0 }));
      split.second = this.#next;
    }
    for (const end of ends) end.to = this.#next;
  }

  #repeat(inner: Node, min: number, max: number): void {
    for (let i = 0; i < min; i++) this.add(inner);
    if (max === Number.POSITIVE_INFINITY) {
      const back = this.#next;
      const split = this.#push({ op: 'split', first: back + 1, second: 0 });
      this.add(inner);
      this.#push({ op: 'jump', to: back });
      split.second = this.#next;
      return;
    }
    const splits: { second: number }[] = [];
    for (let i = min; i < max; i++) {
      splits.push(this.#push({ op: 'split', first: this.#next + 1, second: 0 }));
      this.add(inner);
    }
    for (const split of splits) split.second = this.#next;
  }

  finish(): void {
    this.#push({ op: 'match' });
  }
}

/**
 * A POSIX extended expression. Every state that it can be in advances through the text at once, so that time grows with
 * pattern times text whatever they are: both may come from a caller. The leftmost match is taken, and of those the longest.
 */
export class ExtendedExpression {
  readonly groups: number;
  readonly #program: readonly Instruction[];

  /** @throws {Error} when the pattern makes no sense */
  constructor(pattern: string) {
    if (pattern.length > MAX_PATTERN) throw new Malformed('it is too long');
    const reader = new Reader(pattern);
    const tree = reader.all();
    const program = new Program();
    program.add(tree);
    program.finish();
    this.groups = reader.groups;
    this.#program = program.instructions;
  }

  /** The match in the first 8192 characters of a text. */
  exec(whole: string): Match | undefined {
    const text = whole.length > MAX_TEXT ? whole.slice(0, MAX_TEXT) : whole;
    const seen = new Int32Array(this.#program.length).fill(-1);
    let best: { start: number; end: number; from: number; to: number } | undefined;
    let states: State[] = [];
    for (let at = 0; at <= text.length; at++) {
      const ready: State[] = [];
      for (const each of states) this.#follow(each, text, at, seen, ready);
      if (best === undefined) this.#follow({ pc: 0, start: at, from: -1, to: -1 }, text, at, seen, ready);
      states = [];
      const code = text.charCodeAt(at);
      for (const state of ready) {
        if (best !== undefined && state.start > best.start) continue;
        const instruction = this.#program[state.pc];
        if (instruction?.op === 'match') {
          if (best === undefined || state.start < best.start || at > best.end)
            best = { start: state.start, end: at, from: state.from, to: state.to };
        } else if (instruction?.op === 'one' && at < text.length && instruction.test(code))
          states.push({ ...state, pc: state.pc + 1 });
      }
      if (best !== undefined && states.length === 0) break;
    }
    if (best === undefined) return undefined;
    const { start, end, from, to } = best;
    return {
      index: start,
      length: end - start,
      group: from >= 0 && to >= from ? text.slice(from, to) : undefined,
    };
  }

  /** Adds what can be reached from a state without another character; what is preferred comes first. */
  #follow(from: State, text: string, at: number, seen: Int32Array, ready: State[]): void {
    const open = [from];
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      if (seen[state.pc] === at) continue;
      seen[state.pc] = at;
      const instruction = this.#program[state.pc];
      switch (instruction?.op) {
        case 'jump':
          open.push({ ...state, pc: instruction.to });
          break;
        case 'split':
          open.push({ ...state, pc: instruction.second }, { ...state, pc: instruction.first });
          break;
        case 'at':
          if (instruction.holds(text, at)) open.push({ ...state, pc: state.pc + 1 });
          break;
        case 'mark':
          open.push(
            instruction.end
              ? { ...state, pc: state.pc + 1, to: at }
              : { ...state, pc: state.pc + 1, from: at, to: -1 },
          );
          break;
        default:
          ready.push(state);
      }
    }
  }
}

const kept = new Map<string, ExtendedExpression | undefined>();

/** The expression of a pattern, undefined when it makes no sense. */
export function compileExtended(pattern: string): ExtendedExpression | undefined {
  if (kept.has(pattern)) return kept.get(pattern);
  let compiled: ExtendedExpression | undefined;
  try {
    compiled = new ExtendedExpression(pattern);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(pattern, compiled);
  return compiled;
}
