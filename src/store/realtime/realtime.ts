import type { Config } from '../../conf/index.ts';
import type { Logger } from '../../log/index.ts';
import type { Clock } from '../../platform/index.ts';
import { Database, type DatabaseStatus } from './database.ts';
import { Family, type Place } from './family.ts';
import { type DriverName, drivers, readExtConfig } from './mapping.ts';
import { driverSpecs, readConnection } from './settings.ts';

export interface RealtimeOptions {
  /** Reads a configuration file from the disk; undefined when it is not there. */
  readonly readFile: (name: string) => Config | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Drivers that may be used from the start; all when it is not given. */
  readonly drivers?: Iterable<DriverName>;
}

/** The families of extconfig.conf and the databases that they are kept in. */
export class Realtime {
  readonly #options: RealtimeOptions;
  readonly #drivers: Set<DriverName>;
  readonly #databases = new Map<string, Database>();
  #families = new Map<string, Family>();
  readonly #back = new Set<() => void>();

  constructor(options: RealtimeOptions) {
    this.#options = options;
    this.#drivers = new Set(options.drivers ?? drivers);
    this.#read();
  }

  /** Lets a driver be used. Resolves whether that is new: families that it keeps can be used from then on. */
  async allow(driver: DriverName): Promise<boolean> {
    if (this.#drivers.has(driver)) return false;
    this.#drivers.add(driver);
    await this.reload();
    return true;
  }

  /** Closes the databases of a driver: what only they keep is kept nowhere until the driver is allowed again. */
  async forbid(driver: DriverName): Promise<void> {
    if (this.#drivers.delete(driver)) await this.reload();
  }

  /** Reads extconfig.conf again. Databases whose settings are the same stay open. */
  async reload(): Promise<void> {
    const before = new Map(this.#databases);
    this.#read();
    const used = new Set([...this.#families.values()].flatMap((each) => each.places.map((p) => p.database)));
    for (const [key, database] of before) {
      if (used.has(database)) database.forget();
      else {
        if (this.#databases.get(key) === database) this.#databases.delete(key);
        await database.close();
      }
    }
  }

  #read(): void {
    const { readFile, log } = this.#options;
    let mapping: ReturnType<typeof readExtConfig>;
    try {
      mapping = readExtConfig(readFile('extconfig.conf'));
    } catch (error) {
      log.error(`${(error as Error).message}: the families stay as they were`);
      return;
    }
    for (const fault of mapping.faults) log.error(fault.detail);
    const families = new Map<string, Family>();
    for (const [name, targets] of mapping.families) {
      const places: Place[] = [];
      for (const { driver, database, table } of targets) {
        try {
          places.push({ database: this.#database(driver, database), table });
        } catch (error) {
          log.error(`extconfig.conf: ${name}: ${(error as Error).message}`);
        }
      }
      if (places.length > 0) families.set(name, new Family(name, places));
    }
    this.#families = families;
  }

  /** @throws {Error} naming what its settings lack */
  #database(driver: DriverName, name: string): Database {
    const { readFile, clock, log } = this.#options;
    if (!this.#drivers.has(driver))
      throw new Error(`driver '${driver}' needs ${driverSpecs[driver].module}, which is not loaded`);
    const settings = readConnection(driver, name, readFile(driverSpecs[driver].file));
    const key = `${driver}/${name}`;
    const open = this.#databases.get(key);
    if (open !== undefined && JSON.stringify(open.settings) === JSON.stringify(settings)) return open;
    const database = new Database({
      settings,
      clock,
      log,
      onBack: () => {
        for (const callback of this.#back) callback();
      },
    });
    this.#databases.set(key, database);
    return database;
  }

  /** A family by name; undefined when extconfig.conf does not map it to anything usable. */
  family(name: string): Family | undefined {
    return this.#families.get(name);
  }

  get families(): Iterable<Family> {
    return this.#families.values();
  }

  /** Every database that a family is kept in. */
  status(driver?: DriverName): DatabaseStatus[] {
    return [...this.#databases.values()]
      .filter((each) => driver === undefined || each.settings.driver === driver)
      .map((each) => each.status());
  }

  /** Calls back whenever a database that was away answers again. Returns how to stop that. */
  onBack(callback: () => void): () => void {
    this.#back.add(callback);
    return () => this.#back.delete(callback);
  }

  async close(): Promise<void> {
    this.#back.clear();
    await Promise.all([...this.#databases.values()].map((each) => each.close()));
  }
}
