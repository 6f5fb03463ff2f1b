import { bool, integer, MAX_INT, someText, type TypeSpec, text, uint } from '../../sorcery/index.ts';
import { mentions } from './mentions.ts';
import { missing, proxyUri, sipUri } from './rules.ts';

/** A publication of this server at another one (RFC 3903). */
export const outboundPublishType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'outbound-publish',
  section: 'res_pjsip_outbound_publish',
  module: 'res_pjsip_outbound_publish',
  family: 'ps_outbound_publishes',
  doc: 'State of this server that is published at another one (RFC 3903).',
  finish(draft) {
    for (const field of ['server_uri', 'event']) if (draft.get(field) === '') return missing(field);
    return undefined;
  },
  options: [
    { name: 'server_uri', kind: sipUri, default: '', doc: 'Where it is published.' },
    { name: 'event', kind: someText, default: '', doc: 'Event package, as dialog or asterisk-devicestate.' },
    {
      name: 'expiration',
      kind: integer(1, MAX_INT),
      default: '3600',
      doc: 'Seconds after which a publication ends.',
    },
    {
      name: 'transport',
      kind: text,
      default: '',
      mentions: mentions.transport,
      doc: 'Transport that it leaves by.',
    },
    {
      name: 'multi_user',
      kind: bool,
      default: 'false',
      doc: 'Whether the user of the URIs is put in for each publication.',
    },
    { name: 'from_uri', kind: proxyUri, default: '', doc: 'From of the request; the server URI when empty.' },
    { name: 'to_uri', kind: proxyUri, default: '', doc: 'To of the request; the server URI when empty.' },
    {
      name: 'max_auth_attempts',
      kind: uint,
      default: '5',
      doc: 'How often a request is answered with credentials before the publication ends.',
    },
    { name: 'outbound_proxy', kind: proxyUri, default: '', doc: 'Proxy that the request is sent through.' },
    {
      name: 'outbound_auth',
      kind: text,
      default: '',
      hidden: true,
      mentions: mentions.auth,
      doc: 'Names of the auth objects to answer challenges with.',
    },
  ],
};

/** What of this server's own state is exchanged with another server of the kind. */
export const asteriskPublicationType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'asterisk-publication',
  section: 'res_pjsip_publish_asterisk',
  module: 'res_pjsip_publish_asterisk',
  family: 'ps_asterisk_publications',
  doc: 'Which device and mailbox states are exchanged with another server of the kind.',
  options: [
    {
      name: 'devicestate_publish',
      kind: text,
      default: '',
      mentions: mentions.outboundPublish,
      doc: 'The outbound-publish that device states are sent by.',
    },
    {
      name: 'mailboxstate_publish',
      kind: text,
      default: '',
      mentions: mentions.outboundPublish,
      doc: 'The outbound-publish that mailbox states are sent by.',
    },
    { name: 'mailbox_state', kind: bool, default: 'false', doc: 'Whether mailbox states are taken in.' },
    { name: 'device_state', kind: bool, default: 'false', doc: 'Whether device states are taken in.' },
    {
      name: 'device_state_filter',
      kind: text,
      default: '',
      hidden: true,
      doc: 'Expression that names of devices must match.',
    },
    {
      name: 'mailbox_state_filter',
      kind: text,
      default: '',
      hidden: true,
      doc: 'Expression that names of mailboxes must match.',
    },
  ],
};

/** What others may publish here. */
export const inboundPublicationType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'inbound-publication',
  section: 'res_pjsip_pubsub',
  module: 'res_pjsip_pubsub',
  family: 'ps_inbound_publications',
  doc: 'A resource that others may publish here, and what their publications are for.',
  options: [
    {
      name: 'endpoint',
      kind: text,
      default: '',
      hidden: true,
      mentions: mentions.endpoint,
      doc: 'The only endpoint that may publish; any when empty.',
    },
  ],
  others: {
    accepts: (name) => name.startsWith('event_'),
    name: 'event_<package>',
    doc: 'The asterisk-publication that publications of this event package are for.',
    hidden: true,
  },
};
