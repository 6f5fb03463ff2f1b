import { dialplanModules } from '../dialplan/index.ts';
import type { ModuleDefinition } from '../modules/index.ts';
import { type ObjectModule, objectModules } from '../objects/index.ts';
import { wizardModules } from '../sorcery/index.ts';
import { type DriverName, driverSpecs, drivers } from '../store/index.ts';

/** What starting, stopping and reading files again means for the modules that do more than exist. */
export interface ModuleActions {
  readonly pjsip: {
    readonly load: () => Promise<void>;
    readonly unload: () => Promise<void>;
    readonly reload: () => Promise<void>;
  };
  readonly registrations: {
    readonly load: () => void;
    readonly unload: () => Promise<void> | undefined;
  };
  readonly notify: { readonly load: () => void; readonly reload: () => void };
  readonly ari: { readonly load: () => void; readonly unload: () => void; readonly reload: () => void };
  readonly webSocketClients: ModuleActions['ari'];
  readonly devices: { readonly load: () => void };
  readonly presence: { readonly load: () => void; readonly unload: () => void };
  readonly dialplan: {
    readonly load: () => void;
    readonly unload: () => void;
    readonly reload: () => Promise<void>;
  };
  readonly mailboxes: {
    readonly load: () => Promise<void>;
    readonly unload: () => void;
    readonly reload: () => void;
  };
  readonly extconfig: { readonly reload: () => Promise<void> };
  readonly http: { readonly reload: () => void | Promise<void> };
  readonly prometheus: { readonly reload: () => void | Promise<void> };
  readonly acl: { readonly reload: () => void };
  readonly logger: { readonly reload: () => Promise<void> };
  readonly manager: { readonly reload: () => Promise<void> | undefined };
  readonly wizards: { readonly load: () => void; readonly unload: () => void; readonly reload: () => void };
  /** Of the module that brings a wizard of sorcery.conf. */
  readonly wizard: (wizard: string) => Pick<ModuleDefinition, 'users'>;
  /** Of the module that brings a driver of extconfig.conf. */
  readonly driver: (driver: DriverName) => Pick<ModuleDefinition, 'load' | 'unload'>;
  /** Of a module of applications and functions. */
  readonly applications: (module: string) => Pick<ModuleDefinition, 'users'>;
  /** Of a module that is there for its objects. */
  readonly objects: (module: ObjectModule) => Pick<ModuleDefinition, 'load' | 'unload' | 'reload'>;
}

/** Objects come from wizards. */
const WIZARDS = wizardModules.map((each) => each.module);
/** What has objects reads them from its file where sorcery.conf says nothing else. */
const OBJECTS = { requires: ['res_sorcery_config'], after: WIZARDS };
const PJSIP = ['res_pjsip'];
const SESSION = ['res_pjsip', 'res_pjsip_session'];

/** The operations of `/ari`, by the part of the original's module name, and what they are about. */
const resources: readonly (readonly [name: string, about: string])[] = [
  ['applications', 'Stasis application resources'],
  ['asterisk', 'Asterisk resources'],
  ['bridges', 'Bridge resources'],
  ['channels', 'Channel resources'],
  ['device_states', 'Device state resources'],
  ['endpoints', 'Endpoint resources'],
  ['events', 'WebSocket resource'],
  ['mailboxes', 'Mailbox resources'],
  ['playbacks', 'Playback control resources'],
  ['recordings', 'Recording resources'],
  ['sounds', 'Sound resources'],
];

