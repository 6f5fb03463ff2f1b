import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';

/** A database server that a test starts, stops and throws away. */
export interface DatabaseServer {
  readonly driver: 'pgsql' | 'mysql';
  readonly port: number;
  /** The file that names it to the program under test, and what stands there. */
  readonly confFile: string;
  readonly conf: string;
  /** Returns when it answers; the database `asterisk` is there. Does nothing while it runs. */
  start(): void;
  /** At once, as a machine that loses its power. */
  stop(): void;
  /** Runs SQL as another program would; columns with bars between them. */
  sql(statement: string): string;
  /** Every statement that it was asked so far, where it tells. */
  statements?(): string[];
  remove(): void;
}

/** Runs programs as the owner of a folder: database servers refuse to run as root. */
export function ownerOf(dir: string, user: string): (file: string, args: readonly string[]) => void {
  if (process.getuid?.() !== 0)
    return (file, args) => void execFileSync(file, args, { stdio: 'ignore', cwd: dir });
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  const [uid, gid] = [id('-u'), id('-g')];
  chownSync(dir, uid, gid);
  return (file, args) => void execFileSync(file, args, { stdio: 'ignore', cwd: dir, uid, gid });
}

/** Waits without letting anything else of this process run. */
export function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
