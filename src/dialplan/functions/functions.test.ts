// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { describe, expect, it } from 'vitest';
import { bench } from '../run/test-bench.ts';
import { functions } from './table.ts';

const INSIDE = { external: false } as const;
const OUTSIDE = { external: true } as const;

function onChannel() {
  const set = bench({ default: [['1', 'NoOp()']] });
  const channel = set.dial('1');
  return { ...set, channel, read: (text: string) => set.runtime.readFunction(channel, text, INSIDE) };
}

describe('the table of functions', () => {
  it('has every name once, and says what each does', () => {
    expect(new Set(functions.map((each) => each.name)).size).toBe(functions.length);
    for (const each of functions) {
      expect(each.summary, each.name).toMatch(/^[A-Z].*\.$/);
      expect(each.read ?? each.write, each.name).toBeDefined();
    }
  });
});

describe('functions give what was recorded', () => {
  it.each([
    ['LEN(hello world)', '11'],
    ['LEN()', '0'],
    ['LEN(a,b)', '3'],
    ['LEN(é)', '2'],
    ['TOUPPER(abC,d)', 'ABC,D'],
    ['TOLOWER(ABC)', 'abc'],
    ['TRIM( a b )', 'a b'],
    ['LTRIM( a )', 'a '],
    ['RTRIM( a )', ' a'],
    ['QUOTE(a"b\\c)', '"a\\"b\\\\c"'],
    ['CSV_QUOTE(a"b,c)', '"a""b,c"'],
    ['PASSTHRU(x,y)', 'x,y'],
    ['CUT(V,\\,,2)', 'def'],
    ['CUT(V,\\,,2-)', 'def,ghi'],
    ['CUT(V,\\,,1&3)', 'abc,ghi'],
    ['CUT(V,d,1)', 'abc,'],
    ['FIELDQTY(V,\\,)', '3'],
    ['FIELDQTY(V,e)', '2'],
    ['FIELDQTY(NOPE,e)', '0'],
    ['FIELDNUM(V,\\,,def)', '2'],
    ['LISTFILTER(V,\\,,def)', 'abc,ghi'],
    ['FILTER(a-c0-9,xxabc123zz)', 'abc123'],
    ['REPLACE(V,a-c)', ',def,ghi'],
    ['STRREPLACE(V,def,X)', 'abc,X,ghi'],
    ['STRREPLACE(V,\\,,-,1)', 'abc-def,ghi'],
    ['SORT(a:3,b:1,c:2)', 'b,c,a'],
    ['KEYPADHASH(Les)', '537'],
    ['SPRINTF(%03d-%s-%5.2f,7,x,3.14159)', '007-x- 3.14'],
    ['STRFTIME(0,UTC)', 'Thu Jan  1 00:00:00 1970'],
    ['REGEX("^a.*i$" abc,def,ghi)', '1'],
    ['REGEX("z" abc)', '0'],
    ['REGEX("^(00|\\\\+)?[1-9][0-9]{3,}$" 0049301234)', '1'],
    ['REGEX("^([0-9]{3})+$" 123456)', '1'],
    ['REGEX("^(a+)+$" aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab)', '0'],
    ['REGEX("^(a|a)*$" aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab)', '0'],
    ['IF(1?yes:no)', 'yes'],
    ['IF(0?yes:no)', 'no'],
    ['IF(1?"a:b":c)', 'a:b'],
    ['IF(0?x)', ''],
    ['ISNULL()', '1'],
    ['ISNULL(x)', '0'],
    ['EXISTS()', '0'],
    ['EXISTS(x)', '1'],
    ['SET(NEW=5)', '5'],
    ['MATH(5+3)', '8.000000'],
    ['MATH(7/2)', '3.500000'],
    ['MATH(7/2,int)', '3'],
    ['MATH(7%4,i)', '3'],
    ['MATH(5>3)', 'TRUE'],
    ['MATH(2^8,int)', '256'],
    ['MATH(5AND3,i)', '1'],
    ['MATH(-5+3,i)', '-2'],
    ['MATH(10/3,f)', '3.333333'],
    ['MATH(65+0,char)', 'A'],
    ['MATH(255+0,hex)', 'ff'],
    ['MATH(8<<2,i)', '32'],
    ['MATH(3=3)', undefined],
    ['MATH(255,hex)', undefined],
    ['ABS(-5)', '5'],
    ['ABS(-2.5)', '2.500000'],
    ['MIN(3,7)', '3'],
    ['MAX(3,7.5)', '7.500000'],
    ['DIGIT_SUM(12345)', '15'],
    ['RAND(3,3)', '3'],
    ['MD5(abc)', '900150983cd24fb0d6963f7d28e17f72'],
    ['SHA1(abc)', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['BASE64_ENCODE(abc)', 'YWJj'],
    ['BASE64_DECODE(YWJj)', 'abc'],
    ['URIENCODE(a b+c/d?é)', 'a%20b%2Bc%2Fd%3F%C3%A9'],
    ['URIDECODE(a%20b+c)', 'a b+c'],
    ['VERSION()', '22.10.1'],
    ['VERSION(ASTERISK_VERSION_NUM)', '221001'],
    ['BASENAME(/a/b.c)', 'b.c'],
    ['DIRNAME(/a/b.c)', '/a'],
    ['IFMODULE(app_dial.so)', '1'],
    ['DIALPLAN_EXISTS(default)', '1'],
    ['DIALPLAN_EXISTS(default,1)', '1'],
    ['DIALPLAN_EXISTS(default,1,99)', '0'],
    ['VALID_EXTEN(,zz,1)', '0'],
    ['CHANNEL(state)', 'Ring'],
    ['CHANNEL(channeltype)', 'PJSIP'],
    ['CHANNEL(language)', 'en'],
    ['CHANNEL(nosuch)', undefined],
    ['CALLERID(all)', '"Alice" <100>'],
    ['CALLERID(num-valid)', '1'],
    ['TIMEOUT(digit)', '5.000'],
    ['TIMEOUT(absolute)', '0'],
    ['DEVICE_STATE(Custom:x)', 'UNKNOWN'],
    ['NOSUCH(x)', undefined],
  ])('%s', (text, expected) => {
    const { read, channel } = onChannel();
    channel.setVariable('V', 'abc,def,ghi');
    expect(read(text)).toBe(expected);
  });

  it('changes the variable it counts or takes from', async () => {
    const { read, channel, runtime } = onChannel();
    channel.setVariable('N', '5');
    channel.setVariable('V', 'abc,def,ghi');
    expect([read('INC(N)'), read('INC(N)'), read('DEC(N)')]).toEqual(['6', '7', '6']);
    expect([read('SHIFT(V)'), read('POP(V)')]).toEqual(['abc', 'ghi']);
    await runtime.writeFunction(channel, 'PUSH(V)', 'zz', INSIDE);
    await runtime.writeFunction(channel, 'UNSHIFT(V)', 'aa', INSIDE);
    expect(channel.getVariable('V')).toBe('aa,def,zz');
    expect(read('DELETE(N)')).toBe('');
    expect(channel.getVariable('N')).toBeUndefined();
  });

  it('sets several variables from one list', async () => {
    const { channel, runtime } = onChannel();
    await runtime.writeFunction(channel, 'ARRAY(x1,x2,x3)', 'a\\,b', INSIDE);
    expect([channel.getVariable('x1'), channel.getVariable('x2')]).toEqual(['a,b', '']);
    await runtime.writeFunction(channel, 'ARRAY(x1,x2)', 'a,b', INSIDE);
    expect([channel.getVariable('x1'), channel.getVariable('x2')]).toEqual(['a', 'b']);
  });

  it('keeps an associative array', async () => {
    const { read, channel, runtime, told } = onChannel();
    await runtime.writeFunction(channel, 'HASH(hh,k)', 'v', INSIDE);
    expect([read('HASH(hh,k)'), read('HASHKEYS(hh)')]).toEqual(['v', 'k']);
    expect(told).toContain('~HASH~hh~k~=v');
  });

  it('sets parts of the caller', async () => {
    const { read, channel, runtime } = onChannel();
    await runtime.writeFunction(channel, 'CALLERID(name)', 'Zed', INSIDE);
    await runtime.writeFunction(channel, 'CALLERID(num)', '77', INSIDE);
    await runtime.writeFunction(channel, 'CONNECTEDLINE(all)', '"C" <9>', INSIDE);
    expect([read('CALLERID(all)'), read('CONNECTEDLINE(all)')]).toEqual(['"Zed" <77>', '"C" <9>']);
    expect(await runtime.writeFunction(channel, 'CALLERID(nosuch)', 'x', INSIDE)).toBe(false);
  });

  it('refuses channel functions without a channel', () => {
    const { runtime } = onChannel();
    expect(runtime.readFunction(undefined, 'CHANNEL(state)', OUTSIDE)).toBeUndefined();
    expect(runtime.readFunction(undefined, 'LEN(abc)', OUTSIDE)).toBe('3');
  });
});

describe('the database', () => {
  it('is read, written and deleted from, and leaves the last value in DB_RESULT', async () => {
    const { read, channel, runtime, stored } = onChannel();
    expect([read('DB(a/b)'), read('DB_EXISTS(a/b)')]).toEqual(['', '0']);
    await runtime.writeFunction(channel, 'DB(a/b)', '1', INSIDE);
    expect(stored.get('a/b')).toBe('1');
    expect([read('DB(a/b)'), read('DB_EXISTS(a/b)'), channel.getVariable('DB_RESULT')]).toEqual([
      '1',
      '1',
      '1',
    ]);
    expect([read('DB_KEYS(a)'), read('DB_KEYCOUNT(a)'), read('DB_DELETE(a/b)'), read('DB(a/b)')]).toEqual([
      'b',
      '1',
      '1',
      '',
    ]);
  });
});

describe('functions that can harm the system', () => {
  it('are refused from outside, also inside of others', async () => {
    const { runtime, channel, stored, log } = onChannel();
    stored.set('a/b', '1');
    expect(await runtime.setVariable(channel, 'DB(a/b)', '2', OUTSIDE)).toBe(false);
    expect(runtime.getVariable(channel, 'DB_DELETE(a/b)', OUTSIDE)).toBeUndefined();
    expect(runtime.getVariable(channel, 'EVAL(${DB_DELETE(a/b)})', OUTSIDE)).toBe('');
    expect(stored.get('a/b')).toBe('1');
    expect(runtime.getVariable(channel, 'DB(a/b)', OUTSIDE)).toBe('1');
    expect(log.lines.join('\n')).toContain('live_dangerously');
  });

  it('are allowed when the administrator lives dangerously', async () => {
    const { runtime, dial, stored } = bench({ default: [['1', 'NoOp()']] }, { liveDangerously: true });
    expect(await runtime.setVariable(dial('1'), 'DB(a/b)', '2', OUTSIDE)).toBe(true);
    expect(stored.get('a/b')).toBe('2');
  });

  it('are absent with their module', () => {
    const { runtime, dial } = bench({ default: [['1', 'NoOp()']] }, { absentModules: ['func_strings'] });
    expect(runtime.readFunction(dial('1'), 'LEN(abc)', INSIDE)).toBeUndefined();
    expect(runtime.functions().some((each) => each.name === 'LEN')).toBe(false);
  });
});
