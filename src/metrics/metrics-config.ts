import { type Config, isTrue } from '../conf/index.ts';

/** prometheus.conf. */
export interface MetricsConfig {
  readonly enabled: boolean;
  /** First part of the path. */
  readonly uri: string;
  /** Numbers about the process itself. */
  readonly core: boolean;
  /** Undefined when everybody may look. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
  readonly realm: string;
}

const DEFAULT_URI = 'metrics';
const DEFAULT_REALM = 'Asterisk Prometheus Metrics';

/** Reads prometheus.conf. A missing file means that there is no page. */
export function readMetricsConfig(config: Config | undefined): MetricsConfig {
  const general = config?.section('general');
  const username = general?.get('auth_username') ?? '';
  const password = general?.get('auth_password') ?? '';
  const uri = (general?.get('uri') ?? DEFAULT_URI).replace(/^\/+|\/+$/g, '');
  const core = general?.get('core_metrics_enabled');
  return {
    enabled: isTrue(general?.get('enabled')),
    uri: uri === '' || uri.includes('/') ? DEFAULT_URI : uri,
    core: core === undefined || isTrue(core),
    login: username === '' ? undefined : { username, password },
    realm: general?.get('auth_realm') ?? DEFAULT_REALM,
  };
}
