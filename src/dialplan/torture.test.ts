// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../conf/index.ts';
import { readExtensions, type Scope, showDialplan, syntax } from './index.ts';

/** Longest that any one text may take, in milliseconds; the machine may be busy with other tests. */
const PATIENCE_MS = 3000;

function timely<T>(work: () => T): T {
  const begin = performance.now();
  const result = work();
  expect(performance.now() - begin).toBeLessThan(PATIENCE_MS);
  return result;
}

/** A scope in which everything has a value that is as nasty as the text around it. */
function scope(value = 'v${x}]'): Scope {
  return { variable: () => value, callFunction: (_name, args) => args, warn: () => {} };
}

function read(text: string) {
  const bytes = Buffer.from(text);
  const config = loadConfig('/extensions.conf', {
    files: {
      read: (path) => (path === '/extensions.conf' ? { bytes, mtimeMs: 0, size: bytes.length } : undefined),
      kind: (path) => (path === '/extensions.conf' ? 'file' : undefined),
      list: () => [],
      run: () => ({ output: new Uint8Array(), status: 1 }),
    },
  });
  return readExtensions(config, {
    now: () => 0,
    variable: () => undefined,
    callFunction: (_n, args) => args,
  });
}

/** Texts made of what means something to the dial plan. */
const marked = fc
  .array(
    fc.constantFrom(
      ...[
        '${',
        '$[',
        '}',
        ']',
        '$',
        '{',
        '[',
        '(',
        ')',
        '"',
        '\\',
        ',',
        ':',
        '-',
        '+',
        '?',
        '::',
        '=~',
        '~~',
      ],
      ...[
        '1',
        '0',
        'a',
        'abc',
        '-1',
        '99999999999999999999',
        ' ',
        '&',
        '|',
        '!',
        '<',
        '>=',
        '%',
        '/',
        '*',
        'LEN(',
      ],
    ),
    { maxLength: 60 },
  )
  .map((each) => each.join(''));
const anything = fc.oneof(marked, fc.string({ unit: 'binary', maxLength: 80 }));

const lineOf = fc
  .tuple(
    fc.constantFrom(
      'exten => ',
      ' same => ',
      'include => ',
      'ignorepat => ',
      'switch => ',
      '[',
      '#include ',
      '',
    ),
    fc.oneof(
      anything,
      fc
        .tuple(
          fc.constantFrom('100', '_X.', '_[1-5]!', '_[z-a]', 's', '${', '_', '1/2', 'a-b'),
          fc.constantFrom('1', 'n', 'n(x)', 's+1', 'hint', 'x+2', '-3', '1e9', '', 'n(', '$[1]'),
          anything,
        )
        .map((each) => each.join(',')),
    ),
  )
  .map((each) => each.join(''));

