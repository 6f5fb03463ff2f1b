import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { AmiServer, readAmiConfig } from './ami/index.ts';
import { Ari, type AriPorts } from './ari/index.ts';
import { allCommands, Cli, type CliContext, ControlServer } from './cli/index.ts';
import {
  ConfError,
  type Config,
  loadConfigIfPresent,
  type MainConfig,
  readMainConfig,
} from './conf/index.ts';
import { HttpServer, readHttpConfig } from './http/index.ts';
import { LogHub } from './log/index.ts';
import { moduleList } from './module-list.ts';
import { ModuleTable } from './modules/index.ts';
import { allContacts, type ContactEntry, contactsOf, pjsipTypes } from './pjsip/index.ts';
import { systemClock } from './platform/index.ts';
import { Push, Sorcery } from './sorcery/index.ts';
import { Stasis } from './stasis/index.ts';
import { AstDb } from './store/index.ts';
import { Switch } from './switch/index.ts';
import { compatibleVersion, version } from './version.ts';

export interface ServerOptions {
  /** asterisk.conf: every other path comes from it. */
  readonly confFile: string;
  /** Where the console channel of the log is printed; undefined for nowhere. */
  readonly console: ((text: string) => void) | undefined;
  readonly verbose?: number;
  readonly debug?: number;
  readonly maxCalls?: number;
}

export type StopMode = 'now' | 'gracefully' | 'when convenient';

export interface RunningServer {
  /** Resolves when everything is closed. */
  readonly stopped: Promise<{ readonly restart: boolean }>;
  readonly httpPort: number | undefined;
  stop(mode: StopMode, restart: boolean): Promise<void>;
  reload(): void;
  /** Logs an error that nobody caught; the server goes on. */
  fault(what: string, error: unknown): void;
}

