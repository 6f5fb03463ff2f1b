import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { resources } from './operations/index.ts';
import { MAX_QUEUED_BYTES } from './outlet.ts';
import { type Bench, startBench } from './test-bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const credentials = `Basic ${Buffer.from('asterisk:secret').toString('base64')}`;

async function ask(method: string, path: string, body?: string, type = 'application/json') {
  const response = await fetch(`http://127.0.0.1:${bench.http.port}/ari${path}`, {
    method,
    headers: { authorization: credentials, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, text, json: text === '' ? undefined : JSON.parse(text) };
}

/** Sends bytes as they are; resolves with what came until the connection closed. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(bench.http.port, '127.0.0.1', () => socket.write(Buffer.from(text, 'latin1')));
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
    });
    socket.on('error', () => resolve(got));
    socket.on('close', () => resolve(got));
  });
}

const LAMP = '/asterisk/config/dynamic/res_lamps/lamp';

describe('a push', () => {
  it('of any JSON is 200, or a 400 that names what is wrong', async () => {
    const field = fc.record({
      attribute: fc.oneof(fc.constantFrom('colour', 'place', '__proto__', 'constructor'), fc.string()),
      value: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
    });
    const body = fc.oneof(
      fc.json(),
      fc.oneof(fc.array(field), fc.jsonValue()).map((fields) => JSON.stringify({ fields })),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(body, async (each) => {
        const { status, json } = await ask('PUT', `${LAMP}/any`, each);
        expect([200, 400]).toContain(status);
        if (status === 400) {
          expect(['BODY_NOT_JSON', 'PUSH_FIELD_REFUSED', 'PUSH_NO_FIELDS']).toContain(json.code);
          if (json.code === 'PUSH_FIELD_REFUSED') expect(typeof json.field).toBe('string');
          if (json.code !== 'PUSH_NO_FIELDS') expect(json.detail).toBeTruthy();
        }
      }),
      { numRuns: 400 },
    );
  });

  it('under any id is found again under it', async () => {
    const id = fc
      .string({ minLength: 1, maxLength: 80, unit: 'grapheme' })
      .filter((each) => !each.includes('\u0000') && each !== '.' && each !== '..');
    await fc.assert(
      fc.asyncProperty(id, async (each) => {
        const path = `${LAMP}/${encodeURIComponent(each)}`;
        const put = await ask('PUT', path, '{"fields":[{"attribute":"colour","value":"red"}]}');
        expect(put.status).toBe(200);
        expect((await ask('GET', path)).text).toBe(put.text);
        expect((await ask('DELETE', path)).status).toBe(204);
      }),
      { numRuns: 100 },
    );
  });

  it('repeats nothing of a body that is not JSON', async () => {
    for (const body of [
      '{"fields":[{"attribute":"password","value":"hunter2"},}',
      '{"value":hunter2}',
      'hunter2',
      '{"value":"hunter2',
      "{'value':'hunter2'}",
    ]) {
      const { status, text, json } = await ask('PUT', `${LAMP}/any`, body);
      expect(status).toBe(400);
      expect(json.detail).toBeTruthy();
      expect(text).not.toContain('unter2');
    }
  });
});

describe('any operation', () => {
  const all = resources.flatMap((resource) =>
    resource.operations.map((spec) => [spec.method, spec.path] as const),
  );

  it.each(all)('%s %s answers whatever stands in its path, query and body', async (method, path) => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('-1', '1e9', 'true', '__proto__', 'a,b', 'channel:', '%', '..'),
    );
    const query = fc.dictionary(
      fc.constantFrom(
        'variable',
        'value',
        'app',
        'application',
        'eventSource',
        'source',
        'reason',
        'reason_code',
        'dtmf',
        'only',
        'deviceState',
        'priority',
      ),
      value,
    );
    await fc.assert(
      fc.asyncProperty(value, query, fc.jsonValue(), async (part, parameters, json) => {
        const url = path.replace(/\{\w+\}/g, () => encodeURIComponent(part === '' ? 'x' : part));
        const body =
          typeof json === 'object' && json !== null && !Array.isArray(json)
            ? { ...json, ...parameters }
            : undefined;
        const answer = await bench.inject(method, `${url}?${new URLSearchParams(parameters)}`, body);
        expect(answer.status).toBeGreaterThanOrEqual(200);
        // Two texts of these operations are recorded with status 500.
        if (answer.status === 500)
          expect(['Unknown device', 'Error processing request']).toContain(
            (answer.json as { message: string }).message,
          );
      }),
      { numRuns: 25 },
    );
    expect(bench.log.lines.filter((line) => line.includes('failed'))).toEqual([]);
  });
});

describe('a path that is encoded wrongly', () => {
  it.each([
    '/asterisk/%',
    '/asterisk/%zz',
    '/asterisk/%c3%28',
    '/channels/%00',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/asterisk/ping%2f',
    '/asterisk//ping',
    `/channels/${'x'.repeat(5_000)}`,
  ])('%s is not found, and nothing breaks', async (path) => {
    const answer = await raw(
      `GET /ari${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${credentials}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (404|400|405|200)/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toBeDefined();
  });
});

describe('credentials', () => {
  it.each([
    'Basic',
    'Basic ',
    'Basic !!!',
    'Basic YQ==',
    `Basic ${'A'.repeat(10_000)}`,
    'Bearer x',
    'Digest username="asterisk"',
    'Basic OjEyMw==',
  ])('that are %j are none', async (authorization) => {
    const answer = await raw(
      `GET /ari/asterisk/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${authorization}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 Unauthorized/);
  });

  it('may hold colons in the password', async () => {
    const wrong = await fetch(
      `http://127.0.0.1:${bench.http.port}/ari/asterisk/ping?api_key=asterisk:secret:more`,
    );
    expect(wrong.status).toBe(401);
    await wrong.text();
  });
});

describe('an event socket whose reader stops reading', () => {
  it('is closed when too much waits for it, while the others hear everything', async () => {
    const open = (app: string) =>
      new Promise<WebSocket>((resolve, reject) => {
        const socket = new WebSocket(
          `ws://127.0.0.1:${bench.http.port}/ari/events?app=${app}&api_key=asterisk:secret`,
        );
        socket.once('open', () => resolve(socket));
        socket.once('error', reject);
      });
    const slow = await open('slow');
    const quick = await open('quick');
    slow.pause();
    let heard = 0;
    quick.on('message', () => heard++);
    const values = { filler: 'x'.repeat(100_000) };
    let sent = 0;
    const limit = (4 * MAX_QUEUED_BYTES) / 100_000;
    const tell = (app: string) =>
      bench.stasis.tell(app, { kind: 'ChannelUserevent', channel: undefined, name: 'e', values });
    while (bench.ari.sockets.dropped === 0 && sent < limit) {
      tell('slow');
      tell('quick');
      sent++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(bench.ari.sockets.dropped).toBe(1);
    expect(bench.stasis.has('slow')).toBe(false);
    expect(bench.log.lines.join()).toContain("Closing the event socket of 'slow'");
    await expect.poll(() => heard, { timeout: 10_000 }).toBe(sent);
    quick.terminate();
    slow.terminate();
  });
});

describe('a refused event socket', () => {
  it('is closed even when its client never does', async () => {
    const socket = connect({ port: bench.http.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(
      'GET /ari/events?app=a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    await new Promise((resolve) => socket.once('end', resolve));
    expect(text).toContain('401 Unauthorized');
    await expect.poll(() => bench.http.connections(), { timeout: 5_000 }).toBeLessThan(3);
    socket.destroy();
  });
});
