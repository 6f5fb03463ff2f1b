import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../conf/index.ts';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { AstDbWizard } from './astdb-wizard.ts';
import { ConfigWizard } from './config-wizard.ts';
import { MemoryCacheWizard, NotFullCache } from './memory-cache-wizard.ts';
import { MemoryWizard } from './memory-wizard.ts';
import { lamp, makeBench, makeLamp } from './test-bench.ts';
import type { Wizard } from './wizard.ts';

let bench: ReturnType<typeof makeBench>;
beforeEach(() => {
  bench = makeBench();
});
afterEach(() => bench.close());

const ids = (wizard: Wizard, prefix?: string) => [...wizard.all(prefix)].map((each) => each.id);

describe('the memory wizard', () => {
  it('creates once, updates and deletes what is there', async () => {
    const wizard = new MemoryWizard();
    expect(await wizard.update(makeLamp('a'))).toBe(false);
    expect(await wizard.create(makeLamp('a'))).toBe(true);
    expect(await wizard.create(makeLamp('a', { colour: 'red' }))).toBe(false);
    expect(await wizard.update(makeLamp('a', { colour: 'red' }))).toBe(true);
    expect(wizard.get('a')?.get('colour')).toBe('red');
    expect(await wizard.delete('a')).toBe(true);
    expect(await wizard.delete('a')).toBe(false);
  });

  it('lists in order of id, all or those that begin alike, also after changes', async () => {
    const wizard = new MemoryWizard();
    for (const id of ['b', 'ab', 'c', 'aa', 'a']) await wizard.create(makeLamp(id));
    expect(ids(wizard)).toEqual(['a', 'aa', 'ab', 'b', 'c']);
    expect(ids(wizard, 'a')).toEqual(['a', 'aa', 'ab']);
    expect(ids(wizard, 'x')).toEqual([]);
    await wizard.delete('aa');
    await wizard.create(makeLamp('ac'));
    expect(ids(wizard, 'a')).toEqual(['a', 'ab', 'ac']);
  });

  it('finds what belongs to an owner without looking at the others', async () => {
    const wizard = new MemoryWizard();
    for (const id of ['alice;@1', 'alice;@2', 'alice', 'alice2;@1', 'bob;@1'])
      await wizard.create(makeLamp(id));
    expect(ids(wizard, 'alice;@')).toEqual(['alice;@1', 'alice;@2']);
    expect(ids(wizard, 'carol;@')).toEqual([]);
    await wizard.delete('alice;@1');
    expect(ids(wizard, 'alice;@')).toEqual(['alice;@2']);
    await wizard.delete('alice;@2');
    expect(ids(wizard, 'alice;@')).toEqual([]);
    expect(ids(wizard)).toEqual(['alice', 'alice2;@1', 'bob;@1']);
    wizard.clear();
    expect(ids(wizard, 'bob;@')).toEqual([]);
  });

  it('can be changed while it is listed', async () => {
    const wizard = new MemoryWizard();
    for (const id of ['a', 'b', 'o;@1', 'o;@2']) await wizard.create(makeLamp(id));
    for (const each of wizard.all()) await wizard.delete(each.id);
    expect(ids(wizard)).toEqual([]);
  });
});

