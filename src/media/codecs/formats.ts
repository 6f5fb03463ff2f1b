/** Formats that media can carry from end to end: they are offered, answered, played, mixed and recorded. */
export type FormatName = 'ulaw' | 'alaw' | 'slin' | 'slin16';

/** One audio format, under Asterisk's name for it. */
export interface AudioFormat {
  readonly name: string;
  /** Encoding name of the rtpmap attribute (RFC 4855), compared without regard to case. */
  readonly encoding: string;
  /** Rate of the RTP time stamp. For G.722 it is 8000 although it samples at 16000 (RFC 3551 §4.5.2). */
  readonly clockRate: number;
  readonly sampleRate: number;
  /** Static payload type (RFC 3551 §6), or the dynamic one that offers use. */
  readonly payloadType: number;
  /** Milliseconds of audio a packet. */
  readonly ptime: number;
  /** Longest packet that an offer admits (`a=maxptime`). */
  readonly maxPtime: number;
  /** Whether this part can decode and encode it. */
  readonly transcodable: boolean;
}

function format(
  name: string,
  encoding: string,
  payloadType: number,
  rest: Partial<Omit<AudioFormat, 'name' | 'encoding' | 'payloadType'>> = {},
): AudioFormat {
  return {
    name,
    encoding,
    payloadType,
    clockRate: 8000,
    sampleRate: rest.clockRate ?? 8000,
    ptime: 20,
    maxPtime: 140,
    transcodable: false,
    ...rest,
  };
}

const table: readonly AudioFormat[] = [
  format('ulaw', 'PCMU', 0, { transcodable: true }),
  format('alaw', 'PCMA', 8, { transcodable: true }),
  format('slin', 'L16', 122, { transcodable: true, maxPtime: 70 }),
  format('slin16', 'L16', 118, { transcodable: true, clockRate: 16000, maxPtime: 70 }),
  format('gsm', 'GSM', 3, { maxPtime: 300 }),
  format('g723', 'G723', 4, { ptime: 30, maxPtime: 300 }),
  format('g722', 'G722', 9, { sampleRate: 16000 }),
  format('g726', 'G726-32', 111, { maxPtime: 300 }),
  format('g726aal2', 'AAL2-G726-32', 112, { maxPtime: 300 }),
  format('g729', 'G729', 18, { maxPtime: 230 }),
  format('ilbc', 'iLBC', 97, { ptime: 30, maxPtime: 300 }),
  format('speex', 'speex', 110, { maxPtime: 60 }),
  format('speex16', 'speex', 117, { clockRate: 16000, maxPtime: 60 }),
  format('speex32', 'speex', 119, { clockRate: 32000, maxPtime: 60 }),
  format('siren7', 'G7221', 102, { clockRate: 16000, maxPtime: 80 }),
  format('siren14', 'G7221', 115, { clockRate: 32000, maxPtime: 80 }),
  format('g719', 'G719', 116, { clockRate: 48000, maxPtime: 80 }),
  format('opus', 'opus', 107, { clockRate: 48000, maxPtime: 60 }),
];

const byName = new Map(table.map((each) => [each.name, each]));
const byStaticPayload = new Map(
  table.filter((each) => each.payloadType < 96).map((each) => [each.payloadType, each]),
);
const byRtpmap = new Map(table.map((each) => [`${each.encoding.toLowerCase()}/${each.clockRate}`, each]));

/** Every known format. */
export const audioFormats: readonly AudioFormat[] = table;

export function formatByName(name: string): AudioFormat | undefined {
  return byName.get(name);
}

/** What a payload type below 96 means when no rtpmap says it (RFC 3551 §6). */
export function formatByPayloadType(payloadType: number): AudioFormat | undefined {
  return byStaticPayload.get(payloadType);
}

/** By encoding name in any case and clock rate, as in `a=rtpmap:0 PCMU/8000`. */
export function formatByRtpmap(encoding: string, clockRate: number): AudioFormat | undefined {
  return byRtpmap.get(`${encoding.toLowerCase()}/${clockRate}`);
}

/** Whether this part can carry the format; the others may stand in a codec list and are never negotiated. */
export function isCarried(name: string): name is FormatName {
  return byName.get(name)?.transcodable === true;
}
