import { afterEach, describe, expect, it } from 'vitest';
import { serverKey } from './layer.ts';
import { NonInviteServerTransaction } from './server-non-invite.ts';
import { LayerBench } from './test-bench.ts';

let bench: LayerBench;
afterEach(() => {
  bench.close();
  expect(bench.clock.pending).toBe(0);
});

function start(protocol: 'udp' | 'tcp' = 'udp'): NonInviteServerTransaction {
  bench = new LayerBench(protocol);
  const transaction = bench.server('OPTIONS');
  if (!(transaction instanceof NonInviteServerTransaction)) throw new Error('no transaction');
  return transaction;
}

describe('a non-INVITE server transaction (RFC 3261 §17.2.2)', () => {
  it('trying: the request again is absorbed without a word', () => {
    const transaction = start();
    transaction.retransmission();
    expect(transaction.state).toBe('trying');
    expect(bench.lines).toEqual([]);
    bench.advance(100_000);
    expect(transaction.open).toBe(true);
  });

  it('proceeding: the request again gets the provisional response again', () => {
    const transaction = start();
    transaction.reply(100);
    expect(transaction.state).toBe('proceeding');
    transaction.retransmission();
    expect(bench.lines).toEqual(['100', '100']);
  });

  it('completed: the request again gets the same bytes until timer J after 64*T1', () => {
    const transaction = start();
    transaction.reply(200);
    expect(transaction.state).toBe('completed');
    expect(transaction.reply(500)).toBeUndefined();
    bench.advance(31_999);
    transaction.retransmission();
    expect(bench.lines).toEqual(['200', '200']);
    expect(bench.sent[0]?.bytes.equals(bench.sent[1]?.bytes ?? Buffer.alloc(0))).toBe(true);
    bench.advance(1);
    expect(transaction.state).toBe('terminated');
    expect(bench.layer.servers).toBe(0);
  });

  it('completed: over a stream it ends at once', () => {
    const transaction = start('tcp');
    transaction.reply(200);
    expect(transaction.state).toBe('terminated');
    expect(bench.layer.servers).toBe(0);
  });
});

describe('the table of server transactions', () => {
  it('is bounded: finished ones are forgotten first, then it is full', () => {
    bench = new LayerBench('udp', { maxServer: 2 });
    bench.server('OPTIONS', 'z9hG4bK-1')?.reply(200);
    bench.server('OPTIONS', 'z9hG4bK-2');
    expect(bench.server('OPTIONS', 'z9hG4bK-3')).toBeDefined();
    expect(bench.counts.forgotten).toBe(1);
    expect(bench.server('OPTIONS', 'z9hG4bK-4')).toBeUndefined();
    expect(bench.layer.servers).toBe(2);
  });

  it('finds by branch, sent-by and method, by older rules without the magic cookie', () => {
    bench = new LayerBench();
    const key = (method: string, branch: string) => serverKey(bench.request(method, branch), method);
    expect(key('OPTIONS', 'z9hG4bK-1')).toBe(key('OPTIONS', 'z9hG4bK-1'));
    expect(key('OPTIONS', 'z9hG4bK-1')).not.toBe(key('OPTIONS', 'z9hG4bK-2'));
    expect(key('INVITE', 'z9hG4bK-1')).not.toBe(key('CANCEL', 'z9hG4bK-1'));
    expect(serverKey(bench.request('ACK', 'z9hG4bK-1'), 'INVITE')).toBe(key('INVITE', 'z9hG4bK-1'));
    expect(serverKey(bench.request('ACK', 'old'), 'INVITE')).toBe(key('INVITE', 'old'));
    expect(key('INVITE', 'z9hG4bK')).toMatch(/^2543/);
  });
});
