import type { ModuleSpec } from './modules/index.ts';

/** What starting, stopping and reading files again means for the modules that do more than exist. */
export interface ModuleActions {
  readonly pjsip: {
    readonly load: () => Promise<void>;
    readonly unload: () => Promise<void>;
    readonly reload: () => void;
  };
  readonly ari: { readonly reload: () => void };
  readonly dialplan: { readonly load: () => void; readonly reload: () => void };
}

const PJSIP = ['res_pjsip'];
const ARI = ['res_ari'];

/** Every module that exists here, under the original's name, with what it requires. */
export function moduleList(actions: ModuleActions): ModuleSpec[] {
  return [
    { name: 'res_sorcery_config', description: 'Sorcery objects in .conf files' },
    { name: 'res_sorcery_memory', description: 'Sorcery objects in memory' },
    { name: 'res_sorcery_memory_cache', description: 'Sorcery object cache in memory' },
    { name: 'res_sorcery_astdb', description: 'Sorcery objects in AstDB' },
    {
      name: 'res_pjsip',
      description: 'SIP stack and its objects',
      requires: ['res_sorcery_config', 'res_sorcery_memory', 'res_sorcery_astdb'],
      ...actions.pjsip,
    },
    { name: 'res_pjsip_session', description: 'SIP calls', requires: PJSIP },
    { name: 'res_pjsip_sdp_rtp', description: 'SDP and RTP of SIP calls', requires: ['res_pjsip_session'] },
    { name: 'res_pjsip_registrar', description: 'SIP registrations', requires: PJSIP },
    { name: 'res_pjsip_authenticator_digest', description: 'SIP digest authentication', requires: PJSIP },
    {
      name: 'res_pjsip_endpoint_identifier_ip',
      description: 'Endpoints by address and header',
      requires: PJSIP,
    },
    { name: 'res_pjsip_endpoint_identifier_user', description: 'Endpoints by user name', requires: PJSIP },
    { name: 'res_pjsip_endpoint_identifier_anonymous', description: 'Anonymous endpoints', requires: PJSIP },
    {
      name: 'res_pjsip_outbound_registration',
      description: 'Outbound SIP registrations (objects)',
      requires: PJSIP,
    },
    { name: 'res_pjsip_pubsub', description: 'SIP subscriptions (objects)', requires: PJSIP },
    { name: 'res_pjsip_logger', description: 'SIP packet log', requires: PJSIP },
    { name: 'res_rtp_asterisk', description: 'RTP stack' },
    { name: 'chan_pjsip', description: 'SIP channels', requires: ['res_pjsip_session', 'res_rtp_asterisk'] },
    { name: 'res_stasis', description: 'Applications that control channels' },
    { name: 'res_http_websocket', description: 'WebSockets on the HTTP server' },
    {
      name: 'res_ari',
      description: 'REST interface',
      requires: ['res_stasis', 'res_http_websocket'],
      ...actions.ari,
    },
    ...[
      'applications',
      'asterisk',
      'bridges',
      'channels',
      'device_states',
      'endpoints',
      'events',
      'playbacks',
      'recordings',
      'sounds',
    ].map((name) => ({ name: `res_ari_${name}`, description: `REST operations on ${name}`, requires: ARI })),
    { name: 'pbx_config', description: 'Dial plan of extensions.conf', ...actions.dialplan },
    { name: 'app_stasis', description: 'Stasis dial plan application', requires: ['res_stasis'] },
  ];
}
