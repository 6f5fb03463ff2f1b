import type { Logger } from '../log/index.ts';
import {
  acceptAnswer,
  formatRtpQos,
  type LocalMedia,
  type MediaEngine,
  makeAnswer,
  makeOffer,
  type NegotiatedAudio,
  parseSdp,
  type RtpLeg,
  type SessionDescription,
  serializeSdp,
} from '../media/index.ts';
import type { Clock } from '../platform/index.ts';
import type {
  HeaderList,
  Reinvite,
  ServerInvite,
  ServerTransaction,
  SipRequest,
  SipResponse,
} from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';
import type { Channel, ChannelDriver, ChannelMedia, Indication } from '../switch/index.ts';
import { reasonHeader, statusOf } from './causes.ts';
import { parseCodecs } from './objects/index.ts';
import { agreeTimer, SessionTimer, type TimerAgreement } from './session-timer.ts';

/** What a call needs from its surroundings. */
export interface CallOptions {
  readonly invite: ServerInvite;
  readonly endpoint: SorceryObject;
  readonly media: MediaEngine;
  /** Address to announce in SDP. */
  readonly mediaAddress: string;
  readonly log: Logger;
  readonly clock: Clock;
  /** Our Contact for requests in the dialog. */
  readonly contact: string;
  /** The caller was told that it rings. */
  readonly ringing?: () => void;
}

/** How a call is refused before it has a channel. */
export interface Refusal {
  readonly status: number;
  readonly headers: HeaderList;
}

const SDP = 'application/sdp';
/** How long a digit of an INFO lasts when it does not say (milliseconds). */
const INFO_DIGIT_MS = 100;
/** Q.850: bearer capability not available. */
const BEARER_CAPABILITY = 58;
/** Q.850: recovery on timer expiry; what a call ends with whose far end no longer shows a sign of life. */
const TIMER_EXPIRY = 102;
/** Q.850: requested circuit not available; what a call that went silent ends with. */
const NO_MEDIA = 44;

/** A call that came in over SIP: the dialog on one side, the RTP leg on the other, the channel above. */
export class Call implements ChannelDriver {
  readonly protocolId: string;
  media: ChannelMedia | undefined;
  readonly #options: CallOptions;
  readonly #sessionId = String(Date.now());
  #version = 1;
  #leg: RtpLeg | undefined;
  /** Our SDP, answer or offer. */
  #description = '';
  /** An offer of ours that waits for its answer in the ACK. */
  #offered: SessionDescription | undefined;
  #agreed: NegotiatedAudio | undefined;
  #channel: Channel | undefined;
  #answered = false;
  /** Our SDP went out before the answer. */
  #early = false;
  #ended = false;
  #held = false;
  readonly #timer: SessionTimer;
  #timing: TimerAgreement = { kind: 'none' };
  /** Whether the far end takes UPDATE, which refreshes a session without an offer. */
  readonly #updates: boolean;
  /** Status to refuse an unanswered call with, instead of the cause's. */
  #refusal: number | undefined;

