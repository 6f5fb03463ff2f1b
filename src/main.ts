import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isTrue, readMainConfig } from './conf/index.ts';
import { flagHelp, type Parsed, parseFlags } from './flags.ts';
import { runAs } from './run-as.ts';
import type { RunningServer } from './server/index.ts';
import { compatibleVersion, version } from './version.ts';

const DEFAULT_CONF = '/etc/asterisk/asterisk.conf';
const BANNER = `Asterism ${version}, compatible with Asterisk ${compatibleVersion}. Type 'help' for commands, 'exit' to leave.\n`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function flagsOf(args: readonly string[]): Parsed {
  try {
    return parseFlags(args);
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${flagHelp()}`);
  }
}

const print = (text: string) => void process.stdout.write(text);

/** The console of this terminal, over the control socket; the same for `-r` and for `-c`. */
async function terminalConsole(path: string, parsed: Parsed, onInterrupt?: () => void): Promise<void> {
  const { remoteConsole } = await import('./cli/index.ts');
  await remoteConsole({
    path,
    banner: BANNER,
    reconnect: parsed.counts.has('R'),
    verbosity: parsed.counts.get('v') ?? 0,
    input: process.stdin,
    output: process.stdout,
    terminal: process.stdin.isTTY && process.stdout.isTTY,
    historyFile: join(homedir(), '.asterism_history'),
    ...(onInterrupt === undefined ? {} : { onInterrupt }),
  });
}

/** `-r`, `-R`, `-x`: talk to a server that runs. */
async function remote(parsed: Parsed, confFile: string): Promise<number> {
  // Whoever reads what is printed may have read enough, as head(1) does.
  process.stdout.on('error', () => process.exit(1));
  const path = parsed.arguments.get('s') ?? readMainConfig(confFile, parsed.counts.has('X')).controlSocket;
  const command = parsed.arguments.get('x');
  if (command === undefined) {
    await terminalConsole(path, parsed);
    return 0;
  }
  const { remoteCommand } = await import('./cli/index.ts');
  return (await remoteCommand(path, command, print)) ? 0 : 1;
}

async function serve(parsed: Parsed, confFile: string, options: ReadonlyMap<string, string>): Promise<void> {
  runAs(
    parsed.arguments.get('U') ?? options.get('runuser'),
    parsed.arguments.get('G') ?? options.get('rungroup'),
  );
  const { startServer } = await import('./server/index.ts');
  const withConsole = parsed.counts.has('c') && process.stdin.isTTY;
  let logHere = !parsed.counts.has('m');
  // A terminal that went away takes its console along, never the calls.
  process.stdout.on('error', () => {});
  let server: RunningServer | undefined;
  let asked = false;
  const stop = () => {
    asked = true;
    void server?.stop('now', false);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => void server?.reload());
  process.on('SIGPIPE', () => {});
  server = await startServer({
    confFile,
    console: logHere ? (text) => logHere && print(text) : undefined,
    verbose: parsed.counts.get('v') ?? 0,
    debug: parsed.counts.get('d') ?? 0,
    timestamps: parsed.counts.has('T'),
    allowExec: parsed.counts.has('X'),
    ...(parsed.arguments.has('M') ? { maxCalls: Number(parsed.arguments.get('M')) } : {}),
  });
  const running = server;
  process.on('unhandledRejection', (reason) => running.fault('A promise was rejected', reason));
  process.on('uncaughtException', (error) => running.fault('An error was not caught', error));
  if (asked) stop();
  else if (withConsole) {
    // From here on the log comes over the control socket, above the line that is being typed.
    logHere = false;
    void terminalConsole(running.controlSocket, parsed, stop).then(() => {
      if (!asked)
        print("The console has ended, the server has not: stop it with 'core stop now' or Ctrl-C.\n");
    });
  }
  const { restart } = await running.stopped;
  if (restart) replace();
  else process.exit(0);
}

/** Starts this command line anew and stays as its parent: who waits for this process waits for that one. */
function replace(): void {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** As the original: without -f or -c the server leaves the terminal. */
function toBackground(): void {
  const child = spawn(process.execPath, [...process.argv.slice(1), '-fm'], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, [CHILD]: '1' },
  });
  child.unref();
  print(`Asterism runs in the background as process ${child.pid}.\n`);
}

/** Set for the process that `-F` starts, which has the same flags. */
const CHILD = 'ASTERISM_IN_BACKGROUND';

/** `asterism db …`: the one thing that is said in words instead of flags. */
async function database([action, ...flags]: readonly string[]): Promise<number> {
  const { runDbCommand } = await import('./db-command.ts');
  return runDbCommand(action, flagsOf(flags).arguments.get('C') ?? DEFAULT_CONF, print);
}

const [first, ...rest] = process.argv.slice(2);
const parsed = flagsOf(first === 'db' ? [] : process.argv.slice(2));
const confFile = parsed.arguments.get('C') ?? DEFAULT_CONF;
const has = (letter: string) => parsed.counts.has(letter);

try {
  if (first === 'db') process.exitCode = await database(rest);
  else if (has('h')) print(flagHelp());
  else if (has('V')) print(`Asterisk ${compatibleVersion} (Asterism ${version})\n`);
  else if (has('r') || has('R') || has('x')) process.exitCode = await remote(parsed, confFile);
  else {
    // Read before leaving the terminal: whoever starts a server hears of a broken file.
    const { options } = readMainConfig(confFile, has('X'));
    const asked = (name: string) => isTrue(options.get(name));
    const stays = has('f') || has('c') || asked('nofork');
    const leaves = has('F') || asked('alwaysfork') || !stays;
    if (process.env[CHILD] === undefined && leaves) toBackground();
    else await serve(parsed, confFile, options);
  }
} catch (error) {
  fail((error as Error).message);
}
