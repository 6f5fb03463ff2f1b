import { isTrue } from '../conf/index.ts';
import type { Clock } from '../platform/index.ts';
import type { ObjectType, SorceryObject } from './object-type.ts';
import type { Wizard } from './wizard.ts';

interface Entry {
  object: SorceryObject;
  readonly since: number;
}

/** A cache with limits: number of objects (the oldest goes), lifetime, and age at which an object counts as stale. */
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
  readonly #entries = new Map<string, Entry>();

  /** @throws {Error} naming the option that is not understood */
  constructor(type: ObjectType, argument: string, clock: Clock) {
    this.argument = argument;
    this.#clock = clock;
    const options = new Map<string, string>();
    for (const part of argument.split(',')) {
      if (part.trim() === '') continue;
      const equals = part.indexOf('=');
      options.set(
        (equals < 0 ? part : part.slice(0, equals)).trim(),
        equals < 0 ? '' : part.slice(equals + 1).trim(),
      );
    }
    const take = (name: string): string | undefined => {
      const value = options.get(name);
      options.delete(name);
      return value;
    };
    const number = (name: string): number => {
      const value = take(name);
      if (value === undefined) return 0;
      if (!/^\d+$/.test(value))
        throw new Error(`memory_cache option ${name}: '${value}' is not a whole number`);
      return Number(value);
    };
    this.cacheName = take('name') ?? `${type.spec.configClass}/${type.name}`;
    this.maximumObjects = number('maximum_objects');
    this.lifetimeMaximum = number('object_lifetime_maximum');
    this.lifetimeStale = number('object_lifetime_stale');
    this.expireOnReload = isTrue(take('expire_on_reload'));
    this.fullBackend = isTrue(take('full_backend_cache'));
    const unknown = [...options.keys()][0];
    if (unknown !== undefined) throw new Error(`memory_cache has no option '${unknown}'`);
  }

  get(id: string): SorceryObject | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const age = (this.#clock.monotonic() - entry.since) / 1000;
    // A stale object is read again from behind the cache; the others go on being served from here.
    if (
      (this.lifetimeMaximum > 0 && age >= this.lifetimeMaximum) ||
      (this.lifetimeStale > 0 && age >= this.lifetimeStale)
    ) {
      this.#entries.delete(id);
      return undefined;
    }
    return entry.object;
  }

  *all(): Iterable<SorceryObject> {
    for (const id of [...this.#entries.keys()].sort()) {
      const object = this.get(id);
      if (object !== undefined) yield object;
    }
  }

  async create(object: SorceryObject): Promise<boolean> {
    this.#entries.delete(object.id);
    if (this.maximumObjects > 0 && this.#entries.size >= this.maximumObjects) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(object.id, { object, since: this.#clock.monotonic() });
    return true;
  }

  update(object: SorceryObject): Promise<boolean> {
    return this.create(object);
  }

  async delete(id: string): Promise<boolean> {
    return this.#entries.delete(id);
  }

  reload(): void {
    if (this.expireOnReload) this.#entries.clear();
  }

  clear(): void {
    this.#entries.clear();
  }
}
