import type { Config } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';
import { Emitter } from '../platform/index.ts';
import {
  type LoadResult,
  type ModuleDefinition,
  type ModuleStatus,
  moduleName,
  type ReloadResult,
  type UnloadResult,
} from './definition.ts';
import { readModulesConfig } from './modules-config.ts';

/** What happens to modules, told when it is done. */
export interface ModuleEvents {
  /** Names as lists have them, with `.so`. */
  loaded: [name: string];
  unloaded: [name: string];
  /** One was asked to read its files again, by the name that was asked for. */
  reloaded: [name: string, result: ReloadResult['result']];
}

/** The module that everything belongs to which is always there. */
const CORE = 'core';
/** Users that a refusal names. */
const MAX_NAMED = 5;

interface Entry {
  readonly definition: ModuleDefinition;
  /** Why it does not run; undefined while it does. */
  reason: string | undefined;
}

/** Which modules there are, and which of them run. Loads, unloads and reloads one at a time. */
export class ModuleTable {
  readonly events: Emitter<ModuleEvents>;
  readonly #log: Logger;
  readonly #definitions = new Map<string, ModuleDefinition>();
  /** Those that run or were declined, in the order of loading. */
  readonly #entries = new Map<string, Entry>();
  #noload: ReadonlySet<string> = new Set();
  #queue: Promise<unknown> = Promise.resolve();

