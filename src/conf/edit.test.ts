import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../tests/support/conf-files.ts';
import { type ConfEdit, ConfEditError, ConfEditing, type EditOptions } from './edit.ts';
import { type Config, loadConfig } from './load.ts';
import type { Section } from './section.ts';

const FILE = '/etc/t.conf';
const SEED = `; leading comment
#include "other.conf"
[general]
; a comment about foo
foo=bar ; trailing
foo = second
baz => obj
empty=
esc=a\\;b

[users]
; c1
6001=alice
6002 = bob

[tmpl](!)
x=1
[inst](tmpl)
y=2
[inst](+)
z=3
[dup]
a=1
[dup]
a=2
`;
const OTHER = '[inc]\nfrominc=1\n';

function open(text: string | Uint8Array, others: Record<string, string> = {}, options: EditOptions = {}) {
  const files = memoryFiles({ [FILE]: text, '/etc/other.conf': OTHER, ...others });
  return new ConfEditing(FILE, { files, allowExec: true, ...options });
}

const target = (category: string) => ({ category, filter: undefined });
const restricted = (category: string) => ({ category, filter: (each: Section) => each.isTemplate });
const variable = (name: string, value: string, isObject = false) => ({ name, value, isObject });
const newcat = (category: string, more: Partial<ConfEdit & { kind: 'newcat' }> = {}): ConfEdit => ({
  kind: 'newcat',
  category,
  isTemplate: false,
  inherit: [],
  allowDuplicates: false,
  before: undefined,
  ...more,
});

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

/** The simple model: categories with their own variables. `raw` is the line of one that nobody has touched. */
interface ModelVariable {
  name: string;
  value: string;
  raw: string | undefined;
  /** A command printed it. */
  printed: boolean;
}

interface ModelCategory {
  name: string;
  isTemplate: boolean;
  templates: readonly string[];
  inherited: number;
  variables: ModelVariable[];
}

function modelOf(config: Config, rawOf: (file: string, line: number) => string | undefined): ModelCategory[] {
  return config.sections.map(({ name, isTemplate, templates, variables }) => ({
    name,
    isTemplate,
    templates,
    inherited: variables.filter((each) => each.inherited).length,
    variables: variables
      .filter((each) => !each.inherited)
      .map((each) => ({
        name: each.name,
        value: each.value,
        raw: rawOf(each.file, each.line),
        printed: each.file.startsWith('#exec'),
      })),
  }));
}

/** Makes an edit of the model; false when it is refused. */
function applyToModel(model: ModelCategory[], edit: ConfEdit): boolean {
  const fresh = ({ name, value }: { name: string; value: string }): ModelVariable => ({
    name,
    value,
    raw: undefined,
    printed: false,
  });
  if (edit.kind === 'newcat') {
    if (!edit.allowDuplicates && model.some((each) => each.name === edit.category)) return false;
    const bases = edit.inherit.map((name) => model.find((each) => each.name === name));
    if (bases.includes(undefined)) return false;
    model.push({
      name: edit.category,
      isTemplate: edit.isTemplate,
      templates: edit.inherit,
      inherited: bases.reduce((sum, each) => sum + (each?.inherited ?? 0) + (each?.variables.length ?? 0), 0),
      variables: [],
    });
    return true;
  }
  const meant = model.filter((each) => each.name === edit.category && !each.isTemplate);
  if (meant.length === 0) return false;
  let found = false;
  for (const category of meant) {
    const { variables } = category;
    switch (edit.kind) {
      case 'renamecat':
        category.name = edit.to;
        found = true;
        break;
      case 'delcat':
        model.splice(model.indexOf(category), 1);
        found = true;
        break;
      case 'emptycat':
        if (variables.some((each) => each.printed)) return false;
        category.variables = [];
        found = true;
        break;
      case 'append':
        variables.push(fresh(edit));
        found = true;
        break;
      case 'insert':
        variables.splice(Math.max(0, edit.line - category.inherited), 0, fresh(edit));
        found = true;
        break;
      case 'update': {
        const variable = variables.find((each) => each.name === edit.name);
        if (variable === undefined) break;
        if (variable.printed) return false;
        Object.assign(variable, { value: edit.value, raw: undefined });
        found = true;
        break;
      }
      case 'delete': {
        const gone = variables.filter(
          (each, index) =>
            (edit.line === undefined || index + category.inherited === edit.line) &&
            (edit.name === undefined || each.name === edit.name),
        );
        if (gone.some((each) => each.printed)) return false;
        category.variables = variables.filter((each) => !gone.includes(each));
        if (gone.length > 0) found = true;
      }
    }
  }
  return found;
}

