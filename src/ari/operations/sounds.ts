import type { OperationSpec } from '../operation.ts';
import { inPath } from './shared-parameters.ts';

/** Operations of module res_ari_sounds. */
export const soundsOperations = [
  {
    id: 'list',
    summary: 'List the sounds that can be played.',
    method: 'GET',
    path: '/sounds',
    result: 'List[Sound]',
    parameters: [
      { name: 'lang', in: 'query', type: 'string' },
      { name: 'format', in: 'query', type: 'string' },
    ],
  },
  {
    id: 'get',
    summary: 'Read about one sound.',
    method: 'GET',
    path: '/sounds/{soundId}',
    result: 'Sound',
    parameters: [inPath('soundId')],
  },
] as const satisfies readonly OperationSpec[];
