import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AriClient } from '@ipcom/asterisk-ari';
import awry, { type Message } from 'awry';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { exec, Instance } from './support/instance.ts';
import { Phone } from './support/phone.ts';
import { phoneConf, UDP } from './support/pjsip-conf.ts';
import { haveTool } from './support/tools.ts';

const PATIENCE = { timeout: 8_000 };
const EVENTS_PY = fileURLToPath(new URL('clients/ari_events.py', import.meta.url));
// Debian's own Python: another one that is first in the path does not see Debian's modules.
const PYTHON = '/usr/bin/python3';
const haveCurl = haveTool('curl', 'curl', '--version');
const haveWebsocketPy = haveTool('python3-websocket', PYTHON, '-c', 'import websocket');

let server: Instance;
let phone: Phone;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  server = await Instance.create({
    'pjsip.conf': UDP + phoneConf('alice'),
    'extensions.conf': `[default]
exten => desk,1,Stasis(desk,first,second)
 same => n,Hangup()
`,
    'sorcery.conf': '[res_pjsip]\nauth=config,pjsip.conf,criteria=type=auth\nauth=memory\n',
  });
  await server.start();
  phone = await Phone.open({ server: server.sipPort, user: 'alice', password: 'secret' });
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  phone.hangUp();
  vi.restoreAllMocks();
});
afterAll(async () => {
  await phone.close();
  await server.close();
});

const baseUrl = (): string => `http://127.0.0.1:${server.httpPort}/ari`;

describe('awry', () => {
  const login = { username: 'asterisk', password: 'secret' };

  it('takes a call, answers it, sets its variables and hangs up', async () => {
    const api = new awry.API({ baseUrl: baseUrl(), ...login });
    const events = awry.Events.connect({
      app: 'desk',
      url: `${baseUrl()}/events`,
      ...login,
      reconnect: false,
    });
    closers.push(() => events.close());
    const seen: Message[] = [];
    events.on('message', (message) => seen.push(message));
    const told = (fits: Partial<Message>) =>
      vi.waitUntil(
        () => seen.find((each) => Object.entries(fits).every(([name, value]) => each[name] === value)),
        PATIENCE,
      );
    await once(events, 'open');
    const { data: applications } = await api.applications.list();
    expect(applications).toMatchObject([{ name: 'desk' }]);

    const call = await phone.call('desk');
    const { channel, args } = await told({ type: 'StasisStart' });
    if (channel === undefined) throw new Error('no channel');
    expect(args).toEqual(['first', 'second']);
    const channelId = channel.id;
    await api.channels.answer({ channelId });
    await call.answered;
    await api.channels.setChannelVariable({ channelId, variable: 'A', value: 'ä & b' });
    const { data: variable } = await api.channels.getChannelVariable({ channelId, variable: 'A' });
    expect(variable).toEqual({ value: 'ä & b' });
    // It subscribes to everything unless told otherwise.
    await told({ type: 'ChannelVarset', variable: 'A', value: 'ä & b' });
    await api.channels.hangup({ channelId, reason: 'normal' });
    await told({ type: 'StasisEnd' });
    await call.ended;
  });

  it('pushes an object with its fields in the body, and removes it', async () => {
    const { asterisk } = new awry.API({ baseUrl: baseUrl(), ...login });
    const at = { configClass: 'res_pjsip', objectType: 'auth', id: 'bob' };
    const field = { attribute: 'username', value: 'bob' };
    const { data } = await asterisk.updateObject({
      ...at,
      fields: [field, { attribute: 'password', value: 'x' }],
    });
    expect(data).toContainEqual(field);
    expect((await asterisk.getObject(at)).data).toContainEqual(field);
    expect((await asterisk.deleteObject(at)).status).toBe(204);
    await expect(asterisk.getObject(at)).rejects.toMatchObject({ response: { status: 404 } });
  });

  it('learns that a password is wrong', async () => {
    const wrong = { ...login, password: 'wrong' };
    const api = new awry.API({ baseUrl: baseUrl(), ...wrong });
    await expect(api.channels.list()).rejects.toMatchObject({ response: { status: 401 } });
    const events = awry.Events.connect({
      app: 'desk',
      url: `${baseUrl()}/events`,
      ...wrong,
      reconnect: false,
    });
    closers.push(() => events.close());
    const [error] = await once(events, 'never').catch((reason: unknown) => [reason]);
    expect(String(error)).toContain('401');
  });
});

/** The package's own types leave the ends off their imports, which TypeScript does not follow in ES modules. */
interface WithInstance {
  readonly channel: { readonly id: string };
  readonly instanceChannel?: { answer(): Promise<void> };
}

