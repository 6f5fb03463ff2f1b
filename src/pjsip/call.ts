import type { Logger } from '../log/index.ts';
import { formatRtpQos, type MediaEngine, type RtpLeg } from '../media/index.ts';
import type { Clock } from '../platform/index.ts';
import type {
  Flow,
  HeaderList,
  InviteUsage,
  Reinvite,
  ServerTransaction,
  SipRequest,
  SipResponse,
} from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';
import type { Channel, ChannelDriver, ChannelMedia, Indication } from '../switch/index.ts';
import { CallAudio, MALFORMED, NOT_ACCEPTABLE, rtpAddress, SDP } from './call-audio.ts';
import { agreeTimer, SessionTimer, type TimerAgreement } from './session-timer.ts';

/** What a call needs from its surroundings, whichever way it goes. */
export interface CallSurroundings {
  /** The way that its first request takes. */
  readonly flow: Flow;
  readonly endpoint: SorceryObject;
  readonly media: MediaEngine;
  /** Address to announce in SDP. */
  readonly mediaAddress: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** Our Contact for requests in the dialog. */
  readonly contact: string;
}

/** How long a digit of an INFO lasts when it does not say (milliseconds). */
const INFO_DIGIT_MS = 100;
/** Q.850: recovery on timer expiry; what a call ends with whose far end no longer shows a sign of life. */
const TIMER_EXPIRY = 102;
/** Q.850: requested circuit not available; what a call that went silent ends with. */
const NO_MEDIA = 44;

/** A call over SIP, once it has a dialog: the dialog on one side, the RTP leg on the other, the channel above. */
export abstract class Call implements ChannelDriver {
  media: ChannelMedia | undefined;
  protected readonly around: CallSurroundings;
  protected readonly audio: CallAudio;
  protected readonly timer: SessionTimer;
  protected channel: Channel | undefined;
  protected answered = false;
  /** Our SDP and theirs are known before the answer. */
  protected early = false;
  protected ended = false;
  #held = false;
  /** Whether the far end takes UPDATE, which refreshes a session without an offer. */
  protected updates = false;

  constructor(around: CallSurroundings, formats: readonly string[] = []) {
    this.around = around;
    this.audio = new CallAudio({
      endpoint: around.endpoint,
      media: around.media,
      address: around.mediaAddress,
      log: around.log,
      name: () => this.name,
      boundTo: rtpAddress(around.endpoint, around.flow),
      formats,
    });
    this.timer = new SessionTimer(
      around.clock,
      (headers) => this.#refresh(headers),
      () => {
        this.say('no sign of life within the agreed time');
        void this.channel?.requestHangup({ cause: TIMER_EXPIRY, by: 'remote' });
      },
    );
  }

  abstract readonly protocolId: string;

  /** The call in SIP; undefined before there is one. */
  protected abstract readonly usage: InviteUsage | undefined;

  abstract answer(): Promise<void>;

  abstract indicate(indication: Indication): void;

  /** Ends it in SIP, as its state demands. */
  protected abstract end(cause: number): void;

  get formats(): readonly string[] {
    return this.audio.formats;
  }

  protected get name(): string {
    return `Call ${this.protocolId} of ${this.around.endpoint.id}`;
  }

  protected say(reason: string): void {
    this.around.log.notice(`${this.name}: ${reason}`);
  }

  /** Opens media; false, with a line in the log, when there is none to be had. */
  protected async openAudio(near?: RtpLeg): Promise<boolean> {
    try {
      await this.audio.open(near);
    } catch (error) {
      this.around.log.error(`${this.name} gets no media: ${(error as Error).message}`);
      return false;
    }
    this.media = this.audio.access(
      () => this.channel,
      () => this.answered || this.early,
    );
    return true;
  }

  /** Connects what happens on the leg to the channel. */
  attach(channel: Channel): void {
    this.channel = channel;
    const { leg } = this.audio;
    leg?.on('dtmfBegin', (digit) => channel.receivedDigitBegin(digit));
    leg?.on('dtmf', (digit, durationMs) => channel.receivedDigit(digit, durationMs));
    leg?.on('timeout', () => {
      this.around.log.notice(
        `${channel.name}: no RTP for ${this.around.endpoint.get('rtp_timeout')} seconds`,
      );
      void channel.requestHangup({ cause: NO_MEDIA, by: 'remote' });
    });
  }

  /** Connects what happens in the dialog to the channel. */
  protected follow(usage: InviteUsage): void {
    usage.events.on('ended', (cause) => {
      if (this.ended) return;
      this.ended = true;
      this.timer.close();
      // A refusal is told with its status by who hears it first; the others are ends of our own.
      const remote = !['hangup', 'rejected', 'refused'].includes(cause.kind);
      if (remote) void this.channel?.requestHangup({ cause: 0, by: 'remote' });
    });
    usage.events.on('reinvite', (request, reinvite) => this.#reinvite(request, reinvite));
    usage.events.on('request', (request, transaction) => this.#inDialog(request, transaction));
  }

  /** A request inside of the call. Rejects where there is no dialog yet, or no longer. */
  request(
    method: string,
    options: { headers?: HeaderList; body?: string; contentType?: string },
  ): Promise<SipResponse> {
    return this.usage?.send(method, options) ?? Promise.reject(new Error('no dialog'));
  }

  /** Shows the far end that we are there: by UPDATE, or by our description again where it knows no UPDATE. */
  #refresh(headers: HeaderList): Promise<SipResponse> {
    const { usage } = this;
    if (usage === undefined) return Promise.reject(new Error('no dialog'));
    return this.updates
      ? usage.send('UPDATE', { headers })
      : usage.reinvite(this.audio.description, { headers });
  }

  /** What a later request says of the session timer. */
  protected retime(request: SipRequest): TimerAgreement {
    return agreeTimer(request, this.around.endpoint);
  }

  #reinvite(request: SipRequest, reinvite: Reinvite): void {
    const timing = this.retime(request);
    if (timing.kind === 'refused') {
      reinvite.reject(timing.status, undefined, timing.headers);
      return;
    }
    const refusal = this.audio.respond(request);
    if (refusal !== undefined) {
      // What cannot be read is no SDP, as the original sees it.
      if (refusal === MALFORMED) reinvite.reject(415, undefined, [['Accept', SDP]]);
      else reinvite.reject(refusal);
      return;
    }
    reinvite.answer(this.audio.description, { headers: headersOf(timing) });
    this.timer.start(timing);
    if (request.body.length > 0) this.noteHold();
  }

