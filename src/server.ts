import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ami, type ServerEvents } from './ami/index.ts';
import { Ari, type AriPorts, ariTypes, webSocketClientType } from './ari/index.ts';
import { LocalChannels } from './channels/index.ts';
import { allCommands, Cli, type CliContext, ControlServer } from './cli/index.ts';
import {
  ConfFolder,
  diskFiles,
  isTrue,
  loadConfigIfPresent,
  type MainConfig,
  readMainConfig,
} from './conf/index.ts';
import {
  compileExtended,
  DialplanService,
  HINT_PRIORITY,
  type NewLine,
  readApplication,
} from './dialplan/index.ts';
import { HttpServer, readHttpConfig, WebSocketUri } from './http/index.ts';
import { LogHub } from './log/index.ts';
import { ExternalMailboxes, mailboxTypes } from './mailboxes/index.ts';
import { createMediaEngine, type MediaEngine } from './media/index.ts';
import { Metrics, readMetricsConfig } from './metrics/index.ts';
import { moduleList } from './module-list.ts';
import { ModuleTable } from './modules/index.ts';
import { coreTypes, type ObjectModule } from './objects/index.ts';
import { ConfigWizards, Pjsip, pjsipTypes } from './pjsip/index.ts';
import { Emitter, systemClock } from './platform/index.ts';
import { readRtpConfig } from './rtp-config.ts';
import { NamedAcls, SecurityEvents } from './security/index.ts';
import { ServerContacts } from './server-contacts.ts';
import { ServerFiles } from './server-files.ts';
import { ServerNotify } from './server-notify.ts';
import { ServerRegistrations } from './server-registrations.ts';
import { entityId, pidFile, serverSettings } from './server-settings.ts';
import { Push, Sorcery } from './sorcery/index.ts';
import { Stasis } from './stasis/index.ts';
import { AstDb, Realtime, StaticFiles } from './store/index.ts';
import { Switch } from './switch/index.ts';
import { compatibleVersion, version } from './version.ts';

export interface ServerOptions {
  /** asterisk.conf: every other path comes from it. */
  readonly confFile: string;
  /** Where the console channel of the log is printed; undefined for nowhere. */
  readonly console: ((text: string) => void) | undefined;
  /** Verbosity of that console, and level of debug text: asterisk.conf may ask for more. */
  readonly verbose?: number;
  readonly debug?: number;
  /** Whether it shows the time before verbose text too. */
  readonly timestamps?: boolean;
  readonly maxCalls?: number;
  /** Whether configuration files may use #exec whatever asterisk.conf says. */
  readonly allowExec?: boolean;
}

export type StopMode = 'now' | 'gracefully' | 'when convenient';

export interface RunningServer {
  /** Resolves when everything is closed. */
  readonly stopped: Promise<{ readonly restart: boolean }>;
  readonly httpPort: number | undefined;
  readonly controlSocket: string;
  stop(mode: StopMode, restart: boolean): Promise<void>;
  /** Lets every module read its files again; a broken file changes nothing. */
  reload(): Promise<void>;
  /** Logs an error that nobody caught; the server goes on. */
  fault(what: string, error: unknown): void;
}

