import { type Kind, type TypeSpec, text, uint, yesNo } from '../../sorcery/index.ts';

/** Seconds since 1970: what follows the number is passed over. */
const wholePart: Kind = {
  parse: (input) => /^\s*([+-]?\d{1,18})/.exec(input)?.[1]?.replace('+', ''),
  accepts: 'a whole number',
};

/** Restored from the subscription itself; what is sent is not kept. */
const derived: Kind = { parse: () => '', accepts: 'any text' };

/** A subscription as it is remembered over a restart. */
export const subscriptionPersistenceType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'subscription_persistence',
  section: 'res_pjsip_pubsub',
  module: 'res_pjsip_pubsub',
  family: 'ps_subscription_persistence',
  defaultWizards: [['astdb', 'subscription_persistence']],
  doc: 'A subscription as it is remembered over a restart; written by the server itself.',
  options: [
    { name: 'src_port', kind: uint, default: '0', doc: 'Port that the SUBSCRIBE came from.' },
    { name: 'expires', kind: wholePart, default: '0', doc: 'When it ends, in seconds since 1970.' },
    { name: 'transport_key', kind: text, default: '0', doc: 'Kind of transport that it came by.' },
    { name: 'cseq', kind: uint, default: '0', doc: 'Sequence number of the last request.' },
    { name: 'prune_on_boot', kind: yesNo, default: 'no', doc: 'Whether it ends with the server.' },
    { name: 'endpoint', kind: text, default: '', doc: 'Endpoint that subscribed.' },
    { name: 'generator_data', kind: derived, default: '', doc: 'State of the part that makes the bodies.' },
    { name: 'packet', kind: text, default: '', doc: 'The SUBSCRIBE as it came.' },
    { name: 'src_name', kind: text, default: '', doc: 'Address that it came from.' },
    { name: 'local_name', kind: text, default: '', doc: 'Address that it came to.' },
    { name: 'tag', kind: text, default: '', doc: "This server's tag of the dialog." },
    { name: 'contact_uri', kind: text, default: '', doc: 'Where notifications are sent.' },
    { name: 'local_port', kind: uint, default: '0', doc: 'Port that it came to.' },
  ],
};
