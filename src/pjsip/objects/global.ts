import { bool, choice, int, someText, type TypeSpec, text, uint, yesNo } from '../../sorcery/index.ts';
import { someSipUser } from './kinds.ts';
import { defaultAlgorithms, SERVER } from './rules.ts';

/** Settings of the whole SIP stack. */
export const globalType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'global',
  section: 'res_pjsip',
  module: 'res_pjsip',
  doc: 'What holds for every endpoint, and what the rest falls back to.',
  options: [
    {
      name: 'disable_multi_domain',
      doc: 'Whether names of endpoints never contain a domain.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'mwi_disable_initial_unsolicited',
      doc: 'Whether the state of mailboxes is not told at the start; has no effect yet.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'default_outbound_endpoint',
      doc: 'Endpoint whose options requests to a bare URI are sent with.',
      kind: text,
      default: 'default_outbound_endpoint',
    },
    {
      name: 'allow_sending_180_after_183',
      doc: 'Whether ringing may be told after early media; has no effect yet.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'endpoint_identifier_order',
      doc: 'Ways of finding the endpoint of a request, first to last.',
      kind: text,
      default: 'ip,username,anonymous',
    },
    {
      name: 'ignore_uri_user_options',
      doc: 'Whether what follows a semicolon in the user of a URI is passed over; has no effect yet.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'default_auth_algorithms_uac',
      doc: 'Algorithms that challenges of others are answered with, where the auth names none; has no effect yet.',
      kind: defaultAlgorithms,
      default: 'MD5',
    },
    {
      name: 'debug',
      doc: 'Whose SIP messages are logged: yes, no or an address.',
      kind: someText,
      default: 'no',
    },
    {
      name: 'default_voicemail_extension',
      doc: 'Number that is told with the state of mailboxes, where the endpoint names none; has no effect yet.',
      kind: text,
      default: '',
    },
    {
      name: 'max_initial_qualify_time',
      doc: 'Seconds over which the first questions to contacts are spread.',
      kind: uint,
      default: '0',
    },
    {
      name: 'all_codecs_on_empty_reinvite',
      doc: 'Whether a re-INVITE without offer is answered with every codec; has no effect yet.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'keep_alive_interval',
      doc: 'Seconds between empty packets on open connections; 0 is none.',
      kind: uint,
      default: '90',
    },
    {
      name: 'default_realm',
      doc: 'Realm of challenges whose auth names none.',
      kind: text,
      default: 'asterisk',
    },
    {
      name: 'mwi_tps_queue_high',
      doc: 'Waiting messages about mailboxes from which new ones are held back; has no effect yet.',
      kind: uint,
      default: '500',
    },
    {
      name: 'regcontext',
      doc: 'Context that gets an extension for each endpoint that is registered; has no effect yet.',
      kind: text,
      default: '',
    },
    {
      name: 'mwi_tps_queue_low',
      doc: 'Waiting messages about mailboxes from which they flow again; has no effect yet.',
      kind: int,
      default: '-1',
    },
    {
      name: 'default_from_user',
      doc: 'User of From where the endpoint names none.',
      kind: someSipUser,
      default: 'asterisk',
    },
    {
      name: 'unidentified_request_prune_interval',
      doc: 'Seconds between looks for addresses that are no longer counted.',
      kind: uint,
      default: '30',
    },
    { name: 'max_forwards', doc: 'Max-Forwards of requests.', kind: uint, default: '70' },
    {
      name: 'unidentified_request_period',
      doc: 'Seconds that requests of strangers are counted.',
      kind: uint,
      default: '5',
    },
    {
      name: 'send_contact_status_on_update_registration',
      doc: 'Whether an event tells each refreshed registration; has no effect yet.',
      kind: yesNo,
      default: 'no',
    },
    {
      name: 'norefersub',
      doc: 'Whether REFER without a subscription is offered (RFC 4488); has no effect yet.',
      kind: yesNo,
      default: 'yes',
    },
    {
      name: 'contact_expiration_check_interval',
      doc: 'Without effect: contacts are removed in the second in which they run out.',
      kind: uint,
      default: '30',
    },
    {
      name: 'default_auth_algorithms_uas',
      doc: 'Algorithms of challenges whose auth names none; has no effect yet.',
      kind: defaultAlgorithms,
      default: 'MD5',
    },
    {
      name: 'taskprocessor_overload_trigger',
      doc: 'Without effect: there are no task processors.',
      kind: choice(['global', 'pjsip_only', 'none']),
      default: 'global',
    },
    { name: 'user_agent', doc: 'What User-Agent and Server say.', kind: text, default: SERVER },
    {
      name: 'unidentified_request_count',
      doc: 'Requests of a stranger in that time that are worth a warning; has no effect yet.',
      kind: uint,
      default: '5',
    },
    {
      name: 'use_callerid_contact',
      doc: 'Whether the user of Contact is the number of the caller; has no effect yet.',
      kind: yesNo,
      default: 'no',
    },
  ],
};
