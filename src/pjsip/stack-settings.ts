import type { Logger } from '../log/index.ts';
import type { Clock, Timer } from '../platform/index.ts';
import type { UserAgent } from '../sip/index.ts';
import type { Sorcery, SorceryObject } from '../sorcery/index.ts';
import { type PacketLogTarget, packetLog } from './packet-log.ts';

export interface StackSettingsOptions {
  readonly sorcery: Sorcery;
  readonly agent: Pick<
    UserAgent,
    'product' | 'maxForwards' | 'askForRport' | 'values' | 'onPacket' | 'keepAlive'
  >;
  readonly clock: Clock;
  /** What `User-Agent` and `Server` say where `user_agent` is empty. */
  readonly product: string;
  readonly log: Logger;
}

/**
 * Hands what `global` and `system` say to the SIP stack, at the start and whenever one of them is pushed or reloaded:
 * the next message is sent by it. What is under way keeps the timers that it began with.
 */
export class StackSettings {
  readonly #options: StackSettingsOptions;
  readonly #offs: (() => void)[];
  #debug = 'no';
  /** Seconds between empty packets on open connections. */
  #interval = 0;
  #keepAlive: Timer | undefined;

  constructor(options: StackSettingsOptions) {
    this.#options = options;
    const { events } = options.sorcery;
    const renew = (type: string) => {
      if (type === 'global' || type === 'system') this.#apply();
    };
    this.#offs = [
      events.on('created', (object) => renew(object.type.name)),
      events.on('updated', (object) => renew(object.type.name)),
      events.on('deleted', (object) => renew(object.type.name)),
      events.on('loaded', renew),
    ];
    this.#apply();
  }

  #one(type: string): SorceryObject | undefined {
    const { sorcery } = this.#options;
    const [first] = sorcery.all(type);
    return first ?? sorcery.defaults(type);
  }

  #apply(): void {
    const { agent, product, log } = this.#options;
    const global = this.#one('global');
    const system = this.#one('system');
    if (global !== undefined) {
      agent.product = global.get('user_agent') || product;
      this.#every(global.number('keep_alive_interval'));
      agent.maxForwards = global.number('max_forwards');
      // Whoever switched the log by hand keeps it until somebody says otherwise here.
      const debug = global.get('debug');
      if (debug !== this.#debug) agent.onPacket = packetLog(targetOf(debug), log);
      this.#debug = debug;
    }
    if (system !== undefined) {
      agent.askForRport = !system.is('disable_rport');
      agent.values.t1 = system.number('timer_t1');
      agent.values.b = system.number('timer_b');
    }
  }

  #every(seconds: number): void {
    if (seconds === this.#interval) return;
    this.#interval = seconds;
    this.#keepAlive?.cancel();
    this.#keepAlive = seconds === 0 ? undefined : this.#options.clock.after(seconds * 1000, this.#ping);
  }

  readonly #ping = (): void => {
    this.#options.agent.keepAlive();
    this.#keepAlive = this.#options.clock.after(this.#interval * 1000, this.#ping);
  };

  close(): void {
    this.#keepAlive?.cancel();
    for (const off of this.#offs) off();
  }
}

/** `debug` is a truth value, or the host whose packets are wanted. */
function targetOf(debug: string): PacketLogTarget {
  if (/^(?:no|off|false|n|f|0)$/i.test(debug)) return 'off';
  return /^(?:yes|on|true|y|t|1)$/i.test(debug) ? 'on' : { host: debug };
}
