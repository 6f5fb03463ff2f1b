import { describe, expect, it } from 'vitest';

import { Reader, type RemoteWizard } from './reading.ts';
import type { SorceryObject } from './sorcery-object.ts';
import { makeLamp } from './test-bench.ts';

/** A wizard whose objects arrive later; `asked` is what each round asked for. */
function remote(objects: readonly SorceryObject[], known: readonly SorceryObject[] = []) {
  const asked: string[] = [];
  const find = (list: readonly SorceryObject[], id: string) => list.find((each) => each.id === id);
  const wizard: RemoteWizard = {
    async fetch(ids) {
      asked.push(ids.join(' '));
      return new Map(ids.flatMap((id) => find(objects, id) ?? []).map((each) => [each.id, each]));
    },
    async fetchAll(prefix) {
      asked.push(`${prefix}*`);
      return objects.filter((each) => each.id.startsWith(prefix));
    },
    known: {
      get: (id) => find(known, id),
      all: (prefix) => known.filter((each) => each.id.startsWith(prefix)),
    },
  };
  return { wizard, asked };
}

const colour = (object: SorceryObject | undefined) => object?.get('colour');

describe('reading', () => {
  it('returns at once when no remote wizard is asked', () => {
    expect(new Reader().settle(() => 5)).toBe(5);
  });

  it('asks for everything that can be asked for together, and again for what depends on it', async () => {
    const { wizard, asked } = remote([makeLamp('a', { colour: 'b' }), makeLamp('b', { colour: 'blue' })]);
    const reader = new Reader();
    const read = () => {
      reader.get(wizard, 'none');
      const next = colour(reader.get(wizard, 'a'));
      return next === undefined ? undefined : colour(reader.get(wizard, next));
    };
    expect(await reader.settle(read)).toBe('blue');
    expect(asked).toEqual(['none a', 'b']);
  });

  it('guesses by what is known, so that one round is enough when that still holds', async () => {
    const lamps = [makeLamp('a', { colour: 'b' }), makeLamp('b', { colour: 'blue' })];
    const { wizard, asked } = remote(lamps, lamps);
    const reader = new Reader();
    expect(await reader.settle(() => colour(reader.get(wizard, colour(reader.get(wizard, 'a')) ?? '')))).toBe(
      'blue',
    );
    expect(asked).toEqual(['a b']);
  });

  it('never returns a guess', async () => {
    const { wizard } = remote(
      [makeLamp('a', { colour: 'new' })],
      [makeLamp('a', { colour: 'old' }), makeLamp('gone')],
    );
    const reader = new Reader();
    expect(colour(reader.get(wizard, 'a'))).toBe('old');
    expect(await reader.settle(() => colour(reader.get(wizard, 'a')))).toBe('new');
    expect(await reader.settle(() => reader.get(wizard, 'gone'))).toBeUndefined();
  });

  it('knows the objects of a list that it asked for', async () => {
    const { wizard, asked } = remote([makeLamp('a'), makeLamp('b')]);
    const reader = new Reader();
    const ids = await reader.settle(() =>
      [...reader.all(wizard, '')].map((each) => reader.get(wizard, each.id)?.id),
    );
    expect(ids).toEqual(['a', 'b']);
    expect(asked).toEqual(['*']);
  });

  it('does what has to be done first, once', async () => {
    const reader = new Reader();
    let done = 0;
    const owner = {};
    const answer = await reader.settle(() => {
      if (done === 0) reader.need(owner, async () => void done++);
      return done;
    });
    expect([answer, done]).toEqual([1, 1]);
  });

  it('fails when the question cannot be asked, and is whole afterwards', async () => {
    const { wizard } = remote([makeLamp('a')]);
    const broken: RemoteWizard = { ...wizard, fetch: () => Promise.reject(new Error('away')) };
    const reader = new Reader();
    await expect(reader.settle(() => reader.get(broken, 'a'))).rejects.toThrow('away');
    expect((await reader.settle(() => reader.get(wizard, 'a')))?.id).toBe('a');
    expect(() =>
      reader.settle(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
    expect(reader.guesses).toBeUndefined();
  });

  it('gives up on reading that asks for something new each time', async () => {
    const { wizard } = remote([]);
    const reader = new Reader();
    let number = 0;
    await expect(reader.settle(() => reader.get(wizard, String(number++)))).rejects.toThrow('32 rounds');
  });
});
