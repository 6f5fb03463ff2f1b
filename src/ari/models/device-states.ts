import { deviceStateNames } from '../../switch/index.ts';
import type { ModelSpec } from '../operation.ts';

export const deviceStatesModels = {
  DeviceState: {
    resource: 'deviceStates',
    summary: 'The state of a device.',
    properties: {
      name: { type: 'string', required: true },
      state: {
        type: 'string',
        required: true,
        values: deviceStateNames,
      },
    },
  },
} as const satisfies Record<string, ModelSpec>;
