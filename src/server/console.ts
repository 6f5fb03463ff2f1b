import { allCommands, type CliContext, type PjsipPort } from '../cli/index.ts';
import { compatibleVersion, version } from '../version.ts';
import type { Parts } from './parts.ts';
import { serverSettings } from './settings.ts';

/** What the commands of the console reach of a server. */
export function cliContext(parts: Parts): CliContext {
  const { main, life, log, http, ari, ami, modules } = parts;
  return {
    switch: parts.switch,
    sorcery: parts.sorcery,
    astdb: parts.astdb,
    realtime: parts.realtime,
    log,
    modules,
    pjsip: pjsipPort(parts),
    dialplan: parts.dialplan,
    server: {
      version,
      compatibleVersion,
      startedAt: life.startedAt,
      lastReloadAt: life.reloadedAt,
      booted: life.booted,
      stop: (how, restart) => void life.stop(how, restart),
      abortStop: life.abortStop,
      reload: life.reload,
      reloadLog: life.reloadLog,
      settings: () =>
        serverSettings(main, {
          maxCalls: life.maxCalls,
          debugLevel: log.debugLevel,
          startedAt: life.startedAt,
          reloadedAt: life.reloadedAt(),
          language: parts.switch.defaultLanguage,
          managerListens: ami()?.listening === true,
          httpListens: http.port !== undefined,
        }),
    },
    http: () => http.server,
    stasis: parts.stasis,
    acls: parts.acls,
    ari,
    manager: () => ami()?.view,
    running: modules.running,
    commands: () => allCommands,
  };
}

function pjsipPort({ pjsip, contacts, registrations, notify }: Parts): PjsipPort {
  return {
    contacts: (aor) => contacts.views(aor),
    allContacts: () => contacts.allViews(),
    endpointState: (endpoint) => pjsip.current?.reachability.describe(endpoint) ?? 'Unavailable',
    packetLog: (target) => pjsip.current?.packetLog(target) ?? 'PJSIP is not loaded',
    qualify: (endpoint) => pjsip.current?.qualify(endpoint),
    identifiers: () => pjsip.current?.identifiers ?? [],
    unidentified: () => pjsip.current?.unidentified() ?? [],
    transports: () => pjsip.current?.transports() ?? [],
    retiringTransports: () => pjsip.current?.retiringTransports ?? [],
    // SUBSCRIBE is answered with 489 and never sent.
    subscriptions: () => [],
    registrations,
    notify,
  };
}
