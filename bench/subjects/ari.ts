import { connect, type Socket } from 'node:net';
import { Instance } from '../../tests/support/instance.ts';
import { Phone } from '../../tests/support/phone.ts';
import { phoneConf, UDP } from '../../tests/support/pjsip-conf.ts';
import { until } from '../../tests/support/until.ts';
import { measureBest, residentMiB } from '../support/cpu.ts';
import { httpLoad, restRequest } from '../support/http-load.ts';
import { type BenchSize, fact, heading, row } from '../support/table.ts';

const ROUNDS = 3;
/** Server CPU: for a small GET, and for each event that is delivered. */
const GET_AIM = 35;
const EVENT_AIM = 5;
const SOCKETS = 1_000;
/** Milliseconds in which the last event of a round has to come. */
const PATIENCE_MS = 30_000;

/** How often the device has changed. */
let turn = 0;

const httpConf = (port: number) =>
  `[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport=${port}\nsessionlimit=5000\n`;
const extensions = '[default]\nexten => 100,1,Answer()\n same => n,Stasis(app0)\n';

/** What makes one event for everybody: a request, each time another. */
interface Source {
  readonly name: string;
  readonly change: () => string;
}

/** Small requests, and events that many sockets hear. */
export async function benchAri({ scale }: BenchSize): Promise<void> {
  const server = await Instance.create({
    'pjsip.conf': UDP + phoneConf('alice'),
    'extensions.conf': extensions,
  });
  let phone: Phone | undefined;
  try {
    server.write('http.conf', httpConf(server.httpPort));
    await server.start();
    const pid = server.pid ?? 0;
    phone = await Phone.open({ server: server.sipPort, user: 'alice', password: 'secret' });
    heading('ARI, small requests');
    await gets(server, pid, scale, phone);
    heading('ARI, events');
    for (const apps of [1, 10, 50, SOCKETS]) await fanOut(server, pid, apps, scale, phone);
    fact(`resident memory after ${SOCKETS} event sockets`, residentMiB(pid), 'MiB');
  } finally {
    await phone?.close();
    await server.close();
  }
}

async function gets(server: Instance, pid: number, scale: number, phone: Phone): Promise<void> {
  const load = (connections: number, count: number, path: string) =>
    httpLoad(server.httpPort, connections, count, () => restRequest('GET', path), 200);
  const socket = await EventSocket.open(server.httpPort, 'app0');
  const call = await phone.call('100');
  await call.answered;
  const channel = await heldChannel(server);
  await load(16, 5_000, '/asterisk/ping');
  for (const connections of [1, 16, 64]) {
    const count = Math.round((connections === 1 ? 5_000 : 20_000) * scale);
    const asked = async (what: string, path: string) =>
      row(
        `${connections} connections: GET ${what}`,
        await measureBest(pid, ROUNDS, () => load(connections, count, path)),
        GET_AIM,
      );
    await asked('ping', '/asterisk/ping');
    await asked('channel', `/channels/${channel}`);
  }
  phone.hangUp();
  await until(async () => (await channels(server)).length === 0);
  socket.close();
}

/** Sockets of one application each that hear of everything: a device that changes, and a call whose variable is set. */
async function fanOut(
  server: Instance,
  pid: number,
  apps: number,
  scale: number,
  phone: Phone,
): Promise<void> {
  const sockets = await Promise.all(
    Array.from({ length: apps }, (_, index) => EventSocket.open(server.httpPort, `app${index}`)),
  );
  const call = await phone.call('100');
  await call.answered;
  const channel = await heldChannel(server);
  const sources: readonly Source[] = [
    {
      name: 'of a device',
      // Each request changes it, or there would be no event: one count over all rounds.
      change: () =>
        restRequest(
          'PUT',
          `/deviceStates/Stasis:lamp?deviceState=${turn++ % 2 === 0 ? 'NOT_INUSE' : 'INUSE'}`,
        ),
    },
    {
      name: 'of a call',
      change: () => restRequest('POST', `/channels/${channel}/variable?variable=TURN&value=${turn++}`),
    },
  ];
  for (const source of sources) await deliver(server, pid, apps, scale, source);
  phone.hangUp();
  await until(async () => (await channels(server)).length === 0);
  for (const each of sockets) each.close();
  await new Promise((resolve) => setTimeout(resolve, 200));
}

async function channels(server: Instance): Promise<readonly { readonly id: string }[]> {
  const { body } = await server.ari('GET', '/channels');
  return Array.isArray(body) ? body : [];
}

/** The call that the first application has. */
async function heldChannel(server: Instance): Promise<string> {
  const held = async () => {
    const { body } = await server.ari('GET', '/applications/app0');
    const { channel_ids: ids } = body as { readonly channel_ids: readonly string[] };
    return ids[0];
  };
  await until(async () => (await held()) !== undefined);
  return (await held()) ?? '';
}

/** One kind of event, to every socket that is open. */
async function deliver(
  server: Instance,
  pid: number,
  apps: number,
  scale: number,
  { name, change }: Source,
): Promise<void> {
  const deliveries = Math.round(50_000 * scale);
  const changes = Math.max(4, Math.round(deliveries / apps));
  const work = async () => {
    const before = EventSocket.heard;
    await httpLoad(server.httpPort, 1, changes, change, 204);
    const end = performance.now() + PATIENCE_MS;
    while (EventSocket.heard - before < changes * apps) {
      if (performance.now() > end)
        throw new Error(`${EventSocket.heard - before} of ${changes * apps} events came`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return changes * apps;
  };
  await work();
  // The request that makes the event is charged to it: with one socket it is most of what is measured.
  const title = `${apps} ${apps === 1 ? 'socket' : 'sockets'}: an event ${name} delivered, its request included`;
  row(title, await measureBest(pid, ROUNDS, work), apps >= 50 ? EVENT_AIM : undefined);
}

/** A reader that counts frames without looking into them: the client shares the machine with the server. */
class EventSocket {
  static heard = 0;
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static open(port: number, app: string): Promise<EventSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.once('error', reject);
      socket.write(
        `GET /ari/events?app=${app}&subscribeAll=true&api_key=asterisk:secret HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      socket.once('data', (head) => {
        if (!head.toString('latin1').startsWith('HTTP/1.1 101')) {
          reject(new Error(head.toString('latin1')));
          return;
        }
        const made = new EventSocket(socket);
        socket.on('data', (chunk) => made.#read(chunk));
        resolve(made);
      });
    });
  }

  #read(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      if (data.length < 4) break;
      const short = (data[1] ?? 0) & 127;
      const size = short === 126 ? 4 + data.readUInt16BE(2) : 2 + short;
      if (data.length < size) break;
      EventSocket.heard++;
      data = data.subarray(size);
    }
    this.#rest = data;
  }

  close(): void {
    this.#socket.destroy();
  }
}
