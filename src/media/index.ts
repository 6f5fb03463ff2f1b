/**
 * Lives here: SDP, RTP and RTCP, codecs, sound files and tones, and the media graph that runs in worker threads.
 * Not here: signalling (SIP), the call model, and where configuration comes from.
 * May ask: platform, log.
 */
export type {
  AudioPayload,
  BridgeHandle,
  Direction,
  FinishReason,
  MediaEngine,
  MediaEngineOptions,
  MediaErrorCode,
  Playback,
  PlaybackEvents,
  PlayOptions,
  RecordingHandle,
  RecordOptions,
  Remote,
  RtpLeg,
  RtpLegConfiguration,
  RtpLegEvents,
  RtpLegOptions,
  RtpStats,
  Spread,
} from './api.ts';
export { MediaError } from './api.ts';
export {
  type AudioFormat,
  audioFormats,
  type FormatName,
  formatByName,
  formatByPayloadType,
  formatByRtpmap,
  isCarried,
} from './codecs/formats.ts';
export { createMediaEngine } from './engine.ts';
export { QUIET_STATS } from './quiet-stats.ts';
export { formatRtpQos, type RtpQosVariables } from './rtp/quality.ts';
export {
  type AddressFamily,
  type Attribute,
  attribute,
  type Connection,
  type MediaDescription,
  type Origin,
  SdpError,
  type SdpErrorCode,
  type SessionDescription,
} from './sdp/description.ts';
export {
  type AnswerResult,
  acceptAnswer,
  type LocalMedia,
  makeAnswer,
  makeOffer,
  type NegotiatedAudio,
  type Refusal,
} from './sdp/negotiate.ts';
export { parseSdp } from './sdp/parse.ts';
export { serializeSdp } from './sdp/serialize.ts';
