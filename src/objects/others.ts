import { choice, type TypeSpec, text } from '../sorcery/index.ts';

const levels = (name: string) => ({
  name: `asterisk_${name}`,
  kind: text,
  default: '',
  doc: `Levels of the original's SIP library that are logged as ${name}.`,
});

/** Levels of the original's SIP library; what is logged here is logged under its own level. */
export const pjprojectTypes: readonly TypeSpec[] = [
  {
    configClass: 'res_pjproject',
    type: 'log_mappings',
    section: 'res_pjproject',
    module: 'res_pjproject',
    doc: "Levels of the original's SIP library by the level that they are logged as; without effect here.",
    options: ['notice', 'error', 'warning', 'debug', 'verbose', 'trace'].map(levels),
  },
];

export const channelWebSocketTypes: readonly TypeSpec[] = [
  {
    configClass: 'chan_websocket',
    type: 'global',
    section: 'chan_websocket',
    module: 'chan_websocket',
    defaultWizards: [['config', 'chan_websocket.conf,explicit_name=global,single_object=yes']],
    doc: 'What holds for every channel that carries its media over a WebSocket.',
    options: [
      {
        name: 'control_message_format',
        kind: choice(['plain-text', 'json']),
        default: 'plain-text',
        doc: 'Form of the messages beside the media.',
      },
    ],
  },
];

const bucket = (type: string, doc: string): TypeSpec => ({
  configClass: 'core',
  type,
  section: 'core',
  module: 'core',
  defaultWizards: [['memory', '']],
  doc,
  options: [],
});

/** Places that files can be fetched from: media by URL is not built, so these are names and no more. */
export const bucketTypes: readonly TypeSpec[] = [
  bucket('bucket', 'A place that files can be fetched from.'),
  bucket('file', 'A file of such a place.'),
];
