import type { CliCommand } from '../command.ts';
import { aclCommands } from './acl.ts';
import { ariCommands } from './ari.ts';
import { ariTokenCommands } from './ari-tokens.ts';
import { channelCommands } from './channels.ts';
import { coreCommands } from './core.ts';
import { databaseCommands } from './database.ts';
import { deviceStateCommands } from './devstate.ts';
import { dialplanCommands } from './dialplan.ts';
import { httpCommands } from './http.ts';
import { loggerCommands } from './logger.ts';
import { managerCommands } from './manager.ts';
import { moduleCommands } from './module.ts';
import { originateCommand } from './originate.ts';
import { pjsipCommands } from './pjsip.ts';
import { pjsipChannelCommands } from './pjsip-channels.ts';
import { pjsipExportCommands } from './pjsip-export.ts';
import { pjsipNotifyCommands } from './pjsip-notify.ts';
import { pjsipQualifyCommands } from './pjsip-qualify.ts';
import { pjsipRegistrationCommands } from './pjsip-registrations.ts';
import { pjsipRequestCommands } from './pjsip-requests.ts';
import { presenceCommands } from './presencestate.ts';
import { realtimeCommands } from './realtime.ts';
import { sorceryCommands } from './sorcery.ts';

/** Every console command. */
export const allCommands: readonly CliCommand[] = [
  ...aclCommands,
  ...ariCommands,
  ...ariTokenCommands,
  ...channelCommands,
  ...coreCommands,
  ...databaseCommands,
  ...deviceStateCommands,
  ...presenceCommands,
  ...dialplanCommands,
  ...httpCommands,
  ...loggerCommands,
  ...managerCommands,
  ...moduleCommands,
  originateCommand,
  ...pjsipCommands,
  ...pjsipChannelCommands,
  ...pjsipExportCommands,
  ...pjsipNotifyCommands,
  ...pjsipQualifyCommands,
  ...pjsipRegistrationCommands,
  ...pjsipRequestCommands,
  ...realtimeCommands,
  ...sorceryCommands,
];
