import { createSocket, type Socket } from 'node:dgram';
import { header } from './sip-load.ts';

const ANSWER_MS = 10_000;

/** Asks single questions over UDP, each from the address that it is to come from, and waits for their answers. */
export class SipAsker {
  readonly #server: number;
  readonly #sockets = new Map<string, Socket>();
  readonly #waiting = new Map<string, (answer: string) => void>();
  #asked = 0;

  constructor(server: number) {
    this.#server = server;
  }

  /** Opens a socket on each of these addresses. */
  async open(addresses: readonly string[]): Promise<void> {
    for (const address of new Set(addresses)) {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
      await new Promise<void>((resolve) => socket.bind(0, address, resolve));
      socket.on('message', (data) => {
        const message = data.toString('latin1');
        this.#waiting.get(header(message, 'Call-ID'))?.(message);
      });
      this.#sockets.set(address, socket);
    }
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }

  /** Sends `count` requests, `parallel` at a time, written up to what tells one from another. All must be answered by 200. */
  async ask(
    count: number,
    parallel: number,
    request: (index: number) => readonly [address: string, text: string],
  ): Promise<number> {
    let next = 0;
    const worker = async () => {
      while (next < count) {
        const [address, text] = request(next++);
        const answer = await this.#one(address, text);
        if (!answer.startsWith('SIP/2.0 200')) throw new Error(`${text}\nwas answered ${answer}`);
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return count;
  }

  #one(address: string, text: string): Promise<string> {
    const socket = this.#sockets.get(address);
    if (socket === undefined) throw new Error(`there is no socket on ${address}`);
    const id = `q${this.#asked++}@load`;
    const via = `Via: SIP/2.0/UDP ${address}:${socket.address().port};branch=z9hG4bK${id};rport\r\n`;
    return new Promise((resolve, reject) => {
      const giveUp = setTimeout(() => reject(new Error(`no answer to ${text}`)), ANSWER_MS);
      this.#waiting.set(id, (answer) => {
        clearTimeout(giveUp);
        this.#waiting.delete(id);
        resolve(answer);
      });
      socket.send(
        Buffer.from(`${text}${via}Max-Forwards: 70\r\nCall-ID: ${id}\r\nContent-Length: 0\r\n\r\n`, 'latin1'),
        this.#server,
        '127.0.0.1',
      );
    });
  }
}
