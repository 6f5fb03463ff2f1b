import { isFalse, isTrue } from '../conf/index.ts';
import type { Clock } from '../platform/index.ts';
import { MemoryWizard } from './memory-wizard.ts';
import type { ObjectType } from './object-type.ts';
import type { SorceryObject } from './sorcery-object.ts';
import type { Wizard } from './wizard.ts';

/** What a cache asks of those whose objects it keeps. */
export interface CacheBackend {
  /** @throws {StoreError} */
  find(id: string): Promise<SorceryObject | undefined>;
  /** @throws {StoreError} */
  list(): Promise<readonly SorceryObject[]>;
  /** Hears that the cache was filled with what `list` told. */
  filled(): void;
}

/** One object of a cache, as `dump` shows it. */
export interface CachedObject {
  readonly id: string;
  /** Whole seconds; 0 when it is stale, or never becomes so. */
  readonly staleIn: number;
  readonly expiresIn: number;
}

interface Age {
  /** Monotonic milliseconds. */
  since: number;
  /** Made stale by hand. */
  stale: boolean;
  updating: boolean;
}

/** The cache has no full backend cache to populate. */
export class NotFullCache extends Error {}

/**
 * A cache with limits: number of objects (the oldest goes), lifetime, and an age at which an object counts as stale: it
 * is served on while it is read again from behind the cache, so that a backend that is away costs nobody anything. With
 * `full_backend_cache` it holds all that is behind it, and answers for what is not there too.
 */
export class MemoryCacheWizard implements Wizard {
  readonly name = 'memory_cache';
  readonly writable = true;
  readonly argument: string;
  readonly cacheName: string;
  readonly maximumObjects: number;
  readonly lifetimeMaximum: number;
  readonly lifetimeStale: number;
  readonly expireOnReload: boolean;
  readonly fullBackend: boolean;
  readonly #clock: Clock;
  readonly #objects = new MemoryWizard();
  readonly #ages = new Map<string, Age>();
  /** Whether it was filled since it was last emptied, and whether that was with everything there is. */
  #filled = false;
  #whole = false;
  /** What was put or removed while it is being filled: newer than what it will be filled with. */
  #touched: Map<string, SorceryObject | undefined> | undefined;
  #refilling: Promise<void> | undefined;
  #backend: CacheBackend | undefined;

  /** @throws {Error} naming the option that is not understood */
  constructor(type: ObjectType, argument: string, clock: Clock) {
    this.argument = argument;
    this.#clock = clock;
    const options = readOptions(argument);
    this.cacheName = options.get('name') ?? `${type.spec.configClass}/${type.name}`;
    if (this.cacheName === '') throw new Error('memory_cache option name: it is empty');
    this.maximumObjects = wholeNumber(options, 'maximum_objects');
    this.lifetimeMaximum = wholeNumber(options, 'object_lifetime_maximum');
    this.lifetimeStale = wholeNumber(options, 'object_lifetime_stale');
    this.expireOnReload = yesOrNo(options, 'expire_on_reload');
    this.fullBackend = yesOrNo(options, 'full_backend_cache');
  }

  /** Says where its objects come from. */
  attach(backend: CacheBackend): void {
    this.#backend = backend;
  }

  /** Whether a miss means that there is no such object anywhere. */
  get complete(): boolean {
    return this.fullBackend && this.#whole;
  }

  /** Whether it should hold everything and was not filled yet. */
  get wantsFilling(): boolean {
    return this.fullBackend && !this.#filled;
  }

  get(id: string): SorceryObject | undefined {
    const object = this.#objects.get(id);
    const age = this.#ages.get(id);
    if (object === undefined || age === undefined) return undefined;
    const seconds = (this.#clock.monotonic() - age.since) / 1000;
    if (this.lifetimeMaximum > 0 && seconds >= this.lifetimeMaximum) {
      this.expire(id);
      return undefined;
    }
    if (age.stale || (this.lifetimeStale > 0 && seconds >= this.lifetimeStale)) this.#refresh(id, age);
    return object;
  }

  *all(prefix = ''): Iterable<SorceryObject> {
    for (const { id } of this.#objects.all(prefix)) {
      const object = this.get(id);
      if (object !== undefined) yield object;
    }
  }

  #refresh(id: string, age: Age): void {
    const backend = this.#backend;
    if (age.updating || backend === undefined) return;
    age.updating = true;
    const again = this.fullBackend ? this.#refill(backend) : this.#reread(backend, id);
    // Who is behind the cache has told the log that it is away; the object is served on, and asked for at its next use.
    again
      .catch(() => {})
      .finally(() => {
        age.updating = false;
      });
  }

  async #reread(backend: CacheBackend, id: string): Promise<void> {
    const before = this.#objects.get(id);
    const object = await backend.find(id);
    // A push in between has put what is newer.
    if (this.#objects.get(id) !== before) return;
    if (object === undefined) this.#drop(id);
    else this.#put(object);
  }

