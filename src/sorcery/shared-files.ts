import { ConfError, type Config, type LoadOptions, loadConfigIfPresent } from '../conf/index.ts';

/**
 * Configuration files as wizards read them. Many types are in one file: within `sharing` it is read, and its commands are
 * run, once for all of them.
 */
export class SharedFiles {
  readonly #loading: LoadOptions;
  /** Files that were read, or why they could not be; undefined outside of `sharing`. */
  #known: Map<string, Config | ConfError | undefined> | undefined;

  constructor(loading: LoadOptions) {
    this.#loading = loading;
  }

  /** Runs work that reads every file at most once. */
  sharing<T>(work: () => T): T {
    const before = this.#known;
    this.#known ??= new Map();
    try {
      return work();
    } finally {
      this.#known = before;
    }
  }

  /** Undefined when there is no such file. @throws {ConfError} */
  readonly read = (file: string): Config | undefined => {
    const known = this.#known;
    if (known === undefined) return loadConfigIfPresent(file, this.#loading);
    if (!known.has(file)) known.set(file, this.#attempt(file));
    const found = known.get(file);
    if (found instanceof ConfError) throw found;
    return found;
  };

  #attempt(file: string): Config | ConfError | undefined {
    try {
      return loadConfigIfPresent(file, this.#loading);
    } catch (error) {
      if (error instanceof ConfError) return error;
      throw error;
    }
  }
}
