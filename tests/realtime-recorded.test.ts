import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startDatabases, type TestDatabase } from './support/databases.ts';
import { Instance } from './support/instance.ts';
import { FAMILIES, SORCERY } from './support/realtime-bench.ts';

/** Recordings of the original, which had its objects in SQLite; they are no part of the repository. */
const RECORDED = fileURLToPath(
  new URL('../../shared/reference/sorcery/push.realtime.jsonl', import.meta.url),
);
const ALLOWED = fileURLToPath(new URL('conformance.allow', import.meta.url));

interface Step {
  readonly op: string;
  readonly method?: string;
  readonly path?: string;
  readonly json?: unknown;
  readonly cmd?: string;
  readonly sql?: string | readonly string[];
  readonly loose?: boolean;
  readonly expect?: {
    readonly status?: number;
    readonly json?: unknown;
    readonly lines?: readonly string[];
    readonly rows?: readonly (readonly (string | null)[])[];
  };
}

interface Case {
  readonly id: string;
  readonly steps: readonly Step[];
}

const cases = (existsSync(RECORDED) ? readFileSync(RECORDED, 'utf8') : '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

/** Cases and steps whose difference is argued: it is the same one, whatever the database. */
const allowed = new Set(
  readFileSync(ALLOWED, 'utf8')
    .split('\n')
    .map((line) => line.split(' ', 1)[0] ?? ''),
);

const databases = cases.length === 0 ? [] : await startDatabases();
afterAll(() => {
  for (const [, database] of databases) database.remove();
});

let instance: Instance | undefined;
afterEach(async () => {
  await instance?.close();
  instance = undefined;
});

/** SQL of the recording as this server wants it: MariaDB quotes names its own way, and no TEXT can be a key. */
function inItsSql({ driver }: TestDatabase, sql: string): string {
  if (driver !== 'mysql') return sql;
  return sql.replaceAll('"', '`').replace(/\bid text primary key/i, 'id varchar(255) primary key');
}

/** An attribute list has no order. */
function unordered(body: unknown): unknown {
  return Array.isArray(body) ? body.map((each) => JSON.stringify(each)).sort() : body;
}

function comparable(lines: readonly string[], { driver }: TestDatabase): string[] {
  return (
    lines
      .map((line) => line.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, 'UUID'))
      // `realtime load` of the drivers for servers leaves out columns with nothing in them, there and here.
      .filter((line) => driver === 'sqlite3' || !/^\s{4,}\w+\s*$/.test(line))
      .map((line) => line.replace(/\s+/g, ' ').trim())
      .filter((line) => line !== '')
      .sort()
  );
}

/** What came of a step, and what was recorded; undefined for one that only prepares others. */
async function replay(
  step: Step,
  server: Instance,
  database: TestDatabase,
): Promise<readonly [got: unknown, recorded: unknown] | undefined> {
  const { op, expect: recorded = {} } = step;
  switch (op) {
    case 'restart':
      await server.restart();
      return undefined;
    case 'sqlexec':
      for (const sql of step.sql ?? []) database.sql(inItsSql(database, sql));
      return undefined;
    case 'sqlite': {
      const rows = database.sql(inItsSql(database, String(step.sql))).split('\n');
      const texts = (recorded.rows ?? []).map((row) => row.map((each) => each ?? '').join('|'));
      return [rows.map((row) => row.replaceAll('NULL', '')).sort(), texts.sort()];
    }
    case 'cli': {
      const { stdout } = await server.rx(step.cmd ?? '');
      return [comparable(stdout.split('\n'), database), comparable(recorded.lines ?? [], database)];
    }
    case 'http': {
      const path = (step.path ?? '').replace(/^\/ari/, '');
      const { status, body } = await server.ari(step.method ?? 'GET', path, step.json);
      const message = (of: unknown) => (of as { message?: string } | undefined)?.message;
      const seen = (s: unknown, b: unknown) => [s, Array.isArray(b) ? unordered(b) : message(b)];
      return [seen(status, body), seen(recorded.status, recorded.json)];
    }
    default:
      throw new Error(`a recorded step of an unknown kind: ${op}`);
  }
}

describe.runIf(cases.length > 0)('what was recorded of realtime objects', () => {
  it.each(databases)(
    'is the same on %s, but for what is argued',
    { timeout: 120_000 },
    async (_, database) => {
      for (const each of FAMILIES) database.sql(`drop table if exists ${each}`);
      instance = await Instance.create({
        'extconfig.conf': `[settings]\n${FAMILIES.map((each) => `${each} => ${database.driver},asterisk`).join('\n')}\n`,
        [database.confFile]: database.conf,
        'sorcery.conf': SORCERY,
      });
      await instance.start();
      let compared = 0;
      for (const { id, steps } of cases) {
        for (const [index, step] of steps.entries()) {
          const outcome = await replay(step, instance, database);
          const name = `${id}#${index}`;
          if (outcome === undefined || step.loose || allowed.has(id) || allowed.has(name)) continue;
          compared++;
          expect({ [name]: outcome[0] }).toEqual({ [name]: outcome[1] });
        }
      }
      expect(compared).toBeGreaterThan(15);
    },
  );
});
