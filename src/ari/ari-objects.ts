import type { Logger } from '../log/index.ts';
import type { Acl } from '../security/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import {
  type AriGeneral,
  type AriUser,
  type OutboundWebSocket,
  readGeneral,
  readOutbound,
  readUser,
} from './ari-config.ts';
import { readWebSocketClient, type WebSocketClientConfig } from './outbound/client-config.ts';

const ARI = 'res_ari';
const CLIENTS = 'res_websocket_client';

/** What has changed: one object, or any of its kind. */
export type AriChange =
  | { readonly what: 'general' | 'outbound' }
  | { readonly what: 'users'; readonly name?: undefined; readonly removed?: undefined }
  | { readonly what: 'users'; readonly name: string; readonly removed: boolean };

export interface AriObjectsOptions {
  readonly sorcery: Sorcery;
  readonly namedAcl: (name: string) => Acl | undefined;
  /** Hears of changes, whether an object was pushed or a file was read again. */
  readonly changed: (change: AriChange) => void;
  readonly log: Logger;
}

/**
 * Settings, users and connections of ARI as the objects that they are: from ari.conf, pushed, or in a database, wherever
 * sorcery.conf keeps them. Users are looked up when they log in; the rest is kept until it changes.
 */
export class AriObjects {
  readonly #options: AriObjectsOptions;
  readonly #offs: readonly (() => void)[];
  /** What was read from an object, which never changes. */
  readonly #read = new WeakMap<SorceryObject, AriUser>();
  readonly #clients = new WeakMap<SorceryObject, WebSocketClientConfig | string>();
  #general: AriGeneral | undefined;

  constructor(options: AriObjectsOptions) {
    this.#options = options;
    const one = (object: SorceryObject, removed: boolean) => {
      const { configClass, type } = object.type.spec;
      if (configClass === ARI || configClass === CLIENTS) this.#changed(type, { name: object.id, removed });
    };
    const { events } = options.sorcery;
    this.#offs = [
      events.on('created', (object) => one(object, false)),
      events.on('updated', (object) => one(object, false)),
      events.on('deleted', (object) => one(object, true)),
      events.on('loaded', (type) => this.#changed(type)),
    ];
    this.#readGeneral();
  }

  #changed(type: string, one?: { readonly name: string; readonly removed: boolean }): void {
    const { changed } = this.#options;
    if (type === 'general') {
      this.#readGeneral();
      changed({ what: 'general' });
    } else if (type === 'user') changed({ what: 'users', ...one });
    else if (type === 'outbound_websocket' || type === 'websocket_client') changed({ what: 'outbound' });
  }

  #readGeneral(): void {
    const object = this.#options.sorcery.get('general', 'general', ARI);
    this.#general = object === undefined ? undefined : readGeneral(object);
  }

  /** Undefined without a section that can be read: the interface is off then. */
  get general(): AriGeneral | undefined {
    return this.#general;
  }

  /** A user as it is known; one in a database as it was read last. */
  user(name: string): AriUser | undefined {
    const object = this.#options.sorcery.get('user', name, ARI);
    return object === undefined ? undefined : this.#userOf(object);
  }

  /** A user who logs in, asked for where it is kept. @throws {StoreError} when that is away */
  find(name: string): AriUser | undefined | Promise<AriUser | undefined> {
    const { sorcery } = this.#options;
    return sorcery.isRemote('user', ARI) ? sorcery.settle(() => this.user(name)) : this.user(name);
  }

  *users(): Iterable<AriUser> {
    for (const object of this.#options.sorcery.all('user', '', ARI)) yield this.#userOf(object);
  }

  #userOf(object: SorceryObject): AriUser {
    let user = this.#read.get(object);
    if (user === undefined) {
      user = readUser(object, this.#options.namedAcl);
      this.#read.set(object, user);
    }
    return user;
  }

  outbound(): ReadonlyMap<string, OutboundWebSocket> {
    const found = new Map<string, OutboundWebSocket>();
    for (const object of this.#options.sorcery.all('outbound_websocket', '', ARI))
      found.set(object.id, readOutbound(object));
    return found;
  }

  /** Where connections go. What makes no sense is left out, and named once. */
  clients(): ReadonlyMap<string, WebSocketClientConfig> {
    const found = new Map<string, WebSocketClientConfig>();
    for (const object of this.#options.sorcery.all('websocket_client', '', CLIENTS)) {
      let client = this.#clients.get(object);
      if (client === undefined) {
        client = readWebSocketClient(object);
        this.#clients.set(object, client);
        if (typeof client === 'string') this.#options.log.error(`websocket_client '${object.id}': ${client}`);
      }
      if (typeof client !== 'string') found.set(object.id, client);
    }
    return found;
  }

  close(): void {
    for (const off of this.#offs) off();
  }
}
