import type { SipRequest } from '../message/message.ts';
import { NameAddr } from '../message/name-addr.ts';

/**
 * Puts a route set on a request whose Request-URI is `target` (RFC 3261 §12.2.1.1): loose routing keeps the target in
 * the Request-URI; a first hop without `lr` gets itself there and the target at the end of Route.
 */
export function applyRoutes(request: SipRequest, routes: readonly string[], target: string): void {
  request.uri = target;
  const first = routes[0];
  if (first === undefined) return;
  const { uri } = NameAddr.parse(first);
  if (uri.looseRouting) {
    for (const route of routes) request.append('Route', route);
    return;
  }
  request.uri = uri.with({ headers: null }).toString();
  for (const route of routes.slice(1)) request.append('Route', route);
  request.append('Route', `<${target}>`);
}
