import { type ClientCredentials, SipParseError, Uri } from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import { RequestError } from '../switch/index.ts';
import { outboundAccounts } from './authentication.ts';
import { type ContactEntry, contactsOf } from './contact-list.ts';
import type { Reachability } from './reachability.ts';

/** Q.850. */
export const NO_ROUTE = 3;
const SUBSCRIBER_ABSENT = 20;

/** Where a call or message goes: what is found in the objects, all at once. */
export interface Target {
  readonly endpoint: SorceryObject;
  readonly uri: string;
  /** Proxies and the Path of a registration, first hop first. */
  readonly route: readonly string[];
  readonly accounts: readonly ClientCredentials[];
}

export interface TargetOptions {
  readonly sorcery: Sorcery;
  readonly reachability: Reachability;
}

/**
 * What `alice`, `alice/sip:bob@example.com`, `alice/aor` or `100@trunk` names.
 * @throws {RequestError} when nothing can be reached by it
 */
export function findTarget({ sorcery, reachability }: TargetOptions, resource: string): Target {
  const slash = resource.indexOf('/');
  const at = slash < 0 ? resource.lastIndexOf('@') : -1;
  const id = slash >= 0 ? resource.slice(0, slash) : resource.slice(at + 1);
  const endpoint = sorcery.get('endpoint', id);
  if (endpoint === undefined) throw new RequestError(NO_ROUTE, `there is no endpoint '${id}'`);
  const accounts = outboundAccounts(sorcery, endpoint.list('outbound_auth'));
  const proxy = endpoint.get('outbound_proxy');
  const rest = slash < 0 ? '' : resource.slice(slash + 1);
  if (/^sips?:/i.test(rest)) return { endpoint, uri: rest, route: routeOf([proxy]), accounts };
  const aors = rest === '' ? endpoint.list('aors') : [rest];
  for (const name of aors) {
    const aor = sorcery.get('aor', name);
    const contact = aor === undefined ? undefined : reachable(sorcery, reachability, aor);
    if (aor === undefined || contact === undefined) continue;
    const path = contact.object?.get('path').split(',') ?? [];
    return {
      endpoint,
      uri: at < 0 ? contact.uri : withUser(contact.uri, resource.slice(0, at)),
      route: routeOf([contact.object?.get('outbound_proxy') || aor.get('outbound_proxy') || proxy, ...path]),
      accounts,
    };
  }
  throw new RequestError(SUBSCRIBER_ABSENT, `${resource} has no contact that can be reached`);
}

/** The first contact that is not known to be away. */
function reachable(
  sorcery: Sorcery,
  reachability: Reachability,
  aor: SorceryObject,
): ContactEntry | undefined {
  return contactsOf(sorcery, aor).find((each) => reachability.contactState(each).status !== 'Unreachable');
}

/** @throws {RequestError} it is no URI of SIP */
export function parseUri(text: string): Uri {
  try {
    const uri = Uri.parse(text);
    if (uri.host !== '') return uri;
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error;
  }
  throw new RequestError(NO_ROUTE, `'${text}' is no URI to call`);
}

function routeOf(hops: readonly string[]): string[] {
  return hops
    .filter((each) => each.trim() !== '')
    .map((each) => (each.trim().startsWith('<') ? each.trim() : `<${each.trim()}>`));
}

/** A contact with another user. */
function withUser(text: string, user: string): string {
  const uri = parseUri(text);
  const { scheme, host, port, params } = uri;
  return String(Uri.of({ scheme, user, host, params, ...(port === undefined ? {} : { port }) }));
}
