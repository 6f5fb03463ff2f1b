import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ask, openControl } from './control-client.ts';
import { lineReader, type Told } from './control-protocol.ts';

const HISTORY_LINES = 500;
const RECONNECT_MS = 1_000;

export interface RemoteConsoleOptions {
  /** The control socket. */
  readonly path: string;
  /** Printed first. */
  readonly banner: string;
  /** `-R`: connect again when the server goes away. */
  readonly reconnect: boolean;
  /** Highest verbosity of the log that is shown between. */
  readonly verbosity: number;
  readonly input: Readable;
  readonly output: Writable;
  /** Whether lines are edited, completed and kept; a pipe is only read. */
  readonly terminal: boolean;
  readonly historyFile: string;
  /** Ctrl-C; without it the console closes. */
  readonly onInterrupt?: () => void;
}

/** The console of `-r`: a prompt with Tab completion and a history, and the server's log between. @throws {NoServerError} */
export async function remoteConsole(options: RemoteConsoleOptions): Promise<void> {
  const console_ = new RemoteConsole(options, await openControl(options.path));
  await console_.closed;
}

class RemoteConsole {
  readonly closed: Promise<void>;
  readonly #options: RemoteConsoleOptions;
  readonly #lines: ReturnType<typeof createInterface>;
  #socket: Socket;
  #retry: NodeJS.Timeout | undefined;
  /** Commands whose output has not ended. */
  #open = 0;
  #inputEnded = false;
  #completed: ((words: readonly string[]) => void) | undefined;

  constructor(options: RemoteConsoleOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    options.output.write(options.banner);
    this.#lines = createInterface({
      input: options.input,
      output: options.output,
      terminal: options.terminal,
      prompt: '*CLI> ',
      history: options.terminal ? readHistory(options.historyFile) : [],
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
        const word = line.slice(line.lastIndexOf(' ') + 1);
        this.#completed = (words) => done(null, [words.length === 1 ? [`${words[0]} `] : [...words], word]);
        // The line takes no key until it is told what fits: without a server that is nothing.
        if (this.#socket.destroyed) this.#complete([]);
        else ask(this.#socket, { complete: line });
      },
    });
    this.closed = new Promise((resolve) => {
      this.#lines.on('close', () => {
        this.#inputEnded = true;
        if (this.#open === 0) this.#leave();
      });
      this.#leave = () => {
        clearTimeout(this.#retry);
        this.#socket.removeAllListeners('close');
        this.#socket.destroy();
        resolve();
      };
    });
    this.#lines.on('line', (line) => this.#command(line.trim()));
    this.#lines.on('SIGINT', () => {
      if (options.onInterrupt === undefined) this.#lines.close();
      else options.onInterrupt();
    });
    if (options.terminal)
      this.#lines.on('history', (lines: string[]) => writeHistory(options.historyFile, lines));
    this.#follow(socket);
    this.#prompt();
  }

  #leave: () => void = () => {};

  #command(command: string): void {
    if (command === 'exit' || command === 'quit') this.#lines.close();
    else if (command.startsWith('!')) {
      spawnSync(command.slice(1), { shell: true, stdio: 'inherit' });
      this.#prompt();
    } else if (command === '' || this.#socket.destroyed) this.#prompt();
    else {
      this.#open++;
      ask(this.#socket, { run: command });
    }
  }

  #prompt(keepCursor = false): void {
    if (!this.#inputEnded && this.#options.terminal) this.#lines.prompt(keepCursor);
  }

  /** Text that comes by itself: above the line that is being typed. */
  #print(text: string): void {
    this.#options.output.write(this.#options.terminal ? `\r\u001b[K${text}` : text);
    this.#prompt(true);
  }

  #follow(socket: Socket): void {
    this.#socket = socket;
    ask(socket, { attach: this.#options.verbosity });
    socket.on(
      'data',
      lineReader<Told>(
        (told) => this.#told(told),
        () => socket.destroy(),
      ),
    );
    socket.on('close', () => {
      this.#open = 0;
      this.#complete([]);
      this.#print('The server has gone away.\n');
      if (this.#inputEnded) this.#leave();
      else if (this.#options.reconnect) this.#reconnect();
      else this.#lines.close();
    });
  }

  #told(told: Told): void {
    if (told.words !== undefined) this.#complete(told.words);
    else if (told.log !== undefined) this.#print(told.log);
    else if (told.out !== undefined) this.#options.output.write(told.out);
    else if (told.end === true) {
      this.#open = Math.max(0, this.#open - 1);
      if (this.#inputEnded && this.#open === 0) this.#leave();
      else this.#prompt();
    }
  }

  #complete(words: readonly string[]): void {
    const completed = this.#completed;
    this.#completed = undefined;
    completed?.(words);
  }

  #reconnect(): void {
    this.#retry = setTimeout(() => {
      openControl(this.#options.path).then(
        (socket) => {
          if (this.#inputEnded) socket.destroy();
          else this.#follow(socket);
        },
        () => {
          if (!this.#inputEnded) this.#reconnect();
        },
      );
    }, RECONNECT_MS);
  }
}

/** The youngest first, as readline wants it; the file has the oldest first. */
function readHistory(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(-HISTORY_LINES).reverse();
}

function writeHistory(file: string, lines: readonly string[]): void {
  try {
    writeFileSync(file, `${[...lines].reverse().join('\n')}\n`, { mode: 0o600 });
  } catch {
    // A home folder that cannot be written keeps no history.
  }
}