  constructor(options: CallOptions) {
    this.#options = options;
    this.protocolId = options.invite.request.callId;
    this.#updates = options.invite.request.list('Allow').some((each) => each.toUpperCase() === 'UPDATE');
    this.#timer = new SessionTimer(
      options.clock,
      (headers) => this.#refresh(headers),
      () => {
        this.#say('no sign of life within the agreed time');
        void this.#channel?.requestHangup({ cause: TIMER_EXPIRY, by: 'remote' });
      },
    );
  }

  get formats(): readonly string[] {
    return this.#agreed?.payloads.map(({ format }) => format) ?? [];
  }

  /** Opens media and agrees on a codec. Resolves with what to refuse the call with, undefined when it may go on. */
  async prepare(): Promise<Refusal | undefined> {
    const { endpoint, invite, log } = this.#options;
    if (invite.request.body.length > 0 && invite.request.mediaType !== SDP)
      return { status: 415, headers: [['Accept', SDP]] };
    this.#timing = agreeTimer(invite.request, endpoint);
    if (this.#timing.kind === 'refused') return this.#timing;
    try {
      this.#leg = await this.#options.media.createRtpLeg();
    } catch (error) {
      log.error(`Call ${this.protocolId} of ${endpoint.id} gets no media: ${(error as Error).message}`);
      return { status: 503, headers: [] };
    }
    this.media = {
      echo: (on) => this.#leg?.echo(on),
      play: (files) => this.#play(files),
      format: () => this.#agreed?.payloads[0]?.format,
      stats: async () => (this.#answered || this.#early ? this.#leg?.stats() : undefined),
    };
    const agreed = invite.request.body.length === 0 ? this.#offer() : this.#agree(invite.request);
    return agreed ? undefined : { status: 488, headers: [] };
  }

  #local(leg: RtpLeg): LocalMedia {
    const { endpoint } = this.#options;
    return {
      address: endpoint.get('media_address') || this.#options.mediaAddress,
      port: leg.port,
      codecs: parseCodecs(endpoint.get('allow')),
      dtmf: ['rfc4733', 'auto', 'auto_info'].includes(endpoint.get('dtmf_mode')),
      owner: endpoint.get('sdp_owner'),
      sessionName: endpoint.get('sdp_session'),
      sessionId: this.#sessionId,
      sessionVersion: String(this.#version++),
      prefer: endpoint.get('incoming_call_offer_pref').startsWith('remote') ? 'remote' : 'local',
    };
  }

  /** An INVITE had no offer: ours goes into the answer, and the ACK brings theirs (RFC 3261 §13.2.1). */
  #offer(): boolean {
    const leg = this.#leg;
    if (leg === undefined) return false;
    try {
      this.#offered = makeOffer(this.#local(leg));
      this.#description = serializeSdp(this.#offered);
      return true;
    } catch (error) {
      this.#say((error as Error).message);
      return false;
    }
  }

  /** Makes our answer to the offer of a request. */
  #agree(request: SipRequest): boolean {
    const leg = this.#leg;
    if (leg === undefined || request.mediaType !== SDP) return false;
    try {
      const result = makeAnswer(parseSdp(request.body.toString('utf8')), this.#local(leg));
      if (result.kind !== 'answer') {
        this.#say(result.reason);
        return false;
      }
      this.#description = serializeSdp(result.answer);
      this.#agreed = result.negotiated;
      this.#configure();
      return true;
    } catch (error) {
      this.#say((error as Error).message);
      return false;
    }
  }

  /** The ACK of an INVITE without an offer carries the answer to ours; without one the first of a call cannot go on. */
  #acknowledged(ack: SipRequest): void {
    const offered = this.#offered;
    if (offered === undefined) return;
    this.#offered = undefined;
    try {
      const result = acceptAnswer(offered, parseSdp(ack.body.toString('utf8')));
      if (result.kind === 'accepted') {
        this.#agreed = result.negotiated;
        this.#configure();
        this.#noteHold();
        return;
      }
      this.#say(result.reason);
    } catch (error) {
      this.#say((error as Error).message);
    }
    // A later one that comes to nothing leaves the call as it was (RFC 3261 §14.1).
    if (this.#agreed === undefined)
      void this.#channel?.requestHangup({ cause: BEARER_CAPABILITY, by: 'remote' });
  }

  #say(reason: string): void {
    this.#options.log.notice(`Call ${this.protocolId} of ${this.#options.endpoint.id}: ${reason}`);
  }

  #configure(): void {
    const agreed = this.#agreed;
    if (agreed === undefined) return;
    const { endpoint } = this.#options;
    const { remote, rtcpPort, rtcpAddress, payloads, dtmfPayload, direction, ptime } = agreed;
    this.#leg?.configure({
      remote,
      rtcpPort,
      payloads,
      direction,
      ptime,
      symmetric: endpoint.is('rtp_symmetric'),
      timeoutSeconds: endpoint.number('rtp_timeout'),
      ...(rtcpAddress === undefined ? {} : { rtcpAddress }),
      ...(dtmfPayload === undefined ? {} : { dtmfPayload }),
    });
  }

  /** Connects what happens in the dialog and on the leg to the channel. */
  attach(channel: Channel): void {
    this.#channel = channel;
    const { invite } = this.#options;
    invite.events.on('acknowledged', (ack) => this.#acknowledged(ack));
    invite.events.on('ended', (cause) => {
      this.#ended = true;
      this.#timer.close();
      const remote = cause.kind !== 'hangup' && cause.kind !== 'rejected';
      if (remote) void channel.requestHangup({ cause: 0, by: 'remote' });
    });
    invite.events.on('reinvite', (request, reinvite) => this.#reinvite(request, reinvite));
    invite.events.on('request', (request, transaction) => this.#inDialog(request, transaction));
    this.#leg?.on('dtmfBegin', (digit) => channel.receivedDigitBegin(digit));
    this.#leg?.on('dtmf', (digit, durationMs) => channel.receivedDigit(digit, durationMs));
    this.#leg?.on('timeout', () => {
      this.#options.log.notice(
        `${channel.name}: no RTP for ${this.#options.endpoint.get('rtp_timeout')} seconds`,
      );
      void channel.requestHangup({ cause: NO_MEDIA, by: 'remote' });
    });
  }

  /** Shows the far end that we are there: by UPDATE, or by our description again where it knows no UPDATE. */
  #refresh(headers: HeaderList): Promise<SipResponse> {
    const { invite } = this.#options;
    return this.#updates
      ? invite.send('UPDATE', { headers })
      : invite.reinvite(this.#description, { headers });
  }

  /** What a later request says of the session timer. */
  #retime(request: SipRequest): TimerAgreement {
    const timing = agreeTimer(request, this.#options.endpoint);
    if (timing.kind !== 'refused') this.#timing = timing;
    return timing;
  }

  #reinvite(request: SipRequest, reinvite: Reinvite): void {
    const timing = this.#retime(request);
    if (timing.kind === 'refused') {
      reinvite.reject(timing.status, undefined, timing.headers);
      return;
    }
    if (request.body.length === 0 ? !this.#offer() : !this.#agree(request)) {
      reinvite.reject(488);
      return;
    }
    reinvite.answer(this.#description, { headers: headersOf(timing) });
    this.#timer.start(timing);
    if (request.body.length > 0) this.#noteHold();
  }

  /** Tells when the far end put this one on hold, or took it back. */
  #noteHold(): void {
    const held = this.#agreed?.heldByRemote === true;
    // The music that the endpoint suggests to whoever is put on hold.
    if (held && !this.#held) this.#channel?.receivedHold(this.#options.endpoint.get('moh_suggest'));
    if (!held && this.#held) this.#channel?.receivedUnhold();
    this.#held = held;
  }

  /** UPDATE: an offer as in a re-INVITE, before the answer too, or a sign of life without one (RFC 3311 §5.2). */
  #update(request: SipRequest, transaction: ServerTransaction): void {
    const timing = this.#retime(request);
    if (timing.kind === 'refused') {
      transaction.reply(timing.status, undefined, { headers: timing.headers });
      return;
    }
    const headers: HeaderList = [['Contact', this.#options.contact], ...headersOf(timing)];
    if (request.body.length === 0) {
      transaction.reply(200, undefined, { headers });
    } else if (this.#offered !== undefined) {
      // Ours is not answered yet.
      transaction.reply(491);
      return;
    } else if (this.#agree(request)) {
      transaction.reply(200, undefined, { headers, body: this.#description, contentType: SDP });
      this.#noteHold();
    } else {
      transaction.reply(488);
      return;
    }
    if (this.#answered) this.#timer.start(timing);
  }

  #inDialog(request: SipRequest, transaction: ServerTransaction): void {
    switch (request.method) {
      case 'INFO': {
        const digit = infoDigit(request);
        transaction.reply(digit === undefined && request.body.length > 0 ? 415 : 200);
        if (digit !== undefined) this.#channel?.receivedDigit(digit.digit, digit.durationMs);
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

  #play(files: readonly string[]): { finished: Promise<'done' | 'failed'>; stop(): void } {
    const leg = this.#leg;
    if (leg === undefined) return { finished: Promise.resolve('failed'), stop: () => {} };
    const playback = leg.play({ items: files, language: this.#channel?.language ?? 'en' });
    return {
      finished: playback.finished.then((reason) => (reason === 'failed' ? 'failed' : 'done')),
      stop: () => playback.stop(),
    };
  }

  async answer(): Promise<void> {
    if (this.#answered || this.#ended) return;
    this.#answered = true;
    this.#options.invite.answer(this.#description, { headers: headersOf(this.#timing) });
    this.#timer.start(this.#timing);
  }

  indicate(indication: Indication): void {
    if (this.#answered || this.#ended) return;
    const { invite } = this.#options;
    switch (indication) {
      case 'ringing':
        invite.progress(180);
        this.#options.ringing?.();
        break;
      case 'progress':
        this.#early = true;
        invite.progress(183, undefined, this.#description);
        break;
      case 'busy':
        invite.reject(486);
        break;
      case 'congestion':
        invite.reject(503);
        break;
      default:
    }
  }

  /** The last numbers of the audio become variables while clients still listen. */
  async summarize(): Promise<void> {
    const leg = this.#leg;
    this.#leg = undefined;
    if (leg === undefined) return;
    const stats = await leg.close();
    if (!this.#answered) return;
    for (const [name, value] of Object.entries(formatRtpQos(stats))) this.#channel?.setVariable(name, value);
  }

  hangup(cause: number): void {
    this.#timer.close();
    void this.#leg?.close();
    this.#leg = undefined;
    if (this.#ended) return;
    this.#ended = true;
    const { invite } = this.#options;
    invite.hangup(this.#refusal ?? statusOf(cause), [reasonHeader(cause)]);
  }

  /** MESSAGE inside the dialog (RFC 3428). */
  async sendText(text: string, contentType: string): Promise<void> {
    const { status } = await this.#options.invite.send('MESSAGE', { body: text, contentType });
    if (status >= 300) throw new Error(`the message was refused with ${status}`);
  }

  refuseWith(status: number): void {
    this.#refusal = status;
  }

  async sendDigits(digits: string, durationMs: number, gapMs: number): Promise<void> {
    await this.#leg?.sendDtmf(digits, durationMs, gapMs);
  }

  /** Frees the leg of a call that never became a channel. */
  async abandon(): Promise<void> {
    await this.#leg?.close();
    this.#leg = undefined;
  }
}

/** What a 2xx says of the timer that was agreed on. */
function headersOf(timing: TimerAgreement): HeaderList {
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
