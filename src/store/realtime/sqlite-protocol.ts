/** What travels to and from the thread that has a SQLite file open. */
export interface SqliteStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly reads: boolean;
}

export interface SqliteBatch {
  readonly id: number;
  readonly statements: readonly SqliteStatement[];
}

export type SqliteOutcome =
  | { readonly rows: Record<string, string | null>[]; readonly changes?: number }
  /** `code` is SQLite's: an error loses its own properties on the way between threads. */
  | { readonly error: string; readonly code: string };

export interface SqliteAnswer {
  readonly id: number;
  readonly outcomes: readonly SqliteOutcome[];
}
