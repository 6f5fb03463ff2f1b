import type { AudioPayload, Direction, Remote } from '../api.ts';
import {
  type AudioFormat,
  type FormatName,
  formatByName,
  formatByPayloadType,
  formatByRtpmap,
  isCarried,
} from '../codecs/formats.ts';
import {
  type AddressFamily,
  type Attribute,
  attribute,
  type MediaDescription,
  type SessionDescription,
} from './description.ts';
import { parseDecimal } from './parse.ts';

/** Payload type that offers give telephone-event at 8000 Hz. */
const DTMF_PAYLOAD = 101;
/** Digits, `*`, `#`, A to D, and the flash that is event 16. */
const DTMF_EVENTS = '0-16';
const PAYLOAD_LIMIT = 127;
/** Longest packet accepted, in milliseconds: what one receive buffer and one frame hold. */
const MAX_PTIME = 200;
const DEFAULT_PTIME = 20;
const PLAIN_PROFILE = 'RTP/AVP';

/** This side's part of an offer or answer. */
export interface LocalMedia {
  /** Address and RTP port to announce. */
  readonly address: string;
  readonly port: number;
  /** Format names in order of preference, as an endpoint's `allow`; those that cannot be carried are passed over. */
  readonly codecs: readonly string[];
  /** Whether telephone-event (RFC 4733) is wanted; default true. */
  readonly dtmf?: boolean;
  /** Default sendrecv. */
  readonly direction?: Direction;
  /** `o=` user; default `-` (endpoint option sdp_owner). */
  readonly owner?: string;
  /** `s=`; default `Asterisk` (endpoint option sdp_session). */
  readonly sessionName?: string;
  /** `o=` id; stays the same for a call. */
  readonly sessionId: string;
  /** `o=` version; one more for every description of the call that differs. */
  readonly sessionVersion: string;
  /** Whose order an answer follows; default `remote`. */
  readonly prefer?: 'remote' | 'local';
  /** Answer with the first common codec only; default false. */
  readonly firstCodecOnly?: boolean;
  /** Whether packets are as long as the far end asks by ptime (endpoint option use_ptime); default: as the codec has them. */
  readonly followPtime?: boolean;
  /** The only profile that is offered and taken (endpoint option use_avpf); default RTP/AVP. */
  readonly profile?: Profile;
}

/** RFC 3551; RFC 4585 adds feedback by RTCP, of which none is asked for. */
export type Profile = 'RTP/AVP' | 'RTP/AVPF';

/** What both sides agreed on, in the shape that `RtpLeg.configure` takes. */
export interface NegotiatedAudio {
  readonly remote: Remote;
  readonly rtcpPort: number;
  readonly rtcpAddress?: string;
  readonly payloads: readonly AudioPayload[];
  readonly dtmfPayload?: number;
  /** Seen from this side. */
  readonly direction: Direction;
  readonly ptime: number;
  /** The far end put this side on hold: it asked for sendonly or inactive, or gave the address 0.0.0.0. */
  readonly heldByRemote: boolean;
}

/** `not-acceptable`: the caller answers 488; the reason says what the other side offered. */
export type Refusal = { readonly kind: 'not-acceptable'; readonly reason: string };

export type AnswerResult =
  | { readonly kind: 'answer'; readonly answer: SessionDescription; readonly negotiated: NegotiatedAudio }
  | Refusal;

/** Makes an offer of one audio stream (RFC 3264 §5). Throws `RangeError` when no codec of the list can be carried. */
export function makeOffer(local: LocalMedia): SessionDescription {
  const formats = carried(local.codecs);
  const [first] = formats;
  if (first === undefined) throw new RangeError(`no codec of [${local.codecs.join(', ')}] can be carried`);
  const payloads = formats.map((format) => ({ pt: format.payloadType, format }));
  const dtmf = local.dtmf === false ? undefined : { pt: DTMF_PAYLOAD, clockRate: first.clockRate };
  return describe(local, [
    audioSection(
      local,
      payloads,
      dtmf,
      first.ptime,
      local.direction ?? 'sendrecv',
      local.profile ?? PLAIN_PROFILE,
    ),
  ]);
}

