import type { Ami, ServerEvents } from '../ami/index.ts';
import type { Ari } from '../ari/index.ts';
import type { MainConfig } from '../conf/index.ts';
import type { DialplanService } from '../dialplan/index.ts';
import type { LogHub } from '../log/index.ts';
import type { ExternalMailboxes } from '../mailboxes/index.ts';
import type { MediaEngine } from '../media/index.ts';
import type { ModuleTable } from '../modules/index.ts';
import type { Emitter } from '../platform/index.ts';
import type { NamedAcls, SecurityEvents } from '../security/index.ts';
import type { Sorcery } from '../sorcery/index.ts';
import type { Stasis } from '../stasis/index.ts';
import type { AstDb, Realtime, StaticFiles } from '../store/index.ts';
import type { Switch } from '../switch/index.ts';
import type { ServerContacts } from './contacts.ts';
import type { ServerFiles } from './files.ts';
import type { ServerHttp } from './http.ts';
import type { ServerNotify } from './notify.ts';
import type { ServerPjsip } from './pjsip.ts';
import type { ServerRegistrations } from './registrations.ts';

export type StopMode = 'now' | 'gracefully' | 'when convenient';

/** The course of a server's life, as its doors see and steer it. */
export interface Life {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  reloadedAt(): number;
  /** Resolves when every listener is open. */
  readonly booted: Promise<void>;
  isBooted(): boolean;
  /** Calls at once; 0 for any number. */
  readonly maxCalls: number;
  stop(mode: StopMode, restart: boolean): Promise<void>;
  /** Takes back a stop that waits for calls; false when there is none. */
  abortStop(): boolean;
  reload(): Promise<void>;
  /** What is wrong with logger.conf, as the console says it; empty when it was read. */
  reloadLog(): Promise<string>;
  rotateLogs(): Promise<string>;
  /** Logs an error that nobody caught; the server goes on. */
  fault(what: string, error: unknown): void;
}

/** What is there before any module is loaded. */
export interface Ground {
  readonly main: MainConfig;
  readonly life: Life;
  readonly log: LogHub;
  readonly files: ServerFiles;
  readonly events: Emitter<ServerEvents>;
  readonly switch: Switch;
  readonly stasis: Stasis;
  readonly acls: NamedAcls;
  readonly security: SecurityEvents;
  readonly realtime: Realtime;
  /** Configuration files that are kept in databases. */
  readonly statics: StaticFiles;
  readonly astdb: AstDb;
  readonly sorcery: Sorcery;
  readonly media: MediaEngine;
  readonly dialplan: DialplanService;
  readonly mailboxes: ExternalMailboxes;
  /** Whether a module is running. */
  readonly running: (module: string) => boolean;
}

/** All that a server is made of. The doors open last, and are asked for when they are needed. */
export interface Parts extends Ground {
  readonly modules: ModuleTable;
  readonly pjsip: ServerPjsip;
  readonly contacts: ServerContacts;
  readonly registrations: ServerRegistrations;
  readonly notify: ServerNotify;
  readonly http: ServerHttp;
  readonly ari: () => Ari | undefined;
  readonly ami: () => Ami | undefined;
}

/** An option of asterisk.conf. */
export function option({ options }: MainConfig, name: string, fallback: string): string {
  return options.get(name) ?? fallback;
}
