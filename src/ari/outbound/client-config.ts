import { type Config, isTrue, parseInteger, type Section } from '../../conf/index.ts';

/** A section of websocket_client.conf: where a connection goes, and how. */
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
const MAX_INT = 0x7fff_ffff;

/** Reads websocket_client.conf. What makes no sense is left out and named. */
export function readWebSocketClients(
  config: Config | undefined,
  problem: (text: string) => void,
): ReadonlyMap<string, WebSocketClientConfig> {
  const clients = new Map<string, WebSocketClientConfig>();
  for (const section of config?.sections ?? []) {
    if (section.isTemplate || section.get('type') !== 'websocket_client') continue;
    const client = readOne(section);
    if (typeof client === 'string') problem(`${section.file}:${section.line}: [${section.name}]: ${client}`);
    else clients.set(section.name, client);
  }
  return clients;
}

function readOne(section: Section): WebSocketClientConfig | string {
  const text = (name: string) => section.get(name) ?? '';
  const yes = (name: string, fallback: boolean) =>
    section.get(name) === undefined ? fallback : isTrue(section.get(name));
  const wrong: string[] = [];
  const number = (name: string, fallback: number) => {
    const value = parseInteger(section.get(name) ?? String(fallback), -MAX_INT, MAX_INT);
    if (value === undefined) wrong.push(`${name} is no number`);
    return value ?? fallback;
  };
  const connectionType = text('connection_type');
  if (connectionType !== 'persistent' && connectionType !== 'per_call_config')
    return `connection_type '${connectionType}' is neither persistent nor per_call_config`;
  const tls = yes('tls_enabled', false);
  const uri = webSocketUri(text('uri'), tls);
  if (uri === undefined) return `uri '${text('uri')}' is no address of a WebSocket`;
  const client: WebSocketClientConfig = {
    name: section.name,
    uri,
    protocols: text('protocols')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
    username: text('username'),
    password: text('password'),
    connectionType,
    connectionTimeoutMs: Math.max(1, number('connection_timeout', 500)),
    reconnectAttempts: Math.max(1, number('reconnect_attempts', 4)),
    reconnectIntervalMs: Math.max(MIN_INTERVAL_MS, number('reconnect_interval', 500)),
    tls,
    caListFile: text('ca_list_file'),
    caListPath: text('ca_list_path'),
    certFile: text('cert_file'),
    privKeyFile: text('priv_key_file'),
    verifyServerCert: yes('verify_server_cert', true),
    verifyServerHostname: yes('verify_server_hostname', true),
    proxyHost: text('proxy_host'),
    proxyUsername: text('proxy_username'),
    proxyPassword: text('proxy_password'),
    keepAlive: yes('tcp_keepalive_enabled', true),
    keepAliveMs: Math.max(1, number('tcp_keepalive_time', 20)) * 1_000,
  };
  return wrong[0] ?? client;
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
