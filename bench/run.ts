/** `npm run bench [name …]`: measures the running server on this machine and prints one table a subject. */
import { parseArgs } from 'node:util';
import { benchCalls } from './subjects/calls.ts';
import { benchPush } from './subjects/push.ts';
import { benchRegister } from './subjects/register.ts';
import { benchStart } from './subjects/start.ts';

const subjects = { push: benchPush, register: benchRegister, calls: benchCalls, start: benchStart } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { objects: { type: 'string', default: '100000' }, quick: { type: 'boolean', default: false } },
});
const objects = values.quick ? 5_000 : Number(values.objects);
for (const [name, bench] of Object.entries(subjects)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`\n${name}`);
  await bench({ objects, scale: values.quick ? 0.2 : 1 });
}
