import type { ModelSpec } from '../operation.ts';

const token = {
  id: { type: 'string', required: true },
  user: { type: 'string', required: true },
  label: { type: 'string', required: true },
  created: { type: 'Date', required: true },
  expires: { type: 'Date', required: true },
  read_only: { type: 'boolean', required: true },
  allow_operations: { type: 'List[string]', required: true },
  deny_operations: { type: 'List[string]', required: true },
  allow_applications: { type: 'List[string]', required: true },
  deny_applications: { type: 'List[string]', required: true },
} as const;

export const tokensModels = {
  Token: {
    resource: 'tokens',
    summary: 'A token that stands for a user, and what it may do.',
    extension: true,
    properties: token,
  },
  NewToken: {
    resource: 'tokens',
    summary: 'A token that was just made, with its text, which is told this once.',
    extension: true,
    properties: { ...token, token: { type: 'string', required: true } },
  },
} as const satisfies Record<string, ModelSpec>;
