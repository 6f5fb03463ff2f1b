import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Bench, startBench } from '../test-bench.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench({
    aclConf: `[onlylocal]
permit=127.0.0.1/255.255.255.255
[nolocal]
deny=127.0.0.0/255.0.0.0
permit=10.0.0.0/255.0.0.0
acl=onlylocal
`,
  });
});

afterEach(() => bench.close());

it('lists the access lists, and the lines of one with those of the lists that it refers to', async () => {
  expect(await bench.run('acl show')).toBe('\nacl\n---\nnolocal\nonlylocal\n');
  const ruler = '---------------------------------------------';
  expect((await bench.run('acl show nolocal')).split('\n')).toEqual([
    '',
    'ACL: nolocal',
    ruler,
    '  0:  deny - 127.0.0.0/255.0.0.0',
    '  1: allow - 10.0.0.0/255.0.0.0',
    'ACL: onlylocal',
    ruler,
    '  0: allow - 127.0.0.1/255.255.255.255',
    '',
  ]);
  expect(await bench.run('acl show nosuch')).toBe("\nCould not find ACL named 'nosuch'\n");
  expect(bench.cli.complete('acl show no')).toEqual(['nolocal']);
});