/**
 * Answers an offer (RFC 3264 §6): the first audio stream with a common codec is taken, every other stream is
 * rejected with port 0 in its place. Payload types are the offerer's.
 */
export function makeAnswer(offer: SessionDescription, local: LocalMedia): AnswerResult {
  const wanted = local.codecs.filter(isCarried);
  let chosen:
    | { index: number; section: MediaDescription; read: RemoteAudio; payloads: AudioPayload[] }
    | undefined;
  const profile = local.profile ?? PLAIN_PROFILE;
  let reason = `the offer has no audio stream over ${profile}`;
  for (const [index, section] of offer.media.entries()) {
    const read = readAudio(offer, section, profile);
    if (read === undefined) continue;
    const payloads = common(read.payloads, wanted, local.prefer ?? 'remote');
    if (payloads.length === 0) {
      const offered = section.formats.map((pt) => read.described.get(pt) ?? pt).join(', ');
      reason = `no common codec: offered ${offered || 'nothing'}, allowed ${local.codecs.join(', ') || 'nothing'}`;
      continue;
    }
    chosen = { index, section, read, payloads: local.firstCodecOnly ? payloads.slice(0, 1) : payloads };
    break;
  }
  if (chosen === undefined) return { kind: 'not-acceptable', reason };

  const { read, payloads } = chosen;
  const direction = answerDirection(read.direction, local.direction ?? 'sendrecv', read.blackHole);
  const dtmf = local.dtmf === false ? undefined : read.dtmf;
  const ptime = packetTime(read, payloads, local.followPtime);
  const sections = offer.media.map((section, index) =>
    index === chosen.index
      ? audioSection(
          local,
          payloads.map(({ pt, format }) => ({ pt, format: known(format) })),
          dtmf,
          ptime,
          direction,
          section.protocol,
        )
      : rejected(section),
  );
  return {
    kind: 'answer',
    answer: describe(local, sections),
    negotiated: negotiated(read, payloads, dtmf?.pt, direction, ptime),
  };
}

/** Takes the answer to an offer of ours. A stream that was rejected, or with nothing of what was offered, is a refusal. */
export function acceptAnswer(
  offer: SessionDescription,
  answer: SessionDescription,
  { followPtime }: Pick<LocalMedia, 'followPtime'> = {},
): { readonly kind: 'accepted'; readonly negotiated: NegotiatedAudio } | Refusal {
  for (const [index, ours] of offer.media.entries()) {
    const own = readAudio(offer, ours, ours.protocol);
    const section = answer.media[index];
    if (own === undefined || section === undefined) continue;
    const read = readAudio(answer, section, ours.protocol);
    if (read === undefined) continue;
    const wanted = own.payloads.map((each) => each.format);
    const payloads = common(read.payloads, wanted, 'remote');
    if (payloads.length === 0) continue;
    const direction = answerDirection(read.direction, own.direction, read.blackHole);
    const dtmf = own.dtmf === undefined ? undefined : read.dtmf?.pt;
    const ptime = packetTime(read, payloads, followPtime);
    return { kind: 'accepted', negotiated: negotiated(read, payloads, dtmf, direction, ptime) };
  }
  return { kind: 'not-acceptable', reason: 'the answer accepts no audio stream of the offer' };
}

interface TelephoneEvent {
  readonly pt: number;
  readonly clockRate: number;
}

interface RemoteAudio {
  readonly remote: Remote;
  readonly rtcpPort: number;
  readonly rtcpAddress: string | undefined;
  readonly payloads: readonly AudioPayload[];
  readonly described: ReadonlyMap<string, string>;
  readonly dtmf: TelephoneEvent | undefined;
  readonly direction: Direction;
  /** Address 0.0.0.0 or ::, the hold of RFC 2543. */
  readonly blackHole: boolean;
  /** What it asks for; undefined when it does not. */
  readonly ptime: number | undefined;
}

