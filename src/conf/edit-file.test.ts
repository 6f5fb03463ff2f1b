import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConfEdit } from './edit.ts';
import { ConfFolder } from './edit-file.ts';

const EDIT: ConfEdit = {
  kind: 'append',
  category: 'a',
  filter: undefined,
  name: 'y',
  value: '2',
  isObject: false,
};

describe('a folder of configuration files', () => {
  let dir: string;
  let folder: ConfFolder;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'asterism-conf-'));
    folder = new ConfFolder({ etcDir: dir, allowExec: false, liveDangerously: false });
    writeFileSync(join(dir, 'a.conf'), '[a]\nx=1\n');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const read = (name = 'a.conf') => readFileSync(join(dir, name), 'utf8');
  const update = (edits: Iterable<ConfEdit>) =>
    folder.update({ source: 'a.conf', destination: 'a.conf', edits, preserveContext: true, trusted: true });

  it('does not write over what somebody else changed meanwhile', async () => {
    function* edits() {
      yield EDIT;
      writeFileSync(join(dir, 'a.conf'), '[a]\nby=hand\n');
    }
    await expect(update(edits())).rejects.toThrow('changed by somebody else');
    expect(read()).toBe('[a]\nby=hand\n');
  });

  it('goes on after a change that failed, and over what a crash left behind', async () => {
    writeFileSync(join(dir, '.a.conf.new'), 'half of a fi');
    await expect(update([{ ...EDIT, category: 'none' }])).rejects.toThrow("there is no category 'none'");
    await update([EDIT]);
    expect(read()).toBe('[a]\nx=1\ny = 2\n');
  });

  it('writes included files where they are', async () => {
    writeFileSync(join(dir, 'a.conf'), '#include "b.conf"\n');
    writeFileSync(join(dir, 'b.conf'), '[a]\n');
    await update([EDIT]);
    expect([read(), read('b.conf')]).toEqual(['#include "b.conf"\n', '[a]\ny = 2\n']);
  });
});
