import type { Config } from '../../conf/index.ts';

export const drivers = ['pgsql', 'mysql', 'sqlite3'] as const;
export type DriverName = (typeof drivers)[number];

/** Where one family is kept: one line of extconfig.conf. */
export interface Target {
  readonly driver: DriverName;
  /** What the driver's own file calls the database. */
  readonly database: string;
  readonly table: string;
  readonly priority: number;
}

/** A line that names nothing that can be used. */
export interface MappingFault {
  readonly family: string;
  readonly detail: string;
}

export interface ExtConfig {
  /** Targets by family, the first to be asked first. */
  readonly families: ReadonlyMap<string, readonly Target[]>;
  readonly faults: readonly MappingFault[];
}

/** Files that are read before any database is known, as in the original. */
const NEVER_FROM_A_TABLE = new Set(['asterisk.conf', 'extconfig.conf', 'logger.conf']);

function isDriver(name: string): name is DriverName {
  return (drivers as readonly string[]).includes(name);
}

/** Reads `[settings]`: `family => driver,database[,table[,priority]]`. Of equal priorities the earlier line comes first. */
export function readExtConfig(config: Config | undefined): ExtConfig {
  const families = new Map<string, Target[]>();
  const faults: MappingFault[] = [];
  for (const section of config?.named('settings') ?? []) {
    for (const { name: family, value, file, line } of section.variables) {
      const [driver = '', database = '', table = '', priority = ''] = value
        .split(',')
        .map((each) => each.trim().replace(/^"|"$/g, ''));
      const wrong = (detail: string) =>
        faults.push({ family, detail: `${file}:${line}: ${family}: ${detail}` });
      if (NEVER_FROM_A_TABLE.has(family)) wrong('this file is read before any database is open');
      else if (!isDriver(driver)) wrong(`there is no driver '${driver}'; known are ${drivers.join(', ')}`);
      else if (database === '') wrong('the name of a database is missing');
      else if (priority !== '' && !/^\d{1,4}$/.test(priority)) wrong(`'${priority}' is no priority`);
      else {
        const list = families.get(family) ?? [];
        list.push({
          driver,
          database,
          table: table === '' ? family : table,
          priority: Number(priority) || 1,
        });
        families.set(family, list);
      }
    }
  }
  for (const list of families.values()) list.sort((a, b) => a.priority - b.priority);
  return { families, faults };
}