/** Every module that exists here, under the original's name, with what it requires. */
export function moduleList(actions: ModuleActions): ModuleDefinition[] {
  /** Modules of the dial plan that keep something between calls. */
  const stateful: ReadonlyMap<string, Partial<ModuleDefinition>> = new Map([
    ['func_devstate', actions.devices],
    ['func_presencestate', actions.presence],
  ]);
  return [
    { name: 'logger', description: 'Log channels', builtin: true, ...actions.logger },
    { name: 'acl', description: 'Named ACL system', builtin: true, ...actions.acl },
    { name: 'http', description: 'HTTP server', builtin: true, ...actions.http },
    { name: 'manager', description: 'Manager interface', builtin: true, ...actions.manager },
    { name: 'extconfig', description: 'Configuration', builtin: true, ...actions.extconfig },
    ...drivers.map((each) => ({
      name: driverSpecs[each].module,
      description: driverSpecs[each].description,
      ...actions.driver(each),
    })),
    ...wizardModules.map(({ wizard, module, description }) => ({
      name: module,
      description,
      ...actions.wizard(wizard),
    })),
    {
      name: 'res_pjsip',
      description: 'Basic SIP resource',
      requires: ['res_sorcery_config', 'res_sorcery_memory', 'res_sorcery_astdb'],
      after: WIZARDS,
      ...actions.pjsip,
    },
    { name: 'res_pjsip_session', description: 'PJSIP Session resource', requires: PJSIP },
    { name: 'res_pjsip_messaging', description: 'PJSIP Messaging Support', requires: PJSIP },
    { name: 'res_pjsip_sdp_rtp', description: 'PJSIP SDP RTP/AVP stream handler', requires: SESSION },
    { name: 'res_pjsip_registrar', description: 'PJSIP Registrar Support', requires: PJSIP },
    { name: 'res_pjsip_authenticator_digest', description: 'PJSIP authentication resource', requires: PJSIP },
    {
      name: 'res_pjsip_endpoint_identifier_ip',
      description: 'PJSIP IP endpoint identifier',
      requires: PJSIP,
    },
    {
      name: 'res_pjsip_endpoint_identifier_user',
      description: 'PJSIP username endpoint identifier',
      requires: PJSIP,
    },
    {
      name: 'res_pjsip_endpoint_identifier_anonymous',
      description: 'PJSIP Anonymous endpoint identifier',
      requires: PJSIP,
    },
    {
      name: 'res_pjsip_outbound_registration',
      description: 'PJSIP Outbound Registration Support',
      requires: PJSIP,
      ...actions.registrations,
    },
    {
      name: 'res_pjsip_notify',
      description: 'CLI/AMI PJSIP NOTIFY Support',
      requires: SESSION,
      ...actions.notify,
    },
    { name: 'res_pjsip_pubsub', description: 'PJSIP event resource', requires: PJSIP },
    { name: 'res_pjsip_acl', description: 'PJSIP ACL Resource', requires: PJSIP },
    { name: 'res_pjsip_outbound_publish', description: 'PJSIP Outbound Publish Support', requires: PJSIP },
    {
      name: 'res_pjsip_publish_asterisk',
      description: 'PJSIP Asterisk Event PUBLISH Support',
      requires: [...PJSIP, 'res_pjsip_outbound_publish', 'res_pjsip_pubsub'],
    },
    {
      name: 'res_pjsip_phoneprov_provider',
      description: 'PJSIP Phoneprov Provider',
      supportLevel: 'extended',
      requires: PJSIP,
    },
    {
      name: 'res_pjsip_config_wizard',
      description: 'PJSIP Config Wizard',
      requires: PJSIP,
      // It makes objects of their types.
      after: [
        'res_pjsip_endpoint_identifier_ip',
        'res_pjsip_outbound_registration',
        'res_pjsip_phoneprov_provider',
      ],
      ...actions.wizards,
    },
    ...objectModules.map((each) => ({
      name: each.name,
      description: each.description,
      ...OBJECTS,
      ...actions.objects(each),
    })),
    { name: 'res_mwi_devstate', description: 'MWI Device State Subscriptions' },
    {
      name: 'res_mwi_external',
      description: 'Core external MWI resource',
      requires: ['res_sorcery_astdb'],
      // Lamps are told of what was stored.
      after: ['res_mwi_devstate', ...WIZARDS],
      ...actions.mailboxes,
    },
    {
      name: 'res_mwi_external_ami',
      description: 'AMI support for external MWI',
      requires: ['res_mwi_external'],
    },
    { name: 'res_manager_presencestate', description: 'Manager Presencestate Topic Forwarder' },
    {
      name: 'res_stasis_mailbox',
      description: 'Stasis application mailbox support',
      requires: ['res_mwi_external', 'res_stasis'],
    },
    { name: 'res_pjsip_logger', description: 'PJSIP Packet Logger', requires: PJSIP },
    { name: 'res_rtp_asterisk', description: 'RTP stack' },
    { name: 'chan_pjsip', description: 'PJSIP Channel Driver', requires: [...SESSION, 'res_rtp_asterisk'] },
    { name: 'res_clioriginate', description: 'Call origination and redirection from the CLI' },
    { name: 'res_stasis', description: 'Applications that control channels' },
    { name: 'res_http_websocket', description: 'WebSockets on the HTTP server' },
    {
      name: 'res_websocket_client',
      description: 'WebSocket Client Support',
      ...OBJECTS,
      ...actions.webSocketClients,
    },
    { name: 'res_prometheus', description: 'Prometheus Module', ...actions.prometheus },
    {
      name: 'res_ari',
      description: 'Asterisk RESTful Interface',
      ...OBJECTS,
      requires: [
        ...OBJECTS.requires,
        'res_stasis',
        'res_http_websocket',
        'res_websocket_client',
        'res_ari_model',
      ],
      ...actions.ari,
    },
    { name: 'res_ari_model', description: 'ARI Model validators' },
    ...resources.map(([name, about]) => ({
      name: `res_ari_${name}`,
      description: `RESTful API module - ${about}`,
      requires: ['res_ari', 'res_ari_model', ...(name === 'mailboxes' ? ['res_stasis_mailbox'] : [])],
    })),
    ...dialplanModules.map((each) => ({
      ...each,
      ...actions.applications(each.name),
      ...stateful.get(each.name),
    })),
    {
      name: 'pbx_config',
      description: 'Dial plan of extensions.conf',
      // [globals] may use functions; wizards bring hints.
      after: [...dialplanModules.map((each) => each.name), 'res_pjsip_config_wizard'],
      ...actions.dialplan,
    },
  ];
}
