import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../tests/support/conf-files.ts';
import { OTHER, SEED } from '../../tests/support/edited-conf.ts';
import { ConfError } from './conf-error.ts';
import { type ConfEdit, ConfEditError, ConfEditing, type EditOptions } from './edit.ts';
import type { Section } from './section.ts';
import { newcat, target } from './test-edits.ts';

const FILE = '/etc/t.conf';
function open(text: string | Uint8Array, others: Record<string, string> = {}, options: EditOptions = {}) {
  const files = memoryFiles({ [FILE]: text, '/etc/other.conf': OTHER, ...others });
  return new ConfEditing(FILE, { files, allowExec: true, ...options });
}

const restricted = (category: string) => ({ category, filter: (each: Section) => each.isTemplate });
const variable = (name: string, value: string, isObject = false) => ({ name, value, isObject });

function edited(text: string, edits: readonly ConfEdit[], others: Record<string, string> = {}): string {
  const editing = open(text, others);
  for (const each of edits) editing.apply(each);
  return Buffer.from(editing.bytes).toString();
}

function fault(text: string, edit: ConfEdit, others: Record<string, string> = {}): string {
  try {
    open(text, others).apply(edit);
  } catch (error) {
    if (error instanceof ConfEditError) return error.fault;
    throw error;
  }
  return 'none';
}

/** Lines that went (`-`) and came (`+`). */
function difference(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  let end = 0;
  while (end < old.length - same && end < now.length - same && old.at(-1 - end) === now.at(-1 - end)) end++;
  return [
    ...old.slice(same, old.length - end).map((each) => `-${each}`),
    ...now.slice(same, now.length - end).map((each) => `+${each}`),
  ];
}

const change = (...edits: ConfEdit[]) => difference(SEED, edited(SEED, edits));

describe('a variable', () => {
  it('gets another value where it stands, with its spacing and its comment', () => {
    const update = (category: string, name: string, value: string, match?: string): ConfEdit => ({
      kind: 'update',
      ...target(category),
      match,
      ...variable(name, value),
    });
    expect(change(update('general', 'foo', 'new'))).toEqual(['-foo=bar ; trailing', '+foo=new ; trailing']);
    expect(change(update('general', 'FOO', 'new', 'Second'))).toEqual(['-foo = second', '+foo = new']);
    expect(change(update('general', 'baz', 'p;q'))).toEqual(['-baz => obj', '+baz => p\\;q']);
    expect(change(update('users', '6002', ''))).toEqual(['-6002 = bob', '+6002 =']);
    expect(change(update('dup', 'a', '3', '2'))).toEqual(['-a=2', '+a=3']);
    expect(fault(SEED, update('users', '6001', 'x', 'nobody'))).toBe('no-variable');
    expect(fault(SEED, update('tmpl', 'x', '2'))).toBe('no-category');
  });

  it('is overridden in its section when a template gave it', () => {
    expect(change({ kind: 'update', ...target('inst'), match: undefined, ...variable('x', '9') })).toEqual([
      '+x = 9',
    ]);
  });

  it('is written by one line when several lines had made it', () => {
    const text = '[a]\nx=1\ny=2\nx+=,3\nx+=,4\n';
    const update: ConfEdit = { kind: 'update', ...target('a'), match: undefined, ...variable('x', '5') };
    expect(edited(text, [update])).toBe('[a]\nx=5\ny=2\n');
    const remove: ConfEdit = { kind: 'delete', ...target('a'), name: 'x', match: '1,3,4', line: undefined };
    expect(edited(text, [remove])).toBe('[a]\ny=2\n');
  });

  it('is appended behind the last one of its section, or inserted before the one of a number', () => {
    const append = (category: string): ConfEdit => ({
      kind: 'append',
      ...target(category),
      ...variable('n', 'o', true),
    });
    expect(change(append('users'))).toEqual(['+n => o']);
    expect(edited(SEED, [append('users')])).toContain('6002 = bob\nn => o\n\n[tmpl]');
    expect(edited(SEED, [append('inst')])).toContain('[inst](+)\nz=3\nn => o\n[dup]');
    expect(edited('[a]\n; about a\n\n[b]\n', [append('a')])).toBe('[a]\nn => o\n; about a\n\n[b]\n');
    expect(edited('[a]\nx=1', [append('a')])).toBe('[a]\nx=1\nn => o\n');
    expect(edited('[a]\r\nx=1\r\n', [append('a')])).toBe('[a]\r\nx=1\r\nn => o\r\n');
    const insert = (line: number): ConfEdit => ({
      kind: 'insert',
      line,
      ...target('users'),
      ...variable('n', '1'),
    });
    expect(edited(SEED, [insert(0)])).toContain('[users]\nn = 1\n; c1\n');
    expect(edited(SEED, [insert(1)])).toContain('6001=alice\nn = 1\n6002');
    expect(edited(SEED, [insert(99)])).toContain('6002 = bob\nn = 1\n\n');
  });

  it('is deleted by name, value or number, and the comments around it stay', () => {
    const remove = (category: string, more: object): ConfEdit => ({
      kind: 'delete',
      ...target(category),
      name: undefined,
      match: undefined,
      line: undefined,
      ...more,
    });
    expect(change(remove('general', { name: 'foo' }))).toEqual(['-foo=bar ; trailing', '-foo = second']);
    expect(change(remove('general', { name: 'foo', match: 'second' }))).toEqual(['-foo = second']);
    expect(change(remove('users', { line: 1 }))).toEqual(['-6002 = bob']);
    expect(fault(SEED, remove('users', { line: 9 }))).toBe('no-variable');
    // What a template gives cannot be taken away from one section.
    expect(fault(SEED, remove('inst', { name: 'x' }))).toBe('no-variable');
  });

  it('leaves behind what a block comment needs of its line', () => {
    const text = '[a]\nx=1 ;-- open\ny=2\n--; z=3 ; t\nlast=1\n';
    const remove = (name: string): ConfEdit => ({
      kind: 'delete',
      ...target('a'),
      name,
      match: undefined,
      line: undefined,
    });
    expect(edited(text, [remove('x')])).toBe('[a]\n;-- open\ny=2\n--; z=3 ; t\nlast=1\n');
    expect(edited(text, [remove('z')])).toBe('[a]\nx=1 ;-- open\ny=2\n--; ; t\nlast=1\n');
    const insert: ConfEdit = { kind: 'insert', line: 1, ...target('a'), ...variable('n', '1') };
    expect(edited(text, [insert])).toBe('[a]\nx=1 ;-- open\ny=2\n--; z=3 ; t\nn = 1\nlast=1\n');
  });
});

