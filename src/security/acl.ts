import { BlockList, isIP } from 'node:net';

interface Rule {
  readonly permit: boolean;
  readonly list: BlockList;
}

/**
 * An access list as `permit=` and `deny=` lines make it: the last line that matches decides, and an address that none
 * matches is let in.
 */
export class Acl {
  readonly #rules: Rule[] = [];
  /** Lists that must let an address in as well (`acl=name`). */
  readonly #named: (() => Acl | undefined)[] = [];

  get empty(): boolean {
    return this.#rules.length === 0 && this.#named.length === 0;
  }

  /**
   * Adds one line: addresses with a netmask or a prefix length, separated by commas; `!` turns one around.
   * @throws {RangeError} naming the part that is no address
   */
  add(permit: boolean, line: string): void {
    for (const part of line.split(',')) {
      const text = part.trim();
      if (text === '') continue;
      const turned = text.startsWith('!');
      this.#rules.push({ permit: turned ? !permit : permit, list: subnet(turned ? text.slice(1) : text) });
    }
  }

  /** Asks another list too; one that does not exist lets nobody in. */
  require(named: () => Acl | undefined): void {
    this.#named.push(named);
  }

  /** Whether an address may come in; an IPv4 address that is mapped into IPv6 counts as IPv4. */
  permits(address: string): boolean {
    const plain = unmapped(address);
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    let permit = true;
    for (const rule of this.#rules) if (rule.list.check(plain, family)) permit = rule.permit;
    return permit && this.#named.every((each) => each()?.permits(plain) === true);
  }
}

function unmapped(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

function subnet(text: string): BlockList {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const family = isIP(address);
  if (family === 0) throw new RangeError(`'${text}' is no address`);
  const bits = slash < 0 ? (family === 4 ? 32 : 128) : prefixLength(text.slice(slash + 1), family);
  if (bits === undefined) throw new RangeError(`'${text}' has no usable netmask`);
  const list = new BlockList();
  list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list;
}

/** `24` or `255.255.255.0`; undefined for a netmask with holes. */
function prefixLength(text: string, family: number): number | undefined {
  if (isIP(text) === 4 && family === 4) {
    const mask = text.split('.').reduce((sum, each) => sum * 256 + Number(each), 0);
    const inverted = 0xffffffff - mask;
    const bits = 32 - Math.log2(inverted + 1);
    return Number.isInteger(bits) ? bits : undefined;
  }
  const bits = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return bits >= 0 && bits <= (family === 4 ? 32 : 128) ? bits : undefined;
}
