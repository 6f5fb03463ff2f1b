import type { ModelSpec } from '../operation.ts';

export const playbacksModels = {
  Playback: {
    resource: 'playbacks',
    summary: 'Media that are being played to a channel or bridge.',
    properties: {
      id: { type: 'string', required: true },
      media_uri: { type: 'string', required: true },
      next_media_uri: { type: 'string' },
      target_uri: { type: 'string', required: true },
      language: { type: 'string' },
      state: {
        type: 'string',
        required: true,
        values: ['queued', 'playing', 'continuing', 'done', 'failed'],
      },
    },
  },
} as const satisfies Record<string, ModelSpec>;
