import type { OperationSpec } from '../operation.ts';
import { inPath } from './shared-parameters.ts';

/** Operations of module res_ari_events. */
export const eventsOperations = [
  {
    id: 'eventWebsocket',
    summary: 'Open a WebSocket and receive the events of applications.',
    method: 'GET',
    path: '/events',
    result: 'Message',
    upgrade: 'websocket',
    parameters: [
      { name: 'app', in: 'query', type: 'string', required: true, multiple: true },
      { name: 'subscribeAll', in: 'query', type: 'boolean' },
      { name: 'resume', in: 'query', type: 'long', multiple: true, extension: true },
      { name: 'consumers', in: 'query', type: 'string', values: ['shared'], extension: true },
    ],
  },
  {
    id: 'userEvent',
    summary: 'Send an event of your own to an application.',
    method: 'POST',
    path: '/events/user/{eventName}',
    result: 'void',
    parameters: [
      inPath('eventName'),
      { name: 'application', in: 'query', type: 'string', required: true },
      { name: 'source', in: 'query', type: 'string', multiple: true },
      { name: 'variables', in: 'body', type: 'containers' },
    ],
    errors: [404, 422, 400],
  },
  {
    id: 'claimChannel',
    summary: 'Claim a call that was offered to several applications.',
    method: 'POST',
    path: '/events/claim',
    result: 'void',
    parameters: [
      { name: 'channelId', in: 'query', type: 'string', required: true },
      { name: 'application', in: 'query', type: 'string', required: true },
    ],
    errors: [404, 409],
  },
] as const satisfies readonly OperationSpec[];
