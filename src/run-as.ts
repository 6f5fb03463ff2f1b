import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';

/**
 * Gives up the rights of root for those of a user and group, for good (`-U`, `-G`, `runuser`, `rungroup`).
 * Without a group it is the user's own. Nothing happens when this is that user already.
 * @throws {Error} when there is no such user or group, or this process may not become them
 */
export function runAs(user: string | undefined, group: string | undefined): void {
  if (user === undefined && group === undefined) return;
  if (process.getuid?.() !== 0) {
    if (user !== undefined && user !== userInfo().username)
      throw new Error(`Only root can run the server as user '${user}'`);
    if (group !== undefined && group !== groupsOf('-gn', userInfo().username)[0])
      throw new Error(`Only root can run the server as group '${group}'`);
    return;
  }
  const [own = ''] = user === undefined ? [] : groupsOf('-gn', user);
  const target = group ?? own;
  const others = user === undefined ? [] : groupsOf('-G', user).map(Number);
  try {
    // The user comes last: afterwards nothing can be changed any more.
    process.setgid?.(target);
    process.setgroups?.([target, ...others]);
    if (user !== undefined) process.setuid?.(user);
  } catch (error) {
    throw new Error(`Cannot run as user '${user ?? 'root'}', group '${target}': ${(error as Error).message}`);
  }
}

/** What id(1) tells of the groups of a user. @throws {Error} when there is no such user */
function groupsOf(what: '-gn' | '-G', user: string): string[] {
  try {
    const told = execFileSync('id', [what, '--', user], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return told.trim().split(' ');
  } catch {
    throw new Error(`There is no user '${user}'`);
  }
}
