import { exactly, int, someText, type TypeSpec, text, UNSET, yesNo } from '../../sorcery/index.ts';

const file = (name: string, doc: string) => ({ name, kind: text, default: '', doc });

/** A WebSocket that this server opens; ARI applications and media streams name it. */
export const webSocketClientType: TypeSpec = {
  configClass: 'res_websocket_client',
  type: 'websocket_client',
  section: 'res_websocket_client',
  module: 'res_websocket_client',
  doc: 'A WebSocket that this server opens; ARI applications and media streams name it.',
  finish: (draft) => (draft.get('uri') === '' ? { field: 'uri', detail: "'uri' is required" } : undefined),
  options: [
    {
      name: 'reconnect_interval',
      kind: int,
      default: '500',
      doc: 'Milliseconds between attempts to connect.',
    },
    {
      name: 'verify_server_cert',
      kind: yesNo,
      default: 'yes',
      doc: 'Whether the certificate of the other side must be signed by a known authority.',
    },
    { name: 'reconnect_attempts', kind: int, default: '4', doc: 'Attempts before it gives up.' },
    { name: 'username', kind: text, default: '', doc: 'Name for HTTP Basic authentication.' },
    file('ca_list_path', 'Folder of authorities, by hash.'),
    file('cert_file', 'Certificate of this side.'),
    {
      name: 'connection_type',
      kind: exactly(['persistent', 'per_call_config']),
      default: UNSET,
      optional: true,
      doc: 'Whether it stays open for all, or is opened for each call.',
    },
    {
      name: 'verify_server_hostname',
      kind: yesNo,
      default: 'yes',
      doc: 'Whether the certificate must be for the name in the URI.',
    },
    { name: 'connection_timeout', kind: int, default: '500', doc: 'Milliseconds to wait for a connection.' },
    { name: 'uri', kind: someText, default: '', doc: 'Where the other side listens.' },
    {
      name: 'password',
      kind: text,
      default: '',
      secret: true,
      doc: 'Password for HTTP Basic authentication.',
    },
    { name: 'protocols', kind: text, default: '', doc: 'Subprotocols that are offered, as ari or media.' },
    { name: 'tls_enabled', kind: yesNo, default: 'no', doc: 'Whether it is encrypted.' },
    file('priv_key_file', 'Private key of this side.'),
    file('ca_list_file', 'Authorities that are believed.'),
    // Later versions of Asterisk have these; clients of this one compare what an object has.
    { ...file('proxy_host', 'HTTP proxy that can CONNECT, as host:port.'), hidden: true },
    { ...file('proxy_username', 'Name for the proxy.'), hidden: true },
    { ...file('proxy_password', 'Password for the proxy.'), hidden: true, secret: true },
    {
      name: 'tcp_keepalive_enabled',
      kind: yesNo,
      default: 'yes',
      hidden: true,
      doc: 'Whether the system asks a silent connection for a sign of life.',
    },
    {
      name: 'tcp_keepalive_time',
      kind: int,
      default: '20',
      hidden: true,
      doc: 'Seconds of silence before it asks.',
    },
  ],
};
