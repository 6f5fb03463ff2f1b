import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigIfPresent } from '../../src/conf/index.ts';
import { tableOf } from '../../src/db-command.ts';
import { memoryLogger } from '../../src/log/index.ts';
import { pjsipTypes } from '../../src/pjsip/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { Push, Sorcery } from '../../src/sorcery/index.ts';
import { migrate, Realtime } from '../../src/store/index.ts';
import type { TestDatabase } from './databases.ts';

export const FAMILIES = [
  'ps_endpoints',
  'ps_auths',
  'ps_aors',
  'ps_contacts',
  'ps_domain_aliases',
  'ps_endpoint_id_ips',
];
export const SORCERY = `[res_pjsip]
endpoint=realtime,ps_endpoints
auth=realtime,ps_auths
aor=realtime,ps_aors
contact=realtime,ps_contacts
domain_alias=realtime,ps_domain_aliases
[res_pjsip_endpoint_identifier_ip]
identify=realtime,ps_endpoint_id_ips
`;

/** Sorcery over one or more databases, in a folder of its own. */
export class Bench {
  readonly dir = mkdtempSync(join(tmpdir(), 'asterism-rt-'));
  readonly log = memoryLogger();
  readonly realtime: Realtime;
  readonly sorcery: Sorcery;
  readonly push: Push;

  constructor(used: readonly TestDatabase[], sorceryConf: string, lines: readonly string[]) {
    const write = (name: string, text: string) => writeFileSync(join(this.dir, name), text);
    write('extconfig.conf', `[settings]\n${lines.join('\n')}\n`);
    write('sorcery.conf', sorceryConf);
    for (const each of used) write(each.confFile, each.conf);
    this.realtime = new Realtime({
      readFile: (name) => loadConfigIfPresent(name, { etcDir: this.dir }),
      clock: systemClock,
      log: this.log,
    });
    this.sorcery = new Sorcery({
      etcDir: this.dir,
      astdb: undefined,
      realtime: this.realtime,
      log: this.log,
      clock: systemClock,
      running: () => true,
    });
    this.sorcery.register(pjsipTypes, 'pjsip.conf');
    this.push = new Push(this.sorcery);
  }

  async migrate(): Promise<string[]> {
    const done: string[] = [];
    for (const type of pjsipTypes) {
      const family = this.realtime.family(type.family ?? `ps_${type.type}s`);
      if (family !== undefined) done.push(...(await migrate(family, tableOf(type))));
    }
    return done;
  }

  put(type: string, id: string, fields: Record<string, string | readonly string[]>) {
    const list = Object.entries(fields).flatMap(([attribute, values]) =>
      [values].flat().map((value) => ({ attribute, value })),
    );
    return this.push.put('res_pjsip', type, id, list);
  }

  async statements(work: () => Promise<unknown>): Promise<number> {
    const count = () => this.realtime.status().reduce((sum, each) => sum + each.statements, 0);
    const before = count();
    await work();
    return count() - before;
  }

  async close(): Promise<void> {
    this.sorcery.close();
    await this.realtime.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