  #refill(backend: CacheBackend): Promise<void> {
    this.#touched ??= new Map();
    this.#refilling ??= backend
      .list()
      .then((objects) => {
        this.#fill(objects);
        backend.filled();
      })
      .finally(() => {
        this.#refilling = undefined;
        this.#touched = undefined;
      });
    return this.#refilling;
  }

  #fill(objects: Iterable<SorceryObject>): void {
    const touched = this.#touched ?? new Map<string, SorceryObject | undefined>();
    this.clear();
    for (const object of objects) if (!touched.has(object.id)) this.#put(object);
    for (const object of touched.values()) if (object !== undefined) this.#put(object);
    this.#filled = true;
    // With a limit on their number it does not hold them all.
    this.#whole = this.maximumObjects === 0 || this.#objects.size < this.maximumObjects;
  }

  async create(object: SorceryObject): Promise<boolean> {
    this.#touched?.set(object.id, object);
    this.#put(object);
    return true;
  }

  update(object: SorceryObject): Promise<boolean> {
    return this.create(object);
  }

  async delete(id: string): Promise<boolean> {
    this.#touched?.set(id, undefined);
    return this.#drop(id);
  }

  #put(object: SorceryObject): void {
    this.#drop(object.id);
    while (this.maximumObjects > 0 && this.#objects.size >= this.maximumObjects) {
      const oldest = this.#ages.keys().next().value;
      if (oldest === undefined) break;
      this.#whole = false;
      this.#drop(oldest);
    }
    this.#objects.put(object);
    this.#ages.set(object.id, { since: this.#clock.monotonic(), stale: false, updating: false });
    this.#dropExpired();
  }

  #drop(id: string): boolean {
    this.#ages.delete(id);
    return this.#objects.drop(id);
  }

  /** Objects nobody asks for must not stay for ever; the oldest come first. */
  #dropExpired(): void {
    if (this.lifetimeMaximum === 0) return;
    const limit = this.#clock.monotonic() - this.lifetimeMaximum * 1000;
    for (const [id, { since }] of this.#ages) {
      if (since > limit) return;
      this.expire(id);
    }
  }

  reload(): void {
    if (this.expireOnReload) this.clear();
  }

  clear(): void {
    this.#objects.clear();
    this.#ages.clear();
    this.#filled = false;
    this.#whole = false;
  }

  get size(): number {
    this.#dropExpired();
    return this.#objects.size;
  }

  *dump(): Iterable<CachedObject> {
    this.#dropExpired();
    const left = (age: Age, lifetime: number) =>
      lifetime === 0 ? 0 : Math.max(0, Math.floor(lifetime - (this.#clock.monotonic() - age.since) / 1000));
    for (const { id } of this.#objects.all()) {
      const age = this.#ages.get(id);
      if (age === undefined) continue;
      const staleIn = age.stale ? 0 : left(age, this.lifetimeStale);
      yield { id, staleIn, expiresIn: left(age, this.lifetimeMaximum) };
    }
  }

  /** Forgets one object. Returns false when it was not there. */
  expire(id: string): boolean {
    // What is gone from here may still be behind it.
    this.#filled = false;
    this.#whole = false;
    return this.#drop(id);
  }

  /** Lets one object count as stale, and reads it again at once if asked to. Returns false when it is not there. */
  markStale(id: string, reload = false): boolean {
    const age = this.#ages.get(id);
    if (age === undefined) return false;
    age.stale = true;
    if (reload) this.#refresh(id, age);
    return true;
  }

  markAllStale(): void {
    for (const age of this.#ages.values()) age.stale = true;
  }

  /** Reads everything that is behind it. Resolves with how many objects there were. @throws {NotFullCache | StoreError} */
  async populate(): Promise<number> {
    if (!this.fullBackend || this.#backend === undefined) throw new NotFullCache(this.cacheName);
    await this.#refill(this.#backend);
    return this.#objects.size;
  }
}

const OPTIONS = [
  'name',
  'maximum_objects',
  'object_lifetime_maximum',
  'object_lifetime_stale',
  'expire_on_reload',
  'full_backend_cache',
];

function readOptions(argument: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const part of argument.split(',')) {
    if (part.trim() === '') continue;
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim();
    if (!OPTIONS.includes(name))
      throw new Error(`memory_cache has no option '${name}'; known are ${OPTIONS.join(', ')}`);
    options.set(name, equals < 0 ? '' : part.slice(equals + 1).trim());
  }
  return options;
}

function wholeNumber(options: ReadonlyMap<string, string>, name: string): number {
  const value = options.get(name) ?? '0';
  if (!/^\d{1,9}$/.test(value))
    throw new Error(`memory_cache option ${name}: '${value}' is not a whole number`);
  return Number(value);
}

function yesOrNo(options: ReadonlyMap<string, string>, name: string): boolean {
  const value = options.get(name) ?? 'no';
  if (!isTrue(value) && !isFalse(value))
    throw new Error(`memory_cache option ${name}: '${value}' is not yes or no`);
  return isTrue(value);
}
