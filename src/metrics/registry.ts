import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { HttpExchange } from '../http/index.ts';
import type { MetricsConfig } from './metrics-config.ts';

/** Where the numbers come from, asked at each look. */
export interface MetricsPorts {
  readonly entityId: string;
  readonly version: string;
  readonly startedAt: number;
  readonly lastReloadAt: () => number;
  readonly now: () => number;
  readonly channels: () => number;
  /** Calls begun since the start. */
  readonly calls: () => number;
  readonly endpoints: () => number;
  readonly applications: () => number;
  readonly eventSockets: () => number;
  /** Event sockets closed because their reader was too slow. */
  readonly eventSocketsDropped: () => number;
  /** The servers of amiproxy.conf. */
  readonly managerServers: () => Iterable<{ readonly name: string; readonly up: boolean }>;
  readonly httpConnections: () => number;
  readonly httpRefused: () => number;
}

/** Seconds; a small request takes 0.00003. */
const BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2.5];

/** The numbers of one server: those of the original under its names, those of its own under `asterism_`. */
export function buildRegistry(ports: MetricsPorts, config: MetricsConfig) {
  const registry = new Registry();
  registry.setDefaultLabels({ eid: ports.entityId });
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  /** A number that only grows and is counted elsewhere. */
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  gauge('asterisk_channels_count', 'Channels at this moment.', ports.channels);
  gauge('asterisk_calls_count', 'Calls at this moment.', ports.channels);
  counter('asterisk_calls_sum', 'Calls since the start.', ports.calls);
  gauge('asterisk_endpoints_count', 'Endpoints that are known.', ports.endpoints);
  if (config.core) {
    new Gauge({
      name: 'asterisk_core_properties',
      help: 'What this server is.',
      labelNames: ['version'],
      registers,
    }).set({ version: ports.version }, 1);
    const since = (time: number) => Math.floor((ports.now() - time) / 1_000);
    gauge('asterisk_core_uptime_seconds', 'Seconds since the start.', () => since(ports.startedAt));
    gauge('asterisk_core_last_reload_seconds', 'Seconds since the last reload; 0 without one.', () =>
      ports.lastReloadAt() === ports.startedAt ? 0 : since(ports.lastReloadAt()),
    );
    collectDefaultMetrics({ register: registry, prefix: 'asterism_' });
  }
  gauge('asterism_stasis_applications', 'Applications that are known.', ports.applications);
  gauge('asterism_event_sockets', 'Event sockets that are open.', ports.eventSockets);
  counter(
    'asterism_event_sockets_dropped_total',
    'Event sockets closed because their reader was too slow.',
    ports.eventSocketsDropped,
  );
  new Gauge({
    name: 'asterism_manager_server_up',
    help: 'Whether a server of amiproxy.conf is connected.',
    labelNames: ['server'],
    registers,
    collect() {
      this.reset();
      for (const { name, up } of ports.managerServers()) this.set({ server: name }, up ? 1 : 0);
    },
  });
  gauge('asterism_http_connections', 'HTTP connections that are open.', ports.httpConnections);
  counter(
    'asterism_http_connections_refused_total',
    'HTTP connections refused at sessionlimit.',
    ports.httpRefused,
  );
  const requests = new Counter({
    name: 'asterism_http_requests_total',
    help: 'HTTP requests by class of their answer.',
    labelNames: ['status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'asterism_http_request_seconds',
    help: 'Time from the headers of a request to the end of its answer.',
    buckets: BUCKETS,
    registers,
  });
  return {
    registry,
    /** Counts one request. */
    observe({ status, ms }: HttpExchange): void {
      requests.inc({ status: `${Math.floor(status / 100)}xx` });
      seconds.observe(ms / 1_000);
    },
  };
}
