import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SorceryObject } from './sorcery-object.ts';
import { lamp, makeLamp } from './test-bench.ts';

describe('a draft', () => {
  it('leaves the object that it was made from as it is', () => {
    const object = makeLamp('l', { colour: 'red', '@x': '1' });
    const draft = object.draft();
    draft.apply('colour', 'blue');
    draft.apply('@x', '2');
    draft.apply('@y', '3');
    expect(object.get('colour')).toBe('red');
    expect(object.extended?.get('@x')).toBe('1');
    expect(object.extended?.has('@y')).toBe(false);
  });

  it('finds options in any case, and keeps their own spelling', () => {
    expect([...makeLamp('l', { DIMMABLE: 'yes', Colour: 'red' }).shown()]).toEqual([
      ['colour', 'red'],
      ['watts', '40'],
      ['Dimmable', 'true'],
      ['tag', ''],
      ['pin', ''],
    ]);
  });

  it('adds the values of an option that has several, each once', () => {
    const draft = makeLamp('l', { tag: 'a,b' }).draft();
    draft.apply('tag', 'b, c');
    expect(draft.get('tag')).toBe('a\nb\nc');
  });

  it('lets one option write another', () => {
    expect(makeLamp('l', { brightness: '60' }).get('watts')).toBe('60');
    expect(makeLamp('l').draft().apply('brightness', 'much')).toMatchObject({ field: 'brightness' });
  });

  it('shows an optional option once it was sent, even empty', () => {
    expect(makeLamp('l').reply()).not.toContain('note');
    expect(makeLamp('l', { note: '' }).reply()).toContain('{"attribute":"note","value":""}');
    expect(makeLamp('l').get('note')).toBe('');
  });

  it('takes no notice of the type', () => {
    expect(makeLamp('l').draft().apply('type', 'anything')).toBeUndefined();
  });

  it.each([
    ['color', 'red', "a lamp has no attribute 'color'", "Did you mean 'colour'?"],
    ['quite_another', 'x', "a lamp has no attribute 'quite_another'", undefined],
    ['x'.repeat(500), 'x', `a lamp has no attribute '${'x'.repeat(80)}…'`, undefined],
    ['watts', 'many', "'many' is not accepted for 'watts'", 'Accepted: a whole number from 0 to 4294967295.'],
    ['watts', '9'.repeat(500), `'${'9'.repeat(80)}…' is not accepted for 'watts'`, undefined],
    ['pin', 'hunter2', "the value is not accepted for 'pin'", undefined],
    ['colour', 'a\u0000b', "the value of 'colour' contains a NUL character", undefined],
    ['@own', '\u0000', "the value of '@own' contains a NUL character", undefined],
    ['tag', 'a\nb', "'a\nb' is not accepted for 'tag'", undefined],
  ])('refuses %s=%s by name', (name, value, detail, hint) => {
    const problem = makeLamp('l').draft().apply(name, value);
    expect(problem).toMatchObject({ field: name, detail, ...(hint === undefined ? {} : { hint }) });
  });
});

describe('what an object is rendered as', () => {
  it('is a reply without hidden and unset options, values one by one, its own attributes last', () => {
    const object = makeLamp('l', { tag: 'a,b', '@own': 'x"y' });
    expect(JSON.parse(object.reply())).toEqual([
      { attribute: 'colour', value: 'white' },
      { attribute: 'watts', value: '40' },
      { attribute: 'Dimmable', value: 'false' },
      { attribute: 'tag', value: 'a' },
      { attribute: 'tag', value: 'b' },
      { attribute: 'pin', value: '' },
      { attribute: '@own', value: 'x"y' },
    ]);
  });

  it('leaves secrets out for those who only read', () => {
    const object = makeLamp('l', { pin: '4711' });
    expect(object.reply(false)).not.toMatch(/pin|4711/);
    expect(object.reply()).toContain('4711');
    expect(object.reply(false)).not.toContain('4711');
    const own = makeLamp('l', { '@Door_Password': '4711', '@apiToken': '4711', '@place': 'hall' });
    expect(own.reply()).toMatch(/4711.*4711.*hall/);
    expect(own.reply(false)).toMatch(/^(?!.*4711).*hall/);
  });

  it('is a row whose empty options come with the first update, or never', () => {
    const object = makeLamp('l');
    expect(JSON.parse(object.row(true))).toEqual({ colour: 'white', watts: '40', Dimmable: 'false' });
    expect(Object.keys(JSON.parse(object.row(false)))).toEqual(['colour', 'watts', 'Dimmable', 'tag']);
  });

  it('is JSON, whatever stands in the values', () => {
    const value = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\u0000'));
    fc.assert(
      fc.property(value, value, (colour, own) => {
        const object = makeLamp('l', { colour, [`@${own}`]: own });
        const shown = [...object.shown()].map(([attribute, each]) => ({ attribute, value: each }));
        expect(JSON.parse(object.reply())).toEqual(shown);
        expect(JSON.parse(object.row(true))).toMatchObject({ colour, [`@${own}`]: own });
      }),
    );
  });
});

describe('reading an option of an object', () => {
  const object = makeLamp('l', { tag: 'a,b', Dimmable: 'on', colour: ' x , y,' });
  it('gives yes, numbers and lists', () => {
    expect(object.is('Dimmable')).toBe(true);
    expect(object.is('colour')).toBe(false);
    expect(object.number('watts')).toBe(40);
    expect(object.list('tag')).toEqual(['a', 'b']);
    expect(object.list('colour')).toEqual(['x', 'y']);
    expect(object.get('nosuch')).toBe('');
  });

  it('needs no option to be set', () => {
    expect(new SorceryObject(lamp, 'l', lamp.defaults).list('tag')).toEqual([]);
  });
});
