import { createHash, randomUUID } from 'node:crypto';
import type { FunctionDefinition } from './definition.ts';

const data = [{ name: 'data', required: true }] as const;
const string = [{ name: 'string', required: true }] as const;

/** Characters that stand for themselves in a URI (RFC 3986 section 2.3). */
const UNRESERVED = /[A-Za-z0-9\-_.~]/;

function encodeUri(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text)) {
    const c = String.fromCharCode(byte);
    out += byte < 128 && UNRESERVED.test(c) ? c : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

function decodeUri(text: string): string {
  const source = Buffer.from(text);
  const bytes: number[] = [];
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] ?? 0;
    const hex = byte === 37 ? source.toString('latin1', i + 1, i + 3) : '';
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    } else {
      bytes.push(byte);
    }
  }
  return Buffer.from(bytes).toString();
}

/** Functions of func_base64, func_uri, func_md5, func_sha1 and func_uuid. */
export const encodingFunctions: readonly FunctionDefinition[] = [
  {
    name: 'BASE64_ENCODE',
    module: 'func_base64',
    summary: 'Encodes a text in base64.',
    arguments: string,
    read: (call) => Buffer.from(call.text).toString('base64'),
  },
  {
    name: 'BASE64_DECODE',
    module: 'func_base64',
    summary: 'Decodes a text from base64.',
    arguments: string,
    read: (call) => Buffer.from(call.text, 'base64').toString(),
  },
  {
    name: 'URIENCODE',
    module: 'func_uri',
    summary: 'Escapes a text for use in a URI.',
    arguments: data,
    read: (call) => encodeUri(call.text),
  },
  {
    name: 'URIDECODE',
    module: 'func_uri',
    summary: 'Takes the escapes out of a part of a URI.',
    arguments: data,
    read: (call) => decodeUri(call.text),
  },
  {
    name: 'MD5',
    module: 'func_md5',
    summary: 'Computes the MD5 digest of a text.',
    arguments: data,
    read: (call) => createHash('md5').update(call.text).digest('hex'),
  },
  {
    name: 'SHA1',
    module: 'func_sha1',
    summary: 'Computes the SHA-1 digest of a text.',
    arguments: data,
    read: (call) => createHash('sha1').update(call.text).digest('hex'),
  },
  {
    name: 'UUID',
    module: 'func_uuid',
    summary: 'Makes a new random UUID.',
    arguments: [],
    read: () => randomUUID(),
  },
];