describe('the AstDB wizard', () => {
  const open = async () => {
    const { astdb } = await bench.start();
    const log = memoryLogger();
    return { astdb, log, wizard: new AstDbWizard(lamp, 'ps', astdb, log) };
  };

  it('keeps an object in a row of its own', async () => {
    const { astdb, wizard } = await open();
    expect(await wizard.update(makeLamp('a'))).toBe(false);
    expect(await wizard.create(makeLamp('a'))).toBe(true);
    expect(await wizard.create(makeLamp('a'))).toBe(false);
    expect(astdb.get('/ps/lamp/a')).toBe('{"colour":"white","watts":"40","Dimmable":"false"}');
    expect(await wizard.delete('a')).toBe(true);
    expect(await wizard.delete('a')).toBe(false);
    expect([...astdb.range()]).toEqual([]);
  });

  it('knows what it wrote without reading it, but for what a row does not tell', async () => {
    const { astdb, wizard } = await open();
    const red = makeLamp('a', { colour: 'red', tag: 'x' });
    await wizard.create(red);
    expect(wizard.get('a')).toBe(red);
    const bare = makeLamp('a', { colour: '' });
    await wizard.update(bare);
    expect(wizard.get('a')).not.toBe(bare);
    await astdb.put('/ps/lamp/a', '{"colour":"blue"}');
    expect(wizard.get('a')?.get('colour')).toBe('blue');
  });

  it('sees what another program writes into the row', async () => {
    const { astdb, wizard } = await open();
    await wizard.create(makeLamp('a'));
    await astdb.put('/ps/lamp/a', '{"colour":"red","watts":"60"}');
    expect(wizard.get('a')?.get('colour')).toBe('red');
    expect(wizard.get('a')).toBe(wizard.get('a'));
  });

  it('takes a row that is no JSON object for none, and says so without repeating it', async () => {
    const { astdb, log, wizard } = await open();
    for (const row of ['', 'hunter2', '[]', 'null', '"hunter2"', '5']) {
      await astdb.put('/ps/lamp/a', row);
      expect(wizard.get('a')).toBeUndefined();
    }
    await astdb.put('/ps/lamp/b', '{}');
    expect(ids(wizard)).toEqual(['b']);
    expect(log.lines.join('\n')).toContain('AstDB row /ps/lamp/a is no JSON object');
    expect(log.lines.join('\n')).not.toContain('hunter2');
  });

  it('reads as much of a row as it understands', async () => {
    const { astdb, log, wizard } = await open();
    await astdb.put(
      '/ps/lamp/a',
      '{"colour":"red","watts":"many","nosuch":"1","pin":"hunter2","tag":5,"@own":"x"}',
    );
    const object = wizard.get('a');
    expect(object?.get('colour')).toBe('red');
    expect(object?.get('watts')).toBe('40');
    expect(object?.extended?.get('@own')).toBe('x');
    expect(log.lines).toHaveLength(3);
    expect(log.lines.join('\n')).not.toContain('hunter2');
  });

  it('lists in order of id, with what begins alike', async () => {
    const { astdb, wizard } = await open();
    for (const id of ['b', 'a;@2', 'a;@1', 'a']) await wizard.create(makeLamp(id));
    await astdb.put('/ps/lampshade/x', '{}');
    expect(ids(wizard)).toEqual(['a', 'a;@1', 'a;@2', 'b']);
    expect(ids(wizard, 'a;@')).toEqual(['a;@1', 'a;@2']);
  });
});

