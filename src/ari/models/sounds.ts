import type { ModelSpec } from '../operation.ts';

export const soundsModels = {
  FormatLangPair: {
    resource: 'sounds',
    properties: {
      language: { type: 'string', required: true },
      format: { type: 'string', required: true },
    },
  },
  Sound: {
    resource: 'sounds',
    properties: {
      id: { type: 'string', required: true },
      text: { type: 'string' },
      formats: { type: 'List[FormatLangPair]', required: true },
    },
  },
} as const satisfies Record<string, ModelSpec>;