  /** @throws {Error} when a name is defined twice */
  constructor(definitions: readonly ModuleDefinition[], log: Logger) {
    this.#log = log;
    this.events = new Emitter<ModuleEvents>((event, error) =>
      log.error(`A listener to ${event} modules failed: ${String(error)}`),
    );
    for (const each of definitions) {
      if (this.#definitions.has(each.name)) throw new Error(`Module ${each.name} is defined twice`);
      this.#definitions.set(each.name, each);
    }
  }

  /**
   * Loads what modules.conf asks for, what the rest requires first; without the file, everything.
   * @throws {Error} when a module that is `require`d does not run
   */
  start(file: Config | undefined): Promise<void> {
    const config = readModulesConfig(file);
    return this.#inTurn(async () => {
      for (const warning of config.warnings) this.#log.warning(warning);
      this.#noload = config.noload;
      const listed = [...config.preload, ...config.load];
      for (const name of listed) {
        // Files of the original name modules that do not exist here; that is worth a word, not a failure.
        if (!this.#definitions.has(name)) this.#log.notice(`Module ${name}: there is none of this name here`);
      }
      const others = [...this.#definitions.values()].filter(
        (each) => each.builtin === true || config.autoload,
      );
      const names = [...listed, ...others.map((each) => each.name)];
      for (const name of this.#inOrder(names.filter((each) => !config.noload.has(each))))
        await this.#load(name, []);
      for (const name of config.require) {
        if (this.running(name)) continue;
        const reason = this.#entries.get(name)?.reason ?? this.#absence(name);
        throw new Error(`Required module ${name} does not run: ${reason}`);
      }
    });
  }

  /** Whether a module runs, its name without `.so`; 'core' always does. The gate that every door asks. */
  readonly running = (name: string): boolean => {
    if (name === CORE) return true;
    const entry = this.#entries.get(name);
    return entry !== undefined && entry.reason === undefined;
  };

  /** Loads a module with all that it requires; the name is exact but for `.so`. */
  load(name: string): Promise<LoadResult> {
    const wanted = moduleName(name);
    return this.#inTurn(async (): Promise<LoadResult> => {
      const definition = this.#definitions.get(wanted);
      if (definition === undefined) {
        this.#log.error(`Module ${name}: there is none of this name here`);
        return { result: 'not-found' };
      }
      if (this.running(wanted)) {
        this.#log.warning(`Module ${name} is loaded already`);
        return { result: 'already-loaded' };
      }
      const reason = await this.#load(wanted, []);
      return reason === undefined ? { result: 'loaded' } : { result: 'declined', reason };
    });
  }

  /** Unloads a module that no other one requires; its name in any case. */
  unload(name: string): Promise<UnloadResult> {
    return this.#inTurn(() => this.#unload(name));
  }

  /** Unloads and loads; `recursively` with the modules that require it. */
  refresh(name: string, recursively = false): Promise<LoadResult | UnloadResult> {
    return this.#inTurn(async (): Promise<LoadResult | UnloadResult> => {
      const entry = this.#find(name);
      if (entry === undefined) return this.#unload(name);
      const names = [...(recursively ? this.#dependents(entry.definition.name) : []), entry.definition.name];
      const gone: string[] = [];
      let outcome: LoadResult | UnloadResult = { result: 'loaded' };
      for (const each of names) {
        const result = await this.#unload(each);
        if (result.result !== 'unloaded') {
          outcome = result;
          break;
        }
        gone.push(each);
      }
      for (const each of gone.reverse()) {
        const reason = await this.#load(each, []);
        if (reason !== undefined && outcome.result === 'loaded') outcome = { result: 'declined', reason };
      }
      return outcome;
    });
  }

  /** Lets a module read its configuration again; its name in any case. */
  reload(name: string): Promise<ReloadResult> {
    return this.#inTurn(async () => {
      const outcome = await this.#reload(this.#find(name));
      this.events.emit('reloaded', name, outcome.result);
      return outcome;
    });
  }

  /** Lets every running module that can read its configuration again. */
  reloadAll(): Promise<void> {
    return this.#inTurn(async () => {
      for (const entry of [...this.#entries.values()]) {
        if (entry.reason === undefined && entry.definition.reload !== undefined) await this.#reload(entry);
      }
    });
  }

  /** A module that runs or was declined, its name in any case, with or without `.so`. */
  find(name: string): ModuleStatus | undefined {
    const entry = this.#find(name);
    return entry === undefined ? undefined : this.#status(entry);
  }

  /** Those that run or were declined, by name; `like` is looked for anywhere in the name, in any case. */
  list(like = ''): ModuleStatus[] {
    const wanted = like.toLowerCase();
    return [...this.#entries.values()]
      .map((each) => this.#status(each))
      .filter((each) => each.name.toLowerCase().includes(wanted))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Names of modules that could be loaded now, for completion. */
  loadable(): string[] {
    return [...this.#definitions.values()]
      .filter((each) => each.builtin !== true && !this.running(each.name))
      .map((each) => fileName(each))
      .sort();
  }

  /** Unloads everything, what was loaded last first. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      for (const entry of [...this.#entries.values()].reverse()) await this.#stop(entry);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #find(name: string): Entry | undefined {
    const wanted = moduleName(name);
    const exact = this.#entries.get(wanted);
    if (exact !== undefined) return exact;
    const lower = wanted.toLowerCase();
    return [...this.#entries.values()].find((each) => each.definition.name.toLowerCase() === lower);
  }

  #status({ definition, reason }: Entry): ModuleStatus {
    return {
      name: fileName(definition),
      description: definition.description,
      supportLevel: definition.supportLevel ?? 'core',
      running: reason === undefined,
      useCount: reason === undefined ? this.#usersOf(definition).length : 0,
      reloadable: definition.reload !== undefined,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  #directDependents(name: string): string[] {
    return [...this.#entries.values()]
      .filter((each) => each.reason === undefined && each.definition.requires?.includes(name) === true)
      .map((each) => each.definition.name);
  }

  #usersOf(definition: ModuleDefinition): string[] {
    return [...this.#directDependents(definition.name), ...(definition.users?.() ?? [])];
  }

  /** All that requires it, directly or not, the outermost first. */
  #dependents(name: string, found: string[] = []): string[] {
    for (const each of this.#directDependents(name)) {
      if (found.includes(each)) continue;
      this.#dependents(each, found);
      if (!found.includes(each)) found.push(each);
    }
    return found;
  }

  /** The same names once each, `requires` and `after` first; what stands in a circle keeps its place. */
  #inOrder(names: readonly string[]): string[] {
    const wanted = new Set(names);
    const ordered = new Set<string>();
    const open = new Set<string>();
    const visit = (name: string): void => {
      const definition = this.#definitions.get(name);
      if (definition === undefined || ordered.has(name) || open.has(name)) return;
      open.add(name);
      for (const each of [...(definition.requires ?? []), ...(definition.after ?? [])]) {
        if (wanted.has(each)) visit(each);
      }
      open.delete(name);
      ordered.add(name);
    };
    for (const name of wanted) visit(name);
    return [...ordered];
  }

  #absence(name: string): string {
    if (!this.#definitions.has(name)) return 'there is no such module here';
    return this.#noload.has(name) ? 'modules.conf has noload for it' : 'it was not loaded';
  }

  /** The reason when it does not run afterwards. `open` are the modules that wait for it. */
  async #load(name: string, open: readonly string[]): Promise<string | undefined> {
    if (this.running(name)) return undefined;
    const definition = this.#definitions.get(name);
    if (definition === undefined) return this.#absence(name);
    if (open.includes(name)) return `it requires itself: ${[...open, name].join(' requires ')}`;
    let reason = await this.#loadRequired(definition, [...open, name]);
    if (reason === undefined) {
      try {
        await definition.load?.();
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    // A second attempt moves it to the end: close() goes back by the order of loading.
    this.#entries.delete(name);
    this.#entries.set(name, { definition, reason });
    if (reason !== undefined) this.#log.error(`${name} declined to load: ${reason}`);
    else this.events.emit('loaded', fileName(definition));
    return reason;
  }

  async #loadRequired(definition: ModuleDefinition, open: readonly string[]): Promise<string | undefined> {
    for (const each of definition.requires ?? []) {
      if (this.running(each)) continue;
      // An operator who switched a module off does not get it back through another one.
      const reason = this.#noload.has(each) ? this.#absence(each) : await this.#load(each, open);
      if (reason !== undefined) return `it requires ${each}, which does not run (${reason})`;
    }
    return undefined;
  }

  async #unload(name: string): Promise<UnloadResult> {
    const entry = this.#find(name);
    if (entry === undefined) {
      this.#log.warning(`Unload failed, '${name}' could not be found`);
      return { result: 'not-found' };
    }
    const refusal = this.#refusal(entry);
    if (refusal !== undefined) {
      this.#log.warning(`Unload of '${name}' refused: ${refusal}`);
      return { result: 'refused', reason: refusal };
    }
    await this.#stop(entry);
    this.events.emit('unloaded', fileName(entry.definition));
    return { result: 'unloaded' };
  }

  #refusal({ definition, reason }: Entry): string | undefined {
    if (reason !== undefined) return undefined;
    if (definition.builtin === true) return 'it is part of the core';
    const dependents = this.#directDependents(definition.name);
    if (dependents.length > 0) return `it is required by ${dependents.join(', ')}`;
    const users = definition.users?.() ?? [];
    return users.length > 0 ? `it is used by ${inWords(users)}` : undefined;
  }

  async #stop({ definition, reason }: Entry): Promise<void> {
    // Gone first: nobody finds it any more while it ends what it has open.
    this.#entries.delete(definition.name);
    if (reason !== undefined) return;
    try {
      await definition.unload?.();
    } catch (error) {
      this.#log.error(`${definition.name} failed to end cleanly: ${String(error)}`);
    }
  }

  async #reload(entry: Entry | undefined): Promise<ReloadResult> {
    if (entry === undefined) return { result: 'not-found' };
    if (entry.reason !== undefined) return { result: 'not-running' };
    if (entry.definition.reload === undefined) return { result: 'not-supported' };
    try {
      await entry.definition.reload();
      return { result: 'reloaded' };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.error(`${entry.definition.name} kept its configuration: ${reason}`);
      return { result: 'failed', reason };
    }
  }
}

function inWords(users: readonly string[]): string {
  const named = users.slice(0, MAX_NAMED).join(', ');
  return users.length <= MAX_NAMED ? named : `${named} and ${users.length - MAX_NAMED} more`;
}

function fileName(definition: ModuleDefinition): string {
  return definition.builtin === true ? definition.name : `${definition.name}.so`;
}
