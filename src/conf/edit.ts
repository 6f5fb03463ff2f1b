import { ConfError } from './conf-error.ts';
import { type ConfDocument, parseDocument } from './document.ts';
import { expected, holds, type Outcome, restated, shapes } from './edit-outcome.ts';
import {
  changedVariable,
  codeOf,
  EditPlan,
  lineAt,
  renamedSection,
  sectionLine,
  variableLine,
} from './edit-plan.ts';
import { type ConfFiles, diskFiles } from './files.ts';
import { type Config, type LoadOptions, loadConfig } from './load.ts';
import type { ConfVariable, Place, Section } from './section.ts';
import { trim } from './text.ts';

/** Which sections of the name are meant; without a filter all that are no templates. */
export type SectionFilter = (section: Section) => boolean;

interface Target {
  readonly category: string;
  readonly filter: SectionFilter | undefined;
}

/** A variable to be written; `isObject` for `=>`. */
interface NewVariable extends NewValue {
  readonly isObject: boolean;
}

/** One change, in the words of UpdateConfig, to every category that is meant. Names and values that are looked for fit in any case. */
export type ConfEdit =
  | {
      readonly kind: 'newcat';
      readonly category: string;
      readonly isTemplate: boolean;
      readonly inherit: readonly string[];
      readonly allowDuplicates: boolean;
      /** The category that it shall stand before; undefined for the end of the file. */
      readonly before: string | undefined;
    }
  | ({ readonly kind: 'renamecat'; readonly to: string } & Target)
  | ({ readonly kind: 'delcat' } & Target)
  | ({ readonly kind: 'emptycat' } & Target)
  /** Changes the first variable of the name, and of the value `match`, in each. */
  | ({ readonly kind: 'update'; readonly match: string | undefined } & NewVariable & Target)
  | ({ readonly kind: 'append' } & NewVariable & Target)
  /** Puts it before the variable that is `line`th now, counted from 0 with what templates give; behind all others if there is none. */
  | ({ readonly kind: 'insert'; readonly line: number } & NewVariable & Target)
  /** Deletes all variables of the name, and of the value `match`; or the `line`th. */
  | ({
      readonly kind: 'delete';
      readonly name: string | undefined;
      readonly match: string | undefined;
      readonly line: number | undefined;
    } & Target);

type VariableEdit = Exclude<ConfEdit, { kind: 'newcat' | 'renamecat' | 'delcat' }>;

interface NewValue {
  readonly name: string;
  readonly value: string;
}

/** Why a change cannot be made. */
export type EditFault =
  /** There is no such category. */
  | 'no-category'
  /** One of the templates is not there. */
  | 'no-template'
  /** A category of this name is there, or the one to stand before is not. */
  | 'not-created'
  /** There is no such variable. */
  | 'no-variable'
  /** No line of a file says this. */
  | 'unwritable'
  /** The file would then say something else than asked for. */
  | 'unsafe';

export class ConfEditError extends Error {
  readonly fault: EditFault;

  constructor(fault: EditFault, detail: string) {
    super(detail);
    this.name = 'ConfEditError';
    this.fault = fault;
  }
}

export interface EditOptions extends LoadOptions {
  /** Whether sections that inherit from a changed one keep the values that they had. */
  readonly preserveContext?: boolean;
}

/**
 * Changes to a file and to what it includes, made in memory, line by line: every other line stays as it is. After each
 * one everything is read again, and what is then read is compared with what was asked for.
 */
export class ConfEditing {
  readonly #file: string;
  readonly #options: LoadOptions;
  readonly #preserve: boolean;
  readonly #changed = new Map<string, Buffer>();
  readonly #originals = new Map<string, ReturnType<ConfFiles['read']>>();
  readonly #documents = new Map<string, ConfDocument>();
  #config: Config;

  /** @throws {ConfError} when the file cannot be read. */
  constructor(file: string, options: EditOptions = {}) {
    this.#file = file;
    this.#options = {
      ...options,
      files: overlay(options.files ?? diskFiles, this.#originals, this.#changed),
    };
    this.#preserve = options.preserveContext ?? true;
    this.#config = loadConfig(file, this.#options);
  }

