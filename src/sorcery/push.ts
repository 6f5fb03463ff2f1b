import { AsterismError } from '../errors/index.ts';
import { StoreError } from '../store/index.ts';
import type { Trial } from './guard.ts';
import { placeText, wizardName } from './held.ts';
import { type FieldProblem, nearest, type ObjectType } from './object-type.ts';
import type { Sorcery } from './sorcery.ts';
import { SorceryObject } from './sorcery-object.ts';

/** What a push request answers when it is not refused. */
export interface PushAnswer {
  readonly status: 200 | 204;
  /** JSON text, empty with 204. */
  readonly body: string;
}

/** Upper bound on the fields of one push; the largest type has about 150. */
const MAX_FIELDS = 2_000;

/** `/asterisk/config/dynamic`: objects of any registered type, by class, type and id. */
export class Push {
  readonly #sorcery: Sorcery;
  /** Changes of one object wait for each other, so that two requests never merge onto the same old state. */
  readonly #busy = new Map<string, Promise<unknown>>();

  constructor(sorcery: Sorcery) {
    this.#sorcery = sorcery;
  }

  /** The object as it is; secrets only for those who may change them. @throws {AsterismError} */
  async get(configClass: string, type: string, id: string, withSecrets = true): Promise<PushAnswer> {
    const { name } = this.#type(configClass, type);
    const found = await this.#found(name, id, configClass).catch(unreadable);
    if (found === undefined) throw this.#notFound(configClass, type, id);
    return { status: 200, body: found.reply(withSecrets) };
  }

  /** Creates or merges. Resolves when the object is stored. @throws {AsterismError} */
  put(configClass: string, typeName: string, id: string, fields: unknown): Promise<PushAnswer> {
    const type = this.#type(configClass, typeName);
    return this.#inTurn(`${configClass}/${typeName}/${id}`, () => this.#put(type, id, fields));
  }

  async #put(type: ObjectType, id: string, fields: unknown): Promise<PushAnswer> {
    const { configClass } = type.spec;
    const before = await this.#found(type.name, id, configClass);
    const verb = before === undefined ? 'Creation' : 'Update';
    if (before !== undefined && !Array.isArray(fields))
      throw new AsterismError('PUSH_NO_FIELDS', { args: { id } });
    const draft = (before ?? type).draft();
    for (const [name, value] of readFields(fields, verb, id)) {
      const problem = draft.apply(name, value);
      if (problem !== undefined) throw refused(verb, id, problem);
    }
    const problem =
      type.spec.finish?.(draft) ?? (await this.#sorcery.settle(() => this.#sorcery.missingReference(draft)));
    if (problem !== undefined) throw refused(verb, id, problem);
    const object = new SorceryObject(type, id, draft.values, draft.extended);
    const trial = await this.#try(object);
    if (trial !== undefined && 'detail' in trial) throw refused(verb, id, trial);
    let stored = false;
    try {
      stored = await (before === undefined ? this.#sorcery.create(object) : this.#sorcery.update(object));
    } finally {
      await trial?.end(stored);
    }
    if (!stored)
      throw await this.#forbidden(
        before === undefined ? 'PUSH_CREATE_REFUSED' : 'PUSH_UPDATE_REFUSED',
        type,
        id,
      );
    return { status: 200, body: object.reply() };
  }

