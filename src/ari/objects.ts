import {
  choice,
  type OptionSpec,
  rule,
  someText,
  type TypeSpec,
  text,
  uint,
  yesNo,
} from '../sorcery/index.ts';

const base = { configClass: 'res_ari', section: 'res_ari', module: 'res_ari' } as const;

/** As `rule`, but a line that says nothing is a mistake. */
const strictRule = (name: string, doc: string): OptionSpec => {
  const spec = rule(name, 'acl');
  const { kind } = spec;
  return {
    ...spec,
    kind: { ...kind, parse: (input, before) => (input === '' ? undefined : kind.parse(input, before)) },
    doc,
  };
};

/** What ari.conf holds, as objects. */
export const ariTypes: readonly TypeSpec[] = [
  {
    ...base,
    type: 'general',
    defaultWizards: [['config', 'ari.conf,explicit_name=general,single_object=yes']],
    doc: 'What holds for every user and application of ARI.',
    options: [
      {
        name: 'websocket_write_timeout',
        kind: uint,
        default: '100',
        doc: 'Milliseconds that a write to an event socket may take.',
      },
      { name: 'allowed_origins', kind: text, default: '', doc: 'Web pages that browsers may call from.' },
      { name: 'pretty', kind: yesNo, default: 'no', doc: 'Whether answers are indented.' },
      { name: 'auth_realm', kind: text, default: 'Asterisk REST Interface', doc: 'Realm of challenges.' },
      {
        name: 'channelvars',
        kind: text,
        default: '',
        doc: 'Variables that channels in events and answers carry.',
      },
      { name: 'enabled', kind: yesNo, default: 'yes', doc: 'Whether ARI answers at all.' },
      // Not in Asterisk, whose clients compare what an object has.
      {
        name: 'resume_grace',
        kind: uint,
        default: '0',
        hidden: true,
        doc: 'Seconds that events are kept for a socket that was lost.',
      },
      {
        name: 'resume_buffer',
        kind: uint,
        default: '1000',
        hidden: true,
        doc: 'Events of one application that are kept, at most.',
      },
    ],
  },
  {
    ...base,
    type: 'user',
    doc: 'Who may use ARI.',
    finish: (draft) =>
      draft.get('password') === '' ? { field: 'password', detail: "'password' is required" } : undefined,
    options: [
      {
        name: 'password_format',
        kind: choice(['plain', 'crypt']),
        default: 'plain',
        doc: 'Whether the password stands there as it is or as a hash of crypt(3).',
      },
      { name: 'password', kind: someText, default: '', secret: true, doc: 'The password, or its hash.' },
      { name: 'read_only', kind: yesNo, default: 'no', doc: 'Whether the user may only look.' },
      {
        name: 'acl',
        kind: text,
        default: '',
        hidden: true,
        doc: 'Section of acl.conf that the address of the user must pass.',
      },
      strictRule('deny', 'Addresses that the user may not come from.'),
      strictRule('permit', 'Addresses that the user may come from.'),
    ],
  },
  {
    ...base,
    type: 'outbound_websocket',
    doc: 'Applications that this server connects to, instead of waiting for them.',
    finish(draft) {
      for (const field of ['websocket_client_id', 'apps', 'local_ari_user']) {
        if (draft.get(field) === '') return { field, detail: `'${field}' is required` };
      }
      return undefined;
    },
    options: [
      { name: 'apps', kind: someText, default: '', doc: 'Applications that it is for.' },
      {
        name: 'websocket_client_id',
        kind: someText,
        default: '',
        refersTo: { configClass: 'res_websocket_client', type: 'websocket_client' },
        doc: 'The websocket_client that tells where to connect.',
      },
      {
        name: 'local_ari_user',
        kind: someText,
        default: '',
        doc: 'User of ari.conf whose rights requests over it have.',
      },
      {
        name: 'subscribe_all',
        kind: yesNo,
        default: 'no',
        doc: 'Whether the applications hear of everything.',
      },
    ],
  },
];
