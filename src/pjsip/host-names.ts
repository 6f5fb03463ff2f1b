import { lookup, resolveSrv } from 'node:dns/promises';
import type { Logger } from '../log/index.ts';
import type { Clock, Timer } from '../platform/index.ts';

/** Asks the DNS. Both reject when there is no answer. */
export interface Resolver {
  addresses(name: string): Promise<readonly string[]>;
  /** Names that offer a service (RFC 2782), as `_sip._udp.example.com`. */
  services(name: string): Promise<readonly string[]>;
}

/** The machine's own. */
export const systemResolver: Resolver = {
  addresses: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  services: async (name) => (await resolveSrv(name)).map((each) => each.name),
};

/** How long what was found is used before it is asked for again, and how soon after a name was not found. */
const KEEP_MS = 300_000;
const RETRY_MS = 30_000;
/** Services whose servers a name stands for as well (RFC 3263 §4.1). */
const SERVICES = ['_sip._udp', '_sip._tcp', '_sips._tcp'];

interface Known {
  /** Those who use it, called when it stands for something else than before. */
  readonly users: Set<() => void>;
  addresses: readonly string[];
  /** Monotonic time from which it is asked for again. */
  askAt: number;
  asking: boolean;
  failed: boolean;
}

export interface HostNamesOptions {
  readonly resolver: Resolver;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What names stand for that SIP may come from: asked in the background, so that no packet waits for the DNS. */
export class HostNames {
  readonly #options: HostNamesOptions;
  readonly #known = new Map<string, Known>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: HostNamesOptions) {
    this.#options = options;
  }

  /**
   * The addresses of a name, as far as they are known; `changed` is called when they are others. They are kept up to
   * date until everybody has released the name. One `changed` is one user.
   */
  use(
    name: string,
    withServices: boolean,
    changed: () => void,
  ): { readonly addresses: readonly string[]; readonly release: () => void } {
    const key = withServices ? `srv:${name}` : name;
    const known = this.#known.get(key) ?? this.#add(key);
    known.users.add(changed);
    const release = () => {
      known.users.delete(changed);
      if (known.users.size === 0 && this.#known.get(key) === known) this.#known.delete(key);
    };
    return { addresses: known.addresses, release };
  }

  #add(key: string): Known {
    const known: Known = { users: new Set(), addresses: [], askAt: 0, asking: false, failed: false };
    this.#known.set(key, known);
    this.#ask(key, known);
    this.#plan();
    return known;
  }

  #ask(key: string, known: Known): void {
    known.asking = true;
    void this.#resolve(key).then((found) => this.#found(key, known, found));
  }

  async #resolve(key: string): Promise<readonly string[]> {
    const { resolver } = this.#options;
    const none = (): readonly string[] => [];
    if (!key.startsWith('srv:')) return resolver.addresses(key).catch(none);
    const name = key.slice('srv:'.length);
    const services = await Promise.all(
      SERVICES.map((each) => resolver.services(`${each}.${name}`).catch(none)),
    );
    const hosts = [name, ...new Set(services.flat())];
    return (await Promise.all(hosts.map((host) => resolver.addresses(host).catch(none)))).flat();
  }

  #found(key: string, known: Known, addresses: readonly string[]): void {
    if (this.#closed || this.#known.get(key) !== known) return;
    const { clock, log } = this.#options;
    const failed = addresses.length === 0;
    known.asking = false;
    known.askAt = clock.monotonic() + (failed ? RETRY_MS : KEEP_MS);
    if (failed && !known.failed) {
      const name = key.replace('srv:', '');
      const consequence = known.addresses.length > 0 ? 'what it stood for is used' : 'it matches nobody';
      log.warning(`The name '${name}' of an identify is not found: ${consequence}; it is asked for again`);
    }
    known.failed = failed;
    // A DNS that is away must not take away what was found before.
    const now = [...new Set(addresses)].sort();
    if (!failed && now.join() !== known.addresses.join()) {
      known.addresses = now;
      for (const changed of [...known.users]) changed();
    }
  }

  /** Names are looked through now and then, as long as there are any. */
  #plan(): void {
    if (this.#timer !== undefined || this.#closed || this.#known.size === 0) return;
    this.#timer = this.#options.clock.after(RETRY_MS, () => {
      this.#timer = undefined;
      const now = this.#options.clock.monotonic();
      for (const [key, known] of this.#known) if (!known.asking && known.askAt <= now) this.#ask(key, known);
      this.#plan();
    });
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#known.clear();
  }
}
