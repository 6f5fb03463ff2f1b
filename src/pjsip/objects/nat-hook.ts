import type { TypeSpec } from '../../sorcery/index.ts';

/** A place in the original where modules change addresses for NAT. It has no options, and nothing here reads it. */
export const natHookType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'nat_hook',
  section: 'res_pjsip',
  module: 'res_pjsip',
  defaultWizards: [['memory', '']],
  doc: 'A place where modules of the original change addresses for NAT; it has no options and no effect.',
  options: [],
};
