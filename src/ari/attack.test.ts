import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Bench, startBench } from './test-bench.ts';

let bench: Bench;
const sockets: (Socket | WebSocket)[] = [];
beforeEach(async () => {
  bench = await startBench({ sessionLimit: 5_000 });
});
afterEach(async () => {
  for (const each of sockets.splice(0)) 'destroy' in each ? each.destroy() : each.terminate();
  await bench.close();
});

const AUTH = 'Authorization: Basic YXN0ZXJpc2s6c2VjcmV0\r\n';
const PING = `GET /ari/asterisk/ping HTTP/1.1\r\n${AUTH}\r\n`;
const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

/** A client on a bare socket. */
function open(first: string | Buffer = '') {
  const socket = connect({ port: bench.http.port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => {});
  if (first.length > 0) socket.write(typeof first === 'string' ? Buffer.from(first, 'latin1') : first);
  const text = () => Buffer.concat(chunks).toString('latin1');
  const ended = new Promise<void>((resolve) => {
    socket.once('end', resolve);
    socket.once('close', () => resolve());
  });
  return { socket, text, ended };
}

/** That others are served, and at once. */
async function healthy(): Promise<void> {
  const begin = performance.now();
  const other = open(PING);
  await expect.poll(other.text, { interval: 2 }).toContain('"pong"');
  expect(performance.now() - begin).toBeLessThan(1_000);
  other.socket.destroy();
}

const put = (headers: string, body = '', path = '/ari/asterisk/config/dynamic/res_lamps/lamp/x') =>
  `PUT ${path} HTTP/1.1\r\n${AUTH}Content-Type: application/json\r\n${headers}\r\n${body}`;

describe('a body', () => {
  it.each([
    // CVE-2018-7287 and CVE-2014-9374 are of this kind: a length that the server believes.
    ['of two billion bytes', 'Content-Length: 2000000000\r\n', '', 413],
    ['of more bytes than a number holds', `Content-Length: ${'9'.repeat(40)}\r\n`, '', 400],
    ['of less than nothing', 'Content-Length: -5\r\n', '', 400],
    ['of no number', 'Content-Length: abc\r\n', '', 400],
    ['of a number with a sign', 'Content-Length: +5\r\n', 'abcde', 400],
    ['of a number in another system', 'Content-Length: 0x5\r\n', 'abcde', 400],
    // CVE-2021-22959, CVE-2022-32213 … 32215, CVE-2022-35256: pairs that two servers read differently.
    ['of two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n', '{}x', 400],
    ['of a length and of chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n', 400],
    ['of chunks twice', 'Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n', 400],
    ['of chunks that are not last', 'Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n', 400],
    ['of a length with a blank before the colon', 'Content-Length : 2\r\n', '{}', 400],
    ['of a length behind a bare line feed', 'X: 1\nContent-Length: 2\r\n', '{}', 400],
    ['of a length on a second line', 'Content-Length:\r\n 2\r\n', '{}', 400],
    ['of a kind that nobody knows', 'Transfer-Encoding: gzip\r\n', '', 501],
  ])('%s is refused, with its connection', async (_what, headers, body, status) => {
    const smuggled = 'GET /ari/asterisk/info HTTP/1.1\r\n\r\n';
    const client = open(put(headers, body) + smuggled);
    await client.ended;
    const answers = client.text().match(/HTTP\/1\.1 \d+/g) ?? [];
    expect(answers).toEqual([expect.stringMatching(status === 400 ? /400|501/ : String(status))]);
    await healthy();
  });

  it('that is longer than it says is the next request, which makes no sense', async () => {
    const client = open(put('Content-Length: 2\r\n', '{}garbage\r\n\r\n'));
    await client.ended;
    expect(new Set(client.text().match(/HTTP\/1\.1 \d+/g))).toEqual(new Set(['HTTP/1.1 400']));
    await healthy();
  });

  it.each([
    ['objects', '{"a":', '1', '}'],
    ['lists', '[', '', ']'],
  ])('of %s that are nested without end is survived', async (_what, begin, middle, end) => {
    const depth = 60_000 / (begin.length + end.length);
    const body = begin.repeat(depth) + middle + end.repeat(depth);
    const client = open(put(`Content-Length: ${body.length}\r\n`, body));
    await expect.poll(client.text).toMatch(/^HTTP\/1\.1 (?:200|400)/);
    await healthy();
  });

  it.each([
    '{"__proto__":{"fields":[{"attribute":"colour","value":"red"}]}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"fields":{"__proto__":[{"attribute":"colour","value":"red"}]}}',
  ])('%s changes no prototype', async (body) => {
    const client = open(put(`Content-Length: ${body.length}\r\n`, body));
    await expect.poll(client.text).toMatch(/^HTTP\/1\.1 (?:200|400)/);
    expect(client.text()).not.toContain('red');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).fields).toBeUndefined();
  });
});

