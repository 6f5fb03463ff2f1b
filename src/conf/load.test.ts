import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryFiles as memory } from '../../tests/support/conf-files.ts';
import { ConfError } from './conf-error.ts';
import { type Config, hasChanged, type LoadOptions, loadConfig, loadConfigIfPresent } from './load.ts';

function load(
  text: string | Uint8Array,
  others: Record<string, string> = {},
  options: LoadOptions = {},
): Config {
  return loadConfig('/etc/t.conf', { files: memory({ '/etc/t.conf': text, ...others }), ...options });
}

/** `name{a=1,b=2}` for every section that is no template. */
function say(config: Config): string[] {
  return config.sections
    .filter((each) => !each.isTemplate)
    .map((each) => `${each.name}{${each.variables.map((v) => `${v.name}=${v.value}`).join(',')}}`);
}

function failure(run: () => unknown): ConfError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfError) return error;
    throw error;
  }
  throw new Error('no ConfError');
}

describe('sections', () => {
  it('inherit the variables of their templates in the order named, own ones last', () => {
    const config = load('[t](!)\nb=1\nc=2\n[u](!,t)\nc=3\n[a](t,u)\nd=4\n[b](u)\nb=own\n');
    expect(say(config)).toEqual(['a{b=1,c=2,b=1,c=2,c=3,d=4}', 'b{b=1,c=2,c=3,b=own}']);
    const section = config.section('b');
    expect([section?.get('B'), section?.first('b'), section?.all('c')]).toEqual(['own', '1', ['2', '3']]);
    expect(section?.variables.map((each) => each.inherited)).toEqual([true, true, true, false]);
    expect(section?.templates).toEqual(['u']);
  });

  it('may inherit from a section that is no template, and find it in any case', () => {
    expect(say(load('[A]\nb=1\n[c](a)\nd=1\n'))).toEqual(['A{b=1}', 'c{b=1,d=1}']);
  });

  it('inherit from the first of several templates of a name', () => {
    expect(say(load('[t](!)\nq=1\n[t](!)\nq=2\n[a](t)\n'))).toEqual(['a{q=1}']);
  });

  it('of the same name stay apart', () => {
    const config = load('[a]\nb=1\n[A]\nb=2\n');
    expect(say(config)).toEqual(['a{b=1}', 'A{b=2}']);
    expect(config.named('a').map((each) => each.get('b'))).toEqual(['1', '2']);
  });

  it('are added to by (+), the first of the name, templates included with it', () => {
    expect(say(load('[a]\nb=1\n[a]\nb=2\n[a](+)\nd=2\n'))).toEqual(['a{b=1,d=2}', 'a{b=2}']);
    expect(say(load('[t](!)\nq=1\n[a]\nb=1\n[a](+,t)\nd=2\n'))).toEqual(['a{b=1,q=1,d=2}']);
    expect(say(load('[a]\nb=1\n[a](+,!)\nd=2\n[z](a)\n'))).toEqual(['z{b=1,d=2}']);
  });

  it('are added to by (+) with a filter on templates or variables', () => {
    const templates =
      '[t](!)\nq=1\n[t](+TEMPLATES=include)\nr=2\n[z](t)\n[t](+TEMPLATES=restrict)\ns=1\n[zz](t)\n';
    expect(say(load(templates))).toEqual(['z{q=1,r=2}', 'zz{q=1,r=2,s=1}']);
    expect(say(load('[a]\ntype=x\n[a]\ntype=y\n[a](+type=y)\nadd=1\n[a](+type=^x$)\nadd=2\n'))).toEqual([
      'a{type=x,add=2}',
      'a{type=y,add=1}',
    ]);
    expect(say(load('[a]\nt=x\nk=1\n[a]\nt=x\nk=2\n[a](+t=x&k=2)\nadd=1\n'))).toEqual([
      'a{t=x,k=1}',
      'a{t=x,k=2,add=1}',
    ]);
  });

  it('append with += to the last variable of exactly that name, in its place', () => {
    expect(say(load('[t](!)\nb=1\nb=2\nq=0\n[a](t)\nb+=3\nB+= 4\nb += 5\n'))).toEqual([
      'a{b=1,b=23 5,q=0,B=4}',
    ]);
  });

  it.each([
    ['[a](nosuch)\n', 1, "inherits from 'nosuch'"],
    ['[x]\n[a](+)\n', 2, 'not there'],
    ['[a](!)\n[a](+)\n', 2, 'TEMPLATES=include'],
    ['[a]\nq=1\n[a](+q)\n', 3, "no '='"],
    ['[a]\nq=1\n[a](+q=()\n', 3, 'no regular expression'],
    ['x=1\n[a]\n', 1, 'before any [section]'],
    ['[a\n', 1, "no closing ']'"],
    ['[b]\n[a](b\n', 2, "no closing ')'"],
  ])('of %j are refused with file and line', (text, line, detail) => {
    const error = failure(() => load(text));
    expect([error.file, error.line]).toEqual(['/etc/t.conf', line]);
    expect(error.detail).toContain(detail);
    expect(error.message).toContain(`/etc/t.conf:${line}: `);
  });

  it('survive lines that make no sense, each with a warning', () => {
    const config = load('[a]\nx=1\njunk\n#foo\n=3\ny=2\n;-- open\n');
    expect(say(config)).toEqual(['a{x=1,y=2}']);
    expect(config.warnings.map((each) => each.line)).toEqual([3, 4, 5, 7]);
  });

  it('know the file and line of every variable', () => {
    const config = load('[a]\n#include i.conf\nz=9\n', { '/etc/i.conf': '\nx=1\n' });
    expect(config.section('a')?.variables).toMatchObject([
      { name: 'x', file: '/etc/i.conf', line: 2 },
      { name: 'z', file: '/etc/t.conf', line: 3 },
    ]);
  });
});

