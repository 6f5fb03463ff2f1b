import type { OperationSpec } from '../operation.ts';
import { inPath } from './shared-parameters.ts';

/** Operations of module res_ari_mailboxes. */
export const mailboxesOperations = [
  {
    id: 'list',
    summary: 'List the mailboxes.',
    method: 'GET',
    path: '/mailboxes',
    result: 'List[Mailbox]',
  },
  {
    id: 'get',
    summary: 'Read one mailbox.',
    method: 'GET',
    path: '/mailboxes/{mailboxName}',
    result: 'Mailbox',
    parameters: [inPath('mailboxName')],
    errors: [404],
  },
  {
    id: 'update',
    summary: 'Set the counts of a mailbox; creates it when there is none.',
    method: 'PUT',
    path: '/mailboxes/{mailboxName}',
    result: 'void',
    parameters: [
      inPath('mailboxName'),
      { name: 'oldMessages', in: 'query', type: 'int', required: true },
      { name: 'newMessages', in: 'query', type: 'int', required: true },
    ],
    errors: [404],
  },
  {
    id: 'delete',
    summary: 'Remove a mailbox.',
    method: 'DELETE',
    path: '/mailboxes/{mailboxName}',
    result: 'void',
    parameters: [inPath('mailboxName')],
    errors: [404],
  },
] as const satisfies readonly OperationSpec[];
