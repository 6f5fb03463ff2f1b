import { basename } from 'node:path';
import { type Config, type ConfVariable, type ConfWarning, isFalse, isTrue } from '../../conf/index.ts';
import { substitute } from '../syntax/substitute.ts';
import { DialplanBuilder } from './builder.ts';
import { type Dialplan, HINT_PRIORITY, type Origin } from './dialplan.ts';

/** Highest priority that a line may have. */
const MAX_PRIORITY = 1_000_000;

export const REGISTRAR = 'pbx_config';

export interface ReadExtensionsOptions {
  /** Milliseconds since 1970, for includes that hold at some times only. */
  readonly now: () => number;
  /** Variables that [globals] and names of extensions may use besides those of [globals]. */
  readonly variable?: (name: string) => string | undefined;
  /** Dial plan functions that they may use. */
  readonly callFunction?: (name: string, args: string) => string;
}

export interface ReadExtensions {
  readonly dialplan: Dialplan;
  /** Lines that were passed over or need attention; the rest holds. */
  readonly problems: readonly ConfWarning[];
}

/** Reads extensions.conf. A line that makes no sense is a problem, never the end of the rest. */
export function readExtensions(config: Config, options: ReadExtensionsOptions): ReadExtensions {
  const reader = new Reader(options);
  for (const section of config.sections) {
    if (section.isTemplate) continue;
    const name = section.name.toLowerCase();
    if (name === 'general') for (const each of section.variables) reader.general(each);
    else if (name === 'globals') for (const each of section.variables) reader.global(each);
    else reader.context(section.name, section.variables);
  }
  return reader.finish([...config.warnings]);
}

class Reader {
  readonly #options: ReadExtensionsOptions;
  readonly #builder = new DialplanBuilder();
  readonly #problems: ConfWarning[] = [];
  #context = '';
  /** What `same` goes on with. */
  #exten = '';
  /** What `n` counts from. It is not reset by another extension. */
  #priority = 0;

  constructor(options: ReadExtensionsOptions) {
    this.#options = options;
  }

