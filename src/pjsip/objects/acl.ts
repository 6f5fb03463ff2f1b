import { firstName, rule, type TypeSpec } from '../../sorcery/index.ts';
import { finishAcl } from './rules.ts';

/** Who may send SIP at all, before anything else is looked at. */
export const aclType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'acl',
  section: 'res_pjsip_acl',
  module: 'res_pjsip_acl',
  doc: 'Addresses that may send SIP at all, asked before anything else.',
  finish: finishAcl,
  options: [
    {
      name: 'acl',
      kind: firstName,
      default: '',
      omitEmpty: 'always',
      doc: 'Section of acl.conf that the source address must pass.',
    },
    {
      name: 'contact_acl',
      kind: firstName,
      default: '',
      omitEmpty: 'always',
      doc: 'Section of acl.conf that the address in Contact must pass.',
    },
    { ...rule('deny', 'acl'), doc: 'Source addresses that are refused.' },
    { ...rule('permit', 'acl'), doc: 'Source addresses that are let in.' },
    { ...rule('contact_deny', 'contact_acl'), doc: 'Addresses in Contact that are refused.' },
    { ...rule('contact_permit', 'contact_acl'), doc: 'Addresses in Contact that are let in.' },
  ],
};
