import { afterEach, describe, expect, it } from 'vitest';
import { RETIRE_CHECK_MS, RETIRE_LINGER_MS } from '../limits.ts';
import { MemoryTransport } from '../transport/memory.ts';
import { AgentBench, ANSWER, ending } from './test-bench.ts';

let bench: AgentBench;

afterEach(() => bench.close());

/** A call that stands, from the phone at 5070. */
function call() {
  const phone = bench.phone();
  phone.request('INVITE');
  bench.invite.answer(ANSWER);
  bench.network.flush();
  const to = phone.lastResponse().toTag ?? '';
  phone.request('ACK', { to });
  return { phone, to };
}

describe('a transport that is taken out of use', () => {
  it('is closed at once when nothing needs it', async () => {
    bench = new AgentBench();
    expect(await bench.agent.retireTransport(bench.transport)).toBe(true);
    expect([bench.agent.transports, bench.agent.retiring]).toEqual([[], []]);
    const phone = bench.phone();
    phone.request('OPTIONS');
    expect(phone.got).toEqual([]);
  });

  it('goes on for the calls that it has, in both directions, and closes a while after the last', async () => {
    bench = new AgentBench();
    const { phone, to } = call();
    let closed: boolean | undefined;
    void bench.agent.retireTransport(bench.transport).then((how) => {
      closed = how;
    });
    bench.advance(60_000, RETIRE_CHECK_MS);
    expect(bench.agent.retiring).toEqual([bench.transport]);
    phone.request('OPTIONS', { number: 2, to });
    bench.network.flush();
    expect(phone.statuses.at(-1)).toBe(200);
    const end = ending(bench.invite);
    bench.invite.hangup();
    bench.network.flush();
    expect(phone.methods).toEqual(['BYE']);
    phone.reply(phone.lastRequest('BYE'), 200);
    expect(end.cause).toEqual({ kind: 'hangup' });
    bench.advance(RETIRE_LINGER_MS - RETIRE_CHECK_MS, RETIRE_CHECK_MS);
    await Promise.resolve();
    expect(closed).toBeUndefined();
    bench.advance(3 * RETIRE_CHECK_MS, RETIRE_CHECK_MS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(true);
    expect(bench.agent.retiring).toEqual([]);
  });

  it('takes nothing new: requests outside of its dialogs are sent elsewhere with 503', () => {
    bench = new AgentBench();
    const { phone } = call();
    void bench.agent.retireTransport(bench.transport);
    phone.request('OPTIONS', { callId: 'other', number: 7 });
    phone.request('INVITE', { callId: 'third', number: 8 });
    bench.network.flush();
    expect(phone.statuses.slice(-2)).toEqual([503, 503]);
    expect(bench.invites).toHaveLength(1);
    expect(bench.requests).toHaveLength(0);
  });

  it('is waited for by a request that is not answered yet', async () => {
    bench = new AgentBench();
    const phone = bench.phone();
    phone.request('REGISTER');
    const retired = bench.agent.retireTransport(bench.transport);
    expect(bench.agent.retiring).toHaveLength(1);
    bench.requests[0]?.transaction.reply(200);
    bench.network.flush();
    expect(phone.statuses).toEqual([200]);
    bench.advance(RETIRE_LINGER_MS + 2 * RETIRE_CHECK_MS, RETIRE_CHECK_MS);
    expect(await retired).toBe(true);
  });

  it('comes back into use when it is wanted again before its last call ended', async () => {
    bench = new AgentBench();
    const { phone } = call();
    const retired = bench.agent.retireTransport(bench.transport);
    await bench.agent.restoreTransport(bench.transport);
    expect(await retired).toBe(false);
    phone.request('OPTIONS', { callId: 'other', number: 7 });
    expect(bench.requests).toHaveLength(1);
    expect(bench.agent.transports).toEqual([bench.transport]);
  });

  it('leaves its calls alone while others use the one that took its place', () => {
    bench = new AgentBench();
    const { phone, to } = call();
    const next = new MemoryTransport(bench.network, '192.0.2.1', 5062);
    bench.agent.addTransport(next);
    void bench.agent.retireTransport(bench.transport);
    phone.request('OPTIONS', { number: 2, to });
    bench.invite.hangup();
    bench.network.flush();
    const last = bench.network.log.at(-1);
    expect([last?.from, last?.bytes.toString().startsWith('BYE')]).toEqual(['192.0.2.1:5060', true]);
  });
});
