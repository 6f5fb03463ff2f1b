import { connect, type Socket } from 'node:net';

const EMPTY = Buffer.alloc(0);

/**
 * Sends requests over keep-alive connections, one outstanding on each, and counts the answers.
 * Written on bare sockets so that the load costs little beside the server on the same machine.
 */
export async function httpLoad(
  port: number,
  connections: number,
  count: number,
  request: (index: number) => string,
  expectStatus: number,
): Promise<number> {
  let next = 0;
  let done = 0;
  const sockets: Socket[] = [];
  await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect(port, '127.0.0.1');
          socket.setNoDelay(true);
          sockets.push(socket);
          let buffer: Buffer = EMPTY;
          const send = () => {
            if (next >= count) return resolve();
            socket.write(request(next++));
          };
          socket.on('connect', send);
          socket.on('error', reject);
          socket.on('close', () => reject(new Error('the server closed a connection under load')));
          socket.on('data', (data) => {
            buffer = buffer.length === 0 ? data : Buffer.concat([buffer, data]);
            const head = buffer.indexOf('\r\n\r\n');
            if (head < 0) return;
            const text = buffer.toString('latin1', 0, head).toLowerCase();
            const at = text.indexOf('content-length:');
            const length = at < 0 ? 0 : Number.parseInt(text.slice(at + 15), 10);
            if (buffer.length < head + 4 + length) return;
            const status = Number(text.slice(9, 12));
            if (status !== expectStatus)
              return reject(new Error(`expected ${expectStatus}: ${buffer.toString().slice(0, 400)}`));
            buffer = buffer.subarray(head + 4 + length);
            done++;
            send();
          });
        }),
    ),
  ).finally(() => {
    for (const socket of sockets) {
      socket.removeAllListeners('close');
      socket.destroy();
    }
  });
  return done;
}

/** The text of one REST request of user asterisk:secret. */
export function restRequest(method: string, path: string, body?: string): string {
  const head = `${method} /ari${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic YXN0ZXJpc2s6c2VjcmV0\r\n`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
