import { afterEach, describe, expect, it } from 'vitest';
import { LayerBench } from './test-bench.ts';

let bench: LayerBench;
afterEach(() => {
  bench.close();
  expect(bench.clock.pending).toBe(0);
});

function start(protocol: 'udp' | 'tcp' = 'udp') {
  bench = new LayerBench(protocol);
  return bench.client('OPTIONS');
}

describe('a non-INVITE client transaction (RFC 3261 §17.1.2)', () => {
  it('trying: timer E doubles the interval up to T2, timer F gives up after 64*T1', () => {
    const { transaction } = start();
    bench.advance(31_999);
    expect(bench.times).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(bench.told).toEqual([]);
    bench.advance(1);
    expect(bench.told).toEqual(['timeout']);
    expect(transaction.state).toBe('terminated');
    expect(bench.layer.clients).toBe(0);
  });

  it('trying: over a stream nothing is repeated', () => {
    start('tcp');
    bench.advance(32_000);
    expect(bench.times).toEqual([0]);
    expect(bench.told).toEqual(['timeout']);
  });

  it('trying: what the network refuses fails at once', async () => {
    bench = new LayerBench();
    bench.refuse = true;
    bench.client('OPTIONS');
    await Promise.resolve();
    expect(bench.told).toEqual(['transport']);
  });

  it('proceeding: repeats every T2 and still gives up', () => {
    const { transaction, answer } = start();
    answer(100);
    expect(transaction.state).toBe('proceeding');
    bench.advance(32_000);
    expect(bench.times).toEqual([0, 500, 4_500, 8_500, 12_500, 16_500, 20_500, 24_500, 28_500]);
    expect(bench.told).toEqual([100, 'timeout']);
  });

  it('completed: further responses are absorbed until timer K after T4', () => {
    const { transaction, answer } = start();
    answer(200);
    expect(transaction.state).toBe('completed');
    answer(200);
    answer(404);
    expect(bench.told).toEqual([200]);
    expect(bench.counts.retransmissionsAbsorbed).toBe(2);
    bench.advance(4_999);
    expect(transaction.state).toBe('completed');
    bench.advance(1);
    expect(transaction.state).toBe('terminated');
    expect(bench.times).toEqual([0]);
  });

  it('completed: over a stream it ends at once', () => {
    const { transaction, answer } = start('tcp');
    answer(200);
    expect(transaction.state).toBe('terminated');
    expect(bench.layer.clients).toBe(0);
  });

  it('cannot be started when the table is full', () => {
    bench = new LayerBench('udp', { maxClient: 1 });
    bench.client('OPTIONS');
    expect(
      bench.layer.createClient(bench.request('OPTIONS', 'z9hG4bK-2'), bench.flow, bench),
    ).toBeUndefined();
  });

  it('fails when the connection it went out on is lost', () => {
    start('tcp');
    bench.layer.disconnected(bench.flow.transport, { address: '192.0.2.9', port: 5099 });
    expect(bench.told).toEqual([]);
    bench.layer.disconnected(bench.flow.transport, { address: '192.0.2.9', port: 5060, connection: 7 });
    expect(bench.told).toEqual(['transport']);
    expect(bench.layer.clients).toBe(0);
  });

  it('is told that none will come when the layer closes', () => {
    start();
    bench.layer.close();
    expect(bench.told).toEqual(['transport']);
  });
});
