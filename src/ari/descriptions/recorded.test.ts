import { existsSync, readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import type { OperationSpec } from '../operation.ts';
import { resources } from '../operations/index.ts';
import { openApi } from './openapi.ts';

/** What the original was seen to answer and send, where that is at hand. */
const reference = new URL('../../../../shared/reference/', import.meta.url);

interface Step {
  readonly op: string;
  readonly method?: string;
  readonly path?: string;
  readonly expect?: { readonly status?: number; readonly json?: unknown; readonly [socket: string]: unknown };
}

const document = JSON.parse(
  JSON.stringify(
    openApi({
      baseUrl: 'http://localhost:8088/ari',
      version: '0.1.0',
      running: () => true,
      missing: new Set(),
    }),
  ),
);
const ajv = new Ajv({ allErrors: true });
ajv.addSchema({ $id: 'document', components: document.components });

function* steps(name: string): Generator<Step> {
  for (const line of readFileSync(new URL(name, reference), 'utf8').split('\n')) {
    if (line !== '') yield* (JSON.parse(line) as { steps: Step[] }).steps;
  }
}

function* recorded(): Generator<Step> {
  yield* steps('events/flows.jsonl');
  yield* steps('ari/responses.jsonl');
}

/** Says what about a value is not as the schema has it. */
function faults(schema: object, value: unknown): string[] {
  const local = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"document#/components'));
  if (ajv.validate(local, value) === true) return [];
  return (ajv.errors ?? []).map((each) => `${each.dataPath} ${each.message}`);
}

const table = resources.flatMap(({ name, operations }) =>
  operations.map((spec: OperationSpec) => ({
    key: `${name}.${spec.id}`,
    spec,
    // Fixed words go before names: /channels/create is no channel.
    names: spec.path.split('{').length,
    pattern: new RegExp(`^/ari${spec.path.replace(/\{\w+\}/g, '[^/?]+')}(?:\\?|$)`),
  })),
);
table.sort((one, other) => one.names - other.names);

describe.skipIf(!existsSync(reference))('the schemas fit what the original sends', () => {
  it('in its answers, with the statuses of its successes', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const { op, method, path = '', expect: seen } of recorded()) {
      const status = seen?.status ?? 0;
      if (op !== 'http' || status < 200 || status > 299) continue;
      const found = table.find(({ spec, pattern }) => spec.method === method && pattern.test(path));
      if (found === undefined) continue;
      const described = document.paths[found.spec.path][found.spec.method.toLowerCase()].responses[status];
      if (described === undefined) wrong.push(`${found.key} answers ${status}`);
      const schema = described?.content?.['application/json']?.schema;
      if (schema === undefined) continue;
      checked++;
      wrong.push(...faults(schema, seen?.json).map((each) => `${found.key}: ${each}`));
    }
    expect([...new Set(wrong)]).toEqual([]);
    expect(checked).toBeGreaterThan(200);
  });

  it('in its events', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const { op, expect: seen = {} } of recorded()) {
      if (op !== 'collect') continue;
      const messages = Object.values(seen).flatMap((each) => (Array.isArray(each) ? each : []));
      for (const message of messages) {
        if (typeof message?.type !== 'string') continue;
        checked++;
        const schema = { $ref: `#/components/schemas/${message.type}` };
        wrong.push(...faults(schema, message).map((each) => `${message.type}: ${each}`));
      }
    }
    expect([...new Set(wrong)]).toEqual([]);
    expect(checked).toBeGreaterThan(500);
  });
});
