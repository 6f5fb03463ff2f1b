import type { CliCommand } from '../command.ts';
import { channelCommands } from './channels.ts';
import { coreCommands } from './core.ts';
import { databaseCommands } from './database.ts';
import { deviceStateCommands } from './devstate.ts';
import { dialplanCommands } from './dialplan.ts';
import { httpCommands } from './http.ts';
import { loggerCommands } from './logger.ts';
import { moduleCommands } from './module.ts';
import { pjsipCommands } from './pjsip.ts';

/** Every console command. */
export const allCommands: readonly CliCommand[] = [
  ...channelCommands,
  ...coreCommands,
  ...databaseCommands,
  ...deviceStateCommands,
  ...dialplanCommands,
  ...httpCommands,
  ...loggerCommands,
  ...moduleCommands,
  ...pjsipCommands,
];
