import { type TypeSpec, uint } from '../sorcery/index.ts';

/** Counts of messages that another program tells this server. */
export const mailboxTypes: readonly TypeSpec[] = [
  {
    configClass: 'res_mwi_external',
    type: 'mailboxes',
    section: 'res_mwi_external',
    module: 'res_mwi_external',
    defaultWizards: [['astdb', 'mwi_external']],
    doc: 'A mailbox whose counts another program tells this server.',
    options: [
      { name: 'msgs_new', kind: uint, default: '0', doc: 'Messages that were not heard.' },
      { name: 'msgs_old', kind: uint, default: '0', doc: 'Messages that were.' },
    ],
  },
];
