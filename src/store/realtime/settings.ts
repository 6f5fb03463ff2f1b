import type { Config, Section } from '../../conf/index.ts';
import type { DriverName } from './mapping.ts';

/** Where a database is and how to get in. */
export interface ConnectionSettings {
  readonly driver: DriverName;
  /** As extconfig.conf calls it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** A local socket instead of host and port. */
  readonly socket: string | undefined;
  /** The name inside the server; for SQLite the file. */
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly charset: string | undefined;
  /** What the server's own lists show for these connections. */
  readonly application: string;
}

interface DriverSpec {
  /** The module that brings it, as `module show` lists it. */
  readonly module: string;
  readonly description: string;
  /** What the driver's settings are read from. */
  readonly file: string;
  readonly port: number;
}

/** Each driver with its module, the file that it reads, and the port when that names none. */
export const driverSpecs: Readonly<Record<DriverName, DriverSpec>> = {
  pgsql: {
    module: 'res_config_pgsql',
    description: 'PostgreSQL RealTime Configuration Driver',
    file: 'res_pgsql.conf',
    port: 5432,
  },
  mysql: {
    module: 'res_config_mysql',
    description: 'MySQL RealTime Configuration Driver',
    file: 'res_config_mysql.conf',
    port: 3306,
  },
  sqlite3: {
    module: 'res_config_sqlite3',
    description: 'SQLite 3 realtime config engine',
    file: 'res_config_sqlite3.conf',
    port: 0,
  },
};

/**
 * The settings of one database. Servers: the section of that name, else `[general]`; SQLite: the section of that name.
 * @throws {Error} naming the file and what is missing in it
 */
export function readConnection(
  driver: DriverName,
  name: string,
  config: Config | undefined,
): ConnectionSettings {
  const { file, port } = driverSpecs[driver];
  if (config === undefined) throw new Error(`${file} is not there`);
  const own = config.section(name);
  const section: Section | undefined = driver === 'sqlite3' ? own : (own ?? config.section('general'));
  if (section === undefined) throw new Error(`${file} has no section [${name}]`);
  const database = driver === 'sqlite3' ? section.get('dbfile') : (section.get('dbname') ?? name);
  if (database === undefined || database === '')
    throw new Error(`${file}: [${section.name}] names no dbfile`);
  const given = section.get('dbport');
  if (given !== undefined && !/^\d{1,5}$/.test(given))
    throw new Error(`${file}: dbport '${given}' is no port`);
  const host = section.get('dbhost') ?? '';
  const socket = section.get('dbsock');
  return {
    driver,
    name,
    host: host === '' ? 'localhost' : host,
    port: given === undefined ? port : Number(given),
    // With a host the original talks TCP, whatever dbsock says.
    socket: host === '' && socket !== undefined && socket !== '' ? socket : undefined,
    database,
    user: section.get('dbuser') ?? 'asterisk',
    password: section.get('dbpass') ?? '',
    charset: section.get('dbcharset'),
    application: section.get('dbappname') ?? 'asterism',
  };
}
