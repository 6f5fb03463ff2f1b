import { WebSocket } from 'ws';
import { Instance } from '../../tests/support/instance.ts';
import { measureBest, residentMiB } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb, phone } from '../support/fill.ts';
import { HttpClient } from '../support/http-client.ts';
import { restRequest } from '../support/http-load.ts';
import { SipLoad } from '../support/sip-load.ts';
import { type BenchSize, fact, heading, row } from '../support/table.ts';

const AIM = 1_000;
const ENDPOINTS = 1_000;
const ROUNDS = 3;

/** INVITE with digest → StasisStart → answer over REST → hangup over REST → BYE: 6 SIP messages in, 5 out, a dozen events. */
export async function benchCalls({ scale }: BenchSize): Promise<void> {
  heading('calls');
  const server = await Instance.create({ 'sorcery.conf': astDbSorcery });
  try {
    fillAstDb(server.dir, ENDPOINTS);
    await server.start();
    const pid = server.pid ?? 0;
    const socket = new WebSocket(
      `ws://127.0.0.1:${server.httpPort}/ari/events?app=Intro-IVR&api_key=asterisk:secret`,
      'ari',
    );
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const rest = new HttpClient(server.httpPort, 8);
    const expect204 = async (method: string, path: string): Promise<void> => {
      const status = await rest.send(restRequest(method, path));
      if (status !== 204) throw new Error(`${method} ${path} answered ${status}`);
    };
    socket.on('message', (data: Buffer) => {
      const event: { type: string; channel?: { id: string } } = JSON.parse(data.toString());
      if (event.type !== 'StasisStart' || event.channel === undefined) return;
      const path = `/channels/${event.channel.id}`;
      void expect204('POST', `${path}/answer`).then(() => expect204('DELETE', path));
    });
    const load = await SipLoad.open(server.sipPort);
    let placed = 0;
    const calls = async (count: number, parallel: number): Promise<number> => {
      const end = placed + count;
      const caller = async () => {
        while (placed < end) await load.call(phone(placed++ % ENDPOINTS), 'secret', 'ivr');
      };
      await Promise.all(Array.from({ length: parallel }, caller));
      return count;
    };
    // A call runs through much code: the compiler takes this many to have seen it all.
    await calls(Math.round(3_000 * scale), 8);
    for (const parallel of [8, 1]) {
      const count = Math.round(1_000 * scale);
      row(
        `INVITE → StasisStart → answer → hangup, ${parallel} at a time`,
        await measureBest(pid, ROUNDS, () => calls(count, parallel)),
        AIM,
      );
    }
    fact(`resident memory after ${placed} calls`, residentMiB(pid), 'MiB');
    load.close();
    rest.close();
    socket.close();
  } finally {
    await server.close();
  }
}