describe('texts that nobody means well', () => {
  it('`${…}` and `$[…]` always come to an end', () => {
    fc.assert(
      fc.property(anything, anything, (text, value) => {
        expect(typeof timely(() => syntax.substitute(text, scope(value)))).toBe('string');
        expect(typeof timely(() => syntax.substitute(`$[${text}]`, scope(value)))).toBe('string');
        expect(timely(() => syntax.splitArguments(text)).length).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });

  it('what has nothing to replace stays as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('$'));
        expect(syntax.substitute(text, scope())).toBe(text);
      }),
    );
  });

  it('commas outside of quotes and parentheses, and only they, divide arguments', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '1', '&'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 6 }), (parts) => {
        expect(syntax.splitArguments(parts.join(','))).toEqual(parts);
        expect(syntax.splitArguments(parts.map((each) => `"${each},"`).join(','))).toEqual(
          parts.map((each) => `${each},`),
        );
      }),
    );
  });

  it.each([
    ['${'.repeat(30_000)],
    ['$['.repeat(30_000)],
    [`${'${'.repeat(20_000)}x${'}'.repeat(20_000)}`],
    [`${'$['.repeat(20_000)}1${']'.repeat(20_000)}`],
    ['${a}'.repeat(15_000)],
    [`$[${'('.repeat(20_000)}1${')'.repeat(20_000)}]`],
    [`$[${'1 + '.repeat(15_000)}1]`],
    [`$[${'!'.repeat(50_000)}1]`],
    [`$[${'-'.repeat(50_000)}1]`],
    [`$[${'9'.repeat(60_000)} * ${'9'.repeat(4000)}]`],
    [`$["${'a'.repeat(30_000)}" =~ "(a+)+b"]`],
    [`$["${'a'.repeat(30_000)}" =~ "((a{99}){99}){99}"]`],
    [`$[${'"'.repeat(50_001)}]`],
    [`$[${'1 ? '.repeat(10_000)}]`],
    ['${x:'.repeat(20_000)],
    [`\${LEN(${'('.repeat(50_000)})}`],
  ])('long ones do too (%#)', (text) => {
    timely(() => syntax.substitute(text, scope()));
    timely(() => syntax.splitArguments(text));
  });

  it('numbers with many digits are not worth an afternoon', () => {
    const digits = '9'.repeat(5000);
    for (const text of [
      `$[${digits} * ${digits}]`,
      `$[POW(9,${digits})]`,
      `$[POW(${digits},99)]`,
      `$[${digits} % 7]`,
    ])
      timely(() => syntax.substitute(text, scope()));
  });

  it('a file of any lines gives a dial plan, and says where each fault is', () => {
    fc.assert(
      fc.property(fc.array(lineOf, { maxLength: 25 }), (lines) => {
        const text = `[general]\n[globals]\nA=\${B}\n[default]\n${lines.join('\n')}\n`;
        let result: ReturnType<typeof read>;
        try {
          result = timely(() => read(text));
        } catch (error) {
          // The .conf reader refuses a file as a whole, naming its line; what it accepts must be read to the end.
          expect((error as Error).message).toMatch(/^\/extensions\.conf:\d+: /);
          return;
        }
        for (const { line, detail } of result.problems) {
          expect(line).toBeGreaterThan(0);
          expect(detail).not.toBe('');
        }
        for (const { name } of result.dialplan.contexts) {
          for (const exten of ['100', '5', 's', '', 'h', '1-0-0', '${']) {
            const location = { context: name, exten, priority: 1 };
            timely(() => result.dialplan.line(location, '100'));
            timely(() => [...result.dialplan.linesAfter(location, '')].length);
            result.dialplan.couldContinue(name, exten, '');
            result.dialplan.hint(name, exten);
          }
        }
        expect(showDialplan(result.dialplan).lines.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('contexts that include each other in every way are followed once each', () => {
    const names = Array.from({ length: 60 }, (_, index) => `c${index}`);
    const text = names
      .map((name) => `[${name}]\n${names.map((each) => `include => ${each}\n`).join('')}`)
      .join('');
    const { dialplan } = timely(() => read(`${text}[c59]\nexten => 1,1,NoOp()\n`));
    const location = { context: 'c0', exten: '1', priority: 1 };
    expect(timely(() => dialplan.line(location, ''))?.application).toBe('NoOp');
    expect(timely(() => dialplan.line({ ...location, exten: '2' }, ''))).toBeUndefined();
  });

  it('ten thousand extensions and patterns are read and found at once', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `exten => ${100_000 + i},1,NoOp(${i})`);
    const patterns = Array.from({ length: 1000 }, (_, i) => `exten => _${1000 + i}X!,1,NoOp(p${i})`);
    const { dialplan, problems } = timely(() =>
      read(`[default]\n${lines.join('\n')}\n${patterns.join('\n')}\n`),
    );
    expect(problems).toEqual([]);
    timely(() => {
      for (let i = 0; i < 10_000; i++) {
        const location = { context: 'default', exten: String(100_000 + i), priority: 1 };
        expect(dialplan.line(location, '')?.data).toBe(String(i));
      }
    });
  });
});
