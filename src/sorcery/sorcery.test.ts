import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { published } from '../../tests/support/diagnostics.ts';
import { loadConfigIfPresent } from '../conf/index.ts';
import { BuiltinWizard } from './builtin-wizard.ts';
import { parseMappings } from './index.ts';
import { lampType, makeBench } from './test-bench.ts';

let bench: ReturnType<typeof makeBench>;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

const map = (...lines: string[]) =>
  bench.write('sorcery.conf', `[res_lamps]\n${lines.map((line) => `lamp${line}\n`).join('')}`);
/** Refuses every row until it is let go, as a full disk does. */
const jam = (astdb: { query(sql: string): unknown; put(key: string, value: string): Promise<void> }) => {
  const put = astdb.put;
  astdb.put = () => Promise.reject(new Error('disk is full'));
  return () => {
    astdb.put = put;
  };
};

describe('mappings', () => {
  it('are read in the order of the file, with file and line', () => {
    bench.write('sorcery.conf', '[other]\nlamp=memory\n[res_lamps]\nlamp/cache = memory\nlamp=astdb, a,b\n');
    const config = loadConfigIfPresent('sorcery.conf', { etcDir: bench.dir });
    expect(parseMappings(config, 'res_lamps')).toMatchObject([
      { type: 'lamp', cache: true, wizard: 'memory', argument: '', line: 4 },
      { type: 'lamp', cache: false, wizard: 'astdb', argument: 'a,b', line: 5 },
    ]);
    expect(parseMappings(undefined, 'res_lamps')).toEqual([]);
  });

  it('that are not there leave a type to its file', async () => {
    bench.write('lamps.conf', '[a]\ntype=lamp\ncolour=red\n[b]\ntype=shade\n');
    const { sorcery, get, ids } = await bench.start();
    expect(ids()).toEqual(['a']);
    expect(get('a')?.get('colour')).toBe('red');
    expect(sorcery.mappings('res_lamps', 'lamp')).toMatchObject([
      { wizard: 'config', argument: 'lamps.conf,criteria=type=lamp' },
    ]);
  });

  it('of a cache alone leave the file behind it', async () => {
    bench.write('lamps.conf', '[a]\ntype=lamp\n');
    map('/cache=memory');
    const { ids } = await bench.start();
    expect(ids()).toEqual(['a']);
  });

  it('with a wizard that does not exist are left out alone, and say where and which there are', async () => {
    map('=memmory', '=memory');
    const { sorcery, lamp, get } = await bench.start();
    expect(sorcery.faultsOf('res_lamps', 'lamp')).toMatch(
      /sorcery\.conf:2: there is no wizard 'memmory'; known are config, memory, astdb, realtime, memory_cache/,
    );
    expect(sorcery.faultsOf('res_lamps', 'shade')).toBeUndefined();
    expect(await sorcery.create(lamp('a'))).toBe(true);
    expect(get('a')).toBeDefined();
    expect(bench.log.lines.join()).toContain("no wizard 'memmory'");
    expect(sorcery.problems()).toMatchObject([{ type: 'lamp', line: 2, option: 'memmory' }]);
  });

  it('do not fall back to the file when the only one does not work', async () => {
    bench.write('lamps.conf', '[a]\ntype=lamp\n');
    map('=memmory');
    const { sorcery, ids } = await bench.start();
    expect(ids()).toEqual([]);
    expect(sorcery.writable('res_lamps', 'lamp')).toBe(false);
  });

  it('for types that their section does not have are problems, with the section that has them', async () => {
    bench.write('sorcery.conf', '[res_lamps]\nlapm=memory\nsocket=memory\n[nosuch]\nlamp=memory\n');
    const { sorcery } = await bench.start();
    sorcery.register([{ ...lampType, type: 'socket', section: 'res_sockets' }], 'lamps.conf');
    expect(sorcery.strays()).toMatchObject([
      { line: 2, detail: "[res_lamps] has no type 'lapm': did you mean 'lamp'?" },
      { line: 3, detail: "[res_lamps] has no type 'socket': it belongs to [res_sockets]" },
    ]);
  });

  it.each([
    ['=astdb', 'astdb needs a prefix: astdb,<family>'],
    ['=config', 'config needs the name of a file'],
    ['=config,lamps.conf,nosuch=1', "config has no option 'nosuch'"],
    ['=config,lamps.conf,criteria=lamp', "config option criteria: 'lamp' is not <name>=<value>"],
    ['=config,lamps.conf,single_object=perhaps', "config option single_object: 'perhaps' is not yes or no"],
    ['/cache=memory_cache,maximum_objects=many', "option maximum_objects: 'many' is not a whole number"],
    ['/cache=memory_cache,nosuch=1', "memory_cache has no option 'nosuch'"],
  ])('lamp%s are refused by name', async (line, fault) => {
    map(line);
    const { sorcery } = await bench.start();
    expect(sorcery.faultsOf('res_lamps', 'lamp')).toContain(fault);
  });

  it('have their caches asked where they stand: one behind its wizards is asked last', async () => {
    bench.write('sorcery.conf', '[res_lamps]\nlamp=astdb,lamps\nlamp/cache=memory\n');
    const { sorcery, astdb, lamp, get } = await bench.start();
    await sorcery.create(lamp('a', { colour: 'red' }));
    await astdb.put('/lamps/lamp/a', '{"colour":"blue"}');
    expect(get('a')?.get('colour')).toBe('blue');
    expect(sorcery.wizardsOf('res_lamps', 'lamp').map((each) => each.name)).toEqual(['astdb', 'memory']);
    await astdb.delete('/lamps/lamp/a');
    expect(get('a')?.get('colour')).toBe('red');
  });

  it('in a file that cannot be read leave every type to its default', async () => {
    bench.write('sorcery.conf', '[res_lamps\n');
    bench.write('lamps.conf', '[a]\ntype=lamp\n');
    const { ids } = await bench.start();
    expect(ids()).toEqual(['a']);
    expect(bench.log.lines.join()).toContain('every type keeps its default mapping');
  });

  it('with the same wizard twice keep the first', async () => {
    map('=astdb,one', '=astdb,two');
    const { sorcery, astdb, lamp } = await bench.start();
    await sorcery.create(lamp('a'));
    expect([...astdb.range()].map(([key]) => key)).toEqual(['/one/lamp/a']);
  });
});

