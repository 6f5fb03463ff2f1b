import { AriEventStream, type ListenOptions } from './event-stream.ts';
import { AriResources } from './generated/resources.ts';
import { type FetchLike, Requester } from './request.ts';
import { platformWebSocket, type WebSocketConstructor } from './web-socket.ts';

export interface AriClientOptions {
  /** Where the interface is, such as `http://127.0.0.1:8088/ari`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Milliseconds to wait for an answer; default 30 000. */
  readonly timeoutMs?: number;
  /** Default the platform's. */
  readonly fetch?: FetchLike;
  /** Default the platform's; for Node 20, which has none, that of the package `ws`. */
  readonly webSocket?: WebSocketConstructor;
}

const TIMEOUT_MS = 30_000;

/** A server and a user of it. Operations are grouped by resource: `client.channels.answer({ channelId })`. */
export class AriClient extends AriResources {
  readonly #options: AriClientOptions;
  readonly #url: string;

  constructor(options: AriClientOptions) {
    const url = trimSlashes(options.url);
    super(
      new Requester({
        url,
        authorization: `Basic ${base64(`${options.username}:${options.password}`)}`,
        fetch: options.fetch ?? ((address, init) => fetch(address, init)),
        timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      }),
    );
    this.#options = options;
    this.#url = url;
  }

  /** Becomes applications and receives their events, from now until `close()`. */
  listen(options: ListenOptions): AriEventStream {
    const { username, password } = this.#options;
    const webSocket = this.#options.webSocket ?? platformWebSocket();
    if (webSocket === undefined)
      throw new TypeError('This platform has no WebSocket: give one, such as that of the package ws');
    return new AriEventStream({
      ...options,
      url: this.#url,
      apiKey: `${username}:${password}`,
      webSocket,
      probe: () => this.asterisk.ping(),
    });
  }
}

function trimSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}

/** Base64 of the text in UTF-8 (RFC 7617 §2.1); `btoa` takes bytes. */
function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
