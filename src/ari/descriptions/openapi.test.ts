import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { resources } from '../operations/index.ts';
import type { DocumentContext } from './document.ts';
import { openApi } from './openapi.ts';

const context: DocumentContext = {
  baseUrl: 'http://127.0.0.1:8088/ari',
  version: '0.1.0',
  running: () => true,
  missing: new Set(['channels.redirect']),
};
const document = (changes: Partial<DocumentContext> = {}) =>
  JSON.parse(JSON.stringify(openApi({ ...context, ...changes })));

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1, and every reference in it leads somewhere', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(document());
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(validator.version).toBe('3.1');
    expect(() => validator.resolveRefs()).not.toThrow();
    const { components } = document();
    for (const [, kind, name] of JSON.stringify(document()).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
      expect(components[kind ?? '']).toHaveProperty(name ?? '');
    }
  });

  it('is refused by the validator when it is wrong', async () => {
    const broken = document();
    broken.paths['/channels'].get.responses = undefined;
    broken.paths['/channels'].post.parameters[0].in = 'nowhere';
    expect((await new Validator().validate(JSON.parse(JSON.stringify(broken)))).valid).toBe(false);
  });

  it('has every operation under a name of its own', () => {
    const ids = Object.values<Record<string, { operationId: string }>>(document().paths).flatMap((item) =>
      Object.values(item).map((each) => each.operationId),
    );
    expect(ids.sort()).toEqual(
      resources.flatMap(({ name, operations }) => operations.map(({ id }) => `${name}.${id}`)).sort(),
    );
  });

  it('puts parameters where the operation reads them', () => {
    const { post } = document().paths['/channels/{channelId}/play'];
    expect(post.parameters.find((each: { name: string }) => each.name === 'media')).toMatchObject({
      in: 'query',
      required: true,
      explode: false,
      schema: { type: 'array', items: { type: 'string' } },
    });
    const { put } = document().paths['/asterisk/config/dynamic/{configClass}/{objectType}/{id}'];
    expect(put.requestBody.content['application/json'].schema.properties.fields).toMatchObject({
      type: 'array',
      items: { $ref: '#/components/schemas/ConfigTuple' },
    });
    const filter = document().paths['/applications/{applicationName}/eventFilter'].put;
    expect(filter.requestBody.content['application/json'].schema).toMatchObject({ type: 'object' });
  });

  it('says what answers 501, and leaves out what no module serves', () => {
    const { paths } = document();
    expect(paths['/channels/{channelId}/redirect'].post.responses).toHaveProperty('501');
    expect(paths['/channels/{channelId}/answer'].post.responses).not.toHaveProperty('501');
    const without = document({ running: (module) => module !== 'res_ari_mailboxes' });
    expect(without.paths).not.toHaveProperty('/mailboxes');
    expect(without.paths).toHaveProperty('/bridges');
  });
});
