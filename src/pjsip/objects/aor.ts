import { bool, float, listOf, type TypeSpec, text, uint } from '../../sorcery/index.ts';
import { contactUri } from './kinds.ts';

/** An address of record: where an endpoint can be reached, and how registrations of it are kept. */
export const aorType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'aor',
  section: 'res_pjsip',
  module: 'res_pjsip',
  doc: 'Where an endpoint can be reached, and how registrations of it are kept.',
  options: [
    {
      name: 'minimum_expiration',
      doc: 'Shortest time, in seconds, that a registration may ask for.',
      kind: uint,
      default: '60',
    },
    {
      name: 'default_expiration',
      doc: 'Seconds that a registration lasts when it asks for none.',
      kind: uint,
      default: '3600',
    },
    {
      name: 'qualify_timeout',
      doc: 'Seconds to wait for the answer to a question whether a contact is there.',
      kind: float,
      default: '3.000000',
    },
    {
      name: 'qualify_2xx_only',
      doc: 'Whether only an answer of success counts as being there.',
      kind: bool,
      default: 'false',
    },
    { name: 'mailboxes', doc: 'Mailboxes whose state those who register are told.', kind: text, default: '' },
    {
      name: 'support_path',
      doc: 'Whether the way that a registration came is kept and used (RFC 3327).',
      kind: bool,
      default: 'false',
    },
    {
      name: 'remove_unavailable',
      doc: 'Whether a contact that does not answer makes room for a new one.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'voicemail_extension',
      doc: 'Number that is told with the state of mailboxes.',
      kind: text,
      default: '',
      omitEmpty: 'created',
    },
    {
      name: 'max_contacts',
      doc: 'Contacts that may be registered at a time; 0 is none.',
      kind: uint,
      default: '0',
    },
    {
      name: 'authenticate_qualify',
      doc: 'Whether the question whether a contact is there answers challenges.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'contact',
      doc: 'A contact that is always there, without registering.',
      kind: listOf(contactUri, 'sip: or sips: URIs with commas between'),
      default: '',
      multi: true,
      omitEmpty: 'created',
    },
    {
      name: 'maximum_expiration',
      doc: 'Longest time, in seconds, that a registration may ask for.',
      kind: uint,
      default: '7200',
    },
    {
      name: 'qualify_frequency',
      doc: 'Seconds between questions whether contacts are there; 0 is never.',
      kind: uint,
      default: '0',
    },
    {
      name: 'remove_existing',
      doc: 'Whether a new contact takes the place of an old one when there is no room.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'outbound_proxy',
      doc: 'Proxy that requests to the contacts are sent through.',
      kind: text,
      default: '',
    },
  ],
};
