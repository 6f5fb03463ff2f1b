import { WebSocket } from 'ws';
import { Instance } from '../../tests/support/instance.ts';
import { measure } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb, phone } from '../support/fill.ts';
import { httpLoad, restRequest } from '../support/http-load.ts';
import { SipLoad } from '../support/sip-load.ts';
import { type BenchSize, row } from '../support/table.ts';

/** INVITE with digest → StasisStart → answer over REST → hangup over REST → BYE, one call after another. */
export async function benchCalls({ scale }: BenchSize): Promise<void> {
  const server = await Instance.create({ 'sorcery.conf': astDbSorcery });
  try {
    fillAstDb(server.dir, 1_000);
    await server.start();
    const socket = new WebSocket(
      `ws://127.0.0.1:${server.httpPort}/ari/events?app=Intro-IVR&api_key=asterisk:secret`,
      'ari',
    );
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.on('message', (data: Buffer) => {
      const event: { type: string; channel?: { id: string } } = JSON.parse(data.toString());
      if (event.type !== 'StasisStart' || event.channel === undefined) return;
      const path = `/channels/${event.channel.id}`;
      void httpLoad(server.httpPort, 1, 1, () => restRequest('POST', `${path}/answer`), 204).then(() =>
        httpLoad(server.httpPort, 1, 1, () => restRequest('DELETE', path), 204),
      );
    });
    const load = await SipLoad.open(server.sipPort);
    const calls = async (count: number): Promise<number> => {
      for (let index = 0; index < count; index++) await load.call(phone(index % 1_000), 'secret', 'ivr');
      return count;
    };
    await calls(200);
    row(
      'INVITE → StasisStart → answer → hangup',
      await measure(server.pid ?? 0, () => calls(Math.round(1_000 * scale))),
    );
    load.close();
    socket.close();
  } finally {
    await server.close();
  }
}
