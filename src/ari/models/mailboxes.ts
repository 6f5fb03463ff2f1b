import type { ModelSpec } from '../operation.ts';

export const mailboxesModels = {
  Mailbox: {
    resource: 'mailboxes',
    summary: 'Counts of a mailbox.',
    properties: {
      name: { type: 'string', required: true },
      old_messages: { type: 'int', required: true },
      new_messages: { type: 'int', required: true },
    },
  },
} as const satisfies Record<string, ModelSpec>;
