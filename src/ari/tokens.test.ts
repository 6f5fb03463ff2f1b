import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ariTypes } from './objects.ts';
import { type Bench, startBench } from './test-bench.ts';

const CONF = `[general]
[asterisk]
type=user
password=secret
[reader]
type=user
password=readonly
read_only=yes
[placed]
type=user
password=placed
deny=0.0.0.0/0
[bot]
type=user
password=bot
allow_applications=bot
`;

interface Made {
  readonly id: string;
  readonly token: string;
}

let bench: Bench;
const open: WebSocket[] = [];
beforeEach(async () => {
  bench = await startBench({
    ariConf: CONF,
    sorceryConf: '[res_ari]\nuser=memory\nuser=config,ari.conf,criteria=type=user\n',
  });
});
afterEach(async () => {
  for (const each of open.splice(0)) each.terminate();
  await bench.close();
});

const basic = (who: string) => `Basic ${Buffer.from(who).toString('base64')}`;
async function ask(path: string, authorization: string | undefined, method = 'GET', body?: object) {
  const answer = await fetch(`http://127.0.0.1:${bench.http.port}/ari${path}`, {
    method,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text === '' ? undefined : JSON.parse(text) };
}
async function make(body: object = {}, who = 'asterisk:secret'): Promise<Made> {
  const { status, json } = await ask('/tokens', basic(who), 'POST', body);
  expect(status).toBe(201);
  return json;
}
/** Opens an event socket; resolves with it and the code that it will be closed with. */
async function listen(query: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${bench.http.port}/ari/events?${query}`, { headers });
  open.push(socket);
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { socket, closed };
}

describe('a token', () => {
  it('is made, shown once, listed and revoked by its user', async () => {
    const made = await make({
      label: 'ci',
      expiresIn: 60,
      allowOperations: ['channels.*', 'GET /endpoints*'],
    });
    const { token, ...rest } = made;
    expect(token).toMatch(/^asm_/);
    const listed = await ask('/tokens', basic('asterisk:secret'));
    expect(listed.json).toEqual([rest]);
    expect(rest).toEqual({
      ...{ id: expect.stringMatching(/^[0-9a-f]{16}$/), user: 'asterisk', label: 'ci', read_only: false },
      ...{ created: '2026-11-21T00:31:21.004+0000', expires: '2026-11-21T00:32:21.004+0000' },
      ...{ allow_operations: ['channels.*', 'GET /endpoints*'], deny_operations: [] },
      ...{ allow_applications: [], deny_applications: [] },
    });
    expect((await ask('/tokens', basic('bot:bot'))).json).toEqual([]);
    expect((await ask(`/tokens/${made.id}`, basic('bot:bot'), 'DELETE')).json.code).toBe('TOKEN_NOT_FOUND');
    expect((await ask(`/tokens/${made.id}`, basic('asterisk:secret'), 'DELETE')).status).toBe(204);
    expect((await ask('/channels', `Bearer ${token}`)).status).toBe(401);
  });

  it('is shown as Bearer, as api_key, or where a password would stand', async () => {
    const { token } = await make();
    for (const [query, authorization] of [
      ['', `Bearer ${token}`],
      [`?api_key=${token}`, undefined],
      [`?api_key=asterisk:${token}`, undefined],
      ['', basic(`asterisk:${token}`)],
    ] as const)
      expect((await ask(`/asterisk/ping${query}`, authorization)).status).toBe(200);
    expect((await ask('/asterisk/ping', basic(`reader:${token}`))).status).toBe(401);
    expect((await ask('/asterisk/ping', 'Bearer x')).headers.get('www-authenticate')).toMatch(/^Basic /);
    const wrong = await ask('/asterisk/ping', `Bearer ${token.slice(0, -4)}AAAA`);
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('www-authenticate')).toBe(
      'Bearer realm="Asterisk REST Interface", error="invalid_token"',
    );
  });

  it.each([
    [{ expiresIn: 0 }, 'expiresIn'],
    [{ expiresIn: 'soon' }, 'expiresIn'],
    [{ label: 'a\nb' }, 'label'],
    [{ allowOperations: 'channels.hangupp' }, 'allowOperations'],
    [{ denyOperations: ['list', 'PATCH /x'] }, 'denyOperations'],
    [{ denyApplications: 'a\u0007' }, 'denyApplications'],
  ])('is not made with %j', async (body, field) => {
    const { status, json } = await ask('/tokens', basic('asterisk:secret'), 'POST', body);
    expect([status, json.code, json.field]).toEqual([400, 'PARAMETER_INVALID', field]);
    expect(json.hint).toBeDefined();
    expect(bench.rows.size).toBe(0);
  });

  it('makes no other, and sees and ends itself alone', async () => {
    const { id, token } = await make();
    const other = await make();
    const bearer = `Bearer ${token}`;
    expect((await ask('/tokens', bearer, 'POST')).json.code).toBe('TOKEN_FORBIDDEN');
    expect((await ask('/tokens', bearer)).json.map((each: Made) => each.id)).toEqual([id]);
    expect((await ask(`/tokens/${other.id}`, bearer, 'DELETE')).status).toBe(404);
    expect((await ask(`/tokens/${id}`, bearer, 'DELETE')).status).toBe(204);
    expect((await ask('/tokens', bearer)).status).toBe(401);
  });

  it('is not made by a reader, and has the rights of its user as they are now', async () => {
    expect((await ask('/tokens', basic('reader:readonly'), 'POST')).status).toBe(403);
    const { token } = await make();
    const bearer = `Bearer ${token}`;
    expect((await ask('/asterisk/variable?variable=A&value=1', bearer, 'POST')).status).toBe(204);
    bench.write('ari.conf', CONF.replace('password=secret', 'password=secret\nread_only=yes'));
    await bench.reload();
    expect((await ask('/asterisk/variable?variable=A&value=1', bearer, 'POST')).status).toBe(403);
    bench.write('ari.conf', CONF.replace('password=secret', 'password=secret\ndeny=0.0.0.0/0'));
    await bench.reload();
    expect((await ask('/asterisk/ping', bearer)).json.code).toBe('ACL_DENIED');
    bench.write('ari.conf', '[general]\n');
    await bench.reload();
    expect((await ask('/asterisk/ping', bearer)).status).toBe(401);
  });

  it('of an address that guesses counts as a failure, and is in no log', async () => {
    const { token } = await make();
    const guess = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (let count = 0; count < 200; count++) await ask('/asterisk/ping', `Bearer ${guess}`);
    expect((await ask('/asterisk/ping', `Bearer ${guess}`)).status).toBe(429);
    expect((await ask('/asterisk/ping', `Bearer ${token}`)).status).toBe(200);
    const logged = bench.log.lines.join('\n');
    expect(logged).not.toContain(token.slice(-43));
    expect(logged).not.toContain(guess.slice(-43));
  });

  it('is unknown while its store cannot be read, which is not a no', async () => {
    const { token } = await make();
    bench.breakStore('AstDB could not be read: disk I/O error');
    const { status, json } = await ask('/asterisk/ping', `Bearer ${token}`);
    expect([status, json.code]).toEqual([503, 'STORE_UNREADABLE']);
    expect((await ask('/tokens', basic('asterisk:secret'))).status).toBe(503);
  });
});

describe('a socket that was opened with a token', () => {
  it('is closed when the token is revoked, and no other', async () => {
    const made = await make();
    const mine = await listen(`app=a&api_key=${made.token}`);
    const other = await listen('app=b', { authorization: basic('asterisk:secret') });
    await ask(`/tokens/${made.id}`, basic('asterisk:secret'), 'DELETE');
    expect(await mine.closed).toBe(1008);
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
    expect(bench.stasis.active('b')).toBe(true);
  });

  it('is closed when the token ends', async () => {
    const { token } = await make({ expiresIn: 20 });
    const { closed } = await listen('app=a', { authorization: `Bearer ${token}` });
    bench.clock.advance(19_000);
    expect(bench.ari.sockets.size).toBe(1);
    bench.clock.advance(1_000);
    expect(await closed).toBe(1008);
  });

  it('is closed when its row goes, when its user goes, and when that one may not be the application any more', async () => {
    const removed = await make();
    const byHand = await listen('app=a', { authorization: `Bearer ${removed.token}` });
    bench.rows.delete(`/ari_token/${removed.id}`);
    bench.clock.advance(30_000);
    expect(await byHand.closed).toBe(1008);
    const { token } = await make({}, 'bot:bot');
    const narrowed = await listen('app=bot', { authorization: `Bearer ${token}` });
    const password = await listen('app=bot', { authorization: basic('bot:bot') });
    bench.write('ari.conf', CONF.replace('allow_applications=bot', 'allow_applications=other'));
    await bench.reload();
    expect(await Promise.all([narrowed.closed, password.closed])).toEqual([1008, 1008]);
    const left = await make();
    const orphan = await listen('app=a', { authorization: `Bearer ${left.token}` });
    bench.write('ari.conf', '[general]\n');
    await bench.reload();
    expect(await orphan.closed).toBe(1008);
  });

  it('is not opened for an application that the token is not for', async () => {
    const { token } = await make({ allowApplications: 'bot*' });
    const answers: number[] = [];
    for (const app of ['bot-1,other', 'other', 'bot-1']) {
      const socket = new WebSocket(
        `ws://127.0.0.1:${bench.http.port}/ari/events?app=${app}&api_key=${token}`,
      );
      open.push(socket);
      answers.push(
        await new Promise<number>((resolve) => {
          socket.on('error', () => {});
          socket.once('open', () => resolve(101));
          socket.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
        }),
      );
    }
    expect(answers).toEqual([403, 403, 101]);
    const { json } = await ask('/applications', `Bearer ${token}`);
    expect(json.map(({ name }: { readonly name: string }) => name)).toEqual(['bot-1']);
  });
});

