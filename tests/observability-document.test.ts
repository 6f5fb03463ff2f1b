import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../', import.meta.url);

it('docs/observability.md names the diagnostics channels that there are', () => {
  const made = new Set<string>();
  for (const path of readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.endsWith('.test.ts')) continue;
    const text = readFileSync(new URL(`src/${path}`, root), 'utf8');
    for (const [, name] of text.matchAll(/hannel\('(asterism:[a-z:]+)'\)/g)) made.add(name ?? '');
  }
  const document = readFileSync(new URL('docs/observability.md', root), 'utf8');
  const told = [...document.matchAll(/`(asterism:[a-z:]+)`/g)].map(([, name]) => name);
  expect(told.sort()).toEqual([...made].sort());
  const layers = new Set([...made].map((name) => name.split(':')[1]));
  expect([...layers].sort()).toEqual(['ami', 'ari', 'dialplan', 'http', 'sip', 'sorcery', 'stasis']);
});
