// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax

import { describe, expect, it } from 'vitest';
import { published } from '../../../tests/support/diagnostics.ts';
import { bench, settle } from './test-bench.ts';

describe('a walk through the dial plan', () => {
  it('tells each line with its variables replaced, then the end, then h', async () => {
    const { told, runtime, dial } = bench({
      default: [
        ['100', 'Set(X=1)', 'NoOp(x=${X} ${EXTEN} ${PRIORITY} ${CONTEXT})'],
        ['h', 'NoOp(bye)'],
      ],
    });
    await runtime.run(dial('100'));
    expect(told).toEqual([
      '100 1 Set(X=1)',
      'X=1',
      '100 2 NoOp(x=1 100 2 default)',
      'hangup dialplan 16 at 100 2',
      'h 1 NoOp(bye)',
      'destroyed 0 at h 2',
    ]);
  });

  it('goes on behind a Stasis() that nobody answers to', async () => {
    const { told, runtime, dial, clock } = bench(
      {
        default: [
          [
            'fallback',
            'Set(X=1)',
            'Stasis(absent-app,a)',
            'NoOp(status=${STASISSTATUS})',
            'UserEvent(Fallback,Status: ${STASISSTATUS})',
            'Answer()',
            'Wait(30)',
            'Hangup()',
          ],
        ],
      },
      { stasis: { enter: async () => 'failed' } },
    );
    const done = runtime.run(dial('fallback'));
    await settle();
    expect(told).toEqual([
      'fallback 1 Set(X=1)',
      'X=1',
      'fallback 2 Stasis(absent-app,a)',
      'STASISSTATUS=',
      'STASISSTATUS=FAILED',
      'fallback 3 NoOp(status=FAILED)',
      'fallback 4 UserEvent(Fallback,Status: FAILED)',
      'event Fallback Status:FAILED',
      'fallback 5 Answer()',
      'state Up',
      'fallback 6 Wait(30)',
    ]);
    told.length = 0;
    clock.advance(30_000);
    await done;
    expect(told).toEqual([
      'fallback 7 Hangup()',
      'hangup dialplan 16 at fallback 7',
      'destroyed 16 at fallback 7',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('hands Stasis() its arguments, quotes taken off, and says SUCCESS on the way out', async () => {
    const entered: (readonly string[])[] = [];
    const { told, runtime, dial } = bench(
      {
        default: [
          ['args', 'Stasis(myapp,one,two words,"three,four",)', 'NoOp(${STASISSTATUS})', 'Hangup(17)'],
        ],
      },
      {
        stasis: {
          async enter(_channel, app, args) {
            entered.push([app, ...args]);
            return 'continue';
          },
        },
      },
    );
    await runtime.run(dial('args'));
    expect(entered).toEqual([['myapp', 'one', 'two words', 'three,four', '']]);
    expect(told).toEqual([
      'args 1 Stasis(myapp,one,two words,"three,four",)',
      'STASISSTATUS=',
      'STASISSTATUS=SUCCESS',
      'args 2 NoOp(SUCCESS)',
      'args 3 Hangup(17)',
      'hangup dialplan 16 at args 3',
      'destroyed 17 at args 3',
    ]);
  });

  it('tells the request, the application, the end and h in the recorded order when a call in Stasis is hung up', async () => {
    const { told, runtime, dial } = bench(
      {
        default: [
          ['ivr', 'Stasis(app)'],
          ['h', 'NoOp(bye)'],
        ],
      },
      {
        stasis: {
          async enter(channel) {
            await channel.untilInterrupted();
            return 'hangup';
          },
        },
      },
    );
    const channel = dial('ivr');
    const done = runtime.run(channel);
    await settle();
    await channel.requestHangup({ cause: 16, by: 'local' });
    await done;
    expect(told).toEqual([
      'ivr 1 Stasis(app)',
      'STASISSTATUS=',
      'hangup local 16 at ivr 1',
      'STASISSTATUS=SUCCESS',
      'hangup dialplan 16 at ivr 1',
      'h 1 NoOp(bye)',
      'destroyed 16 at h 2',
    ]);
  });

  it('follows a redirection that comes during Wait()', async () => {
    const { told, runtime, dial, clock } = bench({
      default: [
        ['wait', 'Answer()', 'Wait(60)'],
        ['200', 'NoOp(elsewhere)'],
      ],
    });
    const channel = dial('wait');
    const done = runtime.run(channel);
    await settle();
    channel.requestGoto({ exten: '200' });
    await done;
    expect(told.slice(3)).toEqual([
      '200 1 NoOp(elsewhere)',
      'hangup dialplan 16 at 200 1',
      'destroyed 0 at 200 2',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('cuts a Wait() in h short, as nobody is there to wait for', async () => {
    const { told, runtime, dial } = bench({
      default: [
        ['100', 'NoOp()'],
        ['h', 'NoOp(a)', 'Wait(1)', 'NoOp(b)'],
      ],
    });
    await runtime.run(dial('100'));
    expect(told.slice(2)).toEqual(['h 1 NoOp(a)', 'h 2 Wait(1)', 'destroyed 0 at h 2']);
  });

  it('ends at an application that does not exist, without telling the line', async () => {
    const { told, runtime, dial, log } = bench({
      default: [
        ['100', 'NoSuchApp(x)', 'NoOp(never)'],
        ['h', 'NoOp(bye)'],
      ],
    });
    await runtime.run(dial('100'));
    expect(told).toEqual(['hangup dialplan 16 at 100 1', 'h 1 NoOp(bye)', 'destroyed 0 at h 2']);
    expect(log.lines.join('\n')).toContain("No application 'NoSuchApp' for extension (default, 100, 1)");
  });

  it('has no application of a module that is not running', async () => {
    const { told, runtime, dial } = bench({ default: [['100', 'Echo()']] }, { absentModules: ['app_echo'] });
    await runtime.run(dial('100'));
    expect(told).toEqual(['hangup dialplan 16 at 100 1', 'destroyed 0 at 100 1']);
    expect(runtime.application('echo')).toBeUndefined();
  });

  it('sends a call to a missing extension to i, else to e, else away', async () => {
    const plan = {
      default: [
        ['1', 'Goto(withi,nosuch,1)'],
        ['2', 'Goto(withe,nosuch,1)'],
        ['3', 'Goto(nosuch,1,1)'],
        ['4', 'Goto(4,9)'],
        ['5', 'Goto(label)'],
      ],
      withi: [['i', 'NoOp(i ${INVALID_EXTEN} ${EXTEN})']],
      withe: [['e', 'NoOp(e ${EXCEPTION(reason)} ${EXCEPTION(exten)} ${EXCEPTION(priority)})']],
    };
    const tail = async (exten: string) => {
      const { told, runtime, dial } = bench(plan);
      await runtime.run(dial(exten));
      return told.slice(1);
    };
    expect(await tail('1')).toEqual([
      'INVALID_EXTEN=nosuch',
      'i 1 NoOp(i nosuch i)',
      'hangup dialplan 16 at i 1',
      'destroyed 0 at i 2',
    ]);
    expect((await tail('2'))[0]).toBe('e 1 NoOp(e INVALID nosuch 1)');
    expect(await tail('3')).toEqual(['hangup dialplan 16 at 3 1', 'destroyed 0 at 1 1']);
    expect(await tail('4')).toEqual(['hangup dialplan 16 at 4 1', 'destroyed 0 at 4 9']);
    expect(await tail('5')).toEqual(['hangup dialplan 16 at 5 1', 'destroyed 0 at 5 1']);
  });

  it('ends an extension behind a failed Dial() with busy or congestion', async () => {
    const { told, runtime, dial, calls, clock } = bench({ default: [['100', 'Set(DIALSTATUS=BUSY)']] });
    const done = runtime.run(dial('100'));
    await settle();
    expect(calls).toEqual(['busy']);
    clock.advance(10_000);
    await done;
    expect(told.slice(2)).toEqual(['state Busy', 'hangup dialplan 16 at 100 2', 'destroyed 17 at 100 2']);
  });

  it('lets others run while a line goes to itself for ever', async () => {
    const { runtime, dial, told } = bench({ default: [['100', 'Goto(1)']] });
    const channel = dial('100');
    const done = runtime.run(channel);
    await settle();
    await channel.requestHangup({ cause: 16, by: 'remote' });
    await done;
    expect(told.at(-1)).toBe('destroyed 16 at 100 1');
  });

  it('waits for digits behind an extension when autofallthrough is off', async () => {
    const { runtime, dial, told } = bench(
      {
        default: [
          ['100', 'Answer()'],
          ['42', 'NoOp(dialled)'],
        ],
      },
      { autoFallThrough: false },
    );
    const channel = dial('100');
    const done = runtime.run(channel);
    await settle();
    channel.receivedDigit('4', 100);
    await settle();
    channel.receivedDigit('2', 100);
    await settle();
    expect(told.at(-1)).toBe('42 1 NoOp(dialled)');
    await channel.requestHangup({ cause: 16, by: 'remote' });
    await done;
  });

  it('goes to T when the call has lasted as long as it may', async () => {
    const { runtime, dial, told, clock } = bench({
      default: [
        ['100', 'Set(TIMEOUT(absolute)=1)', 'Wait(3)'],
        ['T', 'NoOp(enough)'],
      ],
    });
    const done = runtime.run(dial('100'));
    await settle();
    clock.advance(1000);
    await done;
    expect(told.slice(2)).toEqual(['T 1 NoOp(enough)', 'hangup dialplan 16 at T 1', 'destroyed 0 at T 2']);
    expect(clock.pending).toBe(0);
  });

  it('runs nothing any more when the switch closes under it', async () => {
    const { runtime, dial, told, owner } = bench({
      default: [
        ['100', 'Wait(60)', 'NoOp(never)'],
        ['h', 'NoOp(never)'],
      ],
    });
    const done = runtime.run(dial('100'));
    await settle();
    await owner.close();
    await done;
    expect(told.filter((each) => each.includes('never'))).toEqual([]);
    runtime.close();
    expect(owner.events.listenerCount).toBe(0);
  });
});

describe('an application that somebody outside runs', () => {
  const restricted = { external: true, restricted: true } as const;

  it('has no more rights than they have, however what it does comes together', async () => {
    const { runtime, dial, stored } = bench({ default: [] }, { liveDangerously: true });
    const channel = dial('100');
    channel.setVariable('F', 'DB(a/b)');
    for (const [name, data] of [
      ['Set', 'DB(a/b)=1'],
      ['Exec', 'Set(${F}=1)'],
      ['Exec', 'Exec(Set(${F}=1))'],
      ['TryExec', 'Set(${F}=1)'],
      ['MSet', 'X=1,DB(a/b)=1'],
    ] as const) {
      await runtime.execute(channel, name, data, restricted);
      expect([name, data, [...stored]]).toEqual([name, data, []]);
    }
    await runtime.execute(channel, 'Set', 'DB(a/b)=1');
    expect([...stored]).toEqual([['a/b', '1']]);
  });

  it('is forbidden by what is declared of it and of the functions that its data names', () => {
    const { runtime } = bench({ default: [] });
    for (const [name, data] of [
      ['exec', 'NoOp()'],
      ['System', 'id'],
      ['Set', 'X=${db_delete(a/b)}'],
      ['Set', 'X=${Eval(${Y})}'],
      ['NoOp', '$[${SHELL (id)}]'],
    ] as const)
      expect([name, data, runtime.forbidden(name, data)]).toEqual([name, data, true]);
    for (const [name, data] of [
      ['Wait', '1'],
      ['Set', 'X=${FEEDBACK(a)} SHELL'],
      ['Playback', 'shell'],
    ] as const)
      expect([name, data, runtime.forbidden(name, data)]).toEqual([name, data, false]);
  });
});

it('publishes each application before it runs', async () => {
  const { runtime, dial } = bench({ default: [['100', 'Set(X=1)', 'NoOp(x=${X})']] });
  const heard = await published('asterism:dialplan:application', () => runtime.run(dial('100')));
  const place = { channel: expect.any(String), context: 'default', exten: '100' };
  expect(heard).toEqual([
    { ...place, priority: 1, application: 'Set', data: 'X=1' },
    { ...place, priority: 2, application: 'NoOp', data: 'x=1' },
  ]);
});
