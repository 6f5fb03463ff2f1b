import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startDatabases } from './support/databases.ts';
import { Instance } from './support/instance.ts';
import { FAMILIES, SORCERY } from './support/realtime-bench.ts';
import { sipRequest } from './support/sip-request.ts';
import { until } from './support/until.ts';

const databases = await startDatabases(['PostgreSQL', 'MariaDB']);
afterAll(() => {
  for (const [, database] of databases) database.remove();
});

/** Workers of each kind, and phones that register. */
const PUSHERS = 4;
const PHONES = 4;
const OUTAGES = 2;
/** A phone that is not answered at all. */
const NO_ANSWER = 0;
const AWAY_MS = 1_500;
/** Answers that must come after an outage before the next one: work is under way again. */
const BETWEEN = 40;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How often each answer came. */
class Tally {
  readonly counts = new Map<number, number>();

  add(status: number): void {
    this.counts.set(status, (this.counts.get(status) ?? 0) + 1);
  }

  of(status: number): number {
    return this.counts.get(status) ?? 0;
  }
}

describe.each(databases)('%s, stopped and started while others push and register', (_, database) => {
  it('costs 503 and nothing else, and loses nothing that was answered', { timeout: 180_000 }, async () => {
    for (const each of FAMILIES) database.sql(`drop table if exists ${each}`);
    const server = await Instance.create({
      'extconfig.conf': `[settings]\n${FAMILIES.map((each) => `${each} => ${database.driver},asterisk`).join('\n')}\n`,
      [database.confFile]: database.conf,
      'sorcery.conf': SORCERY,
    });
    try {
      expect((await server.program('db', 'migrate', '-C', server.confFile)).code).toBe(0);
      const phones = Array.from({ length: PHONES }, (_, index) => `phone${index}`);
      for (const each of phones) {
        database.sql(
          `insert into ps_aors (id, max_contacts, remove_existing) values ('${each}', '1', 'yes')`,
        );
        database.sql(
          `insert into ps_endpoints (id, aors, context, allow) values ('${each}', '${each}', 'default', 'ulaw')`,
        );
      }
      await server.start();

      const tallies = { push: new Tally(), read: new Tally(), register: new Tally() };
      const stored: string[] = [];
      const answered = new Set<string>();
      let running = true;
      const pushing = Array.from({ length: PUSHERS }, async (_, worker) => {
        for (let number = 0; running; number++) {
          const id = `w${worker}-${number}`;
          const { status } = await server.push('domain_alias', id, { domain: id });
          tallies.push.add(status);
          if (status === 200) stored.push(id);
          tallies.read.add((await server.object('endpoint', phones[number % PHONES] ?? '')).status);
        }
      });
      const registering = phones.map(async (phone) => {
        for (let number = 1; running; number++) {
          const status = await sipRequest(server.sipPort, 'REGISTER', phone, number);
          tallies.register.add(status ?? NO_ANSWER);
          if (status === 200) answered.add(phone);
          await wait(5);
        }
      });

      for (let outage = 0; outage < OUTAGES; outage++) {
        await until(
          () => Object.values(tallies).every((each) => each.of(200) > BETWEEN * (outage + 1)),
          30_000,
        );
        database.stop();
        await wait(AWAY_MS);
        database.start();
      }
      await until(
        () => Object.values(tallies).every((each) => each.of(200) > BETWEEN * (OUTAGES + 1)),
        30_000,
      );
      running = false;
      await Promise.all([...pushing, ...registering]);

      for (const [what, { counts }] of Object.entries(tallies))
        expect([what, ...[...counts.keys()].sort()]).toEqual([what, 200, 503]);
      const kept = new Set(database.sql('select id from ps_domain_aliases').split('\n'));
      expect(stored.filter((id) => !kept.has(id))).toEqual([]);
      expect([...answered].sort()).toEqual(phones);
      const endpoints = database.sql('select distinct endpoint from ps_contacts').split('\n').sort();
      expect(endpoints).toEqual(phones);
      const log = readFileSync(join(server.dir, 'log', 'full'), 'utf8');
      const said = (what: string) => log.split('\n').filter((line) => line.includes(what)).length;
      expect([said(`Database ${database.driver}/asterisk is away: `), said('is back after')]).toEqual([
        OUTAGES,
        OUTAGES,
      ]);
    } finally {
      await server.close();
    }
  });
});
