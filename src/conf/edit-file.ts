import { realpathSync } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type ConfEdit, ConfEditError, ConfEditing } from './edit.ts';
import type { ConfFiles } from './files.ts';
import { type Config, loadConfig } from './load.ts';

/** Why a name of a file is refused: it leads out of the folder, or there is nothing. */
export type NameFault = 'restricted' | 'missing';

/** A name of a file that is refused. */
export class ConfNameError extends Error {
  readonly fault: NameFault;

  constructor(fault: NameFault, name: string) {
    super(`${JSON.stringify(name)} ${fault === 'missing' ? 'is not there' : 'is outside of the folder'}`);
    this.name = 'ConfNameError';
    this.fault = fault;
  }
}

export interface ConfFolderOptions {
  /** asterisk.conf `astetcdir`. */
  readonly etcDir: string;
  readonly allowExec: boolean;
  /** asterisk.conf `live_dangerously`: names may lead anywhere. */
  readonly liveDangerously: boolean;
  /** Default: the machine's files. */
  readonly files?: ConfFiles;
}

export interface ConfUpdate {
  readonly source: string;
  /** Gets what becomes of the source; must be there. */
  readonly destination: string;
  /** Each is asked for when those before it are made. */
  readonly edits: Iterable<ConfEdit>;
  readonly preserveContext: boolean;
  /** Whether the one who asks may be outside of the folder where `live_dangerously` lets people. */
  readonly trusted: boolean;
}

/** Mode of a file that is created; what the umask takes away is not in it. */
const CREATED_MODE = 0o640;
const PERMISSIONS = 0o7777;

/** The configuration files as somebody outside may see and change them. */
export class ConfFolder {
  readonly #options: ConfFolderOptions;
  readonly #root: string;
  /** The end of the last change: one at a time, because files include each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ConfFolderOptions) {
    this.#options = options;
    this.#root = resolve(options.etcDir);
  }

  /**
   * The file that a name stands for, links followed. A name that only spells its way out is refused without a look at
   * what is there.
   * @throws {ConfNameError}
   */
  locate(name: string, trusted: boolean): string {
    const path = this.#spelled(name, trusted);
    let found: string;
    try {
      found = realpathSync(path);
    } catch {
      throw new ConfNameError('missing', name);
    }
    return this.#checked(found, name, trusted);
  }

  #spelled(name: string, trusted: boolean): string {
    if (name.includes('\0')) throw new ConfNameError('restricted', name);
    const path = resolve(this.#root, name);
    if (this.#isOpen(trusted) || isInside(path, this.#root) || isInside(path, this.#realRoot())) return path;
    throw new ConfNameError(isAbsolute(name) ? 'restricted' : 'missing', name);
  }

  #checked(found: string, name: string, trusted: boolean): string {
    if (this.#isOpen(trusted) || isInside(found, this.#realRoot())) return found;
    throw new ConfNameError('restricted', name);
  }

  #isOpen(trusted: boolean): boolean {
    return this.#options.liveDangerously && trusted;
  }

  #realRoot(): string {
    return realpathSync(this.#root);
  }

  /**
   * Reads a file with what it includes.
   * @throws {ConfNameError | ConfError}
   */
  read(name: string, trusted: boolean): Config {
    return loadConfig(this.locate(name, trusted), this.#options);
  }

  /**
   * Makes an empty file.
   * @throws {ConfNameError} or what the system says: `ENOENT`, `EEXIST`, …
   */
  create(name: string, trusted: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const path = this.#spelled(name, trusted);
      const folder = realpathSync(dirname(path));
      const target = this.#checked(join(folder, basename(path)), name, trusted);
      const file = await open(target, 'wx', CREATED_MODE);
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(folder);
    });
  }

  /**
   * Makes changes to a file and to what it includes, all or none, and writes what is different. Each file is replaced
   * as a whole; with several of them the one that includes the others comes last.
   * @throws {ConfNameError | ConfError | ConfEditError} or what the system says about the disk.
   */
  update(update: ConfUpdate): Promise<void> {
    return this.#inTurn(async () => {
      const { trusted, edits, preserveContext } = update;
      const source = this.locate(update.source, trusted);
      const destination = this.locate(update.destination, trusted);
      const editing = new ConfEditing(source, { ...this.#options, preserveContext });
      for (const edit of edits) {
        editing.apply(edit);
        // Each change reads everything again: others get their turn between two of them.
        await setImmediate();
      }
      const writes = new Map<string, Write>();
      for (const [path, bytes] of editing.changes) {
        if (path === source) continue;
        const target = this.locate(path, trusted);
        if (target === source || writes.has(target))
          throw new ConfEditError('unsafe', `${target} is included under two names`);
        writes.set(target, { bytes, before: editing.original(path) });
      }
      if (writes.has(destination))
        throw new ConfEditError('unsafe', `${destination} is one of the files that are changed`);
      const { bytes } = editing;
      if (destination !== source) writes.set(destination, { bytes, before: undefined });
      else if (editing.changes.has(source)) writes.set(source, { bytes, before: editing.original(source) });
      for (const [path, write] of writes) await replaceFile(path, write);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}

interface Write {
  readonly bytes: Uint8Array;
  /** What the file must still have; undefined for anything. */
  readonly before: Uint8Array | undefined;
}

/** Whether a path is below a folder. */
function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/**
 * Gives a file other bytes so that whoever looks, and whatever is left after a crash, finds the old or the new ones:
 * written beside it (hidden, so that no `#include *.conf` finds it), flushed, and renamed over it. One that has them already stays alone.
 */
async function replaceFile(path: string, { bytes, before }: Write): Promise<void> {
  const { mode, uid, gid } = await stat(path);
  const now = await readFile(path);
  if (now.equals(bytes)) return;
  // Somebody with an editor does not wait for a turn.
  if (before !== undefined && !now.equals(before))
    throw new ConfEditError('unsafe', `${basename(path)} was changed by somebody else meanwhile`);
  const beside = join(dirname(path), `.${basename(path)}.new`);
  // One that a crash left behind.
  await rm(beside, { force: true });
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await keepOwner(file, uid, gid);
      await file.chmod(mode & PERMISSIONS);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Only root may give files away; anybody else keeps what they may write. */
async function keepOwner(file: FileHandle, uid: number, gid: number): Promise<void> {
  const own = await file.stat();
  if (own.uid === uid && own.gid === gid) return;
  try {
    await file.chown(uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

/** A rename is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