describe('sections of a file', () => {
  it('whose type nobody reads are problems, with the type that was meant', async () => {
    bench.write(
      'lamps.conf',
      '[a]\ntype=lapm\n[b]\ncolour=red\n[c]\ntype=lamp\n[d](!)\ncolour=red\n[e]\ntype=socket\n',
    );
    const { sorcery } = await bench.start();
    const section = { type: 'section', option: 'type' };
    expect(sorcery.problems()).toMatchObject([
      { ...section, id: 'a', line: 1, detail: "nothing reads objects of type 'lapm': did you mean 'lamp'?" },
      { ...section, id: 'b', line: 3, detail: 'it has no type, and is no object' },
      { ...section, id: 'e', line: 9, detail: "nothing reads objects of type 'socket'" },
    ]);
  });

  it('are none where their type is kept elsewhere, or where the file is read by other marks too', async () => {
    bench.write('lamps.conf', '[general]\ncolour=red\n[c]\ntype=lamp\n[s]\ntype=shade\n');
    bench.write(
      'sorcery.conf',
      '[res_lamps]\nlamp=config,lamps.conf,explicit_name=general,single_object=yes\nshade=memory\n',
    );
    expect((await bench.start()).sorcery.problems()).toEqual([]);
    bench.write('lamps.conf', '[broken\n');
    expect((await bench.start()).sorcery.problems()).not.toContainEqual(
      expect.objectContaining({ type: 'section' }),
    );
  });
});

describe('a sorcery.conf that cannot be read', () => {
  it('is told once, however many modules read it, and again by a later reload', async () => {
    bench.write('sorcery.conf', '[res_lamps\n');
    const { sorcery } = await bench.start();
    const told = () => bench.log.lines.filter((each) => each.includes("no closing ']'")).length;
    for (let module = 0; module < 5; module++) sorcery.reload('res_lamps');
    expect(told()).toBe(2);
    bench.clock.advance(1_000);
    sorcery.reload();
    expect(told()).toBe(3);
    expect(sorcery.problems()).toMatchObject([
      { type: '', line: 1, detail: "no closing ']' in '[res_lamps'" },
    ]);
  });
});