/** Starts a server; resolves when every listener is open. @throws {Error} naming what could not be started */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = new Server(options, readMainConfig(options.confFile));
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

  readonly #main: MainConfig;
  readonly #log: LogHub;
  readonly #switch: Switch;
  readonly #stasis: Stasis;
  readonly #closers: (() => void | Promise<void>)[] = [];
  readonly #startedAt = systemClock.now();
  readonly #booted: Promise<void>;
  #bootDone: () => void = () => {};
  #stopDone: (how: { readonly restart: boolean }) => void = () => {};
  #reloadedAt = this.#startedAt;
  #modules: ModuleTable | undefined;
  #http: HttpServer | undefined;
  #ari: Ari | undefined;
  /** A stop that waits for calls; taking it back sets it to undefined. */
  #waiting: symbol | undefined;

  constructor(options: ServerOptions, main: MainConfig) {
    this.#main = main;
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
    this.#log = new LogHub({
      logDir: directories.astlogdir,
      readConfig: () => this.#file('logger.conf'),
      console: options.console,
    });
    this.#own(() => this.#log.close());
    if ((options.verbose ?? 0) > 0) this.#log.setLevel('verbose', true);
    if ((options.debug ?? 0) > 0) this.#log.setLevel('debug', true);
    this.#switch = new Switch({
      log: this.#logger('channel'),
      systemName: this.#option('systemname', ''),
      defaultLanguage: this.#option('defaultlanguage', 'en'),
      maxCalls: options.maxCalls ?? Number(this.#option('maxcalls', '0')),
    });
    this.#own(() => this.#switch.close());
    this.#stasis = new Stasis({ switch: this.#switch, log: this.#logger('res_stasis') });
    this.#own(() => this.#stasis.close());
  }

  async start(): Promise<void> {
    const { astdbdir, astetcdir } = this.#main.directories;
    const astdb = await AstDb.open({ file: join(astdbdir, 'astdb.sqlite3'), log: this.#logger('db') });
    this.#own(() => astdb.close());
    // The original keeps an identity of the installation there; other programs expect the row.
    if (astdb.get('/pbx/UUID') === undefined) await astdb.put('/pbx/UUID', randomUUID());

    const sorcery = new Sorcery({
      etcDir: astetcdir,
      astdb,
      log: this.#logger('res_sorcery'),
      clock: systemClock,
      running: (module) => this.#modules?.running(module) === true,
    });
    this.#own(() => sorcery.close());

    const modules = new ModuleTable(
      moduleList({
        pjsip: {
          load: async () => sorcery.register(pjsipTypes, 'pjsip.conf'),
          unload: async () => sorcery.unregister(pjsipTypes),
          reload: () => sorcery.reload('res_pjsip'),
        },
        ari: { reload: () => this.#ari?.reload() },
        dialplan: { load: () => {}, reload: () => {} },
      }),
      this.#logger('loader'),
    );
    this.#modules = modules;
    this.#own(() => modules.close());
    await modules.start(this.#file('modules.conf'));

    await this.#listenHttp();
    if (this.#http !== undefined) this.#openAri(this.#http, sorcery, modules);
    await this.#listenAmi();
    await this.#listenControl(sorcery, astdb, modules);
    this.#bootDone();
    this.#logger('core').notice(`Asterism ${version} is ready`);
  }

  async #listenHttp(): Promise<void> {
    const config = readHttpConfig(this.#file('http.conf'));
    if (!config.enabled) return;
    try {
      this.#http = await HttpServer.listen({
        config,
        serverHeader: `Asterisk/${compatibleVersion} Asterism/${version}`,
        log: this.#logger('http'),
      });
    } catch (error) {
      // As the original: a port that is taken costs the HTTP server, not the calls.
      this.#logger('http').error(
        `${config.address}:${config.port} cannot be listened on: ${(error as Error).message}`,
      );
      return;
    }
    const http = this.#http;
    this.httpPort = http.port;
    this.#own(() => http.close());
  }

  #openAri(http: HttpServer, sorcery: Sorcery, modules: ModuleTable): void {
    const owner = this.#switch;
    const ports: AriPorts = {
      switch: owner,
      stasis: this.#stasis,
      push: new Push(sorcery),
      variables: {
        read: (channel, name) =>
          channel === undefined ? owner.globals.get(name) : channel.getVariable(name),
        write: (channel, name, value) => {
          if (channel === undefined) owner.setGlobal(name, value);
          else channel.setVariable(name, value);
          return true;
        },
      },
      modules,
      clock: systemClock,
      info: {
        entityId: this.#entityId(),
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
      readConfig: () => this.#file('ari.conf'),
      readAcls: () => this.#file('acl.conf'),
      running: modules.running,
      log: this.#logger('res_ari'),
    });
    this.#ari = ari;
    this.#own(() => ari.close());
  }

  async #listenAmi(): Promise<void> {
    const config = readAmiConfig(this.#file('manager.conf'));
    if (!config.enabled) return;
    try {
      const ami = await AmiServer.listen({
        config,
        clock: systemClock,
        log: this.#logger('manager'),
        startedAt: this.#startedAt,
        lastReloadAt: () => this.#reloadedAt,
      });
      this.#own(() => ami.close());
    } catch (error) {
      this.#logger('manager').error(
        `${config.address}:${config.port} cannot be listened on: ${(error as Error).message}`,
      );
    }
  }

  async #listenControl(sorcery: Sorcery, astdb: AstDb, modules: ModuleTable): Promise<void> {
    const result = (name: string, done: string, fault: string | undefined) =>
      fault === undefined ? `${done} ${name}\n` : `Module ${name}: ${fault}\n`;
    const context: CliContext = {
      switch: this.#switch,
      sorcery,
      astdb,
      log: this.#log,
      modules: {
        list: () => modules.list(),
        load: async (name) => result(name, 'Loaded', await modules.load(name)),
        unload: async (name) => result(name, 'Unloaded', await modules.unload(name)),
        reload: (name) => this.#reloadModule(name),
      },
      pjsip: {
        contacts: (aor) => contactsOf(sorcery, aor).map(contactView),
        *allContacts() {
          for (const each of allContacts(sorcery)) yield contactView(each);
        },
        endpointState: (endpoint) => {
          if (this.#switch.endpoints.channelIds('PJSIP', endpoint.id).length > 0) return 'In use';
          const reachable = endpoint.list('aors').some((id) => {
            const aor = sorcery.get('aor', id);
            return aor !== undefined && contactsOf(sorcery, aor).length > 0;
          });
          return reachable ? 'Not in use' : 'Unavailable';
        },
        packetLog: () => 'PJSIP is not listening',
      },
      dialplan: undefined,
      server: {
        version,
        compatibleVersion,
        startedAt: this.#startedAt,
        lastReloadAt: () => this.#reloadedAt,
        booted: this.#booted,
        stop: (how, restart) => void this.stop(how, restart),
        abortStop: () => this.#abortStop(),
        reload: () => this.reload(),
        settings: () => this.#settings(),
      },
      http: { status: () => this.#httpStatus() },
      running: modules.running,
      commands: () => allCommands,
    };
    const control = await ControlServer.listen({
      path: this.#main.controlSocket,
      mode: this.#main.controlSocketMode,
      cli: new Cli(context, allCommands),
      log: this.#logger('asterisk'),
      follow: (line) => this.#log.follow(line),
    });
    this.#own(() => control.close());
  }

  #reloadModule(name: string | undefined): string {
    this.#reloadedAt = systemClock.now();
    if (this.#modules?.reload(name) !== true) return `No such module '${name}'\n`;
    return name === undefined ? '' : `Module '${name}' reloaded successfully.\n`;
  }

  #settings(): string {
    const line = (label: string, value: string) => `  ${`${label}:`.padEnd(28)} ${value}\n`;
    const { directories } = this.#main;
    return [
      '\nPBX Core settings\n-----------------\n',
      line('Version', `${compatibleVersion} (Asterism ${version})`),
      line('Maximum calls', this.#option('maxcalls', 'Not set')),
      line('Default language', this.#switch.defaultLanguage),
      line('System name', this.#option('systemname', '')),
      line('Entity ID', this.#entityId()),
      '\n* Directories\n  -----------\n',
      line('Configuration file', this.#main.file),
      line('Configuration directory', directories.astetcdir),
      line('Module directory', directories.astmoddir),
      line('Spool directory', directories.astspooldir),
      line('Log directory', directories.astlogdir),
      line('Run/Sockets directory', directories.astrundir),
      line('Key directory', directories.astkeydir),
      line('Database directory', directories.astdbdir),
      '\n\n',
    ].join('');
  }

  #httpStatus(): string {
    const http = this.#http;
    if (http === undefined) return 'HTTP Server Status:\nPrefix: \nServer: Disabled\n\n';
    const uris = http
      .uris()
      .map((uri) => `${uri}/... => ${uri.endsWith('/ari') ? 'RESTful API' : 'handler'}\n`);
    return `HTTP Server Status:\nPrefix: ${http.prefix}\nServer: ${http.serverHeader}\nServer Enabled and Bound to ${http.address}:${http.port}\n\nEnabled URI's:\n${uris.join('')}\n`;
  }

  #entityId(): string {
    const given = this.#main.options.get('entityid');
    if (given !== undefined) return given;
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    return addresses.find((each) => !each.internal)?.mac ?? addresses[0]?.mac ?? '00:00:00:00:00:00';
  }

  #option(name: string, fallback: string): string {
    return this.#main.options.get(name) ?? fallback;
  }

  #logger(source: string) {
    return this.#log.logger.child(source);
  }

  #file(name: string): Config | undefined {
    const { directories, allowExec } = this.#main;
    return loadConfigIfPresent(name, { etcDir: directories.astetcdir, allowExec });
  }

  #own(close: () => void | Promise<void>): void {
    this.#closers.push(close);
  }

  reload(): void {
    this.#reloadedAt = systemClock.now();
    try {
      this.#modules?.reload();
    } catch (error) {
      if (!(error instanceof ConfError)) throw error;
      this.#logger('core').error(`${error.message}: nothing was changed`);
    }
  }

  async stop(mode: StopMode, restart: boolean): Promise<void> {
    const ticket = Symbol(mode);
    this.#waiting = ticket;
    if (mode === 'gracefully') await this.#switch.drain();
    else if (mode === 'when convenient') await this.#idle();
    // Somebody may have taken the stop back, or asked for a quicker one, while this one waited.
    if (this.#waiting !== ticket) return;
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

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        this.fault('A part did not close cleanly', error);
      }
    }
  }
}

/** A contact as lists show it; nothing is qualified yet. */
function contactView(entry: ContactEntry) {
  return { aor: entry.aor, uri: entry.uri, hash: entry.hash, status: 'NonQual', rttMs: undefined };
}
