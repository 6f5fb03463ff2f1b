import { type LoadOptions, loadConfigIfPresent, readMainConfig } from './conf/index.ts';
import { makeLogger } from './log/index.ts';
import { objectTypes } from './object-types.ts';
import { systemClock } from './platform/index.ts';
import { parseMappings, type TypeSpec } from './sorcery/index.ts';
import { type Family, migrate, Realtime, staticTable, type TableSpec, tableStates } from './store/index.ts';

export const dbUsage = `Usage: asterism db status [-C <file>]
       asterism db migrate [-C <file>]

status   shows what the tables of extconfig.conf lack
migrate  creates tables, and adds columns to those that are there; nothing else is changed
`;

/** The columns that a type is kept in. */
export function tableOf(type: TypeSpec): TableSpec {
  const kept = type.options.filter((option) => option.writes === undefined);
  return { columns: ['id', ...kept.map((option) => option.name)], byPrefix: type.type === 'contact' };
}

interface Wanted {
  readonly family: Family;
  readonly spec: TableSpec;
}

/** The families that are mapped, with the table that each needs; `tell` hears of those that are for nothing here. */
function wanted(realtime: Realtime, loading: LoadOptions, tell: (text: string) => void): Wanted[] {
  const config = loadConfigIfPresent('sorcery.conf', loading);
  const specs = new Map<string, TableSpec>();
  for (const type of objectTypes) {
    const spec = tableOf(type);
    // Asterisk's own scripts know tables for the types of SIP only; others have the name that sorcery.conf gives them.
    if (type.configClass === 'res_pjsip') specs.set(type.family ?? `ps_${type.type}s`, spec);
    for (const mapping of parseMappings(config, type.section)) {
      if (mapping.type === type.type && mapping.wizard === 'realtime')
        specs.set(mapping.argument.split(',')[0]?.trim() ?? '', spec);
    }
  }
  const found: Wanted[] = [];
  for (const family of realtime.families) {
    const spec = family.name.endsWith('.conf') ? staticTable : specs.get(family.name);
    if (spec !== undefined) found.push({ family, spec });
    else tell(`${family.name}: no type of objects is kept in it: left alone\n`);
  }
  return found;
}

async function status({ family, spec }: Wanted, print: (text: string) => void): Promise<boolean> {
  let whole = true;
  for (const { label, exists, columns, missing } of await tableStates(family, spec)) {
    const state = !exists
      ? 'is not there'
      : missing.length > 0
        ? `lacks ${missing.join(', ')}`
        : `is whole (${columns} columns)`;
    print(`${family.name}: ${label} ${state}\n`);
    whole &&= exists && missing.length === 0;
  }
  return whole;
}

/** `asterism db …`. Resolves with the status that the process ends with: 0 when every table is whole. */
export async function runDbCommand(
  action: string | undefined,
  confFile: string,
  print: (text: string) => void,
): Promise<number> {
  if (action !== 'status' && action !== 'migrate') {
    print(dbUsage);
    return 2;
  }
  const { directories, allowExec } = readMainConfig(confFile);
  const loading = { etcDir: directories.astetcdir, allowExec };
  const realtime = new Realtime({
    readFile: (name) => loadConfigIfPresent(name, loading),
    clock: systemClock,
    log: makeLogger(
      'db',
      (_, level, message) => {
        if (level === 'error' || level === 'warning') print(`${message}\n`);
      },
      (level) => level === 'error' || level === 'warning',
    ),
  });
  try {
    const families = wanted(realtime, loading, print);
    if (families.length === 0) {
      print('extconfig.conf maps no family that is known here to a database.\n');
      return 1;
    }
    let whole = true;
    for (const each of families) {
      if (action === 'migrate') for (const line of await migrate(each.family, each.spec)) print(`${line}\n`);
      if (!(await status(each, print))) whole = false;
    }
    return whole ? 0 : 1;
  } catch (error) {
    print(`${(error as Error).message}\n`);
    return 1;
  } finally {
    await realtime.close();
  }
}
