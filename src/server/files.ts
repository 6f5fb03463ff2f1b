import {
  ConfError,
  type ConfFiles,
  type Config,
  diskFiles,
  loadConfigIfPresent,
  type MainConfig,
} from '../conf/index.ts';

/** The configuration files of one server, by name; undefined for one that is not there. */
export class ServerFiles {
  /** Where files come from: the disk, or a database over it. */
  source: ConfFiles = diskFiles;
  /** Hears of a broken file that is passed over. */
  fault: (text: string) => void = () => {};
  #started = false;
  readonly #main: MainConfig;

  constructor(main: MainConfig) {
    this.#main = main;
  }

  /** The server has started: from now on a broken file fails whoever reads it. */
  started(): void {
    this.#started = true;
  }

  /** @throws {ConfError} */
  readonly read = (name: string): Config | undefined => {
    const { directories, allowExec } = this.#main;
    return loadConfigIfPresent(name, { etcDir: directories.astetcdir, allowExec, files: this.source });
  };

  /** For a file that must not keep the rest from working. */
  readOrFault(name: string): { readonly config: Config | undefined; readonly fault?: string } {
    try {
      return { config: this.read(name) };
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      return { config: undefined, fault: error.message };
    }
  }

  /**
   * Until the server has started a broken file is told of and counts as absent, so that it costs what it describes and
   * nothing else; later it is the reload that fails, and everything stays as it was. @throws {ConfError}
   */
  readOrNothing(name: string): Config | undefined {
    if (this.#started) return this.read(name);
    const { config, fault } = this.readOrFault(name);
    if (fault !== undefined) this.fault(`${fault}: ${name} is passed over`);
    return config;
  }
}
