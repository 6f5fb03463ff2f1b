import type { OperationSpec } from '../operation.ts';
import { inPath } from './shared-parameters.ts';

/** Operations on bearer tokens, which Asterisk does not have. */
export const tokensOperations = [
  {
    id: 'list',
    summary: 'List your tokens; who comes with a token sees that one.',
    method: 'GET',
    path: '/tokens',
    result: 'List[Token]',
  },
  {
    id: 'create',
    summary: 'Make a token that may do what you may, or less.',
    method: 'POST',
    path: '/tokens',
    result: 'NewToken',
    success: 201,
    parameters: [
      { name: 'label', in: 'query', type: 'string' },
      { name: 'expiresIn', in: 'query', type: 'int', default: 86_400, min: 1, max: 31_622_400 },
      { name: 'readOnly', in: 'query', type: 'boolean', default: false },
      { name: 'allowOperations', in: 'query', type: 'string', multiple: true },
      { name: 'denyOperations', in: 'query', type: 'string', multiple: true },
      { name: 'allowApplications', in: 'query', type: 'string', multiple: true },
      { name: 'denyApplications', in: 'query', type: 'string', multiple: true },
    ],
    errors: [400, 409],
  },
  {
    id: 'revoke',
    summary: 'End a token of yours, and close the sockets that were opened with it.',
    method: 'DELETE',
    path: '/tokens/{tokenId}',
    result: 'void',
    parameters: [inPath('tokenId')],
    errors: [404],
  },
] as const satisfies readonly OperationSpec[];
