import { isIP } from 'node:net';
import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import { Acl } from '../security/index.ts';
import { type Remote, SipParseError, type SipRequest } from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import { OWN_LINES } from './objects/index.ts';
import { maskLength } from './transport-address.ts';

/** How old what a database told of `acl` objects may be. */
const FRESH_MS = 1_000;
/** Contacts of one request that are looked at; the registrar refuses more. */
const MAX_CONTACTS = 32;

/** Lines of an object's own, and lists of acl.conf that must be passed as well. */
interface Lists {
  readonly own: Acl | undefined;
  readonly named: readonly string[];
}

interface Rules {
  readonly id: string;
  readonly source: Lists;
  readonly contact: Lists;
}

export interface AccessOptions {
  readonly sorcery: Sorcery;
  /** The lists of acl.conf as they are now. */
  readonly named: (name: string) => Acl | undefined;
  readonly running: (module: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Who may send SIP: by where a packet comes from, and by the addresses in its Contact. `acl` objects hold for every packet,
 * the lists of an endpoint for its own.
 */
export class Access {
  readonly #options: AccessOptions;
  readonly #offs: (() => void)[];
  readonly #compiled = new WeakMap<SorceryObject, Rules>();
  #rules: readonly Rules[] | undefined;
  #askAt = 0;

  constructor(options: AccessOptions) {
    this.#options = options;
    const { events } = options.sorcery;
    const touch = (object: SorceryObject) => {
      if (object.type.name === 'acl') this.#rules = undefined;
    };
    this.#offs = [
      events.on('created', touch),
      events.on('updated', touch),
      events.on('deleted', touch),
      events.on('loaded', (type) => {
        if (type === 'acl') this.#rules = undefined;
      }),
    ];
  }

  /** Whether a request may come in at all; when not, the log tells why. */
  admits(request: SipRequest, remote: Remote): boolean {
    if (!this.#options.running('res_pjsip_acl')) return true;
    this.#freshen();
    this.#rules ??= [...this.#options.sorcery.all('acl')].map((each) => this.#compile(each));
    for (const rules of this.#rules) {
      const source = this.#refusal(rules.source, remote.address);
      const contact = source ?? this.#contactRefusal(rules.contact, request);
      if (contact === undefined) continue;
      this.#options.log.warning(
        `Incoming SIP message from ${remote.address}:${remote.port} did not pass ACL test: acl '${rules.id}': ${contact}`,
      );
      return false;
    }
    return true;
  }

  /** Which list of an endpoint keeps a request out; undefined when none does. */
  bars(endpoint: SorceryObject, request: SipRequest, remote: Remote): 'acl' | 'contact_acl' | undefined {
    const rules = this.#compile(endpoint);
    const source = this.#refusal(rules.source, remote.address);
    const refusal = source ?? this.#contactRefusal(rules.contact, request);
    if (refusal === undefined) return undefined;
    this.#options.log.notice(`Endpoint '${endpoint.id}': ${refusal}`);
    return source === undefined ? 'contact_acl' : 'acl';
  }

  /** What is kept in a database is asked for beside the packets: none waits for it. */
  #freshen(): void {
    const { sorcery, clock } = this.#options;
    const now = clock.monotonic();
    if (now < this.#askAt) return;
    this.#askAt = now + FRESH_MS;
    if (!sorcery.isRemote('acl')) return;
    void sorcery.list('acl').then(
      () => {
        this.#rules = undefined;
      },
      // The store has told the log; what it told last holds.
      () => {},
    );
  }

  #compile(object: SorceryObject): Rules {
    let rules = this.#compiled.get(object);
    if (rules === undefined) {
      rules = { id: object.id, source: readLists(object, ''), contact: readLists(object, 'contact_') };
      this.#compiled.set(object, rules);
    }
    return rules;
  }

  /** Why an address is kept out; undefined when it is not. */
  #refusal({ own, named }: Lists, address: string): string | undefined {
    if (own?.permits(address) === false) return `${address} is refused by its own lines`;
    for (const name of named) {
      const list = this.#options.named(name);
      if (list === undefined) return `${address} is refused because there is no list '${name}'`;
      if (!list.permits(address)) return `${address} is refused by the list '${name}'`;
    }
    return undefined;
  }

  #contactRefusal(lists: Lists, request: SipRequest): string | undefined {
    if (lists.own === undefined && lists.named.length === 0) return undefined;
    for (const host of contactHosts(request)) {
      if (isIP(host) !== 0) {
        const refusal = this.#refusal(lists, host);
        if (refusal !== undefined) return `Contact ${refusal}`;
      } else if (!host.toLowerCase().endsWith('.invalid'))
        // Whoever could write a name there would pass every list; names that can be no address are those of RFC 7118 §5.
        return `Contact '${host}' is refused because it is a name`;
    }
    return undefined;
  }

  close(): void {
    for (const off of this.#offs) off();
  }
}

function readLists(object: SorceryObject, prefix: string): Lists {
  const lines = object.get(`${prefix}deny`);
  const own = lines === '' ? undefined : new Acl();
  for (const line of lines.split('\n')) {
    const permit = line.startsWith('!');
    const [address = '', mask = ''] = line.slice(permit ? 1 : 0).split('/');
    own?.add(permit, `${address}/${maskLength(mask, isIP(address) === 6 ? 128 : 32)}`);
  }
  // Without lines the word is a name of which there is no list: a row of the original that lost them lets nobody in there either.
  const named = object.list(`${prefix}acl`).filter((each) => own === undefined || each !== OWN_LINES);
  return { own, named };
}

/** Hosts of the SIP URIs in Contact, brackets removed; what cannot be read is left to who answers the request. */
function contactHosts(request: SipRequest): string[] {
  try {
    const { contacts } = request;
    if (contacts === '*') return [];
    return contacts
      .slice(0, MAX_CONTACTS)
      .filter(({ uri }) => uri.scheme === 'sip' || uri.scheme === 'sips')
      .map(({ uri }) => uri.host.replace(/^\[|\]$/g, ''));
  } catch (error) {
    if (error instanceof SipParseError) return [];
    throw error;
  }
}
