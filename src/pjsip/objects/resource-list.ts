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
  options: [
    { name: 'event', kind: someText, default: '' },
    { name: 'resource_display_name', kind: bool, default: 'false' },
    { name: 'notification_batch_interval', kind: uint, default: '0' },
    {
      name: 'list_item',
      kind: listOf((part) => [part], 'a name of what is watched', true),
      default: '',
      multi: true,
    },
    { name: 'full_state', kind: bool, default: 'false' },
  ],
};
