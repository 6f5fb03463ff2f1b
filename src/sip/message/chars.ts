/** Character classes of RFC 3261 §25.1, one table lookup per character. */
const TOKEN = 1;
const USER = 2;
const PARAM = 4;
const HOST = 8;
const HEADER = 16;

const classes = new Uint8Array(128);

function mark(characters: string, bit: number): void {
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i);
    classes[code] = (classes[code] ?? 0) | bit;
  }
}

const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const unreserved = `${alphanumeric}-_.!~*'()`;
mark(`${alphanumeric}-.!%*_+\`'~`, TOKEN);
mark(`${unreserved}&=+$,;?/`, USER);
mark(`${unreserved}[]/:&+$`, PARAM);
// An underscore is no host name by RFC 1123, but container networks use it.
mark(`${alphanumeric}-._`, HOST);
mark(`${unreserved}[]/?:+$`, HEADER);

function all(text: string, bit: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (((classes[text.charCodeAt(i)] ?? 0) & bit) === 0) return false;
  }
  return text.length > 0;
}

export function isToken(text: string): boolean {
  return all(text, TOKEN);
}

export function isHostName(text: string): boolean {
  return all(text, HOST);
}

/** Digits only, at least one; leading zeros are fine (RFC 3261 §25.1 1*DIGIT). */
export function isDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return text.length > 0;
}

/** The number of 1*DIGIT, or -1 when it is none or above `max`. */
export function parseDigits(text: string, max: number): number {
  if (!isDigits(text)) return -1;
  const value = Number(text);
  return value <= max ? value : -1;
}

const encoder = new TextEncoder();

function escapeWith(text: string, bit: number): string {
  if (text === '' || all(text, bit)) return text;
  let out = '';
  for (const byte of encoder.encode(text)) {
    if (byte < 128 && ((classes[byte] ?? 0) & bit) !== 0) out += String.fromCharCode(byte);
    else out += `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`;
  }
  return out;
}

/** Percent-escapes what may not stand in the user part of a URI. */
export function escapeUser(text: string): string {
  return escapeWith(text, USER);
}

/** Percent-escapes what may not stand in a URI parameter. */
export function escapeParam(text: string): string {
  return escapeWith(text, PARAM);
}

/** Percent-escapes what may not stand in a URI header. */
export function escapeHeader(text: string): string {
  return escapeWith(text, HEADER);
}

function hex(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Undoes percent-escapes as UTF-8; a `%` without two hexadecimal digits stays as it is. */
export function unescapePercent(text: string): string {
  if (text.indexOf('%') < 0) return text;
  const source = encoder.encode(text);
  const out = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] ?? 0;
    if (byte === 37 && i + 2 < source.length) {
      const high = hex(source[i + 1] ?? 0);
      const low = hex(source[i + 2] ?? 0);
      if (high >= 0 && low >= 0) {
        out[length++] = high * 16 + low;
        i += 2;
        continue;
      }
    }
    out[length++] = byte;
  }
  return out.toString('utf8', 0, length);
}

/** Writes a quoted-string (RFC 3261 §25.1), escaping quote and backslash; line breaks become spaces. */
export function quote(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34 || code === 92) out += '\\';
    out += code === 10 || code === 13 ? ' ' : text[i];
  }
  return `${out}"`;
}

/** Index after the closing quote of the quoted-string that opens at `start`, or -1 when it never closes. */
export function skipQuoted(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 34) return i + 1;
  }
  return -1;
}

/** The text inside a quoted-string with its backslashes undone; anything unquoted comes back as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || text.charCodeAt(0) !== 34 || text.charCodeAt(text.length - 1) !== 34) return text;
  const inner = text.slice(1, -1);
  if (inner.indexOf('\\') < 0) return inner;
  let out = '';
  for (let i = 0; i < inner.length; i++) {
    if (inner.charCodeAt(i) === 92 && i + 1 < inner.length) i++;
    out += inner[i];
  }
  return out;
}
