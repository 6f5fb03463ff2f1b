import type { SorceryObject } from '../../sorcery/index.ts';

/** A websocket_client: where a connection goes, and how. */
export interface WebSocketClientConfig {
  readonly name: string;
  readonly uri: string;
  readonly protocols: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly connectionType: 'persistent' | 'per_call_config';
  /** Milliseconds for one attempt. */
  readonly connectionTimeoutMs: number;
  /** Attempts after which a call gives up and a line is logged. */
  readonly reconnectAttempts: number;
  /** Milliseconds between two attempts. */
  readonly reconnectIntervalMs: number;
  readonly tls: boolean;
  readonly caListFile: string;
  readonly caListPath: string;
  readonly certFile: string;
  readonly privKeyFile: string;
  readonly verifyServerCert: boolean;
  readonly verifyServerHostname: boolean;
  /** `host:port` of an HTTP proxy that can CONNECT; empty for none. */
  readonly proxyHost: string;
  readonly proxyUsername: string;
  readonly proxyPassword: string;
  readonly keepAlive: boolean;
  /** Milliseconds of silence before the system asks whether the far end is there. */
  readonly keepAliveMs: number;
}

/** Shortest pause between attempts: a far end that refuses at once must not be asked in a loop. */
const MIN_INTERVAL_MS = 100;

/** What an object asks for; a text when it makes no sense. */
export function readWebSocketClient(object: SorceryObject): WebSocketClientConfig | string {
  const connectionType = object.get('connection_type');
  if (connectionType !== 'persistent' && connectionType !== 'per_call_config')
    return `connection_type '${connectionType}' is neither persistent nor per_call_config`;
  const tls = object.is('tls_enabled');
  const uri = webSocketUri(object.get('uri'), tls);
  if (uri === undefined) return `uri '${object.get('uri')}' is no address of a WebSocket`;
  return {
    name: object.id,
    uri,
    protocols: object.list('protocols'),
    username: object.get('username'),
    password: object.get('password'),
    connectionType,
    connectionTimeoutMs: Math.max(1, object.number('connection_timeout')),
    reconnectAttempts: Math.max(1, object.number('reconnect_attempts')),
    reconnectIntervalMs: Math.max(MIN_INTERVAL_MS, object.number('reconnect_interval')),
    tls,
    caListFile: object.get('ca_list_file'),
    caListPath: object.get('ca_list_path'),
    certFile: object.get('cert_file'),
    privKeyFile: object.get('priv_key_file'),
    verifyServerCert: object.is('verify_server_cert'),
    verifyServerHostname: object.is('verify_server_hostname'),
    proxyHost: object.get('proxy_host'),
    proxyUsername: object.get('proxy_username'),
    proxyPassword: object.get('proxy_password'),
    keepAlive: object.is('tcp_keepalive_enabled'),
    keepAliveMs: Math.max(1, object.number('tcp_keepalive_time')) * 1_000,
  };
}

/** A `ws` or `wss` address without fragment; `tls_enabled` makes the first the second. */
function webSocketUri(text: string, tls: boolean): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if ((url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.hash !== '') return undefined;
  return tls ? text.replace(/^ws:/i, 'wss:') : text;
}
