import type { RtpLeg } from '../media/index.ts';
import type {
  Authenticate,
  ClientInvite,
  InvitePlan,
  SipRequest,
  SipResponse,
  UserAgent,
} from '../sip/index.ts';
import type { Channel, Indication } from '../switch/index.ts';
import { Call, type CallSurroundings } from './call.ts';
import { SDP } from './call-audio.ts';
import { causeOf, reasonCause, reasonHeader, sipStatus } from './causes.ts';
import { acceptTimer, leastTimer, offerTimer } from './session-timer.ts';

export interface OutgoingCallOptions extends CallSurroundings {
  readonly agent: UserAgent;
  readonly protocolId: string;
  /** Formats that may be offered; empty for all of the endpoint's. */
  readonly formats: readonly string[];
  /** The INVITE for a channel as it is now, without offer and timer. */
  readonly request: (channel: Channel) => SipRequest;
  readonly plan: Omit<InvitePlan, 'request' | 'authenticate'>;
  readonly authenticate: Authenticate | undefined;
}

/** Q.850: bearer capability not available; what a call ends with whose far end accepts none of our codecs. */
const BEARER_CAPABILITY = 58;

/** A call that goes out over SIP. */
export class OutgoingCall extends Call {
  /** Empty until there is a channel: the event that tells of it does not know it yet, as in the original. */
  protocolId = '';
  protected usage: ClientInvite | undefined;
  readonly #options: OutgoingCallOptions;
  /** Refused once for a timer that was too short. */
  #retimed = false;

  constructor(options: OutgoingCallOptions) {
    super(options, options.formats);
    this.#options = options;
  }

  /** Opens media, near that of another channel; false when there is none to be had. */
  prepare(near: RtpLeg | undefined): Promise<boolean> {
    return this.openAudio(near);
  }

  override attach(channel: Channel): void {
    super.attach(channel);
    this.protocolId = this.#options.protocolId;
  }

  dial(): boolean {
    const { channel } = this;
    if (channel === undefined || this.usage !== undefined || this.ended || !this.audio.offer()) return false;
    this.#send(this.#options.request(channel), 0);
    return true;
  }

  #send(request: SipRequest, leastSeconds: number): void {
    const { agent, plan, authenticate, endpoint } = this.#options;
    for (const [name, value] of offerTimer(endpoint, leastSeconds)) request.set(name, value);
    request.set('Content-Type', SDP);
    request.body = this.audio.description;
    const usage = agent.invite({
      ...plan,
      request,
      ...(authenticate === undefined ? {} : { authenticate }),
    });
    usage.symmetric = endpoint.is('rewrite_contact');
    this.usage = usage;
    usage.events.on('provisional', (response) => this.#progress(response));
    usage.events.on('answered', (response) => this.#up(response));
    usage.events.on('refused', (response) => this.#refused(response, usage));
    this.follow(usage);
  }

  #progress(response: SipResponse): void {
    const { channel } = this;
    if (channel === undefined || this.ended) return;
    const described = response.mediaType === SDP && response.body.length > 0;
    if (described && this.audio.accept(response, true)) this.early = true;
    if (response.status === 180) channel.receivedProgress('ringing');
    else if (response.status === 183) {
      if (described || !this.around.endpoint.is('ignore_183_without_sdp'))
        channel.receivedProgress('progress');
    } else channel.receivedProgress('proceeding');
  }

  #up(response: SipResponse): void {
    if (this.ended) return;
    this.answered = true;
    this.updates = response.list('Allow').some((each) => each.toUpperCase() === 'UPDATE');
    const described = response.mediaType === SDP && response.body.length > 0;
    // One that described itself before need not do so again (RFC 3261 §13.2.1).
    if (described ? !this.audio.accept(response) : !this.early) {
      void this.channel?.requestHangup({ cause: BEARER_CAPABILITY, by: 'remote' });
      return;
    }
    this.timer.start(acceptTimer(response, this.around.endpoint));
    this.channel?.receivedOutcome('answered');
    this.noteHold();
  }

  #refused(response: SipResponse, usage: ClientInvite): void {
    const least = response.status === 422 && !this.#retimed ? leastTimer(response) : undefined;
    if (least !== undefined && this.channel !== undefined && !this.ended) {
      this.#retimed = true;
      // RFC 4028 §7.3: the same call again, with a time that the far end takes.
      usage.events.removeAll();
      const again = usage.request.clone();
      again.removeFirst('Via');
      again.set('CSeq', `${usage.request.cseq.number + 1} INVITE`);
      this.#send(again, least);
      return;
    }
    const cause = reasonCause(response) ?? causeOf(response.status);
    void this.channel?.requestHangup({ cause, techCause: response.status, by: 'remote' });
  }

  /** There is nobody to be told: the far end is the one who is called. */
  async answer(): Promise<void> {}

  indicate(_indication: Indication): void {}

  protected end(cause: number): void {
    const { usage, channel } = this;
    if (!this.answered && channel !== undefined && channel.techCause === 0)
      channel.techCause = sipStatus(cause) ?? 0;
    usage?.hangup(undefined, [reasonHeader(cause)]);
  }
}
