import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { AstDb } from '../store/index.ts';
import { bool, listOf, text, UNSET, uint } from './kinds.ts';
import { ObjectType, type TypeSpec } from './object-type.ts';
import { Push } from './push.ts';
import { Sorcery } from './sorcery.ts';
import { SorceryObject } from './sorcery-object.ts';

/** A type with an option of every sort. */
export const lampType: TypeSpec = {
  configClass: 'res_lamps',
  type: 'lamp',
  section: 'res_lamps',
  module: 'res_lamps',
  options: [
    { name: 'colour', kind: text, default: 'white' },
    { name: 'watts', kind: uint, default: '40' },
    { name: 'Dimmable', kind: bool, default: 'false' },
    { name: 'tag', kind: listOf((part) => [part], 'words'), default: '', multi: true, omitEmpty: 'created' },
    { name: 'pin', kind: uint, default: '', secret: true, omitEmpty: 'always' },
    { name: 'note', kind: text, default: UNSET, optional: true },
    {
      name: 'brightness',
      kind: uint,
      default: '',
      hidden: true,
      writes(input, draft) {
        if (!/^\d{1,3}$/.test(input)) return false;
        draft.set('watts', input);
        return true;
      },
    },
  ],
  finish: (draft) =>
    Number(draft.get('watts')) > 100
      ? { field: 'watts', detail: 'too bright', hint: '100 at most.' }
      : undefined,
};

/** A second type of the class, which needs no module that may be missing. */
export const shadeType: TypeSpec = {
  configClass: 'res_lamps',
  type: 'shade',
  section: 'res_lamps',
  module: 'res_shades',
  options: [{ name: 'cloth', kind: text, default: 'linen' }],
};

/** A type with nothing to read, which takes options by the beginning of their name, and one that takes any. */
export const bareTypes: readonly TypeSpec[] = [
  {
    ...shadeType,
    type: 'fuse',
    module: 'res_lamps',
    options: [],
    others: {
      accepts: (name) => name.startsWith('load_'),
      name: 'load_<name>',
      doc: 'What hangs on it.',
      hidden: true,
    },
  },
  {
    ...shadeType,
    type: 'label',
    module: 'res_lamps',
    options: [
      {
        name: 'lamp',
        kind: text,
        default: '',
        refersTo: { configClass: 'res_lamps', type: 'lamp', besides: ['none'] },
      },
    ],
    others: { accepts: () => true, name: '<any>', doc: 'Anything.' },
  },
];

export const lamp = new ObjectType(lampType);

/** A lamp with some options set. */
export function makeLamp(id: string, fields: Record<string, string> = {}, type = lamp): SorceryObject {
  const draft = type.draft();
  for (const [name, value] of Object.entries(fields)) {
    const problem = draft.apply(name, value);
    if (problem !== undefined) throw new Error(problem.detail);
  }
  return new SorceryObject(type, id, draft.values, draft.extended);
}

/** Sorcery over a folder of its own; call `start` again for what a restarted server would see. */
export function makeBench() {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-sorcery-'));
  const log = memoryLogger();
  const clock = new FakeClock();
  const running: { sorcery: Sorcery; astdb: AstDb }[] = [];
  const stop = async () => {
    for (const { sorcery, astdb } of running.splice(0)) {
      sorcery.close();
      await astdb.close();
    }
  };
  return {
    dir,
    log,
    clock,
    write(name: string, content: string) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), content);
    },
    async start(isRunning: (module: string) => boolean = () => true) {
      await stop();
      const astdb = await AstDb.open({ file: join(dir, 'astdb.sqlite3'), log });
      const sorcery = new Sorcery({ etcDir: dir, astdb, log, clock, running: isRunning });
      running.push({ sorcery, astdb });
      sorcery.register([lampType, shadeType, ...bareTypes], 'lamps.conf');
      const type = sorcery.type('res_lamps', 'lamp') ?? lamp;
      return {
        sorcery,
        astdb,
        push: new Push(sorcery),
        lamp: (id: string, fields?: Record<string, string>) => makeLamp(id, fields, type),
        get: (id: string) => sorcery.get('lamp', id, 'res_lamps'),
        ids: (prefix?: string) => [...sorcery.all('lamp', prefix, 'res_lamps')].map((each) => each.id),
      };
    },
    async close() {
      await stop();
      rmSync(dir, { recursive: true });
    },
  };
}