describe('several wizards', () => {
  it('are asked in the order of the file', async () => {
    bench.write('lamps.conf', '[a]\ntype=lamp\ncolour=file\n');
    map('=memory', '=config,lamps.conf,criteria=type=lamp');
    const { sorcery, lamp, get, ids } = await bench.start();
    expect(get('a')?.get('colour')).toBe('file');
    await sorcery.create(lamp('a', { colour: 'memory' }));
    expect(get('a')?.get('colour')).toBe('memory');
    await sorcery.create(lamp('b'));
    expect(ids()).toEqual(['a', 'b']);
  });

  it('all get a new object, a changed one, and lose a deleted one', async () => {
    map('=memory', '=astdb,ps');
    const { sorcery, astdb, lamp, get } = await bench.start();
    expect(await sorcery.create(lamp('a'))).toBe(true);
    expect(JSON.parse(astdb.get('/ps/lamp/a') ?? '')).toMatchObject({ colour: 'white' });
    expect(await sorcery.update(lamp('a', { colour: 'red' }))).toBe(true);
    expect(JSON.parse(astdb.get('/ps/lamp/a') ?? '')).toMatchObject({ colour: 'red' });
    expect(await sorcery.delete(lamp('a'))).toBe(true);
    expect(astdb.get('/ps/lamp/a')).toBeUndefined();
    expect(get('a')).toBeUndefined();
  });

  it('never hold half an object: when one fails, the others give it back', async () => {
    map('=memory', '=astdb,ps');
    const { sorcery, astdb, lamp, get } = await bench.start();
    const heard: string[] = [];
    for (const event of ['created', 'updated', 'deleted'] as const)
      sorcery.events.on(event, () => heard.push(event));
    const release = jam(astdb);
    await expect(sorcery.create(lamp('a'))).rejects.toThrow('disk is full');
    expect(get('a')).toBeUndefined();
    release();
    await sorcery.create(lamp('a', { colour: 'red' }));
    jam(astdb);
    await expect(sorcery.update(lamp('a', { colour: 'blue' }))).rejects.toThrow('disk is full');
    expect(get('a')?.get('colour')).toBe('red');
    astdb.delete = () => Promise.reject(new Error('disk is full'));
    await expect(sorcery.delete(lamp('a'))).rejects.toThrow('disk is full');
    expect(get('a')?.get('colour')).toBe('red');
    expect(heard).toEqual(['created']);
  });

  it('do not change what a read-only one in front shows', async () => {
    bench.write('lamps.conf', '[a]\ntype=lamp\n');
    map('=config,lamps.conf,criteria=type=lamp', '=memory');
    const { sorcery, lamp, get } = await bench.start();
    expect(await sorcery.update(lamp('a', { colour: 'red' }))).toBe(false);
    expect(await sorcery.delete(lamp('a'))).toBe(false);
    expect(get('a')?.get('colour')).toBe('white');
    expect(await sorcery.create(lamp('b'))).toBe(true);
  });

  it('that only read store nothing', async () => {
    const { sorcery, lamp } = await bench.start();
    expect(sorcery.writable('res_lamps', 'lamp')).toBe(false);
    expect(await sorcery.create(lamp('a'))).toBe(false);
  });
});

describe('a cache', () => {
  it('is filled by the first lookup and answers the next', async () => {
    map('/cache=memory', '=astdb,ps');
    const { astdb, get } = await bench.start();
    await astdb.put('/ps/lamp/a', '{"colour":"red"}');
    expect(get('a')?.get('colour')).toBe('red');
    await astdb.put('/ps/lamp/a', '{"colour":"blue"}');
    expect(get('a')?.get('colour')).toBe('red');
  });

  it('follows what is created, changed and deleted here', async () => {
    map('/cache=memory', '=astdb,ps');
    const { sorcery, astdb, lamp, get, ids } = await bench.start();
    await sorcery.create(lamp('a'));
    await astdb.delete('/ps/lamp/a');
    expect(get('a')).toBeDefined();
    await astdb.put('/ps/lamp/a', '{}');
    await sorcery.update(lamp('a', { colour: 'red' }));
    expect(get('a')?.get('colour')).toBe('red');
    expect(ids()).toEqual(['a']);
    await sorcery.delete(lamp('a'));
    expect(get('a')).toBeUndefined();
  });

  it('does not keep what could not be stored', async () => {
    map('/cache=memory', '=astdb,ps');
    const { sorcery, astdb, lamp, get } = await bench.start();
    await sorcery.create(lamp('a', { colour: 'red' }));
    jam(astdb);
    await expect(sorcery.update(lamp('a', { colour: 'blue' }))).rejects.toThrow();
    expect(get('a')?.get('colour')).toBe('red');
  });
});

