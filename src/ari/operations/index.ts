import type { OperationSpec } from '../operation.ts';
import { applicationsOperations } from './applications.ts';
import { asteriskOperations } from './asterisk.ts';
import { bridgesOperations } from './bridges.ts';
import { channelsOperations } from './channels.ts';
import { deviceStatesOperations } from './device-states.ts';
import { endpointsOperations } from './endpoints.ts';
import { eventsOperations } from './events.ts';
import { mailboxesOperations } from './mailboxes.ts';
import { playbacksOperations } from './playbacks.ts';
import { recordingsOperations } from './recordings.ts';
import { soundsOperations } from './sounds.ts';
import { tokensOperations } from './tokens.ts';

/** A resource: the module that serves it, and its operations. */
export interface ResourceSpec {
  readonly name: string;
  readonly module: string;
  readonly operations: readonly OperationSpec[];
  /** Asterisk does not have it: the descriptions that its clients read leave it out. */
  readonly extension?: true;
}

/** Every operation of the interface. */
export const resources: readonly ResourceSpec[] = [
  { name: 'asterisk', module: 'res_ari_asterisk', operations: asteriskOperations },
  { name: 'endpoints', module: 'res_ari_endpoints', operations: endpointsOperations },
  { name: 'channels', module: 'res_ari_channels', operations: channelsOperations },
  { name: 'bridges', module: 'res_ari_bridges', operations: bridgesOperations },
  { name: 'recordings', module: 'res_ari_recordings', operations: recordingsOperations },
  { name: 'sounds', module: 'res_ari_sounds', operations: soundsOperations },
  { name: 'playbacks', module: 'res_ari_playbacks', operations: playbacksOperations },
  { name: 'deviceStates', module: 'res_ari_device_states', operations: deviceStatesOperations },
  { name: 'mailboxes', module: 'res_ari_mailboxes', operations: mailboxesOperations },
  { name: 'events', module: 'res_ari_events', operations: eventsOperations },
  { name: 'applications', module: 'res_ari_applications', operations: applicationsOperations },
  { name: 'tokens', module: 'res_ari', operations: tokensOperations, extension: true },
];