describe('headers', () => {
  it.each([
    ['10 000 of them', 'X: 1\r\n'.repeat(10_000)],
    ['100 000 cookies', `Cookie: ${'a=1; '.repeat(100_000)}\r\n`],
    ['a huge list of protocols', `${UPGRADE}Sec-WebSocket-Protocol: ${'p, '.repeat(100_000)}\r\n`],
    ['a huge origin', `Origin: http://${'x'.repeat(100_000)}\r\n`],
  ])('%s cost their sender the connection', async (_what, headers) => {
    const client = open(`GET /ari/events?app=a HTTP/1.1\r\n${AUTH}${headers}\r\n`);
    await client.ended;
    expect(client.text()).toMatch(/^HTTP\/1\.1 4\d\d/);
    await healthy();
  });

  it('that are doubled are read as the original reads them: the first password counts', async () => {
    const client = open(`GET /ari/asterisk/ping HTTP/1.1\r\n${AUTH}Authorization: Basic eDp5\r\n\r\n`);
    await expect.poll(client.text).toContain('"pong"');
  });

  it('of an upgrade with more protocols than anybody speaks are refused', async () => {
    const many = Array.from({ length: 100 }, (_, index) => `p${index}`).join(', ');
    const client = open(
      `GET /ari/events?app=a HTTP/1.1\r\n${AUTH}${UPGRADE}Sec-WebSocket-Protocol: ${many}, ari\r\n\r\n`,
    );
    await client.ended;
    expect(client.text()).toMatch(/^HTTP\/1\.1 400/);
  });
});

describe('a path', () => {
  it.each([
    // CVE-2009-2651 and its kin: what is asked for must not come back as markup.
    '/<script>alert(1)</script>',
    '/ari/<script>alert(1)</script>',
    '/ari/%3Cscript%3Ealert(1)%3C/script%3E/',
    '/ari/asterisk/modules/<script>',
    '/httpstatus?<script>alert(1)</script>',
  ])('%s never comes back as a page with markup', async (path) => {
    const client = open(`GET ${path} HTTP/1.1\r\n${AUTH}Connection: close\r\n\r\n`);
    await client.ended;
    const [head = '', body = ''] = client.text().split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 40[04]/);
    if (head.includes('text/html')) expect(body).not.toContain('<script>');
  });

  it.each(['/ari/asterisk/ping%0d%0aX: 1', '/ari/x%0d%0aSet-Cookie:%20a=1/'])(
    '%s adds no header',
    async (path) => {
      const client = open(`GET ${path.replace(' ', '%20')} HTTP/1.1\r\n${AUTH}Connection: close\r\n\r\n`);
      await client.ended;
      expect(client.text().split('\r\n\r\n')[0]).not.toMatch(/\r\n(?:X|Set-Cookie):/);
    },
  );

  it.each([
    '/ari/%2e%2e/%2e%2e/etc/passwd',
    '/ari/..%2fari.conf',
    '/ari/%252e%252e/x',
    '/ari/api-docs/..%2f..%2fari.conf',
  ])('%s leads nowhere', async (path) => {
    const client = open(`GET ${path} HTTP/1.1\r\n${AUTH}Connection: close\r\n\r\n`);
    await client.ended;
    expect(client.text()).toMatch(/^HTTP\/1\.1 40[45]/);
  });
});

