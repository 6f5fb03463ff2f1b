import type { ModelSpec } from '../operation.ts';

export const endpointsModels = {
  Endpoint: {
    resource: 'endpoints',
    summary: 'A place that can be called: a phone, a trunk.',
    properties: {
      technology: { type: 'string', required: true },
      resource: { type: 'string', required: true },
      state: { type: 'string', values: ['unknown', 'offline', 'online'] },
      channel_ids: { type: 'List[string]', required: true },
    },
  },
  TextMessage: {
    resource: 'endpoints',
    summary: 'A text message.',
    properties: {
      from: { type: 'string', required: true },
      to: { type: 'string', required: true },
      body: { type: 'string', required: true },
      variables: { type: 'object' },
    },
  },
} as const satisfies Record<string, ModelSpec>;
