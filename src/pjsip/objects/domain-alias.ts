import { someText, type TypeSpec } from '../../sorcery/index.ts';
import { finishDomainAlias } from './rules.ts';

/** Another name of a domain. */
export const domainAliasType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'domain_alias',
  section: 'res_pjsip',
  module: 'res_pjsip',
  family: 'ps_domain_aliases',
  finish: finishDomainAlias,
  doc: 'Another name of a domain in names of endpoints.',
  options: [{ name: 'domain', doc: 'The domain that it stands for.', kind: someText, default: '' }],
};
