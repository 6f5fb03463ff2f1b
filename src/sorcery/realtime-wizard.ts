import { isFalse, isTrue } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';
import {
  type Family,
  type Field,
  type FoundRow,
  type Realtime,
  StoreError,
  valuesOf,
} from '../store/index.ts';
import { ById } from './by-id.ts';
import { UNSET } from './kinds.ts';
import type { ObjectType } from './object-type.ts';
import type { Reader, RemoteWizard } from './reading.ts';
import { SorceryObject } from './sorcery-object.ts';
import type { Wizard } from './wizard.ts';

/** Objects that are remembered as last read, for those who cannot wait. */
const KNOWN_LIMIT = 200_000;
/** Rows that are asked for in one statement. */
const IDS_PER_STATEMENT = 200;
/** Rows that were refused and told, so that each is told once. */
const MAX_TOLD = 1_000;

/** Whether all objects may be asked for at once: `yes`, `no`, or not without a word in the log. */
type UnqualifiedFetch = 'yes' | 'no' | 'warn' | 'error';

/** Objects as rows of a family of extconfig.conf: the column `id`, and one column per option. */
export class RealtimeWizard implements Wizard, RemoteWizard {
  readonly name = 'realtime';
  readonly writable = true;
  readonly remote = true;
  readonly argument: string;
  readonly known = new ById<SorceryObject>();
  readonly #type: ObjectType;
  readonly #realtime: Realtime;
  readonly #reader: Reader;
  readonly #log: Logger;
  readonly #familyName: string;
  readonly #unqualified: UnqualifiedFetch;
  readonly #told = new Set<string>();

  /** @throws {Error} naming the option that is not understood, or the family that is kept nowhere */
  constructor(type: ObjectType, argument: string, realtime: Realtime, reader: Reader, log: Logger) {
    this.argument = argument;
    this.#type = type;
    this.#realtime = realtime;
    this.#reader = reader;
    this.#log = log;
    const [family = '', ...options] = argument.split(',').map((each) => each.trim());
    if (family === '') throw new Error('realtime needs a family: realtime,<family>');
    let unqualified: UnqualifiedFetch = 'yes';
    for (const option of options) {
      if (option === '') continue;
      const equals = option.indexOf('=');
      const [name, value] =
        equals < 0 ? [option, ''] : [option.slice(0, equals).trim(), option.slice(equals + 1).trim()];
      if (name !== 'allow_unqualified_fetch') throw new Error(`realtime has no option '${name}'`);
      unqualified = readUnqualified(value);
    }
    this.#familyName = family;
    this.#unqualified = unqualified;
    if (realtime.family(family) === undefined)
      throw new Error(`family '${family}' is mapped to no database in extconfig.conf`);
  }

