import { execFile } from 'node:child_process';
import { chmodSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import type { ConsoleAttachment, Logger } from '../log/index.ts';
import { type Cli, detachedConsole } from './cli.ts';
import { type Ask, lineReader, type Told } from './control-protocol.ts';

/** Bytes of log that may wait for a remote console; more are left out for it, with a note. */
const MAX_LOG_BACKLOG = 1024 * 1024;
/** Bytes of output that may wait before a command pauses. */
const OUTPUT_HIGH_WATER = 256 * 1024;

export interface ControlServerOptions {
  readonly path: string;
  readonly mode: number;
  /** Whom the socket is given to, by name or number. */
  readonly owner?: string;
  readonly group?: string;
  readonly cli: Cli;
  readonly log: Logger;
  /** Lets a console follow the log, its verbose text up to a verbosity. */
  readonly attach: (write: (line: string) => void, verbosity: number) => ConsoleAttachment;
}

/** The UNIX socket in `astrundir` that remote consoles and `-rx` connect to. */
export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Listens. A socket file that nobody answers on is left over from a crash and is replaced. @throws {Error} */
  static async listen(options: ControlServerOptions): Promise<ControlServer> {
    if (await answers(options.path))
      throw new Error(`Asterism already runs on ${options.path}: connect to it with asterism -r`);
    try {
      unlinkSync(options.path);
    } catch {
      // There was none.
    }
    const control = new ControlServer(options);
    await new Promise<void>((resolve, reject) => {
      control.#server.once('error', reject);
      control.#server.listen(options.path, resolve);
    });
    chmodSync(options.path, options.mode);
    await control.#give();
    return control;
  }

  /** One that cannot be given away stays the server's own, and is said so. */
  async #give(): Promise<void> {
    const { path, owner = '', group = '', log } = this.#options;
    if (owner === '' && group === '') return;
    const to = group === '' ? owner : `${owner}:${group}`;
    try {
      await promisify(execFile)('chown', ['--', to, path]);
    } catch (error) {
      log.warning(`${path} cannot be given to '${to}': ${(error as Error).message.trim()}`);
    }
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let console_ = detachedConsole();
    const tell = (message: Told): boolean => socket.write(`${JSON.stringify(message)}\n`);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      console_.close();
      this.#sockets.delete(socket);
    });
    let work = Promise.resolve();
    let attached = false;
    const read = lineReader<Ask>(
      (ask) => {
        if (typeof ask.complete === 'string') tell({ words: this.#options.cli.complete(ask.complete) });
        else if (typeof ask.run === 'string') {
          const line = ask.run;
          work = work.then(() => this.#run(socket, line, console_, tell));
        } else if (typeof ask.attach === 'number' && !attached) {
          attached = true;
          console_ = this.#options.attach(logWriter(socket, tell), ask.attach);
        }
      },
      () => socket.destroy(),
    );
    socket.on('data', read);
  }

  async #run(
    socket: Socket,
    line: string,
    console_: ConsoleAttachment,
    tell: (message: Told) => boolean,
  ): Promise<void> {
    try {
      for await (const text of this.#options.cli.run(line, console_)) {
        if (socket.destroyed) return;
        tell({ out: text });
        if (socket.writableLength > OUTPUT_HIGH_WATER) await drained(socket);
      }
    } catch (error) {
      this.#options.log.error(
        `Console command '${line}' failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
      tell({ out: `Command '${line}' failed: ${error instanceof Error ? error.message : String(error)}\n` });
    }
    tell({ end: true });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // What was printed last still has to arrive: `core stop now` asks for it over this very socket.
    for (const socket of this.#sockets) socket.end();
    for (const socket of this.#sockets) socket.unref();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 200).unref())]);
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Writes log lines to a console that keeps up; one that does not is told how many it missed. */
function logWriter(socket: Socket, tell: (message: Told) => boolean): (text: string) => void {
  let missed = 0;
  return (text) => {
    if (socket.writableLength >= MAX_LOG_BACKLOG) {
      missed++;
      return;
    }
    if (missed > 0) tell({ log: `(${missed} lines of log left out: this console was too slow)\n` });
    missed = 0;
    tell({ log: text });
  };
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', resolve);
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
