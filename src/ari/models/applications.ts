import type { ModelSpec } from '../operation.ts';

export const applicationsModels = {
  Application: {
    resource: 'applications',
    summary: 'An application, its subscriptions and its filter.',
    properties: {
      name: { type: 'string', required: true },
      channel_ids: { type: 'List[string]', required: true },
      bridge_ids: { type: 'List[string]', required: true },
      endpoint_ids: { type: 'List[string]', required: true },
      device_names: { type: 'List[string]', required: true },
      events_allowed: { type: 'List[object]', required: true },
      events_disallowed: { type: 'List[object]', required: true },
    },
  },
} as const satisfies Record<string, ModelSpec>;
