import type { OperationSpec } from '../operation.ts';

/** Operations of module res_ari_sounds. */
export const soundsOperations = [
  {
    id: 'list',
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
    method: 'GET',
    path: '/sounds/{soundId}',
    result: 'Sound',
    parameters: [{ name: 'soundId', in: 'path', type: 'string', required: true }],
  },
] as const satisfies readonly OperationSpec[];
