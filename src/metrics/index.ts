/**
 * Lives here: numbers about the running server in the form of Prometheus, and the page that shows them (prometheus.conf).
 * Not here: where the numbers come from (each source is a function in `MetricsPorts`), logs.
 * May ask: platform, log, conf, security, http.
 */
export { Metrics, type MetricsOptions } from './metrics.ts';
export { type MetricsConfig, readMetricsConfig } from './metrics-config.ts';
export type { MetricsPorts } from './registry.ts';
