import { join } from 'node:path';
import { HttpServer, readHttpConfig, WebSocketUri } from '../http/index.ts';
import type { Logger } from '../log/index.ts';
import { Metrics, type MetricsPorts, readMetricsConfig } from '../metrics/index.ts';
import { systemClock } from '../platform/index.ts';
import { compatibleVersion, version } from '../version.ts';
import type { Ground } from './parts.ts';

/**
 * The HTTP server. It stands whether http.conf lets it listen or not: doors mount themselves once, reloads open and close
 * listeners.
 */
export class ServerHttp {
  readonly server: HttpServer;
  readonly #ground: Ground;
  readonly #log: Logger;
  readonly #webSockets: WebSocketUri;
  #metrics: Metrics | undefined;
  #started = false;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#log = ground.log.logger('http');
    this.server = new HttpServer({
      config: readHttpConfig(undefined),
      serverHeader: `Asterisk/${compatibleVersion}+asterism.${version}`,
      staticFolder: join(ground.main.directories.astdatadir, 'static-http'),
      log: this.#log,
      clock: systemClock,
    });
    this.#webSockets = new WebSocketUri({
      serverHeader: () => this.server.serverHeader,
      running: () => ground.running('res_http_websocket'),
    });
    this.server.handle('ws', this.#webSockets, 'Asterisk HTTP WebSocket', false);
  }

  /** Undefined while nothing listens. */
  get port(): number | undefined {
    return this.server.port === 0 ? undefined : this.server.port;
  }

  /** Reads http.conf. As in the original, a port that is taken costs HTTP, not the calls. */
  async listen(): Promise<void> {
    this.#started = true;
    const { files, acls } = this.#ground;
    const config = readHttpConfig(files.readOrNothing('http.conf'), acls.get);
    for (const each of [...config.problems, ...(await this.server.apply(config))]) this.#log.error(each);
  }

  /** Reads http.conf again; before the start it would open doors that are not there yet. */
  async reload(): Promise<void> {
    if (this.#started) await this.listen();
  }

  /** Shows the numbers of prometheus.conf, or no longer. */
  async applyMetrics(ports: () => MetricsPorts): Promise<void> {
    if (!this.#started) return;
    const { files, log, running } = this.#ground;
    this.#metrics ??= new Metrics({ http: this.server, log: log.logger('res_prometheus'), ports: ports() });
    const on = running('res_prometheus');
    await this.#metrics.apply(readMetricsConfig(on ? files.readOrNothing('prometheus.conf') : undefined));
  }

  async close(): Promise<void> {
    this.#metrics?.close();
    this.#webSockets.close();
    await this.server.close();
  }
}
