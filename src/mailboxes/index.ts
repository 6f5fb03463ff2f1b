/**
 * Lives here: mailboxes that another program keeps, and whose counts it tells this server (module res_mwi_external).
 * Not here: what telephones and doors are told of them (they listen to the switch), voicemail.
 * May ask: sorcery, switch.
 */
export { countsOf, ExternalMailboxes, type ExternalMailboxesOptions } from './external-mailboxes.ts';
export { mailboxTypes } from './objects.ts';
