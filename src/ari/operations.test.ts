import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { models } from './models/index.ts';
import type { OperationSpec } from './operation.ts';
import { resources } from './operations/index.ts';
import { type Bench, startBench } from './test-bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ running: () => true });
});
afterAll(() => bench.close());

const document = readFileSync(new URL('../../docs/compatibility.md', import.meta.url), 'utf8');
const operations: readonly (readonly [key: string, OperationSpec])[] = resources.flatMap((resource) =>
  resource.operations.map((each) => [`${resource.name}.${each.id}`, each] as const),
);
/** Keys of operations that docs/compatibility.md says answer 501. */
const listed = document
  .split('\n')
  .filter((line) => line.includes('NOT_IMPLEMENTED'))
  .flatMap((line) => [...line.matchAll(/`([a-zA-Z]+\.[a-zA-Z_]+)`/g)].map((match) => match[1] ?? ''));
const url = (spec: OperationSpec) => spec.path.replace(/\{\w+\}/g, 'nosuch');

describe('every operation', () => {
  it('has a key of its own', () => {
    const keys = operations.map(([key]) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(operations)(
    '%s is built, or answers 501 and is listed in docs/compatibility.md',
    async (key, spec) => {
      const answer = await bench.inject(spec.method, url(spec));
      const built = !bench.ari.router.missing.includes(key);
      if (built) expect(answer.status).not.toBe(501);
      else {
        expect(answer.status).toBe(501);
        expect(answer.json).toMatchObject({
          message: 'Operation not implemented',
          code: 'NOT_IMPLEMENTED',
          hint: expect.stringContaining(key),
        });
      }
      expect({ key, listed: listed.includes(key) }).toEqual({ key, listed: !built });
      expect(answer.status).not.toBe(500);
    },
  );

  it('that is listed as missing exists', () => {
    const keys = new Set(operations.map(([key]) => key));
    expect(listed.filter((key) => !keys.has(key))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it.each(operations)(
    '%s takes its parameters from places that it has, and answers a known model',
    (_key, spec) => {
      const places = [...spec.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const given = spec.parameters ?? [];
      expect(given.filter((each) => each.in === 'path').map((each) => each.name)).toEqual(places);
      expect(new Set(given.map((each) => each.name)).size).toBe(given.length);
      const model = /^List\[(\w+)\]$/.exec(spec.result)?.[1] ?? spec.result;
      if (!['void', 'binary', 'string', 'object'].includes(model))
        expect(Object.keys(models)).toContain(model);
    },
  );
});
