import { digestHex } from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';

/** Where an address of record is reached: a contact of the file or push, or one that registered. */
export interface ContactEntry {
  readonly aor: string;
  readonly uri: string;
  /** MD5 of the URI: what ids of contacts end with, and what lists show the beginning of. */
  readonly hash: string;
  /** The registered contact; undefined for a permanent one. */
  readonly object: SorceryObject | undefined;
}

export function uriHash(uri: string): string {
  return digestHex('MD5', uri);
}

/** What tells a contact from all others. */
export function contactKey({ aor, hash }: ContactEntry): string {
  return `${aor};@${hash}`;
}

/** Contacts of one address of record: the permanent ones first, then those that registered. */
export function contactsOf(sorcery: Sorcery, aor: SorceryObject): ContactEntry[] {
  const found: ContactEntry[] = [];
  for (const uri of aor.get('contact').split('\n')) {
    if (uri !== '') found.push({ aor: aor.id, uri, hash: uriHash(uri), object: undefined });
  }
  for (const object of sorcery.all('contact', `${aor.id};@`)) {
    found.push({ aor: aor.id, uri: object.get('uri'), hash: uriHash(object.get('uri')), object });
  }
  return found;
}

/** Whether an address of record has any contact. */
export function hasContact(sorcery: Sorcery, aor: SorceryObject): boolean {
  if (aor.get('contact') !== '') return true;
  for (const _contact of sorcery.all('contact', `${aor.id};@`)) return true;
  return false;
}

/** Every contact there is, in order of address of record; pushed contacts that belong to none come by their own id. */
export function* allContacts(sorcery: Sorcery): Iterable<ContactEntry> {
  for (const aor of sorcery.all('aor')) {
    for (const uri of aor.get('contact').split('\n')) {
      if (uri !== '') yield { aor: aor.id, uri, hash: uriHash(uri), object: undefined };
    }
  }
  for (const object of sorcery.all('contact')) {
    const at = object.id.indexOf(';@');
    const uri = object.get('uri');
    yield { aor: at < 0 ? object.id : object.id.slice(0, at), uri, hash: uriHash(uri), object };
  }
}
