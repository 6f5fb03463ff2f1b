import type { ModelSpec } from '../operation.ts';

export const deviceStatesModels = {
  DeviceState: {
    resource: 'deviceStates',
    properties: {
      name: { type: 'string', required: true },
      state: {
        type: 'string',
        required: true,
        values: [
          'UNKNOWN',
          'NOT_INUSE',
          'INUSE',
          'BUSY',
          'INVALID',
          'UNAVAILABLE',
          'RINGING',
          'RINGINUSE',
          'ONHOLD',
        ],
      },
    },
  },
} as const satisfies Record<string, ModelSpec>;
