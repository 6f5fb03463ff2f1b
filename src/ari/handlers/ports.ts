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

/** What the operations act on. */
export interface AriPorts {
  readonly switch: Switch;
  readonly stasis: Stasis;
  readonly push: Push;
  readonly variables: Variables;
  readonly modules: { list(): readonly ModuleInfo[] };
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
