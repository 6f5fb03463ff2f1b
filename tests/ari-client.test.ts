import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  AriClient,
  AriConnectionError,
  AriError,
  type AriEventStream,
  type ListenOptions,
} from '../packages/ari-client/src/index.ts';
import { exec, freePort, Instance } from './support/instance.ts';
import { Phone } from './support/phone.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';

const GENERATOR = fileURLToPath(new URL('../tools/make-ari-client.mjs', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../packages/ari-client/examples/answer.mjs', import.meta.url));
const PATIENCE_MS = 8_000;

/** WebSockets that can be cut as a broken network would. */
const sockets: WebSocket[] = [];
class Cuttable extends WebSocket {
  constructor(url: string, protocols?: string | string[]) {
    super(url, protocols);
    sockets.push(this);
  }
}

let server: Instance;
let phone: Phone;
const streams: AriEventStream[] = [];

beforeAll(async () => {
  server = await Instance.create({
    'pjsip.conf': UDP + phoneConf('alice'),
    'extensions.conf': `[default]
exten => desk,1,Stasis(desk,first,second)
 same => n,Hangup()
exten => hello,1,Stasis(hello)
 same => n,Hangup()
`,
    'sorcery.conf': '[res_pjsip]\nauth=config,pjsip.conf,criteria=type=auth\nauth=memory\n',
    'ari.conf':
      '[general]\nenabled=yes\nresume_grace=20\n[asterisk]\ntype=user\npassword=secret\n[reader]\ntype=user\nread_only=yes\npassword=readonly\n',
  });
  await server.start();
  phone = await Phone.open({ server: server.sipPort, user: 'alice', password: 'secret' });
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
  phone.hangUp();
});
afterAll(async () => {
  await phone.close();
  await server.close();
});

function connect(user = 'asterisk', password = 'secret', port = server.httpPort): AriClient {
  const url = `http://127.0.0.1:${port}/ari`;
  return new AriClient({ url, username: user, password, webSocket: Cuttable });
}

async function listen(client: AriClient, options: Partial<ListenOptions> = {}): Promise<AriEventStream> {
  const stream = client.listen({ apps: 'desk', ...options });
  streams.push(stream);
  await stream.ready;
  return stream;
}

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('the client', () => {
  it('sees endpoints, takes a call, answers it and hangs up', async () => {
    const client = connect();
    expect(await client.endpoints.list()).toContainEqual({
      technology: 'PJSIP',
      resource: 'alice',
      state: 'offline',
      channel_ids: [],
    });
    const events = await listen(client);
    const starts = events.next('StasisStart', { timeoutMs: PATIENCE_MS });
    const call = await phone.call('desk');
    const { args, channel } = await starts;
    expect(args).toEqual(['first', 'second']);
    expect(channel.state).toBe('Ring');

    await client.channels.answer({ channelId: channel.id });
    await call.answered;
    expect((await client.channels.get({ channelId: channel.id })).state).toBe('Up');
    await client.channels.setChannelVar({ channelId: channel.id, variable: 'A', value: 'ä & b' });
    expect(await client.channels.getChannelVar({ channelId: channel.id, variable: 'A' })).toEqual({
      value: 'ä & b',
    });

    const ends = events.next('StasisEnd', { timeoutMs: PATIENCE_MS });
    await client.channels.hangup({ channelId: channel.id, reason: 'normal' });
    expect((await ends).channel.id).toBe(channel.id);
    await call.ended;
  });

  it('pushes an object and removes it', async () => {
    const { asterisk } = connect();
    const at = { configClass: 'res_pjsip', objectType: 'auth', id: 'bob' };
    const fields = [
      { attribute: 'username', value: 'bob' },
      { attribute: 'password', value: 'hidden' },
    ];
    expect(await asterisk.updateObject({ ...at, fields })).toContainEqual(fields[0]);
    expect(await asterisk.getObject(at)).toContainEqual(fields[0]);
    expect(await asterisk.deleteObject(at)).toBeUndefined();
    expect(await caught(asterisk.getObject(at))).toMatchObject({ status: 404 });
  });

  it('tells apart what is refused and what is not answered', async () => {
    const gone = await caught(connect().channels.answer({ channelId: 'nosuch' }));
    expect(gone).toBeInstanceOf(AriError);
    expect(gone).toMatchObject({ status: 404, code: 'CHANNEL_NOT_FOUND', message: 'Channel not found' });
    const reader = await caught(connect('reader', 'readonly').channels.answer({ channelId: 'nosuch' }));
    expect(reader).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const nobody = await caught(connect('asterisk', 'wrong').channels.list());
    expect(nobody).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    const dead = await caught(connect('asterisk', 'secret', await freePort()).asterisk.ping());
    expect(dead).toBeInstanceOf(AriConnectionError);
  });

  it('does not go on trying with a wrong password', async () => {
    const stream = connect('asterisk', 'wrong').listen({ apps: 'desk' });
    expect(await caught(stream.ready)).toMatchObject({ status: 401 });
  });

  it('gets the events that came while its connection was lost', async () => {
    const client = connect();
    const events = await listen(client, { resume: true, minDelayMs: 1_500 });
    const lost = new Promise<void>((resolve) => {
      events.onChange(({ state }) => state === 'waiting' && resolve());
    });
    const starts = events.next('StasisStart', { timeoutMs: PATIENCE_MS });
    sockets.at(-1)?.terminate();
    await lost;
    await phone.call('desk');
    await expect.poll(() => client.channels.list(), { timeout: PATIENCE_MS }).toHaveLength(1);
    expect(events.open).toBe(false);
    const { channel, sequence } = await starts;
    expect(channel.name).toMatch(/^PJSIP\/alice-/);
    expect(sequence).toBeGreaterThan(0);
    expect(events.open).toBe(true);
  });
});

it('what is generated is what the tables say', async () => {
  const ran = await exec(process.execPath, [GENERATOR, '--check']);
  expect(ran.stderr).not.toContain('is not what the tables say');
  expect(ran.code).toBe(0);
});

it('the example of the package runs as it is', async () => {
  const child = spawn(process.execPath, [EXAMPLE], {
    env: {
      ...process.env,
      ARI_URL: `http://127.0.0.1:${server.httpPort}/ari`,
      ARI_USER: 'asterisk',
      ARI_PASSWORD: 'secret',
    },
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const says = (text: string) => expect.poll(() => output, { timeout: PATIENCE_MS }).toContain(text);
  try {
    await says('connection: open');
    const call = await phone.call('hello');
    await call.answered;
    await says('calls');
    phone.hangUp();
    await says('is gone');
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(output).toContain('connection: closed');
  } finally {
    child.kill('SIGKILL');
  }
});
