import type { Kind } from './kinds.ts';

/** One option of a type, declared once; parsing, push, AstDB, `pjsip show` and the documents come from it. */
export interface OptionSpec {
  readonly name: string;
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
  /** Not shown to read-only users, and never named in a log or an error. */
  readonly secret?: true;
}

export interface TypeSpec {
  /** Class in push URLs: the module that opens the sorcery instance. */
  readonly configClass: string;
  readonly type: string;
  /** Section of sorcery.conf; differs from the class for types that another module registers. */
  readonly section: string;
  /** Module that owns the type. */
  readonly module: string;
  /** Wizard and argument without a mapping; the file of the module otherwise. */
  readonly defaultWizard?: readonly [wizard: string, argument: string];
  /** Family that Asterisk's own database scripts keep it in; `<type>s` behind `ps_` otherwise. */
  readonly family?: string;
  /** In the order of answers. */
  readonly options: readonly OptionSpec[];
  /** Rules beyond single options, after all fields are applied. Returns what is wrong, undefined when nothing is. */
  readonly finish?: (draft: Draft) => FieldProblem | undefined;
}

/** The value of an `optional` option that was never sent. */
export const UNSET = '\u0000';

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

  constructor(type: ObjectType, values: readonly string[], extended?: ReadonlyMap<string, string>) {
    this.type = type;
    this.values = values.slice();
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
      return this.type.unknown(name);
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
  /** Whether any option is one that read-only users do not see. */
  readonly hasSecrets: boolean;
  /** JSON text before each value of a push answer, `[{"attribute":"x","value":` and so on. */
  readonly replyFragments: readonly string[];
  /** JSON text before each value of a stored row. */
  readonly rowFragments: readonly string[];
  readonly #index = new Map<string, number>();

  constructor(spec: TypeSpec) {
    this.spec = spec;
    this.options = spec.options;
    this.defaults = spec.options.map((option) => option.default);
    this.hasSecrets = spec.options.some((option) => option.secret);
    for (const [index, option] of spec.options.entries()) {
      this.#index.set(option.name, index);
      this.#index.set(option.name.toLowerCase(), index);
    }
    this.replyFragments = spec.options.map(
      (option) => `{"attribute":${JSON.stringify(option.name)},"value":`,
    );
    this.rowFragments = spec.options.map((option) => `${JSON.stringify(option.name)}:`);
  }

  get name(): string {
    return this.spec.type;
  }

  indexOf(name: string): number {
    return this.#index.get(name) ?? this.#index.get(name.toLowerCase()) ?? -1;
  }

  /** What to say about an option that does not exist: with the nearest one that does. */
  unknown(name: string): FieldProblem {
    let best: string | undefined;
    let distance = 4;
    for (const option of this.options) {
      const d = editDistance(name, option.name, distance);
      if (d < distance) {
        best = option.name;
        distance = d;
      }
    }
    const problem = { field: name, detail: `a ${this.name} has no attribute '${shorten(name)}'` };
    return best === undefined ? problem : { ...problem, hint: `Did you mean '${best}'?` };
  }
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

/** One object of a type: immutable, so that it can be shared by wizards, caches and whoever is using it. */
export class SorceryObject {
  readonly type: ObjectType;
  readonly id: string;
  readonly values: readonly string[];
  readonly extended: ReadonlyMap<string, string> | undefined;
  #reply: string | undefined;

  constructor(
    type: ObjectType,
    id: string,
    values: readonly string[],
    extended?: ReadonlyMap<string, string>,
  ) {
    this.type = type;
    this.id = id;
    this.values = values;
    this.extended = extended === undefined || extended.size === 0 ? undefined : extended;
  }

  /** The printed value of an option; empty for one that the type does not have. */
  get(name: string): string {
    const value = this.values[this.type.indexOf(name)] ?? '';
    return value === UNSET ? '' : value;
  }

  is(name: string): boolean {
    const value = this.get(name);
    return value === 'true' || value === 'yes' || value === 'Yes';
  }

  number(name: string): number {
    return Number(this.get(name));
  }

  /** A comma-separated or multi-valued option, trimmed, without empty parts. */
  list(name: string): string[] {
    return this.get(name)
      .split(/[,\n]/)
      .map((each) => each.trim())
      .filter((each) => each !== '');
  }

  draft(): Draft {
    return new Draft(this.type, this.values, this.extended);
  }

  /** What is shown, in order: the same lines that a push answers. */
  *shown(): Iterable<readonly [name: string, value: string]> {
    for (const [index, option] of this.type.options.entries()) {
      if (option.hidden) continue;
      const value = this.values[index] ?? '';
      if (value === UNSET) continue;
      if (option.showsAsNames && value !== '') {
        for (const line of value.split('\n')) {
          const equals = line.indexOf('=');
          yield [line.slice(0, equals), line.slice(equals + 1)];
        }
      } else if (option.multi) for (const each of value.split('\n')) yield [option.name, each];
      else yield [option.name, value];
    }
    if (this.extended !== undefined) yield* this.extended;
  }

  /** The JSON list of a push answer; rendered once per object. Read-only users get it without the secrets. */
  reply(withSecrets = true): string {
    if (!withSecrets && this.type.hasSecrets) return this.#render(false);
    this.#reply ??= this.#render(true);
    return this.#reply;
  }

  #render(withSecrets: boolean): string {
    const { options, replyFragments } = this.type;
    let text = '[';
    let comma = '';
    for (let index = 0; index < options.length; index++) {
      const option = options[index];
      if (option === undefined || option.hidden || (option.secret && !withSecrets)) continue;
      const value = this.values[index] ?? '';
      if (value === UNSET) continue;
      if (value !== '' && (option.multi || option.showsAsNames)) {
        for (const line of value.split('\n')) {
          const equals = option.showsAsNames ? line.indexOf('=') : -1;
          const name = equals < 0 ? option.name : line.slice(0, equals);
          text += `${comma}{"attribute":${quote(name)},"value":${quote(line.slice(equals + 1))}}`;
          comma = ',';
        }
        continue;
      }
      text += `${comma}${replyFragments[index]}${quote(value)}}`;
      comma = ',';
    }
    for (const [name, value] of this.extended ?? []) {
      text += `${comma}{"attribute":${quote(name)},"value":${quote(value)}}`;
      comma = ',';
    }
    return `${text}]`;
  }

  /** The JSON object of a stored row: every option, by name. `created` tells a first row from an updated one. */
  row(created: boolean): string {
    const { options, rowFragments } = this.type;
    let text = '{';
    let comma = '';
    for (let index = 0; index < options.length; index++) {
      const option = options[index];
      const value = this.values[index] ?? '';
      if (option === undefined || option.writes !== undefined || value === UNSET) continue;
      if (value === '' && (option.hidden || option.omitEmpty === 'always' || (created && option.omitEmpty))) {
        continue;
      }
      text += `${comma}${rowFragments[index]}${quote(value)}`;
      comma = ',';
    }
    for (const [name, value] of this.extended ?? []) text += `,${quote(name)}:${quote(value)}`;
    return `${text}}`;
  }
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
