import type { OperationSpec } from '../operation.ts';

/** Operations of module res_ari_applications. */
export const applicationsOperations = [
  {
    id: 'list',
    method: 'GET',
    path: '/applications',
    result: 'List[Application]',
  },
  {
    id: 'get',
    method: 'GET',
    path: '/applications/{applicationName}',
    result: 'Application',
    parameters: [{ name: 'applicationName', in: 'path', type: 'string', required: true }],
    errors: [404],
  },
  {
    id: 'subscribe',
    method: 'POST',
    path: '/applications/{applicationName}/subscription',
    result: 'Application',
    parameters: [
      { name: 'applicationName', in: 'path', type: 'string', required: true },
      { name: 'eventSource', in: 'query', type: 'string', required: true, multiple: true },
    ],
    errors: [400, 404, 422],
  },
  {
    id: 'unsubscribe',
    method: 'DELETE',
    path: '/applications/{applicationName}/subscription',
    result: 'Application',
    parameters: [
      { name: 'applicationName', in: 'path', type: 'string', required: true },
      { name: 'eventSource', in: 'query', type: 'string', required: true, multiple: true },
    ],
    errors: [400, 404, 409, 422],
  },
  {
    id: 'filter',
    method: 'PUT',
    path: '/applications/{applicationName}/eventFilter',
    result: 'Application',
    parameters: [
      { name: 'applicationName', in: 'path', type: 'string', required: true },
      { name: 'filter', in: 'body', type: 'object' },
    ],
    errors: [400, 404],
  },
] as const satisfies readonly OperationSpec[];
