import { connect, type Socket } from 'node:net';

interface Waiter {
  readonly needle: string;
  left: number;
  readonly done: () => void;
}

/** A client of the manager interface that only counts what it waits for: it must cost little beside the server. */
export class AmiLoadClient {
  readonly #socket: Socket;
  #waiters: Waiter[] = [];
  #tail = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => this.#take(String(chunk)));
    socket.on('error', (error) => {
      throw error;
    });
  }

  static async login(port: number, user: string, secret: string, events: string): Promise<AmiLoadClient> {
    const client = new AmiLoadClient(connect(port, '127.0.0.1'));
    await client.ask(
      `Action: Login\r\nUsername: ${user}\r\nSecret: ${secret}\r\nEvents: ${events}\r\n\r\n`,
      'Authentication accepted',
    );
    return client;
  }

  #take(chunk: string): void {
    const text = this.#tail + chunk;
    let longest = 0;
    for (const waiter of this.#waiters) {
      longest = Math.max(longest, waiter.needle.length - 1);
      // What ends inside of the tail was counted with the chunk before.
      let at = text.indexOf(waiter.needle, Math.max(0, this.#tail.length - waiter.needle.length + 1));
      for (; at >= 0 && waiter.left > 0; at = text.indexOf(waiter.needle, at + 1)) waiter.left--;
    }
    this.#tail = longest === 0 ? '' : text.slice(-longest);
    for (const waiter of this.#waiters) if (waiter.left === 0) waiter.done();
    this.#waiters = this.#waiters.filter((each) => each.left > 0);
  }

  /** Resolves when a text has come so many times. */
  hears(needle: string, count: number): Promise<void> {
    return new Promise((done) => this.#waiters.push({ needle, left: count, done }));
  }

  /** Sends, and waits for a text to come. */
  ask(request: string, needle: string): Promise<void> {
    const heard = this.hears(needle, 1);
    this.#socket.write(request, 'latin1');
    return heard;
  }

  close(): void {
    this.#socket.destroy();
  }
}
