import { bool, listOf, networkOrName, someText, type TypeSpec, text } from '../../sorcery/index.ts';
import { headerMatch } from './kinds.ts';
import { finishIdentify } from './rules.ts';

/** Recognises an endpoint by address, header or request URI. */
export const identifyType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'identify',
  section: 'res_pjsip_endpoint_identifier_ip',
  module: 'res_pjsip_endpoint_identifier_ip',
  family: 'ps_endpoint_id_ips',
  finish: finishIdentify,
  options: [
    {
      name: 'match',
      kind: listOf(networkOrName, 'addresses with or without mask and port, or domain names'),
      default: '',
      multi: true,
    },
    { name: 'match_request_uri', kind: text, default: '' },
    { name: 'srv_lookups', kind: bool, default: 'true' },
    { name: 'endpoint', kind: someText, default: '' },
    { name: 'match_header', kind: headerMatch, default: '' },
  ],
};
