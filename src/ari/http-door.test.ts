import { Agent, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Bench, startBench } from './test-bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

interface Options {
  readonly method?: string;
  readonly auth?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function ask(path: string, options: Options = {}): Promise<Answer> {
  const { auth = 'asterisk:secret' } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port: bench.http.port,
        host: '127.0.0.1',
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        ...(auth === null ? {} : { auth }),
        agent: false,
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? '',
            headers: response.headers,
            text,
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

const PING = '/ari/asterisk/ping';

describe('who may come in', () => {
  it.each([
    ['the right password', 'asterisk:secret', PING, 200],
    ['a wrong one', 'asterisk:wrong', PING, 401],
    ['no password', 'asterisk:', PING, 401],
    ['nobody', null, PING, 401],
    ['an unknown user', 'nosuch:secret', PING, 401],
    ['a password that is kept as a hash', 'crypted:cryptpw', PING, 200],
    ['a wrong one for a hash', 'crypted:wrong', PING, 401],
    ['a user from a place that is denied', 'blocked:blocked', PING, 403],
    ['a user from a place that a named list denies', 'listed:listed', PING, 403],
    ['a user whose section makes no sense', 'broken:x', PING, 401],
    ['an api_key', null, `${PING}?api_key=asterisk:secret`, 200],
    ['an encoded api_key', null, `${PING}?api_key=asterisk%3Asecret`, 200],
    ['an api_key without password', null, `${PING}?api_key=asterisk`, 401],
    ['a password before an api_key', 'asterisk:wrong', `${PING}?api_key=asterisk:secret`, 401],
    ['nobody, for something that is not there', null, '/ari/nosuch', 401],
  ])('%s', async (_what, auth, path, status) => {
    const answer = await ask(path, { auth });
    expect(answer.status).toBe(status);
    if (status === 401) {
      expect(answer.headers['www-authenticate']).toBe('Basic realm="Asterisk REST Interface"');
      expect(JSON.parse(answer.text)).toMatchObject({ message: 'Authentication required' });
    }
    if (status === 403) expect(JSON.parse(answer.text)).toMatchObject({ message: 'Access denied by ACL' });
  });

  it('is named in the log when its section is left out', () => {
    expect(bench.log.lines.join()).toContain("user 'broken': 'nonsense' is not accepted for 'permit'");
  });

  it('is read again from ari.conf; a broken file changes nothing', async () => {
    bench.write('ari.conf', '[general]\nenabled=yes\npretty=yes\n[bob]\ntype=user\npassword=new\n');
    await bench.reload();
    expect((await ask(PING)).status).toBe(401);
    expect((await ask(PING, { auth: 'bob:new' })).text).toContain('{\n  "ping": "pong",\n');
    bench.write('ari.conf', '[general\n');
    await bench.reload();
    expect((await ask(PING, { auth: 'bob:new' })).status).toBe(200);
    bench.write('ari.conf', '[general]\nenabled=no\n');
    await bench.reload();
    expect((await ask(PING, { auth: 'bob:new' })).headers['content-type']).toBe('text/html');
  });
});

describe('what a browser asks before it sends a request of a page', () => {
  const PAGE = 'http://page.example';
  beforeEach(async () => {
    bench.write(
      'ari.conf',
      `[general]\nenabled=yes\nallowed_origins=${PAGE}\n[asterisk]\ntype=user\npassword=secret\n`,
    );
    await bench.reload();
  });
  const preflight = (path: string, headers: Record<string, string>, auth: string | null = null) =>
    ask(path, { method: 'OPTIONS', auth, headers: { 'Access-Control-Request-Method': 'GET', ...headers } });

  it('is answered without a login for an allowed origin', async () => {
    const answer = await preflight(PING, { Origin: PAGE, 'Access-Control-Request-Headers': 'authorization' });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-headers': 'authorization',
    });
    expect((await preflight('/ari/nosuch', { Origin: PAGE })).status).toBe(404);
  });

  it.each([
    ['another origin', { Origin: 'http://evil.example' }, null],
    ['no origin', {}, null],
    ['a wrong password', { Origin: PAGE }, 'asterisk:wrong'],
  ])('is refused with %s', async (_what, headers, auth) => {
    expect((await preflight(PING, headers, auth)).status).toBe(401);
  });

  it('opens no other method', async () => {
    const headers = { Origin: PAGE, 'Access-Control-Request-Method': 'GET' };
    expect((await ask(PING, { auth: null, headers })).status).toBe(401);
    expect((await ask(PING, { auth: null, headers, method: 'POST' })).status).toBe(401);
  });
});

