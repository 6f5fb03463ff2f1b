import { settableDeviceStates } from '../../switch/index.ts';
import type { OperationSpec } from '../operation.ts';
import { inPath } from './shared-parameters.ts';

/** Operations of module res_ari_device_states. */
export const deviceStatesOperations = [
  {
    id: 'list',
    summary: 'List the device states that ARI keeps.',
    method: 'GET',
    path: '/deviceStates',
    result: 'List[DeviceState]',
  },
  {
    id: 'get',
    summary: 'Read the state of a device.',
    method: 'GET',
    path: '/deviceStates/{deviceName}',
    result: 'DeviceState',
    parameters: [inPath('deviceName')],
  },
  {
    id: 'update',
    summary: 'Set the state of a device that ARI keeps.',
    method: 'PUT',
    path: '/deviceStates/{deviceName}',
    result: 'void',
    parameters: [
      inPath('deviceName'),
      {
        name: 'deviceState',
        in: 'query',
        type: 'string',
        required: true,
        values: settableDeviceStates,
      },
    ],
    errors: [404, 409],
  },
  {
    id: 'delete',
    summary: 'Remove a device that ARI keeps.',
    method: 'DELETE',
    path: '/deviceStates/{deviceName}',
    result: 'void',
    parameters: [inPath('deviceName')],
    errors: [404, 409],
  },
] as const satisfies readonly OperationSpec[];
