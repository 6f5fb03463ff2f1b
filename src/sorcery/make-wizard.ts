import type { Config } from '../conf/index.ts';
import type { Logger } from '../log/index.ts';
import type { Clock } from '../platform/index.ts';
import type { AstDb, Realtime } from '../store/index.ts';
import { AstDbWizard } from './astdb-wizard.ts';
import { ConfigWizard } from './config-wizard.ts';
import type { Mapping } from './mappings.ts';
import { MemoryCacheWizard } from './memory-cache-wizard.ts';
import { MemoryWizard } from './memory-wizard.ts';
import type { ObjectType } from './object-type.ts';
import type { Reader } from './reading.ts';
import { RealtimeWizard } from './realtime-wizard.ts';
import type { Wizard } from './wizard.ts';

/** A wizard of sorcery.conf and the module that brings it, as `module show` lists it. */
export interface WizardModule {
  readonly wizard: string;
  readonly module: string;
  readonly description: string;
  readonly make: (type: ObjectType, argument: string, parts: WizardParts) => Wizard;
}

/** What wizards are made of. */
export interface WizardParts {
  /** Reads a .conf file. @throws {ConfError} */
  readonly read: (file: string) => Config | undefined;
  readonly astdb: AstDb | undefined;
  readonly realtime: Realtime | undefined;
  readonly reader: Reader;
  readonly clock: Clock;
  readonly log: Logger;
  readonly running: (module: string) => boolean;
}

/** Every wizard that there is. */
export const wizardModules: readonly WizardModule[] = [
  {
    wizard: 'config',
    module: 'res_sorcery_config',
    description: 'Sorcery Configuration File Object Wizard',
    make: (type, argument, { read, log }) => new ConfigWizard(type, argument, read, log),
  },
  {
    wizard: 'memory',
    module: 'res_sorcery_memory',
    description: 'Sorcery In-Memory Object Wizard',
    make: () => new MemoryWizard(),
  },
  {
    wizard: 'astdb',
    module: 'res_sorcery_astdb',
    description: 'Sorcery Astdb Object Wizard',
    make: (type, argument, { astdb, log }) => {
      if (astdb === undefined) throw new Error('AstDB is not open');
      return new AstDbWizard(type, argument, astdb, log);
    },
  },
  {
    wizard: 'realtime',
    module: 'res_sorcery_realtime',
    description: 'Sorcery Realtime Object Wizard',
    make: (type, argument, { realtime, reader, log }) => {
      if (realtime === undefined) throw new Error('there is no extconfig.conf');
      return new RealtimeWizard(type, argument, realtime, reader, log);
    },
  },
  {
    wizard: 'memory_cache',
    module: 'res_sorcery_memory_cache',
    description: 'Sorcery Memory Cache Object Wizard',
    make: (type, argument, { clock }) => new MemoryCacheWizard(type, argument, clock),
  },
];

/** Makes the wizard of one mapping. @throws {Error} saying why it cannot be used */
export function makeWizard(type: ObjectType, { wizard, argument }: Mapping, parts: WizardParts): Wizard {
  const known = wizardModules.find((each) => each.wizard === wizard);
  if (known === undefined) {
    const names = wizardModules.map((each) => each.wizard).join(', ');
    throw new Error(`there is no wizard '${wizard}'; known are ${names}`);
  }
  if (!parts.running(known.module))
    throw new Error(`wizard '${wizard}' needs ${known.module}, which is not loaded`);
  return known.make(type, argument, parts);
}
