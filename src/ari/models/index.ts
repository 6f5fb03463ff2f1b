import type { ModelSpec } from '../operation.ts';
import { applicationsModels } from './applications.ts';
import { asteriskModels } from './asterisk.ts';
import { bridgesModels } from './bridges.ts';
import { channelsModels } from './channels.ts';
import { deviceStatesModels } from './device-states.ts';
import { endpointsModels } from './endpoints.ts';
import { eventsModels } from './events.ts';
import { mailboxesModels } from './mailboxes.ts';
import { playbacksModels } from './playbacks.ts';
import { recordingsModels } from './recordings.ts';
import { soundsModels } from './sounds.ts';
import { tokensModels } from './tokens.ts';

/** Every data model of the descriptions. */
export const models: Readonly<Record<string, ModelSpec>> = {
  ...asteriskModels,
  ...endpointsModels,
  ...channelsModels,
  ...bridgesModels,
  ...recordingsModels,
  ...soundsModels,
  ...playbacksModels,
  ...deviceStatesModels,
  ...mailboxesModels,
  ...eventsModels,
  ...applicationsModels,
  ...tokensModels,
};