  /** As it would be read now. */
  get config(): Config {
    return this.#config;
  }

  /** The files that are different now, with their bytes. */
  get changes(): ReadonlyMap<string, Buffer> {
    return this.#changed;
  }

  /** The bytes that a file had when it was read; undefined when it was not. */
  original(file: string): Uint8Array | undefined {
    return this.#originals.get(file)?.bytes;
  }

  /** The bytes of the file itself, changed or not. */
  get bytes(): Uint8Array {
    return this.#bytes(this.#file);
  }

  #bytes(file: string): Uint8Array {
    const bytes = this.#options.files?.read(file)?.bytes;
    // A variable that a command printed has no line to be changed.
    if (bytes === undefined) throw new ConfEditError('unsafe', `${file} is no file that could be changed`);
    return bytes;
  }

  #document(file: string): ConfDocument {
    let document = this.#documents.get(file);
    if (document === undefined) {
      document = parseDocument(this.#bytes(file));
      this.#documents.set(file, document);
    }
    return document;
  }

  /**
   * Makes one change. After a refusal nothing of this object is of use any more.
   * @throws {ConfEditError}
   */
  apply(edit: ConfEdit): void {
    const { sections } = this.#config;
    const plan = new EditPlan();
    const outcome = edit.kind === 'newcat' ? this.#create(plan, edit) : this.#change(plan, edit);
    this.#commit(plan, (now) =>
      holds(expected(sections, outcome), shapes(now, outcome.kind !== 'variables')),
    );
    if (this.#preserve && outcome.kind === 'variables') this.#restate(sections);
  }

  #commit(plan: EditPlan, check: (sections: readonly Section[]) => boolean): void {
    for (const file of plan.files()) {
      this.#changed.set(file, plan.apply(file, this.#document(file)));
      this.#documents.delete(file);
    }
    try {
      this.#config = loadConfig(this.#file, this.#options);
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      throw new ConfEditError('unsafe', `the file could not be read any more: ${error.message}`);
    }
    if (!check(this.#config.sections))
      throw new ConfEditError('unsafe', 'another part of the configuration would change with it');
  }

  #create(plan: EditPlan, edit: ConfEdit & { kind: 'newcat' }): Outcome {
    const { category, isTemplate, inherit, allowDuplicates, before } = edit;
    const { sections } = this.#config;
    const find = (name: string) => sections.find((each) => isNamed(each, name));
    if (!allowDuplicates && find(category) !== undefined)
      throw new ConfEditError('not-created', `there is a category '${category}'`);
    const bases = inherit.map((name) => {
      const base = find(name);
      if (base === undefined) throw new ConfEditError('no-template', `there is no '${name}' to inherit from`);
      return base;
    });
    const line = writable(sectionLine(category, [...(isTemplate ? ['!'] : []), ...inherit]), category);
    const [index = sections.length] =
      before === undefined ? [] : this.#indices(before, undefined, 'not-created');
    const next = sections[index];
    if (next === undefined) plan.insert(this.#file, this.#document(this.#file).lines.length, line);
    else plan.insert(next.file, this.#aboveHeading(next), line);
    return { kind: 'created', index, name: category, isTemplate, bases };
  }

  /** Comments that touch a section's line from above belong to it. */
  #aboveHeading({ file, line }: Place): number {
    const document = this.#document(file);
    let above = line - 1;
    for (;;) {
      const each = lineAt(document, above);
      if (each?.kind !== 'blank' || trim(each.raw) === '') return above;
      above--;
    }
  }

  #indices(category: string, filter: SectionFilter | undefined, fault: EditFault = 'no-category'): number[] {
    const indices: number[] = [];
    for (const [index, each] of this.#config.sections.entries())
      if (isNamed(each, category) && (filter === undefined ? !each.isTemplate : filter(each)))
        indices.push(index);
    if (indices.length === 0) throw new ConfEditError(fault, `there is no category '${category}'`);
    return indices;
  }

  #change(plan: EditPlan, edit: Exclude<ConfEdit, { kind: 'newcat' }>): Outcome {
    const indices = new Set(this.#indices(edit.category, edit.filter));
    const meant = this.#config.sections.filter((_, index) => indices.has(index));
    if (edit.kind === 'renamecat') {
      for (const section of meant) {
        for (const { file, line } of [section, ...section.additions]) {
          const text = renamedSection(codeOf(this.#document(file), line), edit.to);
          plan.replace(file, line, writable(text, edit.to));
        }
      }
      return { kind: 'renamed', indices, name: edit.to };
    }
    if (edit.kind === 'delcat') {
      for (const each of meant) this.#delete(plan, each);
      return { kind: 'deleted', indices };
    }
    const own = new Map<number, readonly NewValue[]>();
    for (const index of indices) {
      const section = this.#config.sections[index];
      const now = section === undefined ? undefined : this.#changeSection(plan, section, edit);
      if (now !== undefined) own.set(index, now);
    }
    if (own.size === 0) throw new ConfEditError('no-variable', 'there is no such variable');
    return { kind: 'variables', own };
  }

  #delete(plan: EditPlan, section: Section): void {
    for (const { file, line } of [section, ...section.additions]) plan.remove(file, line);
    for (const each of ownOf(section)) {
      // Without its section the variables of an included file would belong to the one above.
      if (each.via === undefined) this.#remove(plan, each);
      else plan.remove(each.via.file, each.via.line);
    }
  }

  /** What a section has of its own then; undefined when it has nothing to change. */
  #changeSection(plan: EditPlan, section: Section, edit: VariableEdit): readonly NewValue[] | undefined {
    const own = ownOf(section);
    switch (edit.kind) {
      case 'emptycat':
        for (const each of own) this.#remove(plan, each);
        return [];
      case 'update':
        return this.#update(plan, section, own, edit);
      case 'append': {
        const { file, line } = endOf(section, own);
        plan.insert(file, line, writable(variableLine(edit.name, edit.value, edit.isObject), edit.name));
        return [...own, edit];
      }
      case 'insert':
        return this.#insert(plan, section, own, edit);
      case 'delete': {
        const gone = doomed(section, edit);
        for (const each of gone) this.#remove(plan, each);
        return gone.length === 0 ? undefined : own.filter((each) => !gone.includes(each));
      }
    }
  }

  #remove(plan: EditPlan, variable: ConfVariable): void {
    this.#document(variable.file);
    for (const { file, line } of [variable, ...(variable.additions ?? [])]) plan.remove(file, line);
  }

  #update(
    plan: EditPlan,
    section: Section,
    own: readonly ConfVariable[],
    edit: ConfEdit & { kind: 'update' },
  ): NewValue[] | undefined {
    const fits = fitting(edit.name, edit.match);
    const variable = own.find(fits);
    if (variable !== undefined) {
      const code = codeOf(this.#document(variable.file), variable.line);
      const text = changedVariable(code, variable.name, edit.value, edit.isObject);
      plan.replace(variable.file, variable.line, writable(text, edit.name));
      for (const { file, line } of variable.additions ?? []) plan.remove(file, line);
      return own.map((each) => (each === variable ? { name: each.name, value: edit.value } : each));
    }
    const inherited = section.variables.find((each) => each.inherited && fits(each));
    if (inherited === undefined) return undefined;
    const text = variableLine(inherited.name, edit.value, edit.isObject);
    plan.insert(section.file, section.line, writable(text, edit.name));
    return [{ name: inherited.name, value: edit.value }, ...own];
  }

  #insert(
    plan: EditPlan,
    section: Section,
    own: readonly ConfVariable[],
    edit: ConfEdit & { kind: 'insert' },
  ): NewValue[] {
    const text = writable(variableLine(edit.name, edit.value, edit.isObject), edit.name);
    const next = section.variables[edit.line];
    const index = next === undefined ? own.length : next.inherited ? 0 : own.indexOf(next);
    const previous = own[index - 1];
    const following = own[index];
    if (following === undefined) {
      const { file, line } = endOf(section, own);
      plan.insert(file, line, text);
    } else if (previous === undefined) plan.insert(section.file, section.line, text);
    else if (previous.via === undefined || previous.file === following.file) {
      // Behind the one before it: a comment above the next one stays with that.
      const { file, line } = previous.additions?.at(-1) ?? previous;
      plan.insert(file, line, text);
    } else {
      const { file, line } = following.via ?? following;
      plan.insert(file, line - 1, text);
    }
    return [...own.slice(0, index), edit, ...own.slice(index)];
  }

  /** Writes down what sections inherited, where a template gives something else now. Templates first: others inherit from them. */
  #restate(before: readonly Section[]): void {
    for (;;) {
      const { sections } = this.#config;
      const lost = new Map<number, ReturnType<typeof restated>>();
      for (const [index, section] of before.entries()) {
        const now = sections[index];
        const missing = now === undefined ? [] : restated(section, now);
        if (missing.length > 0) lost.set(index, missing);
      }
      if (lost.size === 0) return;
      const names = new Set([...lost.keys()].map((index) => sections[index]?.name));
      const plan = new EditPlan();
      const touched = new Set<number>();
      for (const [index, missing] of lost) {
        const section = sections[index];
        if (
          section === undefined ||
          section.templates.some((each) => each !== section.name && names.has(each))
        )
          continue;
        touched.add(index);
        for (const { name, value } of missing)
          plan.insert(section.file, section.line, writable(variableLine(name, value, false), name));
      }
      if (touched.size === 0) throw new ConfEditError('unsafe', 'the templates go round in a circle');
      this.#commit(plan, (now) => holds(shapes(sections, false), shapes(now, false), touched));
    }
  }
}

