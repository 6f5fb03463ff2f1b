import {
  type Context,
  Dialplan,
  type DialplanSettings,
  defaultSettings,
  type Extension,
  HINT_PRIORITY,
  type IgnorePattern,
  type Include,
  type Note,
  type Origin,
  type Priority,
} from './dialplan.ts';
import { type Pattern, PatternError, readPattern, withoutDashes } from './pattern.ts';

/** Longest name of an extension or context. */
const MAX_NAME = 256;

/** What is added to a dial plan. */
export interface NewLine {
  readonly context: string;
  /** `name` or `name/caller`. */
  readonly exten: string;
  /** `HINT_PRIORITY` for a hint. */
  readonly priority: number;
  readonly label?: string | undefined;
  readonly application: string;
  readonly data: string;
  readonly origin: Origin;
}

interface OpenExtension {
  readonly name: string;
  readonly pattern: Pattern | undefined;
  readonly caller: string | undefined;
  readonly callerPattern: Pattern | undefined;
  readonly priorities: Map<number, Priority>;
}

interface OpenContext {
  readonly name: string;
  readonly registrar: string;
  /** By what makes two names the same; those under one key are for different callers. */
  readonly extensions: Map<string, OpenExtension[]>;
  includes: Include[];
  ignorePatterns: IgnorePattern[];
  switches: Note[];
}

/** Puts a dial plan together, or another one from one that there is. */
export class DialplanBuilder {
  readonly globals = new Map<string, string>();
  settings: DialplanSettings = defaultSettings;
  readonly #contexts = new Map<string, OpenContext>();

  /** A builder that begins with what another dial plan has. */
  static from(dialplan: Dialplan): DialplanBuilder {
    const builder = new DialplanBuilder();
    builder.settings = dialplan.settings;
    for (const [name, value] of dialplan.globals) builder.globals.set(name, value);
    for (const context of dialplan.contexts) {
      const open = builder.#open(context.name, context.registrar);
      open.includes = [...context.includes];
      open.ignorePatterns = [...context.ignorePatterns];
      open.switches = [...context.switches];
      for (const each of context.extensions) {
        put(open, { ...each, priorities: new Map(each.priorities.map((one) => [one.number, one])) });
      }
    }
    return builder;
  }

  hasContext(name: string): boolean {
    return this.#contexts.has(name);
  }

