import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Ami, type AmiPorts } from '../../src/ami/index.ts';
import { ConfFolder, loadConfigIfPresent } from '../../src/conf/index.ts';
import { compileExtended, DialplanService, dialplanModules } from '../../src/dialplan/index.ts';
import type { HttpServer } from '../../src/http/index.ts';
import { memoryLogger } from '../../src/log/index.ts';
import { ExternalMailboxes, mailboxTypes } from '../../src/mailboxes/index.ts';
import { ModuleTable } from '../../src/modules/index.ts';
import { contactsOf, pjsipTypes } from '../../src/pjsip/index.ts';
import { type Clock, Emitter, systemClock } from '../../src/platform/index.ts';
import { NamedAcls, SecurityEvents } from '../../src/security/index.ts';
import { Sorcery } from '../../src/sorcery/index.ts';
import { AstDb } from '../../src/store/index.ts';
import { type ChannelDriver, Switch } from '../../src/switch/index.ts';

/** manager.conf for whoever does not care who its users are. */
export const managerConf = (port: number): string => `[general]
enabled=yes
port=${port}
bindaddr=127.0.0.1
[admin]
secret=s3cret
read=all
write=all
`;

/** The same on a port that the system chooses. */
export const MANAGER_CONF = managerConf(0);

export interface AmiSetup {
  readonly files?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly liveDangerously?: boolean;
  readonly ports?: Partial<AmiPorts>;
  readonly http?: HttpServer;
}

/** A driver that does nothing, for channels that nobody speaks on. */
export const quietDriver: ChannelDriver = {
  protocolId: 'call-1',
  media: undefined,
  answer: async () => {},
  indicate: () => {},
  hangup: () => {},
};

/** The manager interface over real parts: a switch, a dial plan, sorcery and AstDB in a folder of its own. */
export class AmiBench {
  readonly dir = mkdtempSync(join(tmpdir(), 'asterism-ami-'));
  readonly log = memoryLogger();
  readonly switch: Switch;
  readonly security: SecurityEvents;
  /** Endpoints that were asked to be qualified. */
  readonly qualified: string[] = [];
  /** What registrations were told, as `register reg1`. */
  readonly registered: string[] = [];
  /** Who was sent a NOTIFY, and of what. */
  readonly notified: (readonly [to: string, fields: readonly (readonly [string, string])[]])[] = [];
  readonly ami: Ami;
  readonly sorcery: Sorcery;
  readonly mailboxes: ExternalMailboxes;
  readonly ports: AmiPorts;
  readonly #closers: (() => unknown)[] = [];

