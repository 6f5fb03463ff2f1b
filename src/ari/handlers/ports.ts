import type { Clock } from '../../platform/index.ts';
import type { Push } from '../../sorcery/index.ts';
import type { Stasis } from '../../stasis/index.ts';
import type { Channel, Switch } from '../../switch/index.ts';

/** Reads and sets variables and functions as a client from outside may. */
export interface Variables {
  read(channel: Channel | undefined, expression: string): string | undefined;
  write(channel: Channel | undefined, expression: string, value: string): boolean;
}

/** A module as `/asterisk/modules` shows it. */
export interface ModuleInfo {
  readonly name: string;
  readonly description: string;
  readonly useCount: number;
  readonly running: boolean;
  readonly supportLevel: string;
}

/** The module table, names with `.so`. What is absent is answered with 501. */
export interface ModulePort {
  list(): readonly ModuleInfo[];
  /** Resolves to why the module does not run, undefined when it does. */
  load?(name: string): Promise<string | undefined>;
  /** Resolves to why the module stays, undefined when it is gone. */
  unload?(name: string): Promise<string | undefined>;
  /** False when the module does not run. */
  reload?(name: string): boolean;
  /** Whether the module has anything to read again. */
  reloadable?(name: string): boolean;
}

/** What the operations act on. */
export interface AriPorts {
  readonly switch: Switch;
  readonly stasis: Stasis;
  readonly push: Push;
  readonly variables: Variables;
  readonly modules: ModulePort;
  /** The priority of a label in the dial plan; undefined when it is not there. */
  readonly findLabel?: (context: string, exten: string, label: string) => number | undefined;
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
