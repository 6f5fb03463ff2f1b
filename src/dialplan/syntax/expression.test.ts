import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateExpression } from './expression.ts';

function evaluate(text: string, warnings: string[] = []): string {
  return evaluateExpression(text, {
    callFunction: (name, args) => (name === 'LEN' ? String(args.length) : args.toUpperCase()),
    warn: (message) => warnings.push(message),
  });
}

describe('an expression', () => {
  it.each([
    ['1 + 1', '2'],
    ['1+1', '2'],
    ['1.5 + 1', '2.5'],
    ['0.1+0.2', '0.3'],
    ['10 / 4', '2.5'],
    ['10 / 5', '2'],
    ['10 % 3', '1'],
    ['10.5 % 3', '1.5'],
    ['-10 % 3', '-1'],
    ['5.5 % 2.2', '1.1'],
    ['1 / 0', '2147483647'],
    ['1 % 0', '0'],
    ['2 * 3 + 4', '10'],
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['- 5', '-5'],
    ['5 - -3', '8'],
    ['5--3', '8'],
    ['--1', '1'],
    ['010 + 1', '11'],
    ['100 / 10 / 2', '5'],
    ['3 - 2 - 1', '0'],
    ['0 * -1', '-0'],
  ])('calculates: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['1/3', '0.333333333333333333'],
    ['22 / 7', '3.14285714285714286'],
    ['2/3 * 3', '2'],
    ['1 / 3 * 3 = 1', '1'],
    ['1000000000000 / 3', '333333333333.333333'],
    ['1 / 10000', '0.0001'],
    ['1 / 100000', '1e-05'],
    ['99999999999999999999 + 1', '1e+20'],
    ['123456789012345678 + 1', '123456789012345679'],
    ['9223372036854775807 + 1', '9.22337203685477581e+18'],
    ['123456789 * 987654321', '121932631112635269'],
    ['99999999999 * 99999999999', '9.9999999998e+21'],
    ['999999999999999999 + 1', '1e+18'],
    ['3.14159265358979323846 + 0', '3.14159265358979324'],
    ['1.1 * 1.1', '1.21'],
    ['-5.50', '-5.5'],
    ['3.10', '3.10'],
    ['03', '03'],
    ['SQRT(2)', '1.41421356237309505'],
  ])('keeps and prints 18 digits: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['abc + 1', '1'],
    ['1 + abc', '1'],
    ['5 / abc', '2147483647'],
    ['abc / 5', '0'],
    ['a/b', '0'],
    ['a-b', '0'],
    ['"5" + "6"', '0'],
    ['1e3 + 1', '1'],
    ['.5 + .5', '0'],
    ['-abc', '0'],
  ])('counts text as 0: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['1 = 1.0', '1'],
    ['01 = 1.00', '1'],
    ['"1" = "1.0"', '0'],
    ['"abc" = abc', '0'],
    ['"abc" = "abc"', '1'],
    ['abc = ABC', '0'],
    ['10 < 9', '0'],
    ['"10" < "9"', '1'],
    ['a < b', '1'],
    ['B < a', '1'],
    ['abc < 1', '0'],
    ['2 > "10"', '1'],
    ['1 == 1', '1'],
    ['1 < 2 < 3', '1'],
    ['SIP/alice = SIP/alice', '1'],
    ['a!=a', '0'],
  ])('compares numbers as numbers, and text with its quotes: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['1 | 0', '1'],
    ['0 | 5', '5'],
    ['0 | 00', '00'],
    ['"" | abc', '""'],
    ['5 & 6', '5'],
    ['0 & abc', '0'],
    ['1 & ""', '1'],
    ['1&&2', '1'],
    ['1||0', '1'],
    ['1 | 1 & 0', '1'],
    ['!0', '1'],
    ['!1', '0'],
    ['!abc', '1'],
    ['!""', '1'],
    ['!"0"', '1'],
    ['!0.0', '1'],
    ['!!1', '1'],
    ['!1 + 1', '1'],
  ])('takes the operand that decides: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['1 ? 2 :: 3', '2'],
    ['0 ? 2 :: 3', '3'],
    ['"" ? yes :: no', 'no'],
    ['"0" ? a :: b', 'a'],
    ['1 | 0 ? 5 :: 6', '5'],
    ['0 ? 1 :: 0 ? 2 :: 3', '3'],
    ['1 ? 1 :: 0 ? 2 :: 3', '2'],
    ['1 ? 2 + 2 :: 9', '4'],
  ])('chooses from the left: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['abc : b', '0'],
    ['abc : a', '1'],
    ['abc : "a(.)c"', 'b'],
    ['"abc" =~ "b"', '1'],
    ['"abc" =~ "b(.)"', 'c'],
    ['"abc" =~ "x(.)"', ''],
    ['"abc" : "x"', '0'],
    ['"abc" : ".*(z)?"', '3'],
    ['"8015551212" : "(...)"', '801'],
    ['"3075551212":"...(...)"', '555'],
    ['"abc" =~ "("', ''],
    ['"a5" =~ "\\d"', '0'],
    ['"abc\\d" =~ "\\d"', '1'],
    ['"a+b" =~ "a\\+b"', '3'],
    ['"a1b" =~ "([0-9])"', '1'],
    ['"foo" =~ "f(o)*"', 'o'],
    ['abc =~ ""', '0'],
    ['abc =~ b + 1', '2'],
    ['1 + abc =~ b', '2'],
    ['!abc =~ zz', '1'],
    ['- 5 : 5', '-1'],
  ])('gives the first group, or the length of what matched: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['"abc" ~~ "def"', 'abcdef'],
    ['1 ~~ 2', '12'],
    ['1 + 2 ~~ 3', '24'],
    ['abc =~ b ~~ x', '1x'],
    ['"ab" ~~ "cd" =~ "bc"', '2'],
  ])('joins texts: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['FLOOR(2.7)', '2'],
    ['ROUND(2.5)', '3'],
    ['ROUND(-2.5)', '-3'],
    ['RINT(2.5)', '2'],
    ['TRUNC(-2.7)', '-2'],
    ['POW(2,100)', '1.2676506002282294e+30'],
    ['COS (0)', '1'],
    ['LOG(0)', '-inf'],
    ['SQRT(-1)', '-nan'],
    ['COS(0,1)', '0'],
    ['REMAINDER(7,3)', '1'],
    ['LEN(abc,def)', '7'],
    ['LEN(abc) + 1', '4'],
    ['TOUPPER("abc")', '"ABC"'],
  ])('calls functions: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['foo bar', 'foo'],
    ['1 2', '1'],
    ['1 +', '0'],
    ['+ 1', ''],
    ['(1', '0'],
    ['1)', '1'],
    ['1 * * 2', '0'],
    ['=', ''],
    ['!', '0'],
    ['()', '0'],
    ['(1 2)', '0'],
    ['foo = bar baz', '0'],
    ['1 ? 2 : 3', '0'],
    ['1,2', '1'],
    ['"a\\"b"', '"a\\"'],
    ['a{b}', 'a'],
    ['1=>2', '0'],
  ])('that is broken gives what was understood: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['foo', 'foo'],
    ['"foo"', '"foo"'],
    ['', ''],
    ['""', '""'],
    ['a.b', 'a.b'],
    ['a@b', 'a@b'],
    ["a'b", "a'b"],
    ['"unterminated', 'unterminated'],
  ])('of one token is that token: %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it('says what it does not understand, and nothing when all is well', () => {
    const warnings: string[] = [];
    evaluate('1 + 2 3', warnings);
    evaluate('1 / 0', warnings);
    evaluate('abc * 2', warnings);
    evaluate('abc(1)', warnings);
    expect(warnings).toHaveLength(4);
    evaluate('1 + 2', warnings);
    expect(warnings).toHaveLength(4);
  });

  it('does not nest without end', () => {
    expect(evaluate(`${'('.repeat(5000)}1`)).toBe('0');
    expect(evaluate(`${'-'.repeat(5000)}1`)).toBe('0');
    expect(evaluate(`${'!'.repeat(50)}1`)).toBe('1');
    expect(evaluate('x'.repeat(100_000))).toBe('0');
    expect(evaluate('9'.repeat(50_000))).toBe('9'.repeat(50_000));
  });

  it('never throws, whatever stands there', () => {
    const parts = fc.array(
      fc.constantFrom(
        '1',
        '0.5',
        'a',
        '"',
        '(',
        ')',
        '+',
        '-',
        '*',
        '/',
        '%',
        '=',
        '<',
        '!',
        '~',
        ':',
        '?',
        '&',
        '|',
        ' ',
        '[',
        ']',
        ',',
        'LEN',
        '{',
        '99999999999999999999',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(parts, (each) => {
        evaluate(each.join(''));
      }),
      { numRuns: 2000 },
    );
  });

  it('calculates with whole numbers as JavaScript does', () => {
    const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        expect(evaluate(`${a} + ${b}`)).toBe(String(a + b));
        expect(evaluate(`${a} - ${b}`)).toBe(String(a - b));
        expect(Number(evaluate(`${a} * ${b}`))).toBe(a * b);
        if (b !== 0) expect(Number(evaluate(`${a} / ${b}`))).toBeCloseTo(a / b, 9);
      }),
    );
  });
});
