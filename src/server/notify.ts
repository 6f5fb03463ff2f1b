import type { Config } from '../conf/index.ts';
import { type NotifyField, type NotifyPort, type Pjsip, readNotifyTypes } from '../pjsip/index.ts';
import type { Sorcery } from '../sorcery/index.ts';
import type { Switch } from '../switch/index.ts';

/** NOTIFY as the doors ask for it: the kinds of pjsip_notify.conf, and to whom they go. */
export class ServerNotify implements NotifyPort {
  readonly #sorcery: Sorcery;
  readonly #switch: Switch;
  readonly #pjsip: () => Pjsip | undefined;
  #types: ReadonlyMap<string, readonly NotifyField[]> = new Map();

  constructor(options: {
    sorcery: Sorcery;
    switch: Switch;
    pjsip: () => Pjsip | undefined;
  }) {
    this.#sorcery = options.sorcery;
    this.#switch = options.switch;
    this.#pjsip = options.pjsip;
  }

  /** Takes pjsip_notify.conf as it is now. */
  read(config: Config | undefined): void {
    this.#types = readNotifyTypes(config);
  }

  types(): Iterable<string> {
    return this.#types.keys();
  }

  fields(type: string): readonly NotifyField[] | undefined {
    return this.#types.get(type);
  }

  endpoint(id: string, fields: readonly NotifyField[]): boolean {
    const endpoint = this.#sorcery.get('endpoint', id);
    if (endpoint === undefined) return false;
    this.#pjsip()?.notifier.endpoint(endpoint, fields);
    return true;
  }

  uri(uri: string, fields: readonly NotifyField[]): void {
    this.#pjsip()?.notifier.uri(uri, fields);
  }

  channel(name: string, fields: readonly NotifyField[]): boolean {
    const channel = this.#switch.find(name);
    return channel !== undefined && this.#pjsip()?.notifier.channel(channel, fields) === true;
  }
}
