import type { OperationSpec } from '../operation.ts';

/** Operations of module res_ari_endpoints. */
export const endpointsOperations = [
  {
    id: 'list',
    method: 'GET',
    path: '/endpoints',
    result: 'List[Endpoint]',
  },
  {
    id: 'sendMessage',
    method: 'PUT',
    path: '/endpoints/sendMessage',
    result: 'void',
    parameters: [
      { name: 'to', in: 'query', type: 'string', required: true },
      { name: 'from', in: 'query', type: 'string', required: true },
      { name: 'body', in: 'query', type: 'string' },
      { name: 'variables', in: 'body', type: 'containers' },
    ],
    errors: [400, 404],
  },
  {
    id: 'refer',
    method: 'POST',
    path: '/endpoints/refer',
    result: 'void',
    parameters: [
      { name: 'to', in: 'query', type: 'string', required: true },
      { name: 'from', in: 'query', type: 'string', required: true },
      { name: 'refer_to', in: 'query', type: 'string', required: true },
      { name: 'to_self', in: 'query', type: 'boolean', default: false },
      { name: 'variables', in: 'body', type: 'containers' },
    ],
    errors: [400, 404],
  },
  {
    id: 'listByTech',
    method: 'GET',
    path: '/endpoints/{tech}',
    result: 'List[Endpoint]',
    parameters: [{ name: 'tech', in: 'path', type: 'string' }],
    errors: [404],
  },
  {
    id: 'get',
    method: 'GET',
    path: '/endpoints/{tech}/{resource}',
    result: 'Endpoint',
    parameters: [
      { name: 'tech', in: 'path', type: 'string' },
      { name: 'resource', in: 'path', type: 'string' },
    ],
    errors: [400, 404],
  },
  {
    id: 'sendMessageToEndpoint',
    method: 'PUT',
    path: '/endpoints/{tech}/{resource}/sendMessage',
    result: 'void',
    parameters: [
      { name: 'tech', in: 'path', type: 'string' },
      { name: 'resource', in: 'path', type: 'string' },
      { name: 'from', in: 'query', type: 'string', required: true },
      { name: 'body', in: 'query', type: 'string' },
      { name: 'variables', in: 'body', type: 'containers' },
    ],
    errors: [400, 404],
  },
  {
    id: 'referToEndpoint',
    method: 'POST',
    path: '/endpoints/{tech}/{resource}/refer',
    result: 'void',
    parameters: [
      { name: 'tech', in: 'path', type: 'string' },
      { name: 'resource', in: 'path', type: 'string' },
      { name: 'from', in: 'query', type: 'string', required: true },
      { name: 'refer_to', in: 'query', type: 'string', required: true },
      { name: 'to_self', in: 'query', type: 'boolean', default: false },
      { name: 'variables', in: 'body', type: 'containers' },
    ],
    errors: [400, 404],
  },
] as const satisfies readonly OperationSpec[];
