import type { Clock } from '../platform/index.ts';
import type { GlobalSettings } from './settings.ts';

/** An address that asked for something and is no endpoint. */
export interface UnidentifiedSource {
  readonly address: string;
  readonly count: number;
  /** When it was first heard of (milliseconds since 1970). */
  readonly firstAt: number;
}

/** Addresses kept at one time; of more only those already known are counted. */
const MAX_SOURCES = 10_000;

/**
 * Who asks without being an endpoint, by address. As in the original this is kept only while endpoints may be found by
 * the user of their credentials, because there a first request without credentials is nobody's.
 */
export class UnidentifiedRequests {
  readonly #settings: GlobalSettings;
  readonly #clock: Clock;
  readonly #sources = new Map<string, { count: number; readonly firstAt: number }>();
  #sweptAt: number;

  constructor(settings: GlobalSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#sweptAt = clock.now();
  }

  /** Counts a request from this address. */
  add(address: string): void {
    if (!this.#settings.identifierOrder.includes('auth_username')) return;
    this.#sweep();
    const source = this.#sources.get(address);
    if (source !== undefined) source.count++;
    else if (this.#sources.size < MAX_SOURCES) {
      this.#sources.set(address, { count: 1, firstAt: this.#clock.now() });
    }
  }

  *list(): Iterable<UnidentifiedSource> {
    this.#sweep();
    for (const [address, source] of this.#sources) yield { address, ...source };
  }

  /** Every `unidentified_request_prune_interval` seconds those older than two periods are forgotten. */
  #sweep(): void {
    const now = this.#clock.now();
    if (now - this.#sweptAt < this.#settings.number('unidentified_request_prune_interval') * 1000) return;
    this.#sweptAt = now;
    const oldest = now - this.#settings.number('unidentified_request_period') * 2000;
    for (const [address, { firstAt }] of this.#sources) if (firstAt < oldest) this.#sources.delete(address);
  }
}
