import type { ModelSpec } from '../operation.ts';

export const soundsModels = {
  FormatLangPair: {
    resource: 'sounds',
    summary: 'A language and a format that a sound is there in.',
    properties: {
      language: { type: 'string', required: true },
      format: { type: 'string', required: true },
    },
  },
  Sound: {
    resource: 'sounds',
    summary: 'Media that can be played.',
    properties: {
      id: { type: 'string', required: true },
      text: { type: 'string' },
      formats: { type: 'List[FormatLangPair]', required: true },
    },
  },
} as const satisfies Record<string, ModelSpec>;
