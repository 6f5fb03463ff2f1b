import type { Logger } from '../log/index.ts';
import type { AstDb } from '../store/index.ts';
import type { ObjectType } from './object-type.ts';
import { SorceryObject } from './sorcery-object.ts';
import type { Wizard } from './wizard.ts';

/**
 * Characters of rows that are kept together with what was read from them; a row of an endpoint has about 3 500. As many as the
 * store keeps rows: the texts are the same ones in memory.
 */
const PARSED_LIMIT = 32 * 1024 * 1024;

/** Objects as JSON rows of AstDB: key `/<prefix>/<type>/<id>`. Reads go to the file, so that other writers are seen. */
export class AstDbWizard implements Wizard {
  readonly name = 'astdb';
  readonly writable = true;
  readonly argument: string;
  readonly #type: ObjectType;
  readonly #db: AstDb;
  readonly #log: Logger;
  readonly #prefix: string;
  /** Objects whose rows were read lately, by id; a row that has changed in the file is read anew. */
  readonly #parsed = new Map<string, { row: string; object: SorceryObject | undefined }>();
  #parsedLength = 0;

  /** @throws {Error} when there is no prefix */
  constructor(type: ObjectType, argument: string, db: AstDb, log: Logger) {
    if (argument === '') throw new Error('astdb needs a prefix: astdb,<family>');
    this.argument = argument;
    this.#type = type;
    this.#db = db;
    this.#log = log;
    this.#prefix = `/${argument}/${type.name}/`;
  }

  get(id: string): SorceryObject | undefined {
    const row = this.#db.get(this.#prefix + id);
    if (row === undefined) return undefined;
    const known = this.#parsed.get(id);
    if (known?.row === row) return known.object;
    const object = this.#read(id, row);
    this.#remember(id, row, object);
    return object;
  }

  *all(prefix = ''): Iterable<SorceryObject> {
    for (const [key, row] of this.#db.range(this.#prefix + prefix)) {
      const id = key.slice(this.#prefix.length);
      const known = this.#parsed.get(id);
      // A list is read once: it is no reason to forget what calls are looking up.
      const object = known?.row === row ? known.object : this.#read(id, row);
      if (object !== undefined) yield object;
    }
  }

  async create(object: SorceryObject): Promise<boolean> {
    const key = this.#prefix + object.id;
    if (this.#db.get(key) !== undefined) return false;
    await this.#store(object, object.row(true));
    return true;
  }

  async update(object: SorceryObject): Promise<boolean> {
    const key = this.#prefix + object.id;
    if (this.#db.get(key) === undefined) return false;
    await this.#store(object, object.row(false));
    return true;
  }

  /** What was just written is read next: by whoever is told of the change, and by the phone that was waiting for it. */
  async #store(object: SorceryObject, row: string): Promise<void> {
    await this.#db.put(this.#prefix + object.id, row);
    if (object.readsAsWritten) this.#remember(object.id, row, object);
  }

  async delete(id: string): Promise<boolean> {
    const key = this.#prefix + id;
    if (this.#db.get(key) === undefined) return false;
    this.#forget(id);
    await this.#db.delete(key);
    return true;
  }

  #remember(id: string, row: string, object: SorceryObject | undefined): void {
    this.#forget(id);
    this.#parsed.set(id, { row, object });
    this.#parsedLength += row.length;
    while (this.#parsedLength > PARSED_LIMIT) {
      const oldest = this.#parsed.keys().next().value;
      if (oldest === undefined) return;
      this.#forget(oldest);
    }
  }

  #forget(id: string): void {
    this.#parsedLength -= this.#parsed.get(id)?.row.length ?? 0;
    this.#parsed.delete(id);
  }

  /** A row that is no JSON object is no object at all; an attribute that is not understood costs itself alone. */
  #read(id: string, row: string): SorceryObject | undefined {
    const fields = this.#type.row.differences(row) ?? membersOf(row);
    if (fields === undefined) {
      this.#log.warning(`AstDB row ${this.#prefix}${id} is no JSON object`);
      return undefined;
    }
    const draft = this.#type.draft();
    for (const [name, value] of fields) {
      if (typeof value !== 'string') continue;
      const index = this.#type.indexOf(name);
      const option = this.#type.options[index];
      // A row holds printed forms: what was printed by us needs no second check of what it may be.
      if (option?.multi) draft.values[index] = '';
      if (option?.multi && (value.includes('\n') || option.showsAsNames)) draft.values[index] = value;
      else if (option !== undefined && (value === option.default || value === '(nothing)'))
        draft.values[index] = value;
      else {
        const problem = draft.apply(name, value);
        if (problem !== undefined) this.#log.warning(`AstDB row ${this.#prefix}${id}: ${problem.detail}`);
      }
    }
    return new SorceryObject(this.#type, id, draft.values, draft.extended);
  }
}

/** What is in a row that somebody else wrote, or that has more in it than options; undefined when it is no JSON object. */
function membersOf(row: string): [name: string, value: unknown][] | undefined {
  try {
    const fields: unknown = JSON.parse(row);
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined;
    return Object.entries(fields);
  } catch {
    return undefined;
  }
}
