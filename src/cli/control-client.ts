import { connect, type Socket } from 'node:net';
import { type Ask, lineReader, type Told } from './control-protocol.ts';

/** Nobody answers on the control socket. */
export class NoServerError extends Error {
  constructor(path: string) {
    super(`Unable to connect to remote asterisk (does ${path} exist?)`);
    this.name = 'NoServerError';
  }
}

/** A connection to a running server. @throws {NoServerError} */
export function openControl(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', () => reject(new NoServerError(path)));
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}

export function ask(socket: Socket, what: Ask): void {
  socket.write(`${JSON.stringify(what)}\n`);
}

/**
 * Runs one command on a running server and writes what it prints.
 * Resolves true when the output is complete, false when the server went away in between. @throws {NoServerError}
 */
export async function remoteCommand(
  path: string,
  line: string,
  write: (text: string) => void,
): Promise<boolean> {
  const socket = await openControl(path);
  return new Promise((resolve) => {
    socket.on('close', () => resolve(false));
    socket.on(
      'data',
      lineReader<Told>(
        (told) => {
          if (told.out !== undefined) write(told.out);
          if (told.end === true) {
            resolve(true);
            socket.destroy();
          }
        },
        () => socket.destroy(),
      ),
    );
    ask(socket, { run: line });
  });
}
