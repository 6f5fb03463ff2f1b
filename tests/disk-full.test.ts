import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { Instance } from './support/instance.ts';

const FIELDS = { context: 'default', allow: '!all,ulaw', from_user: 'x'.repeat(500) };
const ENDPOINTS = '/asterisk/config/dynamic/res_pjsip/endpoint';
/** The database is smaller when it is new; its log outgrows this within some hundred pushes. */
const FILE_KIB = 1_000;
const MOST_PUSHES = 2_000;

let server: Instance;
afterEach(() => server.close());

const push = (id: string) =>
  server.ari('PUT', `${ENDPOINTS}/${id}`, {
    fields: Object.entries(FIELDS).map(([attribute, value]) => ({ attribute, value })),
  });

it('a disk that is full costs the push that does not fit, and what was answered is there when there is room', async () => {
  server = await Instance.create({ 'sorcery.conf': '[res_pjsip]\nendpoint=astdb,ps_endpoints\n' });
  await server.start({ fileKiB: FILE_KIB });
  const stored: string[] = [];
  let refused: Awaited<ReturnType<typeof push>> | undefined;
  while (refused === undefined && stored.length < MOST_PUSHES) {
    const id = `e${stored.length}`;
    const answer = await push(id);
    if (answer.status === 200) stored.push(id);
    else refused = answer;
  }
  expect(refused).toMatchObject({ status: 503, body: { detail: expect.stringContaining('AstDB') } });
  expect(stored.length).toBeGreaterThan(10);
  // It lives: it answers, and does not pretend to have what it could not store.
  expect((await server.ari('GET', '/asterisk/ping')).status).toBe(200);
  expect((await server.ari('GET', `${ENDPOINTS}/e${stored.length}`)).status).toBe(404);
  expect((await server.ari('GET', `${ENDPOINTS}/e0`)).status).toBe(200);
  expect((await push('again')).status).toBe(503);

  await server.stop();
  await server.start();
  for (const id of stored) expect((await server.ari('GET', `${ENDPOINTS}/${id}`)).status, id).toBe(200);
  expect((await push('again')).status).toBe(200);
}, 120_000);

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
/** Root may write whatever a file says: the server then runs as nobody, where that user can read the program. */
const under = isRoot ? ['setpriv', `--reuid=${NOBODY}`, '--clear-groups'] : [];
const program = fileURLToPath(new URL('../bin/asterism.mjs', import.meta.url));
const canRun =
  spawnSync('env', [...under, process.execPath, '-e', `require('fs').accessSync(process.argv[1])`, program])
    .status === 0;

it.runIf(canRun)('a database that may only be read is an error, and what is in it can be had', async () => {
  server = await Instance.create({ 'sorcery.conf': '[res_pjsip]\nendpoint=astdb,ps_endpoints\n' });
  await server.start();
  expect((await push('kept')).status).toBe(200);
  await server.stop();
  chmodSync(join(server.dir, 'lib/astdb.sqlite3'), 0o444);
  chmodSync(join(server.dir, 'lib'), 0o555);
  if (isRoot) for (const each of ['', ...readdirSync(server.dir)]) opened(join(server.dir, each), each);
  await server.start({ under });
  expect((await server.ari('GET', `${ENDPOINTS}/kept`)).status).toBe(200);
  expect(await push('new')).toMatchObject({
    status: 503,
    body: { detail: expect.stringMatching(/readonly|may only be read/) },
  });
  expect((await server.ari('DELETE', `${ENDPOINTS}/kept`)).status).toBe(503);
  expect((await server.ari('GET', `${ENDPOINTS}/kept`)).status).toBe(200);
  chmodSync(join(server.dir, 'lib'), 0o755);
});

/** Gives a folder to who runs the server, but for that of the database. */
function opened(path: string, name: string): void {
  if (name !== 'lib') chownSync(path, NOBODY, NOBODY);
}