  /** Tries what must be had outside before the object is stored, where a wizard would take it at all. */
  async #try(object: SorceryObject): Promise<FieldProblem | Trial | undefined> {
    const { configClass, type } = object.type.spec;
    const guard = this.#sorcery.guards.get(`${configClass}/${type}`);
    return guard !== undefined && this.#sorcery.writable(configClass, type) ? guard(object) : undefined;
  }

  /** @throws {AsterismError} */
  delete(configClass: string, typeName: string, id: string): Promise<PushAnswer> {
    const type = this.#type(configClass, typeName);
    return this.#inTurn(`${configClass}/${typeName}/${id}`, async () => {
      const found = await this.#found(type.name, id, configClass);
      if (found === undefined) throw this.#notFound(configClass, typeName, id);
      if (!(await this.#sorcery.delete(found))) throw await this.#forbidden('PUSH_DELETE_REFUSED', type, id);
      return { status: 204, body: '' };
    });
  }

  async #found(type: string, id: string, configClass: string): Promise<SorceryObject | undefined> {
    return this.#sorcery.settle(() => this.#sorcery.get(type, id, configClass));
  }

  async #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#busy.get(name);
    const run = before === undefined ? work() : before.then(work, work);
    this.#busy.set(name, run);
    try {
      return await run;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      throw new AsterismError('STORE_UNAVAILABLE', { detail: error.message, cause: error });
    } finally {
      if (this.#busy.get(name) === run) this.#busy.delete(name);
    }
  }

  #type(configClass: string, name: string): ObjectType {
    if (!this.#sorcery.hasClass(configClass)) {
      const classes = [...this.#sorcery.classes()];
      throw new AsterismError('CLASS_NOT_FOUND', {
        args: { class: configClass },
        field: 'configClass',
        hint: meant(configClass, classes),
      });
    }
    const type = this.#sorcery.type(configClass, name);
    if (type !== undefined) return type;
    const types = [...this.#sorcery.types(configClass)].map((each) => each.name);
    throw new AsterismError('TYPE_NOT_FOUND', {
      args: { type: name },
      field: 'objectType',
      hint: meant(name, types),
    });
  }

  /** An object that is not there; when a mapping of its type does not work, that may be why. */
  #notFound(configClass: string, type: string, id: string): AsterismError {
    const faults = this.#sorcery.faultsOf(configClass, type);
    return new AsterismError('OBJECT_NOT_FOUND', {
      args: { id },
      ...(faults === undefined ? {} : { detail: `A mapping of '${type}' does not work: ${faults}` }),
    });
  }

  /** A refusal by the wizards: it names them, and the line of sorcery.conf or the file that would change its mind. */
  async #forbidden(
    code: 'PUSH_CREATE_REFUSED' | 'PUSH_UPDATE_REFUSED' | 'PUSH_DELETE_REFUSED',
    type: ObjectType,
    id: string,
  ): Promise<AsterismError> {
    const { configClass, section, family } = type.spec;
    const args = { type: type.name, id };
    const faults = this.#sorcery.faultsOf(configClass, type.name);
    const mappings = this.#sorcery.mappings(configClass, type.name).filter((each) => !each.cache);
    const wizards = mappings.map((each) => wizardName(each.wizard, each.argument));
    const place = await this.#sorcery.settle(() => this.#sorcery.placeOf(configClass, type.name, id));
    if (place?.writable === false && this.#sorcery.writable(configClass, type.name)) {
      return new AsterismError(code, {
        args,
        detail: `'${id}' is in ${placeText(place)}, which is only read, and which comes before what could be written`,
        hint: 'Change it there and reload, or take it out there and push it then.',
      });
    }
    const kept = `'${type.name}' is kept by ${wizards.join(' and ')}, which cannot write it`;
    const line = `${type.name}=astdb,${family ?? `ps_${type.name}s`}`;
    // A mapping takes the place of the default one: what is in the file would be gone.
    const before = mappings.filter((each) => each.line === 0 && each.wizard === 'config');
    const keeping = before.map((each) => `${type.name}=${wizardName(each.wizard, each.argument)}`).join(', ');
    return new AsterismError(code, {
      args,
      detail: faults === undefined ? kept : `A mapping of '${type.name}' does not work: ${faults}`,
      hint:
        `In sorcery.conf, section [${section}], map it to a wizard that can: ${line}` +
        (keeping === '' ? '' : ` (below ${keeping}, for what is in the file to stay)`),
    });
  }
}

function unreadable(error: unknown): never {
  if (error instanceof StoreError)
    throw new AsterismError('STORE_UNREADABLE', { detail: error.message, cause: error });
  throw error;
}

/** What somebody may have meant by a name, or else every name there is. */
function meant(name: string, known: readonly string[]): string {
  const best = nearest(name, known);
  return best === undefined ? `Known are ${known.join(', ')}.` : `Did you mean '${best}'?`;
}

function refused(verb: 'Creation' | 'Update', id: string, problem: FieldProblem): AsterismError {
  return new AsterismError('PUSH_FIELD_REFUSED', {
    args: { verb, id },
    field: problem.field,
    detail: problem.detail,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  });
}

/** The list of `{attribute, value}`; anything else in it is refused by name. */
function readFields(fields: unknown, verb: 'Creation' | 'Update', id: string): (readonly [string, string])[] {
  // A body without a usable list is taken for an empty one, which is what the original makes of it.
  if (!Array.isArray(fields)) return [];
  const wrong = (index: number, detail: string) => refused(verb, id, { field: `fields[${index}]`, detail });
  if (fields.length > MAX_FIELDS) throw wrong(MAX_FIELDS, `more than ${MAX_FIELDS} fields`);
  return fields.map((each: unknown, index) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) {
      throw wrong(index, 'a field is an object with the strings "attribute" and "value"');
    }
    const { attribute, value } = each as { attribute?: unknown; value?: unknown };
    if (typeof attribute !== 'string') throw wrong(index, '"attribute" must be a string');
    if (typeof value !== 'string') throw wrong(index, `"value" of '${attribute}' must be a string`);
    return [attribute, value] as const;
  });
}
