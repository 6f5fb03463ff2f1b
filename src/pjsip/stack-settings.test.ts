import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  MemoryNetwork,
  MemoryTransport,
  newRequest,
  parseMessage,
  SipRequest,
  UserAgent,
} from '../sip/index.ts';
import { StackSettings } from './stack-settings.ts';
import { PjsipBench } from './test-bench.ts';

let bench: PjsipBench;
let agent: UserAgent;
let settings: StackSettings;
let network: MemoryNetwork;

beforeEach(() => {
  bench = new PjsipBench();
  network = new MemoryNetwork();
  agent = new UserAgent({ clock: bench.clock, onRequest: () => {}, onInvite: () => {} });
  agent.addTransport(new MemoryTransport(network, '192.0.2.1'));
  const { sorcery, clock, log } = bench;
  settings = new StackSettings({ sorcery, agent, product: 'Product 1', clock, log });
});

afterEach(async () => {
  settings.close();
  await agent.close();
  await bench.close();
});

/** The next request that leaves, and how often it left within a second. */
function next(method: string): { request: SipRequest; copies: number } {
  network.log.length = 0;
  void agent.request(newRequest({ method, uri: 'sip:x@192.0.2.9', from: '<sip:a@192.0.2.1>' }));
  bench.clock.advance(1_000);
  const request = parseMessage(network.log[0]?.bytes ?? Buffer.alloc(0));
  if (!(request instanceof SipRequest)) throw new Error('nothing was sent');
  return { request, copies: network.log.length };
}

describe('what global and system say', () => {
  it('stands in the next request that leaves', async () => {
    const before = next('OPTIONS').request;
    expect([before.get('User-Agent'), before.get('Max-Forwards'), before.via.params.has('rport')]).toEqual([
      'Asterism',
      '70',
      true,
    ]);
    const global = await bench.put('global', 'global', { user_agent: 'Desk', max_forwards: '7' });
    await bench.put('system', 'system', { disable_rport: 'yes' });
    const after = next('OPTIONS').request;
    expect([after.get('User-Agent'), after.getAll('Max-Forwards'), after.via.params.has('rport')]).toEqual([
      'Desk',
      ['7'],
      false,
    ]);
    await bench.put('global', 'global', { user_agent: '' });
    expect(next('OPTIONS').request.get('User-Agent')).toBe('Product 1');
    await bench.sorcery.delete(global);
    expect(next('OPTIONS').request.get('Max-Forwards')).toBe('70');
  });

  it('times what begins from now on', async () => {
    // 0, 500 and, for each earlier copy's answer that never came, nothing else within a second.
    expect(next('OPTIONS').copies).toBe(2);
    await bench.put('system', 'system', { timer_t1: '100', timer_b: '40000' });
    network.log.length = 0;
    // 0, 100, 300, 700.
    expect(next('OPTIONS').copies).toBeGreaterThanOrEqual(4);
    expect(agent.values).toMatchObject({ t1: 100, b: 40_000 });
  });

  it('keeps connections open as often as it says, and not at all when it says 0', async () => {
    let pings = 0;
    const tcp = new MemoryTransport(network, '192.0.2.1', 5060, 'tcp');
    agent.addTransport(Object.assign(tcp, { keepAlive: () => pings++ }));
    bench.clock.advance(180_000);
    expect(pings).toBe(2);
    await bench.put('global', 'global', { keep_alive_interval: '10' });
    bench.clock.advance(30_000);
    expect(pings).toBe(5);
    await bench.put('global', 'global', { keep_alive_interval: '0' });
    bench.clock.advance(1_000_000);
    expect(pings).toBe(5);
  });

  it('switches the log of packets when debug changes, and leaves alone who switched it by hand', async () => {
    await bench.put('global', 'global', { debug: 'yes' });
    expect(agent.onPacket).toBeDefined();
    await bench.put('global', 'global', { debug: '192.0.2.77' });
    const lines = bench.log.lines.length;
    next('OPTIONS');
    expect(bench.log.lines.length).toBe(lines);
    await bench.put('global', 'global', { debug: 'no' });
    expect(agent.onPacket).toBeUndefined();
    const byHand = () => {};
    agent.onPacket = byHand;
    await bench.put('global', 'global', { debug: 'no', default_realm: 'x' });
    expect(agent.onPacket).toBe(byHand);
  });
});
