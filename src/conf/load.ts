import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfError, type ConfWarning } from './conf-error.ts';
import { parseDocument } from './document.ts';
import { type ConfFiles, diskFiles, expandPath, hasWildcard } from './files.ts';
import type { ConfLine } from './lines.ts';
import { type ConfVariable, type Place, Section } from './section.ts';
import { shorten, trim } from './text.ts';

/** How deep includes may nest; the number is Asterisk's. */
const MAX_INCLUDE_DEPTH = 10;
/** How many files one configuration may read: wildcards that include each other grow with a power of the depth. */
const MAX_FILES = 5000;

/** A file that was read, with what tells whether it has changed since. */
export interface SourceFile {
  readonly path: string;
  readonly mtimeMs: number;
  readonly size: number;
}

/** A wildcard, or a `#tryinclude` of nothing, with what it stood for when it was followed. */
export interface SourcePattern {
  readonly pattern: string;
  readonly matches: readonly string[];
}

export interface Config {
  readonly file: string;
  /** In the order of the file, templates included (`isTemplate`). */
  readonly sections: readonly Section[];
  readonly sources: readonly SourceFile[];
  readonly patterns: readonly SourcePattern[];
  /** Lines that were passed over. */
  readonly warnings: readonly ConfWarning[];
  /** The first section of this name, in any case, that is no template. */
  section(name: string): Section | undefined;
  /** Every section of this name, in any case, that is no template. */
  named(name: string): Section[];
}

export interface LoadOptions {
  /** Folder that relative includes are looked for in; default: the file's own. */
  readonly etcDir?: string;
  /** asterisk.conf `execincludes`. */
  readonly allowExec?: boolean;
  /** Default: the machine's files. */
  readonly files?: ConfFiles;
}

interface Loading {
  readonly etcDir: string;
  readonly allowExec: boolean;
  readonly files: ConfFiles;
  readonly sections: Section[];
  readonly sources: SourceFile[];
  readonly patterns: SourcePattern[];
  readonly warnings: ConfWarning[];
  /** The files being read now, outermost first. */
  readonly open: string[];
  /** The #include or #exec that led to each of them but the first. */
  readonly ways: Place[];
  current: Section | undefined;
  /** How many files were open where the current section began. */
  depth: number;
}

/**
 * Reads a file with everything it includes. Nothing is half loaded: where Asterisk keeps what it understood of a broken
 * included file, this refuses the whole, so that a reload never loses what is running.
 * @throws {ConfError} naming file and line.
 */
export function loadConfig(path: string, options: LoadOptions = {}): Config {
  const loading: Loading = {
    etcDir: options.etcDir ?? dirname(path),
    allowExec: options.allowExec ?? false,
    files: options.files ?? diskFiles,
    sections: [],
    sources: [],
    patterns: [],
    warnings: [],
    open: [],
    ways: [],
    current: undefined,
    depth: 0,
  };
  const file = isAbsolute(path) ? path : resolve(loading.etcDir, path);
  readInto(loading, file, undefined);
  const { sections, sources, patterns, warnings } = loading;
  return {
    file,
    sections,
    sources,
    patterns,
    warnings,
    section: (name) => sections.find((each) => !each.isTemplate && sameName(each, name)),
    named: (name) => sections.filter((each) => !each.isTemplate && sameName(each, name)),
  };
}

/** As `loadConfig`, undefined when the file itself does not exist. */
export function loadConfigIfPresent(path: string, options: LoadOptions = {}): Config | undefined {
  const file = isAbsolute(path) ? path : resolve(options.etcDir ?? '.', path);
  if ((options.files ?? diskFiles).kind(file) === undefined) return undefined;
  return loadConfig(file, options);
}

/** Whether a file it was read from, or what its wildcards stand for, is no longer the same. `#exec` is not asked again. */
export function hasChanged(config: Config, files: ConfFiles = diskFiles): boolean {
  for (const source of config.sources) {
    let now: ReturnType<ConfFiles['read']>;
    try {
      now = files.read(source.path);
    } catch {
      return true;
    }
    if (now === undefined || now.mtimeMs !== source.mtimeMs || now.size !== source.size) return true;
  }
  return config.patterns.some(({ pattern, matches }) => {
    const now = expandPath(pattern, files);
    return now.length !== matches.length || now.some((each, index) => each !== matches[index]);
  });
}

