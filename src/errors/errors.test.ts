import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AsterismError, type ErrorCode, errorTable, isAsterismError } from './index.ts';

interface Entry {
  readonly status: number;
  readonly reason?: string;
  readonly message: string;
  readonly hint?: string;
}

const entries: readonly (readonly [ErrorCode, Entry])[] = Object.entries(errorTable) as [ErrorCode, Entry][];
const document = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

describe('the table of errors', () => {
  it.each(entries)(
    '%s has a status, a text, and a row of docs/errors.md that says the same',
    (code, entry) => {
      expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
      expect(entry.status).toBeGreaterThanOrEqual(400);
      expect(entry.status).toBeLessThan(600);
      expect(entry.message).not.toBe('');
      const row = `| <a id="${code.toLowerCase()}"></a>${code} | ${entry.status} | ${entry.message} |`;
      expect(document.split('\n').filter((line) => line.startsWith(row))).toHaveLength(1);
    },
  );

  it('is all that docs/errors.md lists', () => {
    const listed = [...document.matchAll(/<a id="[a-z0-9_]+"><\/a>([A-Z0-9_]+)/g)].map((match) => match[1]);
    expect(listed.slice().sort()).toEqual(entries.map(([code]) => code).sort());
  });
});

describe('an error', () => {
  it('fills the places of its texts', () => {
    const error = new AsterismError('FORBIDDEN', { args: { user: 'bob' } });
    expect(error).toMatchObject({
      code: 'FORBIDDEN',
      status: 403,
      message: 'Write access denied',
      hint: 'The user bob may only read.',
    });
    expect(isAsterismError(error)).toBe(true);
    expect(isAsterismError(new Error('x'))).toBe(false);
  });

  it('leaves out a hint with a place that nothing fills', () => {
    expect(new AsterismError('FORBIDDEN').hint).toBeUndefined();
  });

  it('shows what fills a place as it is, whatever it looks like', () => {
    const id = '$& {class} $1 {id}';
    expect(new AsterismError('OBJECT_NOT_FOUND', { args: { id } }).message).toBe(
      `Object with id '${id}' not found`,
    );
    const hinted = new AsterismError('FORBIDDEN', { args: { user: '{x}' } });
    expect(hinted.hint).toBe('The user {x} may only read.');
    expect(new AsterismError('FILTER_INVALID', { hint: '{"allowed": []}' }).hint).toBe('{"allowed": []}');
  });

  it('may carry another text, a field and what helps', () => {
    const error = new AsterismError('PUSH_FIELD_REFUSED', {
      message: 'other',
      field: 'f',
      detail: 'd',
      hint: 'h',
      cause: 'c',
    });
    expect(error).toMatchObject({ message: 'other', field: 'f', detail: 'd', hint: 'h', cause: 'c' });
  });
});
