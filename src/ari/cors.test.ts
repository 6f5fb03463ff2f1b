import { describe, expect, it } from 'vitest';
import { corsHeaders, preflightHeaders } from './cors.ts';

const PAGE = 'http://ari.asterisk.org';
const ALLOWED = ['localhost:8088', PAGE];

describe('CORS', () => {
  it('lets pages of allowed origins read answers, with their credentials', () => {
    expect(corsHeaders(ALLOWED, PAGE)).toEqual([
      ...['Access-Control-Allow-Origin', PAGE, 'Access-Control-Allow-Credentials', 'true', 'Vary', 'Origin'],
    ]);
    expect(corsHeaders(['*'], 'null')).toContain('null');
  });

  it.each([
    'http://evil.example',
    'http://localhost:8088',
    'HTTP://ARI.asterisk.org',
    `${PAGE}.evil.example`,
  ])('tells %s nothing but that others might be told more', (origin) => {
    expect(corsHeaders(ALLOWED, origin)).toEqual(['Vary', 'Origin']);
  });

  it('is silent without an origin and without a list', () => {
    expect(corsHeaders(ALLOWED, undefined)).toEqual([]);
    expect(corsHeaders([], PAGE)).toEqual([]);
  });

  it('answers what a page asks before it acts', () => {
    const ask = (requestMethod: string | undefined, requestHeaders?: string, origin = PAGE) =>
      preflightHeaders(ALLOWED, { origin, requestMethod, requestHeaders }, 'OPTIONS,GET,POST');
    expect(ask('POST')).toEqual(['Access-Control-Allow-Methods', 'OPTIONS,GET,POST']);
    expect(ask('GET', 'content-type, x-foo')).toEqual([
      ...[
        'Access-Control-Allow-Methods',
        'OPTIONS,GET,POST',
        'Access-Control-Allow-Headers',
        'content-type, x-foo',
      ],
    ]);
    expect(ask('DELETE')).toEqual([]);
    expect(ask(undefined)).toEqual([]);
    expect(ask('GET', undefined, 'http://evil.example')).toEqual([]);
    expect(ask('GET', 'x\u0000y')).not.toContain('Access-Control-Allow-Headers');
    expect(ask('GET', 'x'.repeat(2_000))).not.toContain('Access-Control-Allow-Headers');
  });
});
