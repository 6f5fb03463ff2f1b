import { StoreError } from '../store-error.ts';
import type { Database } from './database.ts';
import type { Family } from './family.ts';
import { loadKysely } from './kysely.ts';

/** A table as this program would create it. */
export interface TableSpec {
  /** All hold text; the first is the key. */
  readonly columns: readonly string[];
  /** Whether rows are looked for by the beginning of their key. */
  readonly byPrefix: boolean;
}

/** How a table differs from what is wanted. */
export interface TableState {
  /** `pgsql/asterisk.ps_aors`. */
  readonly label: string;
  readonly exists: boolean;
  readonly columns: number;
  readonly missing: readonly string[];
}

/** Width of keys: MariaDB needs one to index them, and none is longer in Asterisk's own tables. */
const KEY_TYPE = 'varchar(255)';

/** The table of a static family: lines of configuration files. */
export const staticTable: TableSpec = {
  columns: ['id', 'cat_metric', 'var_metric', 'commented', 'filename', 'category', 'var_name', 'var_val'],
  byPrefix: false,
};

/** Looks at the tables of a family. @throws {StoreError} */
export async function tableStates(family: Family, spec: TableSpec): Promise<TableState[]> {
  const states: TableState[] = [];
  for (const { database, table } of family.places) {
    const columns = await database.columns(table);
    const present = new Set(columns.map((each) => each.name.toLowerCase()));
    states.push({
      label: `${database.label}.${table}`,
      exists: columns.length > 0,
      columns: columns.length,
      missing: spec.columns.filter((each) => !present.has(each.toLowerCase())),
    });
  }
  return states;
}

/**
 * Creates the tables of a family, or adds the columns that they lack; nothing that is there is changed. Resolves with
 * what was done. @throws {StoreError}
 */
export async function migrate(family: Family, spec: TableSpec): Promise<string[]> {
  const done: string[] = [];
  const states = await tableStates(family, spec);
  for (const [index, { database, table }] of family.places.entries()) {
    const state = states[index];
    if (state === undefined) throw new StoreError(`nothing is known of ${table}`);
    if (!state.exists) {
      await create(database, table, spec);
      done.push(`${state.label}: created with ${spec.columns.length} columns`);
    } else if (state.missing.length > 0) {
      for (const column of state.missing)
        await database.run((db) => db.schema.alterTable(table).addColumn(column, 'text').execute());
      done.push(`${state.label}: added ${state.missing.join(', ')}`);
    }
    database.forget();
  }
  return done;
}

async function create(database: Database, table: string, spec: TableSpec): Promise<void> {
  const { driver } = database.settings;
  const { sql } = loadKysely();
  const [key = 'id', ...others] = spec.columns;
  await database.run((db) => {
    let creation = db.schema.createTable(table);
    if (spec === staticTable) {
      // Its key counts, and nobody asks for it.
      creation =
        driver === 'pgsql'
          ? creation.addColumn(key, 'serial', (column) => column.primaryKey())
          : creation.addColumn(key, 'integer', (column) =>
              driver === 'mysql' ? column.primaryKey().autoIncrement() : column.primaryKey(),
            );
    } else creation = creation.addColumn(key, KEY_TYPE, (column) => column.primaryKey().notNull());
    for (const column of others) creation = creation.addColumn(column, 'text');
    // Keys that differ in the case of a letter are two keys.
    if (driver === 'mysql') creation = creation.modifyEnd(sql`character set utf8mb4 collate utf8mb4_bin`);
    return creation.execute();
  });
  // The order of a language has no use for a prefix: PostgreSQL needs an index in the order of characters.
  if (driver === 'pgsql' && spec.byPrefix)
    await database.run((db) =>
      sql`create index ${sql.id(`${table}_${key}_prefix`)} on ${sql.id(table)} (${sql.id(key)} text_pattern_ops)`.execute(
        db,
      ),
    );
}
