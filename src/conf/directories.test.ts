import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMainConfig } from './directories.ts';

describe('asterisk.conf', () => {
  const dir = mkdtempSync(join(tmpdir(), 'main-conf-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const read = (text: string) => {
    writeFileSync(join(dir, 'asterisk.conf'), text);
    return readMainConfig(join(dir, 'asterisk.conf'));
  };

  it('gives every directory, those left out derived from the others or its own folder', () => {
    const main = read('[directories](!)\nastvarlibdir => /var/lib/x\nastlogdir => logs\n');
    expect(main.directories.astvarlibdir).toBe('/var/lib/x');
    expect(main.directories.astdbdir).toBe('/var/lib/x');
    expect(main.directories.astlogdir).toBe(join(dir, 'logs'));
    expect(main.directories.astetcdir).toBe(dir);
    expect(main.controlSocket).toBe(join(dir, 'run/asterisk.ctl'));
  });

  it('gives its options and may include a quoted absolute path', () => {
    writeFileSync(join(dir, 'more.conf'), '[options]\nexecincludes = yes\nVerbose = 3\n');
    const main = read(
      `#include "${join(dir, 'more.conf')}"\n[files]\nastctl = own.ctl\nastctlpermissions = 0600\nastctlgroup = phones\n`,
    );
    expect(main.allowExec).toBe(true);
    expect(main.options.get('verbose')).toBe('3');
    expect(main.controlSocket).toBe(join(dir, 'run/own.ctl'));
    expect(main).toMatchObject({
      controlSocketMode: 0o600,
      controlSocketOwner: '',
      controlSocketGroup: 'phones',
    });
  });
});
