import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { matchesStars } from '../platform/index.ts';

/** Where files come from; tests give their own. */
export interface ConfFiles {
  /** Undefined when there is no regular file there. @throws when it cannot be read. */
  read(path: string): { bytes: Uint8Array; mtimeMs: number; size: number } | undefined;
  /** Whether it is a regular file (links followed), something else, or nothing. */
  kind(path: string): 'file' | 'folder' | 'other' | undefined;
  /** The names in a folder; none when it cannot be read. */
  list(folder: string): string[];
  /** What a shell command prints, with the status it left. @throws when it cannot be run or takes too long. */
  run(command: string): { output: Uint8Array; status: number };
}

/** How long an `#exec` may take. */
const EXEC_TIMEOUT_MS = 10_000;
const EXEC_OUTPUT_BYTES = 8 * 1024 * 1024;

/** The machine's files. */
export const diskFiles: ConfFiles = {
  read(path) {
    // Asked before reading: a change in between then looks like a change, never like none.
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile()) return undefined;
    return { bytes: readFileSync(path), mtimeMs: stat.mtimeMs, size: stat.size };
  },
  kind(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    return stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other';
  },
  list(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
  run(command) {
    try {
      const output = execFileSync('/bin/sh', ['-c', command], {
        timeout: EXEC_TIMEOUT_MS,
        maxBuffer: EXEC_OUTPUT_BYTES,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return { output, status: 0 };
    } catch (error) {
      const { status, stdout } = error as { status?: unknown; stdout?: unknown };
      if (typeof status === 'number' && stdout instanceof Uint8Array) return { output: stdout, status };
      throw error;
    }
  },
};

/** Most alternatives that the braces of one path may stand for. */
const MAX_ALTERNATIVES = 256;

/** The existing files that an absolute path stands for: `*`, `?`, `[…]` and `{a,b}` in any part, in order of name. */
export function expandPath(path: string, files: ConfFiles): string[] {
  const found: string[] = [];
  for (const each of expandBraces(path)) {
    for (const file of walk(each, files)) if (!found.includes(file)) found.push(file);
  }
  return found;
}

export function hasWildcard(path: string): boolean {
  return /[*?[{]/.test(path);
}

function walk(path: string, files: ConfFiles): string[] {
  if (!hasWildcard(path)) return files.kind(path) === undefined ? [] : [path];
  const parts = path.split('/');
  let folders = [parts.shift() === '' ? '/' : '.'];
  for (const part of parts) {
    if (part === '') continue;
    if (!hasWildcard(part)) {
      folders = folders.map((folder) => join(folder, part)).filter((each) => files.kind(each) !== undefined);
      continue;
    }
    folders = folders.flatMap((folder) =>
      files
        .list(folder)
        .filter((name) => (!name.startsWith('.') || part.startsWith('.')) && matchesWildcard(name, part))
        .sort()
        .map((name) => join(folder, name)),
    );
  }
  return folders;
}

function expandBraces(path: string): string[] {
  const done: string[] = [];
  const open = [path];
  while (open.length > 0 && done.length < MAX_ALTERNATIVES) {
    const each = open.shift() ?? '';
    const braces = findBraces(each);
    if (braces === undefined) done.push(each);
    else {
      for (const choice of braces.choices)
        open.push(each.slice(0, braces.start) + choice + each.slice(braces.end));
      if (open.length > MAX_ALTERNATIVES) open.length = MAX_ALTERNATIVES;
    }
  }
  return done;
}

/** The last opening brace is an innermost one. */
function findBraces(path: string): { start: number; end: number; choices: string[] } | undefined {
  const start = path.lastIndexOf('{');
  const close = start < 0 ? -1 : path.indexOf('}', start);
  if (close < 0) return undefined;
  return { start, end: close + 1, choices: path.slice(start + 1, close).split(',') };
}

/** Whether a name fits `*`, `?` and `[…]`. */
export function matchesWildcard(name: string, pattern: string): boolean {
  return matchesStars(name, pattern, matchOne);
}

/** Where the pattern goes on when `char` fits what stands at `at`, else -1. */
function matchOne(char: string, pattern: string, at: number): number {
  const wanted = pattern[at];
  if (wanted === '?') return at + 1;
  if (wanted === '\\' && at + 1 < pattern.length) return pattern[at + 1] === char ? at + 2 : -1;
  const close = wanted === '[' ? pattern.indexOf(']', at + 2) : -1;
  if (close < 0) return wanted === char ? at + 1 : -1;
  let index = at + 1;
  const negated = pattern[index] === '!' || pattern[index] === '^';
  if (negated) index++;
  let inside = false;
  for (; index < close; index++) {
    const low = pattern[index] ?? '';
    const isRange = pattern[index + 1] === '-' && index + 2 < close;
    const high = isRange ? (pattern[index + 2] ?? '') : low;
    if (char >= low && char <= high) inside = true;
    if (isRange) index += 2;
  }
  return inside !== negated ? close + 1 : -1;
}
