import { type Kind, type OptionSpec, type TypeSpec, UNSET } from '../../sorcery/index.ts';
import { mentions } from './mentions.ts';

/** Shown only with a value; an empty one takes it away. */
const variable: Kind = { parse: (input) => (input === '' ? UNSET : input), accepts: 'any text' };

const known = (name: string, doc: string): OptionSpec => ({
  name,
  kind: variable,
  default: UNSET,
  optional: true,
  doc,
});

/** A phone that fetches its configuration by HTTP. */
export const phoneprovType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'phoneprov',
  section: 'res_pjsip_phoneprov_provider',
  module: 'res_pjsip_phoneprov_provider',
  doc: 'A phone that fetches its configuration by HTTP, and the variables of its templates.',
  options: [
    { ...known('endpoint', 'Endpoint that the phone is.'), mentions: mentions.endpoint },
    known('MAC', 'Its hardware address, which the names of its files contain.'),
    known('PROFILE', 'Profile of phoneprov.conf that has its templates.'),
    { ...known('SECRET', 'Password that the templates give to the phone.'), secret: true },
  ],
  others: {
    accepts: (name) => name !== '',
    name: '<variable>',
    doc: 'Any other name is a variable of the templates.',
  },
};
