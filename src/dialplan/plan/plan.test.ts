// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../conf/index.ts';
import { DialplanBuilder } from './builder.ts';
import type { Dialplan } from './dialplan.ts';
import { type ReadExtensions, readApplication, readExtensions } from './read-extensions.ts';
import { showDialplan } from './show.ts';

const dir = mkdtempSync(join(tmpdir(), 'dialplan-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A Wednesday, ten in the morning. */
const NOW = new Date(2026, 10, 18, 10, 0, 0).getTime();

function read(text: string): ReadExtensions {
  writeFileSync(join(dir, 'extensions.conf'), text);
  return readExtensions(loadConfig(join(dir, 'extensions.conf')), { now: () => NOW });
}

/** What a call to `exten@context` would run: `1 NoOp(a)`, `2 …`. */
function run(dialplan: Dialplan, place: string, caller = ''): string[] {
  const [exten = '', context = ''] = place.split('@');
  const lines: string[] = [];
  for (let priority = 1; ; priority++) {
    const line = dialplan.line({ context, exten, priority }, caller);
    if (line === undefined) return lines;
    lines.push(`${priority} ${line.application}(${line.data})`);
  }
}

describe('priorities', () => {
  it('are numbers, n, s, labels, each with an offset or a label of its own', () => {
    const { dialplan, problems } = read(`[p]
exten => 1,1,NoOp(a)
exten => 1,n,NoOp(b)
exten => 1,n(lab),NoOp(c)
exten => 1,n+5(l2),NoOp(d)
exten => 1,20(l3),NoOp(e)
exten => 1,s+2,NoOp(f)
exten => 1,lab+1,NoOp(g)
exten => 1,lab+3(l5),NoOp(h)
exten => 2,n,NoOp(n counts on from another extension)
`);
    expect(problems).toEqual([]);
    const numbers = (name: string) =>
      dialplan
        .context('p')
        ?.extensions.find((each) => each.name === name)
        ?.priorities.map((each) => [each.number, each.label, each.data]);
    expect(numbers('1')).toEqual([
      [1, undefined, 'a'],
      [2, undefined, 'b'],
      [3, 'lab', 'c'],
      [4, undefined, 'g'],
      [6, 'l5', 'h'],
      [9, 'l2', 'd'],
      [20, 'l3', 'e'],
      [22, undefined, 'f'],
    ]);
    expect(numbers('2')?.[0]?.[0]).toBe(7);
    expect(dialplan.label('p', '1', 'l3', '')).toBe(20);
    expect(dialplan.label('p', '1', 'nosuch', '')).toBeUndefined();
  });

  it('that make no sense are told with their line, and the rest holds', () => {
    const { dialplan, problems } = read(`[p]
same => n,NoOp
exten => 1,1,NoOp(first)
exten => 1,1,NoOp(again)
same => 0,NoOp
same => -1,NoOp
same => nolabel,NoOp
same => n(lab
same => n(x),NoOp(unclosed
exten => ,1,NoOp
exten => 5
exten => _[1,1,NoOp
exten => 2,hint,PJSIP/a
same => n,NoOp(behind a hint)
exten => 12-3,1,NoOp
exten => 123,1,NoOp(the same)
exten => _Nxx,1,NoOp
exten => _nXX,1,NoOp(the same)
junk => x
include => nosuch
switch => Realtime/@
autohints = yes
`);
    expect(problems.map((each) => each.line).sort((a, b) => a - b)).toEqual([
      2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 19, 20, 21, 22,
    ]);
    expect(problems[0]?.file).toBe(join(dir, 'extensions.conf'));
    expect(run(dialplan, '1@p')).toEqual(['1 NoOp(first)', '2 NoOp(unclosed)']);
    expect(dialplan.context('p')?.switches).toHaveLength(1);
  });
});

describe('readApplication', () => {
  it.each([
    ['NoOp', 'NoOp', ''],
    ['NoOp()', 'NoOp', ''],
    ['Set(X=${Y},z)', 'Set', 'X=${Y},z'],
    ['NoOp(a)junk', 'NoOp', 'a'],
    ['NoOp(a)(b)', 'NoOp', 'a)(b'],
    ['NoOp(open', 'NoOp', 'open'],
    ['', '', ''],
  ])('reads %s', (text, application, data) => {
    expect(readApplication(text)).toMatchObject({ application, data });
  });
});

describe('sections', () => {
  it('are contexts, but for [general], [globals] and templates; those of one name are one', () => {
    const { dialplan, problems } = read(`[General]
autofallthrough = no
clearglobalvars = yes
nosuch = 1
[globals]
A = one
B = \${A} two
[t](!)
exten => 77,1,NoOp(template)
[u](t)
exten => 77,n,NoOp(own)
[p]
exten => 1,1,NoOp
[p]
exten => 2\${A}/\${A},1,NoOp
`);
    expect(dialplan.settings).toMatchObject({ autoFallThrough: false, clearGlobalVariables: true });
    expect(dialplan.autoFallThrough).toBe(false);
    expect([...dialplan.globals]).toEqual([
      ['A', 'one'],
      ['B', 'one two'],
    ]);
    expect(dialplan.contexts.map((each) => each.name)).toEqual(['u', 'p']);
    expect(run(dialplan, '77@u')).toEqual(['1 NoOp(template)', '2 NoOp(own)']);
    expect(run(dialplan, '2one@p', 'one')).toHaveLength(1);
    expect(problems).toHaveLength(1);
    expect(read('').dialplan.autoFallThrough).toBe(true);
  });
});

describe('finding a line', () => {
  it('asks exact names, then patterns, then includes, and goes on where the priority is missing', () => {
    const { dialplan } = read(`[m]
exten => _1XX,1,NoOp(1XX)
exten => _1.,1,NoOp(dot)
exten => _1.,2,NoOp(dot2)
exten => 100,hint,PJSIP/alice
exten => 105,2,NoOp(105-2)
exten => 106,1,NoOp(106-1)
include => inc
[inc]
exten => 106,2,NoOp(inc106-2)
exten => 200,1,NoOp(inc200)
exten => _2X0,2,NoOp(inc2X0)
[m3]
exten => _X!,1,NoOp(pattern)
include => inc
include => m3
`);
    expect(run(dialplan, '123@m')).toEqual(['1 NoOp(1XX)', '2 NoOp(dot2)']);
    expect(run(dialplan, '100@m')).toEqual(['1 NoOp(1XX)', '2 NoOp(dot2)']);
    expect(run(dialplan, '105@m')).toEqual(['1 NoOp(1XX)', '2 NoOp(105-2)']);
    expect(run(dialplan, '106@m')).toEqual(['1 NoOp(106-1)', '2 NoOp(dot2)']);
    expect(run(dialplan, '2-00@m')).toEqual(['1 NoOp(inc200)', '2 NoOp(inc2X0)']);
    expect(run(dialplan, '200@m3')).toEqual(['1 NoOp(pattern)', '2 NoOp(inc2X0)']);
    expect(run(dialplan, '9@m')).toEqual([]);
    expect(run(dialplan, '1@nosuch')).toEqual([]);
    expect([dialplan.hasContext('m'), dialplan.hasContext('M')]).toEqual([true, false]);
  });

  it('prefers lines for this caller', () => {
    const { dialplan } = read(`[m]
exten => 9/555,1,NoOp(exact)
same => n,NoOp(exact 2)
exten => 9/_55X,1,NoOp(pattern)
exten => 9/,1,NoOp(nobody)
exten => 9,1,NoOp(all)
exten => _X/555,1,NoOp(pattern for 555)
`);
    expect(run(dialplan, '9@m', '555')).toEqual(['1 NoOp(exact)', '2 NoOp(exact 2)']);
    expect(run(dialplan, '9@m', '556')).toEqual(['1 NoOp(pattern)']);
    expect(run(dialplan, '9@m', '')).toEqual(['1 NoOp(nobody)']);
    expect(run(dialplan, '9@m', '1')).toEqual(['1 NoOp(all)']);
    expect(run(dialplan, '8@m', '555')).toHaveLength(1);
    expect(run(dialplan, '8@m', '1')).toEqual([]);
  });

  it('follows includes at their times only, and never in circles', () => {
    const { dialplan } = read(`[a]
include => day,9:00-17:00,mon-fri,*,*
include => night,17:00-9:00,*,*,*
[day]
exten => 1,1,NoOp(day)
include => a
[night]
exten => 1,1,NoOp(night)
exten => 2,1,NoOp(night)
`);
    expect(run(dialplan, '1@a')).toEqual(['1 NoOp(day)']);
    expect(run(dialplan, '2@a')).toEqual([]);
  });

  it('gives hints, those of patterns with the number in them', () => {
    const { dialplan } = read(`[h]
exten => 7,hint,PJSIP/a&PJSIP/b,CustomPresence:x
exten => 8,hint,PJSIP/a(Alice)
exten => _9X,hint,PJSIP/\${EXTEN}-\${CONTEXT}
`);
    expect(dialplan.hint('h', '7')).toEqual({
      device: 'PJSIP/a&PJSIP/b',
      presence: 'CustomPresence:x',
      text: 'PJSIP/a&PJSIP/b,CustomPresence:x',
      name: '',
    });
    expect(dialplan.hint('h', '8')).toMatchObject({ device: 'PJSIP/a', presence: '', name: 'Alice' });
    expect(dialplan.hint('h', '95')?.device).toBe('PJSIP/95-h');
    expect(dialplan.hint('h', '1')).toBeUndefined();
  });

  it('knows whether more digits could come, and where a dial tone goes on', () => {
    const { dialplan } = read(
      '[m]\nexten => 100,1,NoOp\nexten => _2X!,1,NoOp\nignorepat => 9\nignorepat => _0[12]\ninclude => i\n[i]\nexten => _7.,1,NoOp\n',
    );
    const could = ['', '1', '10', '100', '2', '21', '7', '77', '5'].map((each) =>
      dialplan.couldContinue('m', each, ''),
    );
    expect(could).toEqual([true, true, true, false, true, false, true, true, false]);
    expect(['9', '99', '01', '03'].map((each) => dialplan.ignores('m', each))).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('lists the lines behind a place', () => {
    const { dialplan } = read('[m]\nexten => 1,1,While(1)\nsame => n,NoOp\nsame => n,EndWhile\n');
    const behind = [...dialplan.linesAfter({ context: 'm', exten: '1', priority: 1 }, '')];
    expect(behind.map((each) => [each.location.priority, each.application])).toEqual([
      [2, 'NoOp'],
      [3, 'EndWhile'],
    ]);
  });
});

describe('DialplanBuilder', () => {
  it('makes another dial plan and leaves the first as it was', () => {
    const { dialplan } = read('[lab]\nexten => 9,1,NoOp(x)\nexten => 9/5,1,NoOp(y)\n[old]\n');
    const builder = DialplanBuilder.from(dialplan);
    const origin = { registrar: 'pbx_config' };
    const line = { context: 'lab', exten: '9', application: 'NoOp', data: 'z', origin };
    expect(builder.add({ ...line, priority: 1 })).toContain('there already');
    expect(builder.add({ ...line, priority: 1 }, true)).toBeUndefined();
    expect(builder.add({ ...line, priority: 2, context: 'new' })).toBeUndefined();
    expect(builder.has('lab', '9', 1)).toBe(true);
    expect(builder.addInclude('lab', 'new', origin)).toBe(true);
    expect(builder.addInclude('lab', 'new', origin)).toBe(false);
    expect(builder.addIgnorePattern('lab', '_9', origin)).toBe(true);
    expect(builder.addIgnorePattern('lab', '_[', origin)).toBe(false);
    expect(builder.removeContext('old')).toBe(true);
    expect(builder.removeContext('old')).toBe(false);
    const next = builder.build(() => NOW);
    expect(run(next, '9@lab')).toEqual(['1 NoOp(z)', '2 NoOp(z)']);
    expect(run(dialplan, '9@lab')).toEqual(['1 NoOp(x)']);
    expect(dialplan.hasContext('old')).toBe(true);
    expect(builder.remove('lab', '9/5')).toBe(true);
    expect(builder.remove('lab', '9', 3)).toBe(false);
    expect(builder.remove('lab', '9', 1)).toBe(true);
    expect(builder.remove('lab', '9')).toBe(false);
    expect(builder.removeInclude('lab', 'new')).toBe(true);
    expect(builder.removeInclude('lab', 'new')).toBe(false);
    expect(builder.removeIgnorePattern('lab', '_9')).toBe(true);
    expect(builder.build(() => NOW).context('lab')?.extensions).toEqual([]);
  });

  it('finds its way in many patterns', () => {
    const builder = new DialplanBuilder();
    const origin = { registrar: 'pbx_config' };
    for (let n = 0; n < 20_000; n++) {
      const line = { context: 'm', priority: 1, application: 'NoOp', data: String(n), origin };
      builder.add({ ...line, exten: `_${n}XX` });
      builder.add({ ...line, exten: `x${n}` });
    }
    const dialplan = builder.build(() => NOW);
    expect(run(dialplan, '1999912@m')).toEqual(['1 NoOp(19999)']);
    expect(run(dialplan, 'x12345@m')).toEqual(['1 NoOp(12345)']);
  });
});

describe('dialplan show', () => {
  const text = `[default]
exten => 100,hint,PJSIP/alice
exten => 100,1,Dial(PJSIP/alice)
exten => args,1,Stasis(myapp,one,two words,"three,four",)
 same => n(lab),UserEvent(Fallback,Status: \${STASISSTATUS})
exten => _6XXX,1,NoOp(pattern \${EXTEN})
exten => 555/12,1,NoOp()
exten => 12345678901234567890,1,NoOp(x)
include => lab
ignorepat => 9
[lab]
exten => 100,1,NoOp(lab)
`;

  it('prints a context in the columns of the original', () => {
    const { dialplan } = read(text);
    expect(showDialplan(dialplan, 'default')).toEqual({
      found: true,
      lines: [
        "[ Context 'default' created by 'pbx_config' ]",
        "  '100' =>          hint: PJSIP/alice                             [extensions.conf:2]",
        '                    1. Dial(PJSIP/alice)                          [extensions.conf:3]',
        "  '12345678901234567890' => 1. NoOp(x)                                    [extensions.conf:8]",
        "  '555' (CID match '12') =>  1. NoOp()                                     [extensions.conf:7]",
        '  \'args\' =>         1. Stasis(myapp,one,two words,"three,four",)  [extensions.conf:4]',
        '     [lab]          2. UserEvent(Fallback,Status: ${STASISSTATUS}) [extensions.conf:5]',
        "  '_6XXX' =>        1. NoOp(pattern ${EXTEN})                     [extensions.conf:6]",
        "  Include =>        'lab'                                         [pbx_config]",
        "  Ignore pattern => '9'                                           [pbx_config]",
        '',
        '-= 5 extensions (7 priorities) in 1 context. =-',
      ],
    });
  });

  it('prints an extension with where it is included from', () => {
    const { dialplan } = read(text);
    expect(showDialplan(dialplan, '100@default').lines).toEqual([
      "[ Context 'default' created by 'pbx_config' ]",
      "  '100' =>          hint: PJSIP/alice                             [extensions.conf:2]",
      '                    1. Dial(PJSIP/alice)                          [extensions.conf:3]',
      "[ Included context 'lab' created by 'pbx_config' ]",
      "  '100' =>          1. NoOp(lab)                                  [extensions.conf:12]",
      '',
      '-= 2 extensions (3 priorities) in 2 contexts. =-',
    ]);
    expect(showDialplan(dialplan, '6123@default').lines).toHaveLength(4);
    expect(showDialplan(dialplan, '100@').lines.at(-1)).toContain('in 3 contexts');
  });

  it('prints everything, the youngest context first', () => {
    const { dialplan } = read(text);
    const { lines } = showDialplan(dialplan);
    expect(lines[0]).toContain("'lab'");
    expect(lines.at(-1)).toBe('-= 6 extensions (8 priorities) in 2 contexts. =-');
    const marked = DialplanBuilder.from(dialplan);
    marked.add({
      context: 'lab',
      exten: '9',
      priority: 2,
      application: 'Hangup',
      data: '',
      origin: { registrar: 'pbx_config' },
    });
    expect(
      showDialplan(
        marked.build(() => NOW),
        '9@lab',
      ).lines[1],
    ).toBe("  '9' =>            2. Hangup()                                   [pbx_config]");
  });

  it('says what is not there', () => {
    const { dialplan } = read(text);
    expect(showDialplan(dialplan, 'nosuch')).toEqual({
      found: false,
      lines: ["There is no existence of 'nosuch' context"],
    });
    expect(showDialplan(dialplan, 'x@default').lines).toEqual([
      'There is no existence of x@default extension',
    ]);
    expect(showDialplan(dialplan, 'x@').lines).toEqual([
      "There is no existence of 'x' extension in all contexts",
    ]);
    expect(showDialplan(dialplan, '1@nosuch').found).toBe(false);
  });
});
