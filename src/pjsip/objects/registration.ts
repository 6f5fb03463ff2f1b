import {
  bool,
  choice,
  integer,
  type Kind,
  MAX_INT,
  type TypeSpec,
  text,
  UNSET,
  uint,
  yesNo,
} from '../../sorcery/index.ts';
import { finishRegistration, proxyUri, securityMechanisms, sipUri } from './rules.ts';

const word: Kind = {
  parse: (input) => (/[\s,]/.test(input) ? undefined : input),
  accepts: 'a text without blanks and commas',
};

/** A registration of this server at another one. Kept and shown; registering itself is not built yet. */
export const registrationType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'registration',
  section: 'res_pjsip_outbound_registration',
  module: 'res_pjsip_outbound_registration',
  family: 'ps_registrations',
  finish: finishRegistration,
  options: [
    { name: 'max_retries', kind: uint, default: '10' },
    { name: 'client_uri', kind: sipUri, default: '' },
    { name: 'security_negotiation', kind: choice(['no', 'mediasec']), default: 'no' },
    { name: 'auth_rejection_permanent', kind: bool, default: 'true' },
    { name: 'server_uri', kind: sipUri, default: '' },
    { name: 'max_random_initial_delay', kind: uint, default: '10' },
    { name: 'support_path', kind: bool, default: 'false' },
    { name: 'retry_interval', kind: uint, default: '60' },
    { name: 'contact_header_params', kind: word, default: '' },
    { name: 'expiration', kind: integer(1, MAX_INT), default: '3600' },
    { name: 'transport', kind: text, default: '' },
    { name: 'line', kind: bool, default: 'false' },
    { name: 'contact_user', kind: word, default: '' },
    { name: 'endpoint', kind: text, default: '' },
    { name: 'user_agent', kind: text, default: '' },
    { name: 'forbidden_retry_interval', kind: uint, default: '0' },
    { name: 'outbound_auth', kind: text, default: '', omitEmpty: 'always' },
    { name: 'outbound_proxy', kind: proxyUri, default: '' },
    { name: 'fatal_retry_interval', kind: uint, default: '0' },
    { name: 'support_outbound', kind: yesNo, default: 'no' },
    { name: 'security_mechanisms', kind: securityMechanisms, default: UNSET, optional: true },
  ],
};
