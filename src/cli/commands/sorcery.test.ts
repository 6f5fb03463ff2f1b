import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheActions, runCacheAction, SorceryObject, type TypeSpec, text } from '../../sorcery/index.ts';
import { type Bench, startBench } from '../test-bench.ts';

const type = (name: string): TypeSpec => ({
  configClass: 'res_lamps',
  type: name,
  section: 'res_lamps',
  module: 'res_lamps',
  options: [{ name: 'colour', kind: text, default: 'white' }],
});

let bench: Bench;

beforeAll(async () => {
  bench = await startBench({
    modules: [
      { name: 'res_lamps', description: 'Lamps' },
      { name: 'res_sorcery_memory_cache', description: 'Caches' },
    ],
  });
  const { sorcery } = bench.context;
  writeFileSync(
    join(bench.dir, 'sorcery.conf'),
    `[res_lamps]
lamp/cache=memory_cache,object_lifetime_maximum=60,object_lifetime_stale=30,maximum_objects=10,expire_on_reload=yes
lamp=astdb,ps
shade/cache=memory_cache,name=whole,full_backend_cache=yes
shade=memory
`,
  );
  sorcery.register([type('lamp'), type('shade')], 'lamps.conf');
  for (const name of ['lamp', 'shade']) {
    const known = sorcery.type('res_lamps', name);
    if (known === undefined) throw new Error(`no ${name}`);
    await sorcery.create(new SorceryObject(known, 'one', ['red']));
  }
});

afterAll(() => bench.close());

const LIMITS = `Maximum allowed objects: 10
Number of seconds before object expires: 60
Number of seconds before object becomes stale: 30
Expire all objects on reload: On
`;
const HEADER = `Object Name               Stale In        Expires In      
------------------------- --------------- --------------- 
`;
const footer = (count: number) =>
  `------------------------- --------------- --------------- \nTotal number of objects cached: ${count}\n`;

describe('sorcery memory cache', () => {
  it('show tells limits and how many objects there are', async () => {
    expect(await bench.run('sorcery memory cache show res_lamps/lamp')).toBe(
      `Sorcery memory cache: res_lamps/lamp\nNumber of objects within cache: 1\n${LIMITS}`,
    );
    expect(await bench.run('sorcery memory cache show whole')).toBe(
      `Sorcery memory cache: whole
Number of objects within cache: 1
There is no limit on the maximum number of objects in the cache
Object expiration is not enabled - cached objects will not expire
Object staleness is not enabled - cached objects will not go stale
Expire all objects on reload: Off
`,
    );
  });

  it('dump counts down', async () => {
    bench.clock.advance(1_000);
    expect(await bench.run('sorcery memory cache dump res_lamps/lamp')).toBe(
      `Dumping sorcery memory cache 'res_lamps/lamp':\n${HEADER}one                       29              59              \n${footer(1)}`,
    );
    expect(await bench.run('sorcery memory cache dump whole')).toBe(
      `Dumping sorcery memory cache 'whole':
 * Staleness is not enabled - objects will not go stale
 * Object lifetime is not enabled - objects will not expire
${HEADER}one                       0               0               \n${footer(1)}`,
    );
  });

  it.each([
    ['stale whole', "Specified sorcery memory cache 'whole' does not have staleness enabled", true],
    [
      'expire whole one',
      "Due to full backend caching per-object expiration is not available on cache 'whole'",
      false,
    ],
    [
      'populate whole',
      "Specified sorcery memory cache 'whole' has been populated with '1' objects from the backend",
      false,
    ],
    [
      'populate res_lamps/lamp',
      "Specified sorcery memory cache 'res_lamps/lamp' does not have full backend caching enabled",
      true,
    ],
    [
      'stale res_lamps/lamp one',
      "Successfully marked object 'one' in memory cache 'res_lamps/lamp' as stale",
      false,
    ],
    [
      'stale res_lamps/lamp no',
      "Object 'no' in sorcery memory cache 'res_lamps/lamp' could not be marked as stale as it was not found",
      false,
    ],
    ['stale res_lamps/lamp', "Marked all objects in sorcery memory cache 'res_lamps/lamp' as stale", false],
    ['expire res_lamps/lamp one', "Successfully expired object 'one' from cache 'res_lamps/lamp'", false],
    [
      'expire res_lamps/lamp one',
      "Object 'one' was not expired from cache 'res_lamps/lamp' as it was not found",
      false,
    ],
    ['expire res_lamps/lamp', "All objects have been removed from cache 'res_lamps/lamp'", false],
    ['expire no', "Specified sorcery memory cache 'no' does not exist", true],
  ])('%s', async (line, answer, fails) => {
    const whole = `sorcery memory cache ${line}`;
    expect(await bench.run(whole)).toBe(`${answer}\n${fails ? `Command '${whole}' failed.\n` : ''}`);
  });

  it('stale with reload reads the object again', async () => {
    const { sorcery } = bench.context;
    expect(sorcery.get('lamp', 'one', 'res_lamps')?.get('colour')).toBe('red');
    await bench.astdb.put('/ps/lamp/one', '{"colour":"green"}');
    expect(sorcery.get('lamp', 'one', 'res_lamps')?.get('colour')).toBe('red');
    await bench.run('sorcery memory cache stale res_lamps/lamp one reload');
    await new Promise((resolve) => setImmediate(resolve));
    expect(sorcery.memoryCache('res_lamps/lamp')?.get('one')?.get('colour')).toBe('green');
  });
});

