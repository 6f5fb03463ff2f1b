/**
 * Lives here: the operations, models and events of ARI, over HTTP and WebSocket; everything derived from one table.
 * Not here: calls (switch), applications (stasis), objects (sorcery), sockets (http).
 * May ask: http, stasis, sorcery, switch, security, conf, errors, log, platform.
 */
export { Ari, type AriOptions } from './ari.ts';
export type { AriGeneral, AriUser, OutboundWebSocket } from './ari-config.ts';
export type { AriPorts, ModuleInfo, ModulePort, Variables } from './handlers/ports.ts';
export { ariTypes } from './objects.ts';
export { type ResourceSpec, resources } from './operations/index.ts';
export { webSocketClientType } from './outbound/client-object.ts';
