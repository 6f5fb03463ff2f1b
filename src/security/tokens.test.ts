import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../platform/index.ts';
import { refusal } from './capability.ts';
import { MAX_TOKEN_SECONDS, MAX_TOKENS_OF_USER, type TokenStore, Tokens, withToken } from './tokens.ts';

let rows: Map<string, string>;
let store: TokenStore;
let clock: FakeClock;
let tokens: Tokens;
const ended: string[] = [];

beforeEach(() => {
  rows = new Map();
  store = {
    get: (key) => rows.get(key),
    range: (prefix) => [...rows].filter(([key]) => key.startsWith(prefix)).sort(),
    put: async (key, value) => void rows.set(key, value),
    delete: async (key) => void rows.delete(key),
  };
  clock = new FakeClock(Date.UTC(2026, 0, 1));
  tokens = new Tokens(store, clock, (error) => {
    throw error;
  });
  ended.length = 0;
  tokens.events.on('ended', (id) => ended.push(id));
});

describe('a token', () => {
  it('is random, looks like one, and is kept as a hash alone', async () => {
    const { text, token } = await tokens.create({ user: 'bot', label: 'ci' });
    const other = await tokens.create({ user: 'bot' });
    expect(text).toMatch(/^asm_[0-9a-f]{16}_[\w-]{43}$/);
    expect(Buffer.from(text.slice(-43), 'base64url')).toHaveLength(32);
    expect(other.text.slice(-43)).not.toBe(text.slice(-43));
    expect([Tokens.looksLike(text), Tokens.looksLike('asterisk'), Tokens.looksLike(`${text}x`)]).toEqual([
      ...[true, false, false],
    ]);
    expect(tokens.check(text)).toMatchObject({
      kind: 'valid',
      token: { id: token.id, user: 'bot', label: 'ci' },
    });
    expect(JSON.stringify([...rows])).not.toContain(text.slice(-43));
  });

  it('survives in the store, and is gone with its row', async () => {
    const { text, token } = await tokens.create({ user: 'bot' });
    const again = new Tokens(store, clock, () => {});
    expect(again.check(text).kind).toBe('valid');
    rows.delete(`/ari_token/${token.id}`);
    expect(again.check(text).kind).toBe('unknown');
    expect(tokens.get(token.id)).toBeUndefined();
  });

  it('is not opened by anything near it', async () => {
    const { text } = await tokens.create({ user: 'bot' });
    const last = text.at(-1) === 'A' ? 'B' : 'A';
    for (const near of [
      text.slice(0, -1),
      `${text.slice(0, -1)}${last}`,
      text.replace('asm_', 'asn_'),
      '',
      'asm_',
    ]) {
      expect(tokens.check(near).kind).toBe('unknown');
    }
    const stranger = text.replace(/_[0-9a-f]{16}_/, '_0000000000000000_');
    expect(tokens.check(stranger).kind).toBe('unknown');
  });

  it('ends in its time, which is a day unless somebody says otherwise', async () => {
    const { text, token } = await tokens.create({ user: 'bot' });
    const brief = await tokens.create({ user: 'bot', seconds: 60 });
    expect(token.expires - token.created).toBe(86_400_000);
    clock.advance(60_000);
    expect(tokens.check(brief.text).kind).toBe('expired');
    expect(tokens.get(brief.token.id)).toBeUndefined();
    expect(tokens.list().map(({ id }) => id)).toEqual([token.id]);
    expect(await tokens.revoke(brief.token.id)).toBe(false);
    expect(tokens.check(text).kind).toBe('valid');
    await tokens.create({ user: 'ann' });
    expect(rows.has(`/ari_token/${brief.token.id}`)).toBe(false);
    expect(ended).toEqual([brief.token.id]);
  });

  it('is listed by user, and ended by its id', async () => {
    const first = await tokens.create({ user: 'bot' });
    clock.advance(1);
    const second = await tokens.create({ user: 'ann' });
    expect(tokens.list().map(({ user }) => user)).toEqual(['bot', 'ann']);
    expect(tokens.list('ann').map(({ id }) => id)).toEqual([second.token.id]);
    expect(await tokens.revoke(first.token.id)).toBe(true);
    expect(await tokens.revoke(first.token.id)).toBe(false);
    expect(await tokens.revoke('../x')).toBe(false);
    expect(ended).toEqual([first.token.id]);
    expect(tokens.check(first.text).kind).toBe('unknown');
  });

  it.each([
    ['a time of nothing', { seconds: 0 }],
    ['a time of parts', { seconds: 1.5 }],
    ['a time without end', { seconds: MAX_TOKEN_SECONDS + 1 }],
    ['a label of several lines', { label: 'a\nb' }],
    ['a label without end', { label: 'x'.repeat(101) }],
  ])('is not made with %s', async (_what, wrong) => {
    await expect(tokens.create({ user: 'bot', ...wrong })).rejects.toMatchObject({
      code: 'PARAMETER_INVALID',
    });
    expect(rows.size).toBe(0);
  });

  it('is not made beyond what one user may have', async () => {
    for (let count = 0; count < MAX_TOKENS_OF_USER; count++)
      rows.set(`/ari_token/${count.toString(16).padStart(16, '0')}`, rowOf('bot'));
    await expect(tokens.create({ user: 'bot' })).rejects.toMatchObject({ code: 'TOKEN_LIMIT', status: 409 });
    await expect(tokens.create({ user: 'ann' })).resolves.toBeDefined();
  });

  it.each(['', 'x', '[]', '{}', 'null', JSON.stringify({ ...JSON.parse(rowOf('bot')), hash: 'short' })])(
    'is none when its row is %j',
    async (row) => {
      const { text, token } = await tokens.create({ user: 'bot' });
      rows.set(`/ari_token/${token.id}`, row);
      expect(tokens.check(text).kind).toBe('unknown');
      expect(tokens.list()).toEqual([]);
    },
  );

  it('gives no more than its user has', async () => {
    const { token } = await tokens.create({ user: 'bot', denyOperations: ['hangup'], readOnly: false });
    const reader = withToken({ name: 'bot', readOnly: true }, token);
    expect(reader).toMatchObject({ name: 'bot', readOnly: true, token: token.id });
    const operation = { key: 'channels.hangup', method: 'DELETE', template: '/c', path: '/c' };
    const writer = withToken({ name: 'bot', readOnly: false }, token);
    expect(refusal(writer, { capability: 'write', operation })?.detail).toBe(
      `deny_operations of token '${token.id}' has 'hangup'`,
    );
  });
});

function rowOf(user: string): string {
  return JSON.stringify({
    ...{ user, label: '', created: 0, expires: Date.UTC(2030, 0, 1), readOnly: false, hash: '0'.repeat(64) },
    ...{ allowOperations: [], denyOperations: [], allowApplications: [], denyApplications: [] },
  });
}
