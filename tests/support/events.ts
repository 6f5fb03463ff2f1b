import { WebSocket } from 'ws';
import type { Instance } from './instance.ts';

const PATIENCE_MS = 8_000;

/** One ARI event, as far as tests look at it. */
export interface AriEvent {
  readonly type: string;
  readonly application: string;
  readonly channel: { readonly id: string; readonly name: string; readonly state: string };
  readonly [member: string]: unknown;
}

/** The WebSocket of an application: keeps what comes, and waits for what is to come. */
export class EventStream {
  readonly seen: AriEvent[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => boolean>();
  /** Events before this were handed out by `next`. */
  #from = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.seen.push(JSON.parse(String(data)));
      for (const look of [...this.#waiting]) look();
    });
  }

  static open(server: Instance, query: string): Promise<EventStream> {
    const socket = new WebSocket(
      `ws://127.0.0.1:${server.httpPort}/ari/events?${query}&api_key=${server.user}`,
      'ari',
    );
    const stream = new EventStream(socket);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(stream));
      socket.once('error', reject);
    });
  }

  /** The next event of this type that was not handed out yet; later calls go on behind it. */
  next(type: string): Promise<AriEvent> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        const at = this.seen.findIndex((each, index) => index >= this.#from && each.type === type);
        const found = this.seen[at];
        if (found === undefined) return false;
        this.#from = at + 1;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
        return true;
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`no ${type}; came: ${this.seen.map((each) => each.type).join(' ')}`));
      }, PATIENCE_MS);
      this.#waiting.add(look);
      look();
    });
  }

  of(type: string): AriEvent[] {
    return this.seen.filter((each) => each.type === type);
  }

  close(): void {
    this.#socket.close();
  }
}
