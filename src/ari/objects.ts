import { hashKind } from '../security/index.ts';
import {
  choice,
  type Draft,
  type FieldProblem,
  integer,
  type Kind,
  MAX_INT,
  type OptionSpec,
  someText,
  type TypeSpec,
  text,
  yesNo,
} from '../sorcery/index.ts';
import { accessLines, addAccess } from './access.ts';
import { parseApplicationPatterns, parseOperationPatterns } from './scope-lists.ts';

const base = { configClass: 'res_ari', section: 'res_ari', module: 'res_ari' } as const;
/** An hour, and what memory is there for. */
const MAX_RESUME_GRACE_SECONDS = 3_600;
const MAX_RESUME_KEEP = 100_000;

/** A line of an access list: the order of all of them counts, so that they are kept in one place. */
const access = (name: 'permit' | 'deny' | 'acl', accepts: string, doc: string): OptionSpec => ({
  ...{ name, default: '', hidden: true, doc },
  kind: { parse: (input) => input, accepts },
  writes(input, draft) {
    const added = addAccess(draft.get('access'), name, input);
    if (added !== undefined) draft.set('access', added);
    return added !== undefined;
  },
});

/** A list of what a user may do, or may not: not in Asterisk, whose clients compare what an object has. */
const scope = (name: string, parse: Kind['parse'], accepts: string, doc: string): OptionSpec => ({
  ...{ name, kind: { parse, accepts }, default: '', hidden: true, doc },
});
const OPERATIONS =
  'operations as channels.hangup, hangup, channels.* or GET /channels/*, with commas between';
const APPLICATIONS = 'names of applications, with * for anything and commas between';

function finishUser(draft: Draft): FieldProblem | undefined {
  const password = draft.get('password');
  if (password === '') return { field: 'password', detail: "'password' is required" };
  if (draft.get('password_format') !== 'crypt' || hashKind(password) !== undefined) return undefined;
  return {
    field: 'password',
    detail: 'crypt passwords begin with $1$, $2b$, $5$, $6$ or $y$',
    hint: "'ari mkpasswd' makes one.",
  };
}

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
        kind: integer(1, MAX_INT),
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
        kind: integer(0, MAX_RESUME_GRACE_SECONDS),
        default: '0',
        hidden: true,
        doc: 'Seconds that events are kept for a socket that was lost.',
      },
      {
        name: 'resume_buffer',
        kind: integer(1, MAX_RESUME_KEEP),
        default: '1000',
        hidden: true,
        doc: 'Events of one application that are kept, at most.',
      },
      {
        name: 'security_events',
        kind: yesNo,
        default: 'no',
        hidden: true,
        doc: 'Whether managers hear of logins; the log tells of them in any case.',
      },
    ],
  },
  {
    ...base,
    type: 'user',
    doc: 'Who may use ARI.',
    finish: finishUser,
    options: [
      {
        name: 'password_format',
        kind: choice(['plain', 'crypt']),
        default: 'plain',
        doc: 'Whether the password stands there as it is or as a hash of crypt(3).',
      },
      { name: 'password', kind: someText, default: '', secret: true, doc: 'The password, or its hash.' },
      { name: 'read_only', kind: yesNo, default: 'no', doc: 'Whether the user may only look.' },
      access(
        'acl',
        'names of sections of acl.conf',
        'Sections of acl.conf that the address of the user must pass.',
      ),
      access('deny', 'addresses with masks', 'Addresses that the user may not come from.'),
      access('permit', 'addresses with masks', 'Addresses that the user may come from.'),
      {
        ...{ name: 'access', kind: accessLines, default: '', hidden: true, multi: true },
        doc: 'What acl, deny and permit said, in their order; sending nothing takes them away. Not in Asterisk.',
      },
      scope(
        'allow_operations',
        parseOperationPatterns,
        OPERATIONS,
        'Operations that the user may ask for; all without it. Not in Asterisk.',
      ),
      scope(
        'deny_operations',
        parseOperationPatterns,
        OPERATIONS,
        'Operations that the user may not ask for. Not in Asterisk.',
      ),
      scope(
        'allow_applications',
        parseApplicationPatterns,
        APPLICATIONS,
        'Applications that the user may be, and may send calls to; all without it. Not in Asterisk.',
      ),
      scope(
        'deny_applications',
        parseApplicationPatterns,
        APPLICATIONS,
        'Applications that the user may not be, and may send no calls to. Not in Asterisk.',
      ),
    ],
  },
  {
    ...base,
    type: 'outbound_websocket',
    doc: 'Applications that this server connects to, instead of waiting for them.',
    finish(draft) {
      for (const field of ['websocket_client_id', 'apps', 'local_ari_user']) {
        if (draft.get(field).replaceAll(',', '').trim() === '')
          return { field, detail: `'${field}' is required` };
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
