import type { ModelSpec } from '../operation.ts';

export const endpointsModels = {
  Endpoint: {
    resource: 'endpoints',
    properties: {
      technology: { type: 'string', required: true },
      resource: { type: 'string', required: true },
      state: { type: 'string', values: ['unknown', 'offline', 'online'] },
      channel_ids: { type: 'List[string]', required: true },
    },
  },
  TextMessage: {
    resource: 'endpoints',
    properties: {
      from: { type: 'string', required: true },
      to: { type: 'string', required: true },
      body: { type: 'string', required: true },
      variables: { type: 'object' },
    },
  },
} as const satisfies Record<string, ModelSpec>;
