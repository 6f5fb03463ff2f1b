import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AriClient } from '../packages/ari-client/src/index.ts';
import { Instance } from './support/instance.ts';

let server: Instance;
beforeAll(async () => {
  server = await Instance.create({
    'http.conf': '',
    'logger.conf':
      '[general]\n[logfiles]\nfull=debug,trace,notice,warning,error,verbose,security\nfull.json=[json]debug,notice,warning,error,verbose,security\n',
    'sorcery.conf': '[res_ari]\nuser=astdb,ari\nuser=config,ari.conf,criteria=type=user\n',
  });
  server.write(
    'http.conf',
    `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=${server.httpPort}\naccess_log=yes\n`,
  );
  await server.start();
});
afterAll(() => server.close());

const connect = (token: string) =>
  new AriClient({ url: `http://127.0.0.1:${server.httpPort}/ari`, token, webSocket: WebSocket });

/** A token as the console makes it. */
async function make(...options: string[]): Promise<{ readonly token: string; readonly id: string }> {
  const [token = '', told = ''] = await server.cli(`ari token create asterisk ${options.join(' ')}`);
  return { token, id: /^Token '([0-9a-f]{16})'/.exec(told)?.[1] ?? '' };
}

/** Everything that the server has said to the log and the terminal. */
function said(): string {
  const folder = join(server.dir, 'log');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const logs = files.map((each) => readFileSync(join(each.parentPath ?? folder, each.name), 'utf8'));
  return [server.output, ...logs].join('\n');
}

describe('a token that the console made', () => {
  it('does what it is for, over HTTP and an event socket, and is closed out when it is revoked', async () => {
    const { token, id } = await make('label=ci', 'allowApplications=bot', '"denyOperations=GET /asterisk/*"');
    const client = connect(token);
    expect(await client.channels.list()).toEqual([]);
    await expect(client.asterisk.ping()).rejects.toMatchObject({ status: 403, code: 'OPERATION_FORBIDDEN' });
    const stream = client.listen({ apps: 'bot' });
    await stream.ready;
    const changes: string[] = [];
    stream.onChange(({ state }) => changes.push(state));
    const refused = client.listen({ apps: 'other' });
    await expect(refused.ready).rejects.toMatchObject({ status: 403, code: 'APPLICATION_FORBIDDEN' });
    expect((await server.cli('ari token list asterisk'))[1]).toMatch(new RegExp(`^${id}  asterisk .*ci$`));
    expect(await server.cli(`ari token revoke ${id}`)).toEqual([`Token '${id}' is revoked`]);
    await expect.poll(() => changes).toContain('closed');
    await expect(client.channels.list()).rejects.toMatchObject({ status: 401 });
    stream.close();
  });

  it('is there after a restart, and goes with the row', async () => {
    const { token, id } = await make('readOnly=yes');
    await server.restart();
    const client = connect(token);
    expect(await client.channels.list()).toEqual([]);
    await expect(client.asterisk.setGlobalVar({ variable: 'A', value: '1' })).rejects.toMatchObject({
      ...{ status: 403, code: 'FORBIDDEN' },
    });
    await server.cli(`database del ari_token ${id}`);
    await expect(client.channels.list()).rejects.toMatchObject({ status: 401 });
  });

  it('is in no log, and nothing that opens anything is in the database', async () => {
    const { token, id } = await make();
    await server.cli('ari set debug all on');
    await connect(token).channels.list();
    await fetch(`http://127.0.0.1:${server.httpPort}/ari/channels?api_key=${token}`);
    await fetch(`http://127.0.0.1:${server.httpPort}/ari/channels?api_key=${token}x`);
    const socket = new WebSocket(`ws://127.0.0.1:${server.httpPort}/ari/events?app=a&api_key=${token}`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.terminate();
    await expect.poll(said).toContain('GET /ari/events 101');
    const secret = token.slice(-43);
    expect(said()).not.toContain(secret);
    const rows = (await server.cli('database show ari_token')).join('\n');
    expect(rows).toContain(id);
    expect(rows).not.toContain(secret);
    await server.cli('ari set debug all off');
  });
});

it('a user that was pushed may make tokens, which end with it', async () => {
  expect((await server.push('user', 'new', { password: 'pw' }, 'res_ari')).status).toBe(200);
  const made = await server.ari('POST', '/tokens?expiresIn=60', undefined, 'new:pw');
  expect(made.status).toBe(201);
  const { token } = made.body as { readonly token: string };
  expect(await connect(token).channels.list()).toEqual([]);
  await server.ari('DELETE', '/asterisk/config/dynamic/res_ari/user/new');
  await expect(connect(token).channels.list()).rejects.toMatchObject({ status: 401 });
});
