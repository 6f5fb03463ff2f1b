import { isIPv6 } from 'node:net';
import { getCiphers } from 'node:tls';
import {
  type Draft,
  type FieldProblem,
  type Kind,
  MAX_UINT,
  type OptionSpec,
  UNSET,
} from '../../sorcery/index.ts';
import { finishAccess } from './access.ts';
import { changeCodecs } from './kinds.ts';

/** What `user_agent` says unless it is set; the compatible version is told elsewhere. */
export const SERVER = 'Asterism';

/** An option that is sent but only changes others. */
export function hidden(
  name: string,
  accepts: string,
  writes: (input: string, draft: Draft) => boolean,
): OptionSpec {
  return { name, kind: { parse: () => undefined, accepts }, default: '', hidden: true, writes };
}

export function setCodecs(draft: Draft, input: string, add: boolean): boolean {
  const changed = changeCodecs(input, draft.get('allow'), add);
  if (changed !== undefined) draft.set('allow', changed);
  return changed !== undefined;
}

export const md5Hash: Kind = {
  parse: (input) => (input === '' || /^[0-9a-f]{32}$/i.test(input) ? input : undefined),
  accepts: '32 hexadecimal digits: MD5 of user:realm:password',
};

const DIGEST_LENGTH: ReadonlyMap<string, number> = new Map([
  ['MD5', 32],
  ['SHA-256', 64],
  ['SHA-512-256', 64],
]);

export const digestHash: Kind = {
  parse(input) {
    if (input === '') return '';
    const colon = input.indexOf(':');
    const algorithm = input.slice(0, colon).toUpperCase();
    const hash = input.slice(colon + 1);
    const length = DIGEST_LENGTH.get(algorithm);
    return length !== undefined && hash.length === length && /^[0-9a-f]+$/i.test(hash)
      ? `${algorithm}:${hash}`
      : undefined;
  },
  accepts: 'an algorithm (MD5, SHA-256, SHA-512-256), a colon, and the hash of user:realm:password',
};

