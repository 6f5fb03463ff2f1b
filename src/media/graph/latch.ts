import type { Remote } from '../api.ts';

/** Packets in unbroken sequence that a source nobody announced must send before it is believed. */
export const PROBATION_PACKETS = 4;

/**
 * Decides whose packets are the call's. The announced source is believed at once and for good. Another one (the far end is behind NAT) is believed
 * after a few packets in sequence, and then no third: otherwise whoever guesses the port could take the call's audio over. A new announcement
 * begins anew.
 */
export class Latch {
  #announced: Remote | undefined;
  #locked: Remote | undefined;
  #candidateAddress = '';
  #candidatePort = 0;
  #candidateSsrc = 0;
  #candidateSequence = 0;
  #candidateCount = 0;

  /** The source that is believed; undefined while none is. */
  get source(): Remote | undefined {
    return this.#locked;
  }

  /** Sets what signalling said. The same again changes nothing. */
  announce(remote: Remote | undefined): void {
    if (remote?.address === this.#announced?.address && remote?.port === this.#announced?.port) return;
    this.#announced = remote;
    this.#locked = undefined;
    this.#candidateCount = 0;
  }

  /** Whether this packet is to be used. After it `source` may be another. */
  accept(address: string, port: number, ssrc: number, sequence: number): boolean {
    const locked = this.#locked;
    if (locked !== undefined && locked.port === port && locked.address === address) return true;
    const announced = this.#announced;
    if (announced !== undefined && announced.port === port && announced.address === address) {
      this.#locked = announced;
      return true;
    }
    if (locked !== undefined) return false;
    return this.#probe(address, port, ssrc, sequence);
  }

  #probe(address: string, port: number, ssrc: number, sequence: number): boolean {
    const follows =
      this.#candidateCount > 0 &&
      ssrc === this.#candidateSsrc &&
      port === this.#candidatePort &&
      address === this.#candidateAddress &&
      sequence === ((this.#candidateSequence + 1) & 0xffff);
    this.#candidateCount = follows ? this.#candidateCount + 1 : 1;
    this.#candidateAddress = address;
    this.#candidatePort = port;
    this.#candidateSsrc = ssrc;
    this.#candidateSequence = sequence;
    if (this.#candidateCount < PROBATION_PACKETS) return false;
    this.#locked = { address, port };
    return true;
  }
}
