import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ask, openControl } from './control-client.ts';
import { lineReader, type Told } from './control-protocol.ts';

const HISTORY_LINES = 500;
const RECONNECT_MS = 1_000;

export interface RemoteConsoleOptions {
  readonly path: string;
  readonly version: string;
  /** `-R`: connect again when the server goes away. */
  readonly reconnect: boolean;
}

/** The console of `-r`: a prompt with Tab completion and a history, and the server's log between. */
export async function remoteConsole(options: RemoteConsoleOptions): Promise<number> {
  let socket = await openControl(options.path);
  const historyFile = join(homedir(), '.asterism_history');
  const history = existsSync(historyFile)
    ? readFileSync(historyFile, 'utf8').split('\n').filter(Boolean).reverse()
    : [];
  let finished: () => void = () => {};
  let words: ((found: readonly string[]) => void) | undefined;
  const console_ = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: '*CLI> ',
    history,
    historySize: HISTORY_LINES,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      words = (found) => done(null, [found.map((each) => `${each} `), line.slice(line.lastIndexOf(' ') + 1)]);
      ask(socket, { complete: line });
    },
  });
  const print = (text: string) => {
    process.stdout.write(`\r\u001b[K${text}`);
    console_.prompt(true);
  };
  return new Promise((resolve) => {
    const follow = (connected: Socket) => {
      socket = connected;
      ask(connected, { attach: true });
      connected.on(
        'data',
        lineReader<Told>(
          (told) => {
            if (told.words !== undefined) words?.(told.words);
            else if (told.log !== undefined) print(told.log);
            else if (told.out !== undefined) process.stdout.write(told.out);
            else if (told.end === true) finished();
          },
          () => connected.destroy(),
        ),
      );
      connected.on('close', () => {
        print('The server has gone away.\n');
        if (!options.reconnect) return console_.close();
        const again = () => openControl(options.path).then(follow, () => setTimeout(again, RECONNECT_MS));
        setTimeout(again, RECONNECT_MS);
      });
    };
    follow(socket);
    process.stdout.write(
      `Asterism ${options.version}, console of ${options.path}. Type 'help' for commands, 'exit' to leave.\n`,
    );
    finished = () => console_.prompt();
    console_.on('line', (line) => {
      const command = line.trim();
      if (command === 'exit' || command === 'quit') console_.close();
      else if (command.startsWith('!')) {
        spawnSync(command.slice(1), { shell: true, stdio: 'inherit' });
        console_.prompt();
      } else if (command === '') console_.prompt();
      else ask(socket, { run: command });
    });
    console_.on('history', (lines: string[]) => {
      try {
        writeFileSync(historyFile, `${[...lines].reverse().join('\n')}\n`, { mode: 0o600 });
      } catch {
        // A home folder that cannot be written keeps no history.
      }
    });
    console_.on('close', () => {
      socket.removeAllListeners('close');
      socket.destroy();
      resolve(0);
    });
    console_.prompt();
  });
}
