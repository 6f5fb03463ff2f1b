import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ami, ServerEvents } from '../ami/index.ts';
import type { Ari } from '../ari/index.ts';
import { LocalChannels } from '../channels/index.ts';
import { allCommands, Cli, ControlServer } from '../cli/index.ts';
import { diskFiles, isTrue, loadConfigIfPresent, type MainConfig, readMainConfig } from '../conf/index.ts';
import { DialplanService } from '../dialplan/index.ts';
import { LogHub } from '../log/index.ts';
import { ExternalMailboxes } from '../mailboxes/index.ts';
import { createMediaEngine, type MediaEngine } from '../media/index.ts';
import { ModuleTable, readModulesConfig, startsWith } from '../modules/index.ts';
import { coreTypes } from '../objects/index.ts';
import { Emitter, systemClock } from '../platform/index.ts';
import { NamedAcls, SecurityEvents } from '../security/index.ts';
import { Sorcery, wizardModules } from '../sorcery/index.ts';
import { Stasis } from '../stasis/index.ts';
import { AstDb, driverSpecs, drivers, Realtime, StaticFiles } from '../store/index.ts';
import { Switch } from '../switch/index.ts';
import { compatibleVersion, version } from '../version.ts';
import { makeAmi } from './ami.ts';
import { makeAri } from './ari.ts';
import { cliContext } from './console.ts';
import { ServerContacts } from './contacts.ts';
import { ServerFiles } from './files.ts';
import { ServerHttp } from './http.ts';
import { metricsPorts } from './metrics.ts';
import { moduleActions } from './module-actions.ts';
import { moduleList } from './module-list.ts';
import { ServerNotify } from './notify.ts';
import { type Ground, type Life, option, type Parts, type StopMode } from './parts.ts';
import { ServerPjsip } from './pjsip.ts';
import { ServerRegistrations } from './registrations.ts';
import { readRtpConfig } from './rtp-config.ts';
import { entityId, pidFile } from './settings.ts';
import { ServerWizards } from './wizards.ts';

