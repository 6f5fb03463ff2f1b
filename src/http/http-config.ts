import { type Config, isTrue } from '../conf/index.ts';

/** http.conf [general], as far as it is acted on; docs/compatibility.md lists the options that wait. */
export interface HttpConfig {
  readonly enabled: boolean;
  readonly address: string;
  readonly port: number;
  /** `/asterisk` for `prefix=asterisk`, empty for none. */
  readonly prefix: string;
  readonly serverName: string | undefined;
  /** Milliseconds that an idle keep-alive connection stays open. */
  readonly keepAliveMs: number;
}

const DEFAULT_PORT = 8088;
const DEFAULT_KEEP_ALIVE_MS = 15_000;

/** A missing file means a server that is off. */
export function readHttpConfig(config: Config | undefined): HttpConfig {
  const general = config?.section('general');
  const get = (name: string) => general?.get(name);
  const prefix = (get('prefix') ?? '').replace(/^\/+|\/+$/g, '');
  const keepAlive = Number(get('session_keep_alive') ?? DEFAULT_KEEP_ALIVE_MS);
  return {
    enabled: isTrue(get('enabled')),
    address: get('bindaddr') ?? '127.0.0.1',
    port: Number(get('bindport') ?? DEFAULT_PORT),
    prefix: prefix === '' ? '' : `/${prefix}`,
    serverName: get('servername'),
    keepAliveMs: Number.isFinite(keepAlive) && keepAlive >= 0 ? keepAlive : DEFAULT_KEEP_ALIVE_MS,
  };
}
