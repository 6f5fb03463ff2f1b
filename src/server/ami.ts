import { Ami, type AmiPorts } from '../ami/index.ts';
import type { Cli } from '../cli/index.ts';
import { ConfFolder, isTrue } from '../conf/index.ts';
import { compileExtended } from '../dialplan/index.ts';
import { systemClock } from '../platform/index.ts';
import { compatibleVersion, version } from '../version.ts';
import { option, type Parts } from './parts.ts';

/** The manager interface of a server; commands that it is given run in `cli`. */
export function makeAmi(parts: Parts, cli: Cli): Ami {
  const { log, files, acls, http } = parts;
  return new Ami({
    ports: amiPorts(parts, cli),
    log: log.logger('manager'),
    readConfig: () => files.readOrNothing('manager.conf'),
    acls,
    readProxy: () => files.readOrNothing('amiproxy.conf'),
    http: http.server,
  });
}

function amiPorts(parts: Parts, cli: Cli): AmiPorts {
  const { main, life, dialplan, http, realtime } = parts;
  return {
    switch: parts.switch,
    security: parts.security,
    server: parts.events,
    sorcery: parts.sorcery,
    astdb: parts.astdb,
    variables: {
      read: (channel, name, restricted) => dialplan.readVariable(channel, name, restricted),
      write: (channel, name, value, restricted) => dialplan.writeVariable(channel, name, value, restricted),
    },
    dialplan,
    pjsip: pjsipPort(parts),
    mailboxes: parts.mailboxes,
    files: new ConfFolder({
      etcDir: main.directories.astetcdir,
      allowExec: main.allowExec,
      liveDangerously: isTrue(option(main, 'live_dangerously', 'no')),
    }),
    modules: parts.modules,
    cli,
    reloadAll: life.reload,
    rotateLogs: life.rotateLogs,
    compilePattern: (pattern) => {
      const expression = compileExtended(pattern);
      return expression === undefined ? undefined : (text) => expression.exec(text) !== undefined;
    },
    clock: systemClock,
    info: {
      compatibleVersion,
      version,
      systemName: option(main, 'systemname', ''),
      maxCalls: life.maxCalls,
      startedAt: life.startedAt,
      lastReloadAt: life.reloadedAt,
      booted: life.isBooted,
      httpEnabled: () => http.port !== undefined,
      realtimeEnabled: () => [...realtime.families].length > 0,
    },
  };
}

function pjsipPort({ pjsip, contacts, registrations, notify }: Parts): AmiPorts['pjsip'] {
  return {
    contacts: (aor) => contacts.states(aor),
    qualify: (endpoint) => pjsip.current?.qualify(endpoint),
    endpointState: (endpoint, contacts) =>
      pjsip.current?.reachability.describe(
        endpoint,
        contacts.some(({ status }) => status === 'Reachable' || status === 'NonQualified'),
      ) ?? 'Unavailable',
    registrations,
    notify,
    // SUBSCRIBE is answered with 489 and never sent.
    subscriptions: () => [],
  };
}
