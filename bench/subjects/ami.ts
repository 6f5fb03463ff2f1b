import { freePort, Instance } from '../../tests/support/instance.ts';
import { AmiLoadClient } from '../support/ami-load.ts';
import { measure, residentMiB } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb } from '../support/fill.ts';
import { type BenchSize, fact, heading, row } from '../support/table.ts';

const SESSIONS = 50;
const LISTED = 10_000;
const CATEGORIES = 100;
/** With the category's own line: 10 000 lines of a file. */
const LINES = 99;

function longFile(): string {
  const lines = Array.from({ length: LINES }, (_, line) => `option_${line} = value ${line} ; of a phone\n`);
  return Array.from({ length: CATEGORIES }, (_, category) => `[phone${category}]\n${lines.join('')}`).join(
    '',
  );
}

/** Ping with one session and with many, an event told to many, a list of many endpoints, and a long file. */
export async function benchAmi({ scale }: BenchSize): Promise<void> {
  heading('manager interface');
  const port = await freePort();
  const server = await Instance.create({
    'sorcery.conf': astDbSorcery,
    'long.conf': longFile(),
    'manager.conf': `[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=${port}\n[bench]\nsecret=bench\nread=all\nwrite=all\n`,
  });
  const clients: AmiLoadClient[] = [];
  try {
    const listed = Math.max(100, Math.round(LISTED * Math.min(1, scale)));
    fillAstDb(server.dir, listed);
    await server.start();
    const pid = server.pid ?? 0;
    for (let count = 0; count < SESSIONS; count++)
      clients.push(await AmiLoadClient.login(port, 'bench', 'bench', 'off'));
    const [first] = clients;
    if (first === undefined) return;
    const ping = async (client: AmiLoadClient, count: number) => {
      for (let index = 0; index < count; index++) await client.ask('Action: Ping\r\n\r\n', 'Response:');
    };
    await ping(first, 2_000);
    const pings = Math.round(20_000 * scale);
    row(
      '1 session: Ping',
      await measure(pid, async () => {
        await ping(first, pings);
        return pings;
      }),
      15,
    );
    row(
      `${SESSIONS} sessions: Ping`,
      await measure(pid, async () => {
        await Promise.all(clients.map((each) => ping(each, Math.round(pings / SESSIONS))));
        return pings;
      }),
      15,
    );
    for (const each of clients) await each.ask('Action: Events\r\nEventMask: user\r\n\r\n', 'Response:');
    const events = Math.round(4_000 * scale);
    row(
      `UserEvent to ${SESSIONS} sessions, each delivery`,
      await measure(pid, async () => {
        const heard = clients.map((each) => each.hears('Event: UserEvent', events));
        for (let index = 0; index < events; index++)
          await first.ask(
            'Action: UserEvent\r\nUserEvent: Bench\r\nData: something to tell\r\n\r\n',
            'Response:',
          );
        await Promise.all(heard);
        return events * SESSIONS;
      }),
      4,
    );
    const lists = Math.max(1, Math.round(10 * scale));
    await first.ask('Action: PJSIPShowEndpoints\r\n\r\n', 'EndpointListComplete');
    row(
      `PJSIPShowEndpoints with ${listed}, each endpoint`,
      await measure(pid, async () => {
        for (let index = 0; index < lists; index++)
          await first.ask('Action: PJSIPShowEndpoints\r\n\r\n', 'EndpointListComplete');
        return lists * listed;
      }),
      10,
    );
    const last = `Line-${String(CATEGORIES - 1).padStart(6, '0')}-${String(LINES - 1).padStart(6, '0')}: `;
    const reads = Math.max(1, Math.round(100 * scale));
    const read = async (count: number) => {
      for (let index = 0; index < count; index++)
        await first.ask('Action: GetConfig\r\nFilename: long.conf\r\n\r\n', last);
      return count;
    };
    await read(10);
    row(`GetConfig of a ${CATEGORIES * (LINES + 1)}-line file`, await measure(pid, () => read(reads)));
    fact('resident memory', residentMiB(pid), 'MiB');
  } finally {
    for (const each of clients) each.close();
    await server.close();
  }
  await benchProxy(scale);
}

/** The server in the middle: what a Ping and an event of another server cost it. */
async function benchProxy(scale: number): Promise<void> {
  const [port, farPort] = [await freePort(), await freePort()];
  const manager = (own: number) =>
    `[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=${own}\n[bench]\nsecret=bench\nread=all\nwrite=all\n`;
  const far = await Instance.create({ 'manager.conf': manager(farPort) });
  const middle = await Instance.create({
    'manager.conf': manager(port),
    'amiproxy.conf': `[general]\nenabled=yes\n[far]\nhost=127.0.0.1\nport=${farPort}\nusername=bench\nsecret=bench\nusers=*\nreconnectmin=0.1\n`,
  });
  const clients: AmiLoadClient[] = [];
  try {
    await far.start();
    await middle.start();
    const pid = middle.pid ?? 0;
    for (let count = 0; count < SESSIONS; count++)
      clients.push(await AmiLoadClient.login(port, 'bench', 'bench', 'off'));
    const [first] = clients;
    if (first === undefined) return;
    const source = await AmiLoadClient.login(farPort, 'bench', 'bench', 'off');
    clients.push(source);
    const ping = async (client: AmiLoadClient, count: number) => {
      for (let index = 0; index < count; index++)
        await client.ask('Action: Ping\r\nServer: far\r\n\r\n', 'Response: Success');
    };
    await ping(first, 2_000);
    const pings = Math.round(20_000 * scale);
    row(
      'proxy: Ping of another server',
      await measure(pid, async () => {
        await ping(first, pings);
        return pings;
      }),
    );
    row(
      `proxy: the same from ${SESSIONS} sessions`,
      await measure(pid, async () => {
        await Promise.all(clients.slice(0, SESSIONS).map((each) => ping(each, Math.round(pings / SESSIONS))));
        return pings;
      }),
    );
    const events = Math.round(10_000 * scale);
    const tell = async (listeners: readonly AmiLoadClient[]) => {
      const heard = listeners.map((each) => each.hears('Event: UserEvent', events));
      for (let index = 0; index < events; index++)
        await source.ask(
          'Action: UserEvent\r\nUserEvent: Bench\r\nData: something to tell\r\n\r\n',
          'Response:',
        );
      await Promise.all(heard);
    };
    row(
      'proxy: event of another server that nobody hears',
      await measure(pid, async () => {
        await tell([]);
        return events;
      }),
    );
    await first.ask('Action: Events\r\nEventMask: user\r\n\r\n', 'Response:');
    row(
      'proxy: event of another server to 1 session',
      await measure(pid, async () => {
        await tell([first]);
        return events;
      }),
    );
    const listeners = clients.slice(0, SESSIONS);
    for (const each of listeners) await each.ask('Action: Events\r\nEventMask: user\r\n\r\n', 'Response:');
    row(
      `proxy: event of another server to ${SESSIONS} sessions, each delivery`,
      await measure(pid, async () => {
        await tell(listeners);
        return events * SESSIONS;
      }),
      4,
    );
  } finally {
    for (const each of clients) each.close();
    await middle.close();
    await far.close();
  }
}
