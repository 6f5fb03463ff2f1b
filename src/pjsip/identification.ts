import { parseCredentials, type Remote, type SipRequest } from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import type { IdentifyIndex } from './identify-index.ts';
import type { GlobalSettings } from './settings.ts';

/** Finds the endpoint that a request comes from, in the order of `endpoint_identifier_order`. */
export class Identification {
  readonly #sorcery: Sorcery;
  readonly #index: IdentifyIndex;
  readonly #settings: GlobalSettings;

  constructor(sorcery: Sorcery, index: IdentifyIndex, settings: GlobalSettings) {
    this.#sorcery = sorcery;
    this.#index = index;
    this.#settings = settings;
  }

  find(request: SipRequest, remote: Remote): SorceryObject | undefined {
    for (const way of this.#settings.identifierOrder) {
      const endpoint = this.#by(way, request, remote);
      if (endpoint !== undefined) return endpoint;
    }
    return undefined;
  }

  #by(way: string, request: SipRequest, remote: Remote): SorceryObject | undefined {
    switch (way) {
      case 'ip':
        return this.#allowed(this.#index.byAddress(remote.address), 'ip');
      case 'username':
        return this.#byUser(request.from.uri.user, request.from.uri.host, 'username');
      case 'auth_username':
        return this.#byAuthUser(request);
      case 'header':
        return this.#allowed(this.#index.byHeader(request), 'header');
      case 'request_uri':
        return this.#allowed(this.#index.byRequestUri(request.uri), 'request_uri');
      case 'anonymous':
        return this.#byUser('anonymous', request.from.uri.host, undefined);
      default:
        return undefined;
    }
  }

  /** `user@domain`, then the domain that this one is an alias of, then the bare user. */
  #byUser(user: string | undefined, domain: string, way: string | undefined): SorceryObject | undefined {
    if (user === undefined || user === '') return undefined;
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

  /** The endpoint of this name, when it lets itself be found this way (`identify_by`). */
  #allowed(id: string | undefined, way: string | undefined): SorceryObject | undefined {
    if (id === undefined) return undefined;
    const endpoint = this.#sorcery.get('endpoint', id);
    if (endpoint === undefined || way === undefined) return endpoint;
    const ways = endpoint.get('identify_by');
    return ways === '' || ways.split(',').includes(way) ? endpoint : undefined;
  }
}
