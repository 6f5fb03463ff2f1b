import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Comments, MAX_LINE, parseLines, parseText, serializeLines } from './lines.ts';

/** What a text says, in short: `name=value`, `[section]`, `#include x`, `!detail`. */
function say(text: string): string[] {
  return parseLines(text).flatMap((line): string[] => {
    switch (line.kind) {
      case 'blank':
        return [];
      case 'section':
        return [`[${line.name}](${line.modifiers.join(',')})`];
      case 'variable':
        return [`${line.name}${line.operator}${line.value}`];
      case 'directive':
        return [`#${line.name} ${line.argument}`];
      case 'broken':
        return [line.fatal ? '!!' : '!'];
      default:
        return [];
    }
  });
}

describe('a line of a .conf file', () => {
  it('ends at a semicolon unless a backslash stands before it', () => {
    expect(say('b=c;d\ne=f\\;g\nh=i ; j\n;whole\nk=a\\\\;b\nl=a\\\\b\\n\nw=\\;;c\nx=1\\;')).toEqual([
      'b=c',
      'e=f;g',
      'h=i',
      'k=a\\;b',
      'l=a\\\\b\\n',
      'w=;',
      'x=1;',
    ]);
  });

  it('loses block comments, inside a line and over lines, nested too', () => {
    expect(say('b=1\n;-- open\nc=2\n--;\nd=3 ;-- in --; 4\n;--x;--y--;g=7--;h=8\nx=1;--2--;3')).toEqual([
      'b=1',
      'd=3  4',
      'h=8',
      'x=13',
    ]);
    expect(say(';-- one\n;-- two\n--;\nx=1\n--;\ny=2')).toEqual(['y=2']);
  });

  it('takes three dashes for an ordinary comment, and an escaped mark for text', () => {
    expect(say(';---- hey --; b=1\nc=2\n;---;\nd=3')).toEqual(['c=2', 'd=3']);
    expect(say('y=\\;--1\nz=a\\;-- b')).toEqual(['y=;--1', 'z=a;-- b']);
  });

  it('says where a block comment was opened that nothing closes', () => {
    expect(parseText('b=1\n;-- open\nc=2\n').openComment).toBe(2);
    expect(parseText('b=1\n;-- open --;\nc=2\n').openComment).toBeUndefined();
  });

  it('splits a variable at the first equals sign, with or without an arrow', () => {
    expect(say('b=>c\nd = > e\nf=g=h\nk==v\ni=\nm=>=x\nna me = va  lue\n\ty\t=\t2\t')).toEqual([
      'b=>c',
      'd=> e',
      'f=g=h',
      'k==v',
      'i=',
      'm=>=x',
      'na me=va  lue',
      'y=2',
    ]);
  });

  it('keeps the blanks before what is appended, and knows no arrow there', () => {
    expect(say('d += 4  \nf +=> 4\ng + = 5')).toEqual(['d+= 4', 'f+=> 4', 'g +=5']);
  });

  it('passes over what has no equals sign, no name, or an unknown directive', () => {
    expect(say('junk\n=j\n => z\n#foo bar\n# comment\n#\n#include\nx=1')).toEqual([
      '!',
      '!',
      '!',
      '!',
      '!',
      '!',
      '!',
      'x=1',
    ]);
  });

  it('reads a section with its modifiers only right behind the bracket', () => {
    expect(say('[ a b ]\n[c] ; com\n[d]junk\n[e] (t)\n  [f]\n[]\n[g](!,t , u)x')).toEqual([
      '[ a b ]()',
      '[c]()',
      '[d]()',
      '[e]()',
      '[f]()',
      '[]()',
      '[g](!,t , u)',
    ]);
    expect(say('[a\n[a](b\n[a;b]')).toEqual(['!!', '!!', '!!']);
  });

  it('takes quotes and angle brackets off a directive only in pairs', () => {
    expect(say('#include "a b"\n#INCLUDE <a>\n#include\ta ; x\n #tryinclude "a" b\n#exec "x')).toEqual([
      '#include a b',
      '#include a',
      '#include a',
      '#tryinclude "a" b',
      '#exec "x',
    ]);
  });

  it('reads CRLF, a byte order mark, and stops a line at NUL', () => {
    expect(say('\ufeff[a]\r\nx=1\r\ny=2 ; c\r\nz=3\0junk\nw=4')).toEqual([
      '[a]()',
      'x=1',
      'y=2',
      'z=3',
      'w=4',
    ]);
  });

  it('trims control characters but no other white space', () => {
    expect(say('x=\x0b1\x0c\ny=\xa02\xa0\n\x01z=3')).toEqual(['x=1', 'y=\xa02\xa0', 'z=3']);
  });

  it('passes over a line that is too long and goes on behind it', () => {
    expect(say(`x=${'y'.repeat(MAX_LINE)}\nz=1`)).toEqual(['!', 'z=1']);
  });

  it('never throws, whatever stands there', () => {
    const hostile = fc.array(
      fc.constantFrom(
        ';',
        '--',
        ';--',
        '--;',
        '\\',
        '[',
        ']',
        '(',
        ')',
        '#',
        '=',
        '>',
        '+',
        '\n',
        '\r',
        '"',
        'a',
      ),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(hostile, (parts) => {
        const text = parts.join('');
        expect(serializeLines(parseLines(text))).toBe(text);
        const comments = new Comments();
        for (const { raw } of parseLines(text))
          expect(
            comments
              .cut(raw)
              .map((each) => each.text)
              .join(''),
          ).toBe(raw);
      }),
    );
  });
});
