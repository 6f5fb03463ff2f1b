import { spawn } from 'node:child_process';
import { readMainConfig } from './conf/index.ts';
import { flagHelp, type Parsed, parseFlags } from './flags.ts';
import { compatibleVersion, version } from './version.ts';

const DEFAULT_CONF = '/etc/asterisk/asterisk.conf';

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

/** `-r`, `-R`, `-x`: talk to a server that runs. */
async function remote(parsed: Parsed, confFile: string): Promise<number> {
  const path = parsed.arguments.get('s') ?? readMainConfig(confFile).controlSocket;
  const command = parsed.arguments.get('x');
  if (command !== undefined) {
    const { remoteCommand } = await import('./cli/index.ts');
    return (await remoteCommand(path, command, (text) => process.stdout.write(text))) ? 0 : 1;
  }
  const { remoteConsole } = await import('./cli/index.ts');
  return remoteConsole({ path, version, reconnect: parsed.counts.has('R') });
}

async function serve(parsed: Parsed, confFile: string): Promise<void> {
  const { startServer } = await import('./server.ts');
  const server = await startServer({
    confFile,
    console: parsed.counts.has('m') ? undefined : (text) => process.stdout.write(text),
    verbose: parsed.counts.get('v') ?? 0,
    debug: parsed.counts.get('d') ?? 0,
    ...(parsed.arguments.has('M') ? { maxCalls: Number(parsed.arguments.get('M')) } : {}),
  });
  const stop = () => void server.stop('now', false);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => server.reload());
  process.on('SIGPIPE', () => {});
  process.on('unhandledRejection', (reason) => server.fault('A promise was rejected', reason));
  process.on('uncaughtException', (error) => server.fault('An error was not caught', error));
  const { restart } = await server.stopped;
  if (restart) {
    const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: 'inherit',
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.removeAllListeners(signal);
      process.on(signal, () => child.kill(signal));
    }
    child.on('exit', (code) => process.exit(code ?? 1));
  } else process.exit(0);
}

const parsed = flagsOf(process.argv.slice(2));
const confFile = parsed.arguments.get('C') ?? DEFAULT_CONF;

try {
  if (parsed.counts.has('h')) process.stdout.write(flagHelp());
  else if (parsed.counts.has('V'))
    process.stdout.write(`Asterism ${version} (compatible with Asterisk ${compatibleVersion})\n`);
  else if (['r', 'R', 'x'].some((letter) => parsed.counts.has(letter)))
    process.exitCode = await remote(parsed, confFile);
  else if (parsed.counts.has('f') || parsed.counts.has('c')) await serve(parsed, confFile);
  else {
    // As the original: without -f or -c the server leaves the terminal.
    const child = spawn(process.execPath, [...process.argv.slice(1), '-fm'], {
      detached: true,
      stdio: 'ignore',
    });
    child.unref();
    process.stdout.write(`Asterism runs in the background as process ${child.pid}.\n`);
  }
} catch (error) {
  fail((error as Error).message);
}
