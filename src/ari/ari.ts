import { ConfError, type Config } from '../conf/index.ts';
import type { HttpServer } from '../http/index.ts';
import type { Logger } from '../log/index.ts';
import type { NamedAcls } from '../security/index.ts';
import { type AriConfig, readAriConfig } from './ari-config.ts';
import { EventSockets } from './event-socket.ts';
import { applicationsHandlers } from './handlers/applications.ts';
import { asteriskHandlers } from './handlers/asterisk.ts';
import { channelsHandlers } from './handlers/channels.ts';
import { deviceStatesHandlers } from './handlers/device-states.ts';
import { endpointsHandlers } from './handlers/endpoints.ts';
import type { AriPorts } from './handlers/ports.ts';
import { HttpDoor } from './http-door.ts';
import { AriRouter } from './router.ts';

export interface AriOptions {
  readonly ports: AriPorts;
  readonly http: HttpServer;
  /** Reads ari.conf; called again at each reload. @throws {ConfError} */
  readonly readConfig: () => Config | undefined;
  /** The lists of acl.conf. */
  readonly acls: Pick<NamedAcls, 'get'>;
  readonly running: (module: string) => boolean;
  readonly log: Logger;
}

/** The REST interface and its event sockets, mounted at `/ari`. */
export class Ari {
  readonly router: AriRouter;
  readonly sockets: EventSockets;
  readonly #options: AriOptions;
  readonly #door: HttpDoor;
  #config: AriConfig;
  #unmount: (() => void) | undefined;

  constructor(options: AriOptions) {
    this.#options = options;
    const { ports, running, log } = options;
    this.#config = this.#read();
    this.router = new AriRouter(
      {
        ...asteriskHandlers(ports),
        ...channelsHandlers(ports),
        ...applicationsHandlers(ports),
        ...endpointsHandlers(ports),
        ...deviceStatesHandlers(ports),
      },
      running,
    );
    this.sockets = new EventSockets({
      stasis: ports.stasis,
      clock: ports.clock,
      asteriskId: ports.info.entityId,
      pretty: () => this.#config.pretty,
      log,
    });
    this.#door = new HttpDoor({
      config: () => this.#config,
      router: this.router,
      sockets: this.sockets,
      serverHeader: () => options.http.serverHeader,
      mount: () => `${options.http.prefix}/ari`,
      running,
      log,
    });
    this.#apply();
  }

  #read(): AriConfig {
    const { readConfig, acls } = this.#options;
    return readAriConfig(readConfig(), acls.get);
  }

  get config(): AriConfig {
    return this.#config;
  }

  /** Reads ari.conf again; a broken file leaves everything as it was. */
  reload(): void {
    try {
      this.#config = this.#read();
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      this.#options.log.error(`${error.message}: ari.conf stays as it was`);
      return;
    }
    this.#apply();
  }

  #apply(): void {
    for (const problem of this.#config.problems) this.#options.log.error(problem);
    if (this.#config.enabled)
      this.#unmount ??= this.#options.http.handle('ari', this.#door, 'Asterisk RESTful API');
    else {
      this.#unmount?.();
      this.#unmount = undefined;
    }
  }

  async close(): Promise<void> {
    this.#unmount?.();
    this.sockets.close();
    await this.#door.close();
  }
}
