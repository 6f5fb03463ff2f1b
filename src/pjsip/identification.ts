import { parseCredentials, type Remote, type SipRequest } from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import type { IdentifyIndex } from './identify-index.ts';
import type { GlobalSettings } from './settings.ts';

/** By the line of a registration: first of all, and without a name that an order could list. */
const LINE = 'name not specified';

/** The ways of finding an endpoint, each with the module that brings it, as they follow one another where no order is given. */
const ways: ReadonlyMap<string, string> = new Map([
  [LINE, 'res_pjsip_outbound_registration'],
  ['ip', 'res_pjsip_endpoint_identifier_ip'],
  ['username', 'res_pjsip_endpoint_identifier_user'],
  ['anonymous', 'res_pjsip_endpoint_identifier_anonymous'],
  ['auth_username', 'res_pjsip_endpoint_identifier_user'],
  ['header', 'res_pjsip_endpoint_identifier_ip'],
  ['request_uri', 'res_pjsip_endpoint_identifier_ip'],
]);

/**
 * Finds the endpoint that a request comes from: first in the order of `endpoint_identifier_order`, then, as the
 * original does, by the ways that it does not list.
 */
export class Identification {
  readonly #sorcery: Sorcery;
  readonly #index: IdentifyIndex;
  readonly #settings: GlobalSettings;
  readonly #running: (module: string) => boolean;
  readonly #byLine: (request: SipRequest) => string | undefined;
  #listed: readonly string[] | undefined;
  #all: readonly string[] = [];

  constructor(
    sorcery: Sorcery,
    index: IdentifyIndex,
    settings: GlobalSettings,
    running: (module: string) => boolean,
    byLine: (request: SipRequest) => string | undefined = () => undefined,
  ) {
    this.#sorcery = sorcery;
    this.#index = index;
    this.#settings = settings;
    this.#running = running;
    this.#byLine = byLine;
  }

  /** Every way that is tried, first to last. */
  get order(): readonly string[] {
    return this.#every().filter((way) => this.#available(way));
  }

  #every(): readonly string[] {
    const listed = this.#settings.identifierOrder;
    if (this.#listed !== listed) {
      this.#listed = listed;
      this.#all = [...new Set([LINE, ...listed, ...ways.keys()])].filter((way) => ways.has(way));
    }
    return this.#all;
  }

  #available(way: string): boolean {
    return this.#running(ways.get(way) ?? '');
  }

  find(request: SipRequest, remote: Remote): SorceryObject | undefined {
    for (const way of this.#every()) {
      if (!this.#available(way)) continue;
      const endpoint = this.#by(way, request, remote);
      if (endpoint !== undefined) return endpoint;
    }
    return undefined;
  }

  #by(way: string, request: SipRequest, remote: Remote): SorceryObject | undefined {
    switch (way) {
      case LINE:
        return this.#allowed(this.#byLine(request), undefined);
      case 'ip':
        return this.#allowed(this.#index.byAddress(remote.address, remote.port), undefined);
      case 'username':
        return this.#byUser(request.from.uri.user, request.from.uri.host, 'username');
      case 'auth_username':
        return this.#byAuthUser(request);
      case 'header':
        return this.#allowed(this.#index.byHeader(request), undefined);
      case 'request_uri':
        return this.#allowed(this.#index.byRequestUri(request.uri), undefined);
      case 'anonymous':
        return this.#byUser('anonymous', request.from.uri.host, undefined);
      default:
        return undefined;
    }
  }

  /** `user@domain`, then the domain that this one is an alias of, then the bare user. */
  #byUser(user: string | undefined, domain: string, way: string | undefined): SorceryObject | undefined {
    if (user === undefined || user === '') return undefined;
    if (this.#settings.text('disable_multi_domain') === 'true') return this.#allowed(user, way);
    const full = this.#allowed(`${user}@${domain}`, way);
    if (full !== undefined) return full;
    const alias = this.#sorcery.get('domain_alias', domain);
    if (alias !== undefined) {
      const aliased = this.#allowed(`${user}@${alias.get('domain')}`, way);
      if (aliased !== undefined) return aliased;
    }
    return this.#allowed(user, way);
  }

  #byAuthUser(request: SipRequest): SorceryObject | undefined {
    for (const value of request.getAll('Authorization')) {
      const user = parseCredentials(value)?.username;
      const found = this.#byUser(user, request.from.uri.host, 'auth_username');
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The endpoint of this name, when it lets itself be found this way. As in the original `identify_by` is asked for names
   * of users only: what an `identify` object matches is the endpoint's in any case.
   */
  #allowed(id: string | undefined, way: string | undefined): SorceryObject | undefined {
    if (id === undefined) return undefined;
    const endpoint = this.#sorcery.get('endpoint', id);
    if (endpoint === undefined || way === undefined) return endpoint;
    const ways = endpoint.get('identify_by');
    return ways === '' || ways.split(',').includes(way) ? endpoint : undefined;
  }
}
