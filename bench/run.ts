/** `npm run bench [-- name … options]`: measures the running server on this machine and prints one table a subject. */
import { parseArgs } from 'node:util';
import { benchAmi } from './subjects/ami.ts';
import { benchAri } from './subjects/ari.ts';
import { benchCalls } from './subjects/calls.ts';
import { benchPush } from './subjects/push.ts';
import { benchRealtime } from './subjects/realtime.ts';
import { benchRegister } from './subjects/register.ts';
import { benchRetrieval } from './subjects/retrieval.ts';
import { benchSip } from './subjects/sip.ts';
import { benchStart } from './subjects/start.ts';
import type { BenchSize } from './support/table.ts';

interface Subject {
  readonly about: string;
  readonly run: (size: BenchSize) => Promise<void>;
}

const subjects = new Map<string, Subject>([
  ['sip', { about: 'messages, digest, transactions and dialogs alone, without sockets', run: benchSip }],
  ['push', { about: 'create, read, update and delete of endpoints over REST', run: benchPush }],
  [
    'realtime',
    { about: 'push and retrieval through each wizard, with few and with many objects', run: benchRealtime },
  ],
  ['retrieval', { about: 'requests that look objects up, with few and with many', run: benchRetrieval }],
  ['ari', { about: 'small requests, and events to many sockets', run: benchAri }],
  ['register', { about: 'REGISTER with digest, contacts in AstDB', run: benchRegister }],
  ['calls', { about: 'INVITE → StasisStart → answer → hangup', run: benchCalls }],
  ['ami', { about: 'Ping, an event to 50 sessions, a list of 10 000 endpoints', run: benchAmi }],
  ['start', { about: 'start-up time and memory, empty and with endpoints in AstDB', run: benchStart }],
]);

const USAGE = `Usage: npm run bench [-- [subject …] [options]]

Without a subject every one of them is measured:
${[...subjects].map(([name, { about }]) => `  ${name.padEnd(15)}${about}`).join('\n')}

  --objects N    objects present in the large case (100000)
  --quick        few objects and operations: to see that it works, not to compare
  -h, --help     this text

Numbers are server CPU (all threads) of one operation, the work after the answer included, of a server that is warm.
`;

function fail(text: string): never {
  console.error(`${text}\n\n${USAGE}`);
  process.exit(2);
}

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        objects: { type: 'string', default: '100000' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
}

const { values, positionals } = read();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
for (const name of positionals) if (!subjects.has(name)) fail(`There is no subject '${name}'.`);
if (!/^[1-9]\d{0,6}$/.test(values.objects))
  fail(`--objects takes a number of 1 to 9999999, not '${values.objects}'.`);
const size: BenchSize = values.quick
  ? { objects: 5_000, scale: 0.2 }
  : { objects: Number(values.objects), scale: 1 };
for (const [name, { run }] of subjects)
  if (positionals.length === 0 || positionals.includes(name)) await run(size);