/** Starts a server; resolves when every listener is open. @throws {Error} naming what could not be started */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = new Server(options, readMainConfig(options.confFile, options.allowExec));
  try {
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

/** The one place where the parts meet: builds them, connects them, and closes them in the opposite order. */
class Server implements RunningServer {
  readonly stopped: Promise<{ readonly restart: boolean }>;
  httpPort: number | undefined;
  readonly controlSocket: string;

  readonly #main: MainConfig;
  readonly #log: LogHub;
  /** 0 for any number. */
  readonly #maxCalls: number;
  readonly #switch: Switch;
  readonly #stasis: Stasis;
  readonly #acls: NamedAcls;
  readonly #closers: (() => void | Promise<void>)[] = [];
  readonly #startedAt = systemClock.now();
  readonly #booted: Promise<void>;
  #bootDone: () => void = () => {};
  #stopDone: (how: { readonly restart: boolean }) => void = () => {};
  #reloadedAt = this.#startedAt;
  #modules: ModuleTable | undefined;
  #http: HttpServer | undefined;
  #ari: Ari | undefined;
  #metrics: Metrics | undefined;
  #pjsip: Pjsip | undefined;
  readonly #registrations = new ServerRegistrations(() => this.#pjsip);
  readonly #notify: ServerNotify;
  #sorcery: Sorcery | undefined;
  #wizards: ConfigWizards | undefined;
  #listening = false;
  #stopPresence: () => void = () => {};
  #ami: Ami | undefined;
  readonly #events: Emitter<ServerEvents>;
  #isBooted = false;
  #realtime: Realtime | undefined;
  #statics: StaticFiles | undefined;
  /** Files as they are read: from the disk, or from a table where extconfig.conf says so. */
  readonly #files: ServerFiles;
  /** A stop that waits for calls; taking it back sets it to undefined. */
  #waiting: symbol | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ServerOptions, main: MainConfig) {
    this.#main = main;
    this.#files = new ServerFiles(main);
    this.controlSocket = main.controlSocket;
    const { directories } = main;
    for (const each of ['astdbdir', 'astrundir', 'astlogdir', 'astspooldir'] as const) {
      mkdirSync(directories[each], { recursive: true });
    }
    this.#booted = new Promise((resolve) => {
      this.#bootDone = resolve;
    });
    this.stopped = new Promise((resolve) => {
      this.#stopDone = resolve;
    });
    const level = (name: string) => Number.parseInt(this.#option(name, '0'), 10) || 0;
    const logConfig = this.#files.readOrFault('logger.conf');
    this.#log = new LogHub({
      logDir: directories.astlogdir,
      config: logConfig.config,
      console: options.console,
      verbosity: Math.max(options.verbose ?? 0, level('verbose')),
      debug: Math.max(options.debug ?? 0, level('debug')),
      timestamps: options.timestamps === true || isTrue(this.#option('timestamp', 'no')),
    });
    this.#own(() => this.#log.close());
    this.#files.fault = (text) => this.#logger('config').error(text);
    if (logConfig.fault !== undefined) this.#logger('logger').error(logConfig.fault);
    this.#events = new Emitter((event, error) => this.fault(`A listener to ${event} failed`, error));
    this.#maxCalls = options.maxCalls ?? level('maxcalls');
    this.#switch = new Switch({
      log: this.#logger('channel'),
      systemName: this.#option('systemname', ''),
      defaultLanguage: this.#option('defaultlanguage', 'en'),
      maxCalls: this.#maxCalls,
    });
    this.#own(() => this.#switch.close());
    this.#notify = new ServerNotify({
      sorcery: () => this.#sorcery,
      switch: this.#switch,
      pjsip: () => this.#pjsip,
    });
    this.#stasis = new Stasis({ switch: this.#switch, log: this.#logger('res_stasis') });
    this.#own(() => this.#stasis.close());
    this.#acls = new NamedAcls({ read: () => this.#files.read('acl.conf'), log: this.#logger('acl') });
    this.#acls.reload();
  }

  async start(): Promise<void> {
    const { astdbdir, astetcdir } = this.#main.directories;
    const realtime = await this.#openRealtime();
    const astdb = await AstDb.open({ file: join(astdbdir, 'astdb.sqlite3'), log: this.#logger('db') });
    this.#own(() => astdb.close());
    // The original keeps an identity of the installation there; other programs expect the row.
    if (astdb.get('/pbx/UUID') === undefined) await astdb.put('/pbx/UUID', randomUUID());

    const sorcery = new Sorcery({
      etcDir: astetcdir,
      astdb,
      realtime,
      files: this.#files.source,
      allowExec: this.#main.allowExec,
      log: this.#logger('res_sorcery'),
      clock: systemClock,
      // Types of res_pjsip are registered while it is loaded: the module itself needs them before it counts as running.
      running: (module) => module === 'res_pjsip' || this.#modules?.running(module) === true,
    });
    this.#sorcery = sorcery;
    this.#own(() => sorcery.close());
    sorcery.register(coreTypes, 'bucket.conf');
    const objects = ({ types, file }: Pick<ObjectModule, 'types' | 'file'>) => ({
      load: async () => {
        sorcery.register(types, file);
        await sorcery.prime((name) => types.some((each) => each.type === name));
      },
      unload: () => sorcery.unregister(types),
      reload: () => {
        for (const each of new Set(types.map(({ configClass }) => configClass))) sorcery.reload(each);
      },
    });
    const running = (module: string) => this.#modules?.running(module) === true;
    const mailboxes = new ExternalMailboxes({ sorcery, switch: this.#switch, running });
    const mailboxObjects = objects({ types: mailboxTypes, file: 'sorcery.conf' });

    const security = new SecurityEvents(this.#logger('security'), systemClock);
    const media = await this.#startMedia();
    const dialplan = this.#createDialplan(astdb, media);
    const local = new LocalChannels({ switch: this.#switch, media, dialplan });
    this.#own(() => local.close());
    const modules = new ModuleTable(
      moduleList({
        pjsip: {
          load: () => this.#loadPjsip(sorcery, dialplan, media, security),
          unload: async () => {
            await this.#pjsip?.close();
            this.#pjsip = undefined;
            sorcery.unregister(pjsipTypes);
          },
          reload: async () => {
            await this.#statics?.refresh();
            sorcery.reload('res_pjsip');
            await sorcery.prime(isSmall);
            await this.#pjsip?.transportsSettled();
          },
        },
        registrations: {
          load: () => this.#pjsip?.startRegistrations(),
          unload: () => this.#pjsip?.endRegistrations(),
        },
        notify: {
          load: () => this.#notify.read(this.#files.readOrNothing('pjsip_notify.conf')),
          reload: () => this.#notify.read(this.#files.read('pjsip_notify.conf')),
        },
        extconfig: {
          reload: async () => {
            await realtime.reload();
            await this.#statics?.refresh();
          },
        },
        http: { reload: () => this.#listenHttp() },
        prometheus: { reload: () => this.#applyMetrics() },
        acl: { reload: () => this.#acls.reload() },
        ari: objects({ types: ariTypes, file: 'ari.conf' }),
        webSocketClients: objects({ types: [webSocketClientType], file: 'websocket_client.conf' }),
        objects,
        mailboxes: {
          load: async () => {
            await mailboxObjects.load();
            mailboxes.start();
          },
          unload: () => {
            mailboxes.close();
            mailboxObjects.unload();
          },
          reload: mailboxObjects.reload,
        },
        wizards: this.#wizardActions(sorcery, dialplan),
        logger: { reload: () => this.#log.reload(this.#files.read('logger.conf')) },
        manager: { reload: () => this.#ami?.reload() },
        devices: { load: () => dialplan.restoreDevices() },
        presence: {
          load: () => {
            this.#stopPresence = dialplan.providePresence();
          },
          unload: () => this.#stopPresence(),
        },
        dialplan: {
          load: () => void dialplan.reload(),
          unload: () => dialplan.unload(),
          reload: async () => {
            await this.#statics?.refresh();
            const fault = dialplan.reload();
            if (fault !== undefined) throw new Error(fault);
          },
        },
      }),
      this.#logger('loader'),
    );
    this.#modules = modules;
    this.#own(() => modules.close());
    // Before anything takes long: whoever asks for `core waitfullybooted` is answered when the rest stands.
    const cli = await this.#listenControl(sorcery, astdb, modules, dialplan);
    this.#writePid();
    this.#own(() => this.#pjsip?.close());
    await modules.start(this.#files.read('modules.conf'));
    for (const each of sorcery.strays()) {
      this.#logger('res_sorcery').warning(`${each.file}:${each.line}: ${each.detail}`);
    }
    await this.#pjsip?.listen();
    this.#listening = true;

    this.#openAri(this.#startHttp(), sorcery, astdb, mailboxes, modules, dialplan, security);
    await this.#listenHttp();
    await this.#applyMetrics();
    await this.#openAmi(cli, sorcery, astdb, mailboxes, modules, dialplan, security);
    this.#isBooted = true;
    this.#files.started();
    this.#events.emit('booted');
    this.#bootDone();
    this.#logger('core').notice(`Asterism ${version} is ready`);
  }

  async #openRealtime(): Promise<Realtime> {
    const { directories, allowExec } = this.#main;
    const realtime = new Realtime({
      readFile: (name) => loadConfigIfPresent(name, { etcDir: directories.astetcdir, allowExec }),
      clock: systemClock,
      log: this.#logger('res_config'),
    });
    this.#own(() => realtime.close());
    this.#realtime = realtime;
    const statics = new StaticFiles(realtime, this.#logger('config'));
    this.#statics = statics;
    await statics.refresh();
    this.#files.source = statics.over(diskFiles);
    realtime.onBack(
      () => void this.#databaseBack().catch((error) => this.fault('A database came back', error)),
    );
    return realtime;
  }

  /** What could not be read while a database was away is read now. */
  async #databaseBack(): Promise<void> {
    if ((await this.#statics?.refresh()) === true) await this.reload();
    await this.#sorcery?.prime(() => true);
  }

  async #startMedia(): Promise<MediaEngine> {
    const log = this.#logger('res_rtp_asterisk');
    const media = await createMediaEngine({
      ...readRtpConfig(this.#files.readOrNothing('rtp.conf'), log),
      bindAddress: '0.0.0.0',
      soundsPath: [join(this.#main.directories.astdatadir, 'sounds')],
      log,
    });
    this.#own(() => media.close());
    return media;
  }

  /** Listens at once when the module comes late; at the start, when every module is there. */
  async #loadPjsip(
    sorcery: Sorcery,
    dialplan: DialplanService,
    media: MediaEngine,
    security: SecurityEvents,
  ): Promise<void> {
    sorcery.register(pjsipTypes, 'pjsip.conf');
    await sorcery.prime(isSmall);
    // The others are many, and asked for when they are needed; lists of endpoints show them once they are known.
    void sorcery.prime((type) => type === 'endpoint' || type === 'aor');
    this.#pjsip = new Pjsip({
      sorcery,
      switch: this.#switch,
      media,
      dialplan,
      security,
      acls: this.#acls,
      clock: systemClock,
      log: this.#logger('res_pjsip'),
      running: (module) => this.#modules?.running(module) === true,
      product: `Asterism ${version}`,
      serverName: this.#option('systemname', ''),
    });
    if (this.#listening) await this.#pjsip.listen();
  }

  /** pjsip_wizard.conf; its hints are part of the dial plan, which is read again when they change. */
  #wizardActions(sorcery: Sorcery, dialplan: DialplanService) {
    return {
      load: () => {
        this.#wizards = new ConfigWizards({
          sorcery,
          log: this.#logger('res_pjsip_config_wizard'),
          readConfig: () => this.#files.read('pjsip_wizard.conf'),
        });
        if (this.#listening) dialplan.reload();
      },
      unload: () => {
        this.#wizards?.close();
        this.#wizards = undefined;
      },
      reload: () => {
        this.#wizards?.reload();
        dialplan.reload();
      },
    };
  }

  *#wizardHints(): Iterable<NewLine> {
    const origin = { registrar: 'res_pjsip_config_wizard' };
    for (const { context, exten, endpoint, application } of this.#wizards?.hints ?? []) {
      const place = { context, exten, origin };
      yield { ...place, priority: HINT_PRIORITY, application: `PJSIP/${endpoint}`, data: '' };
      if (application !== undefined) yield { ...place, priority: 1, ...readApplication(application) };
    }
  }

  #createDialplan(astdb: AstDb, media: MediaEngine): DialplanService {
    const directories = Object.entries(this.#main.directories);
    const dialplan = new DialplanService({
      switch: this.#switch,
      log: this.#logger('pbx_config'),
      clock: systemClock,
      readConfig: () => this.#files.read('extensions.conf'),
      added: () => this.#wizardHints(),
      moduleRunning: (module) => this.#modules?.running(module) === true,
      astdb,
      stasis: this.#stasis,
      hasSound: (name, language) => media.findSound(name, language) !== undefined,
      liveDangerously: isTrue(this.#option('live_dangerously', 'no')),
      names: {
        systemName: this.#option('systemname', ''),
        entityId: entityId(this.#main),
        directories: new Map(directories.map(([name, path]) => [name.toUpperCase(), path])),
      },
      version: compatibleVersion,
    });
    this.#own(() => dialplan.close());
    return dialplan;
  }

  /** The server stands whether http.conf lets it listen or not: doors mount themselves once, reloads open and close listeners. */
  #startHttp(): HttpServer {
    const http = new HttpServer({
      config: readHttpConfig(undefined),
      serverHeader: `Asterisk/${compatibleVersion}+asterism.${version}`,
      staticFolder: join(this.#main.directories.astdatadir, 'static-http'),
      log: this.#logger('http'),
      clock: systemClock,
    });
    this.#http = http;
    this.#own(() => http.close());
    const webSockets = new WebSocketUri({
      serverHeader: () => http.serverHeader,
      running: () => this.#modules?.running('res_http_websocket') === true,
    });
    http.handle('ws', webSockets, 'Asterisk HTTP WebSocket', false);
    this.#own(() => webSockets.close());
    return http;
  }

  /** Reads http.conf, at the start and at each reload. As in the original, a port that is taken costs HTTP, not the calls. */
  async #listenHttp(): Promise<void> {
    const http = this.#http;
    if (http === undefined) return;
    const config = readHttpConfig(this.#files.readOrNothing('http.conf'), this.#acls.get);
    for (const each of [...config.problems, ...(await http.apply(config))]) this.#logger('http').error(each);
    this.httpPort = http.port === 0 ? undefined : http.port;
  }

  /** Shows the numbers of prometheus.conf, or no longer. */
  async #applyMetrics(): Promise<void> {
    const http = this.#http;
    if (http === undefined) return;
    if (this.#metrics === undefined) {
      const owner = this.#switch;
      const metrics = new Metrics({
        http,
        log: this.#logger('res_prometheus'),
        ports: {
          entityId: entityId(this.#main),
          version: compatibleVersion,
          startedAt: this.#startedAt,
          lastReloadAt: () => this.#reloadedAt,
          now: () => systemClock.now(),
          channels: () => owner.channelCount,
          calls: () => owner.processedCalls,
          endpoints: () => owner.endpoints.count,
          applications: () => this.#stasis.list().length,
          eventSockets: () => this.#ari?.sockets.size ?? 0,
          eventSocketsDropped: () => this.#ari?.sockets.dropped ?? 0,
          managerServers: () =>
            [...(this.#ami?.view.proxies() ?? [])].map(({ name, state }) => ({
              name,
              up: state.kind === 'up',
            })),
          httpConnections: () => http.connections(),
          httpRefused: () => http.refused,
        },
      });
      this.#metrics = metrics;
      this.#own(() => metrics.close());
    }
    const on = this.#modules?.running('res_prometheus') === true;
    await this.#metrics.apply(
      readMetricsConfig(on ? this.#files.readOrNothing('prometheus.conf') : undefined),
    );
  }

  #openAri(
    http: HttpServer,
    sorcery: Sorcery,
    astdb: AstDb,
    mailboxes: ExternalMailboxes,
    modules: ModuleTable,
    dialplan: DialplanService,
    security: SecurityEvents,
  ): void {
    const owner = this.#switch;
    const ports: AriPorts = {
      switch: owner,
      stasis: this.#stasis,
      push: new Push(sorcery),
      variables: {
        read: (channel, name) => dialplan.readVariable(channel, name),
        write: (channel, name, value) => dialplan.writeVariable(channel, name, value),
      },
      findLabel: (context, exten, label, caller) => dialplan.label(context, exten, label, caller),
      mailboxes,
      modules,
      clock: systemClock,
      info: {
        entityId: entityId(this.#main),
        compatibleVersion,
        version,
        systemName: this.#option('systemname', ''),
        startedAt: this.#startedAt,
        lastReloadAt: () => this.#reloadedAt,
      },
    };
    const ari = new Ari({
      ports,
      http,
      sorcery,
      tokens: astdb,
      security,
      acls: this.#acls,
      ready: () => this.#isBooted,
      running: modules.running,
      log: this.#logger('res_ari'),
    });
    this.#ari = ari;
    this.#own(() => ari.close());
  }

  /** Opens the manager interface; what manager.conf says later, its reload follows. */
  async #openAmi(
    cli: Cli,
    sorcery: Sorcery,
    astdb: AstDb,
    mailboxes: ExternalMailboxes,
    modules: ModuleTable,
    dialplan: DialplanService,
    security: SecurityEvents,
  ): Promise<void> {
    const contacts = new ServerContacts(sorcery, () => this.#pjsip);
    const ami = new Ami({
      ports: {
        switch: this.#switch,
        security,
        server: this.#events,
        sorcery,
        astdb,
        variables: {
          read: (channel, name, restricted) => dialplan.readVariable(channel, name, restricted),
          write: (channel, name, value, restricted) =>
            dialplan.writeVariable(channel, name, value, restricted),
        },
        dialplan,
        pjsip: {
          contacts: (aor) => contacts.states(aor),
          qualify: (endpoint) => this.#pjsip?.qualify(endpoint),
          endpointState: (endpoint, contacts) =>
            this.#pjsip?.reachability.describe(
              endpoint,
              contacts.some(({ status }) => status === 'Reachable' || status === 'NonQualified'),
            ) ?? 'Unavailable',
          registrations: this.#registrations,
          notify: this.#notify,
          // SUBSCRIBE is answered with 489 and never sent.
          subscriptions: () => [],
        },
        mailboxes,
        files: new ConfFolder({
          etcDir: this.#main.directories.astetcdir,
          allowExec: this.#main.allowExec,
          liveDangerously: isTrue(this.#option('live_dangerously', 'no')),
        }),
        modules,
        cli,
        reloadAll: () => this.reload(),
        rotateLogs: () => this.#rotateLogs(),
        compilePattern: (pattern) => {
          const expression = compileExtended(pattern);
          return expression === undefined ? undefined : (text) => expression.exec(text) !== undefined;
        },
        clock: systemClock,
        info: {
          compatibleVersion,
          version,
          systemName: this.#option('systemname', ''),
          maxCalls: this.#maxCalls,
          startedAt: this.#startedAt,
          lastReloadAt: () => this.#reloadedAt,
          booted: () => this.#isBooted,
          httpEnabled: () => this.httpPort !== undefined,
          realtimeEnabled: () => [...(this.#realtime?.families ?? [])].length > 0,
        },
      },
      log: this.#logger('manager'),
      readConfig: () => this.#files.readOrNothing('manager.conf'),
      acls: this.#acls,
      readProxy: () => this.#files.readOrNothing('amiproxy.conf'),
      http: this.#http,
    });
    this.#ami = ami;
    this.#own(() => ami.close());
    await ami.listen();
  }

  async #rotateLogs(): Promise<string> {
    const fault = await this.#reloadLog();
    if (fault === '') this.#log.rotate();
    return fault;
  }

  async #reloadLog(): Promise<string> {
    const { config, fault } = this.#files.readOrFault('logger.conf');
    if (fault !== undefined) return `${fault}: the log channels stay as they were\n`;
    await this.#log.reload(config);
    return '';
  }

  async #listenControl(
    sorcery: Sorcery,
    astdb: AstDb,
    modules: ModuleTable,
    dialplan: DialplanService,
  ): Promise<Cli> {
    const contacts = new ServerContacts(sorcery, () => this.#pjsip);
    const context: CliContext = {
      switch: this.#switch,
      sorcery,
      astdb,
      realtime: this.#realtime,
      log: this.#log,
      modules,
      pjsip: {
        contacts: (aor) => contacts.views(aor),
        allContacts: () => contacts.allViews(),
        endpointState: (endpoint) => this.#pjsip?.reachability.describe(endpoint) ?? 'Unavailable',
        packetLog: (target) => this.#pjsip?.packetLog(target) ?? 'PJSIP is not loaded',
        qualify: (endpoint) => this.#pjsip?.qualify(endpoint),
        identifiers: () => this.#pjsip?.identifiers ?? [],
        unidentified: () => this.#pjsip?.unidentified() ?? [],
        transports: () => this.#pjsip?.transports() ?? [],
        retiringTransports: () => this.#pjsip?.retiringTransports ?? [],
        // SUBSCRIBE is answered with 489 and never sent.
        subscriptions: () => [],
        registrations: this.#registrations,
        notify: this.#notify,
      },
      dialplan,
      server: {
        version,
        compatibleVersion,
        startedAt: this.#startedAt,
        lastReloadAt: () => this.#reloadedAt,
        booted: this.#booted,
        stop: (how, restart) => void this.stop(how, restart),
        abortStop: () => this.#abortStop(),
        reload: () => this.reload(),
        reloadLog: () => this.#reloadLog(),
        settings: () =>
          serverSettings(this.#main, {
            maxCalls: this.#maxCalls,
            debugLevel: this.#log.debugLevel,
            startedAt: this.#startedAt,
            reloadedAt: this.#reloadedAt,
            language: this.#switch.defaultLanguage,
            managerListens: this.#ami?.listening === true,
            httpListens: this.httpPort !== undefined,
          }),
      },
      http: () => this.#http,
      stasis: this.#stasis,
      acls: this.#acls,
      ari: () => this.#ari,
      manager: () => this.#ami?.view,
      running: modules.running,
      commands: () => allCommands,
    };
    const cli = new Cli(context, allCommands);
    const control = await ControlServer.listen({
      path: this.#main.controlSocket,
      mode: this.#main.controlSocketMode,
      cli,
      log: this.#logger('asterisk'),
      attach: (write, verbosity) => this.#log.attachConsole(write, verbosity),
    });
    this.#own(() => control.close());
    return cli;
  }

  /** `asterisk.pid`, where scripts that stop a server look. */
  #writePid(): void {
    const file = pidFile(this.#main);
    writeFileSync(file, `${process.pid}\n`);
    this.#own(() => rmSync(file, { force: true }));
  }

  #option(name: string, fallback: string): string {
    return this.#main.options.get(name) ?? fallback;
  }

  #logger(source: string) {
    return this.#log.logger(source);
  }

  #own(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  async reload(): Promise<void> {
    this.#reloadedAt = systemClock.now();
    await this.#modules?.reloadAll();
    this.#events.emit('reloaded');
  }

  async stop(mode: StopMode, restart: boolean): Promise<void> {
    const ticket = Symbol(mode);
    this.#waiting = ticket;
    // What is still being opened cannot be closed.
    await this.#booted;
    if (mode === 'gracefully') await this.#switch.drain();
    else if (mode === 'when convenient') await this.#idle();
    // Somebody may have taken the stop back, or asked for a quicker one, while this one waited.
    if (this.#waiting !== ticket) return;
    this.#events.emit('stopping', restart);
    // As in the original, who is stopped at once says nothing to registrars.
    if (mode !== 'now') await this.#pjsip?.endRegistrations();
    await this.close();
    this.#stopDone({ restart });
  }

  #abortStop(): boolean {
    if (this.#waiting === undefined) return false;
    this.#waiting = undefined;
    this.#switch.resume();
    return true;
  }

  #idle(): Promise<void> {
    if (this.#switch.channelCount === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const off = this.#switch.events.on('channelDestroyed', () => {
        if (this.#switch.channelCount > 0) return;
        off();
        resolve();
      });
    });
  }

  fault(what: string, error: unknown): void {
    this.#logger('core').error(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
  }

  /** Closes every part once, however often it is asked to. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        this.fault('A part did not close cleanly', error);
      }
    }
  }
}

/** Types with few objects, which are wanted whole and before the first packet. */
function isSmall(type: string): boolean {
  return type !== 'endpoint' && type !== 'auth' && type !== 'aor' && type !== 'contact';
}
