import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { models } from '../models/index.ts';
import { resources } from '../operations/index.ts';
import { parameterDoc, parameterDocs } from '../operations/parameter-docs.ts';
import { apiDocs } from './swagger.ts';

const BASE = 'http://localhost:8088/ari';
/** The original's declarations, where they are at hand. */
const reference = new URL('../../../../shared/reference/ari/', import.meta.url);

interface Described {
  readonly [member: string]: unknown;
}

interface Declaration {
  readonly apiVersion: string;
  readonly swaggerVersion: string;
  readonly basePath: string;
  readonly resourcePath?: string;
  readonly apis: readonly { readonly path: string; readonly operations?: readonly Described[] }[];
  readonly models?: Readonly<Record<string, { readonly properties: Readonly<Record<string, Described>> }>>;
}

const ours = (name: string) => apiDocs(`${name}.json`, BASE, () => true) as Declaration;
const theirs = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.json`, reference), 'utf8')) as Declaration;
const list = (value: unknown): readonly Described[] => (Array.isArray(value) ? value : []);

/** What programs read: everything but sentences, and spellings that mean the same. */
function facts(each: Declaration) {
  return {
    apiVersion: each.apiVersion,
    swaggerVersion: each.swaggerVersion,
    basePath: each.basePath,
    resourcePath: each.resourcePath,
    apis: each.apis.map(({ path, operations }) => ({
      path,
      operations: list(operations).map((operation) => ({
        httpMethod: operation.httpMethod,
        nickname: operation.nickname,
        responseClass: operation.responseClass,
        upgrade: operation.upgrade,
        websocketProtocol: operation.websocketProtocol,
        parameters: list(operation.parameters).map((parameter) => ({
          name: parameter.name,
          paramType: parameter.paramType,
          dataType: parameter.dataType,
          required: parameter.required ?? false,
          allowMultiple: parameter.allowMultiple ?? false,
          defaultValue: parameter.defaultValue,
          allowableValues: parameter.allowableValues,
        })),
        errors: list(operation.errorResponses).map((refused) => Number(refused.code)),
      })),
    })),
    models: Object.entries(each.models ?? {}).map(([name, model]) => {
      const { id, subTypes, discriminator, properties } = model as typeof model & Described;
      return {
        name,
        id,
        subTypes,
        discriminator,
        properties: Object.entries(properties).map(([property, spec]) => ({
          property,
          type: spec.type,
          required: spec.required ?? false,
          allowableValues: spec.allowableValues,
        })),
      };
    }),
  };
}

describe('the declarations for old clients', () => {
  const known = resources.filter((each) => each.extension !== true);
  const names = known.map((each) => each.name);

  it.skipIf(!existsSync(reference)).each(['resources', ...names])(
    '%s holds the operations, parameters, types and models of the original',
    (name) => {
      const expected = facts(theirs(name));
      expect(expected.apis.length).toBeGreaterThan(0);
      expect(facts(ours(name))).toEqual(expected);
    },
  );

  it('have the operations and models of the whole table, each once', () => {
    const all = names.map(ours);
    const operations = all.flatMap((each) => each.apis.flatMap((api) => list(api.operations)));
    expect(operations).toHaveLength(known.reduce((sum, each) => sum + each.operations.length, 0));
    const shared = Object.keys(models).filter((name) => models[name]?.extension !== true);
    expect(all.flatMap((each) => Object.keys(each.models ?? {})).sort()).toEqual(shared.sort());
    // What Asterisk does not have is hidden from clients that read these.
    expect(apiDocs('tokens.json', BASE, () => true)).toBeUndefined();
    expect(JSON.stringify(ours('resources'))).not.toContain('tokens');
  });

  it('say in a sentence what everything is for', () => {
    const silent: string[] = [];
    const used = new Set<string>();
    for (const { name: resource, operations } of resources) {
      for (const { id, summary, parameters = [] } of operations) {
        if (!/^[A-Z].*\.$/.test(summary)) silent.push(`${resource}.${id}`);
        for (const { name } of parameters) {
          const key = `${resource}.${id}.${name}`;
          used.add(parameterDocs.has(key) ? key : name);
          if (!parameterDoc(resource, id, name).endsWith('.')) silent.push(key);
        }
      }
    }
    for (const [name, { summary }] of Object.entries(models)) if (!summary.endsWith('.')) silent.push(name);
    expect(silent).toEqual([]);
    expect([...parameterDocs.keys()].filter((key) => !used.has(key))).toEqual([]);
  });
});
