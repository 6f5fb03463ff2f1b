import { bool, float, listOf, type TypeSpec, text, uint } from '../../sorcery/index.ts';
import { contactUri } from './kinds.ts';

/** An address of record: where an endpoint can be reached, and how registrations of it are kept. */
export const aorType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'aor',
  section: 'res_pjsip',
  module: 'res_pjsip',
  options: [
    { name: 'minimum_expiration', kind: uint, default: '60' },
    { name: 'default_expiration', kind: uint, default: '3600' },
    { name: 'qualify_timeout', kind: float, default: '3.000000' },
    { name: 'qualify_2xx_only', kind: bool, default: 'false' },
    { name: 'mailboxes', kind: text, default: '' },
    { name: 'support_path', kind: bool, default: 'false' },
    { name: 'remove_unavailable', kind: bool, default: 'false' },
    { name: 'voicemail_extension', kind: text, default: '', omitEmpty: 'created' },
    { name: 'max_contacts', kind: uint, default: '0' },
    { name: 'authenticate_qualify', kind: bool, default: 'false' },
    {
      name: 'contact',
      kind: listOf(contactUri, 'sip: or sips: URIs with commas between'),
      default: '',
      multi: true,
      omitEmpty: 'created',
    },
    { name: 'maximum_expiration', kind: uint, default: '7200' },
    { name: 'qualify_frequency', kind: uint, default: '0' },
    { name: 'remove_existing', kind: bool, default: 'false' },
    { name: 'outbound_proxy', kind: text, default: '' },
  ],
};
