import { connect, type Socket } from 'node:net';

const EMPTY = Buffer.alloc(0);

interface Waiting {
  readonly request: string;
  resolve(status: number): void;
  reject(error: Error): void;
}

/** Keep-alive connections as a client library has them: one request outstanding on each, the others wait for one to be free. */
export class HttpClient {
  readonly #port: number;
  readonly #most: number;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #waiting: Waiting[] = [];

  constructor(port: number, connections: number) {
    this.#port = port;
    this.#most = connections;
  }

  /** Resolves with the status of the answer. */
  send(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { request, resolve, reject };
      const idle = this.#idle.pop() ?? (this.#all.size < this.#most ? this.#open() : undefined);
      if (idle === undefined) this.#waiting.push(waiting);
      else idle.ask(waiting);
    });
  }

  #open(): Connection {
    const connection = new Connection(connect(this.#port, '127.0.0.1'), () => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(connection);
      else connection.ask(next);
    });
    this.#all.add(connection);
    return connection;
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #free: () => void;
  #asked: Waiting | undefined;
  #buffer: Buffer = EMPTY;

  constructor(socket: Socket, free: () => void) {
    this.#socket = socket;
    this.#free = free;
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#read(data));
    socket.on('error', (error) => this.#asked?.reject(error));
    socket.on('close', () => this.#asked?.reject(new Error('the server closed a connection under load')));
  }

  ask(waiting: Waiting): void {
    this.#asked = waiting;
    this.#socket.write(waiting.request);
  }

  #read(data: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]);
    const head = this.#buffer.indexOf('\r\n\r\n');
    if (head < 0) return;
    const text = this.#buffer.toString('latin1', 0, head).toLowerCase();
    const at = text.indexOf('content-length:');
    const length = at < 0 ? 0 : Number.parseInt(text.slice(at + 15), 10);
    if (this.#buffer.length < head + 4 + length) return;
    this.#buffer = this.#buffer.subarray(head + 4 + length);
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.resolve(Number(text.slice(9, 12)));
    this.#free();
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }
}
