import type { Kysely } from 'kysely';
import type { Logger } from '../../log/index.ts';
import type { Clock, Timer } from '../../platform/index.ts';
import { StoreError } from '../store-error.ts';
import type { Column } from './columns.ts';
import { connect, type Tables } from './connect.ts';
import { type FailureKind, failureKind } from './failure.ts';
import { loadKysely } from './kysely.ts';
import type { ConnectionSettings } from './settings.ts';

/** How long one statement may take before the database counts as away. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** How often a database that is away is asked whether it is back. */
const PROBE_MS = 1_000;
/** How long closing waits for connections to end. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Statements that wait for one database at a time; more are refused at once. */
const MAX_WAITING = 10_000;
/** Different complaints about statements that are remembered as told. */
const MAX_TOLD = 200;

/** A statement that failed, with what that means. */
export class DatabaseError extends StoreError {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, cause);
    this.name = 'DatabaseError';
    this.kind = kind;
  }
}

export interface DatabaseStatus {
  readonly settings: ConnectionSettings;
  /** Seconds since the first statement that was answered, or since it came back; undefined while it is away. */
  readonly connectedFor: number | undefined;
  /** Why it is away. */
  readonly fault: string | undefined;
  readonly statements: number;
  readonly refused: number;
  /** Tables whose columns are known. */
  readonly tables: readonly string[];
}

/**
 * One database. While it is away every statement fails at once with the reason, the log says so once, and a probe
 * asks every second whether it is back.
 */
export class Database {
  readonly settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #onBack: () => void;
  #db: Kysely<Tables> | undefined;
  #closing: Promise<void>[] = [];
  #away: { readonly since: number; readonly reason: string } | undefined;
  #connectedAt: number | undefined;
  #probe: Timer | undefined;
  #waiting = 0;
  #statements = 0;
  #refused = 0;
  #closed = false;
  readonly #columns = new Map<string, readonly Column[]>();
  readonly #told = new Set<string>();

  constructor(options: {
    readonly settings: ConnectionSettings;
    readonly clock: Clock;
    readonly log: Logger;
    /** Called when a database that was away answers again. */
    readonly onBack: () => void;
  }) {
    this.settings = options.settings;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#onBack = options.onBack;
  }

  /** `pgsql/asterisk`, for people. */
  get label(): string {
    return `${this.settings.driver}/${this.settings.name}`;
  }

