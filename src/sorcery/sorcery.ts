import { channel } from 'node:diagnostics_channel';
import { ConfError, type ConfFiles, type Config, isTrue } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';
import { type Clock, Emitter } from '../platform/index.ts';
import type { AstDb, Realtime } from '../store/index.ts';
import { BuiltinWizard } from './builtin-wizard.ts';
import type { Guard } from './guard.ts';
import {
  count,
  eachOnce,
  everywhere,
  type Held,
  type Owner,
  ownerOf,
  type Place,
  placeOf,
  type Tally,
} from './held.ts';
import { makeWizard, type WizardParts } from './make-wizard.ts';
import { type Mapping, mappingsOf, sameMapping, strayMappings } from './mappings.ts';
import { type CacheBackend, MemoryCacheWizard } from './memory-cache-wizard.ts';
import { type Draft, type FieldProblem, ObjectType, type TypeSpec } from './object-type.ts';
import { Reader } from './reading.ts';
import { danglingReferences } from './references.ts';
import { SharedFiles } from './shared-files.ts';
import { SorceryObject } from './sorcery-object.ts';
import { unreadSections } from './unread-sections.ts';
import type { Problem, Wizard } from './wizard.ts';

const changed = channel('asterism:sorcery:change');

export interface SorceryEvents {
  created: [object: SorceryObject];
  updated: [object: SorceryObject, before: SorceryObject | undefined];
  deleted: [object: SorceryObject];
  /** Objects of this type may have changed in any way: its file was read again, or its module was loaded or unloaded. */
  loaded: [type: string];
}

export interface SorceryOptions {
  readonly etcDir: string;
  readonly astdb: AstDb | undefined;
  /** Families of extconfig.conf; undefined where there are none. */
  readonly realtime?: Realtime | undefined;
  /** Where .conf files come from; default: the disk. */
  readonly files?: ConfFiles;
  /** Whether these files may run commands by #exec. */
  readonly allowExec?: boolean;
  readonly log: Logger;
  readonly clock: Clock;
  /** Whether a module is running: types of one that is not are absent. */
  readonly running: (module: string) => boolean;
}

/** One wizard of a type, and how lookups by id went: how people see which one answers. */
export interface WizardView extends Readonly<Tally> {
  readonly name: string;
  readonly argument: string;
  readonly cache: boolean;
  readonly writable: boolean;
}

/** How long the same complaint about sorcery.conf is not repeated. */
const UNREADABLE_TOLD_MS = 1_000;

/** All types with their wizards: the one place where objects are looked up, changed and watched. */
export class Sorcery {
  readonly events: Emitter<SorceryEvents>;
  /** What is tried before a pushed object is stored, by `class/type`. Whoever sets one takes it away. */
  readonly guards = new Map<string, Guard>();
  readonly #options: SorceryOptions;
  readonly #held = new Map<string, Held>();
  /** Wizards that sorcery.conf does not know of, by type. */
  readonly #added = new Map<string, Wizard[]>();
  readonly #classes = new Set<string>();
  readonly #files: SharedFiles;
  readonly #reader = new Reader();
  readonly #parts: WizardParts;
  #hasRemote = false;
  /** sorcery.conf `update_or_create_on_update_miss`. */
  #createOnMiss = false;
  #unreadable: { readonly what: string; readonly at: number } | undefined;

  constructor(options: SorceryOptions) {
    this.#options = options;
    const { etcDir, files, allowExec = false } = options;
    this.#files = new SharedFiles({ etcDir, allowExec, ...(files === undefined ? {} : { files }) });
    const { astdb, realtime, log, clock, running } = options;
    this.#parts = { read: this.#files.read, reader: this.#reader, astdb, realtime, log, clock, running };
    this.events = new Emitter<SorceryEvents>((event, error) =>
      options.log.error(
        `An observer of ${event} failed: ${error instanceof Error ? error.stack : String(error)}`,
      ),
    );
  }

