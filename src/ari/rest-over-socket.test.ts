import { describe, expect, it } from 'vitest';
import type { User } from '../security/index.ts';
import type { AriRequest } from './operation.ts';
import { restOverSocket } from './rest-over-socket.ts';

const USER: User = { name: 'u', readOnly: false };

/** What a message is answered, and what it asked for. */
function send(message: unknown, user: User | undefined = USER) {
  const asked: AriRequest[] = [];
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const answer = restOverSocket(
    text,
    () => user,
    (request) => {
      asked.push(request);
      return { status: 200, body: '{"ok":true}' };
    },
  );
  return { answer, asked: asked[0] };
}

const REQUEST = {
  type: 'RESTRequest',
  transaction_id: 't',
  request_id: 'r',
  method: 'GET',
  uri: 'asterisk/ping',
};

describe('a request over a socket', () => {
  it('is answered with what it was asked, and the body as text', () => {
    const { answer, asked } = send(REQUEST);
    expect(asked).toMatchObject({ method: 'GET', path: '/asterisk/ping', body: undefined, user: USER });
    expect(Object.entries(answer)).toEqual([
      ['type', 'RESTResponse'],
      ['transaction_id', 't'],
      ['request_id', 'r'],
      ['status_code', 200],
      ['reason_phrase', 'OK'],
      ['uri', 'asterisk/ping'],
      ['content_type', 'application/json'],
      ['message_body', '{"ok":true}'],
    ]);
  });

  it('may have its query in the address and in a list', () => {
    const query_strings = [{ name: 'b', value: '2 3' }, { name: 5, value: 'x' }, 'nonsense', null];
    const { answer, asked } = send({ ...REQUEST, uri: 'asterisk/ping?a=1', query_strings });
    expect([...(asked?.query ?? [])]).toEqual([
      ['a', '1'],
      ['b', '2 3'],
    ]);
    expect(answer).toMatchObject({ uri: 'asterisk/ping' });
  });

  it('may have a body of JSON or of a form', () => {
    const json = { content_type: 'application/json', message_body: '{"a":{"b":1}}' };
    expect(send({ ...REQUEST, ...json }).asked?.body).toEqual({ a: { b: 1 } });
    const form = { content_type: 'application/x-www-form-urlencoded', message_body: 'a=1&a=2' };
    expect({ ...send({ ...REQUEST, ...form }).asked?.body }).toEqual({ a: '1' });
  });

  it.each<[string, unknown, string, string | undefined]>([
    ['no JSON', 'not json', 'Failed to parse request message JSON', undefined],
    ['no object', [1], 'Bad request', "No 'type' property."],
    ['null', null, 'Bad request', "No 'type' property."],
    ['no type', { uri: 'x' }, 'Bad request', "No 'type' property."],
    ['another type', { type: 'Bogus' }, 'Bad request', 'Unknown request type.'],
    ['no address', { type: 'RESTRequest' }, 'Bad request', "Empty or missing 'uri' property."],
    ['no method', { type: 'RESTRequest', uri: 'x' }, 'Bad request', "Unknown or missing 'method' property."],
    [
      'a method in small letters',
      { ...REQUEST, method: 'get' },
      'Bad request',
      "Unknown or missing 'method' property.",
    ],
    ['an inherited member', '{"__proto__":{"type":"RESTRequest"}}', 'Bad request', "No 'type' property."],
    [
      'a broken body',
      { ...REQUEST, content_type: 'application/json', message_body: '{bad' },
      'Bad request',
      "Unable to parse 'message_body' as 'application/json'.",
    ],
  ])('with %s is refused as the original does', (_what, message, reason, text) => {
    const { answer, asked } = send(message);
    expect(asked).toBeUndefined();
    expect(answer).toMatchObject({ status_code: 400, reason_phrase: reason });
    const body = 'message_body' in answer ? answer.message_body : undefined;
    expect(body).toBe(text === undefined ? undefined : JSON.stringify({ message: text }));
  });

  it('of somebody who is no user any more is refused', () => {
    const asked: AriRequest[] = [];
    const answer = restOverSocket(
      JSON.stringify(REQUEST),
      () => undefined,
      (request) => {
        asked.push(request);
        return { status: 200, body: '' };
      },
    );
    expect(asked).toEqual([]);
    expect(answer).toMatchObject({
      status_code: 401,
      message_body: expect.stringContaining('Authentication'),
    });
  });

  it('survives a body that is nested without end', () => {
    const message_body = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const { answer } = send({ ...REQUEST, content_type: 'application/json', message_body });
    expect([200, 400]).toContain('status_code' in answer ? answer.status_code : 0);
  });
});
