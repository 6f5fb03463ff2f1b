import { connect, type Socket } from 'node:net';

/** Longest answer of a proxy that is read. */
const MAX_ANSWER = 8 * 1024;

export interface ProxyTarget {
  /** `host:port` of the proxy. */
  readonly proxy: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110 §9.3.6).
 * @throws {Error} with what the proxy said
 */
export function openTunnel(target: ProxyTarget): Promise<Socket> {
  const { proxy, username, password, host, port, timeoutMs } = target;
  const colon = proxy.lastIndexOf(':');
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const login =
    username === ''
      ? ''
      : `Proxy-Authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: proxy.slice(0, colon), port: Number(proxy.slice(colon + 1)) });
    let answer = '';
    const fail = (why: string) => {
      socket.destroy();
      reject(new Error(`proxy ${proxy}: ${why}`));
    };
    const read = (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) {
        if (answer.length > MAX_ANSWER) fail('its answer is too long');
        return;
      }
      const [line = ''] = answer.split('\r\n', 1);
      if (!/^HTTP\/1\.[01] 2\d\d(?: |$)/.test(line)) return fail(line.slice(0, 100));
      socket.setTimeout(0);
      socket.off('data', read);
      socket.removeAllListeners('error');
      socket.removeAllListeners('close');
      const rest = answer.slice(end + 4);
      if (rest !== '') socket.unshift(Buffer.from(rest, 'latin1'));
      resolve(socket);
    };
    socket.setTimeout(timeoutMs, () => fail('it does not answer'));
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => fail('it closed the connection'));
    socket.on('data', read);
    socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${login}\r\n`);
  });
}
