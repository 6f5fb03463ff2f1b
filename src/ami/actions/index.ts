import type { AmiAction } from '../action.ts';
import { channelActions } from './channels.ts';
import { configActions } from './config.ts';
import { coreActions } from './core.ts';
import { databaseActions } from './database.ts';
import { deviceActions } from './devices.ts';
import { dialplanActions } from './dialplan.ts';
import { mailboxActions } from './mailboxes.ts';
import { messageActions } from './messages.ts';
import { originateActions } from './originate.ts';
import { pjsipActions } from './pjsip.ts';
import { pjsipNotifyActions } from './pjsip-notify.ts';
import { pjsipRegistrationActions } from './pjsip-registrations.ts';
import { sessionActions } from './session.ts';
import { sorceryCacheActions } from './sorcery-cache.ts';

/** Every action, by name in any case. */
export const allActions: readonly AmiAction[] = [
  ...channelActions,
  ...configActions,
  ...coreActions,
  ...databaseActions,
  ...deviceActions,
  ...dialplanActions,
  ...originateActions,
  ...mailboxActions,
  ...messageActions,
  ...pjsipActions,
  ...pjsipNotifyActions,
  ...pjsipRegistrationActions,
  ...sessionActions,
  ...sorceryCacheActions,
].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
