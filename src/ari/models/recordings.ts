import type { ModelSpec } from '../operation.ts';

export const recordingsModels = {
  StoredRecording: {
    resource: 'recordings',
    summary: 'A recording that is complete.',
    properties: {
      name: { type: 'string', required: true },
      format: { type: 'string', required: true },
    },
  },
  LiveRecording: {
    resource: 'recordings',
    summary: 'A recording that is being made.',
    properties: {
      name: { type: 'string', required: true },
      format: { type: 'string', required: true },
      target_uri: { type: 'string', required: true },
      state: {
        type: 'string',
        required: true,
        values: ['queued', 'recording', 'paused', 'done', 'failed', 'canceled'],
      },
      duration: { type: 'int' },
      talking_duration: { type: 'int' },
      silence_duration: { type: 'int' },
      cause: { type: 'string' },
    },
  },
} as const satisfies Record<string, ModelSpec>;
