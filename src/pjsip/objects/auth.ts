import { choice, choices, someText, type TypeSpec, text, uint } from '../../sorcery/index.ts';
import { digestHash, finishAuth, md5Hash } from './rules.ts';

/** Credentials, asked of or given to the far end. */
export const authType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'auth',
  section: 'res_pjsip',
  module: 'res_pjsip',
  finish: finishAuth,
  doc: 'Who somebody is, to be challenged by this server or to answer challenges of others.',
  options: [
    { name: 'oauth_secret', doc: 'Secret of the OAuth client.', kind: text, default: '', secret: true },
    {
      name: 'password_digest',
      doc: 'Hash instead of a password, by algorithm.',
      kind: digestHash,
      default: '',
      secret: true,
    },
    {
      name: 'supported_algorithms_uas',
      doc: 'Digest algorithms that this server challenges with.',
      kind: choices(['MD5', 'SHA-256', 'SHA-512-256'], 'MD5'),
      default: 'MD5',
    },
    {
      name: 'refresh_token',
      doc: 'Token that OAuth access tokens are got with.',
      kind: text,
      default: '',
      secret: true,
    },
    { name: 'username', doc: 'Name of the account.', kind: someText, default: '' },
    {
      name: 'md5_cred',
      doc: 'MD5 of name, realm and password, instead of the password.',
      kind: md5Hash,
      default: '',
      secret: true,
      omitEmpty: 'always',
    },
    { name: 'realm', doc: 'Realm of the challenge; that of the server when empty.', kind: text, default: '' },
    {
      name: 'auth_type',
      doc: 'Whether the password, a hash or OAuth counts.',
      kind: choice(['userpass', 'md5', 'google_oauth', 'digest']),
      default: 'userpass',
    },
    { name: 'password', doc: 'Password in clear.', kind: someText, default: '', secret: true },
    {
      name: 'supported_algorithms_uac',
      doc: 'Digest algorithms that challenges of others are answered with.',
      kind: choices(['MD5', 'SHA-256', 'SHA-512-256'], 'MD5'),
      default: 'MD5',
    },
    { name: 'nonce_lifetime', doc: 'Seconds that a challenge may be answered.', kind: uint, default: '32' },
    { name: 'oauth_clientid', doc: 'Name of the OAuth client.', kind: text, default: '' },
  ],
};
