import type { TypeSpec } from '../../sorcery/index.ts';
import { finishAccess, listNames, ownLines } from './access.ts';

/** Who may send SIP at all, before anything else is looked at. */
export const aclType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'acl',
  section: 'res_pjsip_acl',
  module: 'res_pjsip_acl',
  doc: 'Addresses that may send SIP at all, asked before anything else.',
  finish: finishAccess,
  options: [
    listNames('acl', 'Sections of acl.conf that the source address must pass; the first is shown.'),
    listNames(
      'contact_acl',
      'Sections of acl.conf that the addresses in Contact must pass; the first is shown.',
    ),
    ...ownLines('', {
      deny: 'Source addresses that are refused.',
      permit: 'Source addresses that are let in.',
    }),
    ...ownLines('contact_', {
      deny: 'Addresses in Contact that are refused.',
      permit: 'Addresses in Contact that are let in.',
    }),
  ],
};
