/**
 * Lives here: the HTTP and HTTPS server of http.conf: listening, limits, prefixes, bodies, answers, upgrades to WebSocket.
 * Not here: what any URL means (doors register their prefix), users and passwords.
 * May ask: conf, log, platform, security.
 */

export { MAX_BODY_BYTES, readBody } from './body.ts';
export {
  type Bind,
  bindText,
  type HttpConfig,
  parseBind,
  type Restriction,
  readHttpConfig,
  type TlsConfig,
} from './http-config.ts';
export type { HttpExchange, HttpObserver } from './observation.ts';
export { endSocket, errorPage, httpDate, rawAnswer, respond } from './respond.ts';
export { type HttpHandler, HttpServer, type HttpServerOptions } from './server.ts';
export { type ProtocolHandler, WebSocketUri, type WebSocketUriOptions } from './websocket-uri.ts';
