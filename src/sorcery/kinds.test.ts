import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atLeast,
  bool,
  choice,
  choices,
  float,
  ignored,
  int,
  integer,
  type Kind,
  listOf,
  someText,
  text,
  textOr,
  uint,
  YesNo,
  yesNo,
} from './kinds.ts';

const colour = choice(['Red', 'Green'], { crimson: 'Red' });
const colours = choices(['Red', 'Green'], 'none');
const words = listOf((part) => (part === 'bad' ? undefined : [part]), 'words');

describe.each<[string, Kind, [input: string, printed: string | undefined][]]>([
  [
    'bool',
    bool,
    [
      ['yes', 'true'],
      ['ON', 'true'],
      ['1', 'true'],
      ['no', 'false'],
      ['', 'false'],
      ['maybe', 'false'],
    ],
  ],
  [
    'yesNo',
    yesNo,
    [
      ['T', 'yes'],
      ['off', 'no'],
    ],
  ],
  [
    'YesNo',
    YesNo,
    [
      ['y', 'Yes'],
      ['0', 'No'],
    ],
  ],
  [
    'text',
    text,
    [
      ['', ''],
      [' a ', ' a '],
    ],
  ],
  [
    'someText',
    someText,
    [
      ['', undefined],
      ['a', 'a'],
    ],
  ],
  [
    'textOr',
    textOr('-', (input) => input.length < 3),
    [
      ['ab', 'ab'],
      ['abc', '-'],
    ],
  ],
  [
    'uint',
    uint,
    [
      ['0', '0'],
      [' 7', '7'],
      ['007', '7'],
      ['4294967295', '4294967295'],
      ['4294967296', undefined],
      ['-1', undefined],
      ['', undefined],
      ['1.5', undefined],
      ['1x', undefined],
      ['0x10', undefined],
    ],
  ],
  [
    'int',
    int,
    [
      ['-2147483648', '-2147483648'],
      ['-2147483649', undefined],
      ['2147483648', undefined],
    ],
  ],
  [
    'integer',
    integer(1, 5, -1),
    [
      ['0', undefined],
      ['-1', '-1'],
      ['5', '5'],
      ['6', undefined],
    ],
  ],
  [
    'atLeast',
    atLeast(100),
    [
      ['5', '100'],
      ['101', '101'],
      ['x', undefined],
    ],
  ],
  [
    'ignored',
    ignored(uint, '1'),
    [
      ['5', '1'],
      ['x', undefined],
    ],
  ],
  [
    'float',
    float,
    [
      ['3', '3.000000'],
      ['0.1234567', '0.123457'],
      ['-1.5', '-1.500000'],
      ['', undefined],
      [' ', undefined],
      ['x', undefined],
      ['Infinity', undefined],
      ['NaN', undefined],
    ],
  ],
  [
    'choice',
    colour,
    [
      ['red', 'Red'],
      ['CRIMSON', 'Red'],
      ['blue', undefined],
      ['', undefined],
      ['constructor', undefined],
      ['__proto__', undefined],
    ],
  ],
  [
    'choice with a fallback',
    choice(['a'], {}, 'z'),
    [
      ['b', 'z'],
      ['A', 'a'],
    ],
  ],
  [
    'choices',
    colours,
    [
      ['green, red', 'Green,Red'],
      ['', 'none'],
      ['green,', undefined],
      ['green,blue', undefined],
    ],
  ],
  [
    'listOf',
    words,
    [
      ['a, b,,a', 'a\nb'],
      ['', ''],
      ['a,bad', undefined],
    ],
  ],
])('the kind %s', (_name, kind, cases) => {
  it.each(cases)('prints %j as %j', (input, printed) => {
    expect(kind.parse(input, '')).toBe(printed);
  });

  it('prints what it printed as the same again', () => {
    const input = fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.double().map(String),
      fc.constantFrom(...cases.map(([each]) => each)),
    );
    fc.assert(
      fc.property(input, (each) => {
        const printed = kind.parse(each, '');
        if (printed !== undefined && printed !== 'none') expect(kind.parse(printed, '')).toBe(printed);
      }),
    );
  });

  it('says what it accepts', () => {
    expect(kind.accepts).not.toBe('');
  });
});

describe('a list', () => {
  it('may take each input whole', () => {
    const whole = listOf((part) => [part], 'texts', true);
    expect(whole.parse('a,b', 'c')).toBe('c\na,b');
  });
});
