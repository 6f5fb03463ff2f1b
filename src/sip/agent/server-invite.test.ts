import { afterEach, describe, expect, it } from 'vitest';
import type { UserAgentOptions } from './api.ts';
import { AgentBench, ANSWER, ending, OFFER, type WirePhone } from './test-bench.ts';

let bench: AgentBench;
afterEach(async () => {
  await bench.close();
  expect(bench.clock.pending).toBe(0);
});

function ringing(options: Partial<UserAgentOptions> = {}): WirePhone {
  bench = new AgentBench(options);
  const phone = bench.phone();
  phone.request('INVITE', { body: OFFER, headers: ['Content-Type: application/sdp'] });
  return phone;
}

function answered(): { phone: WirePhone; tag: string } {
  const phone = ringing();
  bench.invite.answer(ANSWER);
  bench.network.flush();
  const tag = phone.lastResponse().toTag ?? '';
  return { phone, tag };
}

function established(): { phone: WirePhone; tag: string } {
  const call = answered();
  call.phone.request('ACK', { to: call.tag, branch: 'z9hG4bK-ack' });
  return call;
}

describe('an incoming call', () => {
  it('is answered, acknowledged and hung up by the caller', () => {
    const phone = ringing();
    const { invite } = bench;
    const end = ending(invite);
    const acks: number[] = [];
    invite.events.on('acknowledged', (ack) => acks.push(ack.cseq.number));
    invite.progress(180);
    invite.answer(ANSWER);
    bench.network.flush();
    expect(phone.statuses).toEqual([180, 200]);
    const ok = phone.lastResponse();
    expect(ok.body.toString()).toBe(ANSWER);
    expect(ok.get('Content-Type')).toBe('application/sdp');
    expect(ok.get('Contact')).toBe('<sip:192.0.2.1:5060>');
    expect(ok.toTag).toBe(invite.localTag);
    expect(phone.responses[0]?.toTag).toBe(invite.localTag);
    expect(phone.responses[0]?.get('Allow')).toBe(ok.get('Allow'));
    phone.request('ACK', { to: invite.localTag, branch: 'z9hG4bK-ack' });
    expect(acks).toEqual([1]);
    expect(invite.established).toBe(true);
    phone.request('BYE', { number: 2, to: invite.localTag });
    expect(phone.lastResponse().status).toBe(200);
    expect(end.cause?.kind).toBe('bye');
    expect(bench.agent.dialogCount).toBe(0);
  });

  it('gets a 100 by itself when nothing was said for 200 ms', () => {
    const phone = ringing();
    bench.advance(190);
    expect(phone.statuses).toEqual([]);
    bench.advance(60);
    expect(phone.statuses).toEqual([100]);
    expect(phone.lastResponse().toTag).toBeUndefined();
  });

  it('is cancelled before the answer', () => {
    const phone = ringing();
    const end = ending(bench.invite);
    bench.invite.progress(180);
    phone.request('CANCEL');
    expect(phone.statuses).toEqual([180, 200, 487]);
    expect(phone.responses[1]?.toTag).toBe(bench.invite.localTag);
    expect(end.cause?.kind).toBe('cancelled');
    phone.request('ACK', { branch: 'z9hG4bK-call-1-INVITE-1', to: bench.invite.localTag });
    bench.advance(10_000);
    expect(phone.statuses).toEqual([180, 200, 487]);
    expect(bench.agent.dialogCount).toBe(0);
  });

  it('is not disturbed by a CANCEL after the answer', () => {
    const { phone } = established();
    phone.request('CANCEL');
    expect(phone.lastResponse().status).toBe(200);
    expect(bench.invite.established).toBe(true);
  });

  it('is refused, and the refusal repeated until its ACK', () => {
    const phone = ringing();
    const end = ending(bench.invite);
    bench.invite.reject(486, undefined, [['Reason', 'Q.850;cause=17']]);
    bench.advance(1_600);
    expect(phone.statuses).toEqual([486, 486, 486]);
    expect(phone.lastResponse().get('Reason')).toBe('Q.850;cause=17');
    expect(end.cause).toEqual({ kind: 'rejected', status: 486 });
    phone.request('ACK', { branch: 'z9hG4bK-call-1-INVITE-1', to: bench.invite.localTag });
    bench.advance(10_000);
    expect(phone.statuses).toHaveLength(3);
    expect(bench.agent.transactions.servers).toBe(0);
  });

  it('repeats the 2xx until the ACK arrives', () => {
    const { phone, tag } = answered();
    bench.advance(3_600);
    expect(phone.statuses).toEqual([200, 200, 200, 200]);
    phone.request('ACK', { to: tag, branch: 'z9hG4bK-ack' });
    bench.advance(20_000);
    expect(phone.statuses).toHaveLength(4);
  });

  it('takes an ACK with the branch of the INVITE, as old clients send it', () => {
    const { phone, tag } = answered();
    phone.request('ACK', { to: tag, branch: 'z9hG4bK-call-1-INVITE-1' });
    bench.advance(5_000);
    expect(phone.statuses).toEqual([200]);
  });

  it('is hung up with BYE when the ACK never comes', () => {
    const { phone } = answered();
    const end = ending(bench.invite);
    bench.advance(32_600);
    expect(phone.statuses.filter((status) => status === 200)).toHaveLength(11);
    expect(phone.methods[0]).toBe('BYE');
    expect(end.cause).toEqual({ kind: 'no-ack' });
  });

  it('stays hung up when the ACK comes too late', () => {
    const { phone, tag } = answered();
    bench.advance(32_100);
    expect(phone.methods).toEqual(['BYE']);
    phone.reply(phone.lastRequest(), 200);
    phone.request('ACK', { to: tag, branch: 'z9hG4bK-late' });
    bench.advance(5_000);
    expect(phone.methods).toEqual(['BYE']);
    expect(bench.invite.ended).toBe(true);
  });

  it('holds the BYE back until the ACK arrived', () => {
    const { phone, tag } = answered();
    bench.invite.hangup(603, [['Reason', 'Q.850;cause=16']]);
    bench.network.flush();
    expect(phone.methods).toEqual([]);
    phone.request('ACK', { to: tag, branch: 'z9hG4bK-ack' });
    expect(phone.methods).toEqual(['BYE']);
    expect(phone.lastRequest().get('Reason')).toBe('Q.850;cause=16');
    phone.reply(phone.lastRequest(), 200);
  });

  it('ends only once however often it is hung up', () => {
    const { phone } = established();
    const kinds: string[] = [];
    bench.invite.events.on('ended', (cause) => kinds.push(cause.kind));
    bench.invite.hangup();
    bench.invite.hangup();
    bench.network.flush();
    phone.reply(phone.lastRequest(), 200);
    expect(kinds).toEqual(['hangup']);
    expect(phone.methods).toEqual(['BYE']);
  });

  it('sends BYE to the Contact, with both tags and rising numbers', () => {
    const { phone } = established();
    void bench.invite.send('INFO', { body: 'x', contentType: 'text/plain' });
    bench.invite.hangup();
    bench.network.flush();
    const [info, bye] = phone.requests;
    expect(info?.uri).toBe('sip:alice@192.0.2.9:5070');
    expect(info?.toTag).toBe('caller');
    expect(info?.fromTag).toBe(bench.invite.localTag);
    expect([info?.cseq, bye?.cseq]).toEqual([
      { number: 1, method: 'INFO' },
      { number: 2, method: 'BYE' },
    ]);
  });

  it('goes by the route set when there is one', () => {
    bench = new AgentBench();
    const phone = bench.phone();
    const proxy = bench.phone(5080);
    phone.request('INVITE', {
      body: OFFER,
      headers: ['Record-Route: <sip:192.0.2.9:5080;lr>', 'Record-Route: <sip:192.0.2.77;lr>'],
    });
    bench.invite.answer(ANSWER);
    bench.network.flush();
    expect(phone.lastResponse().getAll('Record-Route')).toHaveLength(2);
    phone.request('ACK', { to: bench.invite.localTag, branch: 'z9hG4bK-ack' });
    bench.invite.hangup();
    bench.network.flush();
    expect(proxy.lastRequest().uri).toBe('sip:alice@192.0.2.9:5070');
    expect(proxy.lastRequest().getAll('Route')).toEqual(['<sip:192.0.2.9:5080;lr>', '<sip:192.0.2.77;lr>']);
  });

  it('can be told to answer to where the packets come from', () => {
    bench = new AgentBench();
    const phone = bench.phone();
    phone.request('INVITE', { body: OFFER });
    bench.invite.symmetric = true;
    bench.invite.answer(ANSWER);
    bench.network.flush();
    phone.request('ACK', { to: bench.invite.localTag, branch: 'z9hG4bK-ack' });
    // The peer moves its Contact to where nobody is; its packets still come from here.
    phone.request('UPDATE', { to: bench.invite.localTag, number: 2, headers: [] });
    const { dialog } = bench.invite;
    if (dialog !== undefined) dialog.remoteTarget = 'sip:alice@10.1.2.3:5060';
    bench.invite.hangup();
    bench.network.flush();
    expect(phone.lastRequest('BYE').uri).toBe('sip:alice@10.1.2.3:5060');
  });
});