/** What an audio section says, or undefined for a stream that is none of ours (other media or profile, port 0, no address). */
function readAudio(
  description: SessionDescription,
  section: MediaDescription,
  profile: string,
): RemoteAudio | undefined {
  if (section.type !== 'audio' || section.port === 0) return undefined;
  if (section.protocol !== profile) return undefined;
  const connection = section.connection ?? description.connection;
  if (connection === undefined) return undefined;

  const maps = new Map<string, { encoding: string; clockRate: number; text: string }>();
  const parameters = new Map<string, string>();
  for (const { name, value } of section.attributes) {
    if (value === undefined) continue;
    const blank = value.indexOf(' ');
    if (blank < 0) continue;
    const pt = value.slice(0, blank);
    const rest = value.slice(blank + 1).trim();
    if (name === 'fmtp') parameters.set(pt, rest);
    if (name !== 'rtpmap') continue;
    const [encoding = '', rate = '', channels = '1'] = rest.split('/', 4);
    const clockRate = parseDecimal(rate, 1_000_000);
    // Stereo L16 is another codec than ours.
    if (clockRate !== undefined && channels === '1') maps.set(pt, { encoding, clockRate, text: rest });
    else maps.set(pt, { encoding: '', clockRate: 0, text: rest });
  }

  const payloads: AudioPayload[] = [];
  const described = new Map<string, string>();
  const events: TelephoneEvent[] = [];
  for (const text of section.formats) {
    const pt = parseDecimal(text, PAYLOAD_LIMIT);
    if (pt === undefined) continue;
    const map = maps.get(text);
    if (map) described.set(text, map.text);
    if (map && map.encoding.toLowerCase() === 'telephone-event') {
      events.push({ pt, clockRate: map.clockRate });
      continue;
    }
    const format = map ? formatByRtpmap(map.encoding, map.clockRate) : formatByPayloadType(pt);
    if (format === undefined) continue;
    if (!described.has(text)) described.set(text, `${format.encoding}/${format.clockRate}`);
    if (!isCarried(format.name)) continue;
    const fmtp = parameters.get(text);
    payloads.push(fmtp === undefined ? { pt, format: format.name } : { pt, format: format.name, fmtp });
  }
  const clockRate = formatByName(payloads[0]?.format ?? 'ulaw')?.clockRate;
  const dtmf = events.find((each) => each.clockRate === clockRate) ?? events[0];
  const rtcp = readRtcp(section);
  return {
    remote: { address: connection.address, port: section.port },
    rtcpPort: rtcp?.port ?? Math.min(section.port + 1, 65_535),
    rtcpAddress: rtcp?.address,
    payloads,
    described,
    dtmf,
    direction: directionOf(section.attributes) ?? directionOf(description.attributes) ?? 'sendrecv',
    blackHole: connection.address === '0.0.0.0' || connection.address === '::',
    ptime: readPtime(section),
  };
}

/** `a=rtcp:port [IN IP4 address]` (RFC 3605). */
function readRtcp(section: MediaDescription): { port: number; address: string | undefined } | undefined {
  const words = attribute(section.attributes, 'rtcp')?.value?.split(' ', 5);
  const port = parseDecimal(words?.[0] ?? '', 65_535);
  return port === undefined || port === 0 ? undefined : { port, address: words?.[3] };
}

function readPtime(section: MediaDescription): number | undefined {
  const asked = parseDecimal(attribute(section.attributes, 'ptime')?.value ?? '', 10_000);
  if (asked === undefined) return undefined;
  const most = parseDecimal(attribute(section.attributes, 'maxptime')?.value ?? '', 10_000) ?? MAX_PTIME;
  const ptime = Math.min(asked, most, MAX_PTIME);
  // Frames are ten-millisecond multiples: 12 would drift, 0 would never send.
  return Math.max(10, ptime - (ptime % 10));
}

/** Milliseconds of the packets that are sent, and that are asked for. */
function packetTime(read: RemoteAudio, payloads: readonly AudioPayload[], follow = false): number {
  const usual = formatByName(payloads[0]?.format ?? 'ulaw')?.ptime ?? DEFAULT_PTIME;
  return follow ? (read.ptime ?? usual) : usual;
}

function directionOf(attributes: readonly Attribute[]): Direction | undefined {
  for (const { name } of attributes) {
    if (name === 'sendrecv' || name === 'sendonly' || name === 'recvonly' || name === 'inactive') return name;
  }
  return undefined;
}

