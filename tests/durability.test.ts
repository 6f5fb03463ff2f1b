import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributes, Instance } from './support/instance.ts';

/** How often the server is killed; CI does what the promise says, a developer's run samples it. */
const ROUNDS = process.env.CI === 'true' ? 200 : 10;
const WRITERS = 8;

describe('an answered push', () => {
  let server: Instance;
  beforeAll(async () => {
    server = await Instance.create({ 'sorcery.conf': '[res_pjsip]\naor=astdb,ps_aors\n' });
  });
  afterAll(() => server.close());

  it(
    `outlives kill -9 of the server under load, ${ROUNDS} times`,
    async () => {
      const answered = new Map<string, string>();
      let sequence = 0;
      for (let round = 0; round < ROUNDS; round++) {
        await server.start();
        // What the last round was told is stored must be there; all of it is checked at the end once more.
        for (const [id, value] of [...answered].slice(-WRITERS)) {
          expect(
            attributes((await server.object('aor', id)).body).get('max_contacts'),
            `round ${round}, ${id}`,
          ).toBe(value);
        }
        let killed = false;
        const write = async () => {
          while (!killed) {
            const id = `a${sequence++ % 500}`;
            const value = String(1 + (sequence % 1_000_000));
            try {
              const answer = await server.push('aor', id, { max_contacts: value });
              if (answer.status === 200) {
                answered.delete(id);
                answered.set(id, value);
              }
            } catch {
              // The connection died with the server: nothing was promised, the old or the new value may be there.
              answered.delete(id);
            }
          }
        };
        const writers = Array.from({ length: WRITERS }, write);
        await sleep(20 + ((round * 7) % 60));
        const dead = server.exited();
        await server.stop('SIGKILL');
        killed = true;
        await dead;
        await Promise.all(writers);
      }
      await server.start();
      expect(answered.size).toBeGreaterThan(0);
      for (const [id, value] of answered) {
        expect(attributes((await server.object('aor', id)).body).get('max_contacts'), id).toBe(value);
      }
    },
    ROUNDS * 5_000,
  );
});