describe('any sequence of edits', () => {
  const names = fc.constantFrom('a', 'b', 'c');
  const keys = fc.constantFrom('x', 'y', 'z');
  const values = fc.constantFrom('', '1', 'two words', 'a;b', ';--', '--;', '=', '"q"', '\\', 'ü');
  const line = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(keys, fc.constantFrom('=', ' = ', '=>', '\t=> '), fc.constantFrom('1', 'v', 'a\\;b', ''))
        .map((each) => each.join('')),
    },
    { weight: 2, arbitrary: fc.constantFrom('', '; comment', '  ;x=1', ';---', 'junk', 'x=1 ; trailing') },
    fc.constantFrom(
      '#include "sections.conf"',
      ';-- open\nx=hidden\n[hidden]\n--;',
      'y=1 ;-- a\nz=0\n--; q=2 ; t',
    ),
  );
  const body = fc.array(line, { maxLength: 6 }).map((each) => each.map((text) => `${text}\n`).join(''));
  const head = fc.oneof(
    names.map((name) => `[${name}]`),
    names.map((name) => `[${name}](t)`),
    fc.constantFrom('[b](u,t) ; with both', '[c](!)'),
  );
  const file = fc
    .tuple(
      body.map((text) => text.replaceAll('"sections.conf"', '"none.conf"')),
      fc.array(fc.tuple(head, body), { maxLength: 6 }),
      // Some of the included and the printed variables belong to the last category.
      fc.subarray(['#include "bare.conf"', '#exec echo e=9', '#tryinclude "nothing.conf"']),
      fc.boolean(),
    )
    .map(([first, sections, extra, open]) => {
      const text = `; top\n[t](!)\nx=0\n[u](!)\ny=0\n${first.replaceAll('#include "none.conf"\n', '')}`;
      const all = `${text}${sections.map(([top, rest]) => `${top}\n${rest}`).join('')}[last]\nk=1\n${extra.join('\n')}`;
      return open ? all.trimEnd() : `${all}\n`;
    });
  const who = fc.oneof(names, fc.constant('last')).map(target);
  const what = fc.record({ name: keys, value: values, isObject: fc.boolean() });
  const number = fc.nat({ max: 5 });
  const edit: fc.Arbitrary<ConfEdit> = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'n'),
        fc.boolean(),
        fc.subarray(['t', 'u', 'nosuch'] as const, { maxLength: 2 }),
        fc.boolean(),
      )
      .map(([name, isTemplate, inherit, allowDuplicates]) =>
        newcat(name, { isTemplate, inherit, allowDuplicates }),
      ),
    fc
      .tuple(who, fc.constantFrom('a', 'r', 's'))
      .map(([each, to]): ConfEdit => ({ kind: 'renamecat', ...each, to })),
    who.map((each): ConfEdit => ({ kind: 'delcat', ...each })),
    who.map((each): ConfEdit => ({ kind: 'emptycat', ...each })),
    fc.tuple(who, what).map(([each, it]): ConfEdit => ({ kind: 'append', ...each, ...it })),
    fc
      .tuple(who, what, number)
      .map(([each, it, at]): ConfEdit => ({ kind: 'insert', ...each, ...it, line: at })),
    fc.tuple(who, what).map(([each, it]): ConfEdit => ({ kind: 'update', ...each, ...it, match: undefined })),
    fc.tuple(who, fc.option(keys, { nil: undefined }), number).map(
      ([each, name, at]): ConfEdit => ({
        kind: 'delete',
        ...each,
        name,
        match: undefined,
        line: name === undefined ? at : undefined,
      }),
    ),
  );

  it('equals that of the model when the file is read again, and every other line is as it was', () => {
    let made = 0;
    fc.assert(
      fc.property(file, fc.array(edit, { minLength: 1, maxLength: 8 }), (text, edits) => {
        const others = {
          '/etc/sections.conf': '; of its own\n[inc]\nw=1\n',
          '/etc/bare.conf': 'v=1\n; in\n',
        };
        const table: Record<string, string | Uint8Array> = { [FILE]: text, ...others };
        const options = { files: memoryFiles(table), allowExec: true };
        const editing = new ConfEditing(FILE, options);
        const rawOf = (source: Record<string, string | Uint8Array>) => (path: string, at: number) =>
          source[path] === undefined ? undefined : String(source[path]).split('\n')[at - 1];
        const model = modelOf(editing.config, rawOf(table));
        for (const each of edits) {
          // An update of what only a template has becomes a line of the section: see above.
          if (each.kind === 'update' && inheritedOnly(editing.config, each)) continue;
          const done = applyToModel(model, each);
          let refused = false;
          try {
            editing.apply(each);
          } catch (error) {
            if (!(error instanceof ConfEditError)) throw error;
            refused = true;
          }
          expect(refused, `${JSON.stringify(each)} in\n${text}`).toBe(!done);
          if (refused) return;
          made++;
        }
        const now: Record<string, string> = {};
        for (const path of Object.keys(table))
          now[path] = String(editing.changes.get(path) ?? Buffer.from(table[path] ?? ''));
        const read = modelOf(loadConfig(FILE, { ...options, files: memoryFiles(now) }), rawOf(now));
        expect(read.map(plain)).toEqual(model.map(plain));
        for (const [index, category] of model.entries()) {
          for (const [at, { raw }] of byName(category).entries())
            if (raw !== undefined) expect(byName(read[index])[at]?.raw).toBe(raw);
        }
        expect(silent(now[FILE] ?? '')).toEqual(silent(text));
        const printed = model.some(({ variables }) => variables.some((each) => each.printed));
        expect((now[FILE] ?? '').includes('#exec')).toBe(printed);
        expect(silent(now['/etc/bare.conf'] ?? '')).toEqual(['; in']);
        expect(now['/etc/sections.conf']).toBe(others['/etc/sections.conf']);
      }),
      { numRuns: 400 },
    );
    expect(made).toBeGreaterThan(200);
  });

  function inheritedOnly(config: Config, { category, name }: ConfEdit & { kind: 'update' }): boolean {
    return config.sections.some(
      (each) =>
        each.name === category &&
        !each.variables.some((one) => one.name === name && !one.inherited) &&
        each.get(name) !== undefined,
    );
  }

  /** Variables of different names may change places. */
  function byName(category: ModelCategory | undefined): ModelVariable[] {
    return [...(category?.variables ?? [])].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  function plain(category: ModelCategory) {
    const { name, isTemplate, templates } = category;
    return [name, isTemplate, templates, byName(category).map((each) => `${each.name}=${each.value}`)];
  }

  /** Lines that no edit is about. */
  function silent(text: string): string[] {
    return text
      .split('\n')
      .filter((each) =>
        /^\s*(;(?!-- a)|#tryinclude|#include "sections|junk|--;$|\[hidden|x=hidden|z=0$)/.test(each),
      );
  }
});
