import { dirname, join, resolve } from 'node:path';
import { type Config, loadConfig } from './load.ts';
import type { Section } from './section.ts';
import { isTrue } from './values.ts';

/** Where everything lies; each name is the option of asterisk.conf's [directories]. */
export interface Directories {
  readonly astetcdir: string;
  readonly astmoddir: string;
  readonly astvarlibdir: string;
  readonly astdbdir: string;
  readonly astkeydir: string;
  readonly astdatadir: string;
  readonly astagidir: string;
  readonly astspooldir: string;
  readonly astrundir: string;
  readonly astlogdir: string;
}

/** asterisk.conf, read. */
export interface MainConfig {
  readonly file: string;
  readonly directories: Directories;
  /** The socket that remote consoles connect to: [files] `astctl` in `astrundir`. */
  readonly controlSocket: string;
  readonly controlSocketMode: number;
  /** User and group that it is given to, by name or number; empty for those of the server. */
  readonly controlSocketOwner: string;
  readonly controlSocketGroup: string;
  /** [options], by lower-case name. */
  readonly options: ReadonlyMap<string, string>;
  readonly allowExec: boolean;
  readonly config: Config;
}

const names = [
  'astetcdir',
  'astmoddir',
  'astvarlibdir',
  'astdbdir',
  'astkeydir',
  'astdatadir',
  'astagidir',
  'astspooldir',
  'astrundir',
  'astlogdir',
] as const satisfies readonly (keyof Directories)[];

/** Follows from another directory when it is not given; the two roots fall back to the file's own folder. */
const fallback: Record<
  keyof Directories,
  (given: Partial<Record<keyof Directories, string>>, own: string) => string
> = {
  astetcdir: (_given, own) => own,
  astvarlibdir: (_given, own) => join(own, 'lib'),
  astmoddir: (given, own) => join(given.astvarlibdir ?? join(own, 'lib'), 'modules'),
  astdbdir: (given, own) => given.astvarlibdir ?? join(own, 'lib'),
  astkeydir: (given, own) => given.astvarlibdir ?? join(own, 'lib'),
  astdatadir: (given, own) => given.astvarlibdir ?? join(own, 'lib'),
  astagidir: (given, own) => join(given.astvarlibdir ?? join(own, 'lib'), 'agi-bin'),
  astspooldir: (_given, own) => join(own, 'spool'),
  astrundir: (_given, own) => join(own, 'run'),
  astlogdir: (_given, own) => join(own, 'log'),
};

/**
 * Reads asterisk.conf. No path is compiled in: what [directories] leaves out is derived from the others or from the
 * folder of the file itself. A section written `[directories](!)` counts as well, as packaged files have it.
 * `allowExec` lets this file and every other one use #exec, as [options] `execincludes` does for the others.
 * @throws {ConfError}
 */
export function readMainConfig(file: string, allowExec = false): MainConfig {
  const path = resolve(file);
  const config = loadConfig(path, { etcDir: dirname(path), allowExec });
  const find = (name: string): Section[] => config.sections.filter((each) => each.name === name);
  const given: Partial<Record<keyof Directories, string>> = {};
  for (const section of find('directories')) {
    for (const name of names) {
      const value = section.get(name);
      if (value !== undefined) given[name] = resolve(dirname(path), value);
    }
  }
  const at = (name: keyof Directories): string => given[name] ?? fallback[name](given, dirname(path));
  const directories: Directories = {
    astetcdir: at('astetcdir'),
    astmoddir: at('astmoddir'),
    astvarlibdir: at('astvarlibdir'),
    astdbdir: at('astdbdir'),
    astkeydir: at('astkeydir'),
    astdatadir: at('astdatadir'),
    astagidir: at('astagidir'),
    astspooldir: at('astspooldir'),
    astrundir: at('astrundir'),
    astlogdir: at('astlogdir'),
  };
  const options = new Map<string, string>();
  for (const section of find('options')) {
    for (const variable of section.variables) options.set(variable.name.toLowerCase(), variable.value);
  }
  const files = find('files')[0];
  return {
    file: path,
    directories,
    controlSocket: resolve(directories.astrundir, files?.get('astctl') ?? 'asterisk.ctl'),
    controlSocketMode: Number.parseInt(files?.get('astctlpermissions') ?? '0660', 8),
    controlSocketOwner: files?.get('astctlowner') ?? '',
    controlSocketGroup: files?.get('astctlgroup') ?? '',
    options,
    allowExec: allowExec || isTrue(options.get('execincludes')),
    config,
  };
}
