import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ariTypes, webSocketClientType } from '../src/ari/index.ts';
import { isAsterismError } from '../src/errors/index.ts';
import { memoryLogger } from '../src/log/index.ts';
import { coreTypes, objectModules } from '../src/objects/index.ts';
import { pjsipTypes } from '../src/pjsip/index.ts';
import { FakeClock } from '../src/platform/index.ts';
import { Push, Sorcery, type TypeSpec } from '../src/sorcery/index.ts';
import { AstDb } from '../src/store/index.ts';

const specs: readonly TypeSpec[] = [
  ...pjsipTypes,
  ...ariTypes,
  webSocketClientType,
  ...coreTypes,
  ...objectModules.flatMap((each) => each.types),
];
/** How many bodies each type gets. */
const RUNS = 200;
const STATUSES = [400, 403, 404];

const dir = mkdtempSync(join(tmpdir(), 'asterism-any-push-'));
const log = memoryLogger();
let astdb: AstDb;
let sorcery: Sorcery;
/** What a server sees that is started over the same rows. */
let later: Sorcery;
let push: Push;

beforeAll(async () => {
  const sections = new Set(specs.map((each) => each.section));
  writeFileSync(
    join(dir, 'sorcery.conf'),
    [...sections]
      .map((section) => {
        const types = specs.filter((each) => each.section === section);
        return `[${section}]\n${types.map(({ type }) => `${type}=astdb,any_${section}\n`).join('')}`;
      })
      .join(''),
  );
  astdb = await AstDb.open({ file: join(dir, 'astdb.sqlite3'), log });
  const make = () => {
    const made = new Sorcery({ etcDir: dir, astdb, log, clock: new FakeClock(), running: () => true });
    made.register(specs, 'none.conf');
    return made;
  };
  sorcery = make();
  later = make();
  push = new Push(sorcery);
});
afterAll(async () => {
  sorcery.close();
  later.close();
  await astdb.close();
  rmSync(dir, { recursive: true });
});

/** Bodies that look like what is right, and bodies that do not. */
function bodies(spec: TypeSpec) {
  const names = spec.options.map((each) => each.name);
  const words = spec.options.flatMap((each) => each.kind.accepts.match(/[\w<>./:-]+/g) ?? []);
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '',
      'yes',
      '0',
      '42',
      'sip:a@b',
      '127.0.0.1/8',
      'a=b,c="d,e"',
      'ulaw',
      '\u0000',
      '\n',
      '__proto__',
    ),
    ...(words.length === 0 ? [] : [fc.constantFrom(...words)]),
    ...(names.length === 0 ? [] : [fc.constantFrom(...spec.options.map((each) => each.default))]),
  );
  const name = fc.oneof(
    ...(names.length === 0 ? [] : [{ weight: 8, arbitrary: fc.constantFrom(...names) }]),
    { weight: 1, arbitrary: fc.constantFrom('type', '@own', '@', 'event_x', '__proto__', 'toString', '') },
    { weight: 1, arbitrary: fc.string() },
  );
  const field = fc.record({ attribute: name, value: text });
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(field, { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.array(fc.oneof(field, fc.jsonValue()), { maxLength: 6 }) },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** Attributes in any order: JSON puts names that are numbers first. */
const lines = (reply: string | undefined) =>
  reply === undefined
    ? undefined
    : (JSON.parse(reply) as object[]).map((each) => JSON.stringify(each)).sort();

describe.each(specs.map((spec) => [`${spec.configClass}/${spec.type}`, spec] as const))('%s', (_, spec) => {
  it('answers whatever is pushed with a list or a refusal that explains, and gives back what it answered', async () => {
    const { configClass, type } = spec;
    await fc.assert(
      fc.asyncProperty(fc.array(bodies(spec), { minLength: 1, maxLength: 3 }), async (each) => {
        let stored: string | undefined;
        // What a failed run left behind must not be part of the next one.
        await push.delete(configClass, type, 'any').catch(() => {});
        for (const body of each) {
          try {
            const answer = await push.put(configClass, type, 'any', body);
            expect(answer.status).toBe(200);
            expect(Array.isArray(JSON.parse(answer.body))).toBe(true);
            stored = answer.body;
          } catch (error) {
            if (!isAsterismError(error)) throw error;
            expect(STATUSES).toContain(error.status);
            if (error.status === 400 && error.code !== 'PUSH_NO_FIELDS')
              expect([error.field, error.detail]).not.toContain(undefined);
          }
          // A refusal changed nothing; what was answered is what the row says.
          const found = later.get(type, 'any', configClass)?.reply();
          expect(lines(found)).toEqual(lines(stored));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