describe('frames of an event socket', () => {
  const frame = (first: number, payload: Buffer, options: { masked?: boolean; size?: number } = {}) => {
    const size = options.size ?? payload.length;
    const flag = options.masked === false ? 0 : 0x80;
    const head = Buffer.alloc(10);
    head[0] = first;
    let used = 2;
    if (size < 126) head[1] = size | flag;
    else if (size < 65_536) {
      head[1] = 126 | flag;
      head.writeUInt16BE(size, 2);
      used = 4;
    } else {
      head[1] = 127 | flag;
      head.writeBigUInt64BE(BigInt(size), 2);
      used = 10;
    }
    // A mask of zeros leaves the payload as it is.
    const mask = flag === 0 ? Buffer.alloc(0) : Buffer.alloc(4);
    return Buffer.concat([head.subarray(0, used), mask, payload]);
  };
  async function upgraded() {
    const client = open(`GET /ari/events?app=a HTTP/1.1\r\n${AUTH}${UPGRADE}\r\n`);
    await expect.poll(client.text).toContain('\r\n\r\n');
    expect(client.text()).toMatch(/^HTTP\/1\.1 101/);
    return client;
  }

  it.each<[string, Buffer[]]>([
    ['without a mask', [frame(0x81, Buffer.from('{}'), { masked: false })]],
    ['that announce more than anybody may send', [frame(0x81, Buffer.alloc(0), { size: 2 ** 40 })]],
    [
      'that announce more than a number holds',
      [Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ],
    ['that are too large', [frame(0x81, Buffer.alloc(300_000, 0x20))]],
    [
      'that are too large in pieces',
      Array.from({ length: 400 }, (_, index) => frame(index === 0 ? 0x01 : 0x00, Buffer.alloc(1_000, 0x20))),
    ],
    [
      'in more pieces than anybody needs',
      Array.from({ length: 2_000 }, (_, index) => frame(index === 0 ? 0x01 : 0x00, Buffer.alloc(0))),
    ],
    ['that go on with nothing', [frame(0x80, Buffer.from('x'))]],
    ['of a kind that nobody knows', [frame(0x83, Buffer.from('x'))]],
    ['with bits that nobody agreed on', [frame(0xf1, Buffer.from('x'))]],
    ['that are no text', [frame(0x81, Buffer.from([0xff, 0xfe]))]],
    ['that are a ping in pieces', [frame(0x09, Buffer.from('x'))]],
    ['that are a ping of 1 000 bytes', [frame(0x89, Buffer.alloc(1_000))]],
    ['that close with a code that is none', [frame(0x88, Buffer.from([0, 1]))]],
  ])('%s end the socket, and nothing else', async (_what, frames) => {
    const client = await upgraded();
    for (const each of frames) if (client.socket.writable) client.socket.write(each);
    await client.ended;
    await expect.poll(() => bench.ari.sockets.size).toBe(0);
    expect(bench.stasis.list()).toEqual([]);
    await healthy();
  });

  it('that are empty, pongs that nobody asked for, and pings are survived', async () => {
    const client = await upgraded();
    client.socket.write(frame(0x8a, Buffer.from('unasked')));
    client.socket.write(frame(0x81, Buffer.alloc(0)));
    for (let count = 0; count < 10; count++) client.socket.write(frame(0x89, Buffer.alloc(0)));
    await expect.poll(client.text).toContain('Failed to parse request message JSON');
    expect(bench.ari.sockets.size).toBe(1);
    await healthy();
  });

  it('that are pings without end cost the socket', async () => {
    const client = await upgraded();
    client.socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => frame(0x89, Buffer.alloc(100)))));
    await client.ended;
    await expect.poll(() => bench.ari.sockets.size).toBe(0);
    await healthy();
  });

  it('that are requests without end are answered as they are read, in bounded memory', async () => {
    const client = await upgraded();
    const request = JSON.stringify({
      type: 'RESTRequest',
      request_id: 'r',
      method: 'GET',
      uri: 'asterisk/ping',
    });
    for (let count = 0; count < 3_000; count++) client.socket.write(frame(0x81, Buffer.from(request)));
    await healthy();
    await expect.poll(() => client.text().split('"RESTResponse"').length - 1, { timeout: 5_000 }).toBe(3_000);
  });
});

describe('many at once', () => {
  it('a thousand sockets hear one event each, and leave nothing behind', async () => {
    const heard = new Set<number>();
    const all = await Promise.all(
      Array.from(
        { length: 1_000 },
        (_, index) =>
          new Promise<WebSocket>((resolve, reject) => {
            const url = `ws://127.0.0.1:${bench.http.port}/ari/events?app=app${index}&subscribeAll=true`;
            const socket = new WebSocket(url, { auth: 'asterisk:secret' });
            sockets.push(socket);
            socket.on('message', () => heard.add(index));
            socket.once('open', () => resolve(socket));
            socket.once('error', reject);
          }),
      ),
    );
    expect(bench.ari.sockets.size).toBe(1_000);
    bench.owner.deviceStates.set('Stasis:lamp', 'INUSE');
    await expect.poll(() => heard.size, { timeout: 10_000 }).toBe(1_000);
    await healthy();
    for (const each of all) each.terminate();
    await expect.poll(() => bench.ari.sockets.size, { timeout: 10_000 }).toBe(0);
    expect(bench.stasis.list()).toEqual([]);
    await expect.poll(() => bench.http.connections()).toBeLessThan(5);
  }, 30_000);

  it('wrong passwords are refused with 429 in the end, while who was right before goes on', async () => {
    await healthy();
    const client = open();
    for (let count = 0; count < 250; count++) {
      client.socket.write('GET /ari/asterisk/ping HTTP/1.1\r\nAuthorization: Basic YXN0ZXJpc2s6YmFk\r\n\r\n');
    }
    await expect.poll(() => client.text().match(/HTTP\/1\.1 \d+/g)?.length).toBe(250);
    const answers = client.text().match(/HTTP\/1\.1 \d+/g) ?? [];
    expect(answers.filter((each) => each.endsWith('401'))).toHaveLength(200);
    expect(answers.filter((each) => each.endsWith('429'))).toHaveLength(50);
    await healthy();
  });
});
