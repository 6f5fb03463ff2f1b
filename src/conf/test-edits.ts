import type { ConfEdit } from './edit.ts';

/** Names a category in an edit, whatever it is. */
export const target = (category: string) => ({ category, filter: undefined });

/** Makes a category behind all others, as far as `more` does not say otherwise. */
export const newcat = (category: string, more: Partial<ConfEdit & { kind: 'newcat' }> = {}): ConfEdit => ({
  kind: 'newcat',
  category,
  isTemplate: false,
  inherit: [],
  allowDuplicates: false,
  before: undefined,
  ...more,
});
