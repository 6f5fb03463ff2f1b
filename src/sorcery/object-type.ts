import type { Kind } from './kinds.ts';
import { replyOf, rowOf, Template } from './template.ts';

/** One option of a type, declared once; parsing, push, AstDB, `pjsip show` and the documents come from it. */
export interface OptionSpec {
  readonly name: string;
  /** What it is for, in one sentence; docs/objects.md shows it. */
  readonly doc?: string;
  readonly kind: Kind;
  /** Printed form of the value of an object that does not set it. */
  readonly default: string;
  /** Sent but never shown: the value is kept, or (with `writes`) turned into other options. */
  readonly hidden?: true;
  /** Sending it changes another option instead of keeping a value of its own. Returns undefined to refuse. */
  readonly writes?: (input: string, draft: Draft) => boolean;
  /** Shown only once it was sent, even when what was sent is empty. */
  readonly optional?: true;
  /** Several values, each an answer line of its own; kept with newlines between them. */
  readonly multi?: true;
  /**
   * Left out of stored rows while empty, as the original does for values that are NULL inside: `created` until the
   * object is first updated, `always` for ever.
   */
  readonly omitEmpty?: 'created' | 'always';
  /** Shown under the names inside its values (`set_var` shows `A` for `A=1`). */
  readonly showsAsNames?: true;
  /** What is shown of a value that says more. */
  readonly shownAs?: (value: string) => string;
  /** Not shown to read-only users, and never named in a log or an error. */
  readonly secret?: true;
  /** A push is refused when what it names is not there: an object of this type, unless it is one of `besides`. */
  readonly refersTo?: Reference;
  /** It names objects of this type, which may come later: `pjsip show problems` tells when they are not there. */
  readonly mentions?: Reference;
}

/** Objects of a type, by id, and words that stand for none. */
export interface Reference {
  readonly configClass: string;
  readonly type: string;
  readonly besides?: readonly string[];
}

/** Options of a type beyond those with a name of their own: `event_<package>`, or anything at all. */
export interface OtherOptions {
  readonly accepts: (name: string) => boolean;
  /** As documents name them: `event_<package>`. */
  readonly name: string;
  readonly doc: string;
  /** Kept, but not part of answers. */
  readonly hidden?: true;
}

export interface TypeSpec {
  /** Class in push URLs: the module that opens the sorcery instance. */
  readonly configClass: string;
  readonly type: string;
  /** What the type is for, in one sentence; docs/objects.md shows it. */
  readonly doc?: string;
  /** Section of sorcery.conf; differs from the class for types that another module registers. */
  readonly section: string;
  /** Module that owns the type. */
  readonly module: string;
  /** Wizards and arguments without a mapping; the file of the module otherwise. */
  readonly defaultWizards?: readonly (readonly [wizard: string, argument: string])[];
  /** Family that Asterisk's own database scripts keep it in; `<type>s` behind `ps_` otherwise. */
  readonly family?: string;
  /** In the order of answers. */
  readonly options: readonly OptionSpec[];
  readonly others?: OtherOptions;
  /** Objects that are always there, by id; they can be read and not written. */
  readonly builtin?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Rules beyond single options, after all fields are applied. Returns what is wrong, undefined when nothing is. */
  readonly finish?: (draft: Draft) => FieldProblem | undefined;
}

/** Why a field was refused. */
export interface FieldProblem {
  readonly field: string;
  readonly detail: string;
  readonly hint?: string;
}

/** An object while fields are applied to it: a copy, so that a refused push changes nothing. */
export class Draft {
  readonly type: ObjectType;
  readonly values: string[];
  extended: Map<string, string> | undefined;
  readonly touched = new Set<string>();

  constructor(type: ObjectType, values: string[], extended?: ReadonlyMap<string, string>) {
    this.type = type;
    this.values = values;
    this.extended = extended === undefined ? undefined : new Map(extended);
  }

  get(name: string): string {
    return this.values[this.type.indexOf(name)] ?? '';
  }

  set(name: string, value: string): void {
    const index = this.type.indexOf(name);
    if (index >= 0) this.values[index] = value;
  }

