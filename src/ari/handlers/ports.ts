import type { Originator } from '../../dialplan/index.ts';
import type { ExternalMailboxes } from '../../mailboxes/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Push } from '../../sorcery/index.ts';
import type { Stasis } from '../../stasis/index.ts';
import type { Channel, Switch } from '../../switch/index.ts';

/** Reads and sets variables and functions as a client from outside may. */
export interface Variables {
  read(channel: Channel | undefined, expression: string): string | undefined;
  /** False when it was refused. */
  write(channel: Channel | undefined, expression: string, value: string): boolean | Promise<boolean>;
}

/** A module as `/asterisk/modules` shows it. */
export interface ModuleInfo {
  readonly name: string;
  readonly description: string;
  readonly useCount: number;
  readonly running: boolean;
  readonly supportLevel: string;
}

/** How an order to the module table ended; `reason` where it was not followed. */
export interface ModuleOutcome {
  readonly result: string;
  readonly reason?: string;
}

/** The module table, names with `.so`. */
export interface ModulePort {
  list(): readonly ModuleInfo[];
  /** `loaded`, or why not. */
  load(name: string): Promise<ModuleOutcome>;
  /** `unloaded`, or why not. */
  unload(name: string): Promise<ModuleOutcome>;
  /** `reloaded`, `not-supported` when there is nothing to read again, or why not. */
  reload(name: string): Promise<ModuleOutcome>;
}

/** What the operations act on. */
export interface AriPorts {
  readonly switch: Switch;
  readonly stasis: Stasis;
  readonly push: Push;
  readonly variables: Variables;
  /** Mailboxes that another program keeps. */
  readonly mailboxes: Pick<ExternalMailboxes, 'list' | 'find' | 'update' | 'delete'>;
  /** Makes channels that call somebody. */
  readonly originator: Pick<Originator, 'originate' | 'create'>;
  readonly modules: ModulePort;
  /** The priority of a label in the dial plan; undefined when it is not there. */
  readonly findLabel?: (
    context: string,
    exten: string,
    label: string,
    callerNumber: string,
  ) => number | undefined;
  readonly clock: Clock;
  readonly info: {
    readonly entityId: string;
    readonly compatibleVersion: string;
    readonly version: string;
    readonly systemName: string;
    readonly startedAt: number;
    readonly lastReloadAt: () => number;
  };
}