describe('includes', () => {
  it('take quotes, angle brackets or neither, absolute or relative to the configuration folder', () => {
    const text = '[a]\n#include "i.conf"\n#include <i.conf>\n#include i.conf\n#include "/etc/i.conf"\n';
    const config = load(text, { '/etc/i.conf': 'x=1\n' });
    expect(say(config)).toEqual(['a{x=1,x=1,x=1,x=1}']);
    expect(
      say(
        load('[a]\n#include sub/r.conf\n', { '/etc/sub/r.conf': '#include i.conf\n', '/etc/i.conf': 'x=1' }),
      ),
    ).toEqual(['a{x=1}']);
  });

  it('end with their own sections and leave the including one open', () => {
    const config = load('[a]\nq=1\n#include i.conf\nz=9\n', { '/etc/i.conf': 'x=1\n[b]\ny=1\n' });
    expect(say(config)).toEqual(['a{q=1,x=1,z=9}', 'b{y=1}']);
    expect(failure(() => load('#include i.conf\ny=1\n', { '/etc/i.conf': '[s]\nx=1\n' })).line).toBe(2);
  });

  it('follow wildcards in every part, in order, without hidden files and folders', () => {
    const others = {
      '/etc/d/b.conf': 'b=1\n',
      '/etc/d/a.conf': 'a=1\n',
      '/etc/d/.h.conf': 'h=1\n',
      '/etc/d/c.txt': 'c=1\n',
      '/etc/d/sub.conf/x': 'junk',
      '/etc/e1/i.conf': 'one=1\n',
      '/etc/e2/i.conf': 'two=1\n',
    };
    expect(say(load('[a]\n#include d/*.conf\n', others))).toEqual(['a{a=1,b=1}']);
    for (const pattern of ['e*/i.conf', 'e{1,2}/i.conf', 'e[1-2]/?.conf', 'e[!3]/i.*'])
      expect(say(load(`[a]\n#include ${pattern}\n`, others))).toEqual(['a{one=1,two=1}']);
  });

  it.each(['nosuch.conf', 'nodir/*.conf', 'd', '""'])('of nothing (%s) are refused, a try is not', (name) => {
    const others = { '/etc/d/x': '' };
    const error = failure(() => load(`[a]\n#include ${name}\n`, others));
    expect([error.file, error.line]).toEqual(['/etc/t.conf', 2]);
    expect(say(load(`[a]\nx=1\n#tryinclude ${name}\n`, others))).toEqual(['a{x=1}']);
  });

  it('name the included file when that is broken', () => {
    const error = failure(() => load('[a]\n#tryinclude i.conf\n', { '/etc/i.conf': 'x=1\n[b\n' }));
    expect([error.file, error.line]).toEqual(['/etc/i.conf', 2]);
  });

  it('do not go round in circles, nor deeper than ten', () => {
    const config = load('[a]\nx=1\n#include *.conf\n', { '/etc/u.conf': 'y=1\n#include t.conf\n' });
    expect(say(config)).toEqual(['a{x=1,y=1}']);
    expect(config.warnings).toHaveLength(2);
    const chain: Record<string, string> = {};
    for (let n = 1; n <= 11; n++)
      chain[`/etc/k${n}.conf`] = n < 11 ? `x=${n}\n#include k${n + 1}.conf\n` : 'x=11\n';
    expect(say(load('[a]\n#include k2.conf\n', chain))[0]).toContain('x=11');
    expect(failure(() => load('[a]\n#include k1.conf\n', chain)).detail).toContain('deeper than 10');
  });

  it('stop before wildcards multiply without end', () => {
    const many: Record<string, string> = {};
    for (let n = 0; n < 20; n++) {
      many[`/etc/a${n}`] = '#include b*\n';
      many[`/etc/b${n}`] = '#include c*\n';
      many[`/etc/c${n}`] = '';
    }
    expect(failure(() => load('[a]\n#include a*\n', many)).detail).toContain('files are included');
  });

  it('run a command only when that is allowed', () => {
    const text = '[a]\n#exec echo x=1\n#exec nosuch\n';
    expect(failure(() => load(text)).detail).toContain('execincludes');
    const config = load(text, {}, { allowExec: true });
    expect(say(config)).toEqual(['a{x=1}']);
    expect(config.warnings[0]?.detail).toContain('status 127');
  });

  it('make nothing of any bytes but a configuration or a ConfError', () => {
    const parts = fc.array(
      fc.constantFrom(
        '[a]',
        '[b](a)',
        '[a](+)',
        '(!)',
        '#include ',
        't.conf',
        'i*',
        '\n',
        '\r\n',
        ';--',
        '--;',
        'x',
        '=',
        '+=',
        '\\',
        '\0',
        '[',
        '(',
        '{',
        ',',
      ),
      { maxLength: 60 },
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      parts.map((each) => new Uint8Array(Buffer.from(each.join('')))),
    );
    fc.assert(
      fc.property(bytes, bytes, (main, included) => {
        try {
          loadConfig('/etc/t.conf', {
            files: memory({ '/etc/t.conf': main, '/etc/i1': included, '/etc/i2': main }),
          });
        } catch (error) {
          expect(error).toBeInstanceOf(ConfError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('files on disk', () => {
  const folders: string[] = [];
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'conf-'));
    folders.push(made);
    return made;
  };
  afterEach(() => {
    for (const each of folders.splice(0)) rmSync(each, { recursive: true });
  });

  it('are read through symbolic links, and absence is told apart from a broken file', () => {
    const dir = folder();
    writeFileSync(join(dir, 'real.conf'), '[a]\nx=1\n');
    symlinkSync('real.conf', join(dir, 'link.conf'));
    expect(loadConfig(join(dir, 'link.conf')).section('a')?.get('x')).toBe('1');
    expect(loadConfigIfPresent('none.conf', { etcDir: dir })).toBeUndefined();
    expect(failure(() => loadConfig(join(dir, 'none.conf'))).line).toBe(0);
    expect(failure(() => loadConfig(dir)).line).toBe(0);
  });

  it('are seen to change: content, a new file under a wildcard, one that was only tried', () => {
    const dir = folder();
    mkdirSync(join(dir, 'd'));
    const main = join(dir, 't.conf');
    writeFileSync(join(dir, 'd/a.conf'), 'x=1\n');
    writeFileSync(main, '[a]\n#include d/*.conf\n#tryinclude late.conf\n');
    let config = loadConfig(main);
    expect(hasChanged(config)).toBe(false);
    writeFileSync(join(dir, 'd/b.conf'), 'y=1\n');
    expect(hasChanged(config)).toBe(true);
    config = loadConfig(main);
    writeFileSync(join(dir, 'late.conf'), 'z=1\n');
    expect(hasChanged(config)).toBe(true);
    config = loadConfig(main);
    expect(hasChanged(config)).toBe(false);
    writeFileSync(join(dir, 'late.conf'), 'z=longer\n');
    expect(hasChanged(config)).toBe(true);
    rmSync(join(dir, 'late.conf'));
    expect(hasChanged(config)).toBe(true);
  });

  it('run commands through the shell', () => {
    const dir = folder();
    writeFileSync(join(dir, 't.conf'), '[a]\n#exec "echo x=1 && echo y=2 && exit 3"\n');
    const config = loadConfig(join(dir, 't.conf'), { allowExec: true });
    expect(say(config)).toEqual(['a{x=1,y=2}']);
    expect(config.warnings[0]?.detail).toContain('status 3');
  });
});