  finish(warnings: ConfWarning[]): ReadExtensions {
    for (const { context, include } of this.#builder.missingIncludes()) {
      this.#problems.push({
        file: include.origin.file ?? '',
        line: include.origin.line ?? 0,
        detail: `context '${context}' includes '${include.context}', which is not there`,
      });
    }
    return { dialplan: this.#builder.build(this.#options.now), problems: [...warnings, ...this.#problems] };
  }

  general(variable: ConfVariable): void {
    const { value } = variable;
    const settings = this.#builder.settings;
    switch (variable.name.toLowerCase()) {
      case 'static':
        this.#builder.settings = { ...settings, static: isTrue(value) };
        break;
      case 'writeprotect':
        this.#builder.settings = { ...settings, writeProtect: isTrue(value) };
        break;
      case 'autofallthrough':
        this.#builder.settings = { ...settings, autoFallThrough: !isFalse(value) };
        break;
      case 'clearglobalvars':
        this.#builder.settings = { ...settings, clearGlobalVariables: isTrue(value) };
        break;
      case 'extenpatternmatchnew':
      case 'overrideswitch':
      case 'userscontext':
        break;
      default:
        this.#problem(variable, `[general] has no option '${variable.name}'`);
    }
  }

  global(variable: ConfVariable): void {
    this.#builder.globals.set(variable.name, this.#replace(variable.value, variable));
  }

  context(name: string, variables: readonly ConfVariable[]): void {
    this.#context = name;
    this.#exten = '';
    this.#priority = 0;
    this.#builder.addContext(name, REGISTRAR);
    for (const variable of variables) this.#line(variable);
  }

  #line(variable: ConfVariable): void {
    const origin = originOf(variable);
    const { value } = variable;
    switch (variable.name.toLowerCase()) {
      case 'exten': {
        const comma = value.indexOf(',');
        const exten = (comma < 0 ? value : value.slice(0, comma)).trim();
        this.#exten = this.#replace(exten, variable);
        this.#step(variable, comma < 0 ? '' : value.slice(comma + 1));
        break;
      }
      case 'same':
        if (this.#exten === '') this.#problem(variable, "'same' stands before any 'exten'");
        else this.#step(variable, value);
        break;
      case 'include':
        this.#include(variable, origin);
        break;
      case 'ignorepat':
        if (!this.#builder.addIgnorePattern(this.#context, this.#replace(value, variable), origin))
          this.#problem(variable, `'${value}' is ignored already, or no pattern`);
        break;
      case 'switch':
      case 'lswitch':
      case 'eswitch':
        this.#builder.addSwitch(this.#context, value, origin);
        this.#problem(
          variable,
          `${variable.name} => ${value} is kept but not asked: switches are not supported`,
        );
        break;
      case 'autohints':
        if (isTrue(value)) this.#problem(variable, 'autohints has no effect');
        break;
      default:
        this.#problem(variable, `'${variable.name}' is none of exten, same, include, ignorepat, switch`);
    }
  }

  #include(variable: ConfVariable, origin: Origin): void {
    const text = this.#replace(variable.value, variable);
    if (text === '') this.#problem(variable, 'include names no context');
    else if (!this.#builder.addInclude(this.#context, text, origin))
      this.#problem(variable, `'${text}' is included already`);
  }

  /** `priority[(label)],application(data)`. */
  #step(variable: ConfVariable, text: string): void {
    const comma = text.indexOf(',');
    const given = (comma < 0 ? text : text.slice(0, comma)).trim();
    const place = this.#place(variable, given);
    if (place === undefined) return;
    const call = comma < 0 ? '' : text.slice(comma + 1).trim();
    const { application, data, whole } =
      place.priority === HINT_PRIORITY ? readHint(call) : readApplication(call);
    if (!whole) this.#problem(variable, `')' is missing in '${call}'`);
    const reason = this.#builder.add({
      context: this.#context,
      exten: this.#exten,
      priority: place.priority,
      label: place.label,
      application,
      data,
      origin: originOf(variable),
    });
    if (reason !== undefined) this.#problem(variable, reason);
    else if (/^_[.!]$/.test(this.#exten))
      this.#problem(
        variable,
        `'${this.#exten}' also matches h, i and t; '_X${this.#exten.slice(1)}' is meant more often`,
      );
  }

  /** The number and label that `1`, `n`, `n+2`, `s`, `hint`, `label` or `label+1`, each with `(name)`, stand for. */
  #place(variable: ConfVariable, given: string): { priority: number; label: string | undefined } | undefined {
    const open = given.indexOf('(');
    const close = open < 0 ? -1 : given.indexOf(')', open);
    if (open >= 0 && close < 0)
      return this.#refuse(variable, `')' is missing behind the label of '${given}'`);
    const label = open < 0 ? undefined : given.slice(open + 1, close).trim() || undefined;
    const base = open < 0 ? given : given.slice(0, open).trim();
    const plus = base.indexOf('+');
    const word = plus < 0 ? base : base.slice(0, plus).trim();
    const more = plus < 0 ? 0 : Number(base.slice(plus + 1).trim() || Number.NaN);
    const start = this.#start(word);
    if (start === undefined) {
      return this.#refuse(
        variable,
        `priority '${word}' is no number, none of n, s and hint, and no label of '${this.#exten}'`,
      );
    }
    const priority = start + more;
    if (start === HINT_PRIORITY && word === 'hint') {
      this.#priority = HINT_PRIORITY;
      return { priority: HINT_PRIORITY, label };
    }
    if (!Number.isInteger(priority) || priority < 1 || priority > MAX_PRIORITY)
      return this.#refuse(variable, `priority '${base}' is none from 1 to ${MAX_PRIORITY}`);
    this.#priority = priority;
    return { priority, label };
  }

  #start(word: string): number | undefined {
    if (word === 'hint') return HINT_PRIORITY;
    if (word === 'n' || word === 'next') return this.#priority + 1;
    if (word === 's' || word === 'same') return this.#priority;
    if (/^-?\d{1,9}$/.test(word)) return Number(word);
    return word === '' ? undefined : this.#builder.label(this.#context, this.#exten, word);
  }

  #replace(text: string, variable: ConfVariable): string {
    return substitute(text, {
      variable: (name) => this.#builder.globals.get(name) ?? this.#options.variable?.(name),
      callFunction: (name, args) => this.#options.callFunction?.(name, args) ?? '',
      warn: (message) => this.#problem(variable, message),
    });
  }

  #refuse(variable: ConfVariable, detail: string): undefined {
    this.#problem(variable, detail);
  }

  #problem(variable: ConfVariable, detail: string): void {
    this.#problems.push({ file: variable.file, line: variable.line, detail });
  }
}

function originOf(variable: ConfVariable): Origin {
  return { registrar: REGISTRAR, file: basename(variable.file), line: variable.line };
}

interface ReadCall {
  readonly application: string;
  readonly data: string;
  /** Whether its parentheses close. */
  readonly whole: boolean;
}

function readHint(text: string): ReadCall {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  // `PJSIP/alice(Alice)`: what stands in the parentheses is a name to show.
  if (open > 0 && close === text.length - 1)
    return { application: text.slice(0, open), data: text.slice(open + 1, close), whole: true };
  return { application: text, data: '', whole: true };
}

/** `Application(data)`; what stands behind the last parenthesis is passed over. */
export function readApplication(text: string): ReadCall {
  const open = text.indexOf('(');
  if (open < 0) return { application: text, data: '', whole: true };
  const close = text.lastIndexOf(')');
  const whole = close > open;
  return { application: text.slice(0, open), data: text.slice(open + 1, whole ? close : undefined), whole };
}
