import type { DialplanService } from '../dialplan/index.ts';
import type { ConsoleAttachment, LogHub } from '../log/index.ts';
import type { ModuleTable } from '../modules/index.ts';
import type {
  ContactEntry,
  NotifyPort,
  RegistrationsPort,
  TransportView,
  UnidentifiedSource,
} from '../pjsip/index.ts';
import type { Acl, NamedAcls, Scope, Token } from '../security/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import type { Stasis } from '../stasis/index.ts';
import type { AstDb, Realtime } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';

/** A contact with what is known of it right now. */
export interface ContactView extends ContactEntry {
  /** `Avail`, `Unavail`, `NonQual`, `Unknown`, `Created`, `Removed`. */
  readonly status: string;
  /** Milliseconds; undefined when it was never measured. */
  readonly rttMs: number | undefined;
}

/** What the SIP commands ask the SIP stack. */
export interface PjsipPort {
  contacts(aor: SorceryObject): readonly ContactView[];
  /** Every contact of every address of record. */
  allContacts(): Iterable<ContactView>;
  /** `Unavailable`, `Not in use`, `In use` … */
  endpointState(endpoint: SorceryObject): string;
  packetLog(target: 'on' | 'off' | { readonly host: string }): string;
  /** Asks every contact of an endpoint whether it is there; the log tells the answers. */
  qualify(endpoint: SorceryObject): void;
  /** The ways of finding the endpoint of a request, first to last. */
  identifiers(): readonly string[];
  /** Addresses that asked for something and are no endpoint. */
  unidentified(): Iterable<UnidentifiedSource>;
  /** Transports as they are in force. */
  transports(): Iterable<TransportState>;
  /** Sockets of transports that are gone and stay open for their calls: `udp 192.0.2.1:5060`. */
  retiringTransports(): readonly string[];
  subscriptions(direction: 'inbound' | 'outbound'): Iterable<SubscriptionView>;
  readonly registrations: RegistrationsPort;
  readonly notify: NotifyPort;
}

/** A listener of SIP. */
export type TransportState = Pick<TransportView, 'id' | 'object' | 'listening'>;

/** A subscription (RFC 6665): that of an endpoint here, or ours there. */
export interface SubscriptionView {
  readonly endpoint: string;
  readonly caller: string;
  readonly resource: string;
  readonly event: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly callId: string;
}

/** What a server tells of itself: titles, each with labels and values. */
export type Settings = readonly (readonly [
  title: string,
  rows: readonly (readonly [label: string, value: string])[],
])[];

/** The HTTP server. */
export interface HttpView {
  readonly prefix: string;
  readonly serverHeader: string;
  /** `address:port`, undefined for what does not listen. */
  readonly listening: { readonly plain: string | undefined; readonly secure: string | undefined };
  readonly config: {
    readonly redirects: readonly { readonly from: string; readonly to: string }[];
    readonly restrictions: readonly { readonly path: string; readonly acl: Acl }[];
  };
  uris(): readonly { readonly uri: string; readonly about: string }[];
}

/** The REST interface. */
export interface AriView {
  /** [general] of ari.conf; undefined when it cannot be read. */
  readonly general:
    | {
        readonly enabled: boolean;
        readonly pretty: boolean;
        readonly realm: string;
        readonly allowedOrigins: readonly string[];
      }
    | undefined;
  user(name: string): AriUserView | undefined;
  users(): Iterable<AriUserView>;
  /** Names of what may be said of a new token. */
  readonly tokenOptions: readonly string[];
  /** @throws {AsterismError} when an option makes no sense, or there are too many */
  createToken(
    user: string,
    options: ReadonlyMap<string, string>,
  ): Promise<{ readonly text: string; readonly token: Token }>;
  /** Of one user, or of all. */
  listTokens(user?: string): readonly Token[];
  /** False when there is none of that id. */
  revokeToken(id: string): Promise<boolean>;
  /** The sockets of applications, and the places that will open one for a call. */
  sessions(): readonly AriSessionView[];
  outbound(): readonly OutboundView[];
  /** False when there is none of that name. */
  shutdownSession(id: string): boolean;
  shutdownSessions(): void;
  startOutbound(name: string): boolean;
  /** A hash for `password_format=crypt`; empty when it cannot be made. */
  makePassword(password: string): Promise<string>;
}

export interface AriUserView {
  readonly name: string;
  readonly readOnly: boolean;
  readonly acl: Acl | undefined;
  /** Lists of what the user may do. */
  readonly scopes?: readonly Scope[];
}

export interface AriSessionView {
  readonly id: string;
  /** `inbound`, `persistent`, `per_call_config`, `per_call`. */
  readonly kind: string;
  readonly remote: string;
  /** `Up`, `Down`, `N/A`. */
  readonly state: string;
  readonly apps: readonly string[];
}

/** A connection that ari.conf asks for. */
export interface OutboundView {
  readonly name: string;
  readonly kind: string;
  readonly apps: readonly string[];
  readonly valid: boolean;
  readonly uri: string;
  /** Every option with its value, as `ari show outbound-websocket` lists them. */
  readonly options: readonly (readonly [label: string, value: string])[];
}

/** A user of manager.conf. */
export interface ManagerUser {
  readonly name: string;
  /** Classes as bits. */
  readonly read: number;
  readonly write: number;
  /** Undefined for no limits on addresses. */
  readonly acl: object | undefined;
  readonly displayConnects: boolean;
  readonly allowMultipleLogin: boolean;
  readonly variables: readonly (readonly [name: string, value: string])[];
}

