import {
  choice,
  existingPath,
  firstName,
  type Kind,
  type OptionSpec,
  rule,
  strictYesNo,
  type TypeSpec,
  text,
  uint,
  yesNo,
} from '../sorcery/index.ts';
import { finishRules } from './rules.ts';

const base = {
  configClass: 'res_stir_shaken',
  section: 'res_stir_shaken',
  module: 'res_stir_shaken',
} as const;

/** Options that a profile leaves to what the whole server does. */
const INHERIT = 'not_set';

/** `attestation` and `verification` decide for everybody; profiles and numbers may leave a question to them. */
type Scope = 'server' | 'part';

/** A decision, or none. */
const inheritable: Kind = {
  parse: (input) => (input === INHERIT ? INHERIT : strictYesNo.parse(input, '')),
  accepts: `yes, no or ${INHERIT}`,
};

const onOff = (scope: Scope, name: string, doc: string): OptionSpec => ({
  name,
  kind: scope === 'server' ? strictYesNo : inheritable,
  default: scope === 'server' ? 'no' : INHERIT,
  doc,
});

const level = (name: string, doc: string): OptionSpec => ({
  name,
  kind: choice(['A', 'B', 'C', INHERIT]),
  default: INHERIT,
  doc,
});

const seconds = (scope: Scope, name: string, most: string, doc: string): OptionSpec => ({
  name,
  kind: uint,
  default: scope === 'server' ? most : '0',
  doc,
});

/** A file or a folder. A profile's are looked at when it is used, as it may be pushed before they are there. */
const path = (kind: Kind, name: string, doc: string): OptionSpec => ({ name, kind, default: '', doc });

const disable: OptionSpec = { name: 'global_disable', kind: yesNo, default: 'no', doc: 'Switches it off.' };

const failureAction: OptionSpec = {
  name: 'failure_action',
  kind: choice(['continue', 'reject_request', 'continue_return_reason'], {}, 'continue'),
  default: 'continue',
  doc: 'What happens to a call whose identity cannot be verified.',
};

const signing = (scope: Scope, keys: Kind) => ({
  checkUrl: onOff(
    scope,
    'check_tn_cert_public_url',
    'Whether the certificate is fetched and compared when the configuration is read.',
  ),
  level: level('attest_level', 'How well the caller is known: A in full, B in part, C as a gateway.'),
  mky: onOff(scope, 'send_mky', 'Whether fingerprints of DTLS keys are signed too (RFC 8862).'),
  key: path(keys, 'private_key_file', 'Private key that calls are signed with.'),
  url: { name: 'public_cert_url', kind: text, default: '', doc: 'Where others fetch the certificate.' },
});

const unknownLevel = level('unknown_tn_attest_level', 'The same for numbers that have no object.');

const server = signing('server', existingPath);
const profile = signing('part', text);
const number = signing('part', existingPath);

const verifying = (scope: Scope, kind: Kind) => ({
  relaxPath: onOff(
    scope,
    'relax_x5u_path_restrictions',
    'Whether URLs with queries and fragments are let by.',
  ),
  caPath: path(kind, 'ca_path', 'Folder of the authorities that are believed, by hash.'),
  crlFile: path(kind, 'crl_file', 'Revoked certificates.'),
  reasons: onOff(scope, 'use_rfc9410_responses', 'Whether refusals say why as RFC 9410 does.'),
  untrustedPath: path(kind, 'untrusted_cert_path', 'Folder of certificates between, by hash.'),
  cache: path(kind, 'cert_cache_dir', 'Where fetched certificates are kept; below astdatadir when empty.'),
  relaxPort: onOff(
    scope,
    'relax_x5u_port_scheme_restrictions',
    'Whether http: and other ports than 443 and 8443 are let by.',
  ),
  caFile: path(kind, 'ca_file', 'The authorities that are believed.'),
  crlPath: path(kind, 'crl_path', 'Folder of revoked certificates, by hash.'),
  untrustedFile: path(kind, 'untrusted_cert_file', 'Certificates between.'),
  dateAge: seconds(scope, 'max_date_header_age', '15', 'Seconds that the Date header may be off.'),
  system: onOff(scope, 'load_system_certs', "Whether the machine's own authorities are believed."),
  timeout: seconds(scope, 'curl_timeout', '2', 'Seconds to wait for a certificate.'),
  cacheAge: seconds(scope, 'max_cache_entry_age', '3600', 'Seconds that a fetched certificate is kept.'),
  ignoreDate: onOff(scope, 'ignore_sip_date_header', 'Whether the Date header is passed over.'),
  iatAge: seconds(scope, 'max_iat_age', '15', 'Seconds that the signature may be old.'),
  cacheSize: seconds(scope, 'max_cache_size', '1000', 'Certificates that are kept.'),
});

