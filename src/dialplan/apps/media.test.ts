// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the dial plan's own syntax
import { describe, expect, it } from 'vitest';
import { bench, settle } from '../run/test-bench.ts';
import type { MediaPort } from './definition.ts';

/** Media that plays until told to finish, and notes what happened. */
function fakeMedia(...sounds: string[]) {
  const events: string[] = [];
  let finish: (how: 'done' | 'failed') => void = () => {};
  const media: MediaPort = {
    hasSound: (name) => sounds.includes(name),
    play: (_channel, name, language) => {
      events.push(`play ${name} ${language}`);
      const finished = new Promise<'done' | 'failed'>((resolve) => {
        finish = resolve;
      });
      return { finished, stop: () => void events.push(`stop ${name}`) };
    },
    echo: () => {
      events.push('echo');
      return () => void events.push('no echo');
    },
  };
  return { media, events, finish: (how: 'done' | 'failed' = 'done') => finish(how) };
}

describe('Playback', () => {
  it('answers, plays one file after the other, and says how it went', async () => {
    const { media, events, finish } = fakeMedia('beep', 'bye');
    const { told, runtime, dial, calls } = bench(
      { default: [['1', 'Playback(beep&nosuch&bye)', 'NoOp(end)']] },
      { media },
    );
    const done = runtime.run(dial('1'));
    await settle();
    expect(calls).toEqual(['answer']);
    finish();
    await settle();
    finish();
    await done;
    expect(events).toEqual(['play beep en', 'stop beep', 'play bye en', 'stop bye']);
    expect(told).toContain('PLAYBACKSTATUS=FAILED');
    expect(told).toContain('1 2 NoOp(end)');
  });

  it('stops when the call is hung up', async () => {
    const { media, events } = fakeMedia('beep');
    const { told, runtime, dial } = bench({ default: [['1', 'Playback(beep)', 'NoOp(never)']] }, { media });
    const channel = dial('1');
    const done = runtime.run(channel);
    await settle();
    await channel.requestHangup({ cause: 16, by: 'remote' });
    await done;
    expect(events).toEqual(['play beep en', 'stop beep']);
    expect(told.slice(2)).toEqual([
      'hangup remote 16 at 1 1',
      'PLAYBACKSTATUS=SUCCESS',
      'hangup dialplan 16 at 1 1',
      'destroyed 16 at 1 1',
    ]);
  });

  it('plays nothing to a call that is not answered when told to skip', async () => {
    const { media, events } = fakeMedia('beep');
    const { told, runtime, dial, calls } = bench({ default: [['1', 'Playback(beep,skip)']] }, { media });
    await runtime.run(dial('1'));
    expect([...events, ...calls]).toEqual(['hangup 0']);
    expect(told).toContain('PLAYBACKSTATUS=SUCCESS');
  });

  it('ends the call without a file', async () => {
    const { told, runtime, dial } = bench({ default: [['1', 'Playback()', 'NoOp(never)']] });
    await runtime.run(dial('1'));
    expect(told.at(-1)).toBe('destroyed 0 at 1 1');
  });
});

describe('Echo', () => {
  it('goes on at # and at no other digit', async () => {
    const { media, events } = fakeMedia();
    const { told, runtime, dial, clock } = bench(
      { default: [['1', 'Answer()', 'Echo()', 'NoOp(after)']] },
      { media },
    );
    const channel = dial('1');
    const done = runtime.run(channel);
    await settle();
    channel.receivedDigit('1', 100);
    await settle();
    expect(events).toEqual(['echo']);
    channel.receivedDigit('#', 100);
    await done;
    expect(events).toEqual(['echo', 'no echo']);
    expect(told).toContain('1 3 NoOp(after)');
    expect(clock.pending).toBe(0);
  });
});

describe('Read', () => {
  it('collects digits up to the number asked for', async () => {
    const { media, finish } = fakeMedia('beep');
    const { told, runtime, dial } = bench(
      { default: [['1', 'Answer()', 'Read(PIN,beep,2)', 'NoOp(${PIN} ${READSTATUS})']] },
      { media },
    );
    const channel = dial('1');
    const done = runtime.run(channel);
    await settle();
    channel.receivedDigit('4', 100);
    await settle();
    finish();
    channel.receivedDigit('2', 100);
    await done;
    expect(told).toContain('1 3 NoOp(42 OK)');
  });

  it('says TIMEOUT when nothing comes', async () => {
    const { told, runtime, dial, clock } = bench({
      default: [['1', 'Answer()', 'Read(PIN,,2,,1,0.3)', 'NoOp(${PIN}|${READSTATUS})']],
    });
    const done = runtime.run(dial('1'));
    await settle();
    clock.advance(300);
    await done;
    expect(told).toContain('1 3 NoOp(|TIMEOUT)');
  });
});

describe('BackGround and WaitExten', () => {
  it('go to the extension that is dialled', async () => {
    const { media, events } = fakeMedia('menu');
    const { told, runtime, dial } = bench(
      {
        default: [
          ['1', 'BackGround(menu)', 'WaitExten(5)'],
          ['42', 'NoOp(dialled)'],
        ],
      },
      { media },
    );
    const channel = dial('1');
    const done = runtime.run(channel);
    await settle();
    channel.receivedDigit('4', 100);
    await settle();
    channel.receivedDigit('2', 100);
    await done;
    expect(events).toEqual(['play menu en', 'stop menu']);
    expect(told).toContain('42 1 NoOp(dialled)');
  });

  it('go to t when nobody dials', async () => {
    const { told, runtime, dial, clock } = bench({
      default: [
        ['1', 'WaitExten(5)'],
        ['t', 'NoOp(late)'],
      ],
    });
    const done = runtime.run(dial('1'));
    await settle();
    clock.advance(5000);
    await done;
    expect(told).toContain('t 1 NoOp(late)');
  });
});
