import { bool, listOf, networkOrName, someText, type TypeSpec, text } from '../../sorcery/index.ts';
import { headerMatch } from './kinds.ts';
import { mentions } from './mentions.ts';
import { finishIdentify } from './rules.ts';

/** Recognises an endpoint by address, header or request URI. */
export const identifyType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'identify',
  section: 'res_pjsip_endpoint_identifier_ip',
  module: 'res_pjsip_endpoint_identifier_ip',
  family: 'ps_endpoint_id_ips',
  finish: finishIdentify,
  doc: 'Recognises an endpoint by where a request comes from or what it says.',
  options: [
    {
      name: 'match',
      doc: 'Where requests of the endpoint come from.',
      kind: listOf(networkOrName, 'addresses with or without mask and port, or domain names'),
      default: '',
      multi: true,
    },
    {
      name: 'match_request_uri',
      doc: 'Request URI, or an expression between slashes, that requests of the endpoint have.',
      kind: text,
      default: '',
    },
    {
      name: 'srv_lookups',
      doc: 'Whether names in match stand for the servers of their SIP services too.',
      kind: bool,
      default: 'true',
    },
    { name: 'endpoint', doc: 'The endpoint.', kind: someText, default: '', mentions: mentions.endpoint },
    {
      name: 'match_header',
      doc: 'Header, with a value or an expression between slashes, that requests of the endpoint have.',
      kind: headerMatch,
      default: '',
    },
  ],
};
