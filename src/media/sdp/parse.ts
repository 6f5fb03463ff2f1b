import {
  type AddressFamily,
  type Attribute,
  type Connection,
  type MediaDescription,
  type Origin,
  SdpError,
  type SessionDescription,
} from './description.ts';

/** A description of a browser with every candidate is below 16 KiB; a SIP datagram holds 64. */
export const MAX_SDP_LENGTH = 65_536;
export const MAX_SDP_LINE = 4_096;
export const MAX_SDP_MEDIA = 32;
/** Attributes of one media section, or of the session. */
export const MAX_SDP_ATTRIBUTES = 256;
/** Formats on one m= line: there are only 128 payload types. */
export const MAX_SDP_FORMATS = 128;

const LINE_FEED = 10;
const PORT_LIMIT = 65_535;
const ADDRESS_LIMIT = 255;

interface Draft {
  connection: Connection | undefined;
  bandwidth: string[];
  attributes: Attribute[];
}

interface MediaDraft extends Draft {
  type: string;
  port: number;
  protocol: string;
  formats: string[];
}

/**
 * Reads a session description. Tolerant of what phones do: bare line feeds, blanks at the end of lines, missing
 * `s=` or `t=`, unknown letters, lines out of order. Throws `SdpError` where the meaning is in doubt.
 */
export function parseSdp(text: string): SessionDescription {
  if (text.length > MAX_SDP_LENGTH) throw new SdpError('too-long', 0, `longer than ${MAX_SDP_LENGTH} octets`);
  const session: Draft = { connection: undefined, bandwidth: [], attributes: [] };
  const media: MediaDraft[] = [];
  const times: string[] = [];
  let origin: Origin | undefined;
  let name: string | undefined;
  let versionSeen = false;
  let current = session;
  let number = 0;
  let start = 0;

  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    number++;
    if (end - start > MAX_SDP_LINE)
      throw new SdpError('too-long', number, `longer than ${MAX_SDP_LINE} octets`);
    const line = text.slice(start, text.charCodeAt(end) === LINE_FEED ? end : text.length).trimEnd();
    start = end + 1;
    if (line === '') continue;
    if (line[1] !== '=') throw new SdpError('bad-line', number, 'no `letter=value`');
    const value = line.slice(2).trimStart();
    switch (line[0]) {
      case 'v':
        if (value !== '0') throw new SdpError('bad-value', number, 'version is not 0');
        versionSeen = true;
        break;
      case 'o':
        origin ??= parseOrigin(value, number);
        break;
      case 's':
        name ??= value;
        break;
      case 'c':
        // Several c= lines of one section are multicast layers: the first one stands.
        current.connection ??= parseConnection(value, number);
        break;
      case 'b':
        if (current.bandwidth.length < MAX_SDP_ATTRIBUTES) current.bandwidth.push(value);
        break;
      case 't':
        if (times.length < MAX_SDP_ATTRIBUTES) times.push(value);
        break;
      case 'a':
        if (current.attributes.length >= MAX_SDP_ATTRIBUTES)
          throw new SdpError('too-many', number, `more than ${MAX_SDP_ATTRIBUTES} attributes`);
        current.attributes.push(parseAttribute(value));
        break;
      case 'm': {
        if (media.length >= MAX_SDP_MEDIA)
          throw new SdpError('too-many', number, `more than ${MAX_SDP_MEDIA} media sections`);
        const section = parseMedia(value, number);
        media.push(section);
        current = section;
        break;
      }
      default:
        // Letters that say nothing to us (i, u, e, p, r, z, k) or that nobody knows: RFC 8866 §5 would reject the
        // latter, phones send them.
        break;
    }
  }
  if (!versionSeen) throw new SdpError('missing', 0, 'no v= line');
  if (origin === undefined) throw new SdpError('missing', 0, 'no o= line');
  return {
    origin,
    name: name ?? '-',
    ...session,
    times: times.length === 0 ? ['0 0'] : times,
    media: media satisfies MediaDescription[],
  };
}

function parseOrigin(value: string, line: number): Origin {
  const words = split(value, 7);
  const [username, sessionId, sessionVersion, network, family, address] = words;
  if (address === undefined || username === undefined || network === undefined)
    throw new SdpError('bad-line', line, 'o= needs six fields');
  return {
    username,
    sessionId: sessionId ?? '',
    sessionVersion: sessionVersion ?? '',
    family: parseFamily(network, family, line),
    address: parseAddress(address, line),
  };
}

function parseConnection(value: string, line: number): Connection {
  const [network, family, address] = split(value, 4);
  if (address === undefined || network === undefined)
    throw new SdpError('bad-line', line, 'c= needs three fields');
  const slash = address.indexOf('/');
  return {
    family: parseFamily(network, family, line),
    address: parseAddress(slash < 0 ? address : address.slice(0, slash), line),
  };
}

function parseFamily(network: string, family: string | undefined, line: number): AddressFamily {
  if (network.toUpperCase() !== 'IN') throw new SdpError('bad-value', line, 'network type is not IN');
  const upper = family?.toUpperCase();
  if (upper !== 'IP4' && upper !== 'IP6')
    throw new SdpError('bad-value', line, 'address type is not IP4 or IP6');
  return upper;
}

function parseAddress(address: string, line: number): string {
  if (address === '' || address.length > ADDRESS_LIMIT) throw new SdpError('bad-value', line, 'bad address');
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) throw new SdpError('bad-value', line, 'bad address');
  }
  return address;
}

function parseAttribute(value: string): Attribute {
  const colon = value.indexOf(':');
  if (colon < 0) return { name: value };
  return { name: value.slice(0, colon), value: value.slice(colon + 1).trim() };
}

function parseMedia(value: string, line: number): MediaDraft {
  const words = split(value, MAX_SDP_FORMATS + 4);
  const [type, portText, protocol, ...formats] = words;
  if (type === undefined || portText === undefined || protocol === undefined)
    throw new SdpError('bad-line', line, 'm= needs media, port and protocol');
  if (formats.length > MAX_SDP_FORMATS)
    throw new SdpError('too-many', line, `more than ${MAX_SDP_FORMATS} formats`);
  const slash = portText.indexOf('/');
  const port = parseDecimal(slash < 0 ? portText : portText.slice(0, slash), PORT_LIMIT);
  if (port === undefined) throw new SdpError('bad-value', line, 'bad port');
  return { type, port, protocol, formats, connection: undefined, bandwidth: [], attributes: [] };
}

/** A decimal number up to `limit`, or undefined: no sign, no blank, no exponent. */
export function parseDecimal(text: string, limit: number): number | undefined {
  if (text.length === 0 || text.length > 10) return undefined;
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number <= limit ? number : undefined;
}

/** Words between blanks and tabs, at most `limit`. */
function split(value: string, limit: number): string[] {
  const words: string[] = [];
  let start = -1;
  for (let i = 0; i <= value.length && words.length < limit; i++) {
    const blank = i === value.length || value[i] === ' ' || value[i] === '\t';
    if (blank) {
      if (start >= 0) words.push(value.slice(start, i));
      start = -1;
    } else if (start < 0) start = i;
  }
  return words;
}
