import { expect, it } from 'vitest';
import { SipParseError } from '../message/error.ts';
import { SipRequest } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { MemoryNetwork, MemoryTransport } from '../transport/memory.ts';
import type { Flow } from '../transport/transport.ts';
import { answerable, statelessReply } from './stateless-reply.ts';

const VIA = 'Via: SIP/2.0/UDP 192.0.2.9:5080;branch=z9hG4bK1';
const flow: Flow = {
  transport: new MemoryTransport(new MemoryNetwork(), '192.0.2.1', 5060, 'udp'),
  remote: { address: '192.0.2.7', port: 40_000 },
};

function request(method = 'OPTIONS', ...headers: readonly string[]): SipRequest {
  const lines = [
    `${method} sip:bob@example.com SIP/2.0`,
    ...headers,
    'From: <sip:a@b>;tag=1',
    'To: <sip:b@b>',
    'Call-ID: c1',
  ];
  const message = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  if (!(message instanceof SipRequest)) throw new Error('no request');
  return message;
}

it('goes where the Via says, at the address that the request came from', () => {
  const { response, flow: back } = statelessReply(request('OPTIONS', VIA, 'CSeq: 1 OPTIONS'), flow, 503, {
    headers: [['Retry-After', '5']],
  });
  expect([response.status, response.get('Retry-After'), response.has('Warning')]).toEqual([503, '5', false]);
  expect(back).toEqual({ transport: flow.transport, remote: { address: '192.0.2.7', port: 5080 } });
});

it('goes back to where the request came from when its Via cannot be read', () => {
  const { flow: back } = statelessReply(request('OPTIONS', 'Via: nonsense', 'CSeq: 1 OPTIONS'), flow, 400);
  expect(back.remote).toEqual(flow.remote);
});

it('tells a person what was wrong, in letters that a header can have', () => {
  const asked = request('OPTIONS', VIA, 'CSeq: 1 OPTIONS');
  const { response } = statelessReply(asked, flow, 400, { warning: 'a "b" \\ \u00e9\r\nX: y' });
  expect(response.get('Warning')).toBe(`399 192.0.2.1 "a 'b' ? ???X: y"`);
});

it.each([
  ['a request with Via and CSeq', request('INFO', VIA, 'CSeq: 1 INFO'), true],
  ['an ACK', request('ACK', VIA, 'CSeq: 1 ACK'), false],
  ['a request without Via', request('INFO', 'CSeq: 1 INFO'), false],
  ['a request without CSeq', request('INFO', VIA), false],
  ['what is no message at all', undefined, false],
])('of something malformed can be answered: %s', (_, salvaged, can) => {
  expect(answerable(new SipParseError('broken', 400, salvaged))).toBe(can ? salvaged : undefined);
});