/** RFC 3264 §6.1: this side sends only where the other receives, and the other way round. */
function answerDirection(remote: Direction, local: Direction, blackHole: boolean): Direction {
  const remoteReceives = (remote === 'sendrecv' || remote === 'recvonly') && !blackHole;
  const remoteSends = remote === 'sendrecv' || remote === 'sendonly';
  const send = remoteReceives && (local === 'sendrecv' || local === 'sendonly');
  const receive = remoteSends && (local === 'sendrecv' || local === 'recvonly');
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}

function common(
  offered: readonly AudioPayload[],
  wanted: readonly FormatName[],
  prefer: 'remote' | 'local',
): AudioPayload[] {
  if (prefer === 'remote') return unique(offered.filter((each) => wanted.includes(each.format)));
  return unique(wanted.flatMap((name) => offered.filter((each) => each.format === name)));
}

/** One payload type a format: some phones list PCMU twice. */
function unique(payloads: readonly AudioPayload[]): AudioPayload[] {
  return payloads.filter((each, i) => payloads.findIndex((other) => other.format === each.format) === i);
}

function negotiated(
  read: RemoteAudio,
  payloads: readonly AudioPayload[],
  dtmfPayload: number | undefined,
  direction: Direction,
  ptime: number,
): NegotiatedAudio {
  return {
    remote: read.remote,
    rtcpPort: read.rtcpPort,
    ...(read.rtcpAddress === undefined ? {} : { rtcpAddress: read.rtcpAddress }),
    payloads,
    ...(dtmfPayload === undefined ? {} : { dtmfPayload }),
    direction,
    ptime,
    heldByRemote: read.blackHole || read.direction === 'sendonly' || read.direction === 'inactive',
  };
}

function carried(codecs: readonly string[]): AudioFormat[] {
  return [...new Set(codecs)].filter(isCarried).map(known);
}

function known(name: FormatName): AudioFormat {
  const format = formatByName(name);
  if (format === undefined) throw new RangeError(`unknown format ${name}`);
  return format;
}

function describe(local: LocalMedia, media: readonly MediaDescription[]): SessionDescription {
  const family = familyOf(local.address);
  return {
    origin: {
      username: local.owner ?? '-',
      sessionId: local.sessionId,
      sessionVersion: local.sessionVersion,
      family,
      address: local.address,
    },
    name: local.sessionName ?? 'Asterisk',
    connection: { family, address: local.address },
    bandwidth: [],
    times: ['0 0'],
    attributes: [],
    media,
  };
}

function familyOf(address: string): AddressFamily {
  return address.includes(':') ? 'IP6' : 'IP4';
}

function audioSection(
  local: LocalMedia,
  payloads: readonly { pt: number; format: AudioFormat }[],
  dtmf: TelephoneEvent | undefined,
  ptime: number,
  direction: Direction,
  protocol: string,
): MediaDescription {
  const attributes: Attribute[] = payloads.map(({ pt, format }) => ({
    name: 'rtpmap',
    value: `${pt} ${format.encoding}/${format.clockRate}`,
  }));
  const formats = payloads.map(({ pt }) => String(pt));
  if (dtmf) {
    formats.push(String(dtmf.pt));
    // The event clock is the audio's (RFC 4733 §2.1): they share one sequence of time stamps.
    attributes.push({ name: 'rtpmap', value: `${dtmf.pt} telephone-event/${dtmf.clockRate}` });
    attributes.push({ name: 'fmtp', value: `${dtmf.pt} ${DTMF_EVENTS}` });
  }
  attributes.push({ name: 'ptime', value: String(ptime) });
  const maxPtime = Math.min(...payloads.map(({ format }) => format.maxPtime));
  attributes.push({ name: 'maxptime', value: String(Math.max(maxPtime, ptime)) });
  attributes.push({ name: direction });
  return {
    type: 'audio',
    port: local.port,
    protocol,
    formats,
    connection: undefined,
    bandwidth: [],
    attributes,
  };
}

/** RFC 3264 §6: a stream is refused with port 0, its line otherwise kept. */
function rejected(section: MediaDescription): MediaDescription {
  return {
    type: section.type,
    port: 0,
    protocol: section.protocol,
    formats: section.formats.length > 0 ? section.formats : ['0'],
    connection: undefined,
    bandwidth: [],
    attributes: [],
  };
}
