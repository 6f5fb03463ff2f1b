import { readdir, readFile } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { MAX_CLIENT_MESSAGE } from '../http-door.ts';
import type { WebSocketClientConfig } from './client-config.ts';
import { openTunnel } from './proxy.ts';

/** A connection to an application that stands. */
export interface Connected {
  readonly webSocket: WebSocket;
  readonly stream: Duplex;
  /** `address:port` of the far end. */
  readonly remote: string;
}

/** Files of a directory of certificates that are read. */
const MAX_CA_FILES = 1_000;

/**
 * Opens a WebSocket as a section of websocket_client.conf says: once, within its time.
 * @throws {Error} telling why there is none
 */
export async function connectWebSocket(
  config: WebSocketClientConfig,
  signal: AbortSignal,
): Promise<Connected> {
  const url = new URL(config.uri);
  const secure = url.protocol === 'wss:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tls = secure ? await tlsOptions(config, host) : {};
  const tunnel =
    config.proxyHost === ''
      ? undefined
      : await openTunnel({
          proxy: config.proxyHost,
          username: config.proxyUsername,
          password: config.proxyPassword,
          host,
          port,
          timeoutMs: config.connectionTimeoutMs,
        });
  if (signal.aborted) {
    tunnel?.destroy();
    throw new Error('it was shut down');
  }
  const options: ClientOptions = {
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_MESSAGE,
    headers: authorization(config),
    ...connection(secure ? { ...tls, host, port } : undefined, tunnel),
  };
  return open(new WebSocket(config.uri, [...config.protocols], options), config, signal, tunnel);
}

/** Makes the connection where it is not a plain one to the far end itself. */
function connection(
  tls: ConnectionOptions | undefined,
  tunnel: Socket | undefined,
): { createConnection?: () => Socket } {
  if (tls !== undefined) {
    const options = tunnel === undefined ? tls : { ...tls, socket: tunnel };
    return { createConnection: () => connectTls(options) };
  }
  return tunnel === undefined ? {} : { createConnection: () => tunnel };
}

function open(
  webSocket: WebSocket,
  config: WebSocketClientConfig,
  signal: AbortSignal,
  tunnel: Socket | undefined,
): Promise<Connected> {
  return new Promise((resolve, reject) => {
    let stream: Socket | undefined;
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const fail = (error: Error) => {
      settle();
      tunnel?.destroy();
      reject(error);
    };
    const abort = () => webSocket.terminate();
    // The library's own timeout begins when the connection stands, which it may never do.
    const timer = setTimeout(() => {
      fail(new Error(`no answer within ${config.connectionTimeoutMs} ms`));
      webSocket.terminate();
    }, config.connectionTimeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    webSocket.on('upgrade', (response) => {
      stream = response.socket;
      stream.setNoDelay(true);
      stream.setKeepAlive(config.keepAlive, config.keepAliveMs);
    });
    webSocket.on('error', fail);
    webSocket.once('open', () => {
      settle();
      webSocket.off('error', fail);
      if (stream === undefined) return fail(new Error('it has no connection'));
      resolve({ webSocket, stream, remote: `${stream.remoteAddress}:${stream.remotePort}` });
    });
  });
}

function authorization({ username, password }: WebSocketClientConfig): Record<string, string> {
  if (username === '') return {};
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

async function tlsOptions(config: WebSocketClientConfig, host: string): Promise<ConnectionOptions> {
  const { caListFile, caListPath, certFile, privKeyFile } = config;
  const ca = [
    ...(caListFile === '' ? [] : [await readFile(caListFile)]),
    ...(caListPath === '' ? [] : await readCertificates(caListPath)),
  ];
  return {
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca.length === 0 ? {} : { ca }),
    ...(certFile === '' ? {} : { cert: await readFile(certFile) }),
    ...(certFile === '' ? {} : { key: await readFile(privKeyFile === '' ? certFile : privKeyFile) }),
    rejectUnauthorized: config.verifyServerCert,
    ...(config.verifyServerHostname ? {} : { checkServerIdentity: () => undefined }),
  };
}

async function readCertificates(folder: string): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (const each of (await readdir(folder)).slice(0, MAX_CA_FILES)) {
    try {
      const file = await readFile(join(folder, each));
      if (file.includes('-----BEGIN CERTIFICATE-----')) found.push(file);
    } catch {
      // Directories and links into nowhere lie there too.
    }
  }
  return found;
}
