import type { ModelSpec } from '../operation.ts';

export const bridgesModels = {
  Bridge: {
    resource: 'bridges',
    summary: 'A place where channels hear each other.',
    properties: {
      id: { type: 'string', required: true },
      technology: { type: 'string', required: true },
      bridge_type: { type: 'string', required: true, values: ['mixing', 'holding'] },
      bridge_class: { type: 'string', required: true },
      creator: { type: 'string', required: true },
      name: { type: 'string', required: true },
      channels: { type: 'List[string]', required: true },
      video_mode: { type: 'string' },
      video_source_id: { type: 'string' },
      creationtime: { type: 'Date', required: true },
      bridgevars: { type: 'object' },
    },
  },
} as const satisfies Record<string, ModelSpec>;
