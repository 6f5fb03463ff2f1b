import { bool, float, someText, type TypeSpec, text, uint, yesNo } from '../../sorcery/index.ts';
import { finishContact } from './rules.ts';

/** One place where an address of record is reached right now. */
export const contactType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'contact',
  section: 'res_pjsip',
  module: 'res_pjsip',
  defaultWizards: [['astdb', 'registrar']],
  finish: finishContact,
  doc: 'One place where an address of record is reached right now; written by registrations.',
  options: [
    { name: 'via_addr', doc: 'Address that the registration came from.', kind: text, default: '' },
    { name: 'qualify_timeout', doc: 'As in the aor.', kind: float, default: '3.000000' },
    { name: 'qualify_2xx_only', doc: 'As in the aor.', kind: bool, default: 'false' },
    { name: 'call_id', doc: 'Call-ID of the registration.', kind: text, default: '' },
    { name: 'reg_server', doc: 'Name of the server that it was registered at.', kind: text, default: '' },
    { name: 'prune_on_boot', doc: 'Whether it ends with the server.', kind: yesNo, default: 'no' },
    { name: 'path', doc: 'The way that the registration came (RFC 3327).', kind: text, default: '' },
    { name: 'endpoint', doc: 'Endpoint that registered.', kind: text, default: '' },
    { name: 'via_port', doc: 'Port that the registration came from.', kind: uint, default: '0' },
    { name: 'authenticate_qualify', doc: 'As in the aor.', kind: yesNo, default: 'no' },
    { name: 'uri', doc: 'Where it is reached.', kind: someText, default: '' },
    { name: 'qualify_frequency', doc: 'As in the aor.', kind: uint, default: '0' },
    { name: 'user_agent', doc: 'What registered.', kind: text, default: '' },
    { name: 'expiration_time', doc: 'When it ends, in seconds since 1970.', kind: uint, default: '0' },
    { name: 'outbound_proxy', doc: 'As in the aor.', kind: text, default: '' },
  ],
};
