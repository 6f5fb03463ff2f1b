import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resources } from './operations/index.ts';
import { type Bench, startBench } from './test-bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const READER = { name: 'reader', readOnly: true };

describe('the table of operations', () => {
  it('holds every operation of the interface once', () => {
    const all = resources.flatMap((each) =>
      each.operations.map((operation) => `${operation.method} ${operation.path}`),
    );
    expect(new Set(all).size).toBe(all.length);
    const ours = resources.filter((each) => each.extension === true).flatMap((each) => each.operations);
    expect(all.length - ours.length).toBe(109);
  });

  it('answers 501 for an operation that is not built, and lists it', async () => {
    const answer = await bench.inject('GET', '/bridges');
    expect(answer.status).toBe(501);
    expect(answer.json).toMatchObject({ message: 'Operation not implemented', code: 'NOT_IMPLEMENTED' });
    expect(bench.ari.router.missing).toContain('bridges.list');
  });

  it('does not know the operations of a module that is not running', async () => {
    expect((await bench.inject('GET', '/mailboxes')).status).toBe(404);
  });
});

describe('routing', () => {
  it.each([
    ['GET', '', 405, 'OPTIONS'],
    ['GET', '/', 405, 'OPTIONS'],
    ['GET', '//asterisk/ping', 405, 'OPTIONS'],
    ['GET', '/asterisk', 405, 'OPTIONS'],
    ['POST', '/asterisk/ping', 405, 'OPTIONS,GET'],
    ['HEAD', '/asterisk/ping', 405, 'OPTIONS,GET'],
    ['POST', '/events', 405, 'OPTIONS'],
    ['GET', '/channels/x/dial', 405, 'OPTIONS,POST'],
    ['OPTIONS', '/channels/x', 204, 'OPTIONS,GET,POST,DELETE'],
    ['OPTIONS', '/asterisk/config/dynamic/a/b/c', 204, 'OPTIONS,GET,PUT,DELETE'],
  ])('answers %s %s with %i and tells the methods', async (method, path, status, allow) => {
    expect(await bench.inject(method, path)).toMatchObject({ status, allow });
  });

  it.each(['/nosuch', '/asterisk/nosuch', '/ASTERISK/ping', '/deviceStates/PJSIP/alice'])(
    'does not find %s',
    async (path) => {
      const answer = await bench.inject('GET', path);
      expect([answer.status, answer.json]).toEqual([
        404,
        { message: 'Resource not found', code: 'NOT_FOUND' },
      ]);
    },
  );

  it('says what to do about a slash at the end', async () => {
    expect((await bench.inject('GET', '/asterisk/ping/')).json).toMatchObject({
      message: 'ARI URLs do not end with a slash. Try /ari/asterisk/ping',
    });
  });

  it('decodes what is encoded, and stops at an encoded NUL', async () => {
    expect((await bench.inject('GET', '/asterisk/%70ing')).status).toBe(200);
    expect((await bench.inject('GET', '/asterisk/ping%00')).status).toBe(200);
  });

  it('refuses what a reader may not do before it looks whether it exists', async () => {
    for (const [method, path] of [
      ['PUT', '/nosuch'],
      ['HEAD', '/bridges'],
      ['POST', '/asterisk/variable'],
    ] as const) {
      const answer = await bench.inject(method, path, undefined, READER);
      expect([answer.status, answer.json]).toMatchObject([403, { message: 'Write access denied' }]);
    }
    expect((await bench.inject('GET', '/asterisk/ping', undefined, READER)).status).toBe(200);
    expect((await bench.inject('OPTIONS', '/bridges', undefined, READER)).status).toBe(204);
  });
});

describe('parameters', () => {
  it('come from the query or the body, whichever has them', async () => {
    const read = async () => (await bench.inject('GET', '/asterisk/variable?variable=FOO')).json;
    await bench.inject('POST', '/asterisk/variable?variable=FOO&value=bar');
    expect(await read()).toEqual({ value: 'bar' });
    await bench.inject('POST', '/asterisk/variable', { variable: 'FOO', value: 'json' });
    expect(await read()).toEqual({ value: 'json' });
    await bench.inject('POST', '/asterisk/variable?variable=FOO', { value: 'mixed' });
    expect(await read()).toEqual({ value: 'mixed' });
  });

  it('are texts where texts are asked for: a JSON number is none', async () => {
    const answer = await bench.inject('POST', '/asterisk/variable', { variable: 5, value: 1 });
    expect([answer.status, answer.json]).toMatchObject([400, { message: 'Variable name is required' }]);
  });
});