/** manager.conf as it is in force. */
export interface ManagerSettings {
  readonly enabled: boolean;
  readonly webEnabled: boolean;
  readonly address: string;
  readonly port: number;
  readonly httpTimeout: number;
  readonly tls:
    | {
        readonly address: string;
        readonly port: number;
        readonly certificate: string;
        readonly privateKey: string;
        readonly cipher: string;
      }
    | undefined;
  readonly tlsCertificate: string;
  readonly allowMultipleLogin: boolean;
  readonly displayConnects: boolean;
  readonly timestampEvents: boolean;
  readonly channelVariables: readonly string[];
  readonly disabledEvents: ReadonlySet<string>;
  /** By name in lower case. */
  readonly users: ReadonlyMap<string, ManagerUser>;
}

/** A server that the manager interface is connected to. */
export interface ManagerProxy {
  readonly name: string;
  readonly address: string;
  readonly tls: boolean;
  readonly user: string;
  readonly state:
    | { readonly kind: 'connecting' | 'up' }
    | { readonly kind: 'away'; readonly reason: string; readonly retryMs: number };
  /** When the state began, in milliseconds since 1970. */
  readonly since: number;
  readonly waiting: number;
  readonly answers: number;
  readonly events: number;
  /** Packets that nobody had asked for. */
  readonly unasked: number;
  readonly connections: number;
}

/** The manager interface, as its commands look at it. */
export interface ManagerPort {
  settings(): ManagerSettings;
  /** `system,call`; with `all` when nothing is missing. */
  classText(mask: number): string;
  connected(): Iterable<{
    readonly number: number;
    readonly user: string;
    readonly address: string;
    /** Milliseconds since 1970. */
    readonly startedAt: number;
    readonly overHttp: boolean;
    readonly read: number;
    readonly write: number;
  }>;
  actions(): readonly {
    readonly name: string;
    readonly synopsis: string;
    readonly module: string;
    readonly privilege: string;
    readonly parameters: readonly { readonly name: string; readonly required?: true }[];
  }[];
  events(): readonly { readonly name: string; readonly privilege: string }[];
  lastEvent(): { readonly text: string; readonly eventClass: number; readonly listeners: number } | undefined;
  /** The servers of amiproxy.conf. */
  proxies(): Iterable<ManagerProxy>;
  debug(): boolean;
  setDebug(on: boolean): void;
  /** Ends a session; false when there is none of this number. */
  kick(number: number): boolean;
}

/** Everything that commands may look at and act on. */
export interface CliContext {
  readonly switch: Switch;
  readonly sorcery: Sorcery;
  readonly astdb: AstDb;
  /** Databases of extconfig.conf; undefined where nothing is kept in one. */
  readonly realtime?: Realtime | undefined;
  readonly log: LogHub;
  readonly modules: ModuleTable;
  readonly pjsip: PjsipPort | undefined;
  readonly dialplan: DialplanService | undefined;
  readonly server: {
    readonly version: string;
    readonly compatibleVersion: string;
    readonly startedAt: number;
    lastReloadAt(): number;
    readonly booted: Promise<void>;
    stop(how: 'now' | 'gracefully' | 'when convenient', restart: boolean): void;
    abortStop(): boolean;
    /** Every module reads its files again. */
    reload(): Promise<void>;
    /** Reads logger.conf again; tells what went wrong, empty when nothing did. */
    reloadLog(): Promise<string>;
    settings(): Settings;
  };
  readonly http: () => HttpView | undefined;
  readonly stasis: Stasis;
  /** The lists of acl.conf. */
  readonly acls: Pick<NamedAcls, 'get' | 'names'>;
  /** Undefined while there is no HTTP server to serve it. */
  readonly ari: () => AriView | undefined;
  readonly manager: () => ManagerPort | undefined;
  readonly running: (module: string) => boolean;
  readonly commands: () => readonly CliCommand[];
}

export type CliOutput = string | Iterable<string> | AsyncIterable<string> | Promise<string>;

/** A command that could not do what it was asked; `message` is printed before the line that says so. */
export class CommandFailed extends Error {}

/** One command: dispatch, help and completion come from this entry. */
export interface CliCommand {
  /** The words that call it. */
  readonly words: string;
  /** Shown behind the words in help, as `<family> <key>`. */
  readonly args?: string;
  /** Fewest arguments; with less the usage is shown. */
  readonly needs?: number;
  /** Most arguments; absent is any number. */
  readonly takes?: number;
  readonly summary: string;
  readonly usage?: string;
  /** Module that brings it; absent without that module. */
  readonly module?: string;
  /** Words that may stand at the position of an argument. */
  readonly complete?: (context: CliContext, args: readonly string[]) => Iterable<string>;
  readonly run: (context: CliContext, args: readonly string[], console_: ConsoleAttachment) => CliOutput;
}

/** The usage text of a command. */
export function usage(command: CliCommand): string {
  const line = `Usage: ${command.words}${command.args === undefined ? '' : ` ${command.args}`}`;
  const text = command.usage ?? command.summary;
  return `${line}\n${text
    .split('\n')
    .map((each) => `       ${each}`)
    .join('\n')}\n`;
}
