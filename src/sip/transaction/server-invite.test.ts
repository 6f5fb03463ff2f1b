import { afterEach, describe, expect, it } from 'vitest';
import { respond } from '../message/build.ts';
import { InviteServerTransaction } from './server-invite.ts';
import { LayerBench } from './test-bench.ts';

let bench: LayerBench;
afterEach(() => {
  bench.close();
  expect(bench.clock.pending).toBe(0);
});

function start(protocol: 'udp' | 'tcp' = 'udp'): InviteServerTransaction {
  bench = new LayerBench(protocol);
  const transaction = bench.server('INVITE');
  if (!(transaction instanceof InviteServerTransaction)) throw new Error('no INVITE transaction');
  return transaction;
}

describe('an INVITE server transaction (RFC 3261 §17.2.1)', () => {
  it('proceeding: sends 100 by itself after 200 ms, unless something was said', () => {
    start();
    bench.advance(199);
    expect(bench.lines).toEqual([]);
    bench.advance(1);
    expect(bench.lines).toEqual(['100']);
    bench.close();
    start().reply(180);
    bench.advance(1_000);
    expect(bench.lines).toEqual(['180']);
  });

  it('proceeding: the INVITE again gets the latest provisional response again', () => {
    const transaction = start();
    transaction.retransmission();
    transaction.reply(180);
    transaction.reply(183);
    transaction.retransmission();
    expect(bench.lines).toEqual(['180', '183', '183']);
    expect(bench.counts).toMatchObject({ retransmissionsAbsorbed: 2, retransmissionsSent: 1 });
  });

  it('completed: timer G doubles up to T2, timer H gives up after 64*T1', () => {
    const transaction = start();
    let gaveUp = 0;
    transaction.onUnacknowledged = () => gaveUp++;
    transaction.reply(486);
    expect(transaction.state).toBe('completed');
    bench.advance(31_999);
    expect(bench.times).toEqual([
      0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(gaveUp).toBe(0);
    bench.advance(1);
    expect(gaveUp).toBe(1);
    expect(transaction.state).toBe('terminated');
    expect(bench.layer.servers).toBe(0);
  });

  it('completed: over a stream nothing is repeated, timer H still runs', () => {
    const transaction = start('tcp');
    transaction.reply(486);
    bench.advance(31_999);
    expect(bench.lines).toEqual(['486']);
    expect(transaction.state).toBe('completed');
    bench.advance(1);
    expect(transaction.state).toBe('terminated');
  });

  it('completed: the INVITE again gets the refusal again, another answer is ignored', () => {
    const transaction = start();
    transaction.reply(486);
    transaction.retransmission();
    expect(transaction.reply(200)).toBeUndefined();
    expect(bench.lines).toEqual(['486', '486']);
  });

  it('confirmed: the ACK ends repetition, timer I takes in more of them for T4', () => {
    const transaction = start();
    transaction.reply(486);
    const ack = bench.request('ACK');
    transaction.acknowledge(ack);
    expect(transaction.state).toBe('confirmed');
    transaction.acknowledge(ack);
    transaction.retransmission();
    bench.advance(4_999);
    expect(transaction.state).toBe('confirmed');
    expect(bench.lines).toEqual(['486']);
    bench.advance(1);
    expect(transaction.state).toBe('terminated');
  });

  it('confirmed: over a stream the ACK ends it at once', () => {
    const transaction = start('tcp');
    transaction.reply(486);
    transaction.acknowledge(bench.request('ACK'));
    expect(transaction.state).toBe('terminated');
    expect(bench.layer.servers).toBe(0);
  });

  it('accepted: absorbs the INVITE, lets 2xx be sent again and ends after 64*T1 (timer L)', () => {
    const transaction = start();
    transaction.reply(200);
    expect(transaction.state).toBe('accepted');
    transaction.retransmission();
    expect(bench.lines).toEqual(['200']);
    transaction.resend(transaction.lastBytes ?? Buffer.alloc(0));
    transaction.send(respond(bench.request('INVITE'), 200));
    transaction.send(respond(bench.request('INVITE'), 500));
    expect(bench.lines).toEqual(['200', '200', '200']);
    bench.advance(31_999);
    expect(transaction.state).toBe('accepted');
    bench.advance(1);
    expect(transaction.state).toBe('terminated');
  });

  it('accepted: hands an ACK with its own branch to the dialog', () => {
    const transaction = start();
    const acks: string[] = [];
    transaction.onAck = (ack) => acks.push(ack.method);
    transaction.reply(200);
    transaction.acknowledge(bench.request('ACK'));
    expect(acks).toEqual(['ACK']);
  });

  it('tells of a CANCEL only while nothing final was said', () => {
    const transaction = start();
    let cancels = 0;
    transaction.onCancel = () => cancels++;
    transaction.cancel(bench.request('CANCEL'));
    transaction.reply(487);
    transaction.cancel(bench.request('CANCEL'));
    expect(cancels).toBe(1);
  });
});