  /** Applies one field. Returns what is wrong with it, undefined when nothing is. */
  apply(name: string, input: string): FieldProblem | undefined {
    if (input.includes('\u0000')) {
      return { field: name, detail: `the value of '${shorten(name)}' contains a NUL character` };
    }
    if (name.startsWith('@')) {
      this.extended ??= new Map();
      this.extended.set(name, input);
      return undefined;
    }
    const index = this.type.indexOf(name);
    const option = this.type.options[index];
    if (option === undefined) {
      if (name === 'type') return undefined;
      if (this.type.spec.others?.accepts(name) !== true) return this.type.unknown(name);
      this.extended ??= new Map();
      // An empty value takes the line away, as the original shows it.
      if (input === '') this.extended.delete(name);
      else this.extended.set(name, input);
      return undefined;
    }
    // Several values are kept with newlines between them: one inside would make two of it.
    if (option.multi && input.includes('\n')) return refuse(option, input);
    const before = this.values[index] ?? '';
    this.touched.add(option.name);
    if (option.writes !== undefined) {
      return option.writes(input, this) ? undefined : refuse(option, input);
    }
    const parsed = option.kind.parse(input, before);
    if (parsed === undefined) return refuse(option, input);
    this.values[index] = parsed;
    return undefined;
  }
}

function refuse(option: OptionSpec, input: string): FieldProblem {
  const shown = option.secret ? 'the value' : `'${shorten(input)}'`;
  return {
    field: option.name,
    detail: `${shown} is not accepted for '${option.name}'`,
    hint: `Accepted: ${option.kind.accepts}.`,
  };
}

/** Characters of somebody's text that an error repeats. */
const SHOWN_LENGTH = 80;

function shorten(input: string): string {
  return input.length > SHOWN_LENGTH ? `${input.slice(0, SHOWN_LENGTH)}…` : input;
}

/** A type, with what is derived from its declaration. */
export class ObjectType {
  readonly spec: TypeSpec;
  readonly options: readonly OptionSpec[];
  readonly defaults: readonly string[];
  /** The JSON list of a push answer, and the same for those who may not see secrets. */
  readonly reply: Template;
  readonly openReply: Template;
  /** The JSON object of a row when it is created, and from its first update on. */
  readonly createdRow: Template;
  readonly row: Template;
  readonly #index = new Map<string, number>();
  #lastIndexes: readonly number[] = [];

  constructor(spec: TypeSpec) {
    this.spec = spec;
    this.options = spec.options;
    this.defaults = spec.options.map((option) => option.default);
    for (const [index, option] of spec.options.entries()) {
      this.#index.set(option.name, index);
      this.#index.set(option.name.toLowerCase(), index);
    }
    this.reply = new Template('[', ']', this.options, replyOf);
    this.openReply = new Template('[', ']', this.options, (option, value) =>
      option.secret ? '' : replyOf(option, value),
    );
    this.createdRow = new Template('{', '}', this.options, (option, value) => rowOf(option, value, true));
    this.row = new Template('{', '}', this.options, (option, value) => rowOf(option, value, false));
  }

  get name(): string {
    return this.spec.type;
  }

  /** An object of this type before any field is applied. */
  draft(): Draft {
    return new Draft(this, this.defaults.slice());
  }

  indexOf(name: string): number {
    return this.#index.get(name) ?? this.#index.get(name.toLowerCase()) ?? -1;
  }

  /** The same list that the object before had, if it is equal: most objects of a type set the same options. */
  sharedIndexes(indexes: readonly number[]): readonly number[] {
    const last = this.#lastIndexes;
    if (last.length === indexes.length && indexes.every((each, at) => each === last[at])) return last;
    this.#lastIndexes = indexes;
    return indexes;
  }

  /** What to say about an option that does not exist: with the nearest one that does. */
  unknown(name: string): FieldProblem {
    const best = nearest(
      name,
      this.options.map((each) => each.name),
    );
    const problem = {
      field: name,
      detail: `${article(this.name)} ${this.name} has no attribute '${shorten(name)}'`,
    };
    return best === undefined ? problem : { ...problem, hint: `Did you mean '${best}'?` };
  }
}

function article(noun: string): 'a' | 'an' {
  return /^[aeio]/.test(noun) ? 'an' : 'a';
}

/** Mistakes in a name that is still taken for another one. */
const MAX_MISTAKES = 3;

/** The name that somebody may have meant; undefined when none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let distance = MAX_MISTAKES + 1;
  for (const each of known) {
    const d = editDistance(name, each, distance);
    if (d < distance) {
      best = each;
      distance = d;
    }
  }
  return best;
}

/** Levenshtein distance, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
