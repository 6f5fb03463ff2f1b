import { choice, choices, someText, type TypeSpec, text, uint } from '../../sorcery/index.ts';
import { digestHash, finishAuth, md5Hash } from './rules.ts';

/** Credentials, asked of or given to the far end. */
export const authType: TypeSpec = {
  configClass: 'res_pjsip',
  type: 'auth',
  section: 'res_pjsip',
  module: 'res_pjsip',
  finish: finishAuth,
  options: [
    { name: 'oauth_secret', kind: text, default: '', secret: true },
    { name: 'password_digest', kind: digestHash, default: '', secret: true },
    {
      name: 'supported_algorithms_uas',
      kind: choices(['MD5', 'SHA-256', 'SHA-512-256'], 'MD5'),
      default: 'MD5',
    },
    { name: 'refresh_token', kind: text, default: '', secret: true },
    { name: 'username', kind: someText, default: '' },
    { name: 'md5_cred', kind: md5Hash, default: '', secret: true, omitEmpty: 'always' },
    { name: 'realm', kind: text, default: '' },
    { name: 'auth_type', kind: choice(['userpass', 'md5', 'google_oauth', 'digest']), default: 'userpass' },
    { name: 'password', kind: someText, default: '', secret: true },
    {
      name: 'supported_algorithms_uac',
      kind: choices(['MD5', 'SHA-256', 'SHA-512-256'], 'MD5'),
      default: 'MD5',
    },
    { name: 'nonce_lifetime', kind: uint, default: '32' },
    { name: 'oauth_clientid', kind: text, default: '' },
  ],
};
