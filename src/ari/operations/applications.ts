import type { OperationSpec } from '../operation.ts';
import { inPath } from './shared-parameters.ts';

/** Operations of module res_ari_applications. */
export const applicationsOperations = [
  {
    id: 'list',
    summary: 'List the applications.',
    method: 'GET',
    path: '/applications',
    result: 'List[Application]',
  },
  {
    id: 'get',
    summary: 'Read one application.',
    method: 'GET',
    path: '/applications/{applicationName}',
    result: 'Application',
    parameters: [inPath('applicationName')],
    errors: [404],
  },
  {
    id: 'subscribe',
    summary: 'Subscribe an application to channels, bridges, endpoints or device states.',
    method: 'POST',
    path: '/applications/{applicationName}/subscription',
    result: 'Application',
    parameters: [
      inPath('applicationName'),
      { name: 'eventSource', in: 'query', type: 'string', required: true, multiple: true },
    ],
    errors: [400, 404, 422],
  },
  {
    id: 'unsubscribe',
    summary: 'End subscriptions of an application.',
    method: 'DELETE',
    path: '/applications/{applicationName}/subscription',
    result: 'Application',
    parameters: [
      inPath('applicationName'),
      { name: 'eventSource', in: 'query', type: 'string', required: true, multiple: true },
    ],
    errors: [400, 404, 409, 422],
  },
  {
    id: 'filter',
    summary: 'Choose the types of events that an application is sent.',
    method: 'PUT',
    path: '/applications/{applicationName}/eventFilter',
    result: 'Application',
    parameters: [inPath('applicationName'), { name: 'filter', in: 'body', type: 'object' }],
    errors: [400, 404],
  },
] as const satisfies readonly OperationSpec[];