function sameName(section: Section, name: string): boolean {
  return section.name === name || section.name.toLowerCase() === name.toLowerCase();
}

function readInto(loading: Loading, file: string, from: Place | undefined): void {
  const complain = (detail: string) => new ConfError(from?.file ?? file, from?.line ?? 0, detail);
  if (loading.open.length > MAX_INCLUDE_DEPTH)
    throw complain(`includes nest deeper than ${MAX_INCLUDE_DEPTH}`);
  if (loading.sources.length >= MAX_FILES) throw complain(`more than ${MAX_FILES} files are included`);
  let found: ReturnType<ConfFiles['read']>;
  try {
    found = loading.files.read(file);
  } catch (error) {
    throw complain(`cannot read ${file}: ${(error as Error).message}`);
  }
  if (found === undefined) throw complain(`${file} is not there or is no regular file`);
  loading.sources.push({ path: file, mtimeMs: found.mtimeMs, size: found.size });
  enter(loading, file, found.bytes, from);
}

function enter(loading: Loading, name: string, bytes: Uint8Array, from: Place | undefined): void {
  loading.open.push(name);
  if (from !== undefined) loading.ways.push(from);
  readBytes(loading, bytes, name);
  if (from !== undefined) loading.ways.pop();
  loading.open.pop();
}

/** A section that is opened inside an included file ends with it; the including file goes on where it was. */
function readBytes(loading: Loading, bytes: Uint8Array, file: string): void {
  const { current, depth } = loading;
  const { lines, openComment } = parseDocument(bytes);
  for (const line of lines) readLine(loading, line, file);
  if (openComment !== undefined)
    loading.warnings.push({ file, line: openComment, detail: "the ';--' of this line is never closed" });
  loading.current = current;
  loading.depth = depth;
}

function readLine(loading: Loading, line: ConfLine, file: string): void {
  switch (line.kind) {
    case 'blank':
      break;
    case 'section':
      loading.current = openSection(loading, line, file);
      loading.depth = loading.open.length;
      break;
    case 'variable':
      addVariable(loading, line, file);
      break;
    case 'directive':
      if (line.name === 'exec') runExec(loading, line.argument, { file, line: line.number });
      else follow(loading, line, { file, line: line.number });
      break;
    case 'broken':
      if (line.fatal) throw new ConfError(file, line.number, line.detail);
      loading.warnings.push({ file, line: line.number, detail: line.detail });
  }
}

function openSection(loading: Loading, line: ConfLine & { kind: 'section' }, file: string): Section {
  const addition = line.modifiers.find((each) => each.startsWith('+'));
  const section =
    addition === undefined
      ? new Section(line.name, false, file, line.number)
      : findExisting(loading, line, addition.slice(1), file);
  if (addition !== undefined) section.additions.push({ file, line: line.number });
  for (const name of line.modifiers) {
    if (name.startsWith('+')) continue;
    if (name === '!') {
      section.isTemplate = true;
      continue;
    }
    const base = loading.sections.find((each) => sameName(each, name));
    if (base === undefined)
      throw new ConfError(file, line.number, `[${line.name}] inherits from '${name}', which is not there`);
    section.templates.push(base.name);
    for (const variable of [...base.variables]) section.variables.push(inherit(variable));
  }
  if (addition === undefined) loading.sections.push(section);
  return section;
}

function inherit({ name, value, file, line }: ConfVariable): ConfVariable {
  return { name, value, file, line, inherited: true };
}

/**
 * The section that `(+…)` adds to: the first of its name that passes the filter. The filter is empty (no template),
 * or conditions at `&`: `TEMPLATES=include`, `TEMPLATES=restrict`, or a variable and a regular expression.
 */
