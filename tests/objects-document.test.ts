import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderObjects } from '../tools/render-objects.ts';

it('docs/objects.md says what the tables say', () => {
  const page = readFileSync(new URL('../docs/objects.md', import.meta.url), 'utf8');
  expect(page, 'node --import tsx tools/render-objects.ts').toBe(renderObjects());
});
