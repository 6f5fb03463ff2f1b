import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfError, type Config, loadConfig } from '../conf/index.ts';
import { memoryLogger } from '../log/index.ts';
import { type ModuleDefinition, type ModuleStatus, ModuleTable, showModules } from './index.ts';
import { readModulesConfig } from './modules-config.ts';

const dir = mkdtempSync(join(tmpdir(), 'modules-'));
afterAll(() => rmSync(dir, { recursive: true }));

function conf(text: string): Config {
  writeFileSync(join(dir, 'modules.conf'), `[modules]\n${text}`);
  return loadConfig(join(dir, 'modules.conf'));
}

/** Definitions that note what happens to them; `name<a,b` requires a and b. */
function make(...specs: string[]): { definitions: ModuleDefinition[]; trace: string[] } {
  const trace: string[] = [];
  const definitions = specs.map((spec): ModuleDefinition => {
    const [name = '', requires = ''] = spec.split('<');
    return {
      name,
      description: `About ${name}`,
      requires: requires === '' ? [] : requires.split(','),
      load: () => void trace.push(`+${name}`),
      unload: () => void trace.push(`-${name}`),
    };
  });
  return { definitions, trace };
}

const running = (table: ModuleTable) =>
  table
    .list()
    .filter((each) => each.running)
    .map((each) => each.name);

describe('starting', () => {
  it('loads everything but what noload names, what others require first', async () => {
    const { definitions, trace } = make('app<res', 'res<base', 'base', 'off');
    const table = new ModuleTable(definitions, memoryLogger());
    await table.start(conf('autoload=yes\nnoload => off.so\n'));
    expect(trace).toEqual(['+base', '+res', '+app']);
    expect(['app', 'off', 'core', 'nosuch'].map(table.running)).toEqual([true, false, true, false]);
    expect(table.loadable()).toEqual(['off.so']);
    await table.close();
    expect(trace.slice(3)).toEqual(['-app', '-res', '-base']);
  });

  it('loads a module after those that it wants before it, where they are wanted', async () => {
    const { definitions, trace } = make('plan', 'one', 'two');
    const [plan, ...others] = definitions;
    const late = { ...(plan as ModuleDefinition), after: ['two', 'nosuch'] };
    const table = new ModuleTable([late, ...others], memoryLogger());
    await table.start(conf('autoload=no\nload=plan\nload=two\n'));
    expect(trace).toEqual(['+two', '+plan']);
    await table.unload('two');
    expect(table.running('plan')).toBe(true);
  });

  it('without autoload takes what is listed, what that requires, and the core', async () => {
    const { definitions, trace } = make('a', 'b<c', 'c', 'd');
    const table = new ModuleTable(
      [...definitions, { name: 'http', description: 'x', builtin: true }],
      memoryLogger(),
    );
    await table.start(conf('autoload=no\nload => b.so\npreload => d\n'));
    expect(trace).toEqual(['+d', '+c', '+b']);
    expect(running(table)).toEqual(['b.so', 'c.so', 'd.so', 'http']);
  });

  it('declines what requires a module that is switched off, unknown or failing, and says why', async () => {
    const { definitions } = make('a<off', 'b<nosuch', 'c<bad', 'off');
    const log = memoryLogger();
    const table = new ModuleTable(
      [
        ...definitions,
        {
          name: 'bad',
          description: '',
          load() {
            throw new ConfError('bad.conf', 3, 'no sense');
          },
        },
      ],
      log,
    );
    await table.start(conf('autoload=yes\nnoload=off\nload=other\n'));
    expect(running(table)).toEqual([]);
    expect(table.find('a')?.reason).toContain('noload');
    expect(table.find('b')?.reason).toContain('requires nosuch');
    expect(table.find('c')?.reason).toContain('bad.conf:3: no sense');
    expect(log.lines.some((each) => each.includes('other'))).toBe(true);
  });

  it('refuses a circle and still loads the rest', async () => {
    const { definitions } = make('a<b', 'b<a', 'c');
    const table = new ModuleTable(definitions, memoryLogger());
    await table.start(conf('autoload=yes\n'));
    expect(running(table)).toEqual(['c.so']);
    expect(table.find('a')?.reason).toContain('requires itself');
  });

  it('fails when a required module does not run', async () => {
    const table = new ModuleTable(make('a<nosuch').definitions, memoryLogger());
    await expect(table.start(conf('require => a.so\n'))).rejects.toThrow('Required module a');
    const other = new ModuleTable([], memoryLogger());
    await expect(other.start(conf('preload-require => b.so\n'))).rejects.toThrow('no such module');
  });

  it('loads everything without modules.conf, and warns of options that there are not', () => {
    expect(readModulesConfig(undefined).autoload).toBe(true);
    expect(readModulesConfig(conf('autload=yes\n')).warnings).toHaveLength(1);
  });
});

