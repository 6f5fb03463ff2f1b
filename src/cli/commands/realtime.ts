import {
  type Condition,
  type DatabaseStatus,
  type DriverName,
  driverSpecs,
  type Family,
  type Field,
  StoreError,
  valuesOf,
} from '../../store/index.ts';
import { type CliCommand, type CliContext, CommandFailed } from '../command.ts';

/** Pairs of column and value that a command takes. */
const MAX_PAIRS = 5;

const failure = (what: string) => `Failed to ${what}. Check the debug log for possible SQL related entries.`;

function familyOf({ realtime }: CliContext, name: string): Family | undefined {
  return realtime?.family(name);
}

/** Words as pairs of column and value; undefined when one is left over. */
function pairs(words: readonly string[]): Condition[] | undefined {
  if (words.length === 0 || words.length % 2 !== 0) return undefined;
  const found: Condition[] = [];
  for (let at = 0; at < words.length; at += 2) found.push([words[at] ?? '', words[at + 1] ?? '']);
  return found;
}

const fieldsOf = (list: readonly Condition[]): Field[] => list.map(([name, value]) => [name, [value]]);

const count = (verb: string, rows: number) => `${verb} ${rows} RealTime record${rows === 1 ? '' : 's'}.\n`;

/** Runs a change; what the database refuses is a failed command, with its reason. */
async function change(what: string, work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new CommandFailed(`${failure(what)}\n${error.message}`);
  }
}

const cells = (name: string, value: string) => `${name.padStart(30)}  ${value.padEnd(30)}\n`;

async function load(
  context: CliContext,
  [name = '', column = '', value = '']: readonly string[],
): Promise<string> {
  const [row] = (await familyOf(context, name)?.select([[column, value]], 1)) ?? [];
  if (row === undefined) return 'No rows found matching search criteria.\n';
  const rule = '-'.repeat(20);
  let text = cells('Column Name', 'Column Value') + cells(rule, rule);
  for (const each of Object.keys(row.columns))
    for (const part of valuesOf(row, each)) text += cells(each, part);
  return text;
}

function update(context: CliContext, name: string, where: Condition[], set: Condition[]): Promise<string> {
  const family = familyOf(context, name);
  if (family === undefined) throw new CommandFailed(failure('update'));
  return change('update', async () => count('Updated', await family.update(where, fieldsOf(set))));
}

const drivers: readonly (readonly [driver: DriverName, word: string, title: string])[] = [
  ['pgsql', 'pgsql', 'PostgreSQL'],
  ['mysql', 'mysql', 'MariaDB or MySQL'],
  ['sqlite3', 'sqlite', 'SQLite'],
];

function statusLine({ settings, connectedFor, fault }: DatabaseStatus): string {
  const { driver, database, host, port, socket, user } = settings;
  const where =
    driver === 'sqlite3'
      ? database
      : socket === undefined
        ? `${database}@${host}, port ${port} with username ${user}`
        : `${database} on socket ${socket} with username ${user}`;
  if (fault !== undefined) return `Unable to connect ${where}: ${fault}\n`;
  if (connectedFor === undefined) return `Not yet connected to ${where}\n`;
  return `Connected to ${where} for ${connectedFor} seconds\n`;
}

/** The databases of a driver. Fails when one of them is away, so that scripts see it. */
function status({ realtime }: CliContext, driver: DriverName, title: string): string {
  const databases = realtime?.status(driver) ?? [];
  if (databases.length === 0) return `No family of extconfig.conf is kept in ${title}.\n`;
  const text = databases.map(statusLine).join('');
  if (databases.some((each) => each.fault !== undefined)) throw new CommandFailed(text.trimEnd());
  return text;
}

function* families(context: CliContext, args: readonly string[]): Iterable<string> {
  if (args.length <= 1) for (const each of context.realtime?.families ?? []) yield each.name;
}

