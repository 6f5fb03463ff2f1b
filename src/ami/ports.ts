import type { ConfFolder } from '../conf/index.ts';
import type { DialplanService } from '../dialplan/index.ts';
import type { ExternalMailboxes } from '../mailboxes/index.ts';
import type { ModuleTable } from '../modules/index.ts';
import type { ContactEntry, ContactState, NotifyPort, RegistrationsPort } from '../pjsip/index.ts';
import type { Clock, Emitter } from '../platform/index.ts';
import type { SecurityEvents } from '../security/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import type { AstDb } from '../store/index.ts';
import type { Channel, Switch } from '../switch/index.ts';

/** Whether a text matches, for a POSIX extended expression; undefined when the pattern makes no sense. */
export type CompilePattern = (pattern: string) => ((text: string) => boolean) | undefined;

/** What happens to the server as a whole. */
export interface ServerEvents {
  booted: [];
  /** Every module has read its files again. */
  reloaded: [];
  stopping: [restart: boolean];
}

/** A contact with what is known of it right now. */
export type AmiContact = ContactEntry & ContactState;

/** What the actions of res_pjsip ask the SIP stack. */
export interface PjsipPort {
  /** The permanent contacts of an address of record first, then those that registered. */
  contacts(aor: SorceryObject): readonly AmiContact[];
  /** `Unavailable`, `Not in use`, `In use` …; `contacts` spares looking them up where they are known. */
  endpointState(endpoint: SorceryObject, contacts: readonly AmiContact[]): string;
  readonly registrations: RegistrationsPort;
  readonly notify: NotifyPort;
  /** Subscriptions that others have here, or that were made from here, as headers. */
  subscriptions(direction: 'inbound' | 'outbound'): Iterable<Iterable<readonly [string, string]>>;
  /** Asks every contact of an endpoint whether it is there. */
  qualify(endpoint: SorceryObject): void;
}

/** Mailboxes that another program keeps. */
export type MailboxPort = Pick<ExternalMailboxes, 'list' | 'find' | 'update' | 'delete'>;

export interface ServerInfo {
  /** The number that clients match on: `22.10.1`. */
  readonly compatibleVersion: string;
  readonly version: string;
  readonly systemName: string;
  readonly maxCalls: number;
  /** Milliseconds since 1970, as the others. */
  readonly startedAt: number;
  lastReloadAt(): number;
  booted(): boolean;
  httpEnabled(): boolean;
  realtimeEnabled(): boolean;
}

/** What the actions act on and the events come from. */
export interface AmiPorts {
  readonly switch: Switch;
  readonly security: SecurityEvents;
  readonly server: Emitter<ServerEvents>;
  readonly sorcery: Sorcery;
  readonly astdb: Pick<AstDb, 'get' | 'put' | 'delete' | 'deleteTree' | 'range'>;
  /** Reads and sets variables and functions as a client from outside may; a `restricted` one does no harm in any case. */
  readonly variables: {
    read(channel: Channel | undefined, expression: string, restricted: boolean): string | undefined;
    /** False when it was refused. */
    write(
      channel: Channel | undefined,
      expression: string,
      value: string,
      restricted: boolean,
    ): boolean | Promise<boolean>;
  };
  readonly dialplan: Pick<
    DialplanService,
    'current' | 'change' | 'hints' | 'exists' | 'label' | 'setVariable' | 'forbidden' | 'originator'
  >;
  readonly pjsip: PjsipPort;
  readonly mailboxes: MailboxPort;
  /** The configuration files, to be read and edited. */
  readonly files: Pick<ConfFolder, 'read' | 'create' | 'update'>;
  readonly modules: Pick<
    ModuleTable,
    'running' | 'find' | 'load' | 'unload' | 'reload' | 'refresh' | 'events'
  >;
  readonly cli: {
    /** What a console command prints; `failed` when there is no such command, or it was used wrongly. */
    execute(line: string): Promise<{ readonly text: string; readonly failed: boolean }>;
  };
  /** Every module reads its files again. */
  readonly reloadAll: () => Promise<void>;
  /** Closes the log files, moves them aside and opens new ones; tells what went wrong, empty when nothing did. */
  readonly rotateLogs: () => Promise<string>;
  readonly compilePattern: CompilePattern;
  readonly clock: Clock;
  readonly info: ServerInfo;
}