describe('a restart', () => {
  const fields = { colour: 'deep "red"\nü', tag: 'a,b', pin: '4711', '@own': 'x' };

  it('keeps what is in AstDB, to the letter', async () => {
    map('=astdb,ps');
    const first = await bench.start();
    await first.sorcery.create(first.lamp('a', fields));
    const before = first.get('a')?.reply();
    await first.sorcery.update(first.lamp('b')).then((done) => expect(done).toBe(false));
    const second = await bench.start();
    expect(second.get('a')?.reply()).toBe(before);
    await second.sorcery.update(second.lamp('a', { ...fields, note: '' }));
    const third = await bench.start();
    expect(third.get('a')?.reply()).toContain('"note"');
  });

  it('forgets what is in memory', async () => {
    map('=memory');
    const first = await bench.start();
    await first.sorcery.create(first.lamp('a'));
    expect((await bench.start()).ids()).toEqual([]);
  });
});

describe('observers', () => {
  it('are told after the object is stored, with what it was before', async () => {
    map('=astdb,ps');
    const { sorcery, astdb, lamp } = await bench.start();
    const heard: string[] = [];
    const stored = () => JSON.parse(astdb.get('/ps/lamp/a') ?? '{}').colour;
    sorcery.events.on('created', (object) => heard.push(`created ${object.id} ${stored()}`));
    sorcery.events.on('updated', (object, before) =>
      heard.push(`updated ${object.id} ${before?.get('colour')} ${stored()}`),
    );
    sorcery.events.on('deleted', (object) => heard.push(`deleted ${object.id} ${stored()}`));
    await sorcery.create(lamp('a'));
    await sorcery.create(lamp('a'));
    await sorcery.update(lamp('a', { colour: 'red' }));
    await sorcery.delete(lamp('a'));
    await sorcery.delete(lamp('a'));
    expect(heard).toEqual(['created a white', 'updated a white red', 'deleted a undefined']);
  });

  it('that fail are named in the log and harm nobody', async () => {
    map('=memory');
    const { sorcery, lamp } = await bench.start();
    let heard = 0;
    sorcery.events.on('created', () => {
      throw new Error('observer broke');
    });
    sorcery.events.on('created', () => heard++);
    expect(await sorcery.create(lamp('a'))).toBe(true);
    expect(heard).toBe(1);
    expect(bench.log.lines.join()).toContain('observer broke');
  });

  it('hear of each type that a reload read again', async () => {
    const { sorcery } = await bench.start();
    const heard: string[] = [];
    sorcery.events.on('loaded', (type) => heard.push(type));
    sorcery.reload('res_others');
    sorcery.reload('res_lamps');
    expect(heard).toEqual(['lamp', 'shade', 'fuse', 'label']);
  });
});

describe('a reload', () => {
  it('applies a changed sorcery.conf; what stays as it was keeps its objects', async () => {
    map('=memory');
    const { sorcery, lamp, get } = await bench.start();
    await sorcery.create(lamp('a'));
    map('=astdb,ps', '=memory');
    sorcery.reload('res_lamps');
    expect(get('a')).toBeDefined();
    await sorcery.create(lamp('b'));
    map('=astdb,ps');
    sorcery.reload();
    expect(get('a')).toBeUndefined();
    expect(get('b')).toBeDefined();
  });

  it('heals a mapping, and leaves all as it was when the file cannot be read', async () => {
    map('=memmory');
    const { sorcery, lamp, get } = await bench.start();
    map('=memory');
    sorcery.reload();
    expect(sorcery.faultsOf('res_lamps', 'lamp')).toBeUndefined();
    await sorcery.create(lamp('a'));
    bench.write('sorcery.conf', '[res_lamps\n');
    sorcery.reload();
    expect(get('a')).toBeDefined();
    expect(bench.log.lines.join()).toContain('the mappings stay as they were');
  });
});

describe('the wizards of a type', () => {
  it('are listed in the order in which they are asked, with how lookups went', async () => {
    map('/cache=memory', '=memory', '=astdb,ps');
    const { sorcery, astdb, lamp, get } = await bench.start();
    await astdb.put('/ps/lamp/b', '{"colour":"red"}');
    get('b');
    get('b');
    get('nosuch');
    await sorcery.create(lamp('a'));
    get('a');
    expect(sorcery.wizardsOf('res_lamps', 'lamp')).toEqual([
      { name: 'memory', argument: '', cache: true, writable: true, hits: 2, misses: 2 },
      { name: 'memory', argument: '', cache: false, writable: true, hits: 0, misses: 2 },
      { name: 'astdb', argument: 'ps', cache: false, writable: true, hits: 1, misses: 1 },
    ]);
  });
});

