import { settableDeviceStates } from '../../switch/index.ts';
import type { OperationSpec } from '../operation.ts';

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
    parameters: [{ name: 'deviceName', in: 'path', type: 'string', required: true }],
  },
  {
    id: 'update',
    summary: 'Set the state of a device that ARI keeps.',
    method: 'PUT',
    path: '/deviceStates/{deviceName}',
    result: 'void',
    parameters: [
      { name: 'deviceName', in: 'path', type: 'string', required: true },
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
    parameters: [{ name: 'deviceName', in: 'path', type: 'string', required: true }],
    errors: [404, 409],
  },
] as const satisfies readonly OperationSpec[];
