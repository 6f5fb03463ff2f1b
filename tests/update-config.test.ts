import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AmiTestClient, managerConf, told } from './support/ami.ts';
import { freePort, Instance } from './support/instance.ts';

/** How often the server is killed. */
const ROUNDS = process.env.CI === 'true' ? 200 : 20;
/** Variables that one request changes together: what one packet of 128 headers holds. */
const VARIABLES = 30;
/** What makes the file longer than one write of a disk. */
const PADDING = `; ${'untouched '.repeat(20)}\n`.repeat(500);

const HEAD = `; about this file\n[all]\n`;
const text = (value: number) =>
  `${HEAD}${Array.from({ length: VARIABLES }, (_, at) => `v${at}=${value} ; of ${at}\n`).join('')}${PADDING}; end\n`;

/** The value that all variables of a whole file have. */
function wholeValue(found: string): number {
  const value = Number(/^v0=(\d+) /m.exec(found)?.[1]);
  expect(found).toBe(text(value));
  return value;
}

describe('UpdateConfig', () => {
  let server: Instance;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    server = await Instance.create({
      'manager.conf': managerConf(port),
      'edited.conf': text(0),
    });
  });
  afterAll(() => server.close());

  it(
    `leaves the old file or the new one, whole, through kill -9, ${ROUNDS} times`,
    async () => {
      const folder = join(server.dir, 'etc');
      const read = () => readFileSync(join(folder, 'edited.conf'), 'utf8');
      let next = 1;
      let answers = 0;
      for (let round = 0; round < ROUNDS; round++) {
        await server.start();
        const client = new AmiTestClient(port);
        await client.login('admin', 's3cret', 'Events: off');
        let answered = 0;
        let sent = 0;
        let killed = false;
        const write = async () => {
          while (!killed) {
            const value = next++;
            sent = value;
            const edits = Array.from({ length: VARIABLES }, (_, at) => [
              `Action-${at}: Update`,
              `Cat-${at}: all`,
              `Var-${at}: v${at}`,
              `Value-${at}: ${value}`,
            ]).flat();
            const files = ['SrcFilename: edited.conf', 'DstFilename: edited.conf'];
            client.send('Action: UpdateConfig', ...files, ...edits);
            const answer = await client.next();
            if (answer === undefined) return;
            expect(told(answer, 'Response')).toBe('Success');
            answered = value;
            answers++;
          }
        };
        const writing = write();
        while (answered === 0) await sleep(1);
        await sleep((round * 13) % 60);
        const dead = server.exited();
        await server.stop('SIGKILL');
        killed = true;
        await dead;
        await writing;
        client.close();
        const found = wholeValue(read());
        // What was answered is there; what was only sent may be.
        expect([answered, sent], `round ${round}`).toContain(found);
      }
      expect(answers).toBeGreaterThanOrEqual(ROUNDS);
      const left = readdirSync(folder).filter((each) => each.includes('edited'));
      expect(left.filter((each) => each !== '.edited.conf.new')).toEqual(['edited.conf']);
    },
    ROUNDS * 30_000,
  );
});
