import {
  type Flow,
  type HeaderList,
  NameAddr,
  newRequest,
  type SipRequest,
  type Transport,
  Uri,
  type UserAgent,
} from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';
import type { GlobalSettings } from './settings.ts';

/** A request outside of any call, to be sent for an endpoint. */
export interface ContactRequest {
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  /** Who says it; undefined where no endpoint uses the contact. */
  readonly endpoint: SorceryObject | undefined;
  /** Proxies and the Path of a registration, first hop first; empty ones count for nothing. */
  readonly route: readonly string[];
  readonly headers: HeaderList;
  readonly body?: string;
  readonly contentType?: string;
  readonly transport?: Transport | undefined;
}

/** The request, and the flow that it goes by; undefined when no way leads there. @throws {SipParseError} a URI is none */
export async function contactRequest(
  agent: Pick<UserAgent, 'resolve' | 'localAddress'>,
  settings: GlobalSettings,
  wanted: ContactRequest,
): Promise<{ request: SipRequest; flow: Flow } | undefined> {
  const { endpoint, body, contentType } = wanted;
  const uri = Uri.parse(wanted.uri);
  const route = wanted.route
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => (each.startsWith('<') ? each : `<${each}>`));
  const [hop] = route;
  const flow = await agent.resolve(hop === undefined ? uri : NameAddr.parse(hop).uri, wanted.transport);
  if (flow === undefined) return undefined;
  const user = endpoint?.get('from_user') || endpoint?.id || settings.text('default_from_user');
  const local = agent.localAddress(flow);
  const host = endpoint?.get('from_domain') || (local.includes(':') ? `[${local}]` : local);
  const request = newRequest({
    method: wanted.method,
    uri: wanted.uri,
    from: `<${Uri.of({ user, host })}>`,
    to: `<${Uri.of({ ...(uri.user === undefined ? {} : { user: uri.user }), host: uri.host })}>`,
    route,
    headers: wanted.headers,
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { contentType }),
  });
  return { request, flow };
}
