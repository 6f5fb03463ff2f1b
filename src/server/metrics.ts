import type { MetricsPorts } from '../metrics/index.ts';
import { systemClock } from '../platform/index.ts';
import { compatibleVersion } from '../version.ts';
import type { Parts } from './parts.ts';
import { entityId } from './settings.ts';

/** Where the numbers come from. */
export function metricsPorts({ main, life, switch: owner, stasis, http, ari, ami }: Parts): MetricsPorts {
  return {
    entityId: entityId(main),
    version: compatibleVersion,
    startedAt: life.startedAt,
    lastReloadAt: life.reloadedAt,
    now: () => systemClock.now(),
    channels: () => owner.channelCount,
    calls: () => owner.processedCalls,
    endpoints: () => owner.endpoints.count,
    applications: () => stasis.list().length,
    eventSockets: () => ari()?.sockets.size ?? 0,
    eventSocketsDropped: () => ari()?.sockets.dropped ?? 0,
    managerServers: () =>
      [...(ami()?.view.proxies() ?? [])].map(({ name, state }) => ({ name, up: state.kind === 'up' })),
    httpConnections: () => http.server.connections(),
    httpRefused: () => http.server.refused,
  };
}
