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
import { mentions } from './mentions.ts';
import { finishRegistration, proxyUri, securityMechanisms, sipUri } from './rules.ts';

const word: Kind = {
  parse: (input) => (/[\s,]/.test(input) ? undefined : input),
  accepts: 'a text without blanks and commas',
};

/** A registration of this server at another one. */
export const registrationType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'registration',
  section: 'res_pjsip_outbound_registration',
  module: 'res_pjsip_outbound_registration',
  family: 'ps_registrations',
  finish: finishRegistration,
  doc: 'A registration of this server at another one.',
  options: [
    { name: 'max_retries', doc: 'Attempts before it gives up.', kind: uint, default: '10' },
    { name: 'client_uri', doc: 'Address of record that is registered.', kind: sipUri, default: '' },
    {
      name: 'security_negotiation',
      doc: 'Mechanisms of RFC 3329 that are negotiated.',
      kind: choice(['no', 'mediasec']),
      default: 'no',
    },
    {
      name: 'auth_rejection_permanent',
      doc: 'Whether refused credentials end the attempts.',
      kind: bool,
      default: 'true',
    },
    { name: 'server_uri', doc: 'Registrar.', kind: sipUri, default: '' },
    {
      name: 'max_random_initial_delay',
      doc: 'Most seconds that the first attempt waits, so that many do not come at once.',
      kind: uint,
      default: '10',
    },
    { name: 'support_path', doc: 'Whether Path is offered (RFC 3327).', kind: bool, default: 'false' },
    { name: 'retry_interval', doc: 'Seconds between attempts.', kind: uint, default: '60' },
    { name: 'contact_header_params', doc: 'Parameters that Contact is given.', kind: word, default: '' },
    {
      name: 'expiration',
      doc: 'Seconds that a registration is asked to last.',
      kind: integer(1, MAX_INT),
      default: '3600',
    },
    {
      name: 'transport',
      doc: 'Transport that it leaves by.',
      kind: text,
      default: '',
      mentions: mentions.transport,
    },
    {
      name: 'line',
      doc: 'Whether calls that come for it are known by a parameter of its Contact.',
      kind: bool,
      default: 'false',
    },
    { name: 'contact_user', doc: 'User part of Contact.', kind: word, default: '' },
    {
      name: 'endpoint',
      doc: 'Endpoint that calls on its line are of.',
      kind: text,
      default: '',
      mentions: mentions.endpoint,
    },
    { name: 'user_agent', doc: 'What User-Agent says.', kind: text, default: '' },
    {
      name: 'forbidden_retry_interval',
      doc: 'Seconds until the next attempt after 403; 0 is none.',
      kind: uint,
      default: '0',
    },
    {
      name: 'outbound_auth',
      doc: 'Auths that challenges are answered with.',
      kind: text,
      default: '',
      mentions: mentions.auth,
      omitEmpty: 'always',
    },
    { name: 'outbound_proxy', doc: 'Proxy that it is sent through.', kind: proxyUri, default: '' },
    {
      name: 'fatal_retry_interval',
      doc: 'Seconds until the next attempt after an answer that is final; 0 is none.',
      kind: uint,
      default: '0',
    },
    { name: 'support_outbound', doc: 'Whether outbound is offered (RFC 5626).', kind: yesNo, default: 'no' },
    {
      name: 'security_mechanisms',
      doc: 'The mechanisms.',
      kind: securityMechanisms,
      default: UNSET,
      optional: true,
    },
  ],
};
