import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lamp, makeLamp } from './test-bench.ts';

const rowOf = (fields: Record<string, string>, created = false) => makeLamp('l', fields).row(created);

describe('a template', () => {
  it('reads what differs from the defaults out of a row', () => {
    expect(lamp.row.differences(rowOf({}))).toEqual([]);
    expect(lamp.row.differences(rowOf({ watts: '60', tag: 'a' }))).toEqual([
      ['watts', '60'],
      ['tag', 'a'],
    ]);
  });

  it('reads rows that leave options out', () => {
    expect(lamp.row.differences(rowOf({ pin: '1' }, true))).toEqual([['pin', '1']]);
    expect(lamp.row.differences('{}')).toEqual([]);
    expect(lamp.row.differences(rowOf({ note: '' }))).toEqual([['note', '']]);
    expect(lamp.row.differences(rowOf({ note: 'x' }))).toEqual([['note', 'x']]);
    expect(lamp.row.differences('{"Dimmable":"true"}')).toEqual([['Dimmable', 'true']]);
  });

  it.each([
    ['members in another order', '{"watts":"60","colour":"red"}'],
    ['members of its own', rowOf({ '@own': 'x' })],
    ['an escape', '{"colour":"a\\"b"}'],
    ['a value that does not end', '{"colour":"red}'],
    ['a value that is no text', '{"watts":60}'],
    ['an array', '["colour"]'],
    ['nothing', ''],
  ])('leaves a row with %s to the JSON parser', (_, row) => {
    expect(lamp.row.differences(row)).toBeUndefined();
  });

  it('reads each row for itself, whatever it has read before', () => {
    const value = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '"', '\\', ',', ':', '}', 'é', '😀') });
    const fields = fc.record({ colour: value, note: value, tag: value, '@own': value }, { requiredKeys: [] });
    fc.assert(
      fc.property(fields, fc.boolean(), (given, created) => {
        const row = rowOf(given, created);
        const found = lamp.row.differences(row);
        const members = Object.entries(JSON.parse(row) as Record<string, string>);
        const defaults = new Map(lamp.options.map((option) => [option.name, option.default]));
        if (found === undefined) expect(row).toMatch(/\\|@own/);
        else expect(found).toEqual(members.filter(([name, each]) => defaults.get(name) !== each));
      }),
    );
  });
});
