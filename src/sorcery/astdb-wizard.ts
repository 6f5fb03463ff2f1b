import type { Logger } from '../log/index.ts';
import { type AstDb, MadeRow, type RowReader } from '../store/index.ts';
import type { ObjectType } from './object-type.ts';
import { SorceryObject } from './sorcery-object.ts';
import type { Wizard } from './wizard.ts';

/** Objects as JSON rows of AstDB: key `/<prefix>/<type>/<id>`. Reads go to the file, so that other writers are seen. */
export class AstDbWizard implements Wizard {
  readonly name = 'astdb';
  readonly writable = true;
  readonly argument: string;
  readonly #type: ObjectType;
  readonly #db: AstDb;
  readonly #log: Logger;
  readonly #prefix: string;
  /** Makes objects of rows, which the database keeps in their place; a row that makes none is undefined. */
  readonly #reader: RowReader<SorceryObject | undefined>;

  /** @throws {Error} when there is no prefix */
  constructor(type: ObjectType, argument: string, db: AstDb, log: Logger) {
    if (argument === '') throw new Error('astdb needs a prefix: astdb,<family>');
    this.argument = argument;
    this.#type = type;
    this.#db = db;
    this.#log = log;
    this.#prefix = `/${argument}/${type.name}/`;
    this.#reader = {
      read: (key, row) => this.#read(key.slice(this.#prefix.length), row),
      weigh: (object) => object?.weight ?? 0,
    };
  }

  get(id: string): SorceryObject | undefined {
    return this.#db.made(this.#prefix + id, this.#reader);
  }

  *all(prefix = ''): Iterable<SorceryObject> {
    for (const object of this.#db.madeRange(this.#prefix + prefix, this.#reader))
      if (object !== undefined) yield object;
  }

  async create(object: SorceryObject): Promise<boolean> {
    if (this.#db.has(this.#prefix + object.id)) return false;
    await this.#store(object, object.row(true));
    return true;
  }

  async update(object: SorceryObject): Promise<boolean> {
    if (!this.#db.has(this.#prefix + object.id)) return false;
    await this.#store(object, object.row(false));
    return true;
  }

  /** What was just written is read next: by whoever is told of the change, and by the phone that was waiting for it. */
  #store(object: SorceryObject, row: string): Promise<void> {
    const made = object.readsAsWritten ? new MadeRow(this.#reader, object) : undefined;
    return this.#db.put(this.#prefix + object.id, row, made);
  }

  async delete(id: string): Promise<boolean> {
    const key = this.#prefix + id;
    if (!this.#db.has(key)) return false;
    await this.#db.delete(key);
    return true;
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
