import { MediaError } from '../api.ts';
import type { FormatName } from '../codecs/formats.ts';
import type { FileKind } from './sound-files.ts';

/** Audio in memory, coded as RTP carries it (slin in network order). */
export interface Sound {
  readonly format: FormatName;
  readonly data: Uint8Array;
}

const WAVE_PCM = 1;
const WAVE_ALAW = 6;
const WAVE_ULAW = 7;
const WAVE_EXTENSIBLE = 0xfffe;

/** Reads a file's content. Throws `sound-unreadable` with the reason for anything that cannot be played. */
export function readSound(kind: FileKind, content: Uint8Array, name: string): Sound {
  switch (kind) {
    case 'ulaw':
    case 'alaw':
      return { format: kind, data: content };
    case 'slin':
    case 'slin16':
      return { format: kind, data: toNetworkOrder(content) };
    case 'gsm':
      throw unreadable(name, 'gsm files are not supported');
    case 'wav':
      return readWave(content, name);
  }
}

/** RIFF/WAVE, mono: 16-bit PCM at 8 or 16 kHz, or G.711 at 8 kHz. */
function readWave(content: Uint8Array, name: string): Sound {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (content.length < 12 || tag(content, 0) !== 'RIFF' || tag(content, 8) !== 'WAVE')
    throw unreadable(name, 'no RIFF/WAVE header');
  let shape: { code: number; channels: number; rate: number; bits: number } | undefined;
  let at = 12;
  while (at + 8 <= content.length) {
    const id = tag(content, at);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (id === 'fmt ') {
      if (size < 16 || start + 16 > content.length) throw unreadable(name, 'short fmt chunk');
      const code = view.getUint16(start, true);
      shape = {
        code:
          code === WAVE_EXTENSIBLE && size >= 26 && start + 26 <= content.length
            ? view.getUint16(start + 24, true)
            : code,
        channels: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      };
    } else if (id === 'data') {
      if (shape === undefined) throw unreadable(name, 'data before fmt');
      // A recorder that was cut off leaves 0 or a size beyond the end.
      const end = size === 0 ? content.length : Math.min(content.length, start + size);
      return waveData(shape, content.subarray(start, end), name);
    }
    at = start + size + (size & 1);
  }
  throw unreadable(name, 'no data chunk');
}

function waveData(
  shape: { code: number; channels: number; rate: number; bits: number },
  data: Uint8Array,
  name: string,
): Sound {
  if (shape.channels !== 1) throw unreadable(name, `${shape.channels} channels where one is wanted`);
  if (shape.code === WAVE_PCM && shape.bits === 16 && (shape.rate === 8000 || shape.rate === 16000)) {
    return { format: shape.rate === 8000 ? 'slin' : 'slin16', data: toNetworkOrder(data) };
  }
  if (shape.rate === 8000 && shape.code === WAVE_ULAW) return { format: 'ulaw', data };
  if (shape.rate === 8000 && shape.code === WAVE_ALAW) return { format: 'alaw', data };
  throw unreadable(name, `WAVE format ${shape.code} with ${shape.bits} bits at ${shape.rate} Hz`);
}

/** Little-endian samples of files to the order of L16. */
function toNetworkOrder(content: Uint8Array): Uint8Array {
  const data = content.slice(0, content.length & ~1);
  for (let i = 0; i < data.length; i += 2) {
    const low = data[i] ?? 0;
    data[i] = data[i + 1] ?? 0;
    data[i + 1] = low;
  }
  return data;
}

function tag(content: Uint8Array, at: number): string {
  return String.fromCharCode(...content.subarray(at, at + 4));
}

function unreadable(name: string, reason: string): MediaError {
  return new MediaError('sound-unreadable', `${name}: ${reason}`);
}

/** The 44 octets that stand before `octets` of 16-bit mono PCM. */
export function waveHeader(rate: number, octets: number): Uint8Array {
  const header = new Uint8Array(44);
  const view = new DataView(header.buffer);
  const text = (at: number, value: string): void => {
    for (let i = 0; i < value.length; i++) header[at + i] = value.charCodeAt(i);
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + octets, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, WAVE_PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, octets, true);
  return header;
}