  /** Registers types and maps them as sorcery.conf says now; without a mapping they are read from `defaultFile`. */
  register(specs: readonly TypeSpec[], defaultFile: string): void {
    this.#files.sharing(() => {
      const config = this.#readMappings('every type keeps its default mapping');
      for (const spec of specs) {
        this.#classes.add(spec.configClass);
        const mappings = mappingsOf(spec, defaultFile, config === 'unreadable' ? undefined : config);
        this.#hold(key(spec.configClass, spec.type), this.#open(new ObjectType(spec), defaultFile, mappings));
      }
    });
    for (const { type } of specs) this.events.emit('loaded', type);
  }

  #readMappings(consequence: string): Config | undefined | 'unreadable' {
    try {
      const config = this.#files.read('sorcery.conf');
      this.#createOnMiss = isTrue(config?.section('general')?.get('update_or_create_on_update_miss'));
      return config;
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      this.#tellUnreadable(`${error.message}: ${consequence}`);
      return 'unreadable';
    }
  }

  /** Modules read the file one after another: what is wrong with it is told once for all of them. */
  #tellUnreadable(what: string): void {
    const now = this.#options.clock.monotonic();
    if (this.#unreadable?.what === what && now - this.#unreadable.at < UNREADABLE_TOLD_MS) return;
    this.#unreadable = { what, at: now };
    this.#options.log.error(what);
  }

  #hold(name: string, held: Held): void {
    this.#held.set(name, held);
    this.#hasRemote = this.#anyRemote();
  }

  #anyRemote(): boolean {
    for (const { wizards } of this.#held.values())
      if (wizards.some((each) => each.remote === true)) return true;
    return false;
  }

  /** Forgets types, with their wizards and whatever those kept in memory. */
  unregister(specs: readonly TypeSpec[]): void {
    for (const spec of specs) {
      const held = this.#held.get(key(spec.configClass, spec.type));
      for (const each of held?.opened.values() ?? []) each.close?.();
      this.#held.delete(key(spec.configClass, spec.type));
    }
    this.#classes.clear();
    for (const held of this.#held.values()) this.#classes.add(held.type.spec.configClass);
    this.#hasRemote = this.#anyRemote();
    for (const { type } of specs) this.events.emit('loaded', type);
  }

  /** Adds a wizard behind those of sorcery.conf, for objects that a module makes itself. Whoever adds it closes it. */
  addWizard(configClass: string, type: string, wizard: Wizard): void {
    const name = key(configClass, type);
    this.#added.set(name, [...(this.#added.get(name) ?? []), wizard]);
    this.#renew(name);
  }

  removeWizard(configClass: string, type: string, wizard: Wizard): void {
    const name = key(configClass, type);
    this.#added.set(
      name,
      (this.#added.get(name) ?? []).filter((each) => each !== wizard),
    );
    this.#renew(name);
  }

  /** Types that a wizard keeps objects of at the moment. */
  usersOf(wizard: string): string[] {
    return [...this.#held.values()].flatMap(({ type, asked }) =>
      asked.filter((each) => each.name === wizard).map(() => type.name),
    );
  }

  /** Tries mappings again that could not be used: what they need may be there now. */
  async retry(): Promise<void> {
    const broken = [...this.#held].filter(([, { faults }]) => faults.length > 0);
    for (const [name] of broken) this.#renew(name);
    await this.prime((type) => broken.some(([, held]) => held.type.name === type));
  }

  #renew(name: string): void {
    const held = this.#held.get(name);
    if (held === undefined) return;
    this.#hold(name, this.#open(held.type, held.defaultFile, held.mappings, held.opened, held.faults));
    this.events.emit('loaded', held.type.name);
  }

  /**
   * Opens the wizards of a type. Those that are open already are taken over, with what they hold; faults that were `told`
   * are not repeated in the log.
   */
  #open(
    type: ObjectType,
    defaultFile: string,
    mappings: readonly Mapping[],
    before: ReadonlyMap<Mapping, Wizard> = new Map(),
    told: readonly Problem[] = [],
  ): Held {
    const opened = new Map<Mapping, Wizard>();
    const wizards: Wizard[] = [];
    const caches: Wizard[] = [];
    const asked: Wizard[] = [];
    const faults: Problem[] = [];
    for (const mapping of mappings) {
      const list = mapping.cache || mapping.wizard === 'memory_cache' ? caches : wizards;
      // The same wizard twice keeps the first, as the original does.
      if (list.some((each) => each.name === mapping.wizard)) continue;
      try {
        const known = [...before].find(([each]) => sameMapping(each, mapping))?.[1];
        const wizard = known ?? makeWizard(type, mapping, this.#parts);
        opened.set(mapping, wizard);
        list.push(wizard);
        asked.push(wizard);
      } catch (error) {
        // The original gives up the whole module; here it costs the mapping, and everybody who asks for the type is told.
        const { file, line } = mapping;
        const detail = (error as Error).message;
        faults.push({ type: type.name, id: '', file, line, option: mapping.wizard, detail });
        if (told.some((each) => each.line === line && each.detail === detail)) continue;
        this.#options.log.error(`${file}:${line}: ${type.name}: ${detail}: this mapping is not used`);
      }
    }
    const { builtin, configClass } = type.spec;
    const more = [...(this.#added.get(key(configClass, type.name)) ?? [])];
    if (builtin !== undefined) more.unshift(new BuiltinWizard(type, builtin));
    wizards.push(...more);
    asked.push(...more);
    for (const wizard of before.values()) if (![...opened.values()].includes(wizard)) wizard.close?.();
    const full = caches.find((each) => each instanceof MemoryCacheWizard && each.fullBackend);
    const held: Held = {
      type,
      defaultFile,
      mappings,
      opened,
      wizards,
      caches,
      asked,
      tallies: new Map(asked.map((each) => [each, { hits: 0, misses: 0 }])),
      faults,
      full: full as MemoryCacheWizard | undefined,
    };
    for (const cache of caches) if (cache instanceof MemoryCacheWizard) cache.attach(this.#behind(held));
    return held;
  }

  /** What caches of a type read: its wizards, without the caches. */
  #behind(held: Held): CacheBackend {
    return {
      // A cache asks in the middle of somebody's reading, who is not to wait for it.
      find: async (id) => {
        await Promise.resolve();
        return this.settle(() => ownerOf(held, id)?.object);
      },
      list: async () => {
        await Promise.resolve();
        return this.settle(() => [...eachOnce(held.wizards, '')]);
      },
      filled: () => this.events.emit('loaded', held.type.name),
    };
  }

  hasClass(configClass: string): boolean {
    return this.#classes.has(configClass);
  }

  classes(): Iterable<string> {
    return this.#classes;
  }

  /** Every type that can be used now, of one class or of all. */
  *types(configClass?: string): Iterable<ObjectType> {
    for (const { type } of this.#held.values()) {
      if (configClass !== undefined && type.spec.configClass !== configClass) continue;
      if (this.#options.running(type.spec.module)) yield type;
    }
  }

  /** Mappings of a type that could not be used, in words; undefined when all work. */
  faultsOf(configClass: string, type: string): string | undefined {
    const faults = this.#held.get(key(configClass, type))?.faults ?? [];
    if (faults.length === 0) return undefined;
    return faults.map((each) => `${each.file}:${each.line}: ${each.detail}`).join('; ');
  }

  /** Caches and wizards of a type, in the order in which they are asked. */
  wizardsOf(configClass: string, type: string): WizardView[] {
    const held = this.#held.get(key(configClass, type));
    return [...(held?.tallies ?? [])].map(([wizard, { hits, misses }]) => ({
      name: wizard.name,
      argument: wizard.argument,
      cache: held?.caches.includes(wizard) === true,
      writable: wizard.writable,
      hits,
      misses,
    }));
  }

  /** What a draft refers to and is not there; undefined when everything is. */
  missingReference(draft: Draft): FieldProblem | undefined {
    for (const { name, refersTo } of draft.type.options) {
      if (refersTo === undefined || !draft.touched.has(name)) continue;
      const id = draft.get(name);
      if (id === '' || refersTo.besides?.includes(id)) continue;
      if (this.get(refersTo.type, id, refersTo.configClass) !== undefined) continue;
      return {
        field: name,
        detail: `there is no ${refersTo.type} '${id}'`,
        hint: `'${name}' names a ${refersTo.type} of ${refersTo.configClass}: create that first.`,
      };
    }
    return undefined;
  }

  type(configClass: string, type: string): ObjectType | undefined {
    const held = this.#held.get(key(configClass, type));
    return held !== undefined && this.#options.running(held.type.spec.module) ? held.type : undefined;
  }

  /** The mappings of a type, for messages and `sorcery show`. */
  mappings(configClass: string, type: string): readonly Mapping[] {
    return this.#held.get(key(configClass, type))?.mappings ?? [];
  }

  /**
   * Runs a piece of reading, which must do nothing else, with answers from databases where there are any: see `Reader`.
   * Outside of it, `get` and `all` tell of objects in databases what was known last. Returns at once when no database
   * had to be asked. @throws {StoreError}
   */
  settle<T>(read: () => T): T | Promise<T> {
    return this.#hasRemote ? this.#reader.settle(read) : read();
  }

  /** As `get`, asking databases. @throws {StoreError} */
  async find(type: string, id: string, configClass = 'res_pjsip'): Promise<SorceryObject | undefined> {
    return this.settle(() => this.get(type, id, configClass));
  }

  /** As `all`, asking databases. @throws {StoreError} */
  async list(type: string, prefix = '', configClass = 'res_pjsip'): Promise<SorceryObject[]> {
    return this.settle(() => [...this.all(type, prefix, configClass)]);
  }

  /**
   * Asks for all objects of types that are kept in databases, so that those who cannot wait know of them. A database
   * that is away is an error in the log; what is known stays.
   */
  async prime(types: (type: string) => boolean): Promise<void> {
    const remote = [...this.#held.values()].filter(
      ({ type, wizards }) => types(type.name) && wizards.some((each) => each.remote === true),
    );
    await Promise.all(
      remote.map(async ({ type }) => {
        try {
          await this.list(type.name, '', type.spec.configClass);
          this.events.emit('loaded', type.name);
        } catch (error) {
          this.#options.log.error(
            `Objects of type '${type.name}' cannot be read: ${(error as Error).message}`,
          );
        }
      }),
    );
  }

  /** Whether any type is kept in a database. */
  get hasRemote(): boolean {
    return this.#hasRemote;
  }

  /** Whether objects of this type have to be asked for over a connection. */
  isRemote(type: string, configClass = 'res_pjsip'): boolean {
    const held = this.#held.get(key(configClass, type));
    return held?.wizards.some((each) => each.remote === true) === true && held.full === undefined;
  }

  /** One object: the first cache or wizard that has it, in the order of the file, answers, and the caches are filled. */
  get(type: string, id: string, configClass = 'res_pjsip'): SorceryObject | undefined {
    const held = this.#held.get(key(configClass, type));
    if (held === undefined) return undefined;
    const { full } = held;
    const guesses = this.#reader.guesses;
    for (const wizard of held.asked) {
      const object = wizard.get(id);
      count(held, wizard, object);
      if (object === undefined) {
        if (wizard !== full) continue;
        if (full.complete) return undefined;
        if (full.wantsFilling) this.#reader.need(full, () => full.populate());
        continue;
      }
      // What is only known from before must not look like what was just read.
      const certain = wizard.remote !== true || (guesses !== undefined && guesses === this.#reader.guesses);
      if (certain && !held.caches.includes(wizard))
        for (const cache of held.caches) void cache.create(object);
      return object;
    }
    return undefined;
  }

  /** An object of this type with nothing set, for showing what holds without one. */
  defaults(type: string, configClass = 'res_pjsip'): SorceryObject | undefined {
    const held = this.#held.get(key(configClass, type));
    return held === undefined ? undefined : new SorceryObject(held.type, type, held.type.defaults);
  }

  /** Every object, each id once, in the order of the wizards and then of ids. */
  *all(type: string, prefix = '', configClass = 'res_pjsip'): Iterable<SorceryObject> {
    const held = this.#held.get(key(configClass, type));
    if (held === undefined) return;
    const { full } = held;
    if (full?.wantsFilling) this.#reader.need(full, () => full.populate());
    yield* full?.complete ? full.all(prefix) : eachOnce(held.asked, prefix);
  }

  /**
   * Stores a new object in every writable wizard. Resolves false when none of them took it.
   * @throws {Error} the first wizard's that failed; those that took the object have given it back
   */
  async create(object: SorceryObject): Promise<boolean> {
    const held = this.#heldBy(object);
    const taken = await everywhere(
      held,
      object.id,
      (wizard) => wizard.create(object),
      (wizard) => wizard.delete(object.id),
    );
    if (!taken) return false;
    for (const cache of held.caches) void cache.create(object);
    tell('created', object);
    this.events.emit('created', object);
    return true;
  }

  /** Stores a changed object wherever it is kept. Resolves false when no wizard could. @throws {Error} as `create` */
  async update(object: SorceryObject): Promise<boolean> {
    const held = this.#heldBy(object);
    const owner = await this.#ownerFor(held, object.id);
    const before = held.caches.map((each) => each.get(object.id)).find(Boolean) ?? owner?.object;
    // A read-only wizard that answers first would hide the change for ever.
    if (owner?.wizard.writable === false) return false;
    const taken = await everywhere(
      held,
      object.id,
      async (wizard) =>
        (await wizard.update(object)) || (this.#createOnMiss && (await wizard.create(object))),
      (wizard) => before !== undefined && wizard.update(before),
    );
    if (!taken) return false;
    for (const cache of held.caches) void cache.update(object);
    tell('updated', object);
    this.events.emit('updated', object, before);
    return true;
  }

  /** Removes an object wherever it is kept. Resolves false when no wizard could. @throws {Error} as `create` */
  async delete(object: SorceryObject): Promise<boolean> {
    const held = this.#heldBy(object);
    const owner = await this.#ownerFor(held, object.id);
    const stored = owner?.object ?? object;
    if (owner?.wizard.writable === false) return false;
    const taken = await everywhere(
      held,
      object.id,
      (wizard) => wizard.delete(object.id),
      (wizard) => wizard.create(stored),
    );
    for (const cache of held.caches) void cache.delete(object.id);
    if (!taken) return false;
    tell('deleted', object);
    this.events.emit('deleted', object);
    return true;
  }

  /** Who answers for an object. With one wizard that is no question, and what it knows from before is enough to undo. */
  #ownerFor(held: Held, id: string): Owner | undefined | Promise<Owner | undefined> {
    return held.wizards.length === 1 ? ownerOf(held, id) : this.settle(() => ownerOf(held, id));
  }

  #heldBy(object: SorceryObject): Held {
    const held = this.#held.get(key(object.type.spec.configClass, object.type.name));
    if (held === undefined) throw new Error(`type ${object.type.name} is not registered`);
    return held;
  }

  /** Where the object is kept that a lookup finds, behind all caches. */
  placeOf(configClass: string, type: string, id: string): Place | undefined {
    const held = this.#held.get(key(configClass, type));
    return held === undefined ? undefined : placeOf(held, id);
  }

  /** Whether a new object of this type would have a place. */
  writable(configClass: string, type: string): boolean {
    return this.#held.get(key(configClass, type))?.wizards.some((wizard) => wizard.writable) === true;
  }

  /** Reads sorcery.conf and the files of all types (or of one class) again. A changed mapping takes effect. */
  reload(configClass?: string): void {
    this.#files.sharing(() => this.#reread(configClass));
    for (const { type } of [...this.#held.values()])
      if (configClass === undefined || type.spec.configClass === configClass)
        this.events.emit('loaded', type.name);
  }

  #reread(configClass: string | undefined): void {
    const config = this.#readMappings('the mappings stay as they were');
    for (const [name, held] of this.#held) {
      const { type, defaultFile } = held;
      if (configClass !== undefined && type.spec.configClass !== configClass) continue;
      const mappings = config === 'unreadable' ? held.mappings : mappingsOf(type.spec, defaultFile, config);
      const kept = new Set(held.opened.values());
      const now = this.#open(type, defaultFile, mappings, held.opened);
      this.#hold(name, now);
      for (const wizard of now.opened.values()) if (kept.has(wizard)) wizard.reload?.();
    }
  }

  /** Caches with limits, by the name that commands call them. */
  memoryCache(name: string): MemoryCacheWizard | undefined {
    for (const held of this.#held.values())
      for (const cache of held.caches)
        if (cache instanceof MemoryCacheWizard && cache.cacheName === name) return cache;
    return undefined;
  }

  get memoryCaches(): MemoryCacheWizard[] {
    return [...this.#held.values()].flatMap(({ caches }) =>
      caches.filter((each) => each instanceof MemoryCacheWizard),
    );
  }

  /** Objects that could not be loaded, and mappings that could not be used. */
  problems(): Problem[] {
    const found: Problem[] = [...this.strays()];
    for (const held of this.#held.values()) {
      found.push(...held.faults);
      for (const wizard of held.wizards) found.push(...(wizard.problems ?? []));
    }
    return found;
  }

  /** Objects that name others which are nowhere, wherever they are kept. Asks databases. @throws {StoreError} */
  danglingReferences(): Promise<Problem[]> {
    const get = (type: string, id: string, configClass: string) => this.get(type, id, configClass);
    const usable = [...this.#held.values()].filter((held) => this.#options.running(held.type.spec.module));
    return danglingReferences(usable, get, (read) => this.settle(read));
  }

  /** What stands in a file and is nothing: lines of sorcery.conf for types that are not there, sections that nobody reads. */
  strays(): Problem[] {
    const types = [...this.#held.values()];
    return this.#files.sharing(() => {
      const unread = unreadSections(types, this.#files.read);
      try {
        const specs = types.map((held) => held.type.spec);
        return [...strayMappings(this.#files.read('sorcery.conf'), specs), ...unread];
      } catch (error) {
        if (!(error instanceof ConfError)) throw error;
        const { file, line, detail } = error;
        return [{ type: '', id: '', file, line, option: '', detail }, ...unread];
      }
    });
  }

  close(): void {
    for (const held of this.#held.values()) for (const wizard of held.opened.values()) wizard.close?.();
    this.events.removeAll();
  }
}

function key(configClass: string, type: string): string {
  return `${configClass}/${type}`;
}

function tell(change: string, { type, id }: SorceryObject): void {
  if (!changed.hasSubscribers) return;
  changed.publish({ change, configClass: type.spec.configClass, type: type.name, id });
}
