import type { DialplanLocation } from '../../switch/index.ts';
import { matchesTime } from '../apps/time-spec.ts';
import type { Hint } from '../run/builtins.ts';
import type { Places, PlanLine } from '../run/plan.ts';
import { substitute } from '../syntax/substitute.ts';
import { type Pattern, withoutDashes } from './pattern.ts';

/** The priority that a hint is kept at. */
export const HINT_PRIORITY = -1;

/** Longest chain of includes that is followed. */
const MAX_INCLUDE_DEPTH = 128;

/** Where something in the dial plan comes from; without a file it was added by command. */
export interface Origin {
  /** The part that put it there: `pbx_config`. */
  readonly registrar: string;
  readonly file?: string;
  readonly line?: number;
}

export interface Priority extends PlanLine {
  readonly number: number;
  readonly label: string | undefined;
  readonly origin: Origin;
}

/** One extension: a name or pattern, for all callers or for those whose number matches. */
export interface Extension {
  /** As written, blanks taken out. */
  readonly name: string;
  readonly pattern: Pattern | undefined;
  /** Callers that it is for; undefined: all. The empty text: those without a number. */
  readonly caller: string | undefined;
  readonly callerPattern: Pattern | undefined;
  /** In rising order; a hint is the first. */
  readonly priorities: readonly Priority[];
}

export interface Include {
  /** As written. */
  readonly text: string;
  readonly context: string;
  /** `times,weekdays,mdays,months`, undefined when it always holds. */
  readonly timing: string | undefined;
  readonly origin: Origin;
}

/** Something of a context that is only a text: a switch. */
export interface Note {
  readonly text: string;
  readonly origin: Origin;
}

/** Digits behind which a dial tone goes on. */
export interface IgnorePattern extends Note {
  readonly pattern: Pattern | undefined;
}

export interface Context {
  readonly name: string;
  readonly registrar: string;
  /** Exact names first, in order of bytes; then patterns, the narrowest first; of one name those for some callers first. */
  readonly extensions: readonly Extension[];
  readonly includes: readonly Include[];
  readonly ignorePatterns: readonly IgnorePattern[];
  /** Kept and shown; nothing is asked of them. */
  readonly switches: readonly Note[];
}

/** [general] of extensions.conf. */
export interface DialplanSettings {
  readonly static: boolean;
  readonly writeProtect: boolean;
  readonly autoFallThrough: boolean;
  readonly clearGlobalVariables: boolean;
}

export const defaultSettings: DialplanSettings = {
  static: false,
  writeProtect: false,
  autoFallThrough: true,
  clearGlobalVariables: false,
};

interface Indexed {
  readonly context: Context;
  readonly exact: ReadonlyMap<string, readonly Extension[]>;
  readonly patterns: readonly Extension[];
}

interface Ready {
  readonly byNumber: ReadonlyMap<number, Priority>;
  readonly byLabel: ReadonlyMap<string, number>;
}

/** A dial plan as it stands at one time. It never changes; a reload or a command makes another one. */
export class Dialplan implements Places {
  readonly settings: DialplanSettings;
  /** [globals], in order of the file, `${…}` in them replaced. */
  readonly globals: ReadonlyMap<string, string>;
  /** In the order in which they came to be. */
  readonly contexts: readonly Context[];
  readonly #now: () => number;
  readonly #indexed: ReadonlyMap<string, Indexed>;
  readonly #ready = new WeakMap<Extension, Ready>();

  /** `now` (milliseconds since 1970) decides about includes that hold at some times only. */
  constructor(
    contexts: readonly Context[],
    settings: DialplanSettings,
    globals: ReadonlyMap<string, string>,
    now: () => number,
  ) {
    this.contexts = contexts;
    this.settings = settings;
    this.globals = globals;
    this.#now = now;
    this.#indexed = new Map(contexts.map((each) => [each.name, indexed(each)]));
  }

  get autoFallThrough(): boolean {
    return this.settings.autoFallThrough;
  }

  context(name: string): Context | undefined {
    return this.#indexed.get(name)?.context;
  }

  hasContext(name: string): boolean {
    return this.#indexed.has(name);
  }

