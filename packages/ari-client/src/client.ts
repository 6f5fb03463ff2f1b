import { AriEventStream, type ListenOptions } from './event-stream.ts';
import { AriResources } from './generated/resources.ts';
import { type FetchLike, type Operation, Requester } from './request.ts';
import { platformWebSocket, type WebSocketConstructor } from './web-socket.ts';

/** A user of ari.conf, or a token, which Asterism alone has. */
export type AriLogin =
  | { readonly username: string; readonly password: string; readonly token?: undefined }
  | { readonly token: string; readonly username?: undefined; readonly password?: undefined };

export type AriClientOptions = AriConnectionOptions & AriLogin;

export interface AriConnectionOptions {
  /** Where the interface is, such as `http://127.0.0.1:8088/ari`. */
  readonly url: string;
  /** Milliseconds to wait for an answer; default 30 000. */
  readonly timeoutMs?: number;
  /** Default the platform's. */
  readonly fetch?: FetchLike;
  /** Default the platform's; for Node 20, which has none, that of the package `ws`. */
  readonly webSocket?: WebSocketConstructor;
}

/** What opens event sockets. */
const SOCKET: Operation = {
  ...{ key: 'events.eventWebsocket', method: 'GET', path: '/events', query: ['app'], result: 'none' },
};
const TIMEOUT_MS = 30_000;

/** A server and a user of it. Operations are grouped by resource: `client.channels.answer({ channelId })`. */
export class AriClient extends AriResources {
  readonly #options: AriClientOptions;
  readonly #requester: Requester;
  readonly #url: string;

  constructor(options: AriClientOptions) {
    const url = trimSlashes(options.url);
    const requester = new Requester({
      url,
      authorization:
        options.token === undefined ? `Basic ${base64(apiKeyOf(options))}` : `Bearer ${options.token}`,
      fetch: options.fetch ?? ((address, init) => fetch(address, init)),
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    });
    super(requester);
    this.#requester = requester;
    this.#options = options;
    this.#url = url;
  }

  /** Becomes applications and receives their events, from now until `close()`. */
  listen(options: ListenOptions): AriEventStream {
    const webSocket = this.#options.webSocket ?? platformWebSocket();
    if (webSocket === undefined)
      throw new TypeError('This platform has no WebSocket: give one, such as that of the package ws');
    return new AriEventStream({
      ...options,
      url: this.#url,
      apiKey: apiKeyOf(this.#options),
      webSocket,
      // Asked without an upgrade, the same path tells a user who is let in that one is required (426).
      probe: () => this.#requester.send(SOCKET, { app: options.apps }),
    });
  }
}

/** What stands in the address of a WebSocket, which takes no header in browsers. */
function apiKeyOf(login: AriLogin): string {
  return login.token ?? `${login.username}:${login.password}`;
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