/** Files as they are, but for those that are changed; each is read once, and each command is run once. */
function overlay(
  files: ConfFiles,
  seen: Map<string, ReturnType<ConfFiles['read']>>,
  changed: ReadonlyMap<string, Buffer>,
): ConfFiles {
  const ran = new Map<string, ReturnType<ConfFiles['run']>>();
  return {
    read(path) {
      const bytes = changed.get(path);
      if (bytes !== undefined) return { bytes, mtimeMs: 0, size: bytes.length };
      if (!seen.has(path)) seen.set(path, files.read(path));
      return seen.get(path);
    },
    kind: (path) => files.kind(path),
    list: (folder) => files.list(folder),
    run(command) {
      let result = ran.get(command);
      if (result === undefined) {
        result = files.run(command);
        ran.set(command, result);
      }
      return result;
    },
  };
}

function writable(text: string | undefined, what: string): string {
  if (text === undefined) throw new ConfEditError('unwritable', `'${what}' cannot be written into a file`);
  return text;
}

function isNamed(section: Section, name: string): boolean {
  return section.name.toLowerCase() === name.toLowerCase();
}

function ownOf(section: Section): ConfVariable[] {
  return section.variables.filter((each) => !each.inherited);
}

function fitting(name: string, match: string | undefined): (variable: ConfVariable) => boolean {
  const wanted = name.toLowerCase();
  const value = match?.toLowerCase();
  return (each) =>
    each.name.toLowerCase() === wanted && (value === undefined || each.value.toLowerCase() === value);
}

/** The variables that a delete means. What a template gives is not the section's to delete. */
function doomed(section: Section, edit: ConfEdit & { kind: 'delete' }): ConfVariable[] {
  const { name, match, line } = edit;
  const fits = name === undefined ? () => true : fitting(name, match);
  return section.variables.filter(
    (each, index) => !each.inherited && (line === undefined || index === line) && fits(each),
  );
}

/** The line behind which a section goes on: its last variable, or the include that brought it, or its own last `[name]`. */
function endOf(section: Section, own: readonly ConfVariable[]): Place {
  let end: Place = section.additions.at(-1) ?? section;
  const { file } = end;
  for (const each of own) {
    for (const place of each.via === undefined ? [each, ...(each.additions ?? [])] : [each.via])
      if (place.file === file && place.line > end.line) end = place;
  }
  return end;
}
