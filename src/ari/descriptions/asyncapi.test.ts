import specs from '@asyncapi/specs';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { asyncApi } from './asyncapi.ts';
import { messageNames } from './json-schema.ts';

const context = { version: '0.1.0', running: () => true, missing: new Set<string>() };
const document = (baseUrl = 'https://pbx.example:8089/ari') =>
  JSON.parse(JSON.stringify(asyncApi({ ...context, baseUrl })));

const validate = new Ajv({ schemaId: 'auto', unknownFormats: 'ignore' }).compile(
  specs.schemasWithoutId['3.0.0'],
);

/** Checks a message against its payload in the document. */
function fits(name: string, message: object): boolean {
  const ajv = new Ajv();
  ajv.addSchema({ $id: 'document', components: { schemas: document().components.schemas } });
  return ajv.validate(`document#/components/schemas/${name}`, message) === true;
}

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3', () => {
    validate(document());
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is refused by the validator when it is wrong', () => {
    const broken = document();
    broken.operations.receiveEvents.action = 'listen';
    expect(validate(broken)).toBe(false);
  });

  it('says where the socket is and what it asks for', () => {
    expect(document().servers.ari).toMatchObject({
      host: 'pbx.example:8089',
      pathname: '/ari',
      protocol: 'wss',
    });
    expect(document('http://127.0.0.1:8088/ari').servers.ari.protocol).toBe('ws');
    expect(document().channels.events.bindings.ws.query.required).toEqual(['app']);
  });

  it('describes every message', () => {
    expect(messageNames()).toContain('StasisStart');
    expect(messageNames()).not.toContain('Event');
    expect(Object.keys(document().channels.events.messages)).toEqual([...messageNames(), 'RESTRequest']);
    const { components } = document();
    for (const [, kind, name] of JSON.stringify(document()).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
      expect(components[kind ?? '']).toHaveProperty(name ?? '');
    }
  });

  it('has schemas that tell a message from another', () => {
    const event = {
      type: 'ApplicationReplaced',
      application: 'desk',
      timestamp: '2026-11-21T00:40:07.103+0000',
      asterisk_id: '02:fc:00:00:00:01',
    };
    expect(fits('ApplicationReplaced', event)).toBe(true);
    expect(fits('ApplicationReplaced', { ...event, type: 'StasisEnd' })).toBe(false);
    expect(fits('ApplicationReplaced', { ...event, application: 7 })).toBe(false);
    expect(fits('StasisEnd', { ...event, type: 'StasisEnd' })).toBe(false);
  });
});
