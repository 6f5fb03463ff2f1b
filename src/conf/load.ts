import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { ConfError } from './conf-error.ts';
import { brokenLine, type ConfLine, parseLines } from './lines.ts';

/** How deep includes may nest before it is taken for a circle. */
const MAX_INCLUDE_DEPTH = 10;
/** How long an `#exec` may take. */
const EXEC_TIMEOUT_MS = 10_000;
const EXEC_OUTPUT_BYTES = 8 * 1024 * 1024;

export interface ConfVariable {
  readonly name: string;
  readonly value: string;
  readonly file: string;
  readonly line: number;
  /** Came from a template that the section inherits. */
  readonly inherited: boolean;
}

/** One `[name]` of a file, its templates' variables first. Sections of the same name stay apart, as pjsip.conf needs. */
export class Section {
  readonly name: string;
  readonly isTemplate: boolean;
  readonly file: string;
  readonly line: number;
  readonly variables: ConfVariable[] = [];

  constructor(name: string, isTemplate: boolean, file: string, line: number) {
    this.name = name;
    this.isTemplate = isTemplate;
    this.file = file;
    this.line = line;
  }

  /** The last value given for a name (the section's own come after its templates'), in any case. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    for (let index = this.variables.length - 1; index >= 0; index--) {
      const variable = this.variables[index];
      if (variable?.name.toLowerCase() === wanted) return variable.value;
    }
    return undefined;
  }

  all(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.variables.filter((each) => each.name.toLowerCase() === wanted).map((each) => each.value);
  }
}

/** A file that was read, with what tells whether it has changed since. */
export interface SourceFile {
  readonly path: string;
  readonly mtimeMs: number;
  readonly size: number;
}

export interface Config {
  readonly file: string;
  /** In the order of the file, templates included (`isTemplate`). */
  readonly sections: readonly Section[];
  readonly sources: readonly SourceFile[];
  /** The first section of this name that is no template. */
  section(name: string): Section | undefined;
  /** Every section of this name that is no template. */
  named(name: string): Section[];
}

export interface LoadOptions {
  /** Folder that relative includes are looked for in; default: the file's own. */
  readonly etcDir?: string;
  /** asterisk.conf `execincludes`. */
  readonly allowExec?: boolean;
}

interface Loading {
  readonly etcDir: string;
  readonly allowExec: boolean;
  readonly sections: Section[];
  readonly sources: SourceFile[];
  current: Section | undefined;
}

/** Reads a file with everything it includes. @throws {ConfError} naming file and line; nothing is half loaded. */
export function loadConfig(path: string, options: LoadOptions = {}): Config {
  const loading: Loading = {
    etcDir: options.etcDir ?? dirname(path),
    allowExec: options.allowExec ?? false,
    sections: [],
    sources: [],
    current: undefined,
  };
  const file = isAbsolute(path) ? path : resolve(loading.etcDir, path);
  readInto(loading, file, undefined, 0);
  const { sections, sources } = loading;
  return {
    file,
    sections,
    sources,
    section: (name) => sections.find((each) => !each.isTemplate && each.name === name),
    named: (name) => sections.filter((each) => !each.isTemplate && each.name === name),
  };
}

/** As `loadConfig`, undefined when the file itself does not exist. */
export function loadConfigIfPresent(path: string, options: LoadOptions = {}): Config | undefined {
  const file = isAbsolute(path) ? path : resolve(options.etcDir ?? '.', path);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  return loadConfig(file, options);
}

function readInto(
  loading: Loading,
  file: string,
  from: { file: string; line: number } | undefined,
  depth: number,
): void {
  if (depth > MAX_INCLUDE_DEPTH) {
    throw new ConfError(
      from?.file ?? file,
      from?.line ?? 0,
      `includes nest deeper than ${MAX_INCLUDE_DEPTH}`,
    );
  }
  let text: string;
  try {
    const stat = statSync(file);
    text = readFileSync(file, 'utf8');
    loading.sources.push({ path: file, mtimeMs: stat.mtimeMs, size: stat.size });
  } catch (error) {
    throw new ConfError(
      from?.file ?? file,
      from?.line ?? 0,
      `cannot read ${file}: ${(error as Error).message}`,
    );
  }
  readLines(loading, parseLines(text), file, depth);
}

function readLines(loading: Loading, lines: readonly ConfLine[], file: string, depth: number): void {
  for (const line of lines) {
    switch (line.kind) {
      case 'blank':
        break;
      case 'section':
        loading.current = openSection(loading, line, file);
        break;
      case 'variable':
        addVariable(loading, line, file);
        break;
      case 'directive':
        follow(loading, line, file, depth);
        break;
      case 'broken':
        throw brokenLine(file, line);
    }
  }
}

function openSection(loading: Loading, line: ConfLine & { kind: 'section' }, file: string): Section {
  if (line.modifiers.includes('+')) {
    for (let index = loading.sections.length - 1; index >= 0; index--) {
      const existing = loading.sections[index];
      if (existing?.name === line.name) return existing;
    }
    throw new ConfError(file, line.number, `[${line.name}](+) adds to a section that does not exist`);
  }
  const section = new Section(line.name, line.modifiers.includes('!'), file, line.number);
  for (const name of line.modifiers) {
    if (name === '!') continue;
    const base = loading.sections.findLast((each) => each.name === name);
    if (base === undefined)
      throw new ConfError(file, line.number, `[${line.name}] inherits from '${name}', which is not there`);
    for (const variable of base.variables) section.variables.push({ ...variable, inherited: true });
  }
  loading.sections.push(section);
  return section;
}

function addVariable(loading: Loading, line: ConfLine & { kind: 'variable' }, file: string): void {
  const section = loading.current;
  if (section === undefined)
    throw new ConfError(file, line.number, `'${line.name}' stands before any [section]`);
  const place = { name: line.name, file, line: line.number, inherited: false };
  if (line.operator === '+=') {
    const index = section.variables.findLastIndex(
      (each) => each.name.toLowerCase() === line.name.toLowerCase(),
    );
    const before = section.variables[index];
    if (before !== undefined) {
      section.variables[index] = { ...place, value: before.value + line.value };
      return;
    }
  }
  section.variables.push({ ...place, value: line.value });
}

function follow(loading: Loading, line: ConfLine & { kind: 'directive' }, file: string, depth: number): void {
  const from = { file, line: line.number };
  if (line.name === 'exec') {
    if (!loading.allowExec) {
      throw new ConfError(file, line.number, '#exec is not allowed: set execincludes=yes in asterisk.conf');
    }
    const [program, ...args] = line.argument.split(/\s+/);
    try {
      const output = execFileSync(program ?? '', args, {
        encoding: 'utf8',
        timeout: EXEC_TIMEOUT_MS,
        maxBuffer: EXEC_OUTPUT_BYTES,
      });
      readLines(loading, parseLines(output), `${file}#exec`, depth + 1);
    } catch (error) {
      if (error instanceof ConfError) throw error;
      throw new ConfError(file, line.number, `#exec ${line.argument} failed: ${(error as Error).message}`);
    }
    return;
  }
  const path = isAbsolute(line.argument) ? line.argument : join(loading.etcDir, line.argument);
  const files = expand(path);
  if (files.length === 0 && line.name === 'include' && !hasGlob(path)) {
    throw new ConfError(file, line.number, `included file ${path} does not exist`);
  }
  for (const each of files) readInto(loading, each, from, depth + 1);
}

function hasGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/** The files that a path with `*`, `?` or `[…]` in its last part stands for, in order of name. */
function expand(path: string): string[] {
  if (!hasGlob(path)) return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? [path] : [];
  const folder = dirname(path);
  const pattern = globPattern(basename(path));
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => pattern.test(name) && (!name.startsWith('.') || basename(path).startsWith('.')))
    .sort()
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}

function globPattern(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? '';
    const close = char === '[' ? glob.indexOf(']', at + 1) : -1;
    if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (close > 0) {
      source += `[${glob
        .slice(at + 1, close)
        .replace(/^!/, '^')
        .replace(/[\\\]]/g, '\\$&')}]`;
      at = close;
    } else source += char.replace(/[\\^$.|+(){}[\]]/g, '\\$&');
  }
  return new RegExp(`^${source}$`);
}
