import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorPage, type HttpHandler, type HttpServer, respond } from '../http/index.ts';
import type { Logger } from '../log/index.ts';
import { sameText } from '../security/index.ts';
import type { MetricsConfig } from './metrics-config.ts';
import type { buildRegistry, MetricsPorts } from './registry.ts';

export interface MetricsOptions {
  readonly http: HttpServer;
  readonly ports: MetricsPorts;
  readonly log: Logger;
}

/** What is kept of one configuration: the page and what it counts. */
interface Running {
  readonly config: MetricsConfig;
  readonly registry: ReturnType<typeof buildRegistry>['registry'];
  readonly stop: (() => void)[];
}

/** The page of prometheus.conf; while it is off nothing is counted. */
export class Metrics implements HttpHandler {
  readonly #options: MetricsOptions;
  #running: Running | undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
  }

  /** Takes a configuration on; the library is loaded only when there is something to show. */
  async apply(config: MetricsConfig): Promise<void> {
    this.close();
    if (!config.enabled) return;
    const { http, ports } = this.#options;
    const { buildRegistry } = await import('./registry.ts');
    const { registry, observe } = buildRegistry(ports, config);
    this.#running = {
      config,
      registry,
      stop: [http.handle(config.uri, this, 'Prometheus Metrics URI'), http.observe(observe)],
    };
  }

  request(request: IncomingMessage, response: ServerResponse, path: string): void {
    const running = this.#running;
    const { serverHeader } = this.#options.http;
    const refuse = (status: number, extra: readonly string[] = []) =>
      respond(
        response,
        serverHeader,
        status,
        undefined,
        'text/html',
        errorPage(status, '', serverHeader),
        extra,
      );
    if (running === undefined || (path !== '' && !path.startsWith('?'))) refuse(404);
    else if (request.method !== 'GET' && request.method !== 'HEAD') refuse(501);
    else if (!admitted(running.config, request.headers.authorization)) {
      refuse(401, ['WWW-Authenticate', `Basic realm="${running.config.realm}"`]);
    } else {
      running.registry.metrics().then(
        (text) => respond(response, serverHeader, 200, undefined, running.registry.contentType, text),
        (error) => {
          this.#options.log.error(`The numbers could not be gathered: ${(error as Error).message}`);
          refuse(500);
        },
      );
    }
  }

  close(): void {
    for (const stop of this.#running?.stop ?? []) stop();
    this.#running?.registry.clear();
    this.#running = undefined;
  }
}

function admitted({ login }: MetricsConfig, authorization: string | undefined): boolean {
  if (login === undefined) return true;
  if (authorization?.startsWith('Basic ') !== true) return false;
  const given = Buffer.from(authorization.slice(6), 'base64').toString('utf8');
  return sameText(given, `${login.username}:${login.password}`);
}
