import type { ContactView } from '../cli/index.ts';
import { allContacts, type ContactEntry, type ContactState, contactsOf, type Pjsip } from '../pjsip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';

const UNKNOWN: ContactState = { status: 'Unknown', roundtripUsec: undefined };

/** How the console words what is known of a contact. */
const CONTACT_STATUS = {
  NonQualified: 'NonQual',
  Unknown: 'Unknown',
  Reachable: 'Avail',
  Unreachable: 'Unavail',
} as const satisfies Record<ContactState['status'], string>;

/** Contacts with what qualifying found out about them, as the doors show them. */
export class ServerContacts {
  readonly #sorcery: Sorcery;
  readonly #pjsip: () => Pjsip | undefined;

  constructor(sorcery: Sorcery, pjsip: () => Pjsip | undefined) {
    this.#sorcery = sorcery;
    this.#pjsip = pjsip;
  }

  /** For the manager interface. */
  states(aor: SorceryObject): (ContactEntry & ContactState)[] {
    return contactsOf(this.#sorcery, aor).map((each) => ({ ...each, ...this.#state(each) }));
  }

  /** For the console. */
  views(aor: SorceryObject): ContactView[] {
    return contactsOf(this.#sorcery, aor).map((each) => this.#view(each));
  }

  *allViews(): Iterable<ContactView> {
    for (const each of allContacts(this.#sorcery)) yield this.#view(each);
  }

  #state(contact: ContactEntry): ContactState {
    return this.#pjsip()?.reachability.contactState(contact) ?? UNKNOWN;
  }

  #view(entry: ContactEntry): ContactView {
    const { aor, uri, hash, object } = entry;
    const { status, roundtripUsec: usec } = this.#state(entry);
    const rttMs = usec === undefined ? undefined : usec / 1000;
    return { aor, uri, hash, status: CONTACT_STATUS[status], rttMs, object };
  }
}