describe('bodies', () => {
  const put = (body: string, type?: string) =>
    ask('/ari/asterisk/config/dynamic/res_lamps/lamp/l', {
      method: 'PUT',
      body,
      headers: type === undefined ? {} : { 'Content-Type': type },
    });
  const red = '{"fields":[{"attribute":"colour","value":"red"}]}';

  it('are JSON where they say so', async () => {
    expect((await put(red, 'application/json; charset=utf-8')).status).toBe(200);
  });

  it.each(['{"fields":[', 'not json', '"text"'])('that are broken JSON are refused: %s', async (body) => {
    const answer = await put(body, 'application/json');
    expect([answer.status, answer.reason]).toEqual([400, 'Bad Request']);
    expect(JSON.parse(answer.text)).toMatchObject({ message: 'Error parsing request body' });
  });

  it('of another type are as good as none', async () => {
    await put(red, 'application/json');
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await put(red, type);
      expect([answer.status, answer.reason]).toEqual([400, 'Bad request']);
      expect(JSON.parse(answer.text)).toMatchObject({
        message: "Fields must be provided to update object 'l'",
      });
    }
  });

  it('may be forms', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    await ask('/ari/asterisk/variable', { method: 'POST', body: 'variable=FORM&value=v%20w', headers });
    expect((await ask('/ari/asterisk/variable?variable=FORM')).text).toBe('{"value":"v w"}');
  });

  it('that are too large cost the connection', async () => {
    const answer = await put('x'.repeat(70_000), 'application/json').catch(() => undefined);
    // The connection may be gone before the client has read the answer.
    if (answer !== undefined)
      expect([answer.status, answer.reason]).toEqual([413, 'Request Entity Too Large']);
    expect((await ask(PING)).status).toBe(200);
  });
});

interface Heard {
  readonly socket: WebSocket;
  readonly events: Record<string, unknown>[];
  /** Resolves when so many events have come. */
  count(wanted: number): Promise<Record<string, unknown>[]>;
}

function listen(query: string, protocols: string | string[] = 'ari'): Promise<Heard> {
  const url = `ws://127.0.0.1:${bench.http.port}/ari/events${query}`;
  const socket = new WebSocket(url, protocols, { auth: 'asterisk:secret' });
  const events: Record<string, unknown>[] = [];
  let waiting: (() => void) | undefined;
  socket.on('message', (data) => {
    events.push(JSON.parse(String(data)));
    waiting?.();
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        socket,
        events,
        count: (wanted) =>
          new Promise((done) => {
            waiting = () => {
              if (events.length >= wanted) done(events);
            };
            waiting();
          }),
      }),
    );
  });
}

/** What a refused WebSocket is told. */
function refused(query: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(`/ari/events${query}`, {
    headers: {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version': '13',
      ...headers,
    },
  });
}

