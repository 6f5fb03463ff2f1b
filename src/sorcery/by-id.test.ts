import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ById } from './by-id.ts';
import { lowerBound, Sorted } from './sorted.ts';

interface Thing {
  readonly id: string;
  readonly value: number;
}

const thing = (id: string, value = 0): Thing => ({ id, value });
const id = fc.stringMatching(/^[ab]{0,3}(;@[ab]{1,2})?$/);
const change = fc.oneof(
  fc.record({ put: id, value: fc.nat(9) }),
  fc.record({ drop: id }),
  fc.record({ list: id }),
);

describe('things by id', () => {
  it('are listed as a sorted map would list them, whatever came and went', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const things = new ById<Thing>();
        const model = new Map<string, Thing>();
        for (const each of changes) {
          if ('put' in each) {
            const put = thing(each.put, each.value);
            things.put(put);
            model.set(each.put, put);
          } else if ('drop' in each) {
            expect(things.drop(each.drop)).toBe(model.delete(each.drop));
          } else {
            const wanted = [...model.values()].filter(({ id }) => id.startsWith(each.list));
            expect(new Set(things.all(each.list))).toEqual(new Set(wanted));
            if (!each.list.endsWith(';@'))
              expect([...things.all(each.list)]).toEqual(wanted.sort((a, b) => (a.id < b.id ? -1 : 1)));
          }
        }
        expect([...things.oldestFirst()]).toEqual([...model.values()]);
        expect(things.size).toBe(model.size);
      }),
      { numRuns: 500 },
    );
  });

  it('stay in order when there are many and most of them change between two lists', () => {
    const things = new ById<Thing>();
    const name = (number: number) => `t${String(number).padStart(5, '0')}`;
    for (let number = 0; number < 5_000; number++) things.put(thing(name((number * 7) % 5_000)));
    expect([...things.all()].map((each) => each.id)).toEqual(
      Array.from({ length: 5_000 }, (_, n) => name(n)),
    );
    for (let number = 0; number < 4_000; number++) things.put(thing(name(number), 1));
    for (let number = 4_990; number < 5_100; number++) things.put(thing(name(number), 2));
    things.drop(name(1));
    const all = [...things.all()];
    expect(all).toHaveLength(5_099);
    expect(all.map((each) => each.id)).toEqual(all.map((each) => each.id).toSorted());
    expect(all.filter((each) => each.value === 1)).toHaveLength(3_999);
    expect([...things.all('t050')].map((each) => each.value)).toEqual(Array.from({ length: 100 }, () => 2));
  });

  it('may change while they are listed: what went is left out, what changed is told as it is now', () => {
    const things = new ById<Thing>();
    for (const each of ['a', 'b', 'c', 'd']) things.put(thing(each));
    const seen: Thing[] = [];
    for (const each of things.all()) {
      seen.push(each);
      things.drop('b');
      things.put(thing('c', 1));
      // A list within the list brings the order up to date under it.
      expect([...things.all()].map(({ id }) => id)).toEqual(['a', 'c', 'd']);
    }
    expect(seen).toEqual([thing('a'), thing('c', 1), thing('d')]);
  });
});

describe('a sorted collection', () => {
  it('is cut in pieces as it grows and loses them as it empties', () => {
    const sorted = new Sorted<Thing>();
    const names = Array.from({ length: 3_000 }, (_, number) =>
      String((number * 1_237) % 3_000).padStart(4, '0'),
    );
    for (const each of names) sorted.put(thing(each));
    expect([...sorted.from('')].map((each) => each.id)).toEqual(names.toSorted());
    expect([...sorted.from('12')]).toHaveLength(100);
    for (const each of names) sorted.drop(each);
    sorted.drop('nobody');
    expect([...sorted.from('')]).toEqual([]);
    sorted.put(thing('x'));
    expect([...sorted.from('')]).toEqual([thing('x')]);
  });

  it('finds where a text stands or would stand', () => {
    const sorted = ['b', 'd', 'f'];
    expect(['a', 'b', 'c', 'f', 'g'].map((each) => lowerBound(sorted, each))).toEqual([0, 0, 1, 2, 3]);
    expect(lowerBound([], 'a')).toBe(0);
  });
});
