import type { HeaderList, ServerInvite, SipRequest } from '../sip/index.ts';
import type { Channel, Indication } from '../switch/index.ts';
import { Call, type CallSurroundings, headersOf } from './call.ts';
import { SDP } from './call-audio.ts';
import { reasonHeader, statusOf } from './causes.ts';
import { agreeTimer, type TimerAgreement } from './session-timer.ts';

export interface IncomingCallOptions extends CallSurroundings {
  readonly invite: ServerInvite;
  /** The caller was told that it rings. */
  readonly ringing?: () => void;
}

/** How a call is refused before it has a channel. */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderList;
}

/** Q.850: bearer capability not available. */
const BEARER_CAPABILITY = 58;
/** Q.850: user busy; no circuit available. */
const USER_BUSY = 17;
const CONGESTION = 34;

/** A call that came in over SIP. */
export class IncomingCall extends Call {
  readonly protocolId: string;
  protected readonly usage: ServerInvite;
  readonly #ringing: () => void;
  #timing: TimerAgreement = { kind: 'none' };
  /** Status to refuse an unanswered call with, instead of the cause's. */
  #refusal: number | undefined;

  constructor(options: IncomingCallOptions) {
    super(options);
    this.usage = options.invite;
    this.#ringing = options.ringing ?? (() => {});
    this.protocolId = options.invite.request.callId;
    this.updates = options.invite.request.list('Allow').some((each) => each.toUpperCase() === 'UPDATE');
  }

  /** Opens media and agrees on a codec. Resolves with what to refuse the call with, undefined when it may go on. */
  async prepare(): Promise<Refusal | undefined> {
    const { request } = this.usage;
    if (request.body.length > 0 && request.mediaType !== SDP)
      return { status: 415, headers: [['Accept', SDP]] };
    this.#timing = agreeTimer(request, this.around.endpoint);
    if (this.#timing.kind === 'refused') return this.#timing;
    if (!(await this.openAudio())) return { status: 503, headers: [] };
    // An INVITE had no offer: ours goes into the answer, and the ACK brings theirs (RFC 3261 §13.2.1).
    const status = this.audio.respond(request);
    return status === undefined ? undefined : { status, headers: [] };
  }

  override attach(channel: Channel): void {
    super.attach(channel);
    this.usage.events.on('acknowledged', (ack) => this.#acknowledged(ack));
    this.follow(this.usage);
  }

  /** The ACK of an INVITE without an offer carries the answer to ours; without one the first of a call cannot go on. */
  #acknowledged(ack: SipRequest): void {
    if (!this.audio.offering) return;
    if (this.audio.accept(ack)) this.noteHold();
    // A later one that comes to nothing leaves the call as it was (RFC 3261 §14.1).
    else if (!this.audio.agreed) void this.channel?.requestHangup({ cause: BEARER_CAPABILITY, by: 'remote' });
  }

  protected override retime(request: SipRequest): TimerAgreement {
    const timing = super.retime(request);
    if (timing.kind !== 'refused') this.#timing = timing;
    return timing;
  }

  async answer(): Promise<void> {
    if (this.answered || this.ended) return;
    this.answered = true;
    this.usage.answer(this.audio.description, { headers: headersOf(this.#timing) });
    this.timer.start(this.#timing);
  }

  indicate(indication: Indication): void {
    if (this.answered || this.ended) return;
    const { usage } = this;
    switch (indication) {
      case 'ringing':
        usage.progress(180);
        this.#ringing();
        break;
      case 'progress':
        this.early = true;
        usage.progress(183, undefined, this.audio.description);
        break;
      case 'busy':
        usage.reject(486, undefined, [reasonHeader(USER_BUSY)]);
        break;
      case 'congestion':
        usage.reject(503, undefined, [reasonHeader(CONGESTION)]);
        break;
      default:
    }
  }

  protected end(cause: number): void {
    this.usage.hangup(this.#refusal ?? statusOf(cause), [reasonHeader(cause)]);
  }

  refuseWith(status: number): void {
    this.#refusal = status;
  }
}
