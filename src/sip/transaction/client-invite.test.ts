import { afterEach, describe, expect, it } from 'vitest';
import { InviteClientTransaction } from './client-invite.ts';
import { LayerBench } from './test-bench.ts';

let bench: LayerBench;
afterEach(() => {
  bench.close();
  expect(bench.clock.pending).toBe(0);
});

function start(protocol: 'udp' | 'tcp' = 'udp') {
  bench = new LayerBench(protocol);
  const { transaction, answer } = bench.client('INVITE');
  if (!(transaction instanceof InviteClientTransaction)) throw new Error('no INVITE transaction');
  return { transaction, answer };
}

describe('an INVITE client transaction (RFC 3261 §17.1.1)', () => {
  it('calling: timer A doubles the interval without an upper limit', () => {
    start();
    bench.advance(31_999);
    expect(bench.times).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(bench.counts.retransmissionsSent).toBe(6);
  });

  it('calling: timer B gives up after 64*T1', () => {
    const { transaction } = start();
    bench.advance(31_999);
    expect(bench.told).toEqual([]);
    bench.advance(1);
    expect(bench.told).toEqual(['timeout']);
    expect(transaction.state).toBe('terminated');
    expect(bench.layer.clients).toBe(0);
  });

  it('calling: over a stream nothing is repeated, timer B still runs', () => {
    start('tcp');
    bench.advance(32_000);
    expect(bench.times).toEqual([0]);
    expect(bench.told).toEqual(['timeout']);
  });

  it('calling: what the network refuses fails at once', async () => {
    bench = new LayerBench();
    bench.refuse = true;
    bench.client('INVITE');
    await Promise.resolve();
    expect(bench.told).toEqual(['transport']);
    expect(bench.layer.clients).toBe(0);
  });

  it('proceeding: a 1xx ends repetition and deadline', () => {
    const { transaction, answer } = start();
    answer(180);
    expect(transaction.state).toBe('proceeding');
    answer(183);
    bench.advance(600_000);
    expect(bench.times).toEqual([0]);
    expect(bench.told).toEqual([180, 183]);
  });

  it('proceeding: after a CANCEL it waits 64*T1 more and gives up', () => {
    const { transaction, answer } = start();
    answer(180);
    bench.advance(60_000);
    transaction.expireAfterCancel();
    bench.advance(31_999);
    expect(bench.told).toEqual([180]);
    bench.advance(1);
    expect(bench.told).toEqual([180, 'timeout']);
  });

  it('completed: a refusal is acknowledged with the same branch, once for each copy', () => {
    const { transaction, answer } = start();
    answer(486);
    expect(transaction.state).toBe('completed');
    answer(486);
    answer(486);
    expect(bench.lines).toEqual(['INVITE', 'ACK', 'ACK', 'ACK']);
    const ack = bench.sent[1]?.bytes.toString() ?? '';
    expect(ack).toContain('branch=z9hG4bK-1');
    expect(ack).toContain('To: <sip:bob@192.0.2.9>;tag=t');
    expect(ack).toContain('CSeq: 1 ACK');
    expect(bench.told).toEqual([486]);
  });

  it('completed: timer D ends it after 32 s; over a stream it ends at once', () => {
    const { transaction, answer } = start();
    answer(500);
    bench.advance(31_999);
    expect(transaction.state).toBe('completed');
    bench.advance(1);
    expect(transaction.state).toBe('terminated');
    expect(bench.layer.clients).toBe(0);
    bench.close();
    const stream = start('tcp');
    stream.answer(500);
    expect(stream.transaction.state).toBe('terminated');
    expect(bench.lines).toEqual(['INVITE', 'ACK']);
  });

  it('accepted: every 2xx goes up for 64*T1 (timer M), nothing is acknowledged here', () => {
    const { transaction, answer } = start();
    answer(200, 'a');
    expect(transaction.state).toBe('accepted');
    answer(200, 'a');
    answer(200, 'b');
    answer(486, 'c');
    expect(bench.told).toEqual([200, 200, 200]);
    expect(bench.lines).toEqual(['INVITE']);
    bench.advance(31_999);
    expect(transaction.state).toBe('accepted');
    bench.advance(1);
    expect(transaction.state).toBe('terminated');
    answer(200, 'a');
    expect(bench.told.at(-1)).toBe('stray 200');
  });

  it('makes a CANCEL with the branch, number and routes of the INVITE', () => {
    bench = new LayerBench();
    const request = bench.request('INVITE');
    request.append('Route', '<sip:p;lr>');
    const transaction = bench.layer.createClient(request, bench.flow, bench);
    if (!(transaction instanceof InviteClientTransaction)) throw new Error('no INVITE transaction');
    const cancel = transaction.makeCancel();
    expect(cancel.method).toBe('CANCEL');
    expect(cancel.via.branch).toBe('z9hG4bK-1');
    expect(cancel.get('CSeq')).toBe('1 CANCEL');
    expect(cancel.getAll('Route')).toEqual(['<sip:p;lr>']);
    expect(cancel.toTag).toBeUndefined();
  });
});