export type { StopMode } from './parts.ts';

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
  readonly controlSocket: string;

  readonly #main: MainConfig;
  readonly #log: LogHub;
  readonly #switch: Switch;
  readonly #stasis: Stasis;
  readonly #acls: NamedAcls;
  readonly #wizards = new ServerWizards();
  readonly #closers: (() => void | Promise<void>)[] = [];
  readonly #life: Life;
  #bootDone: () => void = () => {};
  #stopDone: (how: { readonly restart: boolean }) => void = () => {};
  #reloadedAt = systemClock.now();
  readonly #events: Emitter<ServerEvents>;
  #isBooted = false;
  /** Files as they are read: from the disk, or from a table where extconfig.conf says so. */
  readonly #files: ServerFiles;
  #parts: Parts | undefined;
  #ari: Ari | undefined;
  #ami: Ami | undefined;
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
    this.#life = this.#makeLife(options.maxCalls ?? level('maxcalls'));
    this.#switch = new Switch({
      log: this.#logger('channel'),
      systemName: this.#option('systemname', ''),
      defaultLanguage: this.#option('defaultlanguage', 'en'),
      maxCalls: this.#life.maxCalls,
    });
    this.#own(() => this.#switch.close());
    this.#stasis = new Stasis({ switch: this.#switch, log: this.#logger('res_stasis') });
    this.#own(() => this.#stasis.close());
    this.#acls = new NamedAcls({ read: () => this.#files.read('acl.conf'), log: this.#logger('acl') });
    this.#acls.reload();
  }

  #makeLife(maxCalls: number): Life {
    return {
      startedAt: this.#reloadedAt,
      reloadedAt: () => this.#reloadedAt,
      booted: new Promise((resolve) => {
        this.#bootDone = resolve;
      }),
      isBooted: () => this.#isBooted,
      maxCalls,
      stop: (mode, restart) => this.stop(mode, restart),
      abortStop: () => this.#abortStop(),
      reload: () => this.reload(),
      reloadLog: () => this.#reloadLog(),
      rotateLogs: () => this.#rotateLogs(),
      fault: (what, error) => this.fault(what, error),
    };
  }

  get httpPort(): number | undefined {
    return this.#parts?.http.port;
  }

  async start(): Promise<void> {
    const ground = await this.#openGround();
    const { sorcery, log } = ground;
    const parts = this.#assemble(ground);
    this.#parts = parts;
    this.#own(() => parts.modules.close());
    // Before anything takes long: whoever asks for `core waitfullybooted` is answered when the rest stands.
    const cli = await this.#listenControl(parts);
    this.#writePid();
    this.#own(() => parts.pjsip.close());
    this.#own(() => parts.http.close());
    parts.modules.events.on('loaded', (name) => {
      // A wizard that comes later is what mappings may have waited for.
      if (wizardModules.some(({ module }) => name === `${module}.so`))
        void sorcery.retry().catch((error) => this.fault('Objects of a wizard that was loaded', error));
    });
    await parts.modules.start(this.#files.read('modules.conf'));
    sorcery.register(coreTypes, 'bucket.conf');
    for (const { file, line, type, id, detail } of sorcery.strays()) {
      const what = id === '' ? '' : `${type} '${id}': `;
      log.logger('res_sorcery').warning(`${file}:${line}: ${what}${detail}`);
    }
    await parts.pjsip.listen();

    const ari = makeAri(parts);
    this.#ari = ari;
    this.#own(() => ari.close());
    await parts.http.listen();
    await parts.http.applyMetrics(() => metricsPorts(parts));
    const ami = makeAmi(parts, cli);
    this.#ami = ami;
    this.#own(() => ami.close());
    await ami.listen();
    this.#isBooted = true;
    this.#files.started();
    this.#events.emit('booted');
    this.#bootDone();
    this.#logger('core').notice(`Asterism ${version} is ready`);
  }

  /** Opens what every part stands on. */
  async #openGround(): Promise<Ground> {
    const { directories, allowExec } = this.#main;
    const { realtime, statics } = await this.#openRealtime();
    const astdb = await AstDb.open({
      file: join(directories.astdbdir, 'astdb.sqlite3'),
      log: this.#logger('db'),
    });
    this.#own(() => astdb.close());
    // The original keeps an identity of the installation there; other programs expect the row.
    if (astdb.get('/pbx/UUID') === undefined)
      await astdb.put('/pbx/UUID', randomUUID()).catch((error) => this.#logger('db').error(String(error)));

    const running = (module: string) => this.#parts?.modules.running(module) === true;
    const sorcery = new Sorcery({
      etcDir: directories.astetcdir,
      astdb,
      realtime,
      files: this.#files.source,
      allowExec,
      log: this.#logger('res_sorcery'),
      clock: systemClock,
      // Types of res_pjsip are registered while it is loaded: the module itself needs them before it counts as running.
      running: (module) => module === 'res_pjsip' || running(module),
    });
    this.#own(() => sorcery.close());
    const media = await this.#startMedia();
    const dialplan = this.#createDialplan(astdb, media, running);
    const local = new LocalChannels({ switch: this.#switch, media, dialplan });
    this.#own(() => local.close());
    return {
      main: this.#main,
      life: this.#life,
      log: this.#log,
      files: this.#files,
      events: this.#events,
      switch: this.#switch,
      stasis: this.#stasis,
      acls: this.#acls,
      security: new SecurityEvents(this.#logger('security'), systemClock),
      realtime,
      statics,
      astdb,
      sorcery,
      media,
      dialplan,
      mailboxes: new ExternalMailboxes({ sorcery, switch: this.#switch, running }),
      running,
    };
  }

  /** Everything that there is, nothing of it started. */
  #assemble(ground: Ground): Parts {
    const { sorcery, switch: owner } = ground;
    const pjsip = new ServerPjsip(ground);
    const current = () => pjsip.current;
    const notify = new ServerNotify({ sorcery, switch: owner, pjsip: current });
    const http = new ServerHttp(ground);
    const ami = () => this.#ami;
    const actions = moduleActions({
      ...{ ground, pjsip, notify, http, ami, wizards: this.#wizards },
      metrics: () => metricsPorts(parts),
    });
    const parts: Parts = {
      ...ground,
      modules: new ModuleTable(moduleList(actions), this.#logger('loader')),
      pjsip,
      contacts: new ServerContacts(sorcery, current),
      registrations: new ServerRegistrations(current),
      notify,
      http,
      ari: () => this.#ari,
      ami,
    };
    return parts;
  }

  async #openRealtime(): Promise<{ realtime: Realtime; statics: StaticFiles }> {
    const { directories, allowExec } = this.#main;
    // Files may come from databases: this one says which of them, and comes from the disk.
    const modules = readModulesConfig(this.#files.read('modules.conf'));
    const realtime = new Realtime({
      drivers: drivers.filter((each) => startsWith(modules, driverSpecs[each].module)),
      readFile: (name) => loadConfigIfPresent(name, { etcDir: directories.astetcdir, allowExec }),
      clock: systemClock,
      log: this.#logger('res_config'),
    });
    this.#own(() => realtime.close());
    const statics = new StaticFiles(realtime, this.#logger('config'));
    await statics.refresh();
    this.#files.source = statics.over(diskFiles);
    realtime.onBack(
      () => void this.#databaseBack(statics).catch((error) => this.fault('A database came back', error)),
    );
    return { realtime, statics };
  }

  /** What could not be read while a database was away is read now. */
  async #databaseBack(statics: StaticFiles): Promise<void> {
    if (await statics.refresh()) await this.reload();
    await this.#parts?.sorcery.prime(() => true);
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

  #createDialplan(
    astdb: AstDb,
    media: MediaEngine,
    moduleRunning: (module: string) => boolean,
  ): DialplanService {
    const directories = Object.entries(this.#main.directories);
    const dialplan = new DialplanService({
      switch: this.#switch,
      log: this.#logger('pbx_config'),
      clock: systemClock,
      readConfig: () => this.#files.read('extensions.conf'),
      added: () => this.#wizards.hints(),
      moduleRunning,
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

  async #listenControl(parts: Parts): Promise<Cli> {
    const cli = new Cli(cliContext(parts), allCommands);
    const control = await ControlServer.listen({
      path: this.#main.controlSocket,
      mode: this.#main.controlSocketMode,
      owner: this.#main.controlSocketOwner,
      group: this.#main.controlSocketGroup,
      cli,
      log: this.#logger('asterisk'),
      attach: (write, verbosity) => this.#log.attachConsole(write, verbosity),
    });
    this.#own(() => control.close());
    return cli;
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

  /** `asterisk.pid`, where scripts that stop a server look. */
  #writePid(): void {
    const file = pidFile(this.#main);
    writeFileSync(file, `${process.pid}\n`);
    this.#own(() => rmSync(file, { force: true }));
  }

  #option(name: string, fallback: string): string {
    return option(this.#main, name, fallback);
  }

  #logger(source: string) {
    return this.#log.logger(source);
  }

  #own(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  async reload(): Promise<void> {
    this.#reloadedAt = systemClock.now();
    await this.#parts?.modules.reloadAll();
    this.#events.emit('reloaded');
  }

  async stop(mode: StopMode, restart: boolean): Promise<void> {
    const ticket = Symbol(mode);
    this.#waiting = ticket;
    // What is still being opened cannot be closed.
    await this.#life.booted;
    if (mode === 'gracefully') await this.#switch.drain();
    else if (mode === 'when convenient') await this.#idle();
    // Somebody may have taken the stop back, or asked for a quicker one, while this one waited.
    if (this.#waiting !== ticket) return;
    this.#events.emit('stopping', restart);
    // As in the original, who is stopped at once says nothing to registrars.
    if (mode !== 'now') await this.#parts?.pjsip.current?.endRegistrations();
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