/** `realtime …`. */
export const realtimeCommands: readonly CliCommand[] = [
  {
    words: 'realtime load',
    args: '<family> <colmatch> <value>',
    needs: 3,
    takes: 3,
    summary: 'Used to print out RealTime variables.',
    usage:
      'Prints out a list of variables using the RealTime driver.\nYou must supply a family name, a column to match on, and a value to match to.',
    complete: families,
    run: load,
  },
  {
    words: 'realtime update',
    args: '<family> <colmatch> <valuematch> <colupdate> <newvalue>',
    needs: 5,
    takes: 5,
    summary: 'Used to update RealTime variables.',
    usage:
      'Update a single variable using the RealTime driver.\nYou must supply a family name, a column to update on, a new value, column to match, and value to match.\nEx: realtime update sippeers name bobsphone port 4343\nwill execute SQL as UPDATE sippeers SET port = 4343 WHERE name = bobsphone',
    complete: families,
    run: (context, [name = '', column = '', value = '', changed = '', to = '']) =>
      update(context, name, [[column, value]], [[changed, to]]),
  },
  {
    words: 'realtime update2',
    args: '<family> <colmatch> <valuematch> [... <colmatch5> <valuematch5>] NULL <colupdate> <newvalue>',
    needs: 6,
    takes: 1 + 2 * MAX_PAIRS + 3,
    summary: 'Used to test the RealTime update2 method',
    usage:
      "Update a single variable, requiring one or more fields to match using the\nRealTime driver. You must supply a family name, a column to update, a new\nvalue, and at least one column and value to match.\nEx: realtime update2 sippeers name bobsphone ipaddr 127.0.0.1 NULL port 4343\nwill execute SQL as\nUPDATE sippeers SET port='4343' WHERE name='bobsphone' and ipaddr='127.0.0.1'",
    complete: families,
    run: (context, [name = '', ...rest]) => {
      const at = rest.indexOf('NULL');
      const where = at < 0 ? undefined : pairs(rest.slice(0, at));
      const set = at < 0 ? undefined : pairs(rest.slice(at + 1));
      if (where === undefined || set === undefined)
        throw new CommandFailed(
          'Columns and values come in pairs, with NULL between what matches and what changes.',
        );
      return update(context, name, where, set);
    },
  },
  {
    words: 'realtime store',
    args: '<family> <colname1> <value1> [<colname2> <value2> [... <colname5> <value5>]]',
    needs: 3,
    takes: 1 + 2 * MAX_PAIRS,
    summary: 'Store a new row into a RealTime database',
    usage:
      "Create a stored row using the RealTime driver.\nYou must supply a family name and name/value pairs (up to 5).  If\nyou need to store more than 5 key/value pairs, start with the first\nfive, then use 'realtime update' or 'realtime update2' to add\nadditional columns.",
    complete: families,
    run: (context, [name = '', ...rest]) => {
      const fields = pairs(rest);
      const family = familyOf(context, name);
      if (family === undefined || fields === undefined) throw new CommandFailed(failure('store record'));
      return change('store record', async () => {
        if (!(await family.insert(fieldsOf(fields)))) throw new CommandFailed(failure('store record'));
        return 'Stored RealTime record.\n';
      });
    },
  },
  {
    words: 'realtime destroy',
    args: '<family> <colmatch1> <valuematch1> [<colmatch2> <valuematch2> [... <colmatch5> <valuematch5>]]',
    needs: 3,
    takes: 1 + 2 * MAX_PAIRS,
    summary: 'Delete a row from a RealTime database',
    usage:
      'Remove a stored row using the RealTime driver.\nYou must supply a family name and name/value pairs (up to 5).',
    complete: families,
    run: (context, [name = '', ...rest]) => {
      const where = pairs(rest);
      const family = familyOf(context, name);
      if (family === undefined || where === undefined) throw new CommandFailed(failure('remove record'));
      return change('remove record', async () => count('Removed', await family.remove(where)));
    },
  },
  ...drivers.flatMap(([driver, word, title]): CliCommand[] => [
    {
      words: `realtime show ${word} status`,
      takes: 0,
      summary: `Shows connection information for the ${title} RealTime driver`,
      module: driverSpecs[driver].module,
      run: (context) => status(context, driver, title),
    },
    {
      words: `realtime show ${word} cache`,
      takes: 0,
      summary: `Shows cached tables within the ${title} realtime driver`,
      module: driverSpecs[driver].module,
      run: ({ realtime }) =>
        (realtime?.status(driver) ?? []).flatMap((each) => each.tables.map((table) => `${table}\n`)),
    },
  ]),
];