  get #family(): Family {
    const family = this.#realtime.family(this.#familyName);
    if (family === undefined)
      throw new StoreError(`family '${this.#familyName}' is mapped to no database that can be used`);
    return family;
  }

  get(id: string): SorceryObject | undefined {
    return this.#reader.get(this, id);
  }

  all(prefix = ''): Iterable<SorceryObject> {
    return this.#reader.all(this, prefix);
  }

  async fetch(ids: readonly string[]): Promise<ReadonlyMap<string, SorceryObject>> {
    const found = new Map<string, SorceryObject>();
    const parts: Promise<void>[] = [];
    for (let from = 0; from < ids.length; from += IDS_PER_STATEMENT)
      parts.push(this.#fetchPart(ids.slice(from, from + IDS_PER_STATEMENT), found));
    await Promise.all(parts);
    return found;
  }

  async #fetchPart(ids: readonly string[], found: Map<string, SorceryObject>): Promise<void> {
    const rows = await this.#family.find('id', ids);
    for (const id of ids) {
      const row = rows.get(id);
      const object = row === undefined ? undefined : this.#read(id, row);
      if (object === undefined) this.known.drop(id);
      else {
        this.#remember(object);
        found.set(id, object);
      }
    }
  }

  async fetchAll(prefix: string): Promise<readonly SorceryObject[]> {
    if (prefix === '' && !this.#mayFetchAll()) return [];
    const found: SorceryObject[] = [];
    const ids = new Set<string>();
    for await (const row of this.#family.range('id', prefix)) {
      const id = valuesOf(row, 'id').join(';');
      const object = this.#read(id, row);
      if (object === undefined) continue;
      this.#remember(object);
      found.push(object);
      ids.add(id);
    }
    const gone = [...this.known.all(prefix)].filter((each) => !ids.has(each.id));
    for (const each of gone) this.known.drop(each.id);
    return found;
  }

  #mayFetchAll(): boolean {
    if (this.#unqualified === 'yes' || this.#unqualified === 'no') return this.#unqualified === 'yes';
    const what = `All objects of type '${this.#type.name}' were asked of family '${this.#familyName}'`;
    if (this.#unqualified === 'warn') this.#log.warning(what);
    else this.#log.error(`${what}, which allow_unqualified_fetch=error forbids`);
    return this.#unqualified === 'warn';
  }

  async create(object: SorceryObject): Promise<boolean> {
    const stored = await this.#family.insert([['id', [object.id]], ...this.#fields(object)]);
    if (stored) this.#remember(object);
    return stored;
  }

  async update(object: SorceryObject): Promise<boolean> {
    const changed = await this.#family.update([['id', object.id]], this.#fields(object));
    if (changed > 0) this.#remember(object);
    else this.known.drop(object.id);
    return changed > 0;
  }

  async delete(id: string): Promise<boolean> {
    const removed = await this.#family.remove([['id', id]]);
    this.known.drop(id);
    return removed > 0;
  }

  #remember(object: SorceryObject): void {
    if (this.known.size >= KNOWN_LIMIT && !this.known.has(object.id)) this.known.dropOldest();
    this.known.put(object);
  }

  #fields(object: SorceryObject): Field[] {
    const fields: Field[] = [];
    const { values } = object;
    for (const [index, option] of this.#type.options.entries()) {
      const value = values[index] ?? '';
      if (option.writes !== undefined || value === UNSET || (option.hidden && value === '')) continue;
      fields.push([option.name, option.multi ? value.split('\n') : [value]]);
    }
    for (const [name, value] of object.extended ?? []) fields.push([name, [value]]);
    return fields;
  }

  /** A row with a value that is not understood is no object, as in the original; it is told once why. */
  #read(id: string, row: FoundRow): SorceryObject | undefined {
    const draft = this.#type.draft();
    for (const column of Object.keys(row.columns)) {
      if (column === 'id') continue;
      const option = this.#type.options[this.#type.indexOf(column)];
      // A column that is no option of ours belongs to somebody else; attributes of users begin with @.
      if (option === undefined && !column.startsWith('@') && this.#type.spec.others?.accepts(column) !== true)
        continue;
      const values = valuesOf(row, column, option?.multi);
      for (const value of values) {
        // What stands there as it was printed needs no second look; nothing at all is no value.
        if (value === option?.default || value === '(nothing)') draft.set(option?.name ?? column, value);
        else {
          const problem = draft.apply(column, value);
          if (problem === undefined || value === '') continue;
          this.#tell(`Row '${id}' of ${this.#familyName} is no ${this.#type.name}: ${problem.detail}`);
          return undefined;
        }
      }
    }
    return new SorceryObject(this.#type, id, draft.values, draft.extended);
  }

  #tell(what: string): void {
    if (this.#told.has(what)) return;
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.add(what);
    this.#log.warning(what);
  }

  reload(): void {
    this.#told.clear();
  }

  clear(): void {
    this.known.clear();
  }
}

function readUnqualified(value: string): UnqualifiedFetch {
  if (value === 'warn' || value === 'error') return value;
  if (isTrue(value)) return 'yes';
  if (isFalse(value)) return 'no';
  throw new Error(`realtime option allow_unqualified_fetch: '${value}' is not yes, no, warn or error`);
}