export const sipUri: Kind = {
  parse: (input) => (/^sips?:[^\s"<>\\]+$/i.test(input) ? input : undefined),
  accepts: 'a sip: or sips: URI',
};

/** A SIP URI, or nothing. */
export const proxyUri: Kind = {
  parse: (input) => (input === '' ? '' : sipUri.parse(input, '')),
  accepts: 'a sip: or sips: URI, or nothing',
};

/** RFC 3329 mechanisms; a text without a known one is dropped, as the original drops it. */
export const securityMechanisms: Kind = {
  parse: (input) => (/(?:sdes|dtls)-srtp/.test(input) ? input : UNSET),
  accepts: 'RFC 3329 mechanisms, as sdes-srtp;mediasec',
};

const ALGORITHMS = new Set(['md5', 'sha-256', 'sha-512-256']);

/** What is not a known algorithm falls back to MD5; the text is shown as it was sent. */
export const defaultAlgorithms: Kind = {
  parse(input) {
    if (input === '') return '';
    return input.split(',').every((each) => ALGORITHMS.has(each.trim().toLowerCase())) ? input : 'MD5';
  },
  accepts: 'MD5, SHA-256, SHA-512-256, with commas between',
};

const CIPHERS = new Set(getCiphers());

export const ciphers: Kind = {
  parse: (input) =>
    input === '' || input.split(/[,:]/).every((each) => CIPHERS.has(each.trim().toLowerCase()))
      ? input
      : undefined,
  accepts: 'OpenSSL cipher names',
};

/** `address`, `address:port`, `[ipv6]:port`, a name or nothing (every address). */
export const bindAddress: Kind = {
  parse(input) {
    if (input === '') return '0.0.0.0:0';
    // Without brackets an IPv6 address has no port: where it would begin cannot be told.
    if (isIPv6(input)) return `[${input}]:0`;
    const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(input);
    if (match === null || Number(match[2] ?? 0) > 65_535) return undefined;
    const [, host = '', port = '0'] = match;
    // Without brackets the colons would swallow the port when it is read again.
    if (!host.startsWith('[') && host.includes(':')) return isIPv6(host) ? `[${host}]:${port}` : undefined;
    return `${host}:${port}`;
  },
  accepts: 'an address and a port, as 0.0.0.0:5060 or [::]:5060',
};

/** `webrtc`, `bundle` and others imply options, whatever those were set to. */
export function finishEndpoint(draft: Draft): FieldProblem | undefined {
  if (draft.get('webrtc') === 'yes') {
    const implied = {
      dtls_verify: 'Fingerprint',
      bundle: 'true',
      use_avpf: 'true',
      dtls_auto_generate_cert: 'Yes',
      ice_support: 'true',
      media_encryption: 'dtls',
      media_use_received_transport: 'true',
      dtls_setup: 'actpass',
    };
    for (const [name, value] of Object.entries(implied)) draft.set(name, value);
  }
  if (draft.get('bundle') === 'true') draft.set('rtcp_mux', 'true');
  if (draft.get('preferred_codec_only') === 'true') draft.set('incoming_call_offer_pref', 'local_first');
  // The original shows one method for both.
  draft.set('direct_media_method', draft.get('connected_line_method'));
  return finishAccess(draft);
}

export function finishAuth(draft: Draft): FieldProblem | undefined {
  if (draft.touched.has('md5_cred') && draft.get('md5_cred') !== '') {
    draft.set('password_digest', `MD5:${draft.get('md5_cred')}`);
  } else if (draft.get('password_digest').startsWith('MD5:')) {
    draft.set('md5_cred', draft.get('password_digest').slice(4));
  }
  if (draft.get('username') === '') return missing('username');
  const type = draft.get('auth_type');
  if (type === 'userpass' && draft.get('password') === '' && draft.get('password_digest') === '')
    return missing('password');
  return undefined;
}

/** The thread pool's options were renamed; the old names and the new ones show the same values. */
export function finishSystem(draft: Draft): undefined {
  for (const what of ['initial_size', 'auto_increment', 'idle_timeout', 'max_size']) {
    const [from, to] = draft.touched.has(`threadpool_${what}`)
      ? ['threadpool', 'taskpool']
      : ['taskpool', 'threadpool'];
    draft.set(`${to}_${what}`, draft.get(`${from}_${what}`));
  }
  // RFC 3261 §17.1.1.2: timer B is 64 times T1 at least.
  const least = Math.min(64 * Number(draft.get('timer_t1')), MAX_UINT);
  if (Number(draft.get('timer_b')) < least) draft.set('timer_b', String(least));
}

export function finishContact(draft: Draft): FieldProblem | undefined {
  return draft.get('uri') === '' ? missing('uri') : undefined;
}

export function finishDomainAlias(draft: Draft): FieldProblem | undefined {
  return draft.get('domain') === '' ? missing('domain') : undefined;
}

export function finishIdentify(draft: Draft): FieldProblem | undefined {
  if (draft.get('endpoint') === '') return missing('endpoint');
  const criteria = ['match', 'match_header', 'match_request_uri'];
  if (criteria.every((name) => draft.get(name) === '')) {
    return { field: 'match', detail: 'nothing to identify by', hint: `Set one of ${criteria.join(', ')}.` };
  }
  return undefined;
}

export function finishRegistration(draft: Draft): FieldProblem | undefined {
  for (const field of ['server_uri', 'client_uri']) if (draft.get(field) === '') return missing(field);
  const line = draft.get('line') === 'true';
  const endpoint = draft.get('endpoint') !== '';
  if (line && !endpoint) {
    return { field: 'endpoint', detail: "'line' needs an 'endpoint' that calls on the line come from" };
  }
  if (endpoint && !line) {
    return { field: 'endpoint', detail: "'endpoint' has no meaning without 'line'", hint: 'Set line=yes.' };
  }
  // RFC 3261 §19.1.2: a sips: URI is reached over TLS on every hop, which a transport of this server must be able to.
  if (/^sips:/i.test(draft.get('server_uri')) && draft.get('transport') === '') {
    return {
      field: 'server_uri',
      detail: 'a sips: URI needs a transport that uses TLS',
      hint: "Set 'transport' to one of protocol=tls.",
    };
  }
  return undefined;
}

export function finishResourceList(draft: Draft): FieldProblem | undefined {
  for (const field of ['event', 'list_item']) if (draft.get(field) === '') return missing(field);
  return undefined;
}

/** What to say of an option that must be there. */
export function missing(field: string): FieldProblem {
  return { field, detail: `'${field}' is required` };
}