describe('a re-INVITE', () => {
  it('is offered to the listener and answered with its own 2xx', () => {
    const { phone, tag } = established();
    bench.invite.events.on('reinvite', (_request, reinvite) => reinvite.answer(ANSWER));
    phone.request('INVITE', { number: 2, to: tag, body: OFFER, headers: ['Content-Type: application/sdp'] });
    expect(phone.lastResponse().status).toBe(200);
    expect(phone.lastResponse().toTag).toBe(tag);
    bench.advance(600);
    expect(phone.statuses.filter((status) => status === 200)).toHaveLength(3);
    phone.request('ACK', { number: 2, to: tag, branch: 'z9hG4bK-ack2' });
    bench.advance(5_000);
    expect(phone.statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(bench.invite.established).toBe(true);
  });

  it('is refused with 488 when nobody listens, and the call goes on', () => {
    const { phone, tag } = established();
    phone.request('INVITE', { number: 2, to: tag, body: OFFER });
    expect(phone.lastResponse().status).toBe(488);
    expect(bench.invite.established).toBe(true);
  });

  it('meets ours: 491 both ways', async () => {
    const { phone, tag } = established();
    bench.invite.events.on('reinvite', (_request, reinvite) => reinvite.answer(ANSWER));
    const ours = bench.invite.reinvite(OFFER);
    bench.network.flush();
    phone.request('INVITE', { number: 2, to: tag, body: OFFER });
    expect(phone.lastResponse().status).toBe(491);
    phone.reply(phone.lastRequest('INVITE'), 491);
    expect((await ours).status).toBe(491);
    expect(bench.invite.established).toBe(true);
    expect(phone.lastRequest('ACK').cseq.number).toBe(1);
  });

  it('is refused with 500 and Retry-After while another is unanswered', () => {
    const { phone, tag } = established();
    bench.invite.events.on('reinvite', () => {});
    phone.request('INVITE', { number: 2, to: tag, body: OFFER });
    phone.request('INVITE', { number: 3, to: tag, body: OFFER });
    expect(phone.lastResponse().status).toBe(500);
    expect(phone.lastResponse().number('Retry-After')).toBeLessThanOrEqual(10);
    expect(phone.lastResponse().number('Retry-After')).toBeGreaterThanOrEqual(0);
  });

  it('of the peer that is overtaken by its BYE gets 487, and its late answer goes nowhere', () => {
    const { phone, tag } = established();
    const end = ending(bench.invite);
    const waiting: { answer(): void }[] = [];
    bench.invite.events.on('reinvite', (_request, reinvite) =>
      waiting.push({ answer: () => reinvite.answer(ANSWER) }),
    );
    phone.request('INVITE', { number: 2, to: tag, body: OFFER });
    phone.request('BYE', { number: 3, to: tag });
    expect(phone.statuses.slice(-2).sort()).toEqual([200, 487]);
    expect(end.cause).toMatchObject({ kind: 'bye' });
    const said = phone.statuses.length;
    waiting[0]?.answer();
    bench.network.flush();
    expect(phone.statuses).toHaveLength(said);
    phone.request('ACK', { number: 2, to: tag });
  });

  it('of ours that is overtaken by the BYE of the peer resolves, and the call has ended once', async () => {
    const { phone, tag } = established();
    const end = ending(bench.invite);
    const ours = bench.invite.reinvite(OFFER);
    bench.network.flush();
    phone.request('BYE', { number: 2, to: tag });
    expect(end.cause).toMatchObject({ kind: 'bye' });
    phone.reply(phone.lastRequest('INVITE'), 481);
    expect((await ours).status).toBe(481);
    expect(phone.methods).not.toContain('BYE');
  });

  it('of ours is acknowledged and moves the target', async () => {
    const { phone } = established();
    const ours = bench.invite.reinvite(OFFER);
    bench.network.flush();
    const request = phone.lastRequest('INVITE');
    phone.reply(request, 200, { body: ANSWER });
    expect((await ours).status).toBe(200);
    expect(phone.lastRequest('ACK').cseq.number).toBe(request.cseq.number);
    phone.reply(request, 200, { body: ANSWER });
    expect(phone.methods.filter((method) => method === 'ACK')).toHaveLength(2);
    expect(bench.invite.dialog?.remoteTarget).toBe('sip:bob@192.0.2.9:5070');
  });

  it('that gets 481 ends the call', async () => {
    const { phone } = established();
    const end = ending(bench.invite);
    const ours = bench.invite.reinvite(OFFER);
    bench.network.flush();
    phone.reply(phone.lastRequest('INVITE'), 481);
    expect((await ours).status).toBe(481);
    expect(end.cause).toEqual({ kind: 'lost', status: 481 });
  });
});

describe('requests inside a dialog', () => {
  it('out of order are refused with 500', () => {
    const { phone, tag } = established();
    bench.invite.events.on('request', (_request, transaction) => transaction.reply(200));
    phone.request('INFO', { number: 7, to: tag });
    expect(phone.lastResponse().status).toBe(200);
    phone.request('INFO', { number: 6, to: tag });
    expect(phone.lastResponse().status).toBe(500);
    phone.request('INFO', { number: 7, to: tag, branch: 'z9hG4bK-same-number' });
    expect(phone.lastResponse().status).toBe(500);
  });

  it('get 405 with Allow when nobody listens, OPTIONS 200', () => {
    const { phone, tag } = established();
    phone.request('INFO', { number: 2, to: tag });
    expect(phone.lastResponse().status).toBe(405);
    expect(phone.lastResponse().get('Allow')).toContain('INVITE');
    phone.request('OPTIONS', { number: 3, to: tag });
    expect(phone.lastResponse().status).toBe(200);
  });

  it('of ours resolve with the answer, or with 408 when there is none', async () => {
    const { phone } = established();
    const end = ending(bench.invite);
    const info = bench.invite.send('INFO');
    bench.network.flush();
    phone.reply(phone.lastRequest('INFO'), 200);
    expect((await info).status).toBe(200);
    const lost = bench.invite.send('INFO');
    bench.advance(33_000);
    expect((await lost).status).toBe(408);
    expect(end.cause).toEqual({ kind: 'lost', status: 408 });
  });

  it('with an unreadable Contact are refused with 400 and change nothing', () => {
    const { phone, tag } = established();
    const target = bench.invite.dialog?.remoteTarget;
    bench.invite.events.on('request', (_request, transaction) => transaction.reply(200));
    phone.send(
      `UPDATE sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9:5070;branch=z9hG4bK-u\r\nFrom: <sip:alice@192.0.2.9>;tag=caller\r\nTo: <sip:100@192.0.2.1>;tag=${tag}\r\nCall-ID: call-1\r\nCSeq: 9 UPDATE\r\nContact: <<broken\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(phone.lastResponse().status).toBe(400);
    expect(bench.invite.dialog?.remoteTarget).toBe(target);
  });

  it('BYE before the answer ends the call with 487 to its INVITE', () => {
    const phone = ringing();
    bench.invite.progress(180);
    bench.network.flush();
    const end = ending(bench.invite);
    phone.request('BYE', { number: 2, to: bench.invite.localTag });
    expect(phone.statuses).toEqual([180, 200, 487]);
    expect(end.cause?.kind).toBe('bye');
  });
});