describe('event sockets', () => {
  it('are told of what happens in their applications, in bytes that are rendered once', async () => {
    const heard = await listen('?app=one,two');
    expect(heard.socket.protocol).toBe('ari');
    const channel = bench.createChannel();
    bench.stasis.subscribe('two', 'channel', channel.id);
    const run = bench.owner.run(channel, async () => void (await bench.stasis.enter(channel, 'one', ['a'])));
    await ask(`/ari/channels/${channel.id}`, { method: 'DELETE' });
    await run;
    const events = await heard.count(5);
    expect(events.map((each) => `${each.application} ${each.type}`)).toEqual([
      'one StasisStart',
      'two ChannelHangupRequest',
      'one ChannelHangupRequest',
      'one StasisEnd',
      'two ChannelDestroyed',
    ]);
    expect(Object.keys(events[0] ?? {})).toEqual([
      'type',
      'timestamp',
      'args',
      'channel',
      'asterisk_id',
      'application',
    ]);
    expect(events[1]).toMatchObject({ cause: 32, soft: true, timestamp: '2026-11-21T00:31:21.004+0000' });
    expect(Object.keys(events[1] ?? {}).slice(0, 3)).toEqual(['cause', 'soft', 'type']);
    heard.socket.close();
  });

  it('lose an application to a later socket and keep the others', async () => {
    const first = await listen('?app=app,mine');
    const second = await listen('?app=app');
    expect(await first.count(1)).toMatchObject([{ type: 'ApplicationReplaced', application: 'app' }]);
    await ask('/ari/events/user/e?application=mine', { method: 'POST' });
    await ask('/ari/events/user/e?application=app', { method: 'POST' });
    expect((await first.count(2))[1]).toMatchObject({ type: 'ChannelUserevent', application: 'mine' });
    expect(await second.count(1)).toMatchObject([{ type: 'ChannelUserevent', application: 'app' }]);
  });

  it('take their applications with them when they close', async () => {
    const heard = await listen('?app=app&subscribeAll=true');
    expect(bench.stasis.list()).toHaveLength(1);
    heard.socket.terminate();
    await expect.poll(() => bench.stasis.list()).toEqual([]);
    expect(bench.ari.sockets.size).toBe(0);
  });

  it('may offer several protocols or none', async () => {
    expect((await listen('?app=a', ['foo', 'ari'])).socket.protocol).toBe('ari');
    expect((await listen('?app=b', [])).socket.protocol).toBe('');
  });

  it('that do not answer a ping are closed', async () => {
    const heard = await listen('?app=app');
    heard.socket.pause();
    bench.clock.advance(30_000);
    bench.clock.advance(30_000);
    await expect.poll(() => bench.ari.sockets.size).toBe(0);
  });

  it.each([
    ['', {}, 400, 'HTTP request is missing param: [app]'],
    ['?app=', {}, 400, 'HTTP request is missing param: [app]'],
    ['?app=a,,b', {}, 500, 'Stasis app registration failed'],
    ['?app=a', { 'Sec-WebSocket-Protocol': 'bogus' }, 400, ''],
  ])('are refused for %j with %j', async (query, headers, status, text) => {
    const answer = await refused(query, headers);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect(bench.stasis.list()).toEqual([]);
  });

  it('are asked for with an upgrade and nothing else', async () => {
    const answer = await ask('/ari/events?app=a');
    expect([answer.status, answer.reason]).toEqual([426, 'Upgrade Required']);
  });
});

describe('descriptions for old clients', () => {
  it('are found under the prefix that the server has', async () => {
    const prefixed = await startBench({ prefix: 'asterisk' });
    const before = bench;
    bench = prefixed;
    const index = JSON.parse((await ask('/asterisk/ari/api-docs/resources.json')).text);
    bench = before;
    await prefixed.close();
    expect(index.basePath).toMatch(/\/asterisk\/ari$/);
    expect(index.apis).toHaveLength(11);
  });

  it('describe the operations and models of a resource', async () => {
    const channels = JSON.parse((await ask('/ari/api-docs/channels.json')).text);
    expect(channels.resourcePath).toBe('/api-docs/channels.{format}');
    expect(channels.models.Channel.properties.id).toEqual({ type: 'string', required: true });
    expect((await ask('/ari/api-docs/nosuch.json')).status).toBe(404);
    expect((await ask('/ari/api-docs/channels.json', { method: 'POST' })).status).toBe(405);
  });
});

