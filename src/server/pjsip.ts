import { Pjsip, pjsipTypes } from '../pjsip/index.ts';
import { systemClock } from '../platform/index.ts';
import { version } from '../version.ts';
import { type Ground, option } from './parts.ts';

/** The SIP side, which comes and goes with its module. */
export class ServerPjsip {
  /** Undefined while the module is not loaded. */
  current: Pjsip | undefined;
  readonly #ground: Ground;
  #listening = false;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Listens at once when the module comes late; at the start, when every module is there. */
  async load(): Promise<void> {
    const { sorcery, switch: owner, media, dialplan, security, acls, log, main, running } = this.#ground;
    sorcery.register(pjsipTypes, 'pjsip.conf');
    await sorcery.prime(isSmall);
    // The others are many, and asked for when they are needed; lists of endpoints show them once they are known.
    void sorcery.prime((type) => type === 'endpoint' || type === 'aor');
    this.current = new Pjsip({
      sorcery,
      switch: owner,
      media,
      dialplan,
      security,
      acls,
      clock: systemClock,
      log: log.logger('res_pjsip'),
      running,
      product: `Asterism ${version}`,
      serverName: option(main, 'systemname', ''),
    });
    if (this.#listening) await this.current.listen();
  }

  async unload(): Promise<void> {
    await this.close();
    this.#ground.sorcery.unregister(pjsipTypes);
  }

  async reload(): Promise<void> {
    const { statics, sorcery } = this.#ground;
    await statics.refresh();
    sorcery.reload('res_pjsip');
    await sorcery.prime(isSmall);
    await this.current?.transportsSettled();
  }

  /** Every module is there. */
  async listen(): Promise<void> {
    this.#listening = true;
    await this.current?.listen();
  }

  get isListening(): boolean {
    return this.#listening;
  }

  async close(): Promise<void> {
    await this.current?.close();
    this.current = undefined;
  }
}

/** Types with few objects, which are wanted whole and before the first packet. */
function isSmall(type: string): boolean {
  return type !== 'endpoint' && type !== 'auth' && type !== 'aor' && type !== 'contact';
}