describe('a category', () => {
  it('is made at the end, or before another one and the comment above that', () => {
    expect(change(newcat('fresh'))).toEqual(['+[fresh]']);
    expect(change(newcat('both', { isTemplate: true, inherit: ['tmpl', 'dup'] }))).toEqual([
      '+[both](!,tmpl,dup)',
    ]);
    expect(edited('[a]\nx=1\n\n; about b\n[b]\n', [newcat('n', { before: 'b' })])).toBe(
      '[a]\nx=1\n\n[n]\n; about b\n[b]\n',
    );
    expect(fault(SEED, newcat('Users'))).toBe('not-created');
    expect(fault(SEED, newcat('inc'))).toBe('not-created');
    expect(fault(SEED, newcat('users', { allowDuplicates: true }))).toBe('none');
    expect(fault(SEED, newcat('n', { inherit: ['nosuch'] }))).toBe('no-template');
    expect(fault(SEED, newcat('n', { before: 'nosuch' }))).toBe('not-created');
  });

  it('is renamed, emptied and deleted with what was added to it further down', () => {
    expect(edited(SEED, [{ kind: 'renamecat', ...target('inst'), to: 'i2' }])).toBe(
      SEED.replaceAll('[inst]', '[i2]'),
    );
    expect(change({ kind: 'delcat', ...target('inst') })).toEqual([
      '-[inst](tmpl)',
      '-y=2',
      '-[inst](+)',
      '-z=3',
    ]);
    expect(change({ kind: 'emptycat', ...target('users') })).toEqual(['-6001=alice', '-6002 = bob']);
  });

  it('stands for all of its name, or for those that a filter leaves', () => {
    expect(change({ kind: 'delcat', ...target('dup') })).toEqual(['-[dup]', '-a=1', '-[dup]', '-a=2']);
    const filter = (each: Section) => each.get('a') === '2';
    expect(change({ kind: 'delcat', category: 'dup', filter })).toEqual(['-[dup]', '-a=2']);
  });

  it('that others inherit from is neither deleted nor renamed', () => {
    expect(fault(SEED, { kind: 'delcat', ...restricted('tmpl') })).toBe('unsafe');
    expect(fault(SEED, { kind: 'renamecat', ...restricted('tmpl'), to: 't2' })).toBe('unsafe');
  });

  it('takes the include that filled it along, and leaves the included file alone', () => {
    const editing = open('[a]\nx=1\n#include "bare.conf"\n[b]\n', { '/etc/bare.conf': 'y=2\n' });
    editing.apply({ kind: 'delcat', ...target('a') });
    expect(Buffer.from(editing.bytes).toString()).toBe('[b]\n');
    expect([...editing.changes.keys()]).toEqual([FILE]);
  });
});

