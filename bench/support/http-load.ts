import { HttpClient } from './http-client.ts';

/** Sends `count` requests over keep-alive connections, one outstanding on each, and counts the answers. */
export async function httpLoad(
  port: number,
  connections: number,
  count: number,
  request: (index: number) => string,
  expectStatus: number,
): Promise<number> {
  const client = new HttpClient(port, connections);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const status = await client.send(request(next++));
      if (status !== expectStatus) throw new Error(`expected ${expectStatus}, got ${status}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, worker));
  } finally {
    client.close();
  }
  return count;
}

/** The text of one REST request of user asterisk:secret. */
export function restRequest(method: string, path: string, body?: string): string {
  const head = `${method} /ari${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic YXN0ZXJpc2s6c2VjcmV0\r\n`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
