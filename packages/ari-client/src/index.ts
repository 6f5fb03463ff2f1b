/**
 * Lives here: a typed client for ARI: requests, events, errors; models and operations made from the server's table.
 * Not here: anything of the server, and anything that only Node or only browsers have.
 * May ask: nobody; it has no dependencies.
 */
export { AriClient, type AriClientOptions, type AriLogin } from './client.ts';
export { AriConnectionError, AriError } from './errors.ts';
export {
  AriEventStream,
  type ConnectionChange,
  type ListenOptions,
  type NextOptions,
  type UnknownMessage,
} from './event-stream.ts';
export * from './generated/models.ts';
export * from './generated/resources.ts';
export type { CallOptions, FetchLike } from './request.ts';
export type { WebSocketConstructor, WebSocketLike } from './web-socket.ts';
