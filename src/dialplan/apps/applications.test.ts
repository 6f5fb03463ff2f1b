// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { describe, expect, it } from 'vitest';
import { bench, settle } from '../run/test-bench.ts';
import { applications } from './table.ts';

/** The lines that ran, in order. */
async function trace(plan: Record<string, string[][]>, exten = '1'): Promise<string[]> {
  const { told, runtime, dial } = bench(plan);
  await runtime.run(dial(exten));
  return told.filter((each) => /^\S+ \d+ \w+\(/.test(each));
}

describe('the table of applications', () => {
  it('has every name once, and says what each does', () => {
    const names = applications.map((each) => each.name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const each of applications) expect(each.summary, each.name).toMatch(/^[A-Z].*\.$/);
  });
});

describe('GotoIf', () => {
  it('takes empty and 0 for no, everything else that is no number for yes', async () => {
    const lines = await trace({
      default: [
        [
          '1',
          'GotoIf(1?)',
          'GotoIf(0?x)',
          'GotoIf($[1=1]?l1:l2)',
          'NoOp(skipped)',
          'l1: GotoIf(0?l1:l3)',
          'NoOp(skipped)',
          'l3: GotoIf(?l1)',
          'GotoIf(0 ?l9)',
          'GotoIf(-1?l4)',
          'NoOp(skipped)',
          'l4: GotoIf("0"?l5)',
          'NoOp(skipped)',
          'l5: GotoIf()',
          'GotoIf(1)',
          'NoOp(end)',
        ],
      ],
    });
    expect(lines.map((each) => each.split(' ')[1])).toEqual([
      '1',
      '2',
      '3',
      '5',
      '7',
      '8',
      '9',
      '11',
      '13',
      '14',
      '15',
    ]);
  });

  it('ends the call at a label that does not exist', async () => {
    expect(await trace({ default: [['1', 'GotoIf(1?nowhere)', 'NoOp(never)']] })).toHaveLength(1);
  });
});

describe('Goto', () => {
  it('takes a context, an extension, a label or steps on', async () => {
    const lines = await trace({
      default: [
        ['1', 'Goto(2,lab)'],
        ['2', 'NoOp()', 'lab: Goto(+2)', 'NoOp(skipped)', 'Goto(other,6123,1)'],
      ],
      other: [['_6XXX', 'NoOp(${EXTEN}@${CONTEXT})']],
    });
    expect(lines).toEqual([
      '1 1 Goto(2,lab)',
      '2 2 Goto(+2)',
      '2 4 Goto(other,6123,1)',
      '6123 1 NoOp(6123@other)',
    ]);
  });
});

describe('Gosub', () => {
  it('gives its routine arguments and variables of its own, and takes them back', async () => {
    const { told, runtime, dial } = bench({
      default: [
        [
          '1',
          'Set(lx=before)',
          'Gosub(sub,s,1(a b,"c,d",))',
          'NoOp(${GOSUB_RETVAL}|${ARG1}|${ARGC}|${lx})',
          'Return()',
          'NoOp(never)',
        ],
      ],
      sub: [
        [
          's',
          'NoOp(${ARG1}|${ARG2}|${ARG3}|${ARGC})',
          'Set(LOCAL(lx)=5)',
          'NoOp(${LOCAL(lx)} ${lx})',
          'Return(val,ue)',
        ],
      ],
    });
    await runtime.run(dial('1'));
    expect(told).toEqual([
      '1 1 Set(lx=before)',
      'lx=before',
      '1 2 Gosub(sub,s,1(a b,"c,d",))',
      'LOCAL(ARG1)=a b',
      'LOCAL(ARG2)="c,d"',
      'LOCAL(ARG3)=',
      'LOCAL(ARGC)=3',
      's 1 NoOp(a b|"c,d"||3)',
      's 2 Set(LOCAL(lx)=5)',
      'LOCAL(lx)=5',
      's 3 NoOp(5 5)',
      's 4 Return(val,ue)',
      'lx=before',
      'ARGC=',
      'ARG2=',
      'ARG1=',
      'GOSUB_RETVAL=val,ue',
      '1 3 NoOp(val,ue|||before)',
      '1 4 Return()',
      'hangup dialplan 16 at 1 4',
      'destroyed 0 at 1 4',
    ]);
  });
});

describe('While', () => {
  it('runs its lines while the condition holds', async () => {
    const { told, runtime, dial } = bench({
      default: [['wh', 'Set(I=0)', 'While($[${I}<2])', 'Set(I=$[${I}+1])', 'EndWhile()', 'NoOp(done ${I})']],
    });
    await runtime.run(dial('wh'));
    expect(told).toEqual([
      'wh 1 Set(I=0)',
      'I=0',
      'wh 2 While(1)',
      'default_wh_2=0',
      'WHILE_0=default,wh,2',
      'wh 3 Set(I=1)',
      'I=1',
      'wh 4 EndWhile()',
      'END_WHILE_0=default,wh,5',
      'wh 2 While(1)',
      'wh 3 Set(I=2)',
      'I=2',
      'wh 4 EndWhile()',
      'wh 2 While(0)',
      'WHILE_0=',
      'default_wh_2=',
      'END_WHILE_0=',
      'wh 5 NoOp(done 2)',
      'hangup dialplan 16 at wh 5',
      'destroyed 0 at wh 6',
    ]);
  });

  it('skips loops inside of one that never runs, and leaves one by ExitWhile()', async () => {
    const lines = await trace({
      default: [
        [
          '1',
          'While(0)',
          'While(1)',
          'EndWhile()',
          'EndWhile()',
          'NoOp(out)',
          'While(1)',
          'ExitWhile()',
          'EndWhile()',
          'NoOp(out2)',
        ],
      ],
    });
    expect(lines).toEqual([
      '1 1 While(0)',
      '1 5 NoOp(out)',
      '1 6 While(1)',
      '1 7 ExitWhile()',
      '1 9 NoOp(out2)',
    ]);
  });
});

describe('ExecIf, Exec and TryExec', () => {
  it('run another application in their line', async () => {
    const { told, runtime, dial } = bench({
      default: [
        ['1', 'ExecIf(1?Set(Z=a:b):NoOp())', 'ExecIf(0?Set(Z=c))', 'TryExec(Hangup(17))', 'Exec(Goto(2,1))'],
        ['2', 'NoOp(${Z} ${TRYSTATUS})', 'ExecIf(1?Nosuch(x))', 'NoOp(never)'],
      ],
    });
    await runtime.run(dial('1'));
    expect(told).toContain('2 1 NoOp(a:b FAILED)');
    expect(told.at(-1)).toBe('destroyed 17 at 2 2');
  });
});

describe('Set', () => {
  it('takes the value as it stands, quotes and equal signs too', async () => {
    const { told, runtime, dial } = bench({
      default: [
        [
          '1',
          'Set(Q="x y")',
          'Set(EQ=a=b)',
          'Set(SP= x )',
          'Set(NOVALUE)',
          'MSet(M1="1",M2=2,M4)',
          'Set(__I=yes)',
          'NoOp(${I})',
        ],
      ],
    });
    const channel = dial('1');
    await runtime.run(channel);
    expect(told.filter((each) => /^\w+=/.test(each))).toEqual([
      'Q="x y"',
      'EQ=a=b',
      'SP= x ',
      'M1=1',
      'M2=2',
      '__I=yes',
    ]);
    expect(told).toContain('1 7 NoOp(yes)');
    expect([...channel.variables.keys()]).toContain('__I');
  });

  it('writes functions and global variables', async () => {
    const { told, runtime, dial, owner } = bench({
      default: [
        [
          '1',
          'Set(GLOBAL(G)=1)',
          'Set(CHANNEL(language)=de)',
          'Set(CALLERID(all)="Bob B" <12>)',
          'Set(NOSUCH(x)=1)',
          'NoOp(${G}|${CALLERID(name)}|${CALLERID(num)}|${CHANNEL(language)})',
        ],
      ],
    });
    await runtime.run(dial('1'));
    expect(told).toContain('global G=1');
    expect(told).toContain('1 5 NoOp(1|Bob B|12|de)');
    expect(owner.globals.get('G')).toBe('1');
  });
});

describe('Hangup', () => {
  it.each([
    ['17', 17],
    ['USER_BUSY', 17],
    ['user_busy', 17],
    ['xyz', 16],
    ['', 16],
  ])('ends with the cause %s', async (given, cause) => {
    const { told, runtime, dial } = bench({ default: [['1', `Hangup(${given})`]] });
    await runtime.run(dial('1'));
    expect(told.at(-1)).toBe(`destroyed ${cause} at 1 1`);
  });
});

describe('Busy and Congestion', () => {
  it('take their cause along unless the call was answered', async () => {
    const run = async (...lines: string[]) => {
      const { told, runtime, dial, clock, calls } = bench({ default: [['1', ...lines]] });
      const done = runtime.run(dial('1'));
      await settle();
      clock.advance(200);
      await done;
      return [...calls, told.at(-1)];
    };
    expect(await run('Busy(0.2)', 'NoOp(never)')).toEqual(['busy', 'hangup 17', 'destroyed 17 at 1 1']);
    expect(await run('Congestion(0.2)')).toEqual(['congestion', 'hangup 34', 'destroyed 34 at 1 1']);
    expect(await run('Answer()', 'Busy(0.2)')).toEqual(['answer', 'busy', 'hangup 0', 'destroyed 0 at 1 2']);
  });
});

describe('Wait', () => {
  it('goes on at once when it is given no number of seconds', async () => {
    expect(await trace({ default: [['1', 'Wait()', 'Wait(abc)', 'Wait(-1)', 'NoOp(c)']] })).toHaveLength(4);
  });
});

describe('UserEvent', () => {
  it('carries the headers that have a colon, and ends the call without a name', async () => {
    const { told, runtime, dial } = bench({
      default: [['1', 'UserEvent(My,K: v,NoColon,K2:v2)', 'UserEvent()', 'NoOp(never)']],
    });
    await runtime.run(dial('1'));
    expect(told.slice(1, 3)).toEqual(['event My K:v K2:v2', '1 2 UserEvent()']);
    expect(told.at(-1)).toBe('destroyed 0 at 1 2');
  });
});

describe('Verbose and Log', () => {
  it('write what they are given, at a level that exists', async () => {
    const { runtime, dial, log } = bench({
      default: [['1', 'Verbose(2,hello,more)', 'Log(NOTICE,hi,there)', 'Log(NOSUCH,hi)', 'NoOp(end)']],
    });
    await runtime.run(dial('1'));
    const text = log.lines.join('\n');
    expect(text).toContain('hello,more');
    expect(text).toMatch(/NOTICE .*hi,there/);
    expect(text).toContain("'nosuch'");
  });
});