  private constructor(astdb: AstDb, setup: AmiSetup) {
    const clock = setup.clock ?? systemClock;
    const files: Record<string, string> = { 'manager.conf': MANAGER_CONF, ...setup.files };
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    this.switch = new Switch({ log: this.log, clock });
    this.security = new SecurityEvents(this.log, clock);
    const modules = new ModuleTable(
      [
        { name: 'manager', description: '', builtin: true },
        { name: 'logger', description: '', builtin: true },
        ...['pbx_config', 'chan_pjsip', 'res_pjsip', 'res_pjsip_pubsub', 'res_pjsip_registrar'].map(
          (name) => ({
            name,
            description: '',
          }),
        ),
        { name: 'res_pjsip_outbound_registration', description: '' },
        ...[
          'res_pjsip_notify',
          'res_sorcery_memory_cache',
          'res_http_websocket',
          'res_mwi_external_ami',
          'res_manager_presencestate',
        ].map((name) => ({ name, description: '' })),
        ...dialplanModules,
      ],
      this.log,
    );
    this.sorcery = new Sorcery({ etcDir: this.dir, astdb, log: this.log, clock, running: () => true });
    this.sorcery.register(pjsipTypes, 'pjsip.conf');
    this.sorcery.register(mailboxTypes, 'sorcery.conf');
    this.mailboxes = new ExternalMailboxes({
      sorcery: this.sorcery,
      switch: this.switch,
      running: () => true,
    });
    this.mailboxes.start();
    const dialplan = new DialplanService({
      switch: this.switch,
      log: this.log,
      clock,
      readConfig: () => this.#conf('extensions.conf'),
      moduleRunning: () => true,
      astdb,
      version: '22.10.1',
      liveDangerously: setup.liveDangerously ?? false,
    });
    dialplan.providePresence();
    dialplan.reload();
    this.ports = {
      switch: this.switch,
      security: this.security,
      server: new Emitter(),
      sorcery: this.sorcery,
      astdb,
      variables: {
        read: (channel, name, restricted) => dialplan.readVariable(channel, name, restricted),
        write: (channel, name, value, restricted) => dialplan.writeVariable(channel, name, value, restricted),
      },
      dialplan,
      pjsip: {
        contacts: (aor) =>
          contactsOf(this.sorcery, aor).map((each) => ({
            ...each,
            status: 'NonQualified',
            roundtripUsec: undefined,
          })),
        endpointState: () => 'Not in use',
        registrations: {
          state: (id) =>
            this.sorcery.get('registration', id) && {
              status: id.startsWith('up') ? 'Registered' : 'Rejected',
              dueIn: 77,
            },
          register: (id) => this.#told('register', id),
          unregister: (id) => this.#told('unregister', id),
          registerAll: () => void this.registered.push('register all'),
          unregisterAll: () => void this.registered.push('unregister all'),
        },
        notify: {
          types: () => ['reboot'],
          fields: (type) => (type === 'reboot' ? [['Event', 'check-sync']] : undefined),
          endpoint: (id, fields) =>
            this.sorcery.get('endpoint', id) !== undefined && this.notified.push([id, fields]) > 0,
          uri: (uri, fields) => void this.notified.push([uri, fields]),
          channel: (name, fields) =>
            this.switch.find(name) !== undefined && this.notified.push([name, fields]) > 0,
        },
        subscriptions: () => [],
        qualify: (endpoint) => this.qualified.push(endpoint.id),
      },
      mailboxes: this.mailboxes,
      files: new ConfFolder({
        etcDir: this.dir,
        allowExec: false,
        liveDangerously: setup.liveDangerously ?? false,
      }),
      modules,
      cli: { execute: async (line) => ({ text: `ran ${line}\n`, failed: false }) },
      reloadAll: async () => {},
      rotateLogs: async () => '',
      compilePattern: (pattern) => {
        const expression = compileExtended(pattern);
        return expression === undefined ? undefined : (text) => expression.exec(text) !== undefined;
      },
      clock,
      info: {
        compatibleVersion: '22.10.1',
        version: '0.0.0',
        systemName: '',
        maxCalls: 0,
        startedAt: clock.now(),
        lastReloadAt: () => clock.now(),
        booted: () => true,
        httpEnabled: () => false,
        realtimeEnabled: () => false,
      },
      ...setup.ports,
    };
    const acls = new NamedAcls({ read: () => this.#conf('acl.conf'), log: this.log });
    acls.reload();
    this.ami = new Ami({
      ports: this.ports,
      log: this.log,
      readConfig: () => this.#conf('manager.conf'),
      acls,
      readProxy: () => this.#conf('amiproxy.conf'),
      http: setup.http,
    });
    this.#closers.push(
      () => this.ami.close(),
      () => this.mailboxes.close(),
      () => dialplan.close(),
      () => this.switch.close(),
      () => this.sorcery.close(),
      () => astdb.close(),
      () => rmSync(this.dir, { recursive: true, force: true }),
    );
  }

  /** Opens everything, the listeners of manager.conf included. */
  static async open(setup: AmiSetup = {}): Promise<AmiBench> {
    const log = memoryLogger();
    const dir = mkdtempSync(join(tmpdir(), 'asterism-ami-db-'));
    const bench = new AmiBench(await AstDb.open({ file: join(dir, 'astdb.sqlite3'), log }), setup);
    bench.#closers.push(() => rmSync(dir, { recursive: true, force: true }));
    await (bench.ports.modules as ModuleTable).start(undefined);
    await bench.ami.listen();
    return bench;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.dir, name), text.replaceAll('@DIR@', this.dir));
  }

  #told(what: string, id: string): boolean {
    const there = this.sorcery.get('registration', id) !== undefined;
    if (there) this.registered.push(`${what} ${id}`);
    return there;
  }

  #conf(name: string) {
    return loadConfigIfPresent(name, { etcDir: this.dir });
  }

  /** A channel that runs nothing. */
  channel(exten = '100') {
    return this.switch.create({
      namePrefix: 'PJSIP/alice',
      technology: 'PJSIP',
      endpoint: 'alice',
      state: 'Up',
      driver: quietDriver,
      location: { context: 'default', exten, priority: 1 },
      caller: { name: 'Alice', number: '100' },
    });
  }

  /** A client that has read the banner. */
  async client(tls = false): Promise<AmiTestClient> {
    const port = tls ? this.ami.tlsPort : this.ami.port;
    if (port === undefined) throw new Error('the manager interface does not listen');
    const client = new AmiTestClient(port, tls);
    this.#closers.unshift(() => client.close());
    await client.banner;
    return client;
  }

  /** A client that is logged in. */
  async login(user = 'admin', secret = 's3cret', ...more: string[]): Promise<AmiTestClient> {
    const client = await this.client();
    await client.login(user, secret, ...more);
    return client;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }
}