describe('@ipcom/asterisk-ari', () => {
  // It tells the console about everything.
  beforeEach(() => {
    for (const each of ['log', 'warn', 'error'] as const)
      vi.spyOn(console, each).mockImplementation(() => {});
  });

  const connect = (password = 'secret') => {
    const client = new AriClient({
      host: '127.0.0.1',
      port: server.httpPort,
      username: 'asterisk',
      password,
    });
    closers.push(() => client.destroy());
    return client;
  };

  it('takes a call through the instances that its events carry', async () => {
    const client = connect();
    expect(await client.asterisk.ping()).toMatchObject({ ping: 'pong' });
    expect(await client.endpoints.list()).toContainEqual(
      expect.objectContaining({ technology: 'PJSIP', resource: 'alice', state: 'offline' }),
    );
    await client.connectWebSocket(['desk']);
    const started = new Promise<string>((resolve, reject) =>
      client.on('StasisStart', ({ channel, instanceChannel }: WithInstance) => {
        if (instanceChannel === undefined) reject(new Error('no instance'));
        else instanceChannel.answer().then(() => resolve(channel.id), reject);
      }),
    );
    const ended = new Promise<string>((resolve) =>
      client.on('StasisEnd', (event: WithInstance) => resolve(event.channel.id)),
    );
    const call = await phone.call('desk');
    const id = await started;
    await call.answered;
    expect(await client.channels.get(id)).toMatchObject({ id, state: 'Up' });
    await client.channels.hangup(id);
    expect(await ended).toBe(id);
    await call.ended;
  });

  it('learns that a password is wrong', async () => {
    await expect(connect('wrong').channels.list()).rejects.toThrow();
    expect(vi.mocked(console.warn).mock.calls.flat().join(' ')).toContain('401');
  });
});

describe.runIf(haveCurl)('curl', () => {
  const curl = async (path: string, ...args: readonly string[]) => {
    const written = ['-sS', '-m', '10', '-u', 'asterisk:secret', '-w', '\n%{http_code} %{num_connects}'];
    const ran = await exec('curl', [...written, ...args, ...path.split(' ').map((each) => baseUrl() + each)]);
    expect(ran.code, ran.stderr).toBe(0);
    const lines = ran.stdout.split('\n');
    const [status = '', connects = ''] = lines.pop()?.split(' ') ?? [];
    return { status: Number(status), connects: Number(connects), text: lines.join('\n') };
  };
  const variable = '/asterisk/variable';

  it('sends parameters in every way it has: address, form, JSON, chunks', async () => {
    const told = async (value: string, path: string, ...args: readonly string[]) => {
      expect((await curl(path, ...args)).status).toBe(204);
      expect((await curl(`${variable}?variable=C`)).text).toContain(JSON.stringify({ value }));
    };
    await told('a b', `${variable}?variable=C&value=a%20b`, '-X', 'POST');
    await told('ä&=', variable, '-d', 'variable=C', '--data-urlencode', 'value=ä&=');
    const json = ['-H', 'Content-Type: application/json', '-d', '{"variable":"C","value":"json"}'];
    await told('json', variable, ...json);
    await told(
      'chunked',
      variable,
      '-X',
      'POST',
      '-H',
      'Transfer-Encoding: chunked',
      '-d',
      'variable=C&value=chunked',
    );
    // curl waits for 100 Continue before it sends.
    await told('waited', variable, '-H', 'Expect: 100-continue', '-d', 'variable=C&value=waited');
  });

  it('asks as HTTP/1.0, with HEAD, and twice on one connection', async () => {
    expect(await curl('/asterisk/ping', '--http1.0')).toMatchObject({ status: 200 });
    const head = await curl('/asterisk/ping', '--head');
    expect(head.text).toMatch(/^content-type: application\/json/im);
    const twice = await curl('/asterisk/ping /asterisk/ping');
    expect(twice.text.match(/pong/g)).toHaveLength(2);
    expect(twice.connects).toBe(0);
  });

  it('is told who may come in, and what is not there', async () => {
    expect(await curl('/asterisk/ping', '-u', 'asterisk:wrong')).toMatchObject({ status: 401 });
    expect(await curl('/asterisk/ping', '--anyauth')).toMatchObject({ status: 200 });
    expect(await curl('/channels/none')).toMatchObject({ status: 404 });
    expect(await curl('/asterisk/ping', '-X', 'PUT')).toMatchObject({ status: 405 });
  });
});

it.runIf(haveWebsocketPy)('python3-websocket takes a call and asks over its event socket', async () => {
  const child = spawn(PYTHON, [EVENTS_PY, baseUrl().replace('http', 'ws')]);
  closers.push(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  child.stderr.on('data', (data) => (said += data));
  const exited = once(child, 'exit');
  await expect.poll(() => said, PATIENCE).toContain('open');
  const call = await phone.call('desk');
  await call.answered;
  await call.ended;
  expect((await exited)[0]).toBe(0);
  expect(said.trim().split('\n')).toEqual(
    expect.arrayContaining(['open', 'started first second', 'did POST', 'did DELETE', 'ended']),
  );
});
