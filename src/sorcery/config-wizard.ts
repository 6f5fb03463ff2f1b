import { ConfError, type Config, isFalse, isTrue, type Section } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';
import type { ObjectType } from './object-type.ts';
import { ReadOnlyWizard } from './read-only-wizard.ts';
import { SorceryObject } from './sorcery-object.ts';
import type { Problem } from './wizard.ts';

/** Objects of a .conf file. Read only: the file is edited and reloaded. */
export class ConfigWizard extends ReadOnlyWizard {
  readonly #type: ObjectType;
  readonly #read: (file: string) => Config | undefined;
  readonly #log: Logger;
  /** The file, as sorcery.conf names it. */
  readonly file: string;
  readonly #criteria: readonly (readonly [string, string])[];
  readonly #explicitName: string | undefined;
  readonly #singleObject: boolean;
  readonly #places = new Map<string, { readonly file: string; readonly line: number }>();

  /** `read` may throw a ConfError. @throws {Error} naming the option that is not understood */
  constructor(type: ObjectType, argument: string, read: (file: string) => Config | undefined, log: Logger) {
    super('config', argument);
    this.#type = type;
    this.#read = read;
    this.#log = log;
    const [file, ...options] = argument.split(',').map((each) => each.trim());
    if (file === undefined || file === '') throw new Error('config needs the name of a file');
    this.file = file;
    const criteria: (readonly [string, string])[] = [];
    let explicitName: string | undefined;
    let singleObject = false;
    for (const option of options) {
      const [name, value] = halves(option);
      if (name === 'criteria') {
        if (!value.includes('=')) throw new Error(`config option criteria: '${value}' is not <name>=<value>`);
        criteria.push(halves(value));
      } else if (name === 'explicit_name') explicitName = value;
      else if (name === 'single_object') {
        if (!isTrue(value) && !isFalse(value))
          throw new Error(`config option single_object: '${value}' is not yes or no`);
        singleObject = isTrue(value);
      } else if (option !== '') throw new Error(`config has no option '${name}'`);
    }
    this.#criteria = criteria;
    this.#explicitName = explicitName;
    this.#singleObject = singleObject;
    this.reload();
  }

  whereIs(id: string): { readonly file: string; readonly line: number } | undefined {
    return this.#places.get(id);
  }

  /** Reads the file again. A file that cannot be read leaves the objects as they were. */
  reload(): void {
    let sections: Section[];
    try {
      const config = this.#read(this.file);
      sections = config === undefined ? [] : config.sections.filter((section) => this.takes(section));
    } catch (error) {
      const problem = error instanceof ConfError ? error.message : String(error);
      this.keep([{ type: this.#type.name, id: '', file: this.file, line: 0, option: '', detail: problem }]);
      this.#log.error(`${problem}: objects of type ${this.#type.name} stay as they were`);
      return;
    }
    this.#places.clear();
    const objects = new Map<string, SorceryObject>();
    const problems: Problem[] = [];
    for (const section of sections) {
      const { file, line } = section;
      const id = this.#singleObject ? (this.#explicitName ?? this.#type.name) : section.name;
      this.#places.set(id, { file, line });
      const object = this.#parse(section, id, problems);
      if (object !== undefined) objects.set(id, object);
      else {
        // A changed object that is wrong keeps what it was, as a broken file does.
        const before = this.get(id);
        if (before !== undefined) objects.set(id, before);
      }
    }
    this.replace(objects.values(), problems);
    for (const each of problems)
      this.#log.error(`${each.file}:${each.line}: ${each.type} '${each.id}': ${each.detail}`);
  }

  /** The type of sections that it reads; undefined when it goes by something else. */
  get typeRead(): string | undefined {
    return this.#criteria.find(([name]) => name === 'type')?.[1];
  }

  /** Whether a section is meant to be an object of it. */
  takes(section: Section): boolean {
    if (section.isTemplate) return false;
    if (this.#explicitName !== undefined && section.name !== this.#explicitName) return false;
    return this.#criteria.every(([name, value]) => section.get(name) === value);
  }

  #parse(section: Section, id: string, problems: Problem[]): SorceryObject | undefined {
    const draft = this.#type.draft();
    for (const variable of section.variables) {
      if (variable.name === 'type' || this.#criteria.some(([name]) => name === variable.name)) continue;
      const problem = draft.apply(variable.name, variable.value);
      if (problem !== undefined) {
        const detail = problem.hint === undefined ? problem.detail : `${problem.detail}. ${problem.hint}`;
        problems.push({
          type: this.#type.name,
          id,
          file: variable.file,
          line: variable.line,
          option: variable.name,
          detail,
        });
        return undefined;
      }
    }
    const problem = this.#type.spec.finish?.(draft);
    if (problem !== undefined) {
      problems.push({
        type: this.#type.name,
        id,
        file: section.file,
        line: section.line,
        option: problem.field,
        detail: problem.hint === undefined ? problem.detail : `${problem.detail}. ${problem.hint}`,
      });
      return undefined;
    }
    return new SorceryObject(this.#type, id, draft.values, draft.extended);
  }
}

/** What stands before and behind the first `=`. */
function halves(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}
