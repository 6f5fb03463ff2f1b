import { type Config, isTrue } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';

/** A feature under the name that the original gives its module. */
export interface ModuleSpec {
  /** Without `.so`. */
  readonly name: string;
  readonly description: string;
  readonly requires?: readonly string[];
  readonly load?: () => void | Promise<void>;
  readonly unload?: () => void | Promise<void>;
  /** Reads the module's files again. */
  readonly reload?: () => void;
}

export interface ModuleInfo {
  /** With `.so`, as the original shows it. */
  readonly name: string;
  readonly description: string;
  readonly useCount: number;
  readonly running: boolean;
  readonly supportLevel: string;
}

/** Every module that exists, and which of them run. A part asks `running` before it offers what a module brings. */
export class ModuleTable {
  readonly #specs: ReadonlyMap<string, ModuleSpec>;
  readonly #running = new Set<string>();
  readonly #log: Logger;

  constructor(specs: readonly ModuleSpec[], log: Logger) {
    this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
    this.#log = log;
  }

  readonly running = (module: string): boolean => this.#running.has(module);

  /**
   * Loads what modules.conf asks for, what it requires first.
   * @throws {Error} when a module that is `require`d cannot run
   */
  async start(config: Config | undefined): Promise<void> {
    const wanted = new Set<string>();
    const required = new Set<string>();
    const refused = new Set<string>();
    let autoload = config === undefined;
    for (const variable of config?.section('modules')?.variables ?? []) {
      const name = bare(variable.value);
      switch (variable.name.toLowerCase()) {
        case 'autoload':
          autoload = isTrue(variable.value);
          break;
        case 'noload':
          refused.add(name);
          break;
        case 'require':
        case 'preload-require':
          required.add(name);
          wanted.add(name);
          break;
        case 'load':
        case 'preload':
          wanted.add(name);
          break;
        default:
          this.#log.warning(
            `${variable.file}:${variable.line}: modules.conf has no option '${variable.name}'`,
          );
      }
    }
    if (autoload) for (const name of this.#specs.keys()) wanted.add(name);
    for (const name of wanted) {
      if (refused.has(name)) continue;
      const fault = await this.#load(name, refused, []);
      if (fault === undefined) continue;
      if (required.has(name)) throw new Error(`module ${name} is required: ${fault}`);
      // Files of the original name modules that do not exist here; that is worth a word, not a failure.
      this.#log.notice(`Module ${name} does not run: ${fault}`);
    }
  }

  async #load(
    name: string,
    refused: ReadonlySet<string>,
    path: readonly string[],
  ): Promise<string | undefined> {
    if (this.#running.has(name)) return undefined;
    const spec = this.#specs.get(name);
    if (spec === undefined) return 'there is no such module';
    if (refused.has(name)) return 'modules.conf says noload';
    if (path.includes(name)) return `it requires itself over ${path.join(', ')}`;
    for (const other of spec.requires ?? []) {
      const fault = await this.#load(other, refused, [...path, name]);
      if (fault !== undefined) return `${other}: ${fault}`;
    }
    try {
      await spec.load?.();
    } catch (error) {
      return (error as Error).message;
    }
    this.#running.add(name);
    return undefined;
  }

  list(): readonly ModuleInfo[] {
    return [...this.#specs.values()]
      .filter((spec) => this.#running.has(spec.name))
      .map((spec) => ({
        name: `${spec.name}.so`,
        description: spec.description,
        useCount: this.#users(spec.name).length,
        running: true,
        supportLevel: 'core',
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #users(name: string): string[] {
    return [...this.#running].filter((other) => this.#specs.get(other)?.requires?.includes(name) === true);
  }

  /** Loads by name. Returns undefined when it runs now, else why it does not. */
  async load(name: string): Promise<string | undefined> {
    if (this.#running.has(bare(name))) return 'it runs already';
    return this.#load(bare(name), new Set(), []);
  }

  /** Unloads by name. Returns undefined when it is gone, else why it stays. */
  async unload(name: string): Promise<string | undefined> {
    const module = bare(name);
    const spec = this.#specs.get(module);
    if (spec === undefined || !this.#running.has(module)) return 'it does not run';
    const users = this.#users(module);
    if (users.length > 0) return `${users.join(', ')} use it`;
    await spec.unload?.();
    this.#running.delete(module);
    return undefined;
  }

  /** Reloads one module, or every one. Returns false when there is no such running module. */
  reload(name?: string): boolean {
    if (name === undefined) {
      for (const module of this.#running) this.#specs.get(module)?.reload?.();
      return true;
    }
    const module = bare(name);
    if (!this.#running.has(module)) return false;
    this.#specs.get(module)?.reload?.();
    return true;
  }

  /** Whether a running module has anything to reload. */
  reloadable(name: string): boolean {
    return this.#specs.get(bare(name))?.reload !== undefined;
  }

  /** Unloads everything, what was loaded last first. */
  async close(): Promise<void> {
    for (const name of [...this.#running].reverse()) {
      try {
        await this.#specs.get(name)?.unload?.();
      } catch (error) {
        this.#log.error(`Module ${name} did not unload cleanly: ${String(error)}`);
      }
      this.#running.delete(name);
    }
  }
}

function bare(name: string): string {
  return name.trim().replace(/\.so$/, '');
}
