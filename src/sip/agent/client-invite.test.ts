import { afterEach, describe, expect, it } from 'vitest';
import { answerChallenge } from '../digest/client.ts';
import { newRequest } from '../message/build.ts';
import type { SipRequest } from '../message/message.ts';
import type { InvitePlan } from './api.ts';
import type { ClientInvite } from './client-invite.ts';
import { AgentBench, ANSWER, ending, OFFER, type WirePhone } from './test-bench.ts';

let bench: AgentBench;
afterEach(async () => {
  await bench.close();
  expect(bench.clock.pending).toBe(0);
});

function invitation(uri = 'sip:bob@192.0.2.9:5070', body = OFFER): SipRequest {
  return newRequest({
    method: 'INVITE',
    uri,
    from: '"Desk" <sip:100@192.0.2.1>',
    contentType: 'application/sdp',
    body,
  });
}

function calling(plan: Partial<InvitePlan> = {}): { phone: WirePhone; call: ClientInvite; told: string[] } {
  bench = new AgentBench({ product: 'Test' });
  const phone = bench.phone();
  const call = bench.agent.invite({ request: invitation(), ...plan });
  const told: string[] = [];
  call.events.on('provisional', (response) => told.push(`provisional ${response.status}`));
  call.events.on('answered', (response) => told.push(`answered ${response.status}`));
  call.events.on('refused', (response) => told.push(`refused ${response.status}`));
  call.events.on('ended', (cause) => told.push(`ended ${cause.kind}`));
  bench.network.flush();
  return { phone, call, told };
}

