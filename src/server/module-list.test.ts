import { describe, expect, it } from 'vitest';
import { ariTypes, resources, webSocketClientType } from '../ari/index.ts';
import { allCommands } from '../cli/index.ts';
import { applications, functions } from '../dialplan/index.ts';
import { silentLogger } from '../log/index.ts';
import { mailboxTypes } from '../mailboxes/index.ts';
import { ModuleTable } from '../modules/index.ts';
import { objectModules } from '../objects/index.ts';
import { pjsipTypes } from '../pjsip/index.ts';
import { moduleList } from './module-list.ts';

const nothing = () => {};
const nothingYet = async () => {};
const list = moduleList({
  pjsip: { load: nothingYet, unload: nothingYet, reload: nothingYet },
  registrations: { load: nothing, unload: nothingYet },
  notify: { load: nothing, reload: nothing },
  ari: { load: nothing, unload: nothing, reload: nothing },
  webSocketClients: { load: nothing, unload: nothing, reload: nothing },
  wizard: () => ({}),
  driver: () => ({}),
  applications: () => ({}),
  objects: () => ({}),
  wizards: { load: nothing, unload: nothing, reload: nothing },
  devices: { load: nothing },
  presence: { load: nothing, unload: nothing },
  mailboxes: { load: nothingYet, unload: nothing, reload: nothing },
  dialplan: { load: nothing, unload: nothing, reload: nothingYet },
  acl: { reload: nothing },
  extconfig: { reload: nothingYet },
  http: { reload: nothing },
  prometheus: { reload: nothing },
  logger: { reload: nothingYet },
  manager: { reload: nothingYet },
});

describe('the modules that are declared', () => {
  it('run together', async () => {
    const table = new ModuleTable(list, silentLogger);
    await table.start(undefined);
    expect(table.list().filter((each) => !each.running)).toEqual([]);
    expect(table.list()).toHaveLength(list.length);
    await table.close();
  });

  it('are those that commands, operations, applications, functions and object types name', () => {
    const otherTypes = objectModules.flatMap((each) => each.types);
    const declared = new Set(list.map((each) => each.name));
    const named = [
      ...allCommands,
      ...resources,
      ...applications,
      ...functions,
      ...pjsipTypes,
      ...ariTypes,
      webSocketClientType,
      ...mailboxTypes,
      ...otherTypes,
    ].map((each) => each.module ?? 'core');
    expect(named.length).toBeGreaterThan(200);
    const missing = new Set(named.filter((name) => name !== 'core' && !declared.has(name)));
    expect([...missing]).toEqual([]);
  });

  it('have names as the original gives them, and say what they are', () => {
    for (const each of list) {
      expect(each.name).toMatch(
        /^(?:(?:res|app|func|chan|pbx)_[a-z0-9_]+|logger|acl|http|manager|extconfig)$/,
      );
      expect(each.description).not.toBe('');
    }
  });
});
