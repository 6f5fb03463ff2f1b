import { Ari, type AriPorts } from '../ari/index.ts';
import { systemClock } from '../platform/index.ts';
import { Push } from '../sorcery/index.ts';
import { compatibleVersion, version } from '../version.ts';
import { option, type Parts } from './parts.ts';
import { entityId } from './settings.ts';

/** The REST interface of a server. */
export function makeAri(parts: Parts): Ari {
  const { http, sorcery, astdb, security, acls, life, modules, log } = parts;
  return new Ari({
    ports: ariPorts(parts),
    http: http.server,
    sorcery,
    tokens: astdb,
    security,
    acls,
    ready: life.isBooted,
    running: modules.running,
    log: log.logger('res_ari'),
  });
}

function ariPorts(parts: Parts): AriPorts {
  const { switch: owner, stasis, sorcery, dialplan, mailboxes, modules, main, life } = parts;
  return {
    switch: owner,
    stasis,
    push: new Push(sorcery),
    variables: {
      read: (channel, name) => dialplan.readVariable(channel, name),
      write: (channel, name, value) => dialplan.writeVariable(channel, name, value),
    },
    originator: dialplan.originator,
    findLabel: (context, exten, label, caller) => dialplan.label(context, exten, label, caller),
    mailboxes,
    modules,
    clock: systemClock,
    info: {
      entityId: entityId(main),
      compatibleVersion,
      version,
      systemName: option(main, 'systemname', ''),
      startedAt: life.startedAt,
      lastReloadAt: life.reloadedAt,
    },
  };
}
