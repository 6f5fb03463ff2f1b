import { bool, choice, int, someText, type TypeSpec, text, uint, yesNo } from '../../sorcery/index.ts';
import { someSipUser } from './kinds.ts';
import { defaultAlgorithms, SERVER } from './rules.ts';

/** Settings of the whole SIP stack. */
export const globalType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'global',
  section: 'res_pjsip',
  module: 'res_pjsip',
  options: [
    { name: 'disable_multi_domain', kind: bool, default: 'false' },
    { name: 'mwi_disable_initial_unsolicited', kind: bool, default: 'false' },
    { name: 'default_outbound_endpoint', kind: text, default: 'default_outbound_endpoint' },
    { name: 'allow_sending_180_after_183', kind: bool, default: 'false' },
    { name: 'endpoint_identifier_order', kind: text, default: 'ip,username,anonymous' },
    { name: 'ignore_uri_user_options', kind: bool, default: 'false' },
    { name: 'default_auth_algorithms_uac', kind: defaultAlgorithms, default: 'MD5' },
    { name: 'debug', kind: someText, default: 'no' },
    { name: 'default_voicemail_extension', kind: text, default: '' },
    { name: 'max_initial_qualify_time', kind: uint, default: '0' },
    { name: 'all_codecs_on_empty_reinvite', kind: bool, default: 'false' },
    { name: 'keep_alive_interval', kind: uint, default: '90' },
    { name: 'default_realm', kind: text, default: 'asterisk' },
    { name: 'mwi_tps_queue_high', kind: uint, default: '500' },
    { name: 'regcontext', kind: text, default: '' },
    { name: 'mwi_tps_queue_low', kind: int, default: '-1' },
    { name: 'default_from_user', kind: someSipUser, default: 'asterisk' },
    { name: 'unidentified_request_prune_interval', kind: uint, default: '30' },
    { name: 'max_forwards', kind: uint, default: '70' },
    { name: 'unidentified_request_period', kind: uint, default: '5' },
    { name: 'send_contact_status_on_update_registration', kind: yesNo, default: 'no' },
    { name: 'norefersub', kind: yesNo, default: 'yes' },
    { name: 'contact_expiration_check_interval', kind: uint, default: '30' },
    { name: 'default_auth_algorithms_uas', kind: defaultAlgorithms, default: 'MD5' },
    {
      name: 'taskprocessor_overload_trigger',
      kind: choice(['global', 'pjsip_only', 'none']),
      default: 'global',
    },
    { name: 'user_agent', kind: text, default: SERVER },
    { name: 'unidentified_request_count', kind: uint, default: '5' },
    { name: 'use_callerid_contact', kind: yesNo, default: 'no' },
  ],
};
