import { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';

/** RFC 6455 §7.4.1: the other side sent a kind of data that is not taken. */
const UNSUPPORTED_DATA = 1003;
const NORMAL_CLOSURE = 1000;

const LINE_BREAKS = /[\r\n]+/g;

/** A WebSocket as a stream of lines: a message for each line that is written, a line for each message that comes. */
export class WebSocketStream extends Duplex {
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket) {
    super({ decodeStrings: false, allowHalfOpen: false });
    this.#webSocket = webSocket;
    webSocket.on('message', (data, binary) => this.#message(data, binary));
    webSocket.on('error', () => this.destroy());
    webSocket.on('close', () => {
      this.push(null);
      this.destroy();
    });
  }

  #message(data: RawData, binary: boolean): void {
    if (binary) {
      this.#webSocket.close(UNSUPPORTED_DATA, 'text is expected');
      return;
    }
    // JSON has line breaks between its parts only, where a blank does as well.
    if (!this.push(`${String(data).replace(LINE_BREAKS, ' ')}\n`, 'utf8')) this.#webSocket.pause();
  }

  override _read(): void {
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const lines = String(chunk).split('\n');
    if (lines.at(-1) === '') lines.pop();
    const last = lines.pop();
    if (last === undefined || this.#webSocket.readyState !== this.#webSocket.OPEN) {
      done();
      return;
    }
    for (const line of lines) this.#webSocket.send(line);
    this.#webSocket.send(last, (error) => done(error));
  }

  override _final(done: () => void): void {
    this.#webSocket.close(NORMAL_CLOSURE);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#webSocket.terminate();
    done(error);
  }
}