/** What is opened by a test and closed after it, the latest first. */
export class Opened {
  readonly #closers: (() => unknown)[] = [];

  also<T extends { close(): unknown }>(thing: T): T {
    this.#closers.unshift(() => thing.close());
    return thing;
  }

  async bench(setup: AmiSetup = {}): Promise<AmiBench> {
    return this.also(await AmiBench.open(setup));
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }
}

/** Headers of one packet, in order. */
export type Told = readonly (readonly [name: string, value: string])[];

/** What a client of the manager interface sees: packets, in order. */
export class AmiTestClient {
  readonly banner: Promise<string>;
  readonly socket: Socket;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  /** Everything that came, the banner excluded. */
  text = '';
  #unread = '';
  #searched = 0;
  #changed: (() => void)[] = [];
  #gone = false;

  constructor(port: number, tls = false) {
    this.socket = tls
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : connect(port, '127.0.0.1');
    this.socket.setEncoding('utf8');
    let gotBanner: (text: string) => void = () => {};
    this.banner = new Promise((resolve) => {
      gotBanner = resolve;
    });
    let head: string | undefined = '';
    this.socket.on('data', (data: unknown) => {
      let chunk = String(data);
      if (head !== undefined) {
        head += chunk;
        const end = head.indexOf('\r\n');
        if (end < 0) return;
        gotBanner(head.slice(0, end));
        chunk = head.slice(end + 2);
        head = undefined;
      }
      this.text += chunk;
      this.#unread += chunk;
      this.#wake();
    });
    this.socket.on('error', () => this.socket.destroy());
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.#gone = true;
        gotBanner('');
        this.#wake();
        resolve();
      });
    });
  }

  #wake(): void {
    for (const each of this.#changed.splice(0)) each();
  }

  send(...lines: readonly string[]): void {
    this.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }

  /** The next packet; undefined when the connection ended first. */
  async next(): Promise<Told | undefined> {
    for (;;) {
      const end = this.#unread.indexOf('\r\n\r\n', this.#searched);
      this.#searched = Math.max(0, this.#unread.length - 3);
      if (end >= 0) {
        const packet = this.#unread.slice(0, end);
        this.#unread = this.#unread.slice(end + 4);
        this.#searched = 0;
        return packet.split('\r\n').map((line) => {
          const colon = line.indexOf(':');
          return colon < 0 ? (['', line] as const) : ([line.slice(0, colon), line.slice(colon + 2)] as const);
        });
      }
      if (this.#gone) return undefined;
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }

  /** The next packet with this first header: `Response`, or `Event: name`. Others are passed over. */
  async until(name: string, value?: string): Promise<Told> {
    for (;;) {
      const packet = await this.next();
      if (packet === undefined) throw new Error(`the connection ended before ${name} ${value ?? ''} came`);
      const [first] = packet;
      if (first?.[0] === name && (value === undefined || first[1] === value)) return packet;
    }
  }

  /** Waits for the banner, says who it is, and waits for the answer. */
  async login(user = 'admin', secret = 's3cret', ...more: readonly string[]): Promise<Told> {
    await this.banner;
    return this.ask('Action: Login', `Username: ${user}`, `Secret: ${secret}`, ...more);
  }

  /** Sends, and waits for the answer. */
  ask(...lines: readonly string[]): Promise<Told> {
    this.send(...lines);
    return this.until('Response');
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The value of a header. */
export function told(packet: Told | undefined, name: string): string | undefined {
  return packet?.find(([each]) => each === name)?.[1];
}