describe('an outgoing call', () => {
  it('rings, is answered, acknowledged and hung up', () => {
    const { phone, call, told } = calling();
    const invite = phone.lastRequest('INVITE');
    expect(invite.via.toString()).toMatch(/^SIP\/2\.0\/UDP 192\.0\.2\.1:5060;rport;branch=z9hG4bK/);
    expect(invite.get('Contact')).toBe('<sip:100@192.0.2.1:5060>');
    expect(invite.get('User-Agent')).toBe('Test');
    phone.reply(invite, 100);
    phone.reply(invite, 180);
    expect(call.dialog?.state).toBe('early');
    phone.reply(invite, 200, { body: ANSWER });
    const ack = phone.lastRequest('ACK');
    expect(ack.uri).toBe('sip:bob@192.0.2.9:5070');
    expect(ack.cseq.number).toBe(invite.cseq.number);
    expect(ack.via.branch).not.toBe(invite.via.branch);
    expect(ack.toTag).toBe('callee');
    expect(call.established).toBe(true);
    call.hangup();
    bench.network.flush();
    phone.reply(phone.lastRequest('BYE'), 200);
    expect(phone.lastRequest('BYE').cseq.number).toBe(invite.cseq.number + 1);
    expect(told).toEqual(['provisional 180', 'answered 200', 'ended hangup']);
    expect(bench.agent.dialogCount).toBe(0);
  });

  it('is hung up by the callee', () => {
    const { phone, call, told } = calling();
    const invite = phone.lastRequest('INVITE');
    phone.reply(invite, 200, { body: ANSWER });
    const from = call.request.fromTag ?? '';
    phone.request('BYE', { callId: invite.callId, tag: 'callee', to: from, number: 1 });
    expect(phone.lastResponse().status).toBe(200);
    expect(told).toEqual(['answered 200', 'ended bye']);
  });

  it('repeats the ACK for every repeated 2xx', () => {
    const { phone } = calling();
    const invite = phone.lastRequest('INVITE');
    for (let i = 0; i < 3; i++) phone.reply(invite, 200, { body: ANSWER });
    const acks = phone.requests.filter((each) => each.method === 'ACK');
    expect(acks).toHaveLength(3);
    expect(new Set(acks.map((each) => each.via.branch)).size).toBe(1);
  });

  it('answers a challenge with the next number and puts the credentials on the ACK too', () => {
    const { phone, told } = calling({
      authenticate: (request, response) =>
        answerChallenge(request, response, [{ username: '100', secret: { password: 'secret' } }]),
    });
    const first = phone.lastRequest('INVITE');
    phone.reply(first, 401, { headers: ['WWW-Authenticate: Digest realm="r",nonce="n",qop="auth"'] });
    expect(phone.lastRequest('ACK').via.branch).toBe(first.via.branch);
    const second = phone.lastRequest('INVITE');
    expect(second.cseq.number).toBe(first.cseq.number + 1);
    expect(second.callId).toBe(first.callId);
    expect(second.fromTag).toBe(first.fromTag);
    expect(second.via.branch).not.toBe(first.via.branch);
    expect(second.getAll('Via')).toHaveLength(1);
    expect(second.get('Authorization')).toContain('username="100"');
    phone.reply(second, 200, { body: ANSWER, tag: 'second' });
    expect(phone.lastRequest('ACK').get('Authorization')).toBe(second.get('Authorization'));
    expect(told).toEqual(['answered 200']);
  });

  it('takes a second refusal of the same credentials as final', () => {
    const { phone, told } = calling({
      authenticate: (request, response) =>
        answerChallenge(request, response, [{ username: '100', secret: { password: 'wrong' } }]),
    });
    for (let i = 0; i < 2; i++) {
      phone.reply(phone.lastRequest('INVITE'), 401, {
        headers: ['WWW-Authenticate: Digest realm="r",nonce="n",qop="auth"'],
      });
    }
    expect(phone.methods.filter((method) => method === 'INVITE')).toHaveLength(2);
    expect(told).toEqual(['refused 401', 'ended refused']);
  });

  it('acknowledges and hangs up the 2xx of every fork but the first', () => {
    const { phone, call, told } = calling();
    const invite = phone.lastRequest('INVITE');
    phone.reply(invite, 180, { tag: 'a' });
    phone.reply(invite, 183, { tag: 'b' });
    expect(bench.agent.dialogCount).toBe(2);
    phone.reply(invite, 200, { tag: 'b', body: ANSWER });
    expect(call.dialog?.remoteTag).toBe('b');
    expect(bench.agent.dialogCount).toBe(1);
    phone.reply(invite, 200, { tag: 'a', body: ANSWER });
    const bye = phone.lastRequest('BYE');
    expect(bye.toTag).toBe('a');
    expect(phone.lastRequest('ACK').toTag).toBe('a');
    phone.reply(bye, 200);
    phone.reply(invite, 200, { tag: 'a', body: ANSWER });
    expect(phone.methods.filter((method) => method === 'BYE')).toHaveLength(1);
    expect(phone.methods.filter((method) => method === 'ACK')).toHaveLength(3);
    expect(call.established).toBe(true);
    expect(told).toEqual(['provisional 180', 'provisional 183', 'answered 200']);
  });

  it('is refused, acknowledged once for each copy', () => {
    const { phone, told } = calling();
    const invite = phone.lastRequest('INVITE');
    phone.reply(invite, 486);
    phone.reply(invite, 486);
    expect(phone.methods).toEqual(['INVITE', 'ACK', 'ACK']);
    expect(phone.lastRequest('ACK').via.branch).toBe(invite.via.branch);
    expect(told).toEqual(['refused 486', 'ended refused']);
  });

  it('waits for the caller to answer when the offer came in the 2xx', () => {
    const { phone, call } = calling({ request: invitation(undefined, '') });
    phone.reply(phone.lastRequest('INVITE'), 200, { body: OFFER });
    expect(phone.methods).toEqual(['INVITE']);
    call.ack(ANSWER);
    bench.network.flush();
    expect(phone.lastRequest('ACK').body.toString()).toBe(ANSWER);
    call.ack(ANSWER);
    bench.network.flush();
    expect(phone.methods).toEqual(['INVITE', 'ACK']);
  });

  it('runs into a local 408 when nobody answers at all', () => {
    const { phone, told } = calling();
    bench.advance(33_000);
    expect(told).toEqual(['refused 408', 'ended refused']);
    expect(phone.methods).toEqual(Array(7).fill('INVITE'));
  });

  it('fails with a local 503 where no transport leads', () => {
    const { told } = calling({ request: invitation('sip:bob@192.0.2.9;transport=tls') });
    expect(told).toEqual([]);
    return Promise.resolve().then(() => expect(told).toEqual(['refused 503', 'ended refused']));
  });

  it('asks the resolver for names and fails with 503 when there is no such name', async () => {
    bench = new AgentBench({
      resolver: (host, port, protocol) =>
        host === 'known.example'
          ? Promise.resolve([{ protocol, address: '192.0.2.9', port: port ?? 5060 }])
          : Promise.reject(new Error('no such name')),
    });
    const phone = bench.phone(5060);
    const call = bench.agent.invite({ request: invitation('sip:bob@known.example') });
    const lost = ending(bench.agent.invite({ request: invitation('sip:bob@unknown.example') }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(phone.methods).toEqual(['INVITE']);
    expect(call.flow?.remote.address).toBe('192.0.2.9');
    expect(lost.cause?.kind).toBe('refused');
  });
});

describe('giving up an outgoing call', () => {
  it('sends CANCEL once a provisional response came', () => {
    const { phone, call, told } = calling();
    const invite = phone.lastRequest('INVITE');
    call.hangup(undefined, [['Reason', 'SIP;cause=200']]);
    bench.network.flush();
    expect(phone.methods).toEqual(['INVITE']);
    phone.reply(invite, 180);
    const cancel = phone.lastRequest('CANCEL');
    expect(cancel.via.branch).toBe(invite.via.branch);
    expect(cancel.cseq).toEqual({ number: invite.cseq.number, method: 'CANCEL' });
    expect(cancel.get('Reason')).toBe('SIP;cause=200');
    expect(cancel.uri).toBe(invite.uri);
    phone.reply(cancel, 200);
    phone.reply(invite, 487);
    expect(phone.methods).toEqual(['INVITE', 'CANCEL', 'ACK']);
    expect(told).toEqual(['ended cancelled']);
  });

  it('acknowledges and hangs up a 2xx that crossed the CANCEL', () => {
    const { phone, call, told } = calling();
    const invite = phone.lastRequest('INVITE');
    phone.reply(invite, 180);
    call.hangup();
    phone.reply(invite, 200, { body: ANSWER });
    expect(phone.methods).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
    phone.reply(phone.lastRequest('CANCEL'), 200);
    phone.reply(phone.lastRequest('BYE'), 200);
    expect(told).toEqual(['provisional 180', 'ended cancelled']);
    expect(bench.agent.dialogCount).toBe(0);
  });

  it('after so many milliseconds: CANCEL and a local 408', () => {
    const { phone, told } = calling({ timeout: 20_000 });
    phone.reply(phone.lastRequest('INVITE'), 180);
    bench.advance(19_900);
    expect(told).toEqual(['provisional 180']);
    bench.advance(200);
    expect(told).toEqual(['provisional 180', 'refused 408', 'ended refused']);
    expect(phone.methods.at(-1)).toBe('CANCEL');
    bench.advance(80_000);
    expect(bench.agent.transactions.clients).toBe(0);
  });

  it('before the transaction began leaves nothing behind', () => {
    const { call } = calling();
    call.hangup();
    bench.advance(80_000);
    expect(bench.agent.transactions.clients).toBe(0);
    expect(bench.agent.dialogCount).toBe(0);
  });
});