describe('load, unload, reload', () => {
  it('answers for each way it can end', async () => {
    const { definitions } = make('a', 'b<a');
    const table = new ModuleTable(
      [...definitions, { name: 'http', description: '', builtin: true }],
      memoryLogger(),
    );
    await table.start(conf('autoload=yes\n'));
    expect(await table.load('a.so')).toEqual({ result: 'already-loaded' });
    expect(await table.load('nosuch.so')).toEqual({ result: 'not-found' });
    expect(await table.unload('nosuch')).toEqual({ result: 'not-found' });
    expect(await table.unload('a.so')).toMatchObject({ result: 'refused', reason: 'it is required by b' });
    expect(await table.unload('http')).toMatchObject({ result: 'refused' });
    expect(await table.unload('B.so')).toEqual({ result: 'unloaded' });
    expect(await table.unload('b.so')).toEqual({ result: 'not-found' });
    expect(table.find('b')).toBeUndefined();
    expect(await table.load('b')).toEqual({ result: 'loaded' });
  });

  it('counts the running modules that require one', async () => {
    const { definitions } = make('a', 'b<a', 'c<a');
    const table = new ModuleTable(definitions, memoryLogger());
    await table.start(conf('autoload=yes\n'));
    expect(table.find('A.so')).toMatchObject({ useCount: 2, running: true, reloadable: false });
    await table.unload('b');
    expect(table.find('a')?.useCount).toBe(1);
  });

  it('keeps one that is used by something else, and says by what', async () => {
    let users = ['endpoint', 'aor', 'auth', 'contact', 'global', 'system', 'transport'];
    const table = new ModuleTable([{ name: 'a', description: '', users: () => users }], memoryLogger());
    await table.start(conf('autoload=yes\n'));
    expect(table.find('a')?.useCount).toBe(7);
    expect(await table.unload('a')).toEqual({
      result: 'refused',
      reason: 'it is used by endpoint, aor, auth, contact, global and 2 more',
    });
    users = [];
    expect(await table.unload('a')).toEqual({ result: 'unloaded' });
  });

  it('reloads what can, and keeps what runs when that fails', async () => {
    let broken = false;
    const table = new ModuleTable(
      [
        {
          name: 'a',
          description: '',
          reload() {
            if (broken) throw new Error('line 3');
          },
        },
        { name: 'b', description: '' },
        {
          name: 'c',
          description: '',
          load() {
            throw new Error('no');
          },
        },
      ],
      memoryLogger(),
    );
    await table.start(conf('autoload=yes\n'));
    expect(await table.reload('A.so')).toEqual({ result: 'reloaded' });
    broken = true;
    expect(await table.reload('a')).toEqual({ result: 'failed', reason: 'line 3' });
    expect(await table.reload('b')).toEqual({ result: 'not-supported' });
    expect(await table.reload('c')).toEqual({ result: 'not-running' });
    expect(await table.reload('d')).toEqual({ result: 'not-found' });
    await table.reloadAll();
    expect(table.running('a')).toBe(true);
  });

  it('refreshes alone or with what requires it', async () => {
    const { definitions, trace } = make('a', 'b<a', 'c<b');
    const table = new ModuleTable(definitions, memoryLogger());
    await table.start(conf('autoload=yes\n'));
    trace.length = 0;
    expect(await table.refresh('a')).toMatchObject({ result: 'refused' });
    expect(trace).toEqual([]);
    expect(await table.refresh('a', true)).toEqual({ result: 'loaded' });
    expect(trace).toEqual(['-c', '-b', '-a', '+a', '+b', '+c']);
    expect(await table.refresh('nosuch')).toEqual({ result: 'not-found' });
  });

  it('does one thing at a time', async () => {
    const slow: ModuleDefinition = {
      name: 'slow',
      description: '',
      load: () => new Promise((done) => setTimeout(done, 20)),
    };
    const table = new ModuleTable([slow], memoryLogger());
    const results = await Promise.all([table.load('slow'), table.unload('slow'), table.load('slow')]);
    expect(results.map((each) => each.result)).toEqual(['loaded', 'unloaded', 'loaded']);
  });
});

describe('module show', () => {
  const show = (modules: readonly ModuleStatus[]) => [...showModules(modules)].map((each) => each.trimEnd());

  it('prints the columns of the original', async () => {
    const table = new ModuleTable(
      [
        { name: 'res_ari_device_states', description: 'RESTful API module - Device state resources' },
        { name: 'res_pjsip_authenticator_digest', description: 'PJSIP authentication resource' },
        { name: 'manager', description: 'Asterisk Manager Interface', builtin: true },
        { name: 'app_adsiprog', description: 'x', supportLevel: 'deprecated' },
        {
          name: 'app_amd',
          description: 'Answering Machine Detection Application',
          supportLevel: 'extended',
          load() {
            throw new Error('no amd.conf');
          },
        },
      ],
      memoryLogger(),
    );
    await table.start(conf('autoload=yes\n'));
    expect(show(table.list())).toEqual([
      'Module                         Description                              Use Count  Status      Support Level',
      'app_adsiprog.so                x                                        0          Running        deprecated',
      'app_amd.so                     Answering Machine Detection Application  0          Not Running      extended',
      'manager                        Asterisk Manager Interface               0          Running              core',
      'res_ari_device_states.so       RESTful API module - Device state resour 0          Running              core',
      'res_pjsip_authenticator_digest.so PJSIP authentication resource            0          Running              core',
      '5 modules loaded',
    ]);
    expect(show(table.list('AMD'))).toHaveLength(3);
    expect(show(table.list('nosuch'))[1]).toBe('0 modules loaded');
  });
});