describe('the config wizard', () => {
  const make = (argument: string, log = memoryLogger()) => ({
    log,
    wizard: new ConfigWizard(lamp, argument, (file) => loadConfigIfPresent(file, { etcDir: bench.dir }), log),
  });
  const FILE =
    '[a]\ntype=lamp\ncolour=red\n[t](!)\ntype=lamp\nwatts=60\n[b](t)\n[c]\ntype=other\n[d]\ncolour=blue\n';

  it('takes the sections that meet its criteria, and no template', () => {
    bench.write('f.conf', FILE);
    expect(ids(make('f.conf,criteria=type=lamp').wizard)).toEqual(['a', 'b']);
    expect(ids(make('f.conf,criteria=type=lamp,criteria=watts=60').wizard)).toEqual(['b']);
    expect(make('f.conf,criteria=type=lamp').wizard.get('b')?.get('watts')).toBe('60');
  });

  it('may ask for a value with an equals sign in it', () => {
    bench.write('f.conf', '[a]\ncolour=a=b\n[b]\ncolour=a\n');
    expect(ids(make('f.conf,criteria=colour=a=b').wizard)).toEqual(['a']);
  });

  it('takes the one section of an explicit name', () => {
    bench.write('f.conf', FILE);
    expect(ids(make('f.conf,explicit_name=d').wizard)).toEqual(['d']);
    expect(ids(make('f.conf,explicit_name=nosuch').wizard)).toEqual([]);
  });

  it('keeps a single object under the name of the type, or the explicit one', () => {
    bench.write('f.conf', '[general]\ncolour=red\n');
    expect(make('f.conf,single_object=yes').wizard.get('lamp')?.get('colour')).toBe('red');
    expect(make('f.conf,single_object=yes,explicit_name=general').wizard.get('general')?.get('colour')).toBe(
      'red',
    );
  });

  it('has nothing where there is no file', () => {
    const { wizard, log } = make('nosuch.conf');
    expect(ids(wizard)).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  it('loads what is right beside what is wrong, and says where that is', () => {
    bench.write('f.conf', '[a]\ncolour=red\n[b]\nwatts=many\n[c]\nnosuch=1\n[d]\nwatts=500\n');
    const { wizard, log } = make('f.conf');
    expect(ids(wizard)).toEqual(['a']);
    expect(wizard.problems).toMatchObject([
      { id: 'b', line: 4, detail: expect.stringContaining("'many' is not accepted for 'watts'. Accepted: ") },
      { id: 'c', line: 6, detail: "a lamp has no attribute 'nosuch'" },
      { id: 'd', line: 7, detail: 'too bright. 100 at most.' },
    ]);
    expect(log.lines[0]).toMatch(/f\.conf:4: lamp 'b': 'many'/);
  });

  it('keeps on reload what an object was before it became wrong', () => {
    bench.write('f.conf', '[a]\ncolour=red\n[b]\nwatts=60\n[c]\ncolour=green\n');
    const { wizard } = make('f.conf');
    bench.write('f.conf', '[a]\ncolour=blue\n[b]\nwatts=many\n');
    wizard.reload();
    expect(ids(wizard)).toEqual(['a', 'b']);
    expect(wizard.get('a')?.get('colour')).toBe('blue');
    expect(wizard.get('b')?.get('watts')).toBe('60');
    expect(wizard.problems).toHaveLength(1);
    bench.write('f.conf', '[a]\ncolour=blue\n[b]\nwatts=70\n');
    wizard.reload();
    expect(wizard.problems).toEqual([]);
    expect(wizard.get('b')?.get('watts')).toBe('70');
  });

  it('keeps everything when the file cannot be read', () => {
    bench.write('f.conf', '[a]\ncolour=red\n');
    const { wizard, log } = make('f.conf');
    bench.write('f.conf', '[a]\ncolour=blue\n[broken\n');
    wizard.reload();
    expect(wizard.get('a')?.get('colour')).toBe('red');
    expect(wizard.problems).toMatchObject([{ type: 'lamp', detail: expect.stringContaining('f.conf:3: ') }]);
    expect(log.lines.join()).toContain('objects of type lamp stay as they were');
  });

  it('says nothing of a secret that is wrong', () => {
    bench.write('f.conf', '[a]\npin=hunter2\n');
    const { wizard, log } = make('f.conf');
    expect(JSON.stringify(wizard.problems) + log.lines.join()).not.toContain('hunter2');
    expect(wizard.problems).toMatchObject([{ id: 'a', line: 2 }]);
  });

  it('writes nothing', async () => {
    const { wizard } = make('f.conf');
    expect(await Promise.all([wizard.create(), wizard.update(), wizard.delete()])).toEqual([
      false,
      false,
      false,
    ]);
  });
});

/** Lets everything that was begun and needs no clock come to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the memory_cache wizard', () => {
  const clock = new FakeClock();
  const make = (argument: string) => new MemoryCacheWizard(lamp, argument, clock);

  it('lets the oldest go when it is full', async () => {
    const cache = make('maximum_objects=2');
    for (const id of ['a', 'b', 'c']) await cache.create(makeLamp(id));
    expect(ids(cache)).toEqual(['b', 'c']);
    await cache.update(makeLamp('b', { colour: 'red' }));
    await cache.create(makeLamp('d'));
    expect(ids(cache)).toEqual(['b', 'd']);
  });

  it('forgets after object_lifetime_maximum seconds', async () => {
    const cache = make('object_lifetime_maximum=10');
    await cache.create(makeLamp('a'));
    clock.advance(9_999);
    expect([...cache.dump()]).toEqual([{ id: 'a', staleIn: 0, expiresIn: 0 }]);
    expect(cache.get('a')).toBeDefined();
    clock.advance(1);
    expect(cache.size).toBe(0);
    expect(cache.get('a')).toBeUndefined();
    expect(ids(cache)).toEqual([]);
  });

  describe('after object_lifetime_stale seconds', () => {
    const behind = (answer: () => Promise<ReturnType<typeof makeLamp> | undefined>) => {
      const cache = make('object_lifetime_stale=10');
      let asked = 0;
      cache.attach({
        find: () => {
          asked++;
          return answer();
        },
        list: async () => [],
        filled: () => {},
      });
      return { cache, asked: () => asked };
    };

    it('serves what it has while that is read again, once', async () => {
      const { cache, asked } = behind(async () => makeLamp('a', { colour: 'blue' }));
      await cache.create(makeLamp('a', { colour: 'red' }));
      clock.advance(10_000);
      expect(cache.get('a')?.get('colour')).toBe('red');
      expect(cache.get('a')?.get('colour')).toBe('red');
      await settled();
      expect(cache.get('a')?.get('colour')).toBe('blue');
      expect(asked()).toBe(1);
    });

    it('goes on serving while what is behind it is away, and forgets what is gone', async () => {
      let away = true;
      const { cache } = behind(async () => {
        if (away) throw new Error('away');
        return undefined;
      });
      await cache.create(makeLamp('a'));
      clock.advance(10_000);
      for (let round = 0; round < 3; round++) {
        expect(cache.get('a')).toBeDefined();
        await settled();
      }
      away = false;
      expect(cache.get('a')).toBeDefined();
      await settled();
      expect(cache.get('a')).toBeUndefined();
    });

    it('keeps what was pushed while it was read again', async () => {
      const { cache } = behind(async () => makeLamp('a', { colour: 'old' }));
      await cache.create(makeLamp('a'));
      clock.advance(10_000);
      cache.get('a');
      await cache.update(makeLamp('a', { colour: 'pushed' }));
      await settled();
      expect(cache.get('a')?.get('colour')).toBe('pushed');
    });
  });

  describe('with full_backend_cache', () => {
    it('answers for what is not there, keeps what is pushed while it is filled, and is not whole with a limit', async () => {
      const cache = make('full_backend_cache=yes');
      let list: (objects: ReturnType<typeof makeLamp>[]) => void = () => {};
      cache.attach({
        find: async () => undefined,
        list: () => new Promise((resolve) => (list = resolve)),
        filled: () => {},
      });
      expect(cache.wantsFilling).toBe(true);
      const filled = cache.populate();
      await cache.create(makeLamp('new'));
      await cache.delete('gone');
      list([makeLamp('a'), makeLamp('gone')]);
      expect(await filled).toBe(2);
      expect(ids(cache)).toEqual(['a', 'new']);
      expect(cache.complete).toBe(true);
      cache.expire('a');
      expect(cache.complete).toBe(false);
      const small = make('full_backend_cache=yes,maximum_objects=1');
      small.attach({
        find: async () => undefined,
        list: async () => [makeLamp('a'), makeLamp('b')],
        filled: () => {},
      });
      await small.populate();
      expect([small.size, small.complete, small.wantsFilling]).toEqual([1, false, false]);
    });

    it('is what populating needs', async () => {
      await expect(make('').populate()).rejects.toBeInstanceOf(NotFullCache);
    });
  });

  it.each([
    ['bogus=1', /no option 'bogus'; known are name, /],
    ['maximum_objects=-1', /maximum_objects: '-1' is not a whole number/],
    ['expire_on_reload=perhaps', /expire_on_reload: 'perhaps' is not yes or no/],
    ['full_backend_cache', /full_backend_cache: '' is not yes or no/],
    ['name=', /name: it is empty/],
  ])('refuses %s by name', (argument, message) => {
    expect(() => make(argument)).toThrow(message);
  });

  it('is emptied by a reload only when asked to', async () => {
    for (const [argument, left] of [
      ['', ['a']],
      ['expire_on_reload=yes', []],
    ] as const) {
      const cache = make(argument);
      await cache.create(makeLamp('a'));
      cache.reload();
      expect(ids(cache)).toEqual(left);
    }
  });

  it('has a name that commands find it by', () => {
    expect(make('').cacheName).toBe('res_lamps/lamp');
    expect(make('name=mine, full_backend_cache=yes')).toMatchObject({ cacheName: 'mine', fullBackend: true });
  });
});