  /** Runs one statement. @throws {DatabaseError} */
  async run<T>(statement: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    if (this.#closed) throw new DatabaseError('away', `${this.label} is closed`);
    if (this.#away !== undefined)
      throw new DatabaseError('away', `${this.label} is away: ${this.#away.reason}`);
    if (this.#waiting >= MAX_WAITING) {
      this.#refused++;
      throw new DatabaseError('away', `${this.label}: ${MAX_WAITING} statements are waiting already`);
    }
    this.#waiting++;
    this.#statements++;
    const db = this.#open();
    try {
      const result = await this.#timed(db, statement);
      this.#connectedAt ??= this.#clock.monotonic();
      return result;
    } catch (error) {
      throw this.#failed(error, db);
    } finally {
      this.#waiting--;
    }
  }

  #open(): Kysely<Tables> {
    this.#db ??= connect(this.settings, (reason) => this.#log.debug(`${this.label}: ${reason}`));
    return this.#db;
  }

  async #timed<T>(db: Kysely<Tables>, statement: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    let timer: Timer | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = this.#clock.after(STATEMENT_TIMEOUT_MS, () =>
        reject(new DatabaseError('away', `no answer within ${STATEMENT_TIMEOUT_MS / 1000} seconds`)),
      );
    });
    try {
      return await Promise.race([statement(db), late]);
    } finally {
      timer?.cancel();
    }
  }

  #failed(error: unknown, db: Kysely<Tables>): DatabaseError {
    const kind = error instanceof DatabaseError ? error.kind : failureKind(this.settings.driver, error);
    const reason = reasonOf(error);
    if (kind === 'away') {
      // What was asked over connections that are given up already says nothing about those that are open now.
      if (db === this.#db) this.#goAway(reason);
      return new DatabaseError('away', `${this.label} is away: ${reason}`, error);
    }
    if (kind === 'schema') this.#columns.clear();
    if (kind !== 'duplicate') this.tell(reason);
    return new DatabaseError(kind, `${this.label}: ${reason}`, error);
  }

  /** Warns of something once, however often it happens. */
  tell(what: string): void {
    if (this.#told.has(what)) return;
    if (this.#told.size >= MAX_TOLD) this.#told.clear();
    this.#told.add(what);
    this.#log.warning(`${this.label}: ${what}`);
  }

  #goAway(reason: string): void {
    // Connections that were opened before are of no use; the probe opens new ones.
    this.#drop();
    if (this.#away !== undefined || this.#closed) return;
    this.#away = { since: this.#clock.monotonic(), reason };
    this.#connectedAt = undefined;
    this.#log.error(`Database ${this.label} is away: ${reason}`);
    this.#probe = this.#clock.after(PROBE_MS, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const since = this.#away?.since;
    if (since === undefined || this.#closed) return;
    try {
      await this.#timed(this.#open(), (db) => loadKysely().sql`select 1`.execute(db));
    } catch {
      this.#drop();
      if (!this.#closed) this.#probe = this.#clock.after(PROBE_MS, () => void this.#ask());
      return;
    }
    if (this.#closed) return;
    const seconds = Math.round((this.#clock.monotonic() - since) / 1000);
    this.#away = undefined;
    this.#connectedAt = this.#clock.monotonic();
    this.#columns.clear();
    this.#log.notice(`Database ${this.label} is back after ${seconds} seconds`);
    this.#onBack();
  }

  #drop(): void {
    const db = this.#db;
    this.#db = undefined;
    if (db === undefined) return;
    const gone: Promise<void> = db
      .destroy()
      .catch((error: unknown) => this.#log.debug(`${this.label}: ${reasonOf(error)}`))
      .finally(() => {
        this.#closing = this.#closing.filter((each) => each !== gone);
      });
    this.#closing.push(gone);
  }

  /** The columns of a table, none when there is no such table; asked once. @throws {DatabaseError} */
  async columns(table: string): Promise<readonly Column[]> {
    const known = this.#columns.get(table);
    if (known !== undefined) return known;
    const found = await this.run((db) => readColumns(db, this.settings, table));
    // A table that is created later must not stay unknown.
    if (found.length > 0) this.#columns.set(table, found);
    return found;
  }

  /** Forgets what it knows of tables: they may have changed. */
  forget(): void {
    this.#columns.clear();
    this.#told.clear();
  }

  status(): DatabaseStatus {
    return {
      settings: this.settings,
      connectedFor:
        this.#connectedAt === undefined
          ? undefined
          : Math.floor((this.#clock.monotonic() - this.#connectedAt) / 1000),
      fault: this.#away?.reason,
      statements: this.#statements,
      refused: this.#refused,
      tables: [...this.#columns.keys()],
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#probe?.cancel();
    this.#drop();
    // A connection into a network that swallows everything never says goodbye.
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.#clock.after(CLOSE_TIMEOUT_MS, resolve);
    });
    await Promise.race([Promise.all(this.#closing), late]);
    timer?.cancel();
  }
}

/** A connection refused on several addresses tells its reasons one level down. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  /** Words of an enumeration: separated by newlines, or as MariaDB writes its type. */
  readonly labels: string | null;
}

const TEXTUAL = /char|text|clob|^$/i;

async function readColumns(
  db: Kysely<Tables>,
  settings: ConnectionSettings,
  table: string,
): Promise<Column[]> {
  const rows = await columnQuery(settings)(table).execute(db);
  return rows.rows.map(({ name, type, labels }) => {
    const words =
      labels === null ? undefined : labels.startsWith('enum(') ? enumWords(labels) : labels.split('\n');
    // SQLite keeps text in a column of any type.
    return { name, textual: settings.driver === 'sqlite3' || TEXTUAL.test(type), labels: words };
  });
}

function columnQuery({ driver }: ConnectionSettings) {
  const { sql } = loadKysely();
  switch (driver) {
    case 'pgsql':
      return (table: string) => sql<ColumnRow>`
        select a.attname as name, format_type(a.atttypid, null) as type,
          (select string_agg(e.enumlabel, chr(10) order by e.enumsortorder) from pg_enum e
            where e.enumtypid = a.atttypid) as labels
        from pg_attribute a
        where a.attrelid = to_regclass(quote_ident(${table})) and a.attnum > 0 and not a.attisdropped
        order by a.attnum`;
    case 'mysql':
      return (table: string) => sql<ColumnRow>`
        select column_name as name, data_type as type,
          if(data_type = 'enum', column_type, null) as labels
        from information_schema.columns where table_schema = database() and table_name = ${table}
        order by ordinal_position`;
    case 'sqlite3':
      return (table: string) =>
        sql<ColumnRow>`select name, type, null as labels from pragma_table_info(${table}) order by cid`;
  }
}

/** `enum('yes','no')` → its words. */
function enumWords(type: string): string[] {
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map((match) => (match[1] ?? '').replaceAll("''", "'"));
}
