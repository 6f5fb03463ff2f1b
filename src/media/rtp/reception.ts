const SEQUENCE_MODULUS = 65_536;
/** Jumps that RFC 3550 A.1 takes for loss and for late packets; anything else is a restarted sender. */
const MAX_DROPOUT = 3_000;
const MAX_MISORDER = 100;

/**
 * What is known of the stream that one far end sends: RFC 3550 A.1 (sequence), A.3 (loss) and A.8 (jitter). A changed SSRC or a jump of the
 * sequence starts the stream anew and keeps the totals.
 */
export class Reception {
  ssrc = 0;
  /** Packets and payload octets of all streams of the call. */
  received = 0;
  octets = 0;

  #started = false;
  #baseSequence = 0;
  #maxSequence = 0;
  #cycles = 0;
  #receivedHere = 0;
  #lostBefore = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;
  #transit: number | undefined;
  #clockRate = 8000;
  #jitter = 0;
  #badSequence = -1;

  /**
   * Takes a packet; `arrivalMs` is monotonic. True when a stream begins: at the first packet, a new SSRC or a jump. Packets whose time stamp does
   * not move (named events) come with `timed` false: they say nothing of jitter.
   */
  take(
    ssrc: number,
    sequence: number,
    timestamp: number,
    octets: number,
    clockRate: number,
    arrivalMs: number,
    timed = true,
  ): boolean {
    const begins = !this.#started || ssrc !== this.ssrc || this.#jumped(sequence);
    if (begins) this.#begin(ssrc, sequence);
    this.received++;
    this.octets += octets;
    this.#receivedHere++;
    if (timed) this.#estimateJitter(timestamp, clockRate, arrivalMs);
    return begins;
  }

  /** Whether anything was received. */
  get started(): boolean {
    return this.#started;
  }

  /** Interarrival jitter in units of the clock, as a report carries it. */
  get jitterUnits(): number {
    return Math.floor(this.#jitter);
  }

  get jitterSeconds(): number {
    return this.#jitter / this.#clockRate;
  }

  /** Highest sequence number with its cycles above, 32 bits. */
  get extendedSequence(): number {
    return (this.#cycles + this.#maxSequence) >>> 0;
  }

  /** Packets lost in the whole call; duplicates can make the part of one stream negative, which counts as none. */
  get lost(): number {
    return this.#lostBefore + Math.max(0, this.#expected - this.#receivedHere);
  }

  /** Fraction lost since the last call of this, in 256ths (RFC 3550 A.3). */
  takeFractionLost(): number {
    const expected = this.#expected - this.#expectedPrior;
    const received = this.#receivedHere - this.#receivedPrior;
    this.#expectedPrior = this.#expected;
    this.#receivedPrior = this.#receivedHere;
    const lost = expected - received;
    return expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected));
  }

  get #expected(): number {
    return this.#started ? this.#cycles + this.#maxSequence - this.#baseSequence + 1 : 0;
  }

  #begin(ssrc: number, sequence: number): void {
    this.#lostBefore = this.lost;
    this.#started = true;
    this.ssrc = ssrc;
    this.#baseSequence = sequence;
    this.#maxSequence = sequence;
    this.#cycles = 0;
    this.#receivedHere = 0;
    this.#expectedPrior = 0;
    this.#receivedPrior = 0;
    this.#transit = undefined;
    this.#badSequence = -1;
  }

  /** Moves the highest sequence number on; true when two packets in a row say that the sender started anew. */
  #jumped(sequence: number): boolean {
    const delta = (sequence - this.#maxSequence) & 0xffff;
    if (delta < MAX_DROPOUT) {
      if (sequence < this.#maxSequence) this.#cycles += SEQUENCE_MODULUS;
      this.#maxSequence = sequence;
      this.#badSequence = -1;
      return false;
    }
    if (delta <= SEQUENCE_MODULUS - MAX_MISORDER) {
      if (sequence === this.#badSequence) return true;
      this.#badSequence = (sequence + 1) & 0xffff;
    }
    return false;
  }

  #estimateJitter(timestamp: number, clockRate: number, arrivalMs: number): void {
    if (clockRate !== this.#clockRate) {
      this.#jitter = (this.#jitter * clockRate) / this.#clockRate;
      this.#clockRate = clockRate;
      this.#transit = undefined;
    }
    const transit = ((arrivalMs * clockRate) / 1000 - timestamp) % 0x1_0000_0000;
    const previous = this.#transit;
    this.#transit = transit;
    if (previous === undefined) return;
    let difference = Math.abs(transit - previous) % 0x1_0000_0000;
    if (difference > 0x8000_0000) difference = 0x1_0000_0000 - difference;
    // A sender that pauses without moving its time stamp on is no jitter.
    if (difference > clockRate * 5) return;
    this.#jitter += (difference - this.#jitter) / 16;
  }
}
