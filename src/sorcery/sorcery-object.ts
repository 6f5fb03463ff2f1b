import { UNSET } from './kinds.ts';
import { Draft, type ObjectType } from './object-type.ts';
import { attribute, member } from './template.ts';

/** Octets that an object takes beside its values, and a value beside its text. */
const OBJECT_WEIGHT = 120;
const VALUE_WEIGHT = 32;

/** Attributes with names of somebody's own (`@sip_password`, a variable of phoneprov) that no table can mark. */
const SECRET_NAME = /passw|secret|token|credential/i;

/** One object of a type: immutable, so that it can be shared by wizards, caches and whoever is using it. */
export class SorceryObject {
  readonly type: ObjectType;
  readonly id: string;
  readonly extended: ReadonlyMap<string, string> | undefined;
  /** What is not at its default, in the order of options: a type has a hundred of them, an object sets ten. */
  readonly #indexes: readonly number[];
  readonly #values: readonly string[];

  /** `values` are the printed values of all options. */
  constructor(
    type: ObjectType,
    id: string,
    values: readonly string[],
    extended?: ReadonlyMap<string, string>,
  ) {
    this.type = type;
    this.id = id;
    this.extended = extended === undefined || extended.size === 0 ? undefined : extended;
    const { defaults } = type;
    const indexes: number[] = [];
    const set: string[] = [];
    if (values !== defaults) {
      for (let index = 0; index < defaults.length; index++) {
        const value = values[index];
        if (value === undefined || value === defaults[index]) continue;
        indexes.push(index);
        set.push(value);
      }
    }
    this.#indexes = type.sharedIndexes(indexes);
    this.#values = set;
  }

  #at(index: number): string {
    const set = this.#indexes.indexOf(index);
    return (set < 0 ? this.type.defaults[index] : this.#values[set]) ?? '';
  }

  /** The printed values of all options: a copy. */
  get values(): string[] {
    const values = this.type.defaults.slice();
    for (let set = 0; set < this.#indexes.length; set++)
      values[this.#indexes[set] ?? 0] = this.#values[set] ?? '';
    return values;
  }

  /** The printed value of an option; empty for one that the type does not have. */
  get(name: string): string {
    const value = this.#at(this.type.indexOf(name));
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

  /**
   * Whether its row is certainly read as this very object. Printed values are read as themselves; what a row leaves
   * out, or has its own way of reading, is not promised.
   */
  get readsAsWritten(): boolean {
    if (this.extended !== undefined) return false;
    for (let set = 0; set < this.#indexes.length; set++) {
      const value = this.#values[set];
      if (value === '' || value === UNSET || this.type.options[this.#indexes[set] ?? 0]?.hidden) return false;
    }
    return true;
  }

  /** Characters that it keeps in memory, roughly. */
  get weight(): number {
    let weight = OBJECT_WEIGHT + this.id.length;
    for (const value of this.#values) weight += VALUE_WEIGHT + value.length;
    for (const [name, value] of this.extended ?? []) weight += 3 * VALUE_WEIGHT + name.length + value.length;
    return weight;
  }

  draft(): Draft {
    return new Draft(this.type, this.values, this.extended);
  }

  /** What is shown, in order: the same lines that a push answers. */
  *shown(): Iterable<readonly [name: string, value: string]> {
    for (const [index, option] of this.type.options.entries()) {
      if (option.hidden) continue;
      const value = this.#at(index);
      if (value === UNSET) continue;
      if (option.showsAsNames && value !== '') {
        for (const line of value.split('\n')) {
          const equals = line.indexOf('=');
          yield [line.slice(0, equals), line.slice(equals + 1)];
        }
      } else if (option.multi) for (const each of value.split('\n')) yield [option.name, each];
      else yield [option.name, option.shownAs?.(value) ?? value];
    }
    yield* this.#shownExtended();
  }

  *#shownExtended(): Iterable<readonly [name: string, value: string]> {
    const hidden = this.type.spec.others?.hidden === true;
    for (const each of this.extended ?? []) if (!hidden || each[0].startsWith('@')) yield each;
  }

  /** The JSON list of a push answer. Read-only users get it without the secrets. */
  reply(withSecrets = true): string {
    let tail = '';
    for (const [name, value] of this.#shownExtended())
      if (withSecrets || !SECRET_NAME.test(name)) tail += attribute(name, value);
    const template = withSecrets ? this.type.reply : this.type.openReply;
    return template.render(this.#indexes, this.#values, tail);
  }

  /** The JSON object of a stored row: every option, by name. `created` tells a first row from an updated one. */
  row(created: boolean): string {
    let tail = '';
    for (const [name, value] of this.extended ?? []) tail += member(name, value);
    const template = created ? this.type.createdRow : this.type.row;
    return template.render(this.#indexes, this.#values, tail);
  }
}