describe('objects of ARI that are pushed', () => {
  const user = '/asterisk/config/dynamic/res_ari/user/new';
  const push = (path: string, values: Record<string, string>) =>
    ask(path, basic('asterisk:secret'), 'PUT', {
      fields: Object.entries(values).map(([attribute, value]) => ({ attribute, value })),
    });

  it('let a user in at once, restrict and remove it', async () => {
    expect((await ask('/asterisk/ping', basic('new:pw'))).status).toBe(401);
    expect((await push(user, { password: 'pw' })).status).toBe(200);
    expect((await ask('/asterisk/ping', basic('new:pw'))).status).toBe(200);
    await push(user, { deny_operations: 'asterisk.ping' });
    expect((await ask('/asterisk/ping', basic('new:pw'))).json).toMatchObject({
      ...{ code: 'OPERATION_FORBIDDEN', detail: "deny_operations of user 'new' has 'asterisk.ping'" },
    });
    await push(user, { deny_operations: '', password: 'other' });
    expect((await ask('/asterisk/ping', basic('new:pw'))).status).toBe(401);
    expect((await ask('/asterisk/ping', basic('new:other'))).status).toBe(200);
    const { token } = await make({}, 'new:other');
    const { closed } = await listen('app=a', { authorization: `Bearer ${token}` });
    expect((await ask(user, basic('asterisk:secret'), 'DELETE')).status).toBe(204);
    expect((await ask('/asterisk/ping', basic('new:other'))).status).toBe(401);
    expect(await closed).toBe(1008);
    // Somebody else of the same name does not inherit what the first one handed out.
    await push(user, { password: 'third' });
    expect((await ask('/asterisk/ping', `Bearer ${token}`)).status).toBe(401);
    expect(bench.rows.size).toBe(0);
  });

  it('take the door away with their module, and bring it back', async () => {
    bench.sorcery.unregister(ariTypes);
    const gone = await fetch(`http://127.0.0.1:${bench.http.port}/ari/asterisk/ping`);
    expect([gone.status, gone.headers.get('content-type')]).toEqual([404, 'text/html']);
    bench.sorcery.register(ariTypes, 'ari.conf');
    expect((await ask('/asterisk/ping', basic('asterisk:secret'))).status).toBe(200);
  });

  it('are refused with the field that names no operation', async () => {
    const { status, json } = await push(user, { password: 'pw', allow_operations: 'channels.hangupp' });
    expect([status, json.field]).toEqual([400, 'allow_operations']);
  });
});

describe('a path that is encoded', () => {
  it('is refused as the operation that it is', async () => {
    bench.write(
      'ari.conf',
      '[general]\n[u]\ntype=user\npassword=p\ndeny_operations=GET /asterisk/config/dynamic/res_lamps/*\n' +
        '[v]\ntype=user\npassword=p\nallow_operations=GET /channels/*/variable\n',
    );
    await bench.reload();
    for (const path of ['res_lamps', 'res%5Flamps', 'res%5flamps'])
      expect((await ask(`/asterisk/config/dynamic/${path}/lamp/l`, basic('u:p'))).json.code).toBe(
        'OPERATION_FORBIDDEN',
      );
    expect((await ask('/channels/x/variable?variable=A', basic('v:p'))).json.code).toBe(
      'PROVIDED_CHANNEL_NOT_FOUND',
    );
    expect((await ask('/channels/x%2Fvariable', basic('v:p'))).json.code).toBe('OPERATION_FORBIDDEN');
  });
});
