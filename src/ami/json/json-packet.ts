import { type Header, MAX_HEADERS, MAX_LINE, type Packet } from '../packet.ts';

/** Why a text is no packet. */
export type JsonFault = 'not an object' | 'bad value' | 'long line' | 'many lines';

// A line break in a value would be a header of its own; NUL is where texts of C end.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters are the point
const FORBIDDEN = /[\r\n\u0000]/;

/** A packet as one JSON object: a header that comes once is a text, one that comes several times a list of texts. */
export function toJson(packet: Iterable<Header>): string {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of packet) {
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    else if (typeof before === 'string') values.set(name, [before, value]);
    else before.push(value);
  }
  let text = '';
  // Not by way of an object, in which `__proto__` and numbers would have a place of their own.
  for (const [name, value] of values)
    text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  return text === '' ? '{}' : `${text.replace(SEPARATORS, escapeSeparator)}}`;
}

// JSON lets them be; some readers of lines end a line there, that of Node among them.
const SEPARATORS = /[\u2028\u2029\u0085]/g;

function escapeSeparator(separator: string): string {
  return `\\u${separator.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The packet of an object: texts, numbers and truth values are headers, a list is a header for each of its items. */
export function fromJson(text: string): Packet | JsonFault {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return 'not an object';
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return 'not an object';
  const packet: Header[] = [];
  for (const [name, given] of Object.entries(object)) {
    const items: readonly unknown[] = Array.isArray(given) ? given : [given];
    for (const item of items) {
      const value = textOf(item);
      if (value === undefined || !isName(name) || FORBIDDEN.test(value)) return 'bad value';
      if (name.length + value.length + ': '.length > MAX_LINE) return 'long line';
      if (packet.length >= MAX_HEADERS) return 'many lines';
      packet.push([name, value]);
    }
  }
  return packet;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A name has to be one in the line protocol too: that is what other servers are sent. */
function isName(name: string): boolean {
  return name !== '' && !name.includes(':') && name.trim() === name && !FORBIDDEN.test(name);
}

/** Packets in the line protocol, as they are written for everybody, taken apart. */
export function* packetsOf(text: string): Generator<Packet> {
  let packet: Header[] = [];
  for (const line of text.split('\r\n')) {
    if (line !== '') packet.push(headerOf(line));
    else if (packet.length > 0) {
      yield packet;
      packet = [];
    }
  }
  if (packet.length > 0) yield packet;
}

function headerOf(line: string): Header {
  const colon = line.indexOf(':');
  if (colon < 0) return ['', line];
  return [line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)];
}
