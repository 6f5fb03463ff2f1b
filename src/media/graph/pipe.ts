import type { LegNode, LegTransport } from './leg.ts';
import type { Ticked, Ticker } from './ticker.ts';

/** Packets on their way; of more the oldest are dropped. A second of audio at 20 ms. */
const MAX_PACKETS = 50;

/** Where packets of the other half seem to come from. */
export const PIPE_PEER = { address: '127.0.0.1', port: 1 };

/**
 * Carries what one leg sends to another in the same thread. Packets arrive with the next tick and not within the call that
 * sends them: two halves that both echo would otherwise never come to an end.
 */
export class Pipe implements LegTransport, Ticked {
  readonly #ticker: Ticker;
  #to: LegNode | undefined;
  #packets: Uint8Array[] = [];
  /** Packets that were dropped because nothing took them in time. */
  dropped = 0;

  constructor(ticker: Ticker) {
    this.#ticker = ticker;
  }

  /** Sets who hears it; nobody from the moment that one is closed. */
  lead(to: LegNode | undefined): void {
    this.#to = to;
    if (to !== undefined) return;
    this.#packets = [];
    this.#ticker.remove(this);
  }

  sendRtp(packet: Uint8Array, octets: number): void {
    if (this.#to === undefined) return;
    if (this.#packets.length >= MAX_PACKETS) {
      this.#packets.shift();
      this.dropped++;
    }
    // The sender uses its buffers again.
    this.#packets.push(packet.slice(0, octets));
    this.#ticker.add(this);
  }

  sendRtcp(): void {}

  tick(): void {
    const packets = this.#packets;
    this.#packets = [];
    for (const packet of packets) this.#to?.receiveRtp(packet, PIPE_PEER.address, PIPE_PEER.port);
    if (this.#packets.length === 0) this.#ticker.remove(this);
  }
}
