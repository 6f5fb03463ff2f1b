import { basename } from 'node:path';
import type { ConfFiles } from '../../conf/index.ts';
import type { Logger } from '../../log/index.ts';
import { StoreError } from '../store-error.ts';
import type { Family, FoundRow } from './family.ts';
import type { Realtime } from './realtime.ts';

interface Line {
  readonly metric: number;
  readonly section: string;
  readonly order: number;
  readonly name: string;
  readonly value: string;
}

/** Rows of one configuration file; one that has more is an error, for half a file is another file. */
const MAX_ROWS = 200_000;

/**
 * Configuration files that are kept in tables (`pjsip.conf => pgsql,asterisk,ast_config`): rows of `cat_metric`,
 * `var_metric`, `commented`, `filename`, `category`, `var_name` and `var_val` become the text of a file, so that every
 * part reads them as it reads a file, includes and all.
 */
export class StaticFiles {
  readonly #realtime: Realtime;
  readonly #log: Logger;
  readonly #texts = new Map<string, { readonly bytes: Uint8Array; readonly mtimeMs: number }>();
  #version = 0;

  constructor(realtime: Realtime, log: Logger) {
    this.#realtime = realtime;
    this.#log = log;
  }

  /** Reads every such file again. What cannot be read stays as it was. Resolves whether anything is different now. */
  async refresh(): Promise<boolean> {
    let changed = false;
    const wanted = new Set<string>();
    for (const family of this.#realtime.families) {
      if (!family.name.endsWith('.conf')) continue;
      wanted.add(family.name);
      try {
        const bytes = Buffer.from(await readText(family));
        const before = this.#texts.get(family.name);
        if (before !== undefined && Buffer.compare(before.bytes, bytes) === 0) continue;
        this.#texts.set(family.name, { bytes, mtimeMs: ++this.#version });
        changed = true;
      } catch (error) {
        this.#log.error(`${family.name} cannot be read from its table: ${(error as Error).message}`);
      }
    }
    for (const name of this.#texts.keys()) {
      if (wanted.has(name)) continue;
      this.#texts.delete(name);
      changed = true;
    }
    return changed;
  }

  /** Files as the rest of the program reads them: a mapped one comes from its table, whatever is on the disk. */
  over(disk: ConfFiles): ConfFiles {
    const of = (path: string) => this.#texts.get(basename(path));
    const mapped = (path: string) => this.#realtime.family(basename(path)) !== undefined;
    return {
      read(path) {
        const text = of(path);
        if (text !== undefined) return { ...text, size: text.bytes.length };
        return mapped(path) ? undefined : disk.read(path);
      },
      kind: (path) => (of(path) !== undefined ? 'file' : mapped(path) ? undefined : disk.kind(path)),
      list: (folder) => disk.list(folder),
      run: (command) => disk.run(command),
    };
  }
}

async function readText(family: Family): Promise<string> {
  const rows = await family.select([['filename', family.name]], MAX_ROWS + 1);
  if (rows.length > MAX_ROWS) throw new StoreError(`it has more than ${MAX_ROWS} rows`);
  const lines = rows.map(readLine).filter((each) => each !== undefined);
  lines.sort((a, b) => a.metric - b.metric || compare(a.section, b.section) || a.order - b.order);
  let text = '';
  let open: string | undefined;
  for (const { metric, section, name, value } of lines) {
    const key = `${metric} ${section}`;
    if (open !== key) text += `[${section}]\n`;
    open = key;
    // Below an #include stands a path; a variable's value keeps its semicolons.
    text += name === '#include' ? `#include "${value}"\n` : `${name}= ${value.replaceAll(';', '\\;')}\n`;
  }
  return text;
}

function readLine({ columns }: FoundRow): Line | undefined {
  const commented = columns.commented ?? '0';
  const name = oneLine(columns.var_name);
  if ((commented !== '0' && commented !== 'f' && commented !== '') || name === '') return undefined;
  return {
    metric: Number(columns.cat_metric ?? 0) || 0,
    order: Number(columns.var_metric ?? 0) || 0,
    section: oneLine(columns.category),
    name,
    value: oneLine(columns.var_val),
  };
}

/** A line break would begin a line of its own. */
function oneLine(text: string | null | undefined): string {
  return (text ?? '').replace(/[\r\n]+/g, ' ');
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