function findExisting(
  loading: Loading,
  line: ConfLine & { kind: 'section' },
  filter: string,
  file: string,
): Section {
  let templates = 'exclude';
  const conditions: { name: string; pattern: RegExp }[] = [];
  for (const condition of filter === '' ? [] : filter.split('&')) {
    const equals = condition.indexOf('=');
    const name = trim(condition.slice(0, Math.max(equals, 0)));
    const value = condition.slice(equals + 1);
    if (equals < 0)
      throw new ConfError(file, line.number, `no '=' in the condition '${shorten(condition)}' of (+…)`);
    if (name === 'TEMPLATES') templates = trim(value);
    else conditions.push({ name, pattern: compile(value, file, line.number) });
  }
  const found = loading.sections.find(
    (each) =>
      sameName(each, line.name) &&
      (templates === 'include' || each.isTemplate === (templates === 'restrict')) &&
      conditions.every(({ name, pattern }) => each.all(name).some((value) => pattern.test(value))),
  );
  if (found !== undefined) return found;
  throw new ConfError(
    file,
    line.number,
    `[${line.name}](+${filter}) adds to a section that is not there${
      templates === 'exclude' && loading.sections.some((each) => sameName(each, line.name))
        ? ' (a template is meant only with +TEMPLATES=include)'
        : ''
    }`,
  );
}

function compile(source: string, file: string, line: number): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw new ConfError(file, line, `'${shorten(source)}' is no regular expression`);
  }
}

function addVariable(loading: Loading, line: ConfLine & { kind: 'variable' }, file: string): void {
  const section = loading.current;
  if (section === undefined)
    throw new ConfError(file, line.number, `'${shorten(line.name)}' stands before any [section]`);
  const via = loading.ways[loading.depth - 1];
  const variable: ConfVariable = {
    name: line.name,
    value: trim(line.value),
    file,
    line: line.number,
    inherited: false,
    ...(via === undefined ? {} : { via }),
  };
  if (line.operator === '+=') {
    const index = section.variables.findLastIndex((each) => each.name === line.name);
    const before = section.variables[index];
    if (before !== undefined) {
      const value = before.value + line.value;
      const additions = [...(before.additions ?? []), { file, line: line.number }];
      // What a template gave stays the template's: the place of the sum is the line that added to it.
      section.variables[index] = before.inherited ? { ...variable, value } : { ...before, value, additions };
      return;
    }
  }
  section.variables.push(variable);
}

function runExec(loading: Loading, command: string, from: Place): void {
  if (!loading.allowExec)
    throw new ConfError(from.file, from.line, '#exec is not allowed: set execincludes=yes in asterisk.conf');
  let result: ReturnType<ConfFiles['run']>;
  try {
    result = loading.files.run(command);
  } catch (error) {
    throw new ConfError(from.file, from.line, `#exec ${command} failed: ${(error as Error).message}`);
  }
  if (result.status !== 0)
    loading.warnings.push({ ...from, detail: `#exec ${command} ended with status ${result.status}` });
  const name = `#exec ${command}`;
  if (loading.open.length > MAX_INCLUDE_DEPTH)
    throw new ConfError(from.file, from.line, `includes nest deeper than ${MAX_INCLUDE_DEPTH}`);
  enter(loading, name, result.output, from);
}

function follow(loading: Loading, line: ConfLine & { kind: 'directive' }, from: Place): void {
  const path = isAbsolute(line.argument) ? line.argument : join(loading.etcDir, line.argument);
  const matches = expandPath(path, loading.files);
  if (hasWildcard(path) || matches.length === 0) loading.patterns.push({ pattern: path, matches });
  const files = matches.filter((each) => loading.files.kind(each) === 'file');
  if (files.length === 0 && line.name === 'include') {
    throw new ConfError(
      from.file,
      from.line,
      matches.length > 0 ? `${path} is no regular file` : `included file ${path} does not exist`,
    );
  }
  for (const each of files) {
    // Asterisk would read it ten times over; nobody wants that, least of all from `#include *.conf`.
    if (loading.open.includes(each))
      loading.warnings.push({ ...from, detail: `${each} is being read already and is not included again` });
    else readInto(loading, each, from);
  }
}