/** Which addresses certificates may be fetched from. */
const sources = (shown: string): readonly OptionSpec[] => [
  {
    name: 'x5u_acl',
    kind: firstName,
    default: shown,
    doc: 'Section of acl.conf that the address of a certificate must pass; no private addresses otherwise.',
  },
  { ...rule('x5u_permit', 'x5u_acl'), doc: 'Addresses that certificates may be fetched from.' },
  { ...rule('x5u_deny', 'x5u_acl'), doc: 'Addresses that they may not be fetched from.' },
];

const all = verifying('server', existingPath);
const some = verifying('part', text);

/** Both are sections of their own name, of which there is one. */
const single = (type: string): Pick<TypeSpec, 'defaultWizards'> => ({
  defaultWizards: [['config', `stir_shaken.conf,explicit_name=${type},single_object=yes`]],
});

export const stirShakenTypes: readonly TypeSpec[] = [
  {
    ...base,
    ...single('attestation'),
    type: 'attestation',
    doc: 'How calls out are signed (RFC 8224), for numbers that have no object of their own.',
    options: [server.checkUrl, server.level, disable, server.mky, unknownLevel, server.key, server.url],
  },
  {
    ...base,
    ...single('verification'),
    type: 'verification',
    doc: 'How the signatures of calls in are verified (RFC 8224).',
    finish: (draft) => finishRules(draft, 'x5u_acl', ['x5u_permit', 'x5u_deny']),
    options: [
      all.relaxPath,
      failureAction,
      disable,
      all.caPath,
      all.crlFile,
      all.reasons,
      ...sources('deny/permit'),
      all.untrustedPath,
      all.cache,
      all.relaxPort,
      all.caFile,
      all.crlPath,
      all.untrustedFile,
      all.dateAge,
      all.system,
      all.timeout,
      all.cacheAge,
      all.ignoreDate,
      all.iatAge,
      all.cacheSize,
    ],
  },
  {
    ...base,
    type: 'profile',
    doc: 'What an endpoint does differently from the server when it signs and verifies.',
    finish: (draft) => finishRules(draft, 'x5u_acl', ['x5u_permit', 'x5u_deny']),
    options: [
      some.relaxPath,
      failureAction,
      profile.checkUrl,
      profile.level,
      some.caPath,
      some.crlFile,
      some.reasons,
      ...sources(''),
      some.untrustedPath,
      profile.mky,
      some.cache,
      {
        name: 'endpoint_behavior',
        kind: choice(['off', 'attest', 'verify', 'on'], {}, 'off'),
        default: 'off',
        doc: 'Whether calls out are signed (attest), calls in verified (verify), or both (on).',
      },
      unknownLevel,
      some.relaxPort,
      some.caFile,
      some.crlPath,
      some.untrustedFile,
      some.dateAge,
      some.system,
      some.timeout,
      some.cacheAge,
      some.ignoreDate,
      profile.key,
      some.iatAge,
      profile.url,
      some.cacheSize,
    ],
  },
  {
    ...base,
    type: 'tn',
    doc: 'A telephone number whose calls are signed in its own way.',
    options: [number.checkUrl, number.level, number.mky, number.key, number.url],
  },
];
