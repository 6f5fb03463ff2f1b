import { isIP } from 'node:net';
import { type Claim, Claims, firstOf } from './claims.ts';

/** An address as a number of so many bits; those of 32 are the faster kind. */
type Numeric =
  | { readonly whole: 32; readonly value: number }
  | { readonly whole: 128; readonly value: bigint };

/** Bits of an address of this family that are looked at, and by how many claims. */
type Lengths = Map<number, number>;

/**
 * Claims to addresses and networks, of any port or of one. A network is found by the address cut to its length, so that
 * a packet costs as many lookups as there are different lengths, however many networks there are.
 */
export class AddressClaims {
  readonly #claims = new Claims();
  readonly #lengths: Readonly<Record<Numeric['whole'], Lengths>> = { 32: new Map(), 128: new Map() };
  /** Claims that are about one port. */
  #withPort = 0;

  /** The claim of the first id, however many bits or ports it is about: as the original looks through them. */
  first(address: string, port: number): Claim | undefined {
    if (this.#claims.empty) return undefined;
    const numeric = toNumber(address);
    if (numeric === undefined) return undefined;
    let found: Claim | undefined;
    for (const bits of this.#lengths[numeric.whole].keys()) {
      const key = keyOf(numeric, bits);
      found = firstOf(found, firstOf(this.#claims.first(key), this.#ofPort(key, port)));
    }
    return found;
  }

  #ofPort(key: string, port: number): Claim | undefined {
    return this.#withPort === 0 ? undefined : this.#claims.first(`${key} ${port}`);
  }

  /** Only the first `length` bits of the address count, if given. Returns what takes this claim away again. */
  add(address: string, length: number | undefined, port: number | undefined, claim: Claim): () => void {
    const numeric = toNumber(address);
    if (numeric === undefined) return () => {};
    const bits = Math.min(length ?? numeric.whole, numeric.whole);
    const lengths = this.#lengths[numeric.whole];
    const key = keyOf(numeric, bits);
    const remove = this.#claims.add(port === undefined ? key : `${key} ${port}`, claim);
    lengths.set(bits, (lengths.get(bits) ?? 0) + 1);
    if (port !== undefined) this.#withPort++;
    return () => {
      remove();
      if (port !== undefined) this.#withPort--;
      const left = (lengths.get(bits) ?? 1) - 1;
      if (left === 0) lengths.delete(bits);
      else lengths.set(bits, left);
    };
  }
}

function keyOf(numeric: Numeric, bits: number): string {
  if (numeric.whole === 32) return `${bits}/${Math.floor(numeric.value / 2 ** (32 - bits))}`;
  return `6/${bits}/${(numeric.value >> BigInt(128 - bits)).toString(36)}`;
}

/** IPv4 addresses that are written as IPv6 (RFC 4291 §2.5.5.2) are IPv4. Undefined for what is no address. */
function toNumber(address: string): Numeric | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  if (version === 4) return { whole: 32, value: ofFour(address) };
  const value = ofSix(address);
  if (value >> 32n === 0xffffn) return { whole: 32, value: Number(value & 0xffffffffn) };
  return { whole: 128, value };
}

function ofFour(address: string): number {
  let value = 0;
  for (const part of address.split('.')) value = value * 256 + Number(part);
  return value;
}

function ofSix(address: string): bigint {
  const percent = address.indexOf('%');
  const text = percent < 0 ? address : address.slice(0, percent);
  const [before = '', after] = text.split('::');
  const front = groupsOf(before);
  const back = groupsOf(after ?? '');
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0);
  return [...front, ...zeros, ...back].reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** Groups of 16 bits; an IPv4 address at the end is two of them. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const value = ofFour(group);
    return [value >>> 16, value & 0xffff];
  });
}
