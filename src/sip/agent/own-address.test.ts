import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../platform/index.ts';
import { MemoryNetwork, MemoryTransport } from '../transport/memory.ts';
import type { Flow, Protocol } from '../transport/transport.ts';
import { OwnAddress } from './own-address.ts';

function flow(address: string, protocol: Protocol = 'udp', peer = '127.0.0.1'): Flow {
  return {
    transport: new MemoryTransport(new MemoryNetwork(), address, 5066, protocol),
    remote: { address: peer, port: 5070 },
  };
}

describe('what an agent calls itself', () => {
  const own = new OwnAddress(new FakeClock(), undefined);

  it('is the address of its transport, or of the interface towards the peer where that has none', () => {
    expect(own.shown(flow('192.0.2.1'))).toBe('192.0.2.1');
    expect(own.shown(flow('0.0.0.0'))).toBe('127.0.0.1');
    expect(own.contact(flow('0.0.0.0'))).toBe('<sip:127.0.0.1:5066>');
  });

  it('has brackets around IPv6, and the transport where it is not UDP', () => {
    expect(own.shown(flow('2001:db8::1'))).toBe('2001:db8::1');
    expect(own.contact(flow('2001:db8::1', 'tcp'))).toBe('<sip:[2001:db8::1]:5066;transport=tcp>');
    expect(own.via(flow('2001:db8::1', 'tcp'), false)).toMatch(
      /^SIP\/2\.0\/TCP \[2001:db8::1\]:5066;branch=z9hG4bK/,
    );
  });

  it('escapes the user of a Contact', () => {
    expect(own.contact(flow('192.0.2.1'), '100')).toBe('<sip:100@192.0.2.1:5066>');
    expect(own.contact(flow('192.0.2.1'), 'a@b')).toBe('<sip:a%40b@192.0.2.1:5066>');
  });

  it('asks for answers to the port that it sends from, if it is to, with a new branch each time', () => {
    const via = own.via(flow('192.0.2.1'), true);
    expect(via).toMatch(/^SIP\/2\.0\/UDP 192\.0\.2\.1:5066;rport;branch=z9hG4bK/);
    expect(own.via(flow('192.0.2.1'), true)).not.toBe(via);
  });

  it('is what is advertised; the port is its own where none is', () => {
    const told = new OwnAddress(new FakeClock(), () => ({ host: '198.51.100.7' }));
    expect(told.contact(flow('192.0.2.1'))).toBe('<sip:198.51.100.7:5066>');
    expect(told.shown(flow('192.0.2.1'))).toBe('198.51.100.7');
    expect(told.bound(flow('192.0.2.1'))).toBe('192.0.2.1');
  });
});
