// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitArguments } from './arguments.ts';
import { substitute } from './substitute.ts';

const variables = new Map(
  Object.entries({
    A: 'abcdefghij',
    B: 'A',
    N: '2',
    E: '',
    D: '${A}',
    AxZ: 'joined',
    'sp ace': 'spaced',
    a: 'lower',
    X: 'x',
    P: 'a)b',
    BR: '}',
    DL: '$',
  }),
);

function replace(text: string, warnings: string[] = []): string {
  return substitute(text, {
    variable: (name) => variables.get(name),
    callFunction: (name, args) =>
      name === 'LEN' ? String(args.length) : name === 'TOUPPER' ? args.toUpperCase() : '',
    warn: (message) => warnings.push(message),
  });
}

describe('substitution', () => {
  it.each([
    ['${A:0}', 'abcdefghij'],
    ['${A:2}', 'cdefghij'],
    ['${A:2:3}', 'cde'],
    ['${A:-3}', 'hij'],
    ['${A:-3:2}', 'hi'],
    ['${A:2:-3}', 'cdefg'],
    ['${A:0:-1}', 'abcdefghi'],
    ['${A:-5:-2}', 'fgh'],
    ['${A:20}', ''],
    ['${A:-20}', 'abcdefghij'],
    ['${A:-20:3}', 'abc'],
    ['${A:5:50}', 'fghij'],
    ['${A:0:0}', ''],
    ['${A:3:0}', ''],
    ['${A:}', 'abcdefghij'],
    ['${A::}', 'abcdefghij'],
    ['${A:abc}', 'abcdefghij'],
    ['${A:1:}', 'bcdefghij'],
    ['${A:1:abc}', 'bcdefghij'],
    ['${A:1,2}', 'bcdefghij'],
    ['${A: 2}', 'cdefghij'],
    ['${A:2 :3}', 'cdefghij'],
    ['${A:+2}', 'cdefghij'],
    ['${A::2}', 'abcdefghij'],
    ['${A:1:-20}', ''],
    ['${A:8:-5}', ''],
    ['${A:-3:-5}', ''],
    ['${A: -3}', 'hij'],
    ['${A:-3: 2}', 'hi'],
    ['${A:0x2}', 'abcdefghij'],
    ['${A:99999999999}', ''],
    ['${A:-99999999999}', 'abcdefghij'],
    ['${A:0:99999999999}', 'abcdefghij'],
  ])('takes a part by offset and length, from either end: %s', (text, value) => {
    expect(replace(text)).toBe(value);
  });

  it.each([
    ['${A}', 'abcdefghij'],
    ['x${A}y', 'xabcdefghijy'],
    ['${${B}}', 'abcdefghij'],
    ['${${B}:2}', 'cdefghij'],
    ['${A${X}Z}', 'joined'],
    ['${Ax${E}Z}', 'joined'],
    ['${A:${N}:${N}}', 'cd'],
    ['${A:$[1+1]:$[1+1]}', 'cd'],
    ['$[1 + $[2 * 3]]', '7'],
    ['$[$[1+1]$[1+1]]', '22'],
    ['$[ "${A}" = "abcdefghij" ]', '1'],
    ['$[1 = 1] ? x', '1 ? x'],
    ['$["abc" =~ "[[:alpha:]]+"]', '3'],
  ])('replaces from the inside outwards: %s', (text, value) => {
    expect(replace(text)).toBe(value);
  });

  it.each([
    ['${D}', '${A}'],
    ['${D:2}', 'A}'],
    ['${BR}${DL}{A}', '}${A}'],
    ['${LEN(${P})}', '3'],
  ])('does not look again at what it put in: %s', (text, value) => {
    expect(replace(text)).toBe(value);
  });

  it.each([
    ['$', '$'],
    ['$$', '$$'],
    ['$A', '$A'],
    ['$ {A}', '$ {A}'],
    ['{A}', '{A}'],
    ['a]b}c', 'a]b}c'],
    ['$\\{A}', '$\\{A}'],
    ['\\${A}', '\\abcdefghij'],
  ])('leaves alone what is none: %s', (text, value) => {
    expect(replace(text)).toBe(value);
  });

  it.each([
    ['${NOSUCH}', ''],
    ['${NOSUCH:2}', ''],
    ['${}', ''],
    ['${ A }', ''],
    ['${A }', ''],
    ['${A$[1]}', ''],
    ['$[]x$[ ]y', 'xy'],
    ['${a}', 'lower'],
    ['${sp ace}', 'spaced'],
  ])('gives nothing for what is not there: %s', (text, value) => {
    expect(replace(text)).toBe(value);
  });

  it.each([
    ['${LEN(abc)}', '3'],
    ['${LEN(${A})}', '10'],
    ['${LEN(abc):0:1}', '3'],
    ['${LEN(a(b)c)}', '5'],
    ['${LEN(a(b)}', '3'],
    ['${LEN(abc)x}', '3'],
    ['${LEN()}', '0'],
    ['${LEN}', ''],
    ['${LEN(a:b)}', '3'],
    ['${LEN("abc")}', '5'],
    ['${LEN( abc )}', '5'],
    ['${TOUPPER(${A:0:3})}', 'ABC'],
    ['${TOUPPER(abc):-1}', 'C'],
  ])('calls functions: %s', (text, value) => {
    expect(replace(text)).toBe(value);
  });

  it.each([
    ['${', ''],
    ['${A', 'abcdefghij'],
    ['x${A}${', 'xabcdefghij'],
    ['$[1', '1'],
    ['x$[1+1', 'x2'],
    ['$[${N}+1', '3'],
    ['${A]', ''],
    ['${LEN(abc}', '3'],
    ['${LEN(a}b)}', '1b)}'],
  ])('goes on without a closing bracket: %s', (text, value) => {
    expect(replace(text)).toBe(value);
  });

  it('warns of what is not closed', () => {
    const warnings: string[] = [];
    for (const text of ['${A', '$[1', '${LEN(abc}']) replace(text, warnings);
    expect(warnings).toHaveLength(3);
  });

  it('neither nests nor grows without end', () => {
    const warnings: string[] = [];
    expect(replace('${'.repeat(10_000), warnings)).toBe('');
    variables.set('LONG', 'x'.repeat(50_000));
    expect(replace('${LONG}'.repeat(1000), warnings)).toHaveLength(64 * 1024);
    expect(warnings.at(-1)).toContain('cut');
  });

  it('never throws, and leaves text without a dollar sign as it is', () => {
    const parts = fc.array(
      fc.constantFrom('${', '$[', '}', ']', '(', ')', ':', 'A', 'LEN', '1', '-', '+', '"', '$', ' '),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(parts, fc.string(), (each, text) => {
        replace(each.join(''));
        const plain = text.replaceAll('$', '');
        expect(replace(plain)).toBe(plain);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('splitArguments', () => {
  it.each<[string, string[]]>([
    ['a,b,c', ['a', 'b', 'c']],
    ['a, b ,c', ['a', ' b ', 'c']],
    ['"a,b",c', ['a,b', 'c']],
    ['a\\,b,c', ['a,b', 'c']],
    ['a\\\\,b', ['a\\', 'b']],
    ['a"b,c"d,e', ['ab,cd', 'e']],
    ['(a,b),c', ['(a,b)', 'c']],
    ['f(a,(b,c)),d', ['f(a,(b,c))', 'd']],
    ['[a,b],c', ['[a,b]', 'c']],
    ['{a,b},c', ['{a', 'b}', 'c']],
    ['a,,b', ['a', '', 'b']],
    ['a,', ['a', '']],
    ['"a,b', ['a,b']],
    ['(a,b', ['(a,b']],
    ['a),b', ['a)', 'b']],
    ['\\"a,b\\"', ['"a', 'b"']],
    ['a\\', ['a']],
    ['"a\\"b",c', ['a"b', 'c']],
    ['"(",b', ['(,b']],
    ['("),b",c)', ['(),b', 'c)']],
    ['\\(a,b', ['(a', 'b']],
    ['[a(b],c),d', ['[a(b],c)', 'd']],
    ['myapp,one,two words,"three,four",', ['myapp', 'one', 'two words', 'three,four', '']],
    ['', ['']],
  ])('splits %s', (text, parts) => {
    expect(splitArguments(text)).toEqual(parts);
  });

  it('gives back what was escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (parts) => {
        const text = parts.map((each) => each.replace(/[\\",()[\]]/g, '\\$&')).join(',');
        expect(splitArguments(text)).toEqual(parts);
      }),
    );
  });
});
