import type { EventSession } from './event-session.ts';
import type { IdleSession, OutboundSockets } from './outbound/outbound-sockets.ts';

/** One line of `ari show websocket sessions`. */
export interface AriViewSession {
  readonly id: string;
  readonly kind: string;
  readonly remote: string;
  readonly state: string;
  readonly apps: readonly string[];
}

/** One line of `ari show outbound-websockets`, with what `ari show outbound-websocket` shows besides. */
export interface OutboundLine {
  readonly name: string;
  readonly kind: string;
  readonly apps: readonly string[];
  readonly valid: boolean;
  readonly uri: string;
  readonly options: readonly (readonly [label: string, value: string])[];
}

/** Sockets, and what stands in for those that are not open: in order of their names. */
export function sessionLines(open: Iterable<EventSession>, idle: readonly IdleSession[]): AriViewSession[] {
  const lines: AriViewSession[] = idle.map((each) => ({ ...each, remote: 'N/A' }));
  for (const { id, spec } of open) {
    lines.push({ id, kind: spec.kind, remote: spec.remote, state: 'Up', apps: spec.apps });
  }
  return lines.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const yesNo = (value: boolean) => (value ? 'Yes' : 'No');

/** A connection of ari.conf with every option; labels are the original's. */
export function outboundLine(configured: ReturnType<OutboundSockets['configured']>[number]): OutboundLine {
  const { spec, client, valid } = configured;
  const kind = client?.connectionType ?? '';
  const apps = spec.apps;
  return {
    name: spec.name,
    kind,
    apps,
    valid,
    uri: client?.uri ?? '',
    options: [
      ['uri', client?.uri ?? ''],
      ['protocols', client?.protocols.join(',') ?? ''],
      ['apps', apps.join(',')],
      ['username', client?.username ?? ''],
      ['password', '********'],
      ['local_ari_user', spec.user],
      ['connection_type', kind],
      ['subscribe_all', yesNo(spec.subscribeAll)],
      ['connec_timeout', String(client?.connectionTimeoutMs ?? '')],
      ['reconnect_attempts', String(client?.reconnectAttempts ?? '')],
      ['reconnect_interval', String(client?.reconnectIntervalMs ?? '')],
      ['tls_enabled', yesNo(client?.tls === true)],
      ['ca_list_file', client?.caListFile ?? ''],
      ['ca_list_path', client?.caListPath ?? ''],
      ['cert_file', client?.certFile ?? ''],
      ['priv_key_file', client?.privKeyFile ?? ''],
      ['verify_server', yesNo(client?.verifyServerCert !== false)],
      ['verify_server_hostname', yesNo(client?.verifyServerHostname !== false)],
    ],
  };
}
