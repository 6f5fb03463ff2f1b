import type { OperationSpec } from '../operation.ts';
import { inPath } from './shared-parameters.ts';

/** Operations of module res_ari_playbacks. */
export const playbacksOperations = [
  {
    id: 'get',
    summary: 'Read how a playback is doing.',
    method: 'GET',
    path: '/playbacks/{playbackId}',
    result: 'Playback',
    parameters: [inPath('playbackId')],
    errors: [404],
  },
  {
    id: 'stop',
    summary: 'Stop a playback.',
    method: 'DELETE',
    path: '/playbacks/{playbackId}',
    result: 'void',
    parameters: [inPath('playbackId')],
    errors: [404],
  },
  {
    id: 'control',
    summary: 'Pause, restart or move a playback.',
    method: 'POST',
    path: '/playbacks/{playbackId}/control',
    result: 'void',
    parameters: [
      inPath('playbackId'),
      {
        name: 'operation',
        in: 'query',
        type: 'string',
        required: true,
        values: ['restart', 'pause', 'unpause', 'reverse', 'forward'],
      },
    ],
    errors: [400, 404, 409],
  },
] as const satisfies readonly OperationSpec[];
