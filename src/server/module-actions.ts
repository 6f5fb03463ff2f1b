import type { Ami } from '../ami/index.ts';
import { ariTypes, webSocketClientType } from '../ari/index.ts';
import { mailboxTypes } from '../mailboxes/index.ts';
import type { MetricsPorts } from '../metrics/index.ts';
import type { ObjectModule } from '../objects/index.ts';
import type { ServerHttp } from './http.ts';
import type { ModuleActions } from './module-list.ts';
import type { ServerNotify } from './notify.ts';
import type { Ground } from './parts.ts';
import type { ServerPjsip } from './pjsip.ts';
import type { ServerWizards } from './wizards.ts';

/** The parts that modules start, end and let read their files again. */
export interface ModuleParts {
  readonly ground: Ground;
  readonly pjsip: ServerPjsip;
  readonly wizards: ServerWizards;
  readonly notify: ServerNotify;
  readonly http: ServerHttp;
  readonly ami: () => Ami | undefined;
  readonly metrics: () => MetricsPorts;
}

/** What loading, unloading and reloading means for each module that does more than exist. */
export function moduleActions(parts: ModuleParts): ModuleActions {
  const { ground, pjsip, wizards, notify, http } = parts;
  const { sorcery, dialplan, files, realtime, statics, mailboxes, log, acls } = ground;
  const objects = ({ types, file }: Pick<ObjectModule, 'types' | 'file'>) => ({
    load: async () => {
      sorcery.register(types, file);
      await sorcery.prime((name) => types.some((each) => each.type === name));
    },
    unload: () => sorcery.unregister(types),
    reload: () => {
      for (const each of new Set(types.map(({ configClass }) => configClass))) sorcery.reload(each);
    },
  });
  const mailboxObjects = objects({ types: mailboxTypes, file: 'sorcery.conf' });
  let stopPresence = (): void => {};
  return {
    pjsip: {
      load: () => pjsip.load(),
      unload: () => pjsip.unload(),
      reload: () => pjsip.reload(),
    },
    registrations: {
      load: () => pjsip.current?.startRegistrations(),
      unload: () => pjsip.current?.endRegistrations(),
    },
    notify: {
      load: () => notify.read(files.readOrNothing('pjsip_notify.conf')),
      reload: () => notify.read(files.read('pjsip_notify.conf')),
    },
    extconfig: {
      reload: async () => {
        await realtime.reload();
        await statics.refresh();
      },
    },
    wizard: (wizard) => ({ users: () => sorcery.usersOf(wizard) }),
    applications: (module) => ({ users: () => dialplan.usersOf(module) }),
    driver: (driver) => ({
      load: async () => {
        if (await realtime.allow(driver)) await sorcery.retry();
      },
      unload: () => realtime.forbid(driver),
    }),
    http: { reload: () => http.reload() },
    prometheus: { reload: () => http.applyMetrics(parts.metrics) },
    acl: { reload: () => acls.reload() },
    ari: objects({ types: ariTypes, file: 'ari.conf' }),
    webSocketClients: objects({ types: [webSocketClientType], file: 'websocket_client.conf' }),
    objects,
    mailboxes: {
      load: async () => {
        await mailboxObjects.load();
        mailboxes.start();
      },
      unload: () => {
        mailboxes.close();
        mailboxObjects.unload();
      },
      reload: mailboxObjects.reload,
    },
    wizards: {
      load: () => {
        wizards.load(ground);
        if (pjsip.isListening) dialplan.reload();
      },
      unload: () => wizards.unload(),
      reload: () => {
        wizards.reload();
        dialplan.reload();
      },
    },
    logger: { reload: () => log.reload(files.read('logger.conf')) },
    manager: { reload: () => parts.ami()?.reload() },
    devices: { load: () => dialplan.restoreDevices() },
    presence: {
      load: () => {
        stopPresence = dialplan.providePresence();
      },
      unload: () => stopPresence(),
    },
    dialplan: {
      load: () => void dialplan.reload(),
      unload: () => dialplan.unload(),
      reload: async () => {
        await statics.refresh();
        const fault = dialplan.reload();
        if (fault !== undefined) throw new Error(fault);
      },
    },
  };
}
