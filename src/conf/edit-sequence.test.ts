import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../tests/support/conf-files.ts';
import { type ConfEdit, ConfEditError, ConfEditing } from './edit.ts';
import { type Config, loadConfig } from './load.ts';
import { newcat, target } from './test-edits.ts';

const FILE = '/etc/t.conf';

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
