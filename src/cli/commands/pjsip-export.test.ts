import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../conf/index.ts';
import { pjsipTypes } from '../../pjsip/index.ts';
import { SorceryObject } from '../../sorcery/index.ts';
import { type Bench, startBench } from '../test-bench.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench({
    modules: ['res_pjsip', 'res_pjsip_config_wizard'].map((name) => ({ name, description: name })),
    types: pjsipTypes,
    sorceryConf: '[res_pjsip]\naor=memory\nauth=memory\n',
  });
  for (const [id, mark] of [
    ['made', '@pjsip_wizard'],
    ['pushed', '@other'],
  ] as const) {
    const draft = bench.sorcery.defaults('aor')?.draft();
    if (draft === undefined) throw new Error('no type aor');
    draft.apply('outbound_proxy', 'sip:127.0.0.1;lr');
    draft.apply(mark, 'made');
    await bench.sorcery.create(new SorceryObject(draft.type, id, draft.values, draft.extended));
  }
});
afterEach(() => bench.close());

const COMMAND = 'pjsip export config_wizard primitives';

it('prints what wizards made, and nothing else', async () => {
  const text = await bench.run(COMMAND);
  expect(text).toMatch(/^\n\[made\]\ntype = aor\n/);
  expect(text).toContain('outbound_proxy = sip:127.0.0.1\\;lr\n');
  expect(text).not.toContain('[pushed]');
});

it('writes a file that can be read as pjsip.conf, and by nobody else', async () => {
  const file = join(bench.dir, 'made.conf');
  expect(await bench.run(`${COMMAND} to ${file}`)).toBe(`Wrote configuration to ${file}\n`);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(loadConfig(file).section('made')?.get('outbound_proxy')).toBe('sip:127.0.0.1;lr');
  expect(readFileSync(file, 'utf8')).toContain('[made]');
});

it('says why a file cannot be written, and what it expects', async () => {
  expect(await bench.run(`${COMMAND} to /nosuch/folder/x`)).toContain('/nosuch/folder/x cannot be written');
  expect(await bench.run(`${COMMAND} into x`)).toContain('Expected: to <filename>');
});
