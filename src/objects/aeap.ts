import { codecs } from '../pjsip/index.ts';
import { type Kind, type TypeSpec, text } from '../sorcery/index.ts';

const webSocketUrl: Kind = {
  parse: (input) => (/^wss?:\/\/[^\s]+$/i.test(input) ? input : undefined),
  accepts: 'a ws: or wss: URL',
};

/** An application that speaks the External Application Protocol, as speech recognition does. */
const aeapClient: TypeSpec = {
  configClass: 'res_aeap',
  type: 'client',
  section: 'res_aeap',
  module: 'res_aeap',
  doc: 'An application outside that speaks the External Application Protocol, as speech recognition does.',
  finish: (draft) => (draft.get('url') === '' ? { field: 'url', detail: "'url' is required" } : undefined),
  options: [
    { name: 'protocol', kind: text, default: '', doc: 'Protocol that is asked for, as speech_to_text.' },
    { name: 'codecs', kind: codecs, default: '(nothing)', doc: 'Codecs that it takes, in order.' },
    { name: 'url', kind: webSocketUrl, default: '', doc: 'Where it listens.' },
  ],
};

export const aeapTypes: readonly TypeSpec[] = [aeapClient];
