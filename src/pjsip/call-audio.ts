import type { Logger } from '../log/index.ts';
import {
  acceptAnswer,
  isCarried,
  type LocalMedia,
  type MediaEngine,
  makeAnswer,
  makeOffer,
  type NegotiatedAudio,
  parseSdp,
  type RtpLeg,
  type RtpStats,
  SdpError,
  type SessionDescription,
  serializeSdp,
} from '../media/index.ts';
import type { Flow, SipRequest, SipResponse } from '../sip/index.ts';
import type { SorceryObject } from '../sorcery/index.ts';
import { type Channel, type ChannelMedia, legMedia } from '../switch/index.ts';
import { parseCodecs } from './objects/index.ts';

export const SDP = 'application/sdp';
/** No stream, or no codec, that both sides have. */
export const NOT_ACCEPTABLE = 488;
/** A body that is no SDP, or none that can be read. */
export const MALFORMED = 400;

export interface CallAudioOptions {
  readonly endpoint: SorceryObject;
  readonly media: MediaEngine;
  /** Address to announce in SDP, unless the endpoint has one of its own. */
  readonly address: string;
  /** Address of this machine that RTP is bound to; every one when undefined. */
  readonly boundTo: string | undefined;
  readonly log: Logger;
  /** What the log calls the call. */
  readonly name: () => string;
  /** Formats that may be used, where they are fewer than the endpoint's. */
  readonly formats?: readonly string[];
}

/**
 * Where the RTP of an endpoint is bound: with SIP, when its transport has one address; at `media_address` only where
 * `bind_rtp_to_media_address` says so, since it may be the address of a router.
 */
export function rtpAddress(endpoint: SorceryObject, { transport }: Flow): string | undefined {
  const own = endpoint.get('media_address');
  if (own !== '') return endpoint.is('bind_rtp_to_media_address') ? own : undefined;
  const { localAddress } = transport;
  return localAddress === '0.0.0.0' || localAddress === '::' ? undefined : localAddress;
}

/** The audio of one call: its RTP leg, and what both ends agreed on in SDP (RFC 3264). */
export class CallAudio {
  /** Our SDP as it was made last, answer or offer. */
  description = '';
  readonly #options: CallAudioOptions;
  readonly #sessionId = String(Date.now());
  #version = 1;
  #leg: RtpLeg | undefined;
  /** An offer of ours that waits for its answer. */
  #offered: SessionDescription | undefined;
  #agreed: NegotiatedAudio | undefined;

  constructor(options: CallAudioOptions) {
    this.#options = options;
  }

  /** Opens the leg; `near` another channel's, where both are to be connected. @throws {MediaError} */
  async open(near: RtpLeg | undefined): Promise<void> {
    const { media, boundTo } = this.#options;
    this.#leg = await media.createRtpLeg({
      ...(near === undefined ? {} : { near }),
      ...(boundTo === undefined ? {} : { address: boundTo }),
    });
  }

  get leg(): RtpLeg | undefined {
    return this.#leg;
  }

  /** Codecs that both sides agreed on, the one in use first. */
  get formats(): readonly string[] {
    return this.#agreed?.payloads.map(({ format }) => format) ?? [];
  }

  get agreed(): boolean {
    return this.#agreed !== undefined;
  }

  /** An offer of ours is out. */
  get offering(): boolean {
    return this.#offered !== undefined;
  }

  get heldByRemote(): boolean {
    return this.#agreed?.heldByRemote === true;
  }

  /** How applications reach it; `flows` tells whether there is anything to be measured. */
  access(channel: () => Channel | undefined, flows: () => boolean): ChannelMedia {
    return legMedia({
      leg: () => this.#leg,
      language: () => channel()?.language ?? 'en',
      format: () => this.#agreed?.payloads[0]?.format,
      stats: async () => (flows() ? this.#leg?.stats() : undefined),
    });
  }

  #local(leg: RtpLeg): LocalMedia {
    const { endpoint, address, formats = [] } = this.#options;
    const allowed = parseCodecs(endpoint.get('allow'));
    const preference = endpoint.get('incoming_call_offer_pref');
    return {
      address: endpoint.get('media_address') || address,
      port: leg.port,
      codecs: formats.length === 0 ? allowed : allowed.filter((each) => formats.includes(each)),
      dtmf: ['rfc4733', 'auto', 'auto_info'].includes(endpoint.get('dtmf_mode')),
      owner: endpoint.get('sdp_owner'),
      sessionName: endpoint.get('sdp_session'),
      sessionId: this.#sessionId,
      sessionVersion: String(this.#version++),
      prefer: preference.startsWith('remote') ? 'remote' : 'local',
      firstCodecOnly: preference.endsWith('_first'),
      followPtime: endpoint.is('use_ptime'),
      profile: endpoint.is('use_avpf') ? 'RTP/AVPF' : 'RTP/AVP',
    };
  }

  /** Makes an offer of ours, whose answer `accept` takes. False when there is nothing to offer. */
  offer(): boolean {
    const leg = this.#leg;
    if (leg === undefined) return false;
    try {
      this.#offered = makeOffer(this.#local(leg));
      this.description = serializeSdp(this.#offered);
      return true;
    } catch (error) {
      this.#say((error as Error).message);
      return false;
    }
  }

  /**
   * Makes our answer to the offer of a request, or our offer where it has none. Returns the status to refuse it with,
   * undefined when all is well.
   */
  respond(request: SipRequest): typeof NOT_ACCEPTABLE | typeof MALFORMED | undefined {
    if (request.body.length === 0) return this.offer() ? undefined : NOT_ACCEPTABLE;
    const leg = this.#leg;
    if (leg === undefined) return NOT_ACCEPTABLE;
    if (request.mediaType !== SDP) return MALFORMED;
    try {
      const result = makeAnswer(parseSdp(request.body.toString('utf8')), this.#local(leg));
      if (result.kind !== 'answer') {
        this.#say(result.reason);
        return NOT_ACCEPTABLE;
      }
      this.description = serializeSdp(result.answer);
      this.#agreed = result.negotiated;
      this.#configure();
      return undefined;
    } catch (error) {
      this.#say((error as Error).message);
      return error instanceof SdpError ? MALFORMED : NOT_ACCEPTABLE;
    }
  }

  /**
   * Takes the answer to our offer. With `keep` the offer stays open: an answer in a provisional response may be followed
   * by another one in the final response.
   */
  accept(answer: SipRequest | SipResponse, keep = false): boolean {
    const offered = this.#offered;
    if (offered === undefined) return false;
    if (!keep) this.#offered = undefined;
    try {
      const result = acceptAnswer(offered, parseSdp(answer.body.toString('utf8')), {
        followPtime: this.#options.endpoint.is('use_ptime'),
      });
      if (result.kind === 'accepted') {
        this.#agreed = result.negotiated;
        this.#configure();
        return true;
      }
      this.#say(result.reason);
    } catch (error) {
      this.#say((error as Error).message);
    }
    return false;
  }

  #say(reason: string): void {
    this.#options.log.notice(`${this.#options.name()}: ${reason}`);
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

  /** Frees the leg; resolves with the last numbers, undefined when it was freed before. */
  close(): Promise<RtpStats | undefined> {
    const leg = this.#leg;
    this.#leg = undefined;
    return leg === undefined ? Promise.resolve(undefined) : leg.close();
  }
}

/** Whether any format of an endpoint that may be used can be carried. */
export function canOffer(endpoint: SorceryObject, formats: readonly string[]): boolean {
  return parseCodecs(endpoint.get('allow')).some(
    (each) => isCarried(each) && (formats.length === 0 || formats.includes(each)),
  );
}
