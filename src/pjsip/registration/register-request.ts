import { type HeaderList, newRequest, type SipRequest, Uri } from '../../sip/index.ts';
import type { SorceryObject } from '../../sorcery/index.ts';

/** Contact user where `contact_user` is empty. */
const DEFAULT_USER = 's';

export interface RegisterOptions {
  readonly object: SorceryObject;
  readonly callId: string;
  readonly cseq: number;
  /** As the header is written. */
  readonly contact: string;
  /** Seconds; 0 takes the binding back. */
  readonly expires: number;
  /** What Allow says. */
  readonly allow: string;
  /** Mechanisms that the registrar has listed (RFC 3329), to be repeated to it. */
  readonly verify: readonly string[];
}

/** A REGISTER for an object of type `registration` (RFC 3261 §10.2). @throws {SipParseError} its client_uri is no URI */
export function registerRequest(options: RegisterOptions): SipRequest {
  const { object, expires } = options;
  const proxy = object.get('outbound_proxy');
  const headers: (readonly [string, string])[] = [['Expires', String(expires)]];
  if (expires > 0) headers.push(['Allow', options.allow]);
  const supported = [
    ...(object.is('support_path') ? ['path'] : []),
    ...(object.is('support_outbound') ? ['outbound'] : []),
  ];
  if (supported.length > 0) headers.push(['Supported', supported.join(', ')]);
  headers.push(...securityHeaders(object, options.verify));
  const product = object.get('user_agent');
  if (product !== '') headers.push(['User-Agent', product]);
  const own = `<${addressOfRecord(object.get('client_uri'))}>`;
  return newRequest({
    method: 'REGISTER',
    uri: object.get('server_uri'),
    from: own,
    to: own,
    callId: options.callId,
    cseq: options.cseq,
    contact: options.contact,
    route: proxy === '' ? [] : [`<${proxy}>`],
    headers,
  });
}

/** RFC 3261 §19.1.1: From and To have no port. */
function addressOfRecord(uri: string): string {
  return Uri.parse(uri).with({ port: null }).toString();
}

/** RFC 3329 with the label of mediasec: what we can do, that it is to be negotiated, and what was listed before. */
function securityHeaders(object: SorceryObject, verify: readonly string[]): HeaderList {
  if (object.get('security_negotiation') !== 'mediasec') return [];
  return [
    ...object.list('security_mechanisms').map((each) => ['Security-Client', each] as const),
    ...verify.map((each) => ['Security-Verify', each] as const),
    ['Require', 'mediasec'],
    ['Proxy-Require', 'mediasec'],
  ];
}

/** Our Contact: `base` is what a peer of this flow reaches us by, in brackets. `line` is how its calls are known. */
export function contactHeader(object: SorceryObject, base: string, line: string): string {
  const params = object.get('contact_header_params');
  const uri = object.is('line') ? `${base.slice(0, -1)};line=${line}>` : base;
  return params === '' ? uri : `${uri};${params}`;
}

export function contactUser(object: SorceryObject): string {
  return object.get('contact_user') || DEFAULT_USER;
}
