import { settableDeviceStates } from '../../switch/index.ts';
import type { OperationSpec } from '../operation.ts';

/** Operations of module res_ari_device_states. */
export const deviceStatesOperations = [
  {
    id: 'list',
    method: 'GET',
    path: '/deviceStates',
    result: 'List[DeviceState]',
  },
  {
    id: 'get',
    method: 'GET',
    path: '/deviceStates/{deviceName}',
    result: 'DeviceState',
    parameters: [{ name: 'deviceName', in: 'path', type: 'string', required: true }],
  },
  {
    id: 'update',
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
    method: 'DELETE',
    path: '/deviceStates/{deviceName}',
    result: 'void',
    parameters: [{ name: 'deviceName', in: 'path', type: 'string', required: true }],
    errors: [404, 409],
  },
] as const satisfies readonly OperationSpec[];