  /** The line of the first extension that matches and has this priority: narrower patterns may lack it. */
  line(location: DialplanLocation, callerNumber: string): Priority | undefined {
    for (const each of this.matching(location.context, location.exten, callerNumber)) {
      const found = this.#of(each).byNumber.get(location.priority);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  label(context: string, exten: string, label: string, callerNumber: string): number | undefined {
    for (const each of this.matching(context, exten, callerNumber)) {
      const found = this.#of(each).byLabel.get(label);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A hint of a pattern may use `${EXTEN}` and `${CONTEXT}`. */
  hint(context: string, exten: string): Hint | undefined {
    const found = this.line({ context, exten, priority: HINT_PRIORITY }, '');
    if (found === undefined) return undefined;
    const text = substitute(found.application, {
      variable: (name) => (name === 'EXTEN' ? exten : name === 'CONTEXT' ? context : undefined),
      callFunction: () => '',
      warn: () => {},
    });
    const comma = text.indexOf(',');
    return {
      device: comma < 0 ? text : text.slice(0, comma),
      presence: comma < 0 ? '' : text.slice(comma + 1).trim(),
      text,
      name: found.data,
    };
  }

  *linesAfter(
    location: DialplanLocation,
    callerNumber: string,
  ): Iterable<{ readonly location: DialplanLocation; readonly application: string }> {
    for (let priority = location.priority + 1; ; priority++) {
      const next = { ...location, priority };
      const line = this.line(next, callerNumber);
      if (line === undefined) return;
      yield { location: next, application: line.application };
    }
  }

  couldContinue(context: string, digits: string, callerNumber: string): boolean {
    const number = withoutDashes(digits);
    for (const { context: each } of this.#reachable(context)) {
      for (const extension of each.extensions) {
        if (!forCaller(extension, callerNumber)) continue;
        if (extension.pattern !== undefined) {
          if (extension.pattern.couldContinue(number)) return true;
          continue;
        }
        const name = withoutDashes(extension.name);
        if (name.length > number.length && name.startsWith(number)) return true;
      }
    }
    return false;
  }

  /** Whether a dial tone goes on behind these digits. */
  ignores(context: string, digits: string): boolean {
    const number = withoutDashes(digits);
    const patterns = this.context(context)?.ignorePatterns ?? [];
    return patterns.some(({ text, pattern }) => pattern?.matches(number) ?? withoutDashes(text) === number);
  }

  /** The extensions that match, the one that counts first: of the context itself, then of its includes. */
  *matching(context: string, exten: string, callerNumber: string): Generator<Extension> {
    const number = withoutDashes(exten);
    for (const { exact, patterns } of this.#reachable(context)) {
      for (const each of exact.get(number) ?? []) if (forCaller(each, callerNumber)) yield each;
      for (const each of patterns) {
        if (each.pattern?.matches(number) === true && forCaller(each, callerNumber)) yield each;
      }
    }
  }

  /** A context with what it includes now, each once, in the order of asking. */
  *#reachable(name: string): Generator<Indexed> {
    const first = this.#indexed.get(name);
    if (first === undefined) return;
    yield first;
    if (first.context.includes.length > 0) yield* this.#included(first, new Set([name]), 0);
  }

  *#included(from: Indexed, seen: Set<string>, depth: number): Generator<Indexed> {
    if (depth > MAX_INCLUDE_DEPTH) return;
    for (const { context, timing } of from.context.includes) {
      if (seen.has(context) || (timing !== undefined && !matchesTime(timing, this.#now()))) continue;
      seen.add(context);
      const next = this.#indexed.get(context);
      if (next === undefined) continue;
      yield next;
      yield* this.#included(next, seen, depth + 1);
    }
  }

  #of(extension: Extension): Ready {
    let ready = this.#ready.get(extension);
    if (ready === undefined) {
      const byLabel = new Map<string, number>();
      for (const { label, number } of extension.priorities) {
        if (label !== undefined && !byLabel.has(label)) byLabel.set(label, number);
      }
      ready = { byNumber: new Map(extension.priorities.map((each) => [each.number, each])), byLabel };
      this.#ready.set(extension, ready);
    }
    return ready;
  }
}

function forCaller(extension: Extension, callerNumber: string): boolean {
  if (extension.caller === undefined) return true;
  if (extension.callerPattern !== undefined) return extension.callerPattern.matches(callerNumber);
  return withoutDashes(extension.caller) === withoutDashes(callerNumber);
}

function indexed(context: Context): Indexed {
  const exact = new Map<string, Extension[]>();
  for (const each of context.extensions) {
    if (each.pattern !== undefined) continue;
    const key = withoutDashes(each.name);
    const before = exact.get(key);
    if (before === undefined) exact.set(key, [each]);
    else before.push(each);
  }
  return { context, exact, patterns: context.extensions.filter((each) => each.pattern !== undefined) };
}
