import AmiClient from 'asterisk-ami-client';
import connectManager from 'asterisk-manager';
import nami from 'nami';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AmiServer, EXTENSIONS } from './support/ami-server.ts';
import { until } from './support/until.ts';
import { loadYana } from './support/yana.ts';

let server: AmiServer;
let port: number;
let leave: () => unknown = () => {};
beforeAll(async () => {
  server = await AmiServer.start();
  port = server.port;
});
beforeEach(() => server.restore());
afterEach(() => leave());
afterAll(() => server?.close());

type Packet = Readonly<Record<string, unknown>>;
type Ask = (action: Readonly<Record<string, string>>) => Promise<Packet>;

/** Each client logs in and gives a way to ask. */
const clients: Readonly<Record<string, () => Promise<Ask>>> = {
  'asterisk-manager': async () => {
    const client = connectManager(port, '127.0.0.1', 'admin', 's3cret', true);
    leave = () => client.disconnect();
    return (action) => new Promise((done) => client.action(action, (error, answer) => done(error ?? answer)));
  },
  'asterisk-ami-client': async () => {
    const client = new AmiClient();
    await client.connect('admin', 's3cret', { host: '127.0.0.1', port });
    leave = () => client.disconnect();
    return (action) => client.action(action, true);
  },
  nami: async () => {
    const quiet = () => {};
    const logger = { error: quiet, warn: quiet, info: quiet, debug: quiet };
    const client = new nami.Nami({ host: '127.0.0.1', port, username: 'admin', secret: 's3cret', logger });
    leave = () => client.close();
    const connected = new Promise((done) => client.on('namiConnected', done));
    client.open();
    await connected;
    return (action) => {
      // It knows no UpdateConfig: an action of another name then says what it is.
      const Action = nami.Actions[action.Action ?? ''] ?? nami.Actions.GetConfig;
      if (Action === undefined) throw new Error('nami has no action to begin with');
      const sent = Object.assign(new Action(), action);
      return new Promise((done) => client.send(sent, (answer) => done({ ...answer })));
    };
  },
  yana: async () => {
    const client = new (await loadYana())({
      host: '127.0.0.1',
      port,
      login: 'admin',
      password: 's3cret',
      events: true,
    });
    client.on('error', () => {});
    leave = () => client.disconnect();
    await new Promise<void>((done) => client.connect(done));
    return (action) => new Promise((done) => client.send(action, done));
  },
};

function lowerCased(packet: Packet): Record<string, string> {
  return Object.fromEntries(
    Object.entries(packet).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

describe.each(Object.entries(clients))('%s', (name, login) => {
  it('orders a call, reads a file and edits it', async () => {
    const ask = await login();
    // nami makes an underscore of the first hyphen of a name.
    const asked = async (action: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        Object.entries(lowerCased(await ask(action))).map(([key, value]) => [
          key.replace(/[-_]/g, ''),
          value,
        ]),
      );
    expect(
      await asked({
        Action: 'Originate',
        Channel: 'Local/wait@default',
        Application: 'Wait',
        Data: '20',
        Async: 'true',
      }),
    ).toMatchObject({ response: 'Success', message: 'Originate successfully queued' });
    const calls = async () => (await server.instance.ari('GET', '/channels')).body as { id: string }[];
    await until(async () => (await calls()).length === 2);
    for (const { id } of await calls()) await server.instance.ari('DELETE', `/channels/${id}`);
    await until(async () => (await calls()).length === 0);

    expect(await asked({ Action: 'GetConfig', Filename: 'extensions.conf' })).toMatchObject({
      response: 'Success',
      category000000: 'default',
      line000000000000: 'exten=1,1,NoOp()',
    });
    expect(
      await asked({
        Action: 'UpdateConfig',
        SrcFilename: 'extensions.conf',
        DstFilename: 'extensions.conf',
        'Action-000000': 'append',
        'Cat-000000': 'default',
        'Var-000000': 'exten',
        'Value-000000': `> 9,1,NoOp(${name})`,
      }),
    ).toMatchObject({ response: 'Success' });
    expect(server.extensions()).toBe(`${EXTENSIONS}exten => 9,1,NoOp(${name})\n`);
  });
});
