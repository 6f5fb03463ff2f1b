import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import type { AstDb, RowReader } from '../store/index.ts';
import { AstDbWizard } from './astdb-wizard.ts';
import { UNSET } from './kinds.ts';
import type { ObjectType } from './object-type.ts';
import { SorceryObject } from './sorcery-object.ts';

const empty = (type: ObjectType) => new SorceryObject(type, 'x', type.defaults);

/** The printed value of one option after some inputs; undefined when one is refused. */
export function printed(type: ObjectType, name: string, ...inputs: string[]): string | undefined {
  const draft = empty(type).draft();
  for (const input of inputs) if (draft.apply(name, input) !== undefined) return undefined;
  return draft.get(name);
}

/** What holds for every table of options, whatever it is about. */
export function everyTypeHolds(types: readonly ObjectType[]): void {
  describe.each(types.map((type) => [`${type.spec.configClass}/${type.name}`, type] as const))(
    'the type %s',
    laws,
  );
}

/** Inputs that some option may like: its words, what looks like an address or a list, and noise. */
function inputsOf(type: ObjectType): fc.Arbitrary<string> {
  const words = type.options.flatMap((each) => each.kind.accepts.match(/[\w<>-]+/g) ?? []);
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...words,
      '__proto__',
      'constructor',
      'toString',
      '/etc/passwd/x',
      '\u0000',
      '-1',
      '0x1f',
    ),
    fc.constantFrom(
      '"A" <1>',
      '(1) <>',
      '<"a">',
      '10.0.0.0/8',
      'sip:a@b',
      'ef',
      '1-3',
      'prefer:pending',
      'a=b',
    ),
    fc.integer().map(String),
    fc.double().map(String),
  );
  return fc.oneof(
    part,
    fc.array(part, { maxLength: 4 }).map((parts) => parts.join(',')),
    fc.tuple(part, fc.constantFrom(':', '=', '-', '/', ' ', '\n'), part).map((parts) => parts.join('')),
  );
}

function laws(_name: string, type: ObjectType): void {
  it('names each option once', () => {
    const names = type.options.map((each) => each.name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  it('belongs to a module, a class and a section', () => {
    for (const part of ['configClass', 'section', 'module'] as const) expect(type.spec[part]).not.toBe('');
  });

  it.each(type.options.map((each) => [each.name, each] as const))(
    '%s has a default that is read as itself, and says what it accepts',
    (name, option) => {
      expect(option.kind.accepts).not.toBe('');
      if (option.default === '' || option.default === UNSET) return;
      if (option.default === '(nothing)') return;
      expect(option.multi).toBeUndefined();
      expect(printed(type, name, option.default)).toBe(option.default);
    },
  );

  // A type may have no option of its own.
  (type.options.length === 0 ? it.skip : it)(
    'prints what it printed as the same again, and never throws, whatever is sent',
    () => {
      fc.assert(
        fc.property(fc.constantFrom(...type.options), inputsOf(type), (option, each) => {
          const draft = empty(type).draft();
          if (draft.apply(option.name, each) !== undefined || option.hidden) return;
          const first = draft.get(option.name);
          if (first === '' || first === UNSET || first === option.default) return;
          // Pairs come back from a row as they are: a value may have commas.
          if (option.showsAsNames) return;
          // Several values are kept with newlines between them and sent with commas.
          const again = option.multi
            ? first.split('\n').reduce((before, line) => option.kind.parse(line, before) ?? 'refused', '')
            : printed(type, option.name, first);
          expect([option.name, again]).toEqual([option.name, first]);
        }),
        { numRuns: 3_000 },
      );
    },
  );

  (type.options.length === 0 ? it.skip : it)('is read as it was written, where it promises that', () => {
    const fields = fc.array(fc.tuple(fc.constantFrom(...type.options), inputsOf(type)), { maxLength: 4 });
    fc.assert(
      fc.property(fields, fc.boolean(), (applied, created) => {
        const draft = empty(type).draft();
        for (const [option, input] of applied) draft.apply(option.name, input);
        const object = new SorceryObject(type, 'x', draft.values, draft.extended);
        if (!object.readsAsWritten) return;
        const db = {
          made: (key: string, reader: RowReader<unknown>) => reader.read(key, object.row(created)),
        } as unknown as AstDb;
        const read = new AstDbWizard(type, 'laws', db, memoryLogger()).get('x');
        expect(read?.values).toEqual(object.values);
        expect(read?.extended).toEqual(object.extended);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses with the name of the option and what it accepts, a secret never repeated', () => {
    for (const option of type.options) {
      const problem = empty(type).draft().apply(option.name, 'hunter2 not acceptable!,\n');
      if (problem === undefined) continue;
      expect(problem.field).toBe(option.name);
      expect(problem.hint).toContain('Accepted: ');
      if (option.secret) expect(JSON.stringify(problem)).not.toContain('hunter2');
    }
  });

  it('comes back from a stored row as it was', () => {
    const row = JSON.parse(empty(type).row(false)) as Record<string, string>;
    const draft = empty(type).draft();
    for (const [name, value] of Object.entries(row)) {
      const option = type.options[type.indexOf(name)];
      if (value !== option?.default) expect(draft.apply(name, value)).toBeUndefined();
    }
    expect(draft.values).toEqual(type.defaults);
  });
}
