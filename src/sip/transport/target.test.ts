import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../platform/index.ts';
import { Uri } from '../message/uri.ts';
import { LocalAddresses } from './local-address.ts';
import { literalTarget, protocolOf, systemResolver } from './target.ts';

describe('the target of a URI (RFC 3263 §4)', () => {
  it('is at hand for addresses, with the port of the protocol', () => {
    const target = (uri: string) => literalTarget(Uri.parse(uri));
    expect(target('sip:a@192.0.2.1')).toEqual({ protocol: 'udp', address: '192.0.2.1', port: 5060 });
    expect(target('sip:a@192.0.2.1:5099;transport=TCP')).toMatchObject({ protocol: 'tcp', port: 5099 });
    expect(target('sips:a@[2001:db8::1]')).toEqual({ protocol: 'tls', address: '2001:db8::1', port: 5061 });
    expect(target('sip:a@example.com;maddr=192.0.2.7')).toMatchObject({ address: '192.0.2.7' });
    expect(target('sip:a@example.com')).toBeUndefined();
  });

  it('has the protocol that the URI asks for', () => {
    expect(
      ['sip:a', 'sip:a;transport=tcp', 'sip:a;transport=tls', 'sips:a'].map((uri) =>
        protocolOf(Uri.parse(uri)),
      ),
    ).toEqual(['udp', 'tcp', 'tls', 'tls']);
  });

  it('comes from the system for names', async () => {
    const found = await systemResolver('localhost', 5070, 'tcp');
    expect(found[0]).toMatchObject({ protocol: 'tcp', port: 5070 });
    await expect(systemResolver('no-such-name.invalid', undefined, 'udp')).rejects.toThrow();
  });
});

describe('the address of this machine that a peer can answer to', () => {
  it('is on the network of the peer', () => {
    const addresses = new LocalAddresses(new FakeClock());
    expect(addresses.towards('127.0.0.1')).toBe('127.0.0.1');
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal);
    if (outside !== undefined) expect(addresses.towards(outside.address)).toBe(outside.address);
    expect(addresses.towards('203.0.113.9')).toBe(outside?.address ?? '127.0.0.1');
  });
});