describe('the actions of the manager interface on caches', () => {
  it.each([
    ['ExpireObject', { Cache: 'whole', Object: 'one' }, false, 'Due to full backend caching per-object'],
    [
      'ExpireObject',
      { Cache: 'res_lamps/lamp', Object: 'no' },
      false,
      'The provided object could not be expired',
    ],
    [
      'ExpireObject',
      { Cache: 'res_lamps/lamp' },
      false,
      'SorceryMemoryCacheExpireObject requires that an object name',
    ],
    [
      'StaleObject',
      { Cache: 'res_lamps/lamp', Object: 'one' },
      true,
      'The provided object was marked as stale',
    ],
    [
      'StaleObject',
      { Cache: 'res_lamps/lamp', Object: 'no' },
      false,
      'The provided object could not be marked as stale',
    ],
    ['Stale', { Cache: 'whole' }, true, 'All objects were marked as stale in the cache'],
    ['Populate', { Cache: 'whole' }, true, 'Cache has been expired and populated'],
    [
      'Populate',
      { Cache: 'res_lamps/lamp' },
      false,
      'The provided cache does not have full backend caching enabled',
    ],
    [
      'ExpireObject',
      { Cache: 'res_lamps/lamp', Object: 'one' },
      true,
      'The provided object was expired from the cache',
    ],
    ['Expire', { Cache: 'res_lamps/lamp' }, true, 'All objects were expired from the cache'],
    ['Expire', {}, false, 'SorceryMemoryCacheExpire requires that a cache name be provided.'],
    ['Expire', { Cache: 'no' }, false, 'The provided cache does not exist'],
  ])('%s %j', async (name, parameters: Record<string, string>, success, message) => {
    const action = cacheActions.find((each) => each.name === `SorceryMemoryCache${name}`);
    if (action === undefined) throw new Error(name);
    const answer = await runCacheAction(bench.context.sorcery, action, (key) => parameters[key]);
    expect(answer.success).toBe(success);
    expect(answer.message.startsWith(message)).toBe(true);
  });
});

describe('sorcery show', () => {
  it('tells which wizard keeps what, and which one answered', async () => {
    const { sorcery } = bench.context;
    sorcery.get('shade', 'nosuch', 'res_lamps');
    const before = sorcery.wizardsOf('res_lamps', 'shade').map(({ hits }) => hits);
    sorcery.get('shade', 'one', 'res_lamps');
    const lines = (await bench.run('sorcery show res_lamps/shade')).split('\n');
    expect(lines[0]).toMatch(/^Class +Type +Access +Hits +Misses +Wizard$/);
    const rows = lines.slice(1, 3).map((each) => each.trim().split(/ +/));
    expect(rows.map((each) => [...each.slice(0, 3), each.slice(5).join(' ')])).toEqual([
      ['res_lamps', 'shade', 'write', 'cache memory_cache,name=whole,full_backend_cache=yes'],
      ['res_lamps', 'shade', 'write', 'memory'],
    ]);
    const hits = sorcery.wizardsOf('res_lamps', 'shade').map((each) => each.hits);
    expect(hits.reduce((a, b) => a + b)).toBe(before.reduce((a, b) => a + b) + 1);
    expect(rows.map((each) => Number(each[3]))).toEqual(hits);
    expect(lines[3]).toBe('Types: 1');
  });

  it('lists every type, and names one that is not there', async () => {
    expect(await bench.run('sorcery show')).toContain('Types: 2');
    expect(await bench.run('sorcery show res_lamps/nosuch')).toContain("There is no type 'res_lamps/nosuch'");
  });
});
