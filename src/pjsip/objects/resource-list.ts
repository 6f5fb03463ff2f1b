import { bool, listOf, someText, type TypeSpec, uint } from '../../sorcery/index.ts';
import { finishResourceList } from './rules.ts';

/** A list of resources that one subscription watches. */
export const resourceListType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'resource_list',
  section: 'res_pjsip_pubsub',
  module: 'res_pjsip_pubsub',
  family: 'ps_resource_list',
  finish: finishResourceList,
  doc: 'A list of resources that one subscription watches (RFC 4662).',
  options: [
    { name: 'event', doc: 'Event package.', kind: someText, default: '' },
    {
      name: 'resource_display_name',
      doc: 'Whether names of resources are told.',
      kind: bool,
      default: 'false',
    },
    {
      name: 'notification_batch_interval',
      doc: 'Milliseconds that changes are gathered for one notification.',
      kind: uint,
      default: '0',
    },
    {
      name: 'list_item',
      doc: 'What is watched: a resource, or another list.',
      kind: listOf((part) => [part], 'a name of what is watched', true),
      default: '',
      multi: true,
    },
    { name: 'full_state', doc: 'Whether every notification tells all.', kind: bool, default: 'false' },
  ],
};
