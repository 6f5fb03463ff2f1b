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
  options: [
    { name: 'via_addr', kind: text, default: '' },
    { name: 'qualify_timeout', kind: float, default: '3.000000' },
    { name: 'qualify_2xx_only', kind: bool, default: 'false' },
    { name: 'call_id', kind: text, default: '' },
    { name: 'reg_server', kind: text, default: '' },
    { name: 'prune_on_boot', kind: yesNo, default: 'no' },
    { name: 'path', kind: text, default: '' },
    { name: 'endpoint', kind: text, default: '' },
    { name: 'via_port', kind: uint, default: '0' },
    { name: 'authenticate_qualify', kind: yesNo, default: 'no' },
    { name: 'uri', kind: someText, default: '' },
    { name: 'qualify_frequency', kind: uint, default: '0' },
    { name: 'user_agent', kind: text, default: '' },
    { name: 'expiration_time', kind: uint, default: '0' },
    { name: 'outbound_proxy', kind: text, default: '' },
  ],
};
