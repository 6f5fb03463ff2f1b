import { isFalse, isTrue } from '../conf/index.ts';
import type { Clock } from '../platform/index.ts';
import { ById } from './by-id.ts';
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

/** An object with its age. */
interface Kept {
  readonly id: string;
  readonly object: SorceryObject;
  /** Monotonic milliseconds. */
  readonly since: number;
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
  /** The oldest first: whatever is put again is put behind. */
  readonly #kept = new ById<Kept>();
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
    const kept = this.#kept.get(id);
    return kept === undefined ? undefined : this.#current(kept);
  }

  /** The object, if it may still be told. */
  #current(kept: Kept): SorceryObject | undefined {
    if (this.lifetimeMaximum > 0 && this.#age(kept) >= this.lifetimeMaximum) {
      this.expire(kept.id);
      return undefined;
    }
    if (kept.stale || (this.lifetimeStale > 0 && this.#age(kept) >= this.lifetimeStale)) this.#refresh(kept);
    return kept.object;
  }

  /** In seconds. */
  #age({ since }: Kept): number {
    return (this.#clock.monotonic() - since) / 1000;
  }

  *all(prefix = ''): Iterable<SorceryObject> {
    for (const kept of this.#kept.all(prefix)) {
      const object = this.#current(kept);
      if (object !== undefined) yield object;
    }
  }

  #refresh(kept: Kept): void {
    const backend = this.#backend;
    if (kept.updating || backend === undefined) return;
    kept.updating = true;
    const again = this.fullBackend ? this.#refill(backend) : this.#reread(backend, kept);
    // Who is behind the cache has told the log that it is away; the object is served on, and asked for at its next use.
    again
      .catch(() => {})
      .finally(() => {
        kept.updating = false;
      });
  }

  async #reread(backend: CacheBackend, before: Kept): Promise<void> {
    const object = await backend.find(before.id);
    // A push in between has put what is newer.
    if (this.#kept.get(before.id) !== before) return;
    if (object === undefined) this.#kept.drop(before.id);
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
    this.#whole = this.maximumObjects === 0 || this.#kept.size < this.maximumObjects;
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
    return this.#kept.drop(id);
  }

  #put(object: SorceryObject): void {
    const { id } = object;
    this.#kept.drop(id);
    while (this.maximumObjects > 0 && this.#kept.size >= this.maximumObjects) {
      this.#whole = false;
      this.#kept.dropOldest();
    }
    this.#kept.put({ id, object, since: this.#clock.monotonic(), stale: false, updating: false });
    this.#dropExpired();
  }

  /** Objects nobody asks for must not stay for ever. */
  #dropExpired(): void {
    if (this.lifetimeMaximum === 0) return;
    for (const kept of this.#kept.oldestFirst()) {
      if (this.#age(kept) < this.lifetimeMaximum) return;
      this.expire(kept.id);
    }
  }

  reload(): void {
    if (this.expireOnReload) this.clear();
  }

  clear(): void {
    this.#kept.clear();
    this.#filled = false;
    this.#whole = false;
  }

  get size(): number {
    this.#dropExpired();
    return this.#kept.size;
  }

  *dump(): Iterable<CachedObject> {
    this.#dropExpired();
    for (const kept of this.#kept.all()) {
      const left = (lifetime: number) =>
        lifetime === 0 ? 0 : Math.max(0, Math.floor(lifetime - this.#age(kept)));
      const staleIn = kept.stale ? 0 : left(this.lifetimeStale);
      yield { id: kept.id, staleIn, expiresIn: left(this.lifetimeMaximum) };
    }
  }

  /** Forgets one object. Returns false when it was not there. */
  expire(id: string): boolean {
    // What is gone from here may still be behind it.
    this.#filled = false;
    this.#whole = false;
    return this.#kept.drop(id);
  }

  /** Lets one object count as stale, and reads it again at once if asked to. Returns false when it is not there. */
  markStale(id: string, reload = false): boolean {
    const kept = this.#kept.get(id);
    if (kept === undefined) return false;
    kept.stale = true;
    if (reload) this.#refresh(kept);
    return true;
  }

  markAllStale(): void {
    for (const kept of this.#kept.oldestFirst()) kept.stale = true;
  }

  /** Reads everything that is behind it. Resolves with how many objects there were. @throws {NotFullCache | StoreError} */
  async populate(): Promise<number> {
    if (!this.fullBackend || this.#backend === undefined) throw new NotFullCache(this.cacheName);
    await this.#refill(this.#backend);
    return this.#kept.size;
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