  /** Makes a context; false when it is there already. */
  addContext(name: string, registrar: string): boolean {
    if (this.#contexts.has(name)) return false;
    this.#open(name, registrar);
    return true;
  }

  removeContext(name: string): boolean {
    return this.#contexts.delete(name);
  }

  /** Adds a line; the reason when that cannot be. The context is made when it is not there. */
  add(line: NewLine, replace = false): string | undefined {
    const names = readExten(line.exten);
    if (typeof names === 'string') return names;
    if (line.context.length > MAX_NAME) return `a name is longer than ${MAX_NAME} characters`;
    const wanted: OpenExtension = { ...names, priorities: new Map() };
    const { name } = names;
    const context = this.#open(line.context, line.origin.registrar);
    const existing = variants(context, wanted).find((each) => each.caller === wanted.caller);
    const extension = existing ?? wanted;
    if (extension.priorities.has(line.priority) && !replace) {
      const same = extension.name === name ? '' : ` (as '${extension.name}', which is the same)`;
      return `${line.priority === HINT_PRIORITY ? 'the hint' : `priority ${line.priority}`} of '${name}' in '${line.context}' is there already${same}`;
    }
    if (existing === undefined) put(context, wanted);
    const { priority: number, label, application, data, origin } = line;
    extension.priorities.set(number, { number, label, application, data, origin });
    return undefined;
  }

  /** The priority that a label stands for in an extension made so far. */
  label(context: string, exten: string, label: string): number | undefined {
    for (const each of this.#extensions(context, exten)) {
      for (const priority of each.priorities.values()) if (priority.label === label) return priority.number;
    }
    return undefined;
  }

  has(context: string, exten: string, priority: number): boolean {
    return this.#extensions(context, exten).some((each) => each.priorities.has(priority));
  }

  /** Removes one priority, or all; false when there is nothing to remove. */
  remove(context: string, exten: string, priority?: number): boolean {
    const open = this.#contexts.get(context);
    let removed = false;
    for (const each of this.#extensions(context, exten)) {
      if (priority !== undefined && !each.priorities.delete(priority)) continue;
      removed = true;
      if (open === undefined || (priority !== undefined && each.priorities.size > 0)) continue;
      const rest = variants(open, each).filter((other) => other !== each);
      if (rest.length > 0) open.extensions.set(keyOf(each), rest);
      else open.extensions.delete(keyOf(each));
    }
    return removed;
  }

  /** Includes `text` (`context[,times,weekdays,mdays,months]`); false when it does already, or there is no such context. */
  addInclude(context: string, text: string, origin: Origin): boolean {
    const open = this.#contexts.get(context);
    if (open === undefined || open.includes.some((each) => each.text === text)) return false;
    const comma = text.indexOf(',');
    open.includes.push({
      text,
      context: (comma < 0 ? text : text.slice(0, comma)).trim(),
      timing: comma < 0 ? undefined : text.slice(comma + 1),
      origin,
    });
    return true;
  }

  removeInclude(context: string, text: string): boolean {
    const open = this.#contexts.get(context);
    const before = open?.includes.length;
    if (open === undefined) return false;
    open.includes = open.includes.filter((each) => each.text !== text);
    return open.includes.length !== before;
  }

  addIgnorePattern(context: string, text: string, origin: Origin): boolean {
    const open = this.#contexts.get(context);
    const read = readExten(text);
    if (open === undefined || typeof read === 'string') return false;
    if (open.ignorePatterns.some((each) => each.text === text)) return false;
    open.ignorePatterns.push({ text, origin, pattern: read.pattern });
    return true;
  }

  removeIgnorePattern(context: string, text: string): boolean {
    const open = this.#contexts.get(context);
    const before = open?.ignorePatterns.length;
    if (open === undefined) return false;
    open.ignorePatterns = open.ignorePatterns.filter((each) => each.text !== text);
    return open.ignorePatterns.length !== before;
  }

  addSwitch(context: string, text: string, origin: Origin): void {
    this.#contexts.get(context)?.switches.push({ text, origin });
  }

  /** The contexts that are included and not there, with who includes them. */
  missingIncludes(): { readonly context: string; readonly include: Include }[] {
    return [...this.#contexts.values()].flatMap((open) =>
      open.includes
        .filter((include) => !this.#contexts.has(include.context))
        .map((include) => ({ context: open.name, include })),
    );
  }

  /** The dial plan as it stands now; the builder may go on. `now` is in milliseconds since 1970. */
  build(now: () => number): Dialplan {
    const contexts = [...this.#contexts.values()].map(close);
    return new Dialplan(contexts, this.settings, new Map(this.globals), now);
  }

  #open(name: string, registrar: string): OpenContext {
    let context = this.#contexts.get(name);
    if (context === undefined) {
      context = { name, registrar, extensions: new Map(), includes: [], ignorePatterns: [], switches: [] };
      this.#contexts.set(name, context);
    }
    return context;
  }

  #extensions(context: string, exten: string): readonly OpenExtension[] {
    const open = this.#contexts.get(context);
    const wanted = readExten(exten);
    if (open === undefined || typeof wanted === 'string') return [];
    const found = variants(open, wanted);
    return wanted.caller === undefined ? found : found.filter((each) => each.caller === wanted.caller);
  }
}

type Names = Pick<OpenExtension, 'name' | 'pattern' | 'caller' | 'callerPattern'>;

/** `name` or `name/caller`, or the reason why it cannot be one. Blanks in a name mean nothing. */
function readExten(exten: string): Names | string {
  const slash = exten.indexOf('/');
  const name = (slash < 0 ? exten : exten.slice(0, slash)).replace(/\s+/g, '');
  const caller = slash < 0 ? undefined : exten.slice(slash + 1).replace(/\s+/g, '');
  if (name === '') return 'an extension needs a name';
  if (exten.length > MAX_NAME) return `a name is longer than ${MAX_NAME} characters`;
  try {
    return {
      name,
      pattern: readPattern(name),
      caller,
      callerPattern: caller === undefined ? undefined : readPattern(caller),
    };
  } catch (error) {
    if (error instanceof PatternError) return `pattern '${exten}': ${error.message}`;
    throw error;
  }
}

function keyOf(extension: Names): string {
  return extension.pattern === undefined ? withoutDashes(extension.name) : `_${extension.pattern.key}`;
}

/** The extensions of the same name, for whichever caller. */
function variants(context: OpenContext, wanted: Names): readonly OpenExtension[] {
  return context.extensions.get(keyOf(wanted)) ?? [];
}

function put(context: OpenContext, extension: OpenExtension): void {
  context.extensions.set(keyOf(extension), [...variants(context, extension), extension]);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareExtensions(a: Extension, b: Extension): number {
  if ((a.pattern === undefined) !== (b.pattern === undefined)) return a.pattern === undefined ? -1 : 1;
  const byName =
    a.pattern !== undefined && b.pattern !== undefined
      ? a.pattern.compare(b.pattern)
      : compareTexts(withoutDashes(a.name), withoutDashes(b.name));
  if (byName !== 0) return byName;
  if ((a.caller === undefined) !== (b.caller === undefined)) return a.caller === undefined ? 1 : -1;
  return compareTexts(a.caller ?? '', b.caller ?? '');
}

function close(open: OpenContext): Context {
  const extensions = [...open.extensions.values()].flat().map((each): Extension => {
    const priorities = [...each.priorities.values()].sort((a, b) => a.number - b.number);
    return { ...each, priorities };
  });
  return {
    name: open.name,
    registrar: open.registrar,
    extensions: extensions.sort(compareExtensions),
    includes: [...open.includes],
    ignorePatterns: [...open.ignorePatterns],
    switches: [...open.switches],
  };
}