  /** Tells when the far end put this one on hold, or took it back. */
  protected noteHold(): void {
    const held = this.audio.heldByRemote;
    // The music that the endpoint suggests to whoever is put on hold.
    if (held && !this.#held) this.channel?.receivedHold(this.around.endpoint.get('moh_suggest'));
    if (!held && this.#held) this.channel?.receivedUnhold();
    this.#held = held;
  }

  /** UPDATE: an offer as in a re-INVITE, before the answer too, or a sign of life without one (RFC 3311 §5.2). */
  #update(request: SipRequest, transaction: ServerTransaction): void {
    const timing = this.retime(request);
    if (timing.kind === 'refused') {
      transaction.reply(timing.status, undefined, { headers: timing.headers });
      return;
    }
    const headers: HeaderList = [['Contact', this.around.contact], ...headersOf(timing)];
    if (request.body.length === 0) {
      transaction.reply(200, undefined, { headers });
    } else if (this.audio.offering) {
      // Ours is not answered yet.
      transaction.reply(491);
      return;
    } else {
      if (this.audio.respond(request) !== undefined) {
        transaction.reply(NOT_ACCEPTABLE);
        return;
      }
      transaction.reply(200, undefined, { headers, body: this.audio.description, contentType: SDP });
      this.noteHold();
    }
    if (this.answered) this.timer.start(timing);
  }

  #inDialog(request: SipRequest, transaction: ServerTransaction): void {
    switch (request.method) {
      case 'INFO': {
        const digit = infoDigit(request);
        transaction.reply(digit === undefined && request.body.length > 0 ? 415 : 200);
        if (digit !== undefined) this.channel?.receivedDigit(digit.digit, digit.durationMs);
        break;
      }
      case 'UPDATE':
        this.#update(request, transaction);
        break;
      case 'OPTIONS':
        transaction.reply(200);
        break;
      case 'REFER':
        // Transfers are not built yet: a clear no (RFC 3515 §2.4.2).
        transaction.reply(603);
        break;
      default:
        transaction.reply(405);
    }
  }

  /** The last numbers of the audio become variables while clients still listen. */
  async summarize(): Promise<void> {
    const stats = await this.audio.close();
    if (stats === undefined || !this.answered) return;
    for (const [name, value] of Object.entries(formatRtpQos(stats))) this.channel?.setVariable(name, value);
  }

  hangup(cause: number): void {
    this.timer.close();
    void this.audio.close();
    if (this.ended) return;
    this.ended = true;
    this.end(cause);
  }

  /** MESSAGE inside the dialog (RFC 3428). */
  async sendText(text: string, contentType: string): Promise<void> {
    const { usage } = this;
    if (usage === undefined) throw new Error('there is no dialog yet');
    const { status } = await usage.send('MESSAGE', { body: text, contentType });
    if (status >= 300) throw new Error(`the message was refused with ${status}`);
  }

  async sendDigits(digits: string, durationMs: number, gapMs: number): Promise<void> {
    await this.audio.leg?.sendDtmf(digits, durationMs, gapMs);
  }

  /** Frees the leg of a call that never became a channel. */
  async abandon(): Promise<void> {
    await this.audio.close();
  }
}

/** What a 2xx says of the timer that was agreed on. */
export function headersOf(timing: TimerAgreement): HeaderList {
  return timing.kind === 'agreed' ? timing.headers : [];
}

/** The digit of an INFO: `application/dtmf-relay` (Signal=5, Duration=160) or `application/dtmf` (5). */
function infoDigit(request: SipRequest): { digit: string; durationMs: number } | undefined {
  const text = request.body.toString('latin1');
  if (request.mediaType === 'application/dtmf-relay') {
    const signal = /Signal\s*=\s*([0-9A-D*#])/i.exec(text)?.[1];
    const duration = /Duration\s*=\s*(\d{1,5})/i.exec(text)?.[1];
    if (signal === undefined) return undefined;
    return {
      digit: signal.toUpperCase(),
      durationMs: duration === undefined ? INFO_DIGIT_MS : Number(duration),
    };
  }
  if (request.mediaType === 'application/dtmf') {
    const signal = /^\s*([0-9A-D*#])\s*$/i.exec(text)?.[1];
    return signal === undefined ? undefined : { digit: signal.toUpperCase(), durationMs: INFO_DIGIT_MS };
  }
  return undefined;
}
