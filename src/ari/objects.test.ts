import { describe, expect, it } from 'vitest';
import { ObjectType, SorceryObject } from '../sorcery/index.ts';
import { everyTypeHolds } from '../sorcery/test-laws.ts';
import { ariTypes } from './objects.ts';
import { webSocketClientType } from './outbound/client-object.ts';

const types = [...ariTypes, webSocketClientType].map((spec) => new ObjectType(spec));

everyTypeHolds(types);

describe('objects of ARI', () => {
  const apply = (name: string, fields: Record<string, string>) => {
    const type = types.find((each) => each.name === name);
    if (type === undefined) throw new Error(`no type ${name}`);
    const draft = new SorceryObject(type, 'x', type.defaults).draft();
    for (const [option, value] of Object.entries(fields)) {
      const problem = draft.apply(option, value);
      if (problem !== undefined) return problem;
    }
    return type.spec.finish?.(draft);
  };

  it.each([
    ['user', {}, 'password'],
    ['user', { password: 'x', password_format: 'bogus' }, 'password_format'],
    ['user', { password: 'x', deny: '' }, 'deny'],
    ['user', { password: 'x', permit: 'bogus' }, 'permit'],
    ['user', { password: 'x', permit: '127.0.0.0/8' }, undefined],
    ['websocket_client', {}, 'uri'],
    ['websocket_client', { uri: 'x', connection_type: 'PERSISTENT' }, 'connection_type'],
    ['websocket_client', { uri: 'x', reconnect_attempts: '-1' }, undefined],
    ['outbound_websocket', { apps: 'a', local_ari_user: 'b' }, 'websocket_client_id'],
    ['outbound_websocket', { apps: 'a', websocket_client_id: 'b' }, 'local_ari_user'],
    ['outbound_websocket', { local_ari_user: 'a', websocket_client_id: 'b' }, 'apps'],
    ['outbound_websocket', { apps: 'a', local_ari_user: 'b', websocket_client_id: 'c' }, undefined],
  ] as const)('%s with %j: %s is to blame', (type, fields, field) => {
    expect(apply(type, fields)?.field).toBe(field);
  });

  it('never tell a password to somebody who may only read', () => {
    const type = types.find((each) => each.name === 'user');
    const object =
      type === undefined ? undefined : new SorceryObject(type, 'x', ['plain', 'hunter2', 'no', '', '', '']);
    expect(object?.reply()).toContain('hunter2');
    expect(object?.reply(false)).not.toContain('hunter2');
  });

  it('show what a WebSocket is for once that was said', () => {
    const shown = (fields: Record<string, string>) => {
      const object = new ObjectType(webSocketClientType).draft();
      for (const [option, value] of Object.entries(fields)) object.apply(option, value);
      return new Map(new SorceryObject(object.type, 'x', object.values).shown());
    };
    expect(shown({ uri: 'x' }).has('connection_type')).toBe(false);
    expect(shown({ uri: 'x', connection_type: 'persistent' }).get('connection_type')).toBe('persistent');
  });
});