describe('wizards that a module adds', () => {
  it('leave a mapping that does not work to be told once in the log, and again by a reload', async () => {
    map('=memmory');
    const { sorcery, lamp } = await bench.start();
    const told = () => bench.log.lines.filter((each) => each.includes("no wizard 'memmory'"));
    const before = told().length;
    const wizard = new BuiltinWizard(lamp('x').type, { made: { colour: 'green' } });
    sorcery.addWizard('res_lamps', 'lamp', wizard);
    expect(told()).toHaveLength(before);
    expect(sorcery.faultsOf('res_lamps', 'lamp')).toContain('memmory');
    sorcery.reload();
    expect(told()).toHaveLength(before + 1);
  });

  it('stand behind the others, come through a reload, and leave when they are taken back', async () => {
    map('=memory');
    const { sorcery, lamp, get, ids } = await bench.start();
    const made = new BuiltinWizard(lamp('x').type, { made: { colour: 'green' } });
    const heard: string[] = [];
    sorcery.events.on('loaded', (type) => heard.push(type));
    sorcery.addWizard('res_lamps', 'lamp', made);
    expect(heard).toEqual(['lamp']);
    await sorcery.create(lamp('a'));
    sorcery.reload();
    expect(ids()).toEqual(['a', 'made']);
    expect(await sorcery.update(lamp('made'))).toBe(false);
    expect(get('made')?.get('colour')).toBe('green');
    sorcery.removeWizard('res_lamps', 'lamp', made);
    expect(ids()).toEqual(['a']);
  });
});

describe('types', () => {
  it('of a module that is not running are absent', async () => {
    const { sorcery } = await bench.start((module) => module !== 'res_shades');
    expect(sorcery.type('res_lamps', 'shade')).toBeUndefined();
    expect(sorcery.type('res_lamps', 'lamp')).toBeDefined();
  });

  it('that are taken back leave nothing, and may come again as sorcery.conf says then', async () => {
    map('=memmory');
    const { sorcery, get } = await bench.start();
    sorcery.unregister([lampType]);
    expect(sorcery.type('res_lamps', 'lamp')).toBeUndefined();
    expect(get('a')).toBeUndefined();
    expect(sorcery.hasClass('res_lamps')).toBe(true);
    map('=memory');
    sorcery.register([lampType], 'lamps.conf');
    expect(sorcery.writable('res_lamps', 'lamp')).toBe(true);
    expect(sorcery.faultsOf('res_lamps', 'lamp')).toBeUndefined();
  });

  it('show what holds without an object', async () => {
    const { sorcery } = await bench.start();
    expect(sorcery.defaults('lamp', 'res_lamps')?.get('watts')).toBe('40');
    expect(sorcery.defaults('nosuch', 'res_lamps')).toBeUndefined();
  });
});

it('publishes what is stored, and not what is refused', async () => {
  map('=memory');
  const { sorcery, lamp } = await bench.start();
  const heard = await published('asterism:sorcery:change', async () => {
    await sorcery.update(lamp('a'));
    await sorcery.create(lamp('a'));
    await sorcery.update(lamp('a', { colour: 'red' }));
    await sorcery.delete(lamp('a'));
  });
  const about = { configClass: 'res_lamps', type: 'lamp', id: 'a' };
  expect(heard).toEqual(['created', 'updated', 'deleted'].map((change) => ({ change, ...about })));
});

it('objects that name what is nowhere are told, with the place, until it is there', async () => {
  bench.write(
    'lamps.conf',
    '[desk]\ntype=lamp\n[a]\ntype=label\nlamp=desk\n[b]\ntype=label\nlamp=hall\n[c]\ntype=label\nlamp=none\n',
  );
  bench.write(
    'sorcery.conf',
    `[res_lamps]
lamp=config,lamps.conf,criteria=type=lamp
lamp=astdb,lamps
label=config,lamps.conf,criteria=type=label
label=memory
label=astdb,labels
`,
  );
  const { sorcery, lamp, push } = await bench.start();
  expect(await sorcery.danglingReferences()).toMatchObject([
    { type: 'label', id: 'b', line: 6, option: 'lamp', detail: "there is no lamp 'hall'" },
  ]);
  expect(sorcery.problems()).toEqual([]);
  const hall = lamp('hall');
  await sorcery.create(hall);
  expect(await sorcery.danglingReferences()).toEqual([]);
  // A push asks for what it names; that may be deleted first all the same.
  await push.put('res_lamps', 'label', 'pushed', [{ attribute: 'lamp', value: 'hall' }]);
  expect(await sorcery.danglingReferences()).toEqual([]);
  await sorcery.delete(hall);
  expect(await sorcery.danglingReferences()).toMatchObject([
    { id: 'b', line: 6 },
    { id: 'pushed', file: 'memory', line: 0, option: 'lamp', detail: "there is no lamp 'hall'" },
  ]);
});
