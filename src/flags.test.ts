import { describe, expect, it } from 'vitest';
import { flagHelp, parseFlags } from './flags.ts';

const read = (...args: string[]) => {
  const { counts, arguments: values } = parseFlags(args);
  return { counts: Object.fromEntries(counts), values: Object.fromEntries(values) };
};

describe('flags', () => {
  it('stand alone, together, or with their argument stuck to them', () => {
    expect(read('-f', '-C', '/etc/a.conf')).toEqual({ counts: { f: 1, C: 1 }, values: { C: '/etc/a.conf' } });
    expect(read('-rx', 'core show version')).toEqual({
      counts: { r: 1, x: 1 },
      values: { x: 'core show version' },
    });
    expect(read('-C/etc/a.conf', '-vvv', '-d').values).toEqual({ C: '/etc/a.conf' });
    expect(read('-vvv', '-vd').counts).toEqual({ v: 4, d: 1 });
    expect(read('-rxcore show version').values).toEqual({ x: 'core show version' });
    expect(read('-rx', '').values).toEqual({ x: '' });
  });

  it('take the last of several arguments', () => {
    expect(read('-C', 'a', '-C', 'b').values).toEqual({ C: 'b' });
  });

  it.each([...'fFcrRVhgqmnptTvdiIXWB'])('-%s is known and takes nothing', (letter) => {
    expect(read(`-${letter}`)).toEqual({ counts: { [letter]: 1 }, values: {} });
  });

  it.each([...'CxsLMUGe'])('-%s is known and takes an argument', (letter) => {
    expect(read(`-${letter}`, 'some').values).toEqual({ [letter]: 'some' });
    expect(() => read(`-${letter}`)).toThrow(`-${letter} needs`);
  });

  it('that do not exist are refused by name', () => {
    expect(() => read('-fZ')).toThrow('no flag -Z');
    expect(() => read('start')).toThrow("'start' is no flag");
    expect(() => read('-')).toThrow("'-' is no flag");
  });

  it('are all in the help, which says what is without effect', () => {
    const help = flagHelp();
    for (const letter of 'CfFcrRxVhgqmnptTvdiILMsUGXWBe') expect(help).toContain(`  -${letter} `);
    expect(help).toMatch(/-C <file>/);
    expect(help).toMatch(/-g .*without effect/);
  });
});