describe('an included file', () => {
  it('is edited where the category stands', () => {
    const editing = open(SEED);
    editing.apply({ kind: 'append', ...target('inc'), ...variable('more', '2') });
    expect([...editing.changes].map(([path, bytes]) => [path, bytes.toString()])).toEqual([
      ['/etc/other.conf', '[inc]\nfrominc=1\nmore = 2\n'],
    ]);
  });

  it('is not edited when others would change with it', () => {
    const text = '[a]\n#include "bare.conf"\n[b]\n#include "bare.conf"\n';
    const update: ConfEdit = { kind: 'update', ...target('a'), match: undefined, ...variable('y', '3') };
    expect(fault(text, update, { '/etc/bare.conf': 'y=2\n' })).toBe('unsafe');
  });

  it('is no place for what a command prints', () => {
    const text = '[a]\n#exec echo y=2\nx=1\n';
    expect(edited(text, [{ kind: 'append', ...target('a'), ...variable('z', '3') }])).toBe(`${text}z = 3\n`);
    expect(fault(text, { kind: 'emptycat', ...target('a') })).toBe('unsafe');
  });
});

describe('what no line can say', () => {
  it.each([
    ['a line break', 'x', '1\n[evil]'],
    ['a NUL', 'x', '1\0'],
    ['a name that is a section', '[x]', '1'],
    ['a name that is an include', '#include "/etc/passwd"', '1'],
    ['a name with an equals sign', 'a=b', '1'],
    ['an empty name', ' ', '1'],
  ])('is refused: %s', (_, name, value) => {
    expect(fault(SEED, { kind: 'append', ...target('users'), ...variable(name, value) })).toBe('unwritable');
  });

  it('is refused as a category too', () => {
    for (const name of ['a]b', 'a\nb', 'a\0b']) {
      expect(fault(SEED, newcat(name))).toBe('unwritable');
      expect(fault(SEED, { kind: 'renamecat', ...target('users'), to: name })).toBe('unwritable');
    }
    expect(fault(SEED, newcat('a;b'))).toBe('none');
  });
});

describe('sections that inherit from a changed one', () => {
  const text = '[t](!)\nx=1\n[u](!,t)\nw=7\n[a](u)\ny=2\n[b](u)\nx=5\n';
  const update: ConfEdit = { kind: 'update', ...restricted('t'), match: undefined, ...variable('x', '2') };

  it('keep what they had', () => {
    expect(edited(text, [update])).toBe(
      text.replace('x=1', 'x=2').replace('[u](!,t)\n', '[u](!,t)\nx = 1\n'),
    );
  });

  it('follow it without preserveContext', () => {
    const editing = open(text, {}, { preserveContext: false });
    editing.apply(update);
    expect(Buffer.from(editing.bytes).toString()).toBe(text.replace('x=1', 'x=2'));
    expect(editing.config.section('a')?.get('x')).toBe('2');
  });
});

it('keeps bytes that are no UTF-8', () => {
  const bytes = Buffer.from('[a]\n; caf\xe9\nx=\xe9\n', 'latin1');
  const editing = open(bytes);
  editing.apply({ kind: 'append', ...target('a'), ...variable('y', 'é') });
  expect(Buffer.from(editing.bytes)).toEqual(Buffer.from('[a]\n; caf\xe9\nx=\xe9\ny = \xe9\n', 'latin1'));
  expect(() => editing.apply({ kind: 'append', ...target('a'), ...variable('z', '€') })).toThrow(
    ConfEditError,
  );
});

it('adds one line to any text at all, and changes no byte of it', () => {
  const pieces = fc.constantFrom(
    '[a]',
    '[b](a)',
    '[a](+)',
    'x=1',
    '+=2',
    ';',
    ';--',
    '--;',
    '\\',
    ' ',
    '\r',
    '\0',
    'ü',
  );
  const text = fc
    .array(fc.oneof(pieces, fc.constant('\n')), { maxLength: 40 })
    .map((each) => `[a]\n${each.join('')}`);
  let made = 0;
  fc.assert(
    fc.property(text, (before) => {
      let editing: ConfEditing;
      try {
        editing = open(before);
      } catch (error) {
        if (error instanceof ConfError) return;
        throw error;
      }
      try {
        editing.apply({ kind: 'append', category: 'a', filter: firstOnly(), ...variable('new', 'line') });
      } catch (error) {
        // Behind a block comment that never ends nothing can be added.
        if (!(error instanceof ConfEditError)) throw error;
        expect(error.fault).toBe('unsafe');
        return;
      }
      made++;
      const after = Buffer.from(editing.bytes).toString();
      expect([before, `${before}\n`, `${before}\r\n`]).toContain(after.replace(/new = line\r?\n/, ''));
    }),
    { numRuns: 500 },
  );
  expect(made).toBeGreaterThan(100);

  function firstOnly() {
    let taken = false;
    return () => {
      const first = !taken;
      taken = true;
      return first;
    };
  }
});
