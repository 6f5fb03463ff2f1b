import { BlockList, isIP } from 'node:net';

interface Rule {
  readonly permit: boolean;
  readonly list: BlockList;
  /** `10.0.0.0/255.0.0.0`, as lists show it. */
  readonly text: string;
}

/** One line of an access list as commands show it. */
export interface AclLine {
  readonly permit: boolean;
  readonly network: string;
}

/**
 * An access list as `permit=` and `deny=` lines make it: the last line that matches decides, and an address that none
 * matches is let in.
 */
export class Acl {
  readonly #rules: Rule[] = [];
  /** Lists that must let an address in as well (`acl=name`). */
  readonly #named: { readonly name: string; readonly find: () => Acl | undefined }[] = [];

  get empty(): boolean {
    return this.#rules.length === 0 && this.#named.length === 0;
  }

  /** Its own lines, in the order in which they are asked. */
  get lines(): readonly AclLine[] {
    return this.#rules.map(({ permit, text }) => ({ permit, network: text }));
  }

  /** The lists that it refers to, by name; undefined where there is none of that name. */
  get named(): readonly { readonly name: string; readonly acl: Acl | undefined }[] {
    return this.#named.map(({ name, find }) => ({ name, acl: find() }));
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
      this.#rules.push({ permit: turned ? !permit : permit, ...subnet(turned ? text.slice(1) : text) });
    }
  }

  /** Asks another list too; one that does not exist lets nobody in. */
  require(name: string, find: () => Acl | undefined): void {
    this.#named.push({ name, find });
  }

  /** Whether an address may come in; an IPv4 address that is mapped into IPv6 counts as IPv4. */
  permits(address: string): boolean {
    const plain = unmapped(address);
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    let permit = true;
    for (const rule of this.#rules) if (rule.list.check(plain, family)) permit = rule.permit;
    return permit && this.#named.every(({ find }) => find()?.permits(plain) === true);
  }
}

function unmapped(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

function subnet(text: string): { list: BlockList; text: string } {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const family = isIP(address);
  if (family === 0) throw new RangeError(`'${text}' is no address`);
  const bits = slash < 0 ? (family === 4 ? 32 : 128) : prefixLength(text.slice(slash + 1), family);
  if (bits === undefined) throw new RangeError(`'${text}' has no usable netmask`);
  const list = new BlockList();
  list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return { list, text: `${address}/${family === 4 ? netmask(bits) : bits}` };
}

/** `255.0.0.0` for 8. */
function netmask(bits: number): string {
  return [24, 16, 8, 0].map((shift) => ((2 ** 32 - 2 ** (32 - bits)) / 2 ** shift) & 255).join('.');
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
