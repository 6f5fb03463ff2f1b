import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressClaims } from './address-claims.ts';
import { type Claim, TextClaims } from './claims.ts';

const claim = (id: string): Claim => ({ id, endpoint: `endpoint of ${id}` });

describe('claims to addresses', () => {
  const four = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(255)).map((parts) => parts.join('.'));
  const six = fc.tuple(fc.nat(2), fc.nat(2)).map(([net, host]) => `2001:db8:${net}::${host}`);
  const rule = fc.oneof(
    fc.record({ address: four, bits: fc.constantFrom(undefined, 0, 8, 24, 31, 32), port: fc.constant(5060) }),
    fc.record({ address: six, bits: fc.constantFrom(undefined, 32, 48, 127), port: fc.constant(undefined) }),
    fc.record({ address: four, bits: fc.constantFrom(16, 30), port: fc.constantFrom(undefined, 5062) }),
  );

  it('are found as lists of networks would find them, whatever came and went', () => {
    const packet = fc.record({ address: fc.oneof(four, six), port: fc.constantFrom(5060, 5062) });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 12 }), fc.array(fc.boolean()), packet, (rules, kept, from) => {
        const claims = new AddressClaims();
        const removers = rules.map((each, index) =>
          claims.add(each.address, each.bits, each.port, claim(String(index).padStart(2, '0'))),
        );
        const left = rules.map((each, index) => ({ ...each, id: String(index).padStart(2, '0') }));
        removers.forEach((remove, index) => {
          if (kept[index] === false) remove();
        });
        const matching = left.filter(({ address, bits, port }, index) => {
          if (kept[index] === false || (port !== undefined && port !== from.port)) return false;
          const family = address.includes(':') ? 'ipv6' : 'ipv4';
          const list = new BlockList();
          list.addSubnet(address, bits ?? (family === 'ipv6' ? 128 : 32), family);
          return list.check(from.address, from.address.includes(':') ? 'ipv6' : 'ipv4');
        });
        const [first] = matching;
        expect(claims.first(from.address, from.port)?.id).toBe(first?.id);
      }),
      { numRuns: 400 },
    );
  });

  it('know an address however it is written', () => {
    const claims = new AddressClaims();
    claims.add('2001:DB8:0:0::7', undefined, undefined, claim('six'));
    claims.add('fe80::', 10, undefined, claim('link'));
    claims.add('192.0.2.0', 24, undefined, claim('four'));
    expect(claims.first('2001:db8::7', 5060)?.id).toBe('six');
    expect(claims.first('fe80::1%eth0', 5060)?.id).toBe('link');
    expect(claims.first('::ffff:192.0.2.9', 5060)?.id).toBe('four');
    expect(claims.first('::', 5060)).toBeUndefined();
    expect(claims.first('nonsense', 5060)).toBeUndefined();
  });
});

describe('claims to texts', () => {
  it('give the first id, found as it stands or by an expression', () => {
    const claims = new TextClaims();
    const takeB = claims.add('yes', claim('b'));
    claims.add('/^y/', claim('c'));
    expect(claims.first('yes')?.id).toBe('b');
    const takeA = claims.add('/es$/', claim('a'));
    expect(claims.first('yes')?.id).toBe('a');
    expect(claims.first('yet')?.id).toBe('c');
    takeA();
    takeB();
    expect(claims.first('yes')?.id).toBe('c');
    expect(claims.first('no')).toBeUndefined();
  });

  it('match nothing by an expression that is none', () => {
    const claims = new TextClaims();
    claims.add('/(/', claim('a'));
    expect(claims.first('(')).toBeUndefined();
    expect(claims.empty).toBe(true);
  });
});
