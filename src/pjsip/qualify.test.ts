import { afterEach, beforeEach, expect, it } from 'vitest';
import { MemoryNetwork, MemoryTransport, type SipRequest, UserAgent } from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';
import { qualifyEndpoint } from './qualify.ts';
import { PjsipBench } from './test-bench.ts';

let bench: PjsipBench;
let network: MemoryNetwork;
let agent: UserAgent;
let phone: UserAgent;
/** What the phone was asked, and what it answers. */
const asked: SipRequest[] = [];
let status = 200;

beforeEach(() => {
  bench = new PjsipBench();
  network = new MemoryNetwork();
  asked.length = 0;
  status = 200;
  const { clock } = bench;
  agent = new UserAgent({ clock, onRequest: () => {}, onInvite: () => {} });
  agent.addTransport(new MemoryTransport(network, '192.0.2.1'));
  phone = new UserAgent({
    clock,
    onRequest: (request, transaction) => {
      asked.push(request);
      transaction.reply(status);
    },
    onInvite: () => {},
  });
  phone.addTransport(new MemoryTransport(network, '192.0.2.7', 5062));
});

afterEach(async () => {
  await agent.close();
  await phone.close();
  await bench.close();
});

/** Lets every packet arrive and time pass until the question has ended. */
async function ask(endpoint: SorceryObject) {
  const { sorcery, clock, log } = bench;
  let done = false;
  const result = qualifyEndpoint({ agent, sorcery, clock, log }, endpoint).finally(() => {
    done = true;
  });
  for (let turns = 0; turns < 1_000 && !done; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (turns > 20) clock.advance(100);
  }
  return result;
}

async function endpoint(aor: Record<string, string>): Promise<SorceryObject> {
  await bench.put('aor', 'a', { contact: 'sip:me@192.0.2.7:5062', ...aor });
  return bench.put('endpoint', 'alice', { aors: 'a,b,nosuch', from_domain: 'home.example' });
}

it('sends OPTIONS to every contact of every address and tells who answered', async () => {
  const alice = await endpoint({});
  await bench.put('aor', 'b', { contact: 'sip:gone@192.0.2.8:5062', qualify_timeout: '0.5' });
  expect(await ask(alice)).toMatchObject([
    { aor: 'a', uri: 'sip:me@192.0.2.7:5062', reachable: true },
    { aor: 'b', uri: 'sip:gone@192.0.2.8:5062', reachable: false },
  ]);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ method: 'OPTIONS', uri: 'sip:me@192.0.2.7:5062' });
  expect(asked[0]?.get('From')).toMatch(/^<sip:alice@home\.example>;tag=/);
  expect(asked[0]?.get('Contact')).toBe('<sip:alice@192.0.2.1:5060>');
  expect(bench.log.lines.some((each) => each.includes('a/sip:me@192.0.2.7:5062 is reachable'))).toBe(true);
});

it('gives up on a contact that does not answer in time', async () => {
  const alice = await endpoint({ contact: 'sip:gone@192.0.2.8:5062', qualify_timeout: '0.5' });
  const started = bench.clock.now();
  expect(await ask(alice)).toMatchObject([{ reachable: false }]);
  expect(bench.clock.now() - started).toBeLessThan(1_000);
});

it('takes any answer, or a good one only where that is asked for', async () => {
  status = 404;
  expect(await ask(await endpoint({}))).toMatchObject([{ reachable: true }]);
  expect(await ask(await endpoint({ qualify_2xx_only: 'yes' }))).toMatchObject([{ reachable: false }]);
});