describe('descriptions for programs and people', () => {
  const paths = ['/ari/openapi.json', '/ari/asyncapi.json', '/ari/docs'];

  it.each(paths)('%s is behind the login, is read with GET, and for readers too', async (path) => {
    expect((await ask(path, { auth: null })).status).toBe(401);
    expect((await ask(path, { auth: 'blocked:blocked' })).status).toBe(403);
    expect((await ask(path, { method: 'POST' })).status).toBe(405);
    expect((await ask(`${path}/`)).status).toBe(404);
    expect((await ask(path, { auth: 'reader:readonly' })).status).toBe(200);
  });

  it.each(paths)('%s names the address that it was asked for at, whatever that is', async (path) => {
    const named = await ask(path, { headers: { host: 'pbx.example:8088' } });
    expect(named.text).toContain('pbx.example:8088');
    for (const host of ['[', 'a b', '"><script>', '%00']) {
      const answer = await ask(path, { headers: { host } });
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('<script>');
    }
  });

  it('say what this server has not built', async () => {
    const { paths } = JSON.parse((await ask('/ari/openapi.json')).text);
    const built = (path: string, method: string) => !('501' in paths[path][method].responses);
    expect(built('/channels/{channelId}/answer', 'post')).toBe(true);
    const refusing = Object.values<Record<string, { operationId: string; responses: object }>>(paths)
      .flatMap((item) => Object.values(item))
      .filter((each) => '501' in each.responses)
      .map((each) => each.operationId);
    const missing = bench.ari.router.missing.filter((key) => !key.startsWith('mailboxes.'));
    expect(refusing.sort()).toEqual(missing.sort());
    expect(paths).not.toHaveProperty('/mailboxes');
  });

  it('come as a page that a browser lets do nothing', async () => {
    const { headers, text } = await ask('/ari/docs');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(text).toContain('/channels/{channelId}/answer');
  });
});

describe('what http.conf and ari.conf decide', () => {
  const lamp = '/ari/asterisk/config/dynamic/res_lamps/lamp/s';
  const json = { 'Content-Type': 'application/json' };

  it('keeps a connection for the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let count = 0; count < 3; count++) {
      await new Promise<void>((resolve, reject) => {
        const sent = request(
          { port: bench.http.port, host: '127.0.0.1', path: PING, auth: 'asterisk:secret', agent },
          (response) => {
            ports.add(response.socket.localPort);
            expect(response.headers.connection).not.toBe('close');
            response.resume().on('end', resolve);
          },
        );
        sent.on('error', reject);
        sent.end();
      });
    }
    agent.destroy();
    expect(ports.size).toBe(1);
  });

  it('lets a reader look and change nothing, whichever way it comes in', async () => {
    for (const [auth, key] of [
      ['reader:readonly', ''],
      [null, '?api_key=reader:readonly'],
    ] as const) {
      expect((await ask(`${PING}${key}`, { auth })).status).toBe(200);
      for (const method of ['PUT', 'DELETE', 'POST']) {
        const body = method === 'DELETE' ? {} : { body: '{}', headers: json };
        const answer = await ask(`${lamp}${key}`, { auth, method, ...body });
        expect([answer.status, JSON.parse(answer.text).message]).toEqual([403, 'Write access denied']);
      }
    }
  });

  it('shows a secret to those who may change it, and to no reader', async () => {
    const body = '{"fields":[{"attribute":"colour","value":"red"},{"attribute":"pin","value":"4711"}]}';
    expect((await ask(lamp, { method: 'PUT', body, headers: json })).text).toContain('4711');
    expect((await ask(lamp)).text).toContain('4711');
    const shown = await ask(lamp, { auth: 'reader:readonly' });
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('colour');
    expect(shown.text).not.toMatch(/4711|pin/);
  });

  it('prints every answer on several lines when it is to be pretty, errors too', async () => {
    bench.write('ari.conf', '[general]\nenabled=yes\npretty=yes\n[asterisk]\ntype=user\npassword=secret\n');
    await bench.reload();
    for (const answer of [await ask(PING), await ask('/ari/nosuch'), await ask(PING, { auth: 'x:y' })]) {
      expect(answer.text).toBe(JSON.stringify(JSON.parse(answer.text), null, 2));
      expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.text)));
    }
  });

  it.each([
    ['$5$', '$5$rounds=1000$abcdefgh$'],
    ['an unknown kind', '$1$abcdefgh$xyz'],
    ['no hash at all', 'plaintext'],
  ])('does not take %s for a hash that verifies anything', async (_what, password) => {
    bench.write(
      'ari.conf',
      `[general]\nenabled=yes\n[c]\ntype=user\npassword_format=crypt\npassword=${password}\n`,
    );
    await bench.reload();
    for (const given of ['', password, 'x'])
      expect((await ask(PING, { auth: `c:${given}` })).status).toBe(401);
    expect(bench.log.lines.join('\n')).not.toContain(password);
  });
});
