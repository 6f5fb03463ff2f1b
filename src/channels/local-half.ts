import type { RtpLeg } from '../media/index.ts';
import {
  type Channel,
  type ChannelDriver,
  type ChannelMedia,
  type DialplanLocation,
  type Indication,
  legMedia,
  type Switch,
} from '../switch/index.ts';

/** What the first half needs to begin the call. */
export interface LocalCall {
  /** Runs the other half in the dial plan. */
  readonly run: (channel: Channel) => Promise<void>;
  /** Whether the dial plan has the extension, for this caller. */
  readonly exists: (callerNumber: string) => boolean;
  readonly location: DialplanLocation;
  readonly optimizing: boolean;
}

export interface LocalHalfOptions {
  readonly owner: Switch;
  readonly leg: RtpLeg;
  /** Undefined for the half that is called. */
  readonly call: LocalCall | undefined;
}

/** One of the two channels of a Local call: what is asked of it happens to the other. */
export class LocalHalf implements ChannelDriver {
  readonly protocolId = '';
  readonly formats = ['slin'];
  readonly media: ChannelMedia;
  readonly #options: LocalHalfOptions;
  #leg: RtpLeg | undefined;
  #own: Channel | undefined;
  #other: Channel | undefined;
  #dialled = false;

  constructor(options: LocalHalfOptions) {
    this.#options = options;
    this.#leg = options.leg;
    this.media = legMedia({
      leg: () => this.#leg,
      language: () => this.#own?.language ?? 'en',
      format: () => 'slin',
    });
  }

  get otherHalf(): Channel | undefined {
    return this.#other;
  }

  /** Tells the half which channel it is, and which is the other. */
  join(own: Channel, other: Channel): void {
    this.#own = own;
    this.#other = other;
    this.#leg?.on('dtmfBegin', (digit) => own.receivedDigitBegin(digit));
    this.#leg?.on('dtmf', (digit, durationMs) => own.receivedDigit(digit, durationMs));
  }

  /** Lets the other half begin with what this one knows: its variables, and who calls whom. */
  dial(): boolean {
    const { owner, call } = this.#options;
    const [own, other] = [this.#own, this.#other];
    if (call === undefined || own === undefined || other === undefined || this.#dialled) return false;
    if (!call.exists(own.connected.number)) return false;
    this.#dialled = true;
    for (const [name, value] of [...own.variables].reverse()) other.setVariable(name, value);
    const before = other.accountCode;
    const { caller, connected } = own;
    other.caller = connected;
    other.connected = caller;
    other.accountCode = own.accountCode;
    other.language = own.language;
    const known = ({ name, number }: { name: string; number: string }) => name !== '' || number !== '';
    if (known(connected)) owner.events.emit('channelCallerId', other);
    if (before !== other.accountCode) owner.events.emit('channelAccountCode', other, before);
    if (known(caller)) owner.events.emit('channelConnectedLine', other);
    owner.events.emit('localBridge', own, other, call.location, call.optimizing);
    // What comes of it is told after this turn.
    queueMicrotask(() => {
      if (!other.destroyed && !other.hangupRequested) void call.run(other);
    });
    return true;
  }

  async answer(): Promise<void> {
    this.#other?.receivedOutcome('answered');
  }

  indicate(indication: Indication): void {
    const other = this.#other;
    switch (indication) {
      case 'busy':
      case 'congestion':
        other?.receivedOutcome(indication);
        break;
      case 'hold':
      case 'unhold':
        // As in the original, the other half hears nothing of it until it is bridged.
        break;
      default:
        other?.receivedProgress(indication);
    }
  }

  async sendDigits(digits: string, durationMs: number, gapMs: number): Promise<void> {
    await this.#leg?.sendDtmf(digits, durationMs, gapMs);
  }

  /** The other half ends too, as if its far end were gone; one that never began just goes. */
  async hangup(cause: number): Promise<void> {
    const { owner, call } = this.#options;
    const other = this.#other;
    void this.#leg?.close();
    this.#leg = undefined;
    if (other === undefined || other.destroyed) return;
    if (call !== undefined && !this.#dialled) await owner.destroy(other);
    else await other.requestHangup({ cause, by: 'remote', tellsCause: true });
  }
}
